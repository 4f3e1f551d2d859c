"""Weeks as ISO 8601 counts them."""

from datetime import date

import pytest

from booking.scheduling.roster.weeks import BadWeek, Week, parse_week


def test_a_week_begins_on_its_monday() -> None:
    week = parse_week("2026-W50")
    assert (week.monday, week.sunday) == (date(2026, 12, 7), date(2026, 12, 13))
    assert str(week) == "2026-W50"


def test_the_53rd_week_of_a_long_year_reaches_into_the_next() -> None:
    week = parse_week("2026-W53")
    assert (week.monday, week.sunday) == (date(2026, 12, 28), date(2027, 1, 3))
    assert (str(week), str(week.after), str(week.before)) == ("2026-W53", "2027-W01", "2026-W52")
    assert Week.of(date(2027, 1, 2)) == week


@pytest.mark.parametrize(
    "text", ["2027-W53", "2026-W00", "2026-W54", "2026-W5", "2026W50", "2026-w50", "1500-W01", "", "W50", "٢٠٢٦-W50"]
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(BadWeek):
        parse_week(text)
