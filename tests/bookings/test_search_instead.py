"""When nothing fits: the three nearest times over all stations, "why not?", and the cost of asking."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from booking.bookings.offers import Criteria, Slot
from booking.bookings.queries.search import alternatives, nearest, request_for, search, why_not
from booking.bookings.queries.situation import situation
from booking.bookings.slot_ids import event_slot_id, open_slot_id
from booking.bookings.terms import UnknownTime
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import db
from tests.builders import (
    NOW,
    make_assignment,
    make_day_off,
    make_event,
    make_guide,
    make_holiday,
    make_offering,
    make_station,
)

pytestmark = pytest.mark.usefixtures("app")
VIENNA = "Europe/Vienna"
TUESDAY = date(2026, 12, 8)
CLASS = Criteria(("en",), 20, 14, from_day=TUESDAY, to_day=TUESDAY, time_zone=VIENNA)


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(VIENNA)).astimezone(UTC)


def starts(slots: tuple[Slot, ...]) -> list[str]:
    return [f"{slot.starts_at.astimezone(ZoneInfo(VIENNA)):%d %H:%M}" for slot in slots]


@pytest.fixture
def vienna() -> Station:
    return make_station("VIE", "en de fr", "en fr")


@pytest.fixture
def tour(vienna: Station) -> Offering:
    make_guide(vienna)
    return make_offering(vienna)


def test_the_nearest_lie_before_and_after_the_wish(tour: Offering) -> None:
    found = nearest(replace(CLASS, offering=tour.code), at(12), NOW, without=open_slot_id(tour.code, "en", at(12)))
    assert starts(found) == ["08 11:30", "08 12:30", "08 13:00"]


def test_the_hours_of_the_class_are_kept_as_long_as_other_days_have_them(tour: Offering) -> None:
    wish = replace(CLASS, offering=tour.code, hours=(9 * 60, 10 * 60))
    assert starts(nearest(wish, at(9), NOW, without=open_slot_id(tour.code, "en", at(9)))) == [
        "07 09:00",
        "09 09:00",
        "10 09:00",
    ]


def test_a_class_that_can_only_at_night_is_led_to_the_day(tour: Offering) -> None:
    result = search(replace(CLASS, offering=tour.code, hours=(60, 180)), NOW)
    assert [refusal.rule for refusal in result.refusals] == ["TIME-01"]
    assert len(result.alternatives) == 3
    assert all(int(start[3:5]) >= 8 for start in starts(result.alternatives))


def test_another_station_comes_before_another_tour(vienna: Station, tour: Offering) -> None:
    geneva = make_station("GVA", "en it", "en")
    make_guide(geneva, "it")
    italian = make_offering(geneva)
    result = search(replace(CLASS, languages=("it",), stations=("VIE",)), NOW)
    assert [refusal.rule for refusal in result.refusals] == ["LANG-01"]
    assert {(slot.offering, slot.language) for slot in result.alternatives} == {(italian.code, "it")}
    assert (tour.code, vienna.code) != (italian.code, geneva.code)


def test_a_language_that_nobody_gives_leads_to_english(tour: Offering) -> None:
    result = search(replace(CLASS, languages=("pl",)), NOW)
    assert {(slot.offering, slot.language) for slot in result.alternatives} == {(tour.code, "en")}


def test_where_there_is_no_english_any_language_is_nearer_than_nothing(vienna: Station) -> None:
    make_offering(vienna)
    make_guide(vienna, "fr")
    assert {slot.language for slot in search(replace(CLASS, languages=("pl",)), NOW).alternatives} == {"fr"}


def test_nothing_is_offered_instead_that_the_group_could_not_have(tour: Offering) -> None:
    result = search(replace(CLASS, size=500), NOW)
    assert ([refusal.rule for refusal in result.refusals], result.alternatives) == (["CAP-01"], ())
    assert tour.max_group == 35


def test_why_not_names_the_holiday_and_the_nearest_days(vienna: Station, tour: Offering) -> None:
    make_holiday(vienna, TUESDAY)
    answer = why_not(open_slot_id(tour.code, "en", at(8)), CLASS, NOW)
    assert [refusal.rule for refusal in answer.refusals] == ["TIME-02"]
    assert starts(answer.alternatives) == ["07 18:00", "07 18:30", "07 19:00"]


def test_why_not_of_a_full_event_and_of_one_with_places(tour: Offering) -> None:
    full = make_event(tour, at(12), taken=20)
    answer = why_not(event_slot_id(full.code), CLASS, NOW)
    assert [refusal.rule for refusal in answer.refusals] == ["CAP-02"]
    assert len(answer.alternatives) == 3
    assert why_not(event_slot_id(full.code), replace(CLASS, size=15), NOW).refusals == ()


@pytest.mark.parametrize("slot", ["", "nonsense", "e.NONE-1", "o.P-NONE.en.20261208T0800"])
def test_why_not_of_no_time_is_unknown(tour: Offering, slot: str) -> None:  # noqa: ARG001
    with pytest.raises(UnknownTime):
        why_not(slot, CLASS, NOW)


def test_the_time_refused_is_never_its_own_alternative(tour: Offering) -> None:
    asked = request_for(open_slot_id(tour.code, "en", at(12)), CLASS)
    found = alternatives(asked, situation(asked, NOW), NOW)
    assert starts(found) == ["08 11:30", "08 12:30", "08 13:00"]


def test_a_request_in_no_language_still_gets_alternatives(tour: Offering) -> None:
    asked = replace(request_for(open_slot_id(tour.code, "en", at(12)), CLASS), language="en_US")
    assert len(alternatives(asked, situation(asked, NOW), NOW)) == 3


def test_on_site_at_night_is_answered_by_the_hours_of_the_station(vienna: Station, tour: Offering) -> None:
    on_site = make_offering(vienna, format=Format.IN_PERSON)
    answer = why_not(open_slot_id(on_site.code, "en", at(3)), CLASS, NOW)
    assert [refusal.rule for refusal in answer.refusals] == ["TIME-01"]
    assert {slot.offering for slot in answer.alternatives} == {on_site.code}
    assert tour.code != on_site.code


def statements_of(criteria: Criteria) -> int:
    seen: list[object] = []
    connection = db.session.connection()
    listener = lambda *_: seen.append(1)  # noqa: E731  kept, so that it can be taken off again
    event.listen(connection, "before_cursor_execute", listener)
    search(criteria, NOW)
    event.remove(connection, "before_cursor_execute", listener)
    return len(seen)


def test_the_number_of_statements_does_not_grow_with_guides_events_and_days(vienna: Station, tour: Offering) -> None:
    few = statements_of(CLASS)
    for _ in range(6):
        guide = make_guide(vienna, "en fr de", hours=(480, 1000))
        make_day_off(guide, date(2026, 12, 24))
        make_offering(vienna, "en fr")
        for hour in range(9, 16, 2):
            make_assignment(guide, make_event(tour, at(hour)))
    many = replace(CLASS, to_day=TUESDAY + timedelta(weeks=12), languages=(), limit=300)
    assert statements_of(many) == few <= 12
    assert len(search(many, NOW).slots) == 300
    assert statements_of(replace(many, languages=("pl",))) <= 12
