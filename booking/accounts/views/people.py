"""The people of the stations that an administrator looks after."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from flask import abort, current_app, redirect, render_template, url_for
from flask import request as asked
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts import navigation, queries
from booking.accounts.access import open_to
from booking.accounts.deeds import deeds_page
from booking.accounts.forms import DeedsForm, InviteForm
from booking.accounts.identity import required_staff
from booking.accounts.limits import mailed_link_attempt
from booking.accounts.pages import PersonCard, person_card, station_text
from booking.accounts.queries import DeedsWanted, PersonFacts
from booking.accounts.rules import is_in_reach
from booking.accounts.schedule import schedule
from booking.accounts.services import people as services
from booking.accounts.terms import EVERYWHERE, Role, Staff
from booking.accounts.views.blueprint import blueprint
from booking.db import db
from booking.http.headers import personal
from booking.text import number_in

CONFLICT, UNREADABLE = 409, 422
DEEDS_SHOWN = 50

blueprint.record(navigation.link("accounts.people", _l("People"), "administrator", 90))


@blueprint.get("/desk/people")
@open_to("administrator")
@personal
def people() -> ResponseReturnValue:
    """Everybody with a role at these stations."""
    staff = required_staff()
    cards = [_card(one, staff) for one in _everybody(staff)]
    return render_template("accounts/people.html", people=cards)


@blueprint.get("/desk/people/invite")
@open_to("administrator")
@personal
def invite() -> ResponseReturnValue:
    """Ask whom to invite, and to what."""
    return render_template("accounts/invite.html", form=_invite_form(required_staff(), InviteForm(), given=False))


@blueprint.post("/desk/people/invite")
@open_to("administrator")
@personal
def send_invitation() -> ResponseReturnValue:
    """Make the account, or give another role; a mail brings the link to set a password."""
    staff, form, now = required_staff(), InviteForm(), clock.now()
    _invite_form(staff, form, given=True)
    if not form.validate():
        return render_template("accounts/invite.html", form=form), 422
    station = form.station.data or EVERYWHERE
    if not _may_give(staff, station):
        abort(404)
    invited = services.Invited(form.email.data, form.name.data, form.locale.data, Role(form.role.data), station)
    return _back(services.invite(invited, by=staff, now=now))


@blueprint.get("/desk/people/<int:account_id>")
@open_to("administrator")
@personal
def person(account_id: int) -> ResponseReturnValue:
    """One of them: roles, and what may be done."""
    staff = required_staff()
    one = _one(staff, account_id)
    return _page(one, _card(one, staff))


def _page(one: PersonFacts, card: PersonCard) -> str:
    reach, reading = _reach(), db.session()
    guide = schedule().guide_of(reading, one.id)
    is_guide = any(role is Role.GUIDE for role, _station in one.roles)
    free = schedule().guides_of_nobody(reading, reach) if is_guide and not guide else []
    may_untie = guide is not None and (reach is None or guide.station in reach)
    return render_template("accounts/person.html", person=card, guide=guide, free=free, may_untie=may_untie)


@blueprint.get("/desk/people/<int:account_id>/deeds")
@open_to("administrator")
@personal
def deeds(account_id: int) -> ResponseReturnValue:
    """What the person did at the stations that this administrator looks after."""
    one, form, below = _one(required_staff(), account_id), DeedsForm(asked.args), asked.args.get("below", "")
    fine, reach = form.validate(), _reach()
    wanted = DeedsWanted(f"account:{account_id}", form.kind.data or "", form.begin, form.end, number_in(below))
    seen = reach if reach is None or not is_in_reach(one.roles, reach) else reach | {""}
    found = queries.deeds_of(db.session(), wanted, seen, DEEDS_SHOWN + 1) if fine else []
    query = {name: value for name, value in asked.args.items() if name in {"kind", "from", "to"}}
    page = deeds_page(account_id, one.name or one.email, form, found, DEEDS_SHOWN, query)
    return render_template("accounts/deeds.html", page=page), 200 if fine else UNREADABLE


@blueprint.post("/desk/people/<int:account_id>/guide")
@open_to("administrator")
@personal
def tie_to_guide(account_id: int) -> ResponseReturnValue:
    """Say which guide of the schedule the person is."""
    staff, code = required_staff(), asked.form.get("guide", "")
    _one(staff, account_id)
    offered = {one.code for one in schedule().guides_of_nobody(db.session(), _reach())}
    if code not in offered or not schedule().tie(account_id, code, actor=staff.actor, now=clock.now()):
        abort(UNREADABLE)
    return _back(account_id)


@blueprint.post("/desk/people/<int:account_id>/no-guide")
@open_to("administrator")
@personal
def untie_from_guide(account_id: int) -> ResponseReturnValue:
    """The person is no guide of the schedule any more."""
    staff, reach = required_staff(), _reach()
    _one(staff, account_id)
    guide = schedule().guide_of(db.session(), account_id)
    if guide and not (reach is None or guide.station in reach):
        abort(404)
    schedule().untie(account_id, actor=staff.actor, now=clock.now())
    return _back(account_id)


@blueprint.post("/desk/people/<int:account_id>/roles")
@open_to("administrator")
@personal
def change_roles(account_id: int) -> ResponseReturnValue:
    """Give and take roles at the stations that this administrator looks after."""
    staff = required_staff()
    card = _card(_one(staff, account_id), staff)
    ticked, offered = set(asked.form.getlist("role")), {box.value for box in card.boxes}
    if card.is_oneself or not ticked <= offered:
        abort(404)
    seen = set(asked.form.get("seen", "").split()) & offered
    try:
        wish = services.RolesWish(_roles(ticked), _roles(seen), _reach())
        services.change_roles(account_id, wish, by=staff, now=clock.now())
    except services.RolesOvertaken:
        one = _one(staff, account_id)
        card = _card(one, staff)
        boxes = [replace(box, is_held=box.value in ticked) for box in card.boxes]
        return _page(one, replace(card, boxes=boxes, is_overtaken=True)), CONFLICT
    still_there = any(one.id == account_id for one in _everybody(staff))
    return _back(account_id) if still_there else redirect(url_for("accounts.people"), 303)


def _roles(values: Iterable[str]) -> list[tuple[Role, str]]:
    return [(Role(role), code) for role, _at, code in (value.partition("@") for value in values)]


@blueprint.post("/desk/people/<int:account_id>/shut-out")
@open_to("administrator")
@personal
def shut_out(account_id: int) -> ResponseReturnValue:
    """Let the person in no more."""
    return _do(account_id, services.shut_out)


@blueprint.post("/desk/people/<int:account_id>/let-in")
@open_to("administrator")
@personal
def let_in_again(account_id: int) -> ResponseReturnValue:
    """Let the person in again."""
    return _do(account_id, services.let_in_again)


@blueprint.post("/desk/people/<int:account_id>/sign-out")
@open_to("administrator")
@personal
def end_sign_ins(account_id: int) -> ResponseReturnValue:
    """Sign the person out everywhere."""
    return _do(account_id, services.end_sign_ins)


@blueprint.post("/desk/people/<int:account_id>/reset-second-factor")
@open_to("administrator")
@personal
def reset_second_factor(account_id: int) -> ResponseReturnValue:
    """Let the person set up a second factor anew; never one's own, which takes a second administrator."""
    return _do(account_id, services.reset_second_factor)


