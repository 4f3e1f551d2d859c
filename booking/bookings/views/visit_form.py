"""Ask without choosing a time: several wishes, or advice."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.bookings import limits
from booking.bookings.explanations import explain
from booking.bookings.links import token_of
from booking.bookings.presenting.book import booked_before, overtaken
from booking.bookings.presenting.common import STANDARD_ZONE, find_choices, refused
from booking.bookings.presenting.visits import told_against, wish_line
from booking.bookings.queries.situation import instant_of
from booking.bookings.services.book import Booked
from booking.bookings.services.refused import counting_refusals
from booking.bookings.services.visit_ask import against, ask_for_visit, station_for
from booking.bookings.terms import (
    Action,
    BookingRefused,
    BookingRequest,
    Conflict,
    KeyReused,
    Refusal,
    UnknownTime,
    WishedTime,
    WishesRefused,
)
from booking.bookings.views.blueprint import CONFLICT, blueprint
from booking.bookings.views.book import DONE
from booking.bookings.visit_forms import VisitForm
from booking.bookings.visit_pages import AskPage
from booking.catalogue.queries import Catalogue, catalogue
from booking.catalogue.terms import Format, OfferingStatus
from booking.catalogue.words import title_of
from booking.db import db
from booking.fields import Choices, sentence
from booking.http.headers import with_token
from booking.text import InputRefused

PREFILLED = ("station", "offering", "language", "second_language", "topics", "size", "youngest_age")


@blueprint.get("/request")
@open_to("holder")
@with_token
def request_form() -> ResponseReturnValue:
    """The form, filled in as far as the page before knows."""
    now, known = clock.now(), catalogue(db.session())
    return _page(_form(known, now), now), 200


@blueprint.post("/request")
@open_to("holder")
@with_token
def save_request() -> ResponseReturnValue:
    """Send the request, or look only what stands against its times."""
    now, known = clock.now(), catalogue(db.session())
    form = _form(known, now, posted=True)
    zone, only_check = form.time_zone.data or STANDARD_ZONE, bool(request.form.get("check"))
    fine = form.validate() or (only_check and form.forgive())
    wishes = form.wishes(zone) if fine else None
    if wishes is None:
        return _page(form, now), 422
    asked = _asked(form, known, zone)
    if only_check:
        return _page(form, now, against(asked, wishes, now, Action.PROPOSE), (asked, wishes)), 200
    limits.booking_attempt(asked.contact.email, request.remote_addr, now, asked.organisation)
    return _send(form, asked, wishes, now)


def _send(form: VisitForm, asked: BookingRequest, wishes: list[WishedTime], now: datetime) -> ResponseReturnValue:
    key = form.key.data or secrets.token_urlsafe(24)
    try:
        with counting_refusals(asked, now):
            made = ask_for_visit(asked, wishes, key=key, now=now)
    except WishesRefused as error:
        return _page(form, now, error.by_wish, (asked, wishes)), CONFLICT
    except BookingRefused as error:
        return _page(form, now, {0: error.refusals}, (asked, wishes)), CONFLICT
    except (KeyReused, Conflict) as error:
        said = booked_before() if isinstance(error, KeyReused) else overtaken()
        return _rendered(AskPage(form, refusals=(said,))), CONFLICT
    except UnknownTime:
        form.offering.errors = [sentence(InputRefused("choice"))]
        return _page(form, now), 422
    return redirect(_after(made), 303)


def _after(made: Booked) -> str:
    token = token_of(made.reference)
    if made.answer["event_id"]:
        return url_for("bookings.booking", reference=made.reference, t=token, done=DONE[made.answer["status"]])
    return url_for("bookings.visit", reference=made.reference, t=token, done="asked")


def _asked(form: VisitForm, known: Catalogue, zone: str) -> BookingRequest:
    asked = form.asked()
    code = next((one.code for one in known.offerings.values() if one.slug == asked.offering), "")
    return replace(asked, offering=code, contact=replace(asked.contact, time_zone=zone))


def _form(known: Catalogue, now: datetime, *, posted: bool = False) -> VisitForm:
    zone = str(session.get("time_zone") or "") or STANDARD_ZONE
    choices = _choices(known, zone, now)
    if posted:
        return VisitForm(request.form, choices=choices)
    given: dict[str, Any] = {
        "contact_locale": i18n.current_locale() if i18n.current_locale() in i18n.COMPLETE_LOCALES else "en",
        "time_zone": zone,
        "key": secrets.token_urlsafe(24),
    }
    form = VisitForm(request.args, choices=choices, data=given)
    for name in form.data:
        form[name].errors = []
        if name not in PREFILLED:
            form[name].raw_data, form[name].data = None, given.get(name, form[name].default)
    return form


def _choices(known: Catalogue, zone: str, now: datetime) -> dict[str, Choices]:
    locale = i18n.current_locale()
    offerings = list(known.offerings.values())
    tags = {tag for given in (*known.tours.values(), *known.briefings.values()) for tag in given}
    found = find_choices(list(known.stations.values()), offerings, tags, zone, now)
    asked_for = [
        (one.slug, f"{title_of(one.titles, one.title)[0]} ({_station(known, one.station_id)})")
        for one in offerings
        if one.unit == "visitors-service"
        and one.format not in {Format.ON_DEMAND, Format.OFF_SITE}
        and one.status is not OfferingStatus.AWAITING_REOPENING
    ]
    return {
        "station": found["station"],
        "offering": sorted(asked_for, key=lambda one: i18n.sort_key(str(one[1]), locale)),
        "language": found["language"],
        "second_language": found["language"],
        "topics": found["theme"],
        "theme": found["theme"],
        "country": i18n.country_choices(locale),
        "subdivision": i18n.us_states(locale),
        "contact_locale": [(tag, i18n.autonym(tag)) for tag in i18n.COMPLETE_LOCALES],
        "time_zone": i18n.zone_choices(locale, now, zone),
    }


def _station(known: Catalogue, station_id: int) -> str:
    station = next(one for one in known.stations.values() if one.id == station_id)
    return i18n.station_name(station.code, i18n.current_locale(), station.name)


def _page(
    form: VisitForm,
    now: datetime,
    found: Mapping[int, list[Refusal]] | None = None,
    judged: tuple[BookingRequest, list[WishedTime]] | None = None,
) -> str:
    """The form; where its times were judged, what stands against each of them, and against the rest of it."""
    if judged is None:
        return _rendered(AskPage(form))
    asked, wishes = judged
    of_times = {place: [one for one in all_ if one.field == "starts_at"] for place, all_ in (found or {}).items()}
    others = [one for all_ in (found or {}).values() for one in all_ if one.field != "starts_at"]
    told = explain(others, locale=i18n.current_locale(), now=now, request=asked)
    form.refuse({one.field: one.message for one in told})
    in_words = told_against(of_times, now)
    for place, (_day, at) in enumerate(form.given()):
        at.errors = [*at.errors, *(one.message for one in in_words.get(place, ())[:1])]
    station, zone = station_for(asked, now)[0], asked.contact.time_zone
    checked = [
        wish_line(instant_of(wish, station, zone), station, zone, in_words.get(place, ()))
        for place, wish in enumerate(wishes)
    ]
    shown = refused(told, anchors=form.data) + tuple(one for all_ in in_words.values() for one in all_)
    return _rendered(AskPage(form, shown, tuple(checked)))


def _rendered(page: AskPage) -> str:
    return render_template("bookings/request.html", page=page)
