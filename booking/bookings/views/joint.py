"""Joint events at the desks: the leading one asks and takes back, a partner's answers, sends a guide and withdraws."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.forms import SeenForm
from booking.bookings.joint_forms import AGREE, AskPartnersForm, PartnerAnswerForm, PartnerEndForm
from booking.bookings.presenting.joint import AGAINST, STATES, prefix_of, station_named
from booking.bookings.views.desk_events import mine, page_of
from booking.bookings.views.event_beside import beside
from booking.bookings.views.event_joint import guide_form, page_of_partner, the_panel
from booking.bookings.views.series import blueprint
from booking.catalogue.queries import all_stations
from booking.db import db
from booking.http.headers import personal
from booking.scheduling.queries.partners import JointEvent, Partner, joint_event, partners_of
from booking.scheduling.services.co_hosts import GuideUnfit, set_co_host
from booking.scheduling.services.partners import Deed, answer, ask_partners, take_back, withdraw
from booking.scheduling.terms import HostTaken, NotJoint, PartnerOvertaken, RoomTaken
from booking.scheduling.words import in_words

REFUSED = (PartnerOvertaken, NotJoint, HostTaken)


def _partner(code: str, station: str) -> tuple[JointEvent, Partner]:
    """The event and the partner's row, which was asked at some time; 404 for any other."""
    event = joint_event(db.session(), code) or abort(404)
    partners = partners_of(db.session(), [event.id]).get(event.id, ())
    return event, next((one for one in partners if one.station == station), None) or abort(404)


def _taking(code: str, station: str) -> tuple[JointEvent, Partner]:
    """The same for the partner's own desk."""
    staff_at(Role.COORDINATOR, station)
    return _partner(code, station)


def _deed(code: str, station: str, seen: int) -> Deed:
    return Deed(code, station, clock.now(), required_staff().actor, seen)


@blueprint.post("/desk/events/<code>/partners")
@open_to("coordinator")
@personal
def ask_partners_to_join(code: str) -> ResponseReturnValue:
    """Ask other stations to take part."""
    found = mine(code)
    every = [(one.code, station_named(one.code, one.name)) for one in all_stations(db.session())]
    form = AskPartnersForm(request.form, choices={"stations": [one for one in every if one[0] != found.station]})
    if not form.validate():
        return page_of(found, desk=beside(found, joint=the_panel(found, ask=form))), 422
    try:
        ask_partners(code, form.stations.data, form.question.data or "", now=clock.now(), actor=required_staff().actor)
    except REFUSED as error:
        return page_of(
            found, desk=beside(found, joint=the_panel(found, ask=form)), problems=_why(error, form.question.data)
        ), 409
    return redirect(url_for("series.event", code=code, done="asked"), 303)


@blueprint.post("/desk/events/<code>/partners/<partner>/end")
@open_to("coordinator")
@personal
def end_partner(code: str, partner: str) -> ResponseReturnValue:
    """Hold the event without the station after all."""
    found, (_event, row) = mine(code), _partner(code, partner)
    form = PartnerEndForm(request.form, prefix=prefix_of(partner))
    if not form.validate():
        unread = _unread(form, row)
        return page_of(found, desk=beside(found, joint=the_panel(found, end=form)), problems=unread), 422
    try:
        take_back(_deed(code, partner, form.seen_version), form.reason.data)
    except REFUSED as error:
        form.version.raw_data = [str(_partner(code, partner)[1].version)]
        kept = beside(found, joint=the_panel(found, end=form))
        return page_of(found, desk=kept, problems=_why(error, form.reason.data, code, partner)), 409
    return redirect(url_for("series.event", code=code, done="taken-back"), 303)


