"""Can this host give this event? Sets of minutes, reasons, and a slow walk over the clock give the same answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.catalogue.terms import Kind, StationFacts
from booking.scheduling.fitness import Company, Wanted, reasons_against
from booking.scheduling.hosts import HostFacts, Need, OtherHours, Taken
from booking.scheduling.minutes import DAY, Pattern, Span, instant_of, minute_of
from booking.scheduling.rules import skill_needed
from booking.scheduling.slots import Timetable
from booking.scheduling.terms import HostRole, Limits, Reason, Skill, Unfit

VIENNA, NEW_YORK = "Europe/Vienna", "America/New_York"
WEEK = frozenset(range(5))
OFFICE = StationFacts(1, "VIE", "Vienna", VIENNA, WEEK, virtual_hours=(480, 1200), on_site_hours=(540, 1020))
TOUR = Need(1, HostRole.GUIDE, "en")
WEEKDAYS: Pattern = tuple((day, 540, 1020) for day in range(5))
GUIDE = HostFacts(7, 1, HostRole.GUIDE, frozenset({"en"}), VIENNA, WEEKDAYS)
CHANGES = [  # a day on which clocks change, or the day before or after one that is skipped
    (VIENNA, date(2027, 3, 28)),
    (VIENNA, date(2027, 10, 31)),
    (NEW_YORK, date(2027, 3, 14)),
    (NEW_YORK, date(2027, 11, 7)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Africa/Cairo", date(2027, 10, 29)),
    ("Asia/Kolkata", date(2027, 6, 9)),
    ("Pacific/Kiritimati", date(2027, 6, 6)),
]


def at(text: str, zone: str = VIENNA) -> int:
    return minute_of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))


def event(start: str, minutes: int = 60, code: str = "VIE-E1", pause: int = 15) -> Taken:
    begin = at(start)
    return Taken(7, begin, begin + minutes + pause, is_event=True, pause=pause, code=code)


def wanted(start: str, minutes: int = 60, need: Need = TOUR, code: str = "") -> Wanted:
    return Wanted(need, at(start), at(start) + minutes, 15, code)


def reasons(host: HostFacts, one: Wanted, *taken: Taken) -> list[Reason]:
    return [unfit.reason for unfit in reasons_against(host, one, taken)]


TUESDAY = "2026-12-01T"


@pytest.mark.parametrize(
    ("host", "one", "taken", "reason"),
    [
        (replace(GUIDE, role=HostRole.SPEAKER), wanted(TUESDAY + "10:00"), (), Reason.ROLE),
        (GUIDE, wanted(TUESDAY + "10:00", need=TOUR._replace(language="fr")), (), Reason.LANGUAGE),
        (
            replace(GUIDE, leads=frozenset({Skill.THEMATIC})),
            wanted(TUESDAY + "10:00", need=TOUR._replace(skill=Skill.CHILDREN)),
            (),
            Reason.SKILL,
        ),
        (GUIDE, wanted(TUESDAY + "10:00", need=TOUR._replace(station_id=2)), (), Reason.STATION),
        (
            replace(GUIDE, online_at=frozenset({2})),
            wanted(TUESDAY + "10:00", need=TOUR._replace(station_id=2, on_site=True)),
            (),
            Reason.STATION,
        ),
        (
            replace(GUIDE, days_off=((date(2026, 11, 30), date(2026, 12, 1)),)),
            wanted(TUESDAY + "10:00"),
            (),
            Reason.DAY_OFF,
        ),
        (GUIDE, wanted(TUESDAY + "08:30"), (), Reason.HOURS),
        (GUIDE, wanted(TUESDAY + "16:30"), (), Reason.HOURS),
        (
            replace(GUIDE, other_hours=(OtherHours(date(2026, 12, 1), 600, 720, works=False),)),
            wanted(TUESDAY + "11:30"),
            (),
            Reason.HOURS,
        ),
        (
            GUIDE,
            wanted(TUESDAY + "10:00"),
            (Taken(7, at(TUESDAY + "10:30"), at(TUESDAY + "11:00"), is_event=False),),
            Reason.BUSY,
        ),
        (GUIDE, wanted(TUESDAY + "10:00"), (event(TUESDAY + "11:00"),), Reason.EVENT),
        (GUIDE, wanted(TUESDAY + "12:00"), (event(TUESDAY + "11:00"),), Reason.EVENT),
        (
            replace(GUIDE, limits=Limits(rest_min=15 * 60)),
            wanted(TUESDAY + "09:00"),
            (event("2026-11-30T17:30"),),
            Reason.REST,
        ),
        (
            replace(GUIDE, limits=Limits(rest_min=17 * 60)),
            wanted(TUESDAY + "16:00"),
            (event("2026-12-02T09:00"),),
            Reason.REST,
        ),
        (
            replace(GUIDE, limits=Limits(events_per_day=1)),
            wanted(TUESDAY + "15:00"),
            (event(TUESDAY + "09:00"),),
            Reason.DAY_LIMIT,
        ),
        (
            replace(GUIDE, limits=Limits(minutes_per_day=119)),
            wanted(TUESDAY + "15:00"),
            (event(TUESDAY + "09:00"),),
            Reason.DAY_MINUTES,
        ),
        (
            replace(GUIDE, limits=Limits(events_per_week=1)),
            wanted(TUESDAY + "15:00"),
            (event("2026-12-04T09:00"),),
            Reason.WEEK_LIMIT,
        ),
        (
            replace(GUIDE, limits=Limits(minutes_per_week=100)),
            wanted(TUESDAY + "15:00"),
            (event("2026-11-30T09:00"),),
            Reason.WEEK_MINUTES,
        ),
    ],
)
def test_each_reason_is_told_where_it_holds(
    host: HostFacts, one: Wanted, taken: Sequence[Taken], reason: Reason
) -> None:
    assert reasons(host, one, *taken) == [reason]


@pytest.mark.parametrize(
    ("host", "one", "taken"),
    [
        (GUIDE, wanted(TUESDAY + "09:00"), ()),
        (GUIDE, wanted(TUESDAY + "16:00"), ()),
        (replace(GUIDE, leads=frozenset()), wanted(TUESDAY + "10:00"), ()),
        (GUIDE, wanted(TUESDAY + "10:00", need=TOUR._replace(skill=Skill.PROTOCOL)), ()),
        (
            replace(GUIDE, online_at=frozenset({2})),
            wanted(TUESDAY + "10:00", need=TOUR._replace(station_id=2)),
            (),
        ),
        (
            replace(GUIDE, on_site_at=frozenset({2})),
            wanted(TUESDAY + "10:00", need=TOUR._replace(station_id=2, on_site=True)),
            (),
        ),
        (
            replace(GUIDE, other_hours=(OtherHours(date(2026, 12, 1), 1020, 1200, works=True),)),
            wanted(TUESDAY + "16:30", 90),
            (),
        ),
        (GUIDE, wanted(TUESDAY + "12:15"), (event(TUESDAY + "11:00"), event(TUESDAY + "13:30"))),
        (GUIDE, wanted(TUESDAY + "10:00", code="VIE-E1"), (event(TUESDAY + "10:30"),)),
        (replace(GUIDE, limits=Limits(rest_min=840)), wanted(TUESDAY + "09:00"), (event("2026-11-30T18:00"),)),
        (replace(GUIDE, limits=Limits(rest_min=840)), wanted(TUESDAY + "11:00"), (event(TUESDAY + "09:00"),)),
        (replace(GUIDE, limits=Limits(minutes_per_day=120)), wanted(TUESDAY + "15:00"), (event(TUESDAY + "09:00"),)),
        (replace(GUIDE, limits=Limits(events_per_week=1)), wanted("2026-12-07T09:00"), (event("2026-12-04T09:00"),)),
    ],
)
def test_where_nothing_stands_against_it_no_reason_is_told(
    host: HostFacts, one: Wanted, taken: Sequence[Taken]
) -> None:
    assert reasons(host, one, *taken) == []


def test_the_other_event_and_the_limit_are_named() -> None:
    host = replace(GUIDE, limits=Limits(events_per_day=1))
    found = reasons_against(host, wanted(TUESDAY + "10:30"), [event(TUESDAY + "10:00", code="VIE-X")])
    assert found == (Unfit(Reason.EVENT, "VIE-X"), Unfit(Reason.DAY_LIMIT, limit=1))


def test_hours_and_days_are_those_of_the_home_station_wherever_the_event_is() -> None:
    """Nine in Vienna is three at night in New York; a limit of Vienna's Tuesday counts Vienna's Tuesday."""
    far = replace(GUIDE, zone=NEW_YORK, online_at=frozenset({1}), station_id=2, limits=Limits(events_per_day=1))
    assert reasons(far, wanted(TUESDAY + "09:00")) == [Reason.HOURS]
    assert reasons(far, wanted(TUESDAY + "16:00")) == []
    late = Taken(7, at(TUESDAY + "20:00", NEW_YORK), at(TUESDAY + "21:00", NEW_YORK))  # Vienna's Wednesday
    assert reasons(far, wanted(TUESDAY + "16:00"), late) == [Reason.DAY_LIMIT]


@pytest.mark.parametrize(
    ("kind", "audience", "theme", "skill"),
    [
        (Kind.TOUR, "mixed", "united-nations-general", None),
        (Kind.TOUR, "children", "united-nations-general", Skill.CHILDREN),
        (Kind.TOUR, "children", "climate-change", Skill.CHILDREN),
        (Kind.TOUR, "mixed", "climate-change", Skill.THEMATIC),
        (Kind.COURTESY_VISIT, "dignitaries", "united-nations-general", Skill.PROTOCOL),
        (Kind.BRIEFING, "mixed", "disarmament", None),
    ],
)
def test_children_protocol_and_a_theme_of_its_own_ask_for_a_skill(
    kind: Kind, audience: str, theme: str, skill: Skill | None
) -> None:
    assert skill_needed(kind, audience, theme) is skill


def _windows(day: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, int, int]]:
    """(day, opens, closes), a quarter of an hour at least."""
    opens, quarters = st.integers(0, 95), st.integers(1, 96)
    return st.builds(lambda of, first, length: (of, first * 15, min(first + length, 96) * 15), day, opens, quarters)


_PATTERNS = st.lists(_windows(st.integers(0, 6)), max_size=9).map(tuple)
_LIMITS = st.builds(
    Limits,
    events_per_day=st.none() | st.integers(0, 2),
    events_per_week=st.none() | st.integers(0, 3),
    minutes_per_day=st.none() | st.integers(30, 150),
    minutes_per_week=st.none() | st.integers(30, 300),
    rest_min=st.none() | st.integers(0, 60) | st.integers(600, 1440),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[HostFacts, list[Taken], Wanted]:
    """A host, what the host has, and an event near a change of clocks."""
    zone, day = draw(st.sampled_from(CHANGES))
    near = st.integers(-2, 2).map(lambda days: day + timedelta(days=days))
    changed = _windows(st.integers(-1, 1))
    noon = at(f"{day}T12:00", zone)
    host = HostFacts(
        id=7,
        station_id=1,
        role=HostRole.GUIDE,
        languages=frozenset({"en"}),
        zone=zone,
        hours=draw(_PATTERNS | st.just(tuple((day, 0, DAY) for day in range(7)))),
        days_off=tuple(draw(st.lists(near.map(lambda first: (first, first)), max_size=1))),
        other_hours=tuple(
            OtherHours(day + timedelta(days=shift), opens, closes, works)
            for (shift, opens, closes), works in draw(st.lists(st.tuples(changed, st.booleans()), max_size=3))
        ),
        limits=draw(_LIMITS | st.just(Limits())),
    )
    starts = st.integers(noon - DAY, noon + DAY) | st.integers(noon - 4 * DAY, noon + 4 * DAY)
    lengths, pauses = st.integers(15, 120), st.sampled_from([0, 15])
    taken = [
        Taken(7, start, start + length + pause, is_event=is_event, pause=pause if is_event else 0, code=f"E{number}")
        for number, (start, length, pause, is_event) in enumerate(
            draw(st.lists(st.tuples(starts, lengths, pauses, st.booleans()), max_size=5))
        )
    ]
    start = draw(st.integers(noon - DAY, noon + DAY))
    return host, taken, Wanted(TOUR, start, start + draw(lengths), draw(pauses))


def _works(host: HostFacts, minute: int) -> bool:
    """Whether a minute is worked, by the clock on the wall."""
    local = instant_of(minute).astimezone(ZoneInfo(host.zone))
    day, now = local.date(), local.hour * 60 + local.minute
    if any(first <= day <= last for first, last in host.days_off):
        return False
    changes = [one for one in host.other_hours if one.day == day and one.opens <= now < one.closes]
    if changes:
        return all(one.works for one in changes)
    return any(weekday == day.weekday() and opens <= now < closes for weekday, opens, closes in host.hours)


def _broken(host: HostFacts, one: Wanted, taken: Sequence[Taken]) -> Iterator[Reason]:
    """What a slow walk finds: every minute, every event."""

    def day(minute: int) -> date:
        return instant_of(minute).astimezone(ZoneInfo(host.zone)).date()

    if not all(_works(host, minute) for minute in range(one.start, one.end)):
        yield Reason.HOURS
    if any(one.start < other.end and other.start < one.end + one.pause for other in taken):
        yield Reason.EVENT
    events, limits = [other for other in taken if other.is_event], host.limits
    apart = [
        max(one.start - other.finish, other.start - one.end) for other in events if day(other.start) != day(one.start)
    ]
    if limits.rest_min is not None and any(minutes < limits.rest_min for minutes in apart):
        yield Reason.REST
    today = [other for other in events if day(other.start) == day(one.start)]
    week = [other for other in events if day(other.start).isocalendar()[:2] == day(one.start).isocalendar()[:2]]
    for held, most, most_minutes in (
        (today, limits.events_per_day, limits.minutes_per_day),
        (week, limits.events_per_week, limits.minutes_per_week),
    ):
        minutes = sum(other.finish - other.start for other in held) + one.end - one.start
        if (most is not None and len(held) >= most) or (most_minutes is not None and minutes > most_minutes):
            yield Reason.DAY_LIMIT


@given(cases())
def test_sets_of_minutes_reasons_and_a_slow_walk_agree(case: tuple[HostFacts, list[Taken], Wanted]) -> None:
    host, taken, one = case
    fits = not list(_broken(host, one, taken))
    station = replace(OFFICE, buffer_min=one.pause)
    table = Timetable(station, Span(one.start - 2 * DAY, one.end + 2 * DAY), [host], {7: taken})
    assert (reasons_against(host, one, taken) == ()) is fits
    assert (table.hosts_at(TOUR, one.start, one.end - one.start) == [host]) is fits
    assert (Company([host], {7: taken}).judge({1: one}) == {1: {7: ()}}) is fits
