"""Tests of working days: counted after today, up to and including the event's day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.zones import nth_working_day_after, nth_working_day_before, working_days_after

MONDAY_TO_FRIDAY = frozenset(range(5))
SUNDAY_TO_THURSDAY = frozenset({6, 0, 1, 2, 3})
MONDAY = date(2026, 11, 23)
NO_HOLIDAYS: frozenset[date] = frozenset()

days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
working_weeks = st.frozensets(st.integers(0, 6), min_size=1)
holiday_sets = st.frozensets(days, max_size=20)


def _counted(today: date, day: date, weekdays: frozenset[int], holidays: frozenset[date]) -> int:
    """The definition, day by day."""
    between = (today + timedelta(days=step) for step in range(1, (day - today).days + 1))
    return sum(one.weekday() in weekdays and one not in holidays for one in between)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(0, 0, id="today"),
        pytest.param(-3, 0, id="a day that is over"),
        pytest.param(1, 1, id="tomorrow"),
        pytest.param(4, 4, id="Friday"),
        pytest.param(5, 4, id="Saturday"),
        pytest.param(6, 4, id="Sunday"),
        pytest.param(7, 5, id="next Monday"),
        pytest.param(21, 15, id="three weeks"),
    ],
)
def test_working_days_are_counted_to_the_day_itself(after: int, expected: int) -> None:
    assert working_days_after(MONDAY, MONDAY + timedelta(days=after), MONDAY_TO_FRIDAY, NO_HOLIDAYS) == expected


def test_a_holiday_on_a_working_day_is_none_and_on_a_weekend_changes_nothing() -> None:
    next_monday = MONDAY + timedelta(days=7)
    holidays = [MONDAY + timedelta(days=3), MONDAY + timedelta(days=3), MONDAY + timedelta(days=5), MONDAY]
    assert working_days_after(MONDAY, next_monday, MONDAY_TO_FRIDAY, holidays) == 4


def test_a_station_may_work_on_sundays() -> None:
    assert working_days_after(MONDAY, MONDAY + timedelta(days=6), SUNDAY_TO_THURSDAY, NO_HOLIDAYS) == 4


@given(days, st.integers(-10, 400), working_weeks, holiday_sets)
def test_the_count_is_that_of_going_day_by_day(
    today: date, length: int, weekdays: frozenset[int], holidays: frozenset[date]
) -> None:
    day = today + timedelta(days=length)
    assert working_days_after(today, day, weekdays, holidays) == _counted(today, day, weekdays, holidays)


@given(days, st.integers(1, 40), working_weeks, holiday_sets)
def test_the_nth_day_after_is_the_first_with_n(
    today: date, n: int, weekdays: frozenset[int], holidays: frozenset[date]
) -> None:
    day = nth_working_day_after(today, n, weekdays, holidays)
    assert working_days_after(today, day, weekdays, holidays) == n
    assert working_days_after(today, day - timedelta(days=1), weekdays, holidays) == n - 1


@given(days, st.integers(1, 40), working_weeks, holiday_sets)
def test_the_nth_day_before_is_the_last_with_n(
    day: date, n: int, weekdays: frozenset[int], holidays: frozenset[date]
) -> None:
    deadline = nth_working_day_before(day, n, weekdays, holidays)
    assert working_days_after(deadline, day, weekdays, holidays) == n
    assert working_days_after(deadline + timedelta(days=1), day, weekdays, holidays) == n - 1


def test_no_working_day_away_is_the_day_itself() -> None:
    assert nth_working_day_after(MONDAY, 0, MONDAY_TO_FRIDAY, NO_HOLIDAYS) == MONDAY
    assert nth_working_day_before(MONDAY, 0, frozenset(), NO_HOLIDAYS) == MONDAY


def test_a_tour_on_a_tuesday_may_be_changed_until_the_monday_of_the_week_before() -> None:
    tuesday = date(2026, 12, 1)
    assert nth_working_day_before(tuesday, 6, MONDAY_TO_FRIDAY, NO_HOLIDAYS) == date(2026, 11, 23)


def test_a_station_that_never_works_is_told_so_instead_of_searched_for_ever() -> None:
    for find in (nth_working_day_after, nth_working_day_before):
        with pytest.raises(ValueError, match="without working days"):
            find(MONDAY, 1, frozenset({7}), NO_HOLIDAYS)