@blueprint.post("/desk/people/<int:account_id>/mail-link")
@open_to("administrator")
@personal
def mail_link(account_id: int) -> ResponseReturnValue:
    """Mail the person a new link to set a password."""
    return _do(account_id, _mail_link)


def _mail_link(account_id: int, *, by: Staff, now: datetime) -> None:
    mailed_link_attempt(account_id, now)
    services.mail_link(account_id, by=by, now=now)


def _do(account_id: int, act: Callable[..., None]) -> ResponseReturnValue:
    """An act on somebody else, all of whose roles are in reach."""
    staff = required_staff()
    one = _one(staff, account_id)
    if account_id == staff.account_id or not is_in_reach(one.roles, staff.stations(Role.ADMINISTRATOR)):
        abort(404)
    now: datetime = clock.now()
    act(account_id, by=staff, now=now)
    return _back(account_id)


def _back(account_id: int) -> ResponseReturnValue:
    return redirect(url_for("accounts.person", account_id=account_id), 303)


def _reach() -> frozenset[str] | None:
    """The stations that this administrator looks after; None: all."""
    return required_staff().stations(Role.ADMINISTRATOR)


def _everybody(staff: Staff) -> list[PersonFacts]:
    return queries.people(db.session(), staff.stations(Role.ADMINISTRATOR))


def _one(staff: Staff, account_id: int) -> PersonFacts:
    """The person, if one of the roles is at a station in reach; else 404, as for nobody."""
    found = next((one for one in _everybody(staff) if one.id == account_id), None)
    return found or abort(404)


def _card(one: PersonFacts, staff: Staff) -> PersonCard:
    return person_card(one, staff, current_app.extensions["booking.station_codes"]())


def _may_give(staff: Staff, station: str) -> bool:
    reach = staff.stations(Role.ADMINISTRATOR)
    return reach is None or station in reach


def _invite_form(staff: Staff, form: InviteForm, *, given: bool) -> InviteForm:
    """The form with the stations that this administrator may choose from."""
    reach = staff.stations(Role.ADMINISTRATOR)
    codes = sorted(current_app.extensions["booking.station_codes"]() if reach is None else reach)
    form.station.choices = [(code, station_text(code)) for code in codes]
    if reach is not None:
        form.station.blank, form.station.required = "", True
    if given:
        form.process(asked.form)
    return form
