"""Every refusal says what happened and what to do, with nothing left in braces."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from booking.bookings import rules
from booking.bookings.explanations import explain
from booking.bookings.queries.situation import situation
from booking.bookings.sentences import TABLE
from booking.bookings.terms import BookingRequest, Refusal, WishedTime
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Kind
from tests.bookings.test_book import TEN_IN_VIENNA, at, wish
from tests.builders import NOW, make_booking, make_event, make_guide, make_offering, make_organisation, make_station


def told(request: BookingRequest, now: datetime = NOW) -> tuple[str, str, str]:
    """The rule of the only refusal, its sentence and its way out."""
    refusals = rules.decide(request, situation(request, now), now).refusals
    (explained,) = explain(refusals, locale="en", now=now, request=request)
    return explained.rule, explained.message, explained.way_out


@pytest.fixture
def vienna(app: Flask) -> tuple[Station, Offering]:
    """Vienna with a guide and a tour."""
    assert app.testing
    station = make_station()
    make_guide(station, "en de")
    return station, make_offering(station)


def test_a_language_of_another_station_names_that_station(vienna: tuple[Station, Offering]) -> None:
    make_station("NBO", languages="en sw", briefings="en")
    rule, message, way_out = told(wish(offering=vienna[1].code, language="sw", starts=at(TEN_IN_VIENNA)))
    assert (rule, message) == ("LANG-01", "Tours in Kiswahili are not offered in Vienna.")
    assert "Languages offered there: English, French and German." in way_out
    assert "Tours in Kiswahili are offered by: Nairobi." in way_out


def test_a_language_that_nobody_offers_says_so_without_an_empty_list(vienna: tuple[Station, Offering]) -> None:
    rule, message, way_out = told(wish(offering=vienna[1].code, language="pl", starts=at(TEN_IN_VIENNA)))
    assert (rule, message) == ("LANG-01", "No station offers tours in Polish.")
    assert way_out.endswith("bring an interpreter to a tour in English.")


def test_a_group_that_is_too_large_is_shown_the_briefing(vienna: tuple[Station, Offering]) -> None:
    briefing = make_offering(vienna[0], kind=Kind.BRIEFING, max_group=60)
    rule, message, way_out = told(wish(offering=vienna[1].code, size=42, starts=at(TEN_IN_VIENNA)))
    assert (rule, message) == (
        "CAP-01",
        "The group is too large for this offering. Largest group: 35; your group: 42.",
    )
    assert way_out == f"Split the group in two, or book: “{briefing.title['en']}” (largest group: 60)."


def test_without_a_larger_offering_only_the_split_is_proposed(vienna: tuple[Station, Offering]) -> None:
    assert told(wish(offering=vienna[1].code, size=42, starts=at(TEN_IN_VIENNA)))[2] == "Split the group in two."


def test_too_few_places_name_the_next_time_on_the_clock_of_the_group(vienna: tuple[Station, Offering]) -> None:
    event = make_event(vienna[1], capacity=20)
    make_event(vienna[1], TEN_IN_VIENNA + timedelta(days=1))
    rule, _, way_out = told(wish(event=event.code))
    assert rule == "CAP-02"
    assert "18:00 in Seoul" in way_out


def test_an_hour_outside_the_stations_names_the_hours_of_both_clocks(vienna: tuple[Station, Offering]) -> None:
    rule, message, way_out = told(wish(offering=vienna[1].code, starts=at(datetime(2026, 12, 14, 1, 0, tzinfo=UTC))))
    assert rule == "TIME-01"
    assert "02:00 in Vienna is outside the hours of Vienna: 08:00–20:00." in message
    assert way_out == "From Seoul you can choose 16:00–04:00 (station time: 08:00–20:00)."


def test_an_offset_that_does_not_fit_says_the_right_one(vienna: tuple[Station, Offering]) -> None:
    local = datetime(2026, 12, 14, 10, 0)  # noqa: DTZ001  a wall time
    wrong = WishedTime("2026-12-14T10:00+02:00", local, timedelta(hours=2))
    rule, message, way_out = told(wish(offering=vienna[1].code, starts=wrong))
    assert rule == "TIME-03"
    assert "+02:00 does not fit Vienna" in message
    assert "it is +01:00" in message
    assert "is 09:00 UTC" in way_out


def test_the_same_class_is_told_its_reference(vienna: tuple[Station, Offering]) -> None:
    event = make_event(vienna[1])
    booking = make_booking(event, make_organisation())
    rule, message, _ = told(wish(event=event.code, size=8))
    assert rule == "DUP-01"
    assert booking.reference in message


VALUES: dict[str, dict[str, object]] = {
    "REQ-01": {"field": "country"},
    "REQ-02": {"input": "UK"},
    "LANG-04": {"input": "cn"},
    "LANG-06": {"language": "en"},
    "CLO-02": {"from": NOW.date(), "to": None},
    "TIME-05": {"local": NOW, "zone": "Asia/Seoul"},
    "SUP-01": {"age": 18, "needed": 2, "named": 0},
    "CLO-07": {"conditions": "mask", "from": NOW.date(), "to": NOW.date(), "max": 15},
    "OVL-01": {"from": NOW, "to": NOW},
    "STA-01": {"status": "cancelled"},
    "CAP-03": {"min": 8, "size": 3},
    "CAP-04": {"max": 15, "size": 22, "gap": 30},
    "CLO-01": {"date": NOW.date()},
    "LEAD-01": {"days": 15, "date": NOW.date()},
    "LEAD-02": {"date": NOW.date(), "opens": NOW.date(), "last_date": NOW.date()},
    "LEAD-03": {"date": NOW.date(), "first_date": NOW.date()},
    "TIME-02": {"date": NOW.date(), "holiday": "Labour Day"},
    "OVL-02": {"date": NOW, "reference": "VE-X"},
    "CAN-01": {"deadline": NOW.date()},
    "AGE-01": {"min_age": 16, "max_age": None, "youngest": 11},
    "SPK-01": {"days": 5},
    "TIME-04": {"time": NOW},
}


@pytest.mark.parametrize("rule", sorted(VALUES))
def test_every_refusal_has_a_sentence_and_a_way_out_without_gaps(vienna: tuple[Station, Offering], rule: str) -> None:
    refusal = Refusal(rule, "size", {"station": "VIE", "offering": vienna[1].code, **VALUES[rule]})
    (explained,) = explain([refusal], locale="en", now=NOW)
    assert vienna[0].code == "VIE"
    assert explained.message
    assert explained.way_out
    for text in (explained.message, explained.way_out):
        assert "{" not in text
        assert "None" not in text
        assert ": ." not in text


@pytest.mark.usefixtures("app")
def test_a_wrong_country_and_a_wrong_language_get_a_proposal() -> None:
    refusals = [Refusal("REQ-02", "country", {"input": "UK"}), Refusal("LANG-04", "language", {"input": "cn"})]
    country, language = explain(refusals, locale="en", now=NOW)
    assert "(GB)" in country.way_out
    assert "Chinese (zh)" in language.way_out


def test_the_table_has_a_sentence_for_every_rule_that_the_decision_can_give() -> None:
    named = {line.split()[0].strip(":,") for line in _docstrings()}
    assert named
    assert named <= set(TABLE) | {"SEC-01"} | {"Exactly"}


def _docstrings() -> list[str]:
    steps = [rule for step in rules.STEPS for rule in step]
    return [rule.__doc__ for rule in steps if rule.__doc__]
