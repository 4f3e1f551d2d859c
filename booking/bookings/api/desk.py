"""What only a desk does, over the JSON API: book for callers, take back, write to groups, merge, read the trail."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.queries import trail_of
from booking.accounts.terms import Role
from booking.bookings.api.answers import booked_json, booking_json, refused
from booking.bookings.api.event_answers import event_json
from booking.bookings.api.requests import (
    KEY,
    asked_for,
    idempotency_key,
    situation_of,
    time_field,
    unknown_time,
    with_hold,
)
from booking.bookings.desk_schemas import (
    DeskBookingIn,
    GroupsMessageIn,
    GroupsMessageOut,
    MergeIn,
    MergeOut,
    PairsOut,
    RestoreIn,
    SpellingOut,
    TrailOut,
)
from booking.bookings.event_schemas import EventOut, EventProblem
from booking.bookings.messages import subject_of
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.organisations import Spelling, merges, suggested
from booking.bookings.schemas import BookedOut, BookingOut, KeyHeader, RefusedProblem
from booking.bookings.services.book import book as book_place
from booking.bookings.services.merge import (
    UNDONE_FOR,
    LabelTaken,
    MergeOrder,
    UnknownOrganisation,
    merge_organisations,
    undo_merge,
)
from booking.bookings.services.restore_event import restore_event
from booking.bookings.services.undo import undo_cancellation
from booking.bookings.services.write_groups import Draft, Text, recipients, write_to_groups
from booking.bookings.terms import BookingRefused, Conflict, KeyReused, UnknownTime
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.notices.placeholders import wrong_placeholders
from booking.problems import problem
from booking.scheduling.queries.desk import DeskEvent, desk_event
from booking.scheduling.terms import HostTaken
from booking.text import number_in

blueprint = Blueprint("desk_api", __name__, url_prefix=PREFIX)
MOST_PAIRS = 100
CONFLICT = 409
_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_BOOKING = {"booking": "As `reference` of any answer."}
_EVENT = {"code": "As `event_id` of any answer."}


@blueprint.post("/desk/bookings")
@open_to("coordinator")
@personal
@spec.validate(
    headers=KeyHeader,
    resp=Answers(HTTP_201=BookedOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=RefusedProblem, HTTP_422=Problem),
    security=_STAFF,
    tags=["desk"],
    operation_id="book_for_group",
)
def book_for_group(json: DeskBookingIn) -> ResponseReturnValue:
    """Book for a caller at one of your stations: the same rules, but for those to which `exception` gives a reason."""
    now, key, actor = clock.now(), idempotency_key(), required_staff().actor
    asked, hold = asked_for(json)
    wanted, own = with_hold(asked, hold, now)
    if not required_staff().may(Role.COORDINATOR, situation_of(wanted, now, own, time_field(json)).station.code):
        raise unknown_time(time_field(json))
    try:
        return booked_json(book_place(asked, key=key, now=now, hold=hold, actor=actor, exception=json.exception))
    except BookingRefused as error:
        return refused(error.refusals, wanted, now, own=own)
    except UnknownTime:
        raise unknown_time(time_field(json)) from None
    except KeyReused:
        raise InvalidInput.of(KEY, _("This key was sent before with another body. Use a new one.")) from None


@blueprint.post("/desk/bookings/<booking>/restore")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=BookingOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=RefusedProblem),
    path_parameter_descriptions=_BOOKING,
    security=_STAFF,
    tags=["desk"],
    operation_id="restore_booking",
)
def restore_booking(booking: str) -> ResponseReturnValue:
    """Take a cancellation back while the place, the guide and the time are free; 409 says what stands against it."""
    found, now = _booking(booking), clock.now()
    try:
        undo_cancellation(booking, version=found.version, now=now, actor=required_staff().actor)
    except BookingRefused as error:
        return refused(error.refusals, found.as_request(), now, own=found)
    except Conflict:
        return problem(CONFLICT, _("This booking is not cancelled, or its time is over. Nothing was changed."))
    return answer(booking_json(_booking(booking), now))


@blueprint.get("/desk/bookings/<booking>/trail")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=TrailOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_BOOKING,
    security=_STAFF,
    tags=["desk"],
    operation_id="trail_of_booking",
)
def trail_of_booking(booking: str) -> ResponseReturnValue:
    """What became of a booking, and who did it."""
    return _trail(subject_of(_booking(booking).reference))


@blueprint.post("/desk/events/<code>/restore")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=EventOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=EventProblem, HTTP_422=Problem),
    path_parameter_descriptions=_EVENT,
    security=_STAFF,
    tags=["desk"],
    operation_id="restore_event",
)
def restore(code: str, json: RestoreIn) -> ResponseReturnValue:
    """Let an event that was called off take place after all; each group that has nothing else then is back in it."""
    found, actor = _event(code), required_staff().actor
    try:
        restore_event(code, version=found.version, now=clock.now(), actor=actor, without_guide=json.without_guide)
    except (Conflict, HostTaken):
        told = _("The premises, its guide or its room are not free, or it was not called off. Nothing was changed.")
        return problem(CONFLICT, told, current=event_json(_event(code)))
    return answer(event_json(_event(code)))


@blueprint.get("/desk/events/<code>/trail")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=TrailOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_EVENT,
    security=_STAFF,
    tags=["desk"],
    operation_id="trail_of_event",
)
def trail_of_event(code: str) -> ResponseReturnValue:
    """What became of an event, and who did it."""
    return _trail(f"event:{_event(code).code}")


@blueprint.post("/desk/events/<code>/messages")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=GroupsMessageOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=Problem, HTTP_422=Problem),
    path_parameter_descriptions=_EVENT,
    security=_STAFF,
    tags=["desk"],
    operation_id="write_to_groups",
)
def write(code: str, json: GroupsMessageIn) -> ResponseReturnValue:
    """Write to the groups of an event. Each reads a text once, however often it is sent."""
    found = _event(code)
    draft = Draft(_texts(json), frozenset({found.id}), json.in_line)
    seen = recipients(draft)
    if json.send:
        write_to_groups(draft, state=seen.state, now=clock.now(), actor=required_staff().actor)
    told = {"groups": len(seen.groups), "languages": dict(seen.locales), "read_before": seen.told}
    return answer({**told, "without_address": seen.without_address, "sent": json.send})


def _texts(json: GroupsMessageIn) -> dict[str, Text]:
    if i18n.DEFAULT_LOCALE not in json.texts:
        raise InvalidInput.of("texts", _("Write it in English at least."))
    for locale, one in json.texts.items():
        if locale not in i18n.LOCALES:
            raise InvalidInput.of(f"texts.{locale}", _("We write no mails in this language."))
        if wrong := wrong_placeholders(f"{one.subject}\n{one.text}"):
            told = _("%(wrong)s means nothing here.", wrong=i18n.join_facts(wrong))
            raise InvalidInput.of(f"texts.{locale}", told)
    return {locale: Text(one.subject, one.text) for locale, one in json.texts.items()}


@blueprint.get("/desk/organisations/pairs")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=PairsOut, HTTP_401=Problem, HTTP_404=Problem),
    security=_STAFF,
    tags=["desk"],
    operation_id="pairs",
)
def pairs() -> ResponseReturnValue:
    """Organisations of one country whose names are alike: they may be one."""
    found = suggested(db.session(), required_staff().stations(Role.COORDINATOR), MOST_PAIRS)
    return answer({"pairs": [{"kept": _spelling(one), "merged": _spelling(two)} for one, two in found]})


def _spelling(one: Spelling) -> dict[str, object]:
    return SpellingOut(
        id=one.id, name=one.name, country=one.country, bookings=one.bookings, contacts=one.contacts
    ).model_dump()


@blueprint.post("/desk/organisations/merges")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=MergeOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=Problem, HTTP_422=Problem),
    security=_STAFF,
    tags=["desk"],
    operation_id="merge_organisations",
)
def merge(json: MergeIn) -> ResponseReturnValue:
    """Make two spellings one: the bookings of `merged` are those of `kept` from then on, and new ones too."""
    staff = required_staff()
    reach = staff.stations(Role.COORDINATOR)
    order = MergeOrder(json.kept, json.merged, clock.now(), staff.actor, json.labels, reach=reach)
    try:
        made = merge_organisations(order)
    except UnknownOrganisation:
        raise InvalidInput.of("merged", _("There are no two such organisations in one country.")) from None
    except LabelTaken:
        return problem(CONFLICT, _("A label does not tell two groups of one event apart. Nothing was merged."))
    except Conflict:
        return problem(
            CONFLICT, _("It has booked at other stations too, or has changed meanwhile. Nothing was merged.")
        )
    return answer({"merge": made})


@blueprint.post("/desk/organisations/merges/<merge>/part")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=MergeOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=Problem),
    path_parameter_descriptions={"merge": "From the answer to the merge."},
    security=_STAFF,
    tags=["desk"],
    operation_id="part_organisations",
)
def part(merge: str) -> ResponseReturnValue:
    """Undo a merge within a day; what was booked since stays with the one that was kept."""
    now, staff = clock.now(), required_staff()
    number = number_in(merge) or 0
    found, reach = merges(db.session(), now - UNDONE_FOR, 1, number), staff.stations(Role.COORDINATOR)
    if not found or not (reach is None or found[0].stations <= reach):
        abort(404)
    try:
        undo_merge(number, now=now, actor=staff.actor)
    except Conflict:
        return problem(CONFLICT, _("It is undone already, or one of them was merged with another since."))
    return answer({"merge": number})


def _booking(reference: str) -> BookingFacts:
    found = booking_by_reference(db.session(), reference) or abort(404)
    staff_at(Role.COORDINATOR, found.station.code)
    return found


def _event(code: str) -> DeskEvent:
    found = desk_event(db.session(), code) or abort(404)
    staff_at(Role.COORDINATOR, found.station)
    return found


def _trail(subject: str) -> ResponseReturnValue:
    lines = [
        {"at": one.at.isoformat(), "who": one.actor, "action": one.action, "before": one.before, "after": one.after}
        for one in trail_of(db.session(), subject)
    ]
    return answer({"trail": lines})
