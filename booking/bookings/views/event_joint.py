"""What stands on the pages of a joint event: for the desk that leads it, and for that of a partner."""

from collections.abc import Iterable
from dataclasses import replace

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts.identity import required_staff
from booking.accounts.queries import names_of_actors
from booking.accounts.terms import Role
from booking.bookings.joint_forms import AskPartnersForm, CoHostForm, PartnerAnswerForm, PartnerEndForm
from booking.bookings.joint_pages import JointPanel
from booking.bookings.presenting.desk_event import guide_choices
from booking.bookings.presenting.joint import closed_then, end_form, panel, partner_page, station_named
from booking.bookings.views.series import DONE
from booking.catalogue.queries import all_stations
from booking.db import db
from booking.fields import Choices
from booking.scheduling.queries.desk import DeskEvent, desk_event, guides_of
from booking.scheduling.queries.partners import IN_TOUCH, JointEvent, Partner, home_guides, joint_event, partners_of
from booking.scheduling.queries.partners_closed import reasons_closed
from booking.scheduling.services.co_hosts import against_coming
from booking.scheduling.terms import PartnerState
from booking.scheduling.words import in_words


def the_panel(found: DeskEvent, ask: AskPartnersForm | None = None, end: PartnerEndForm | None = None) -> JointPanel:
    """Who takes part in an event of the reader's own station; `ask` and `end` keep what was typed."""
    session, now = db.session(), clock.now()
    event = joint_event(session, found.code) or abort(404)
    partners = partners_of(session, [event.id]).get(event.id, ())
    names = names_of_actors(session, {actor for one in partners for actor in (one.asked_by, one.answered_by)})
    closed = reasons_closed(session, event, partners, now)
    page = panel(event, partners, names, closed, may_act=_own(one.station for one in partners), now=now)
    if end is not None:
        kept = (replace(one, end_form=end, opened=True) if _is_of(one.end_form, end) else one for one in page.lines)
        page = replace(page, lines=tuple(kept))
    if not event.is_online or not event.is_to_come(now):
        return page
    choices = _to_ask(event, partners)
    form = ask or (AskPartnersForm(choices={"stations": choices}) if choices else None)
    return replace(page, ask_form=form, opened=ask is not None)


def _is_of(form: PartnerEndForm | None, sent: PartnerEndForm) -> bool:
    return form is not None and form.version.name == sent.version.name


def _own(codes: Iterable[str]) -> frozenset[str]:
    """Those of the stations for which the reader answers."""
    staff = required_staff()
    return frozenset(code for code in codes if staff.may(Role.COORDINATOR, code))


def _to_ask(event: JointEvent, partners: Iterable[Partner]) -> Choices:
    """The other stations that are not asked at present."""
    known = {event.station, *(one.station for one in partners if one.state in IN_TOUCH)}
    stations = all_stations(db.session())
    return [(one.code, station_named(one.code, one.name)) for one in stations if one.code not in known]


def as_partner(code: str, wanted: str) -> ResponseReturnValue | None:
    """The page of an event of another station, for the desk of one that takes part or is asked; None for any other."""
    found = desk_event(db.session(), code)
    partners = partners_of(db.session(), [found.id]).get(found.id, ()) if found else ()
    mine = [one for one in partners if one.state in IN_TOUCH and one.station in _own([one.station])]
    leads = found is not None and bool(_own([found.station]))
    named = [one for one in mine if one.station == wanted or not (wanted or leads)]
    return (
        page_of_partner(code, named[0].station, done=str(DONE.get(request.args.get("done", ""), ""))) if named else None
    )


def page_of_partner(
    code: str,
    station: str,
    *,
    answering: PartnerAnswerForm | None = None,
    guide: CoHostForm | None = None,
    end: PartnerEndForm | None = None,
    done: str = "",
    problems: tuple[str, ...] = (),
) -> str:
    """The event for the desk of a partner, with what was typed where it could not be done."""
    session, now = db.session(), clock.now()
    event = joint_event(session, code) or abort(404)
    partners = partners_of(session, [event.id]).get(event.id, ())
    own = next((one for one in partners if one.station == station), None) or abort(404)
    page = partner_page(
        event, own, partners, names_of_actors(session, {own.asked_by}), guides_of(session, [event.id])[event.id]
    )
    page = replace(page, closed=closed_then(reasons_closed(session, event, [own], now).get(own.id)))
    if not event.is_to_come(now):
        page = replace(page, is_over=True)
    elif own.state is PartnerState.ASKED:
        page = replace(page, answer_form=answering or PartnerAnswerForm(data=_seen(own)))
    elif own.state is PartnerState.AGREED:
        page = replace(page, guide_form=guide or guide_form(event, own), end_form=end or end_form(own))
    return render_template("bookings/joint_event.html", page=replace(page, done=done, problems=problems))


def _seen(own: Partner) -> dict[str, object]:
    return {"version": str(own.version)}


def guide_form(event: JointEvent, own: Partner, *, sent: bool = False) -> CoHostForm:
    """The station's own people, those first whom nothing stands against."""
    guides = home_guides(db.session(), own.station_id)
    against = against_coming(db.session(), event.id, [one.id for one in guides])
    reasons = {one.code: in_words(against[one.id][0]) for one in guides if against.get(one.id)}
    choices = guide_choices({one.code: one.shown for one in guides}, reasons, [one.code for one in own.co_hosts])
    first = own.co_hosts[0].code if own.co_hosts else ""
    if sent:
        return CoHostForm(request.form, choices={"guide": choices})
    return CoHostForm(choices={"guide": choices}, data={"guide": first, **_seen(own)})