@blueprint.post("/desk/events/<code>/partners/<partner>/answer")
@open_to("coordinator")
@personal
def answer_partner(code: str, partner: str) -> ResponseReturnValue:
    """Take part, or not."""
    _event, own = _taking(code, partner)
    form = PartnerAnswerForm(request.form)
    if not form.validate():
        return page_of_partner(code, partner, answering=form, problems=_unread(form, own)), 422
    agrees = form.answer.data == AGREE
    try:
        answer(_deed(code, partner, form.seen_version), agrees=agrees, note=form.note.data or "")
    except REFUSED as error:
        form.version.raw_data = [str(_partner(code, partner)[1].version)]
        return page_of_partner(code, partner, answering=form, problems=_why(error, form.note.data, code, partner)), 409
    return _answered(code, partner, stays=agrees, done="agreed" if agrees else "declined")


@blueprint.post("/desk/events/<code>/partners/<partner>/withdraw")
@open_to("coordinator")
@personal
def withdraw_partner(code: str, partner: str) -> ResponseReturnValue:
    """Take part no more."""
    _event, own = _taking(code, partner)
    form = PartnerEndForm(request.form, prefix=prefix_of(partner))
    if not form.validate():
        return page_of_partner(code, partner, end=form, problems=_unread(form, own)), 422
    try:
        withdraw(_deed(code, partner, form.seen_version), form.reason.data)
    except REFUSED as error:
        form.version.raw_data = [str(_partner(code, partner)[1].version)]
        return page_of_partner(code, partner, end=form, problems=_why(error, form.reason.data, code, partner)), 409
    return _answered(code, partner, stays=False, done="withdrawn")


@blueprint.post("/desk/events/<code>/partners/<partner>/guide")
@open_to("coordinator")
@personal
def send_along(code: str, partner: str) -> ResponseReturnValue:
    """Let one of the station's own guides come along, or nobody."""
    event, own = _taking(code, partner)
    form = guide_form(event, own, sent=True)
    if not form.validate():
        return page_of_partner(code, partner, guide=form, problems=_unread(form, own)), 422
    try:
        set_co_host(_deed(code, partner, form.seen_version), form.guide.data or "")
    except REFUSED as error:
        form.version.raw_data = [str(_partner(code, partner)[1].version)]
        return page_of_partner(code, partner, guide=form, problems=_why(error, form.guide.data, code, partner)), 409
    return _answered(code, partner, stays=True, done="sent")


def _unread(form: SeenForm, row: Partner) -> tuple[str, ...]:
    """What is said of a version that nobody typed and that cannot be read; the form has the one that is, then."""
    if not form.version.errors:
        return ()
    form.version.raw_data, form.version.errors = [str(row.version)], []
    return (str(_("The page came back damaged. Nothing was changed: look at it, and send it again.")),)


def _answered(code: str, station: str, *, stays: bool, done: str) -> ResponseReturnValue:
    """Back to the event, or to the board where the desk has no more to do with it."""
    if stays:
        return redirect(url_for("series.event", code=code, at=station, done=done), 303)
    return redirect(url_for("desk.board", done=done), 303)


def _why(error: Exception, typed: str | None, code: str = "", station: str = "") -> tuple[str, ...]:
    """Why it cannot be done, with what was typed where the form for it may be gone."""
    kept = [str(_("You wrote: %(text)s", text=typed))] if typed else []
    if isinstance(error, PartnerOvertaken):
        return (_overtaken(code, station), *kept)
    if isinstance(error, GuideUnfit):
        return (*map(in_words, error.reasons),)
    if isinstance(error, NotJoint):
        return (str(AGAINST[error.why]), *kept)
    if isinstance(error, RoomTaken):
        return (str(_("The meeting room is taken at that time.")),)
    return (str(_("The guide is in another event at that time.")),)


def _overtaken(code: str, station: str) -> str:
    """What stands by now; the form shows it, and keeps what was typed."""
    if not station:
        return str(_("Somebody has asked one of these stations meanwhile. Nobody was asked: look at the list again."))
    state = STATES[_partner(code, station)[1].state][0]
    told = _("Somebody has changed it meanwhile. It is now: %(state)s. Nothing was changed: look again.", state=state)
    return str(told)
