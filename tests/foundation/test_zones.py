"""Tests of local time and instants, through the gaps, overlaps and odd days of real zones."""

import os
import time as machine
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from booking import zones

VIENNA, ZURICH, NEW_YORK, NAIROBI = "Europe/Vienna", "Europe/Zurich", "America/New_York", "Africa/Nairobi"


def wall(text: str) -> datetime:
    """A local time, as a form gives it."""
    return zones.parse_time(text).local


def utc(text: str) -> datetime:
    """An instant, written without its Z."""
    return wall(text).replace(tzinfo=UTC)


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Kiritimati"])
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server whose own clock is set to this zone."""
    monkeypatch.setenv("TZ", request.param)
    machine.tzset()
    yield os.environ["TZ"]
    monkeypatch.undo()
    machine.tzset()


@pytest.mark.parametrize(
    ("zone", "local", "opens"),
    [
        pytest.param(VIENNA, "2027-03-28T02:30", "2027-03-28T01:00", id="Vienna 2027"),
        pytest.param(VIENNA, "2026-03-29T02:30", "2026-03-29T01:00", id="Vienna 2026"),
        pytest.param(VIENNA, "2028-03-26T02:30", "2028-03-26T01:00", id="Vienna 2028"),
        pytest.param(VIENNA, "2027-03-28T02:00", "2027-03-28T01:00", id="the first minute of the gap"),
        pytest.param(VIENNA, "2027-03-28T02:59:59", "2027-03-28T01:00", id="its last second"),
        pytest.param(ZURICH, "2027-03-28T02:30", "2027-03-28T01:00", id="Zurich 2027"),
        pytest.param(NEW_YORK, "2027-03-14T02:30", "2027-03-14T07:00", id="New York 2027"),
        pytest.param(NEW_YORK, "2026-03-08T02:30", "2026-03-08T07:00", id="New York 2026"),
        pytest.param(NEW_YORK, "2028-03-12T02:30", "2028-03-12T07:00", id="New York 2028"),
        pytest.param("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30", id="a gap of half an hour"),
        pytest.param("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00", id="a whole day skipped"),
    ],
)
def test_a_time_that_the_clocks_skip_does_not_exist(machine_zone: str, zone: str, local: str, opens: str) -> None:
    with pytest.raises(zones.NonexistentTime, match="does not exist") as refused:
        zones.to_instant(wall(local), zone)
    assert refused.value.opens_at == utc(opens), machine_zone


@pytest.mark.parametrize(
    ("zone", "local"), [(VIENNA, "2027-03-28T01:59:59"), (VIENNA, "2027-03-28T03:00"), (NAIROBI, "2027-03-28T02:30")]
)
def test_the_times_beside_a_gap_exist(zone: str, local: str) -> None:
    assert zones.to_local(zones.to_instant(wall(local), zone), zone).replace(tzinfo=None) == wall(local)


@pytest.mark.parametrize(
    ("zone", "local", "first"),
    [
        pytest.param(VIENNA, "2027-10-31T02:30", "2027-10-31T00:30", id="Vienna 2027"),
        pytest.param(VIENNA, "2026-10-25T02:30", "2026-10-25T00:30", id="Vienna 2026"),
        pytest.param(VIENNA, "2028-10-29T02:30", "2028-10-29T00:30", id="Vienna 2028"),
        pytest.param(ZURICH, "2027-10-31T02:30", "2027-10-31T00:30", id="Zurich 2027"),
        pytest.param(NEW_YORK, "2027-11-07T01:30", "2027-11-07T05:30", id="New York 2027"),
        pytest.param(NEW_YORK, "2026-11-01T01:30", "2026-11-01T05:30", id="New York 2026"),
        pytest.param(NEW_YORK, "2028-11-05T01:30", "2028-11-05T05:30", id="New York 2028"),
    ],
)
def test_of_a_time_shown_twice_the_first_is_meant_unless_said(
    machine_zone: str, zone: str, local: str, first: str
) -> None:
    assert zones.is_ambiguous(wall(local), zone), machine_zone
    assert zones.to_instant(wall(local), zone) == zones.to_instant(wall(local), zone, fold=0) == utc(first)
    assert zones.to_instant(wall(local), zone, fold=1) == utc(first) + timedelta(hours=1)


def test_an_hour_from_each_of_the_two_does_not_overlap() -> None:
    first, second = (zones.to_instant(wall("2027-10-31T02:00"), VIENNA, fold=fold) for fold in (0, 1))
    assert first + timedelta(hours=1) == second


@pytest.mark.parametrize("local", ["2027-10-31T01:59:59", "2027-10-31T03:00", "2027-03-28T02:30", "2027-07-01T02:30"])
def test_other_times_are_not_shown_twice(local: str) -> None:
    assert not zones.is_ambiguous(wall(local), VIENNA)


@pytest.mark.parametrize(("day", "hours"), [("2027-01-15", 2), ("2027-03-27", 2), ("2027-03-28", 1), ("2027-07-15", 1)])
def test_nairobi_keeps_its_offset_and_vienna_moves(day: str, hours: int) -> None:
    noon = zones.to_instant(wall(f"{day}T12:00"), VIENNA)
    assert zones.offset_at(noon, NAIROBI) == timedelta(hours=3)
    assert zones.offset_at(noon, NAIROBI) - zones.offset_at(noon, VIENNA) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "hour_in_new_york"),
    [
        pytest.param("2027-03-13", 9, id="the day before New York changes"),
        pytest.param("2027-03-14", 10, id="New York has changed"),
        pytest.param("2027-03-27", 10, id="the day before Vienna changes"),
        pytest.param("2027-03-28", 9, id="both have changed"),
        pytest.param("2027-10-30", 9, id="autumn, the day before Vienna changes"),
        pytest.param("2027-10-31", 10, id="Vienna has changed back"),
        pytest.param("2027-11-06", 10, id="the day before New York changes back"),
        pytest.param("2027-11-07", 9, id="both have changed back"),
    ],
)
def test_in_the_mismatch_weeks_vienna_is_an_hour_nearer_to_new_york(day: str, hour_in_new_york: int) -> None:
    seminar = zones.to_instant(wall(f"{day}T15:00"), VIENNA)
    assert zones.to_local(seminar, NEW_YORK).hour == hour_in_new_york


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 1), ("2027-10-31", 3), ("2027-06-01", 2)])
def test_the_length_across_a_change_of_clocks_is_that_of_the_instants(day: str, hours: int) -> None:
    start, end = (zones.to_instant(wall(f"{day}T{clock}"), VIENNA) for clock in ("01:30", "03:30"))
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "day", "start", "end"),
    [
        pytest.param(VIENNA, "2027-03-28", "2027-03-27T23:00", "2027-03-28T22:00", id="Vienna, 23 hours"),
        pytest.param(VIENNA, "2027-10-31", "2027-10-30T22:00", "2027-10-31T23:00", id="Vienna, 25 hours"),
        pytest.param(VIENNA, "2027-06-01", "2027-05-31T22:00", "2027-06-01T22:00", id="Vienna, 24 hours"),
        pytest.param("Asia/Beirut", "2026-03-29", "2026-03-28T22:00", "2026-03-29T21:00", id="no midnight in Beirut"),
        pytest.param(
            "America/Havana", "2026-11-01", "2026-11-01T04:00", "2026-11-02T05:00", id="Havana, two midnights"
        ),
        pytest.param("Pacific/Apia", "2011-12-30", "2011-12-30T10:00", "2011-12-30T10:00", id="Apia skipped the day"),
        pytest.param("Pacific/Kiritimati", "2027-01-01", "2026-12-31T10:00", "2027-01-01T10:00", id="14 hours ahead"),
    ],
)
def test_a_day_has_the_hours_that_the_clocks_give_it(zone: str, day: str, start: str, end: str) -> None:
    assert zones.day_bounds(date.fromisoformat(day), zone) == (utc(start), utc(end))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from([VIENNA, NEW_YORK, "Asia/Beirut", "Pacific/Apia"]))
def test_days_follow_each_other_without_a_hole(day: date, zone: str) -> None:
    bounds = [zones.day_bounds(day + timedelta(days=step), zone) for step in range(3)]
    assert all(before[1] == after[0] for before, after in pairwise(bounds))


def test_a_weekly_tour_stays_at_its_local_hour() -> None:
    dates = list(zones.repeat_weekly(wall("2027-03-09T10:00"), VIENNA, 8))
    assert {local.time() for local, _ in dates} == {wall("2027-03-09T10:00").time()}
    assert [start.hour for _, start in dates if start] == [9, 9, 9, 8, 8, 8, 8, 8]
    assert dates[2:4] == [
        (wall("2027-03-23T10:00"), utc("2027-03-23T09:00")),
        (wall("2027-03-30T10:00"), utc("2027-03-30T08:00")),
    ]


def test_a_week_whose_clocks_skip_the_hour_is_reported() -> None:
    dates = dict(zones.repeat_weekly(wall("2027-03-21T02:30"), VIENNA, 3))
    assert dates[wall("2027-03-28T02:30")] is None
    assert list(dates.values()).count(None) == 1


def test_a_series_on_the_31st_skips_the_shorter_months() -> None:
    dates = [local.date().isoformat() for local, _ in zones.repeat_monthly(wall("2027-10-31T10:00"), VIENNA, 5)]
    assert dates == ["2027-10-31", "2027-12-31", "2028-01-31", "2028-03-31", "2028-05-31"]


def test_a_series_on_a_leap_day_is_held_every_month() -> None:
    dates = [local.date().isoformat() for local, _ in zones.repeat_monthly(wall("2028-01-29T10:00"), VIENNA, 3)]
    assert dates == ["2028-01-29", "2028-02-29", "2028-03-29"]


def test_a_leap_day_is_a_day() -> None:
    assert zones.to_instant(wall("2028-02-29T10:00"), VIENNA) == utc("2028-02-29T09:00")


def test_seven_days_before_a_visit_is_the_same_hour_of_the_clock() -> None:
    visit = zones.to_instant(wall("2027-04-02T09:00"), VIENNA)
    assert zones.same_wall_clock(visit, -7, VIENNA) == utc("2027-03-26T08:00")
    assert visit - timedelta(hours=168) == utc("2027-03-26T07:00"), "168 hours would be an hour early"


def test_a_deadline_whose_hour_is_skipped_falls_on_the_end_of_the_gap() -> None:
    visit = zones.to_instant(wall("2027-04-04T02:30"), VIENNA)
    assert zones.same_wall_clock(visit, -7, VIENNA) == utc("2027-03-28T01:00")


def test_a_deadline_whose_hour_comes_twice_falls_on_the_first() -> None:
    visit = zones.to_instant(wall("2027-11-07T02:30"), VIENNA)
    assert zones.same_wall_clock(visit, -7, VIENNA) == utc("2027-10-31T00:30")


def test_an_evening_in_new_york_belongs_to_its_own_day_and_week() -> None:
    new_year = zones.to_instant(wall("2026-12-31T20:00"), NEW_YORK)
    assert zones.to_local(new_year, VIENNA).replace(tzinfo=None) == wall("2027-01-01T02:00")
    assert zones.local_date(new_year, NEW_YORK).isocalendar()[:2] == (2026, 53)
    assert zones.local_date(new_year, VIENNA) == date(2027, 1, 1)


def test_the_changes_of_a_year_are_found_to_the_second() -> None:
    changes = list(zones.clock_changes(VIENNA, utc("2027-01-01T00:00"), utc("2028-01-01T00:00")))
    assert changes == [utc("2027-03-28T01:00"), utc("2027-10-31T01:00")]
    assert list(zones.clock_changes(NAIROBI, utc("2027-01-01T00:00"), utc("2028-01-01T00:00"))) == []


def test_a_change_at_the_very_end_of_the_span_counts_and_one_at_its_start_does_not() -> None:
    change = utc("2027-03-28T01:00")
    assert list(zones.clock_changes(VIENNA, change - timedelta(days=9), change)) == [change]
    assert list(zones.clock_changes(VIENNA, change, change + timedelta(days=9))) == []


@pytest.mark.parametrize(
    ("zone", "local", "offset", "fits"),
    [
        pytest.param(VIENNA, "2020-10-28T10:00", 1, True, id="winter time in winter"),
        pytest.param(VIENNA, "2020-10-28T10:00", 2, False, id="summer time in winter"),
        pytest.param(VIENNA, "2027-10-31T02:30", 2, True, id="the first of two"),
        pytest.param(VIENNA, "2027-10-31T02:30", 1, True, id="the second of two"),
        pytest.param(VIENNA, "2027-10-31T02:30", 0, False, id="neither of two"),
        pytest.param(VIENNA, "2027-03-28T02:30", 1, False, id="a skipped time with the offset before"),
        pytest.param(VIENNA, "2027-03-28T02:30", 2, False, id="a skipped time with the offset after"),
        pytest.param("Pacific/Kiritimati", "2027-03-28T02:30", 14, True, id="Kiritimati"),
    ],
)
def test_an_offset_must_be_one_that_the_zone_has_then(zone: str, local: str, offset: int, *, fits: bool) -> None:
    assert zones.offset_fits(wall(local), timedelta(hours=offset), zone) is fits


@pytest.mark.parametrize(
    "name",
    [
        "",
        "europe/vienna",
        "Europe/Vienna ",
        "Europe/Atlantis",
        "../../etc/passwd",
        "/usr/share/zoneinfo/Europe/Vienna",
        "Europe/../Europe/Vienna",
        "localtime",
        "Factory",
        "posix/Europe/Vienna",
        "right/Europe/Vienna",
        "zone.tab",
        "W. Europe Standard Time",
        "UTC+1",
        "+01:00",
        "Europe/Vienna\n",
        "Europe/Vi\x00enna",
        "E" * 10_000,
    ],
)
def test_a_text_that_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(zones.UnknownZone):
        zones.zone(name)


def test_every_listed_zone_can_be_used() -> None:
    instant = utc("2027-03-28T01:00")
    offsets = [zones.offset_at(instant, name) for name in zones.zone_names()]
    assert len(offsets) > 400
    assert all(zones.WESTMOST <= offset <= zones.EASTMOST for offset in offsets)


@given(st.datetimes(wall("1970-01-01T00:00"), wall("2100-01-01T00:00")), st.sampled_from(sorted(zones.zone_names())))
def test_local_to_instant_and_back_is_the_same_outside_gaps(local: datetime, zone: str) -> None:
    try:
        instant = zones.to_instant(local, zone)
    except zones.NonexistentTime:
        assume(False)  # noqa: FBT003  Hypothesis's own signature
        raise
    assert instant.utcoffset() == timedelta()
    assert zones.to_local(instant, zone).replace(tzinfo=None, fold=0) == local
    assert zones.offset_fits(local, zones.offset_at(instant, zone), zone)


@given(
    st.datetimes(wall("1970-01-01T00:00"), wall("2100-01-01T00:00"), timezones=st.just(UTC)),
    st.sampled_from(sorted(zones.zone_names())),
)
def test_instant_to_local_and_back_is_the_same_always(instant: datetime, zone: str) -> None:
    local = zones.to_local(instant, zone)
    assert zones.to_instant(local.replace(tzinfo=None), zone, fold=local.fold) == instant
    start, end = zones.day_bounds(local.date(), zone)
    assert start <= instant < end or zones.is_ambiguous(local.replace(tzinfo=None), zone)


@pytest.mark.parametrize("instant", [wall("2027-03-30T10:00")])
def test_a_naive_time_is_no_instant(instant: datetime) -> None:
    with pytest.raises(ValueError, match="aware"):
        zones.to_local(instant, VIENNA)


def test_an_instant_is_no_local_time() -> None:
    with pytest.raises(ValueError, match="naive"):
        zones.to_instant(utc("2027-03-30T10:00"), VIENNA)


@pytest.mark.parametrize("local", [wall("2027-01-01T00:00").replace(year=year) for year in (1, 1899, 2201, 9999)])
def test_a_year_that_nobody_books_is_refused(local: datetime) -> None:
    with pytest.raises(zones.BadTime):
        zones.to_instant(local, VIENNA)


@pytest.mark.parametrize(
    ("offset", "people", "machines"),
    [
        (timedelta(hours=1), "UTC+1", "+01:00"),
        (timedelta(hours=5, minutes=45), "UTC+5:45", "+05:45"),
        (timedelta(hours=-3, minutes=-30), "UTC−3:30", "-03:30"),
        (timedelta(hours=14), "UTC+14", "+14:00"),
        (timedelta(), "UTC", "+00:00"),
    ],
)
def test_offsets_are_written_for_people_and_for_machines(offset: timedelta, people: str, machines: str) -> None:
    assert (zones.format_offset(offset), zones.iso_offset(offset)) == (people, machines)
