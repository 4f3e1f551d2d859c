"""Why nothing fits, and which times a class might miss in the list: answered by the one decision, rule by rule."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice

from booking import zones
from booking.bookings.offers import Blocked
from booking.bookings.rules import Decision, Situation, decide, holidays, time
from booking.bookings.search import Search, is_given_on_demand
from booking.bookings.slot_ids import event_slot_id, open_slot_id
from booking.bookings.terms import OFFICIAL_REQUESTERS, Action, BookingRequest, Refusal
from booking.bookings.wishes import clamped
from booking.bookings.world import Offered, OpenEvent
from booking.catalogue.terms import Format, Kind
from booking.scheduling.minutes import Span, day_number, minute_of

HANDFUL = 5
NO_HOST = "LANG-06"
STEPS = (
    ("REQ-01", "REQ-02", "LANG-04"),
    ("REQ-03", "OND-01", "CLO-04", "OFF-01", "STA-01"),
    ("TIME-04", "TIME-03", "LEAD-03"),
    ("LEAD-01", "LEAD-02"),
    ("CLO-01", "CLO-02", "CLO-03"),
    ("TIME-02", "TIME-01"),
    ("LANG-01", "LANG-02", "LANG-03", "LANG-05"),
    ("SPK-01",),
    ("CAP-01", "CAP-03", "CAP-04", "CAP-02"),
    ("AGE-01", "SUP-01"),
    ("OVL-01", "OVL-02", "DUP-01", NO_HOST),
)
"""The order of checks: what fails later came nearer to being booked."""
_STEP = {rule: number for number, rules in enumerate(STEPS) for rule in rules}


def decision(search: Search, situation: Situation) -> Decision:
    """What the rules say to the class at a time, as far as the criteria tell who asks."""
    return decided(replace(search.asked, language=situation.language or ""), situation, search.world.now)


def decided(asked: BookingRequest, situation: Situation, now: datetime) -> Decision:
    """The decision on holding the time, with CLO-02 and CLO-03 in their step: nobody is shown what is not for them."""
    said = decide(asked, situation, now, Action.HOLD)
    who = (time.group_has_booked(asked, situation, now), time.requester_is_official(asked, situation, now))
    not_for_them = [refusal for refusal in who if refusal]
    earlier = any(_STEP[refusal.rule] < _STEP["CLO-02"] for refusal in said.refusals)
    return Decision(not_for_them, []) if not_for_them and not earlier else said


def reasons(search: Search) -> tuple[Refusal, ...]:
    """Why nothing fits: the refusals of what came nearest, each rule once."""
    wanted = [one for one in search.world.offerings.values() if search.wants_offering(one)]
    meant = [one for one in wanted if _is_meant(search, one)]
    found: dict[str, Refusal] = {}
    for refusal in chain.from_iterable(_of_offering(search, offered) for offered in meant or wanted):
        found.setdefault(refusal.rule, refusal)
    furthest = max((_STEP[rule] for rule in found), default=0)
    return tuple(refusal for rule, refusal in found.items() if _STEP[rule] == furthest)


def _of_offering(search: Search, offered: Offered) -> list[Refusal]:
    """Why an offering cannot be had in the first language, at its likeliest time."""
    language = next(iter(search.preferred(offered)), "")
    said = decision(search, search.world.situation(offered, language, _likeliest(search, offered)))
    return said.refusals or [warning for warning in said.warnings if warning.rule == NO_HOST]


def _is_meant(search: Search, offered: Offered) -> bool:
    """Whether the class may have thought of it: a visit for delegations, or a date of others, only if it says so."""
    facts, criteria = offered.facts, search.criteria
    if criteria.offering:
        return True
    if facts.kind is Kind.COURTESY_VISIT:
        return facts.kind in criteria.kinds or criteria.organisation_type in OFFICIAL_REQUESTERS
    return is_given_on_demand(facts) or facts.format is Format.OFF_SITE


def _likeliest(search: Search, offered: Offered) -> int:
    """The start that breaks the fewest rules of time, in minutes since 1970."""
    facts = offered.facts
    in_hours = search.in_hours(offered)
    bookable = search.world.timetable(offered.station).on_days(search.bookable_days(offered))
    anyhow = search.wishes.starts(facts.duration_min, on_site=facts.is_on_site)
    for starts in (search.opening(offered), in_hours & bookable, in_hours, anyhow & bookable, anyhow):
        if starts:
            return search.world.span.base + (starts & -starts).bit_length() - 1
    return _last_day(search)


def _last_day(search: Search) -> int:
    """The first minute of the last day looked for: none of its minutes is to come, or none suits."""
    criteria = search.criteria
    day = criteria.to_day or criteria.from_day
    return minute_of(zones.day_bounds(clamped(day), criteria.time_zone)[0]) if day else search.wishes.wished.base


def blocked(search: Search, between: Span) -> tuple[Blocked, ...]:
    """A handful of times of the list's stretch that the class would see but for one reason: full, or a holiday."""
    both = chain(_full_events(search, between), _holidays(search, between))
    return tuple(sorted(islice(both, HANDFUL), key=lambda one: (one.starts_at, one.slot)))


