"""May this group have this place? Pure decisions: a request, a snapshot and a moment in; refusals out.

One function a rule, with its id; the order of checks stands here. A step that fails ends the check, and all broken
rules of that step are told at once. The page, the API, `booking try` and every service ask the same `decide`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime

from booking.bookings.rules import group, limits, request, time, waiting
from booking.bookings.rules.changes import change_is_free, list_is_received
from booking.bookings.rules.limits import Bound, Explanation, LimitSource, explain, private_capacity, within_limits
from booking.bookings.rules.situation import (
    Decision,
    Situation,
    adults_needed,
    closes,
    closures_in_force,
    conditions_on,
    first_bookable_day,
    holidays,
    hours_of,
    last_bookable_day,
    phases_for,
    today,
)
from booking.bookings.terms import MANY_NO_SHOWS, Action, BookingRequest, Refusal
from booking.catalogue.terms import Kind
from booking.scheduling.terms import EventStatus

Rule = Callable[[BookingRequest, Situation, datetime], Refusal | list[Refusal] | None]

STEPS: tuple[tuple[Rule, ...], ...] = (
    (request.required_is_given, request.country_is_known, request.language_is_known),
    (
        request.offering_is_of_station,
        request.offering_needs_booking,
        request.offering_has_started,
        request.date_is_published,
        request.event_can_be_joined,
    ),
    (time.time_is_plain,),
    (time.lead_time_is_kept, time.booking_is_open),
    (time.premises_are_open, time.group_has_booked, time.requester_is_official),
    (time.station_works,),
    (group.language_is_offered, group.event_language_is_taken),
    (group.topic_is_named,),
    (
        group.group_is_not_too_large,
        group.group_is_not_too_small,
        limits.distance_is_kept,
        group.places_are_left,
        limits.limits_are_kept,
    ),
    (group.ages_fit, group.adults_come_along),
    (group.host_is_free, group.group_is_free, group.group_is_not_booked_yet),
)
"""The checks of a booking, in their order."""

RESIZING: tuple[tuple[Rule, ...], ...] = (
    (
        group.group_is_not_too_large,
        group.group_is_not_too_small,
        limits.distance_is_kept,
        group.places_are_left,
        limits.limits_are_kept,
    ),
    (group.adults_come_along,),
)
"""The checks of another number in the same event: its time, language and closure are not asked again."""

LIMITS: frozenset[Rule] = frozenset({limits.distance_is_kept, limits.limits_are_kept})
"""What may be lowered after somebody has booked."""

WARNINGS: tuple[Rule, ...] = (group.hour_suits_the_group, group.guide_is_free)

NOT_FOR_HOLDS: frozenset[Rule] = frozenset(
    {
        request.required_is_given,  # nobody has said yet who comes
        request.country_is_known,
        time.group_has_booked,
        time.requester_is_official,
        group.topic_is_named,
        group.adults_come_along,
        group.group_is_free,
        group.group_is_not_booked_yet,
    },
)
"""What a hold cannot know yet: the booking that follows is checked whole."""

ASKED_ALREADY: frozenset[Rule] = frozenset({request.required_is_given, request.country_is_known})
"""What a request had to hold when it was made: a person decides on what there is."""

LEFT_OUT: Mapping[Action, frozenset[Rule]] = {
    Action.HOLD: NOT_FOR_HOLDS,
    Action.PROPOSE: ASKED_ALREADY,
    Action.ACCEPT: ASKED_ALREADY | {time.lead_time_is_kept, time.booking_is_open},  # it was asked for in time
}

OVERRIDABLE = frozenset({"LANG-02", "LEAD-01", "CAN-01"})
"""Rules that a coordinator may make an exception to, with a written reason."""

OF_ONE_RULE: Mapping[Action, Rule] = {
    Action.CANCEL: change_is_free,
    Action.FINAL_CHECK: list_is_received,
    Action.TAKE_OFFER: group.group_is_free,  # the rest was decided when the group joined the line, NSH-01 was not
}
"""Actions that ask for one thing only."""

DECIDED_BY_A_PERSON = frozenset(Kind) - {Kind.TOUR}
"""An event of its own of these kinds is asked for, not booked at once."""


def decide(
    asked: BookingRequest,
    situation: Situation,
    now: datetime,
    action: Action = Action.BOOK,
    waived: Collection[str] = (),
) -> Decision:
    """The one decision: refusals of the first failing step, warnings, and whether a person must decide.

    `waived`: ids of rules to which a person makes an exception.
    """
    if action in OF_ONE_RULE:
        answers = _answers((OF_ONE_RULE[action],), asked, situation, now)
        return Decision(answers, [], needs_person=action is Action.TAKE_OFFER and needs_person(situation))
    if action is Action.CHANGE and (late := _answers((change_is_free,), asked, situation, now)):
        return Decision(late, [])
    if action is Action.RESIZE:
        return Decision(_first_failing(_resizing(asked, situation), asked, situation, now), [])
    if refusals := _first_failing(_steps(action), asked, situation, now, waived):
        return Decision(refusals, [])
    warnings = _answers(WARNINGS, asked, situation, now)
    in_line = waiting.waits(asked, situation, now)
    return Decision([], warnings, needs_person=needs_person(situation), waits=in_line)


def exceptions(asked: BookingRequest, situation: Situation, now: datetime, action: Action) -> list[str]:
    """The ids of the rules that refuse this, but to which a coordinator may make an exception."""
    found = (refusal.rule for step in _steps(action) for refusal in _answers(step, asked, situation, now))
    return sorted(OVERRIDABLE.intersection(found))


def _resizing(asked: BookingRequest, situation: Situation) -> Iterator[tuple[Rule, ...]]:
    """Fewer people than are booked are always welcome: a lower limit keeps nobody from coming closer to it."""
    is_fewer = asked.size is not None and asked.size <= situation.own_places
    left_out = LIMITS if is_fewer else frozenset()
    return (tuple(rule for rule in step if rule not in left_out) for step in RESIZING)


def _steps(action: Action) -> Iterator[tuple[Rule, ...]]:
    left_out = LEFT_OUT.get(action, frozenset())
    return (tuple(rule for rule in step if rule not in left_out) for step in STEPS)


def _first_failing(
    steps: Iterable[tuple[Rule, ...]],
    asked: BookingRequest,
    situation: Situation,
    now: datetime,
    waived: Collection[str] = (),
) -> list[Refusal]:
    """All refusals of the first step that fails, none where all pass."""
    answers = (_answers(step, asked, situation, now) for step in steps)
    binding = ([refusal for refusal in step if refusal.rule not in waived] for step in answers)
    return next(filter(None, binding), [])


def _answers(rules: tuple[Rule, ...], asked: BookingRequest, situation: Situation, now: datetime) -> list[Refusal]:
    found: list[Refusal] = []
    for rule in rules:
        answer = rule(asked, situation, now)
        if isinstance(answer, list):
            found += answer
        elif answer is not None:
            found.append(answer)
    return found


def needs_person(situation: Situation) -> bool:
    """Whether a person must decide: an event of its own that needs a speaker or protocol, or with no guide free.

    NSH-01: so it is whenever the group did not come twice within a year.
    """
    if situation.no_shows >= MANY_NO_SHOWS:
        return True
    if not situation.is_private:
        return False
    event = situation.event
    nobody_free = event.status is EventStatus.PLANNED if event else not situation.free_hosts
    return nobody_free or situation.offering.kind in DECIDED_BY_A_PERSON


__all__ = [
    "STEPS",
    "Action",
    "Bound",
    "Decision",
    "Explanation",
    "LimitSource",
    "Rule",
    "Situation",
    "adults_needed",
    "change_is_free",
    "closes",
    "closures_in_force",
    "conditions_on",
    "decide",
    "explain",
    "first_bookable_day",
    "holidays",
    "hours_of",
    "last_bookable_day",
    "list_is_received",
    "needs_person",
    "phases_for",
    "private_capacity",
    "today",
    "within_limits",
]
