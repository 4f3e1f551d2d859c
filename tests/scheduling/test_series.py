"""A series repeats a wall time: over clock changes, year ends and leap days; split or moved, it keeps its starts."""

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.scheduling.series import (
    LAST,
    BadPattern,
    Pattern,
    from_json,
    moved,
    occurrences,
    places,
    split,
    starts,
    to_json,
)

TEN = (time(10),)
TUESDAY = 1


def utc(text: str) -> datetime:
    """An instant, written 2027-03-09T09:00."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def tuesdays(first_on: date = date(2027, 3, 9), **values: object) -> Pattern:
    """Tuesdays at ten, eight of them unless told otherwise."""
    given = {"times": TEN, "weekdays": (TUESDAY,), **({} if {"last_on", "count"} & values.keys() else {"count": 8})}
    return Pattern(first_on, **{**given, **values})  # type: ignore[arg-type]  # each field has its own type


def test_tuesdays_at_ten_in_vienna_stay_at_ten_when_summer_time_begins() -> None:
    found = [one.starts_at for one in occurrences(tuesdays(), "Europe/Vienna")]
    winter = [utc("2027-03-09T09:00"), utc("2027-03-16T09:00"), utc("2027-03-23T09:00")]
    summer = [utc(f"2027-{day}T08:00") for day in ("03-30", "04-06", "04-13", "04-20", "04-27")]
    assert found == winter + summer


@pytest.mark.parametrize(
    ("zone", "first_on", "hours"),
    [
        ("Europe/Vienna", date(2027, 10, 19), ["08:00", "08:00", "09:00", "09:00"]),
        ("America/New_York", date(2027, 10, 26), ["14:00", "14:00", "15:00", "15:00"]),
        ("Africa/Nairobi", date(2027, 3, 16), ["07:00", "07:00", "07:00", "07:00"]),
    ],
)
def test_the_instant_moves_with_the_clocks_and_the_wall_time_does_not(
    zone: str, first_on: date, hours: list[str]
) -> None:
    found = occurrences(tuesdays(first_on, count=4), zone)
    assert [f"{one.starts_at:%H:%M}" for one in found] == hours
    assert {one.local.time() for one in found} == {time(10)}


def test_a_time_that_the_clocks_skip_has_no_instant_and_the_others_have_theirs() -> None:
    sundays = Pattern(date(2027, 3, 21), (time(2, 30),), (6,), count=3)
    assert [one.starts_at for one in occurrences(sundays, "Europe/Vienna")] == [
        utc("2027-03-21T01:30"),
        None,
        utc("2027-04-04T00:30"),
    ]


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    sundays = Pattern(date(2027, 10, 31), (time(2, 30),), (6,), count=2)
    twice, once = occurrences(sundays, "Europe/Vienna")
    assert (twice.starts_at, twice.is_twice) == (utc("2027-10-31T00:30"), True)
    assert (once.starts_at, once.is_twice) == (utc("2027-11-07T01:30"), False)


def test_a_year_of_53_weeks_is_passed_without_a_gap() -> None:
    mondays = Pattern(date(2026, 12, 21), TEN, (0, 4), last_on=date(2027, 1, 8))
    found = [one.date() for one in starts(mondays)]
    assert [day.isocalendar()[:2] for day in found] == [
        (2026, 52),
        (2026, 52),
        (2026, 53),
        (2026, 53),
        (2027, 1),
        (2027, 1),
    ]


def test_every_second_week_counts_from_the_week_of_the_first_day() -> None:
    pattern = Pattern(date(2027, 3, 10), TEN, (0, 4), every=2, count=4)  # a Wednesday
    assert [f"{one:%m-%d}" for one in starts(pattern)] == ["03-12", "03-22", "03-26", "04-05"]


@pytest.mark.parametrize(
    ("place", "days"),
    [
        (1, ["2028-02-01", "2028-03-07", "2028-04-04"]),
        (4, ["2028-02-22", "2028-03-28", "2028-04-25"]),
        (LAST, ["2028-01-25", "2028-02-29", "2028-03-28"]),
    ],
)
def test_a_month_has_its_first_fourth_and_last_tuesday_and_a_leap_day_is_one_like_others(
    place: int, days: list[str]
) -> None:
    pattern = tuesdays(date(2028, 1, 24) if place == LAST else date(2028, 1, 26), place=place, count=3)
    assert [one.date().isoformat() for one in starts(pattern)] == days


def test_several_times_a_day_are_given_in_order_and_counted_each() -> None:
    pattern = tuesdays(times=(time(14), time(10)), count=3)
    assert [f"{one:%d %H}" for one in starts(pattern)] == ["09 10", "09 14", "16 10"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"weekdays": ()}, "empty"),
        ({"times": ()}, "empty"),
        ({"weekdays": (7,)}, "empty"),
        ({"last_on": date(2027, 5, 1), "count": 3}, "end"),
        ({"last_on": None, "count": None}, "end"),
        ({"last_on": date(2027, 3, 8)}, "order"),
        ({"every": 0}, "every"),
        ({"every": 13}, "every"),
        ({"place": 5}, "place"),
        ({"times": (time(10, 0, 30),)}, "time"),
    ],
)
def test_what_is_no_rhythm_is_refused(values: dict[str, object], reason: str) -> None:
    with pytest.raises(BadPattern) as bad:
        tuesdays(**values)  # type: ignore[arg-type]  # each field has its own type
    assert bad.value.reason == reason


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"weekdays": tuple(range(7)), "last_on": date(2029, 3, 9)}, "too_many"),
        ({"count": 401, "weekdays": tuple(range(7))}, "too_many"),
        ({"last_on": date(2029, 3, 10)}, "too_long"),
        ({"count": 110}, "too_long"),
        ({"last_on": date(2027, 3, 9), "weekdays": (2,)}, "nothing"),
    ],
)
def test_a_series_has_at_most_400_starts_in_two_years_and_at_least_one(values: dict[str, object], reason: str) -> None:
    with pytest.raises(BadPattern) as bad:
        starts(tuesdays(**values))  # type: ignore[arg-type]  # each field has its own type
    assert bad.value.reason == reason


def any_pattern(choice: random.Random) -> Pattern:
    """One of many."""
    return Pattern(
        date(2026, choice.randint(1, 12), choice.randint(1, 28)),
        tuple(time(hour) for hour in choice.sample(range(8, 18), choice.randint(1, 3))),
        tuple(choice.sample(range(7), choice.randint(1, 4))),
        every=choice.randint(1, 3),
        place=choice.choice((0, 0, 0, 1, 4, LAST)),
        count=choice.randint(2, 7),
    )


@pytest.mark.parametrize("seed", range(60))
def test_both_parts_of_a_split_have_the_starts_of_the_whole_also_when_split_again(seed: int) -> None:
    choice = random.Random(seed)  # noqa: S311  a plan, not a secret
    pattern = any_pattern(choice)
    whole = starts(pattern)
    before, after = split(pattern, choice.choice(whole[1:]))
    kept = [one for one in starts(after) if one not in after.without]
    assert starts(before) + kept == whole
    if len(kept) > 1:
        middle, end = split(after, choice.choice(kept[1:]))
        parts = [one for part in (middle, end) for one in starts(part) if one not in part.without]
        assert starts(before) + parts == whole


@pytest.mark.parametrize("seed", range(60))
def test_a_rhythm_moved_on_the_clocks_has_exactly_its_starts_moved(seed: int) -> None:
    choice = random.Random(seed)  # noqa: S311  as above
    pattern = any_pattern(choice)
    days = 0 if pattern.place else choice.randint(-9, 9)
    by = timedelta(days=days, minutes=choice.randint(-8 * 60, 6 * 60))
    assert starts(moved(pattern, by)) == [one + by for one in starts(pattern)]


@pytest.mark.parametrize(
    ("values", "by", "reason"),
    [
        ({"times": (time(10), time(22))}, timedelta(hours=3), "other_day"),
        ({"place": 1}, timedelta(days=1), "monthly"),
    ],
)
def test_a_move_that_no_rhythm_can_make_is_refused(values: dict[str, object], by: timedelta, reason: str) -> None:
    with pytest.raises(BadPattern) as bad:
        moved(tuesdays(**values), by)  # type: ignore[arg-type]  # each field has its own type
    assert bad.value.reason == reason


def test_what_is_stored_is_read_back_and_anything_else_is_refused() -> None:
    pattern = tuesdays(last_on=date(2027, 6, 1), without=frozenset({datetime(2027, 3, 16, 10)}))  # noqa: DTZ001  wall
    assert from_json(to_json(pattern)) == pattern
    for stored in ({}, {**to_json(pattern), "times": "10:00"}, {**to_json(pattern), "first_on": 7}):
        with pytest.raises(BadPattern):
            from_json(stored)


def wall(day: int, hour: int) -> datetime:
    """A wall time of March 2027."""
    return datetime(2027, 3, day, hour)  # noqa: DTZ001  wall times are naive


def test_an_event_moved_by_hand_stands_for_the_start_that_no_other_event_has() -> None:
    pattern = tuesdays(times=(time(10), time(14), time(16)), without=frozenset({wall(9, 16)}))
    tuesday, by_hand = date(2027, 3, 9), None
    events = [(1, wall(11, 9), tuesday), (2, wall(9, 10), tuesday), (3, wall(20, 9), by_hand)]
    assert places(pattern, events) == {1: wall(9, 14), 2: wall(9, 10), 3: wall(20, 9)}
