"""The roster of a week at the desk: see the week, let guides be proposed, change the proposal, accept it."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.db import db
from booking.http.headers import personal
from booking.scheduling.presenting.roster import Seen, proposal_page, proposed, week_page
from booking.scheduling.queries.roster import (
    StoredProposal,
    proposal_of,
    proposals_for,
    situation_of,
    week_events,
)
from booking.scheduling.roster.weeks import BadWeek, Week, parse_week
from booking.scheduling.services import roster as services
from booking.scheduling.services.roster_apply import Choice, Conflict, NotToApply, RosterConflicts, apply
from booking.scheduling.terms import HostTaken, RoomTaken
from booking.text import number_in

EARLIER_SHOWN = 3
blueprint = Blueprint("roster", __name__)
blueprint.record(navigation.link("roster.week", _l("Roster"), "coordinator", 50))


@blueprint.get("/desk/roster")
@open_to("coordinator")
@personal
def week() -> ResponseReturnValue:
    """The week as it is, and the proposals made for it."""
    try:
        asked = parse_week(request.args["week"]) if request.args.get("week") else Week.of(clock.now().date())
    except BadWeek:
        asked = Week.of(clock.now().date())
        return _week(asked, _("That is no week of the calendar. This is the present one.")), 422
    return _week(asked), 200


@blueprint.post("/desk/roster")
@open_to("coordinator")
@personal
def propose() -> ResponseReturnValue:
    """Let guides be proposed; the proposal has its own page."""
    staff, now = required_staff(), clock.now()
    try:
        asked = parse_week(request.form.get("week", ""))
    except BadWeek:
        abort(422)
    stations, reassign = staff.stations(Role.COORDINATOR), request.form.get("reassign") == "yes"
    found = services.find(asked, stations, now=now, reassign=reassign)
    proposal_id = services.propose(found, stations, now=now, by=staff.actor)
    return redirect(url_for("roster.proposal", proposal_id=proposal_id), 303)


@blueprint.get("/desk/roster/<int:proposal_id>")
@open_to("coordinator")
@personal
def proposal(proposal_id: int) -> ResponseReturnValue:
    """The proposal beside what is."""
    found = _mine(proposal_id)
    known = situation_of(db.session(), found)
    page = proposal_page(Seen(found, known, proposed(found, known)))
    return render_template("scheduling/roster_proposal.html", page=page)


@blueprint.post("/desk/roster/<int:proposal_id>")
@open_to("coordinator")
@personal
def accept(proposal_id: int) -> ResponseReturnValue:
    """Give the events as they stand in the form, all at once or not at all."""
    found = _mine(proposal_id)
    chosen, left = _chosen(found), frozenset(map(_number, request.form.getlist("leave")))
    try:
        apply(proposal_id, chosen, leave_out=left, now=clock.now(), actor=required_staff().actor)
    except RosterConflicts as error:
        return _again(found, chosen, left, conflicts=error.conflicts)
    except NotToApply:
        return _again(_mine(proposal_id), problem=_("It was accepted already."))
    except HostTaken as error:
        return _again(found, chosen, left, problem=_taken(error))
    return redirect(url_for("roster.proposal", proposal_id=proposal_id), 303)


def _again(
    found: StoredProposal,
    chosen: Mapping[int, Choice] | None = None,
    left: frozenset[int] = frozenset(),
    conflicts: Sequence[Conflict] = (),
    problem: str = "",
) -> ResponseReturnValue:
    """The proposal as it was sent, beside what is now, and what stood in the way."""
    known = situation_of(db.session(), found)
    seen = Seen(found, known, chosen or proposed(found, known), left | {one.event_id for one in conflicts})
    return render_template("scheduling/roster_proposal.html", page=proposal_page(seen, conflicts, problem)), 409


def _week(asked: Week, problem: str = "") -> str:
    session, stations = db.session(), required_staff().stations(Role.COORDINATOR)
    events = week_events(session, asked, stations)
    earlier = [one for one in proposals_for(session, asked, EARLIER_SHOWN) if _is_mine(one)]
    return render_template("scheduling/roster.html", page=week_page(asked, events, earlier, problem))


def _mine(proposal_id: int) -> StoredProposal:
    """The proposal, if it is for nothing but the coordinator's stations; unknown and foreign ones are the same 404."""
    found = proposal_of(db.session(), proposal_id)
    return found if found and _is_mine(found) else abort(404)


def _is_mine(proposal: StoredProposal) -> bool:
    mine = required_staff().stations(Role.COORDINATOR)
    return mine is None or (proposal.stations is not None and proposal.stations <= mine)


def _chosen(found: StoredProposal) -> Mapping[int, Choice]:
    """What stands in the form; 422 for a guide whom nobody knows."""
    known = situation_of(db.session(), found)
    by_code = {name.code: guide for guide, name in known.names.items()}
    chosen = {}
    for event, first in proposed(found, known).items():
        code = request.form.get(f"guide-{event}")
        if code and code not in by_code:
            abort(422)
        guide = first.guide if code is None else by_code.get(code)
        chosen[event] = Choice(guide, request.form.get(f"lock-{event}") == "yes")
    return chosen


def _number(text: str) -> int:
    found = number_in(text)
    return abort(422) if found is None else found


def _taken(error: HostTaken) -> str:
    if isinstance(error, RoomTaken):
        return str(
            _("The meeting room is taken at the time of %(event)s. Nothing was changed.", event=error.event_code)
        )
    return str(_("Somebody else was changing the schedule at the same moment. Nothing was changed: try again."))
