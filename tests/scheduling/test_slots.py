"""Open starts, computed as sets of minutes: hours, hosts, pauses, days off, limits, and days on which clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import zones
from booking.catalogue.terms import StationFacts
from booking.scheduling import minutes as sets
from booking.scheduling.hosts import HostFacts, Need, Taken
from booking.scheduling.minutes import Pattern, Span
from booking.scheduling.slots import Timetable
from booking.scheduling.terms import HostRole, Limits

VIENNA, NEW_YORK = "Europe/Vienna", "America/New_York"
SMALL = Span(1000, 1300)
starts_and_ends = st.lists(st.tuples(st.integers(900, 1400), st.integers(900, 1400)), max_size=6)


WEEK = frozenset(range(5))
OFFICE = StationFacts(1, "VIE", "Vienna", VIENNA, WEEK, virtual_hours=(480, 1200), on_site_hours=(540, 1020))
ROUND_THE_CLOCK = replace(OFFICE, virtual_hours=(0, 1440), working_weekdays=frozenset(range(7)))


def station(zone: str) -> StationFacts:
    return replace(OFFICE, time_zone=zone)


def days(first: date, last: date, zone: str = "UTC") -> Span:
    start = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone))
    end = datetime(last.year, last.month, last.day, tzinfo=ZoneInfo(zone)) + timedelta(days=1)
    return Span(sets.minute_of(start.astimezone(UTC)), sets.minute_of(end.astimezone(UTC)))


OFFICE_HOURS = tuple((day, 480, 1200) for day in range(5))
ALL_HOURS = tuple((day, 0, 1440) for day in range(7))


def guide(number: int = 1, languages: str = "en fr", hours: Pattern = OFFICE_HOURS, zone: str = VIENNA) -> HostFacts:
    return HostFacts(number, 1, HostRole.GUIDE, frozenset(languages.split()), zone, hours)


def tour(language: str) -> Need:
    return Need(1, HostRole.GUIDE, language)


def limited(most: int) -> HostFacts:
    return replace(guide(), limits=Limits(events_per_day=most))


def at(text: str, zone: str = VIENNA) -> int:
    return sets.minute_of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))


def shown(found: int, span: Span, zone: str = VIENNA) -> list[str]:
    minutes = [minute for minute, _ in sets.chronological([found], span)]
    return [f"{sets.instant_of(minute).astimezone(ZoneInfo(zone)):%m-%d %H:%M}" for minute in minutes]


def open_starts(table: Timetable, language: str = "en", minutes: int = 60) -> list[str]:
    free = table.free_starts(tour(language), minutes)
    opening = table.open_hours(table.station.virtual_hours, minutes)
    return shown(free & opening, table.span, table.station.time_zone)


TUESDAY = days(date(2026, 12, 1), date(2026, 12, 1), VIENNA)
ALL_DAY = [f"12-01 {minute // 60:02}:{minute % 60:02}" for minute in range(8 * 60, 19 * 60 + 1, 30)]


def without(first: str, last: str) -> list[str]:
    return [start for start in ALL_DAY if not first <= start[-5:] <= last]


@given(starts_and_ends)
def test_a_set_of_minutes_holds_exactly_the_minutes_of_its_stretches(ranges: list[tuple[int, int]]) -> None:
    expected = {minute for start, end in ranges for minute in range(start, end)} & set(range(SMALL.base, SMALL.end))
    found = sets.bits_of(ranges, SMALL)
    assert {SMALL.base + place for place in range(found.bit_length()) if found >> place & 1} == expected


@given(starts_and_ends, st.integers(1, 40))
def test_room_is_where_all_minutes_are_free_and_meeting_where_one_is_taken(
    ranges: list[tuple[int, int]], minutes: int
) -> None:
    found = sets.bits_of(ranges, SMALL)
    places = range(SMALL.length)
    inside = {place for place in places if found >> place & 1}
    needed = {place: set(range(place, place + minutes)) for place in places}
    room, met = sets.room_for(minutes, found), sets.meets(minutes, found)
    assert {place for place in places if room >> place & 1} == {p for p in places if needed[p] <= inside}
    assert {place for place in places if met >> place & 1} == {p for p in places if needed[p] & inside}


@given(st.lists(st.integers(0, 2**4000), max_size=4), st.integers(0, 5000))
def test_starts_come_in_order_each_once_and_none_before_the_cursor(starts: list[int], after: int) -> None:
    span = Span(700, 700 + 4100)
    found = list(sets.chronological(starts, span, after))
    expected = [
        (700 + place, index)
        for place in range(span.length)
        for index, one in enumerate(starts)
        if one >> place & 1 and 700 + place >= after
    ]
    assert found == expected


def test_a_guide_who_works_the_hours_of_the_station_can_start_whenever_an_event_fits_in() -> None:
    assert open_starts(Timetable(OFFICE, TUESDAY, [guide()])) == ALL_DAY


def test_a_weekly_pattern_bounds_the_starts() -> None:
    table = Timetable(OFFICE, TUESDAY, [guide(hours=((1, 600, 720), (2, 480, 1200)))])
    assert open_starts(table) == ["12-01 10:00", "12-01 10:30", "12-01 11:00"]


def test_two_stretches_that_touch_are_one() -> None:
    table = Timetable(OFFICE, TUESDAY, [guide(hours=((1, 600, 660), (1, 660, 720)))])
    assert "12-01 10:30" in open_starts(table)


def test_nobody_starts_at_weekends() -> None:
    weekend = days(date(2026, 12, 5), date(2026, 12, 6), VIENNA)
    assert open_starts(Timetable(OFFICE, weekend, [guide(hours=((5, 480, 1200),))])) == []


def test_a_language_needs_a_guide_who_speaks_it() -> None:
    table = Timetable(
        OFFICE,
        TUESDAY,
        [guide(languages="en"), HostFacts(2, 1, HostRole.SPEAKER, frozenset({"fr"}), VIENNA, OFFICE_HOURS)],
    )
    assert open_starts(table, "fr") == []
    assert open_starts(table, "en") == ALL_DAY


def test_an_event_of_the_guide_and_the_pause_around_it_take_exactly_these_starts() -> None:
    taken = {1: [Taken(1, at("2026-12-01T12:00"), at("2026-12-01T13:15"))]}
    assert open_starts(Timetable(OFFICE, TUESDAY, [guide()], taken)) == without("11:00", "13:00")


def test_a_pause_of_a_quarter_between_two_events_is_enough_and_less_is_not() -> None:
    to_the_end = {1: [Taken(1, at("2026-12-01T12:00"), TUESDAY.end)]}
    table = Timetable(replace(OFFICE, slot_step_min=1), TUESDAY, [guide()], to_the_end)
    assert open_starts(table)[-1] == "12-01 10:45"


def test_private_time_takes_exactly_these_starts() -> None:
    taken = {1: [Taken(1, at("2026-12-01T10:00"), at("2026-12-01T10:30"), is_event=False)]}
    assert open_starts(Timetable(OFFICE, TUESDAY, [guide()], taken)) == without("09:00", "10:00")


def test_another_guide_gives_what_the_first_cannot() -> None:
    taken = {1: [Taken(1, TUESDAY.base, TUESDAY.end)]}
    table = Timetable(OFFICE, TUESDAY, [guide(1), guide(2, "en", hours=((1, 900, 960),))], taken)
    assert open_starts(table) == ["12-01 15:00"]
    assert [host.id for host in table.hosts_at(tour("en"), at("2026-12-01T15:00"), 60)] == [2]
    assert table.hosts_at(tour("en"), at("2027-12-01T15:00"), 60) == []


def test_a_day_off_takes_the_whole_day_and_no_other() -> None:
    span = days(date(2026, 12, 1), date(2026, 12, 3), VIENNA)
    table = Timetable(OFFICE, span, [replace(guide(), days_off=((date(2026, 12, 2), date(2026, 12, 2)),))])
    assert {start[:5] for start in open_starts(table)} == {"12-01", "12-03"}


def test_a_guide_with_as_many_events_as_a_day_may_hold_gets_no_more() -> None:
    event = Taken(1, at("2026-12-01T08:00"), at("2026-12-01T08:45"))
    private = Taken(1, at("2026-12-01T19:00"), at("2026-12-01T20:00"), is_event=False)
    assert open_starts(Timetable(OFFICE, TUESDAY, [limited(1)], {1: [event]})) == []
    assert open_starts(Timetable(OFFICE, TUESDAY, [limited(1)], {1: [private]})) != []
    assert open_starts(Timetable(OFFICE, TUESDAY, [limited(2)], {1: [event]})) != []
    assert open_starts(Timetable(OFFICE, TUESDAY, [limited(0)])) == []


def test_starts_stand_on_the_step_of_the_local_clock() -> None:
    kathmandu = station("Asia/Kathmandu")
    span = days(date(2026, 12, 1), date(2026, 12, 1), "Asia/Kathmandu")
    assert open_starts(Timetable(kathmandu, span, [guide(zone="Asia/Kathmandu")])) == ALL_DAY


@pytest.mark.parametrize(
    ("zone", "day", "first_utc"),
    [
        (VIENNA, date(2027, 3, 26), "07:00"),
        (VIENNA, date(2027, 3, 29), "06:00"),
        (NEW_YORK, date(2027, 3, 12), "13:00"),
        (NEW_YORK, date(2027, 3, 15), "12:00"),
        (VIENNA, date(2027, 11, 1), "07:00"),
        (NEW_YORK, date(2027, 11, 5), "12:00"),
        (NEW_YORK, date(2027, 11, 8), "13:00"),
    ],
)
def test_opening_hours_follow_the_clock_of_the_station(zone: str, day: date, first_utc: str) -> None:
    span = days(day - timedelta(days=3), day + timedelta(days=3), zone)
    table = Timetable(station(zone), span, [guide(zone=zone)])
    found = table.free_starts(tour("en"), 60) & table.open_hours((480, 1200), 60)
    of_day = found & table.on_days([sets.day_number(day)])
    assert shown(of_day, span, "UTC")[0] == f"{day:%m-%d} {first_utc}"


def test_a_skipped_half_hour_is_never_a_start() -> None:
    span = days(date(2027, 3, 28), date(2027, 3, 28), VIENNA)
    found = open_starts(Timetable(ROUND_THE_CLOCK, span, [guide(hours=ALL_HOURS)]), minutes=30)
    assert span.length == 23 * 60
    assert "03-28 02:30" not in found
    assert found[:6] == ["03-28 00:00", "03-28 00:30", "03-28 01:00", "03-28 01:30", "03-28 03:00", "03-28 03:30"]


def test_an_hour_that_comes_twice_gives_both() -> None:
    span = days(date(2027, 10, 31), date(2027, 10, 31), VIENNA)
    found = open_starts(Timetable(ROUND_THE_CLOCK, span, [guide(hours=ALL_HOURS)]), minutes=30)
    assert span.length == 25 * 60
    assert [start for start in found if "02:" in start] == ["10-31 02:00", "10-31 02:30", "10-31 02:00", "10-31 02:30"]


def test_a_zone_whose_clocks_change_by_half_an_hour() -> None:
    span = days(date(2027, 4, 4), date(2027, 4, 4), "Australia/Lord_Howe")
    pieces = sets.stretches("Australia/Lord_Howe", span)
    assert [offset for _, _, offset in pieces] == [660, 630]
    assert span.length == 24 * 60 + 30


def test_a_day_that_a_zone_skipped_has_no_minute() -> None:
    span = Span(at("2011-12-29T12:00", "UTC"), at("2011-12-31T12:00", "UTC"))
    skipped = sets.day_number(date(2011, 12, 30))
    assert Timetable(station("Pacific/Apia"), span).on_days([skipped]) == 0


def test_an_event_ends_on_the_day_on_which_it_begins() -> None:
    found = open_starts(Timetable(ROUND_THE_CLOCK, TUESDAY, [guide(hours=ALL_HOURS)]))
    assert found[-1] == "12-01 22:30"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_days_and_their_numbers_name_each_other(day: date) -> None:
    assert sets.day_of(sets.day_number(day)) == day
    assert sets.weekday_of(sets.day_number(day)) == day.weekday()


@given(
    st.lists(st.tuples(st.integers(0, 1400), st.integers(1, 300)), max_size=6),
    st.sampled_from([15, 45, 60]),
    st.sampled_from([VIENNA, NEW_YORK, "Asia/Kolkata"]),
)
def test_no_start_that_is_shown_meets_anything_the_guide_has(
    engagements: list[tuple[int, int]], minutes: int, zone: str
) -> None:
    span = days(date(2027, 3, 12), date(2027, 3, 12), zone)
    taken = [Taken(1, span.base + start, span.base + start + length) for start, length in engagements]
    table = Timetable(station(zone), span, [guide(zone=zone)], {1: taken})
    found = table.free_starts(tour("en"), minutes)
    free = {place for place in range(span.length) if found >> place & 1}
    for place in range(0, span.length, 5):
        start, end = span.base + place, span.base + place + minutes
        local = sets.instant_of(start).astimezone(ZoneInfo(zone))
        works = 480 <= local.hour * 60 + local.minute <= 1200 - minutes
        clear = all(start >= one.end or end + 15 <= one.start for one in taken)
        assert (place in free) == (works and clear)


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.sampled_from([VIENNA, NEW_YORK, "Pacific/Kiritimati"]))
def test_the_minutes_of_a_day_are_those_between_its_midnights(day: date, zone: str) -> None:
    span = days(day - timedelta(days=2), day + timedelta(days=2), zone)
    begin, end = (sets.minute_of(midnight) for midnight in zones.day_bounds(day, zone))
    table = Timetable(station(zone), span)
    assert table.on_days([sets.day_number(day)]) == sets.bits_of([(begin, end)], span)
    assert table.on_days([sets.day_number(day + timedelta(days=99))]) == 0
