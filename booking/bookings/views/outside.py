"""The bookings to come that are outside what an offering says: shown after a change of its limits, and at any time."""

from collections.abc import Collection, Mapping
from datetime import datetime

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock, i18n, zones
from booking.accounts.access import open_to
from booking.accounts.identity import staff_at
from booking.accounts.terms import Role
from booking.bookings.desk_pages import OutsidePage, OutsideRow
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.outside import Outside, Why, outside
from booking.bookings.views.board import blueprint
from booking.catalogue.queries import catalogue
from booking.catalogue.terms import LanguagePolicy, OfferingFacts
from booking.catalogue.words import title_of
from booking.db import db
from booking.http.headers import personal
from booking.scheduling.queries.desk import DeskEvent

WHY: Mapping[Why, object] = {
    Why.TOO_MANY: _l("more people than the largest group"),
    Why.TOO_FEW: _l("fewer people than the smallest group"),
    Why.TOO_YOUNG: _l("younger than its lowest age"),
    Why.TOO_OLD: _l("older than its highest age"),
    Why.LANGUAGE: _l("in a language that it is not given in"),
}


@blueprint.get("/desk/catalogue/offerings/<code>/outside")
@open_to("coordinator")
@personal
def outside_offering(code: str) -> ResponseReturnValue:
    """Each of them with what it is outside of; they stay as they are."""
    known = catalogue(db.session())
    offering = known.offerings.get(code) or abort(404)
    staff_at(Role.COORDINATOR, known.station_of(offering).code)
    given = None if offering.language_policy is LanguagePolicy.ANY else known.languages_of(offering)
    found = outside(db.session(), offering, given, clock.now())
    page = _page(offering, found, done=request.args.get("done") == "saved")
    return render_template("bookings/outside.html", page=page)


def _page(offering: OfferingFacts, found: Outside, *, done: bool) -> OutsidePage:
    title, lang = title_of(offering.titles, offering.title)
    return OutsidePage(
        title=title,
        title_lang=lang,
        offering_url=url_for("catalogue_desk.offering", code=offering.code),
        done=_("Saved.") if done else "",
        bookings=tuple(_booking(one, why) for one, why in found.bookings),
        events=tuple(_event(one) for one in found.events),
    )


def _booking(one: BookingFacts, why: Collection[Why]) -> OutsideRow:
    facts = (
        _when(one.event.starts_at, one.event.time_zone),
        _("%(size)s people", size=one.size) if one.size else "",
        _("youngest: %(age)s", age=one.youngest_age) if one.youngest_age else "",
        i18n.language_name(one.event.language, i18n.current_locale()),
    )
    reasons = i18n.join_list([str(WHY[reason]) for reason in why], i18n.current_locale())
    url = url_for("series.event", code=one.event.code)
    return OutsideRow(one.organisation or one.reference, url, tuple(fact for fact in facts if fact), reasons)


def _event(one: DeskEvent) -> OutsideRow:
    facts = (title_of(one.shown_title)[0], i18n.language_name(one.language, i18n.current_locale()))
    when = _when(one.starts_at, one.time_zone)
    return OutsideRow(when, url_for("series.event", code=one.code), facts, str(WHY[Why.LANGUAGE]))


def _when(instant: datetime, zone: str) -> str:
    """On the clock of the station."""
    return i18n.format_date_time(zones.to_local(instant, zone), i18n.current_locale())
