"""What a refusal proposes instead would not be refused itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from booking.bookings.explanations import explain
from booking.bookings.terms import BookingRequest, Refusal
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from tests.bookings.test_book import TEN_IN_VIENNA, at, wish
from tests.builders import NOW, make_closure, make_event, make_holiday, make_offering, make_station


@pytest.fixture
def vienna(app: Flask) -> tuple[Station, Offering]:
    """Vienna with a tour."""
    assert app.testing
    station = make_station()
    return station, make_offering(station)


def way_out(rule: str, offering: Offering, asked: BookingRequest | None = None, **values: object) -> str:
    """What is proposed instead, in English."""
    refusal = Refusal(rule, "size", {"station": "VIE", "offering": offering.code, **values})
    (told,) = explain([refusal], locale="en", now=NOW, request=asked or wish(offering=offering.code))
    return told.way_out


def test_the_working_days_near_a_holiday_are_no_holidays(vienna: tuple[Station, Offering]) -> None:
    for day in (7, 8, 9):
        make_holiday(vienna[0], date(2026, 12, day))
    told = way_out("TIME-02", vienna[1], date=date(2026, 12, 8), holiday="A feast")
    assert told == "Nearest working days: Fri 4 Dec 2026 and Thu 10 Dec 2026. Please choose one."


def test_the_working_days_near_a_holiday_are_not_too_near_to_be_asked_for(vienna: tuple[Station, Offering]) -> None:
    make_holiday(vienna[0], date(2026, 11, 30))
    told = way_out("TIME-02", vienna[1], date=date(2026, 11, 30), holiday="A feast")
    assert told == "Nearest working days: Tue 1 Dec 2026. Please choose one."


OTHER_DATES: dict[str, dict[str, Any]] = {
    "CAP-02": {"places": 3, "size": 24},
    "CAP-03": {"min": 8, "size": 3},
    "STA-01": {"status": "cancelled"},
    "LANG-05": {"language": "en", "event_language": "de"},
}


@pytest.mark.parametrize("rule", OTHER_DATES)
def test_the_dates_named_can_be_booked_by_this_group(vienna: tuple[Station, Offering], rule: str) -> None:
    offering = vienna[1]
    make_event(offering, NOW + timedelta(days=2))  # within the lead time
    make_event(offering, datetime(2028, 12, 14, 9, 0, tzinfo=UTC))  # not open yet
    make_event(offering, TEN_IN_VIENNA + timedelta(days=1), language="de")
    make_event(offering, TEN_IN_VIENNA + timedelta(days=2), taken=20)
    assert "Dec" not in way_out(rule, offering, **OTHER_DATES[rule])
    make_event(offering, TEN_IN_VIENNA + timedelta(days=7))
    assert "Mon 21 Dec" in way_out(rule, offering, **OTHER_DATES[rule])


def test_published_dates_are_named_in_whatever_language_they_are(vienna: tuple[Station, Offering]) -> None:
    make_event(vienna[1], language="de")
    assert "Mon 14 Dec" in way_out("OFF-01", vienna[1])


@pytest.mark.parametrize(("rule", "days"), [("LANG-06", "request_answer_days"), ("SPK-01", "speaker_days")])
def test_the_day_of_the_answer_is_counted_without_holidays(app: Flask, rule: str, days: str) -> None:
    assert app.testing
    values: dict[str, Any] = {days: 2}
    station = make_station(**values)
    make_holiday(station, date(2026, 11, 24))
    assert "by Thu 26 Nov 2026" in way_out(rule, make_offering(station))


def test_the_alternatives_first_day_is_counted_without_holidays(vienna: tuple[Station, Offering]) -> None:
    make_offering(vienna[0], lead_working_days=1, min_age=None)
    make_holiday(vienna[0], date(2026, 11, 24))
    late = way_out("LEAD-01", vienna[1], days=5, date=date(2026, 12, 1))
    assert "from Wed 25 Nov 2026" in late


@pytest.mark.parametrize(
    ("first", "last", "proposed"),
    [
        (date(2026, 1, 1), None, False),
        (date(2026, 12, 14), date(2026, 12, 14), False),
        (date(2026, 1, 1), date(2026, 12, 13), True),
    ],
)
def test_what_is_given_on_site_is_not_proposed_for_a_day_on_which_the_premises_are_closed(
    vienna: tuple[Station, Offering],
    first: date,
    last: date | None,
    proposed: bool,  # noqa: FBT001
) -> None:
    make_offering(vienna[0], format=Format.IN_PERSON, max_group=60)
    make_closure(vienna[0], first, last)
    asked = wish(offering=vienna[1].code, size=50, starts=at(TEN_IN_VIENNA))
    told = way_out("CAP-01", vienna[1], asked, max=35, size=50)
    assert ("or book" in told) is proposed


def test_what_is_given_on_site_is_not_proposed_today_while_the_premises_are_closed(
    vienna: tuple[Station, Offering],
) -> None:
    make_offering(vienna[0], format=Format.IN_PERSON, max_group=60)
    make_closure(vienna[0], date(2026, 1, 1), NOW.date())
    assert way_out("CAP-01", vienna[1], wish(size=50), max=35, size=50) == "Split the group in two."