def _full_events(search: Search, between: Span) -> Iterator[Blocked]:
    for event in search.world.events:
        if between.base <= minute_of(event.starts_at) < between.end and _is_full(search, event):
            offered = search.world.offerings[event.offering_id]
            refusals = decision(search, search.world.situation_of(event)).refusals
            if [refusal.rule for refusal in refusals] == ["CAP-02"]:
                yield blocked_event(offered, event, tuple(refusals))


def _is_full(search: Search, event: OpenEvent) -> bool:
    full = not search.has_room(event)
    return full and search.suits(event) and search.fits_shared(search.world.offerings[event.offering_id])


def blocked_event(offered: Offered, event: OpenEvent, refusals: tuple[Refusal, ...]) -> Blocked:
    """An event that cannot be joined, with the reasons."""
    return Blocked(
        slot=event_slot_id(event.code),
        event=event.code,
        offering=offered.facts.code,
        slug=offered.facts.slug,
        title=event.title or offered.title,
        station=offered.station.code,
        time_zone=offered.station.time_zone,
        format=event.format,
        kind=event.kind,
        language=event.language,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        refusals=refusals,
    )


def _holidays(search: Search, between: Span) -> Iterator[Blocked]:
    """One time for each station and holiday: the first that the class would have had, were it a working day."""
    given = [one for one in search.world.offerings.values() if is_given_on_demand(one.facts)]
    for station_id, closures in search.world.closures.items():
        offers = [one for one in given if one.station.id == station_id and search.wants_offering(one)]
        for day in sorted(holidays(closures)):
            rows = (_on_holiday(search, offered, day_number(day), between) for offered in offers)
            yield from islice((row for row in rows if row), 1)


def _on_holiday(search: Search, offered: Offered, day: int, between: Span) -> Blocked | None:
    languages = search.languages(offered)
    of_day = search.world.timetable(offered.station).on_days([day])
    starts = search.in_hours(offered) & of_day if languages else 0
    minute = search.world.span.base + (starts & -starts).bit_length() - 1
    if not starts or not between.base <= minute < between.end:
        return None
    situation = search.world.situation(offered, languages[0], minute)
    refusals = decision(search, situation).refusals
    only_this = [refusal.rule for refusal in refusals] == ["TIME-02"]
    return blocked_start(offered, situation, tuple(refusals)) if only_this else None


def blocked_start(offered: Offered, situation: Situation, refusals: tuple[Refusal, ...]) -> Blocked:
    """A start of one's own that cannot be had, with the reasons; the situation has its time and language."""
    facts, station = offered.facts, offered.station
    if situation.starts_at is None or situation.ends_at is None or situation.language is None:
        raise ValueError("a blocked time has a start and a language")
    return Blocked(
        slot=open_slot_id(facts.code, situation.language, situation.starts_at),
        event="",
        offering=facts.code,
        slug=facts.slug,
        title=offered.title,
        station=station.code,
        time_zone=station.time_zone,
        format=facts.format,
        kind=facts.kind,
        language=situation.language,
        starts_at=situation.starts_at,
        ends_at=situation.ends_at,
        refusals=refusals,
    )
