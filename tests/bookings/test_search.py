"""A class finds a time: open events and open slots in one list, and nothing that could not be booked."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.bookings.offers import BadCursor, Criteria, Slot
from booking.bookings.queries.search import search
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format, Kind, OfferingStatus
from booking.scheduling.terms import ClosureType, EventStatus, HostRole, Visibility
from tests.builders import (
    NOW,
    make_assignment,
    make_closure,
    make_day_off,
    make_event,
    make_guide,
    make_holiday,
    make_offering,
    make_station,
)

pytestmark = pytest.mark.usefixtures("app")
VIENNA, SEOUL = "Europe/Vienna", "Asia/Seoul"
TUESDAY = date(2026, 12, 8)
CLASS = Criteria(("en",), 20, 14, from_day=TUESDAY, to_day=TUESDAY, time_zone=VIENNA, limit=300)


def starts(slots: tuple[Slot, ...], zone: str = VIENNA) -> list[str]:
    return [f"{slot.starts_at.astimezone(ZoneInfo(zone)):%d %H:%M}" for slot in slots]


def found(criteria: Criteria) -> tuple[Slot, ...]:
    return search(criteria, NOW).slots


def rules(criteria: Criteria) -> list[str]:
    return [refusal.rule for refusal in search(criteria, NOW).refusals]


@pytest.fixture
def vienna() -> Station:
    return make_station("VIE", "en de fr", "en fr")


@pytest.fixture
def tour(vienna: Station) -> Offering:
    return make_offering(vienna)


def test_a_free_guide_gives_every_half_hour_of_the_day(vienna: Station, tour: Offering) -> None:
    make_guide(vienna)
    slots = found(CLASS)
    assert starts(slots) == [f"08 {minute // 60:02}:{minute % 60:02}" for minute in range(480, 1141, 30)]
    assert {slot.offering for slot in slots} == {tour.code}
    assert {(slot.is_private, slot.needs_person, slot.places_left) for slot in slots} == {(True, False, 35)}


def test_nobody_to_give_it_means_no_time(tour: Offering) -> None:  # noqa: ARG001
    assert found(CLASS) == ()
    assert rules(CLASS) == ["LANG-06"]


def test_the_language_is_one_that_the_guide_speaks_and_the_station_gives(vienna: Station, tour: Offering) -> None:  # noqa: ARG001
    make_guide(vienna, "en pl")
    for language in ("de", "pl", "fr"):
        assert found(replace(CLASS, languages=(language,))) == ()
    assert rules(replace(CLASS, languages=("pl",))) == ["LANG-01"]
    assert rules(replace(CLASS, languages=("de",))) == ["LANG-06"]


def test_the_second_choice_comes_where_the_first_is_not_to_be_had(vienna: Station, tour: Offering) -> None:  # noqa: ARG001
    make_guide(vienna, "fr", hours=(600, 720))
    make_guide(vienna, "de", hours=(660, 780))
    slots = found(replace(CLASS, languages=("fr", "de")))
    assert [(slot.language, start) for slot, start in zip(slots, starts(slots), strict=True)] == [
        ("fr", "08 10:00"),
        ("fr", "08 10:30"),
        ("fr", "08 11:00"),
        ("de", "08 11:30"),
        ("de", "08 12:00"),
    ]


def test_a_variant_of_a_region_is_its_language(vienna: Station, tour: Offering) -> None:  # noqa: ARG001
    make_guide(vienna, "fr")
    assert {slot.language for slot in found(replace(CLASS, languages=("fr-CH",)))} == {"fr"}


def test_an_event_of_the_guide_takes_its_time_and_the_pauses(vienna: Station, tour: Offering) -> None:
    guide = make_guide(vienna)
    before = starts(found(CLASS))
    own = make_event(
        tour, datetime(2026, 12, 8, 12, 0, tzinfo=ZoneInfo(VIENNA)), visibility=Visibility.PRIVATE, taken=35
    )
    make_assignment(guide, own)
    assert set(before) - set(starts(found(CLASS))) == {"08 11:00", "08 11:30", "08 12:00", "08 12:30", "08 13:00"}


def test_a_day_off_takes_the_day(vienna: Station, tour: Offering) -> None:  # noqa: ARG001
    make_day_off(make_guide(vienna), TUESDAY)
    assert found(CLASS) == ()
    assert found(replace(CLASS, to_day=TUESDAY + timedelta(days=1))) != ()


def test_an_open_event_with_places_is_listed_and_others_are_not(tour: Offering) -> None:
    noon = datetime(2026, 12, 8, 12, 0, tzinfo=ZoneInfo(VIENNA))
    listed = make_event(tour, noon, taken=15)
    for values in (
        {"taken": 16},
        {"status": EventStatus.CANCELLED},
        {"status": EventStatus.PLANNED},
        {"visibility": Visibility.PRIVATE},
        {"language": "de"},
    ):
        make_event(tour, noon, **values)
    slots = found(CLASS)
    assert [(slot.event, slot.places_left, slot.is_private) for slot in slots] == [(listed.code, 20, False)]
    assert slots[0].event_id == listed.id


def test_few_people_join_open_events_and_get_none_of_their_own(vienna: Station, tour: Offering) -> None:
    make_guide(vienna)
    event = make_event(tour, datetime(2026, 12, 8, 12, 0, tzinfo=ZoneInfo(VIENNA)))
    assert [slot.event for slot in found(replace(CLASS, size=7))] == [event.code]
    assert rules(replace(CLASS, size=7, to_day=TUESDAY, hours=(540, 660))) == ["CAP-03"]


def test_too_many_people_are_told_the_most_and_led_to_what_takes_them(vienna: Station, tour: Offering) -> None:  # noqa: ARG001
    make_guide(vienna)
    make_guide(vienna, "en", HostRole.SPEAKER)
    briefing = make_offering(vienna, kind=Kind.BRIEFING, max_group=60, lead_working_days=15)
    result = search(replace(CLASS, size=50), NOW)
    assert (result.slots, {refusal.rule for refusal in result.refusals}) == ((), {"CAP-01"})
    assert [slot.offering for slot in result.alternatives] == [briefing.code] * 3


@pytest.mark.parametrize(("age", "fits"), [(9, False), (10, True), (12, True), (13, False)])
def test_ages_fit_the_offering(vienna: Station, age: int, fits: bool) -> None:  # noqa: FBT001
    make_offering(vienna, min_age=10, max_age=12)
    make_guide(vienna)
    criteria = replace(CLASS, youngest_age=age)
    assert bool(found(criteria)) is fits
    assert rules(criteria) == ([] if fits else ["AGE-01"])


def test_nothing_lies_inside_the_lead_time_and_a_holiday_makes_it_longer(vienna: Station, tour: Offering) -> None:  # noqa: ARG001
    make_guide(vienna)
    criteria = replace(CLASS, from_day=None, to_day=None)
    assert starts(found(criteria))[0] == "30 08:00"
    make_holiday(vienna, date(2026, 11, 26))
    assert starts(found(criteria))[0] == "01 08:00"


def test_a_briefing_is_never_found_inside_fifteen_working_days(vienna: Station) -> None:
    make_offering(vienna, kind=Kind.BRIEFING, lead_working_days=15)
    make_guide(vienna, "en", HostRole.SPEAKER)
    slots = found(replace(CLASS, from_day=None, to_day=None))
    assert starts(slots)[0] == "14 08:00"
    assert {slot.needs_person for slot in slots} == {True}
    early = replace(CLASS, from_day=date(2026, 11, 24), to_day=date(2026, 12, 11))
    result = search(early, NOW)
    assert (result.slots, [refusal.rule for refusal in result.refusals]) == ((), ["LEAD-01"])
    assert starts(result.alternatives) == ["14 08:00", "14 08:30", "14 09:00"]


def test_bookings_open_so_many_days_ahead(vienna: Station, tour: Offering) -> None:  # noqa: ARG001
    make_guide(vienna)
    last = NOW.date() + timedelta(days=270)
    late = replace(CLASS, from_day=last, to_day=last + timedelta(days=20))
    assert {slot.starts_at.date() for slot in found(late)} == {last}
    beyond = replace(CLASS, from_day=last + timedelta(days=1), to_day=last + timedelta(days=20))
    result = search(beyond, NOW)
    assert [refusal.rule for refusal in result.refusals] == ["LEAD-02"]
    assert {slot.starts_at.date() for slot in result.alternatives} == {last}


def test_days_that_are_over_have_no_times(vienna: Station, tour: Offering) -> None:  # noqa: ARG001
    make_guide(vienna)
    result = search(replace(CLASS, from_day=date(2026, 10, 1), to_day=date(2026, 10, 2)), NOW)
    assert (result.slots, [refusal.rule for refusal in result.refusals]) == ((), ["LEAD-03"])
    assert len(result.alternatives) == 3


def test_nothing_is_found_on_site_while_the_premises_are_closed(vienna: Station, tour: Offering) -> None:
    on_site = make_offering(vienna, format=Format.IN_PERSON)
    make_guide(vienna)
    criteria = replace(CLASS, formats=(Format.IN_PERSON,))
    assert {slot.offering for slot in found(criteria)} == {on_site.code}
    make_closure(vienna, NOW.date())
    result = search(criteria, NOW)
    assert (result.slots, [refusal.rule for refusal in result.refusals]) == ((), ["CLO-01"])
    assert {slot.offering for slot in result.alternatives} == {tour.code}
    assert {slot.offering for slot in found(CLASS)} == {tour.code}


def test_a_closure_that_is_not_announced_yet_closes_nothing(vienna: Station) -> None:
    make_offering(vienna, format=Format.IN_PERSON)
    make_guide(vienna)
    make_closure(vienna, date(2026, 12, 1), announced_on=NOW.date() + timedelta(days=1))
    assert found(CLASS) != ()


def test_in_a_partial_reopening_groups_of_the_distance_are_received(vienna: Station) -> None:
    make_offering(vienna, format=Format.IN_PERSON)
    make_guide(vienna)
    reopening = {"type": ClosureType.PARTIAL_REOPENING, "blocks_formats": [], "allows": ["pre-booked-group"]}
    make_closure(vienna, date(2026, 12, 1), date(2026, 12, 8), distanced_capacity=15, **reopening)
    fifteen = found(replace(CLASS, size=15))
    assert {(slot.capacity, slot.places_left) for slot in fifteen} == {(15, 15)}
    sixteen = replace(CLASS, size=16)
    assert (found(sixteen), rules(sixteen)) == ((), ["CAP-04"])
    assert found(replace(CLASS, size=15, organisation_type="individual")) == ()
    assert rules(replace(CLASS, size=15, organisation_type="individual")) == ["CLO-02"]
    assert found(replace(sixteen, to_day=TUESDAY + timedelta(days=1))) != ()


def test_courtesy_visits_are_for_officials(vienna: Station) -> None:
    make_offering(vienna, kind=Kind.COURTESY_VISIT, format=Format.IN_PERSON, min_group=1, lead_working_days=3)
    make_guide(vienna)
    assert (found(CLASS), rules(CLASS)) == ((), ["CLO-03"])
    official = found(replace(CLASS, organisation_type="member-state"))
    assert {slot.needs_person for slot in official} == {True}


def test_what_awaits_the_reopening_is_never_found(vienna: Station) -> None:
    make_offering(vienna, status=OfferingStatus.AWAITING_REOPENING)
    make_guide(vienna)
    assert (found(CLASS), rules(CLASS)) == ((), ["CLO-04"])


def test_what_is_on_demand_is_listed_without_a_time(vienna: Station) -> None:
    film = make_offering(vienna, "en", kind=Kind.FILM, format=Format.ON_DEMAND, watch_url="https://example.org/film")
    make_guide(vienna)
    result = search(CLASS, NOW)
    assert result.slots == ()
    assert [(item.offering, item.languages, item.watch_url) for item in result.on_demand] == [
        (film.code, ("en",), "https://example.org/film")
    ]
    assert search(replace(CLASS, languages=("fr",)), NOW).on_demand == ()


def test_other_kinds_and_units_are_found_as_open_events_only(vienna: Station) -> None:
    make_guide(vienna)
    make_guide(vienna, "en", HostRole.SPEAKER)
    webinar = make_offering(vienna, kind=Kind.WEBINAR, min_group=1, max_group=300, lead_working_days=2)
    make_offering(vienna, kind=Kind.BRIEFING, unit="education-outreach", lead_working_days=0)
    event = make_event(webinar, datetime(2026, 12, 8, 12, 0, tzinfo=ZoneInfo(VIENNA)))
    assert [slot.event for slot in found(CLASS)] == [event.code]


def test_a_holiday_has_no_times_and_says_so_in_the_list(vienna: Station, tour: Offering) -> None:
    make_guide(vienna)
    make_holiday(vienna, TUESDAY)
    result = search(replace(CLASS, to_day=TUESDAY + timedelta(days=1)), NOW)
    assert {start[:2] for start in starts(result.slots)} == {"09"}
    assert [(row.offering, [refusal.rule for refusal in row.refusals]) for row in result.blocked] == [
        (tour.code, ["TIME-02"])
    ]
    assert f"{result.blocked[0].starts_at.astimezone(ZoneInfo(VIENNA)):%d %H:%M}" == "08 08:00"


def test_a_full_event_stays_in_the_list_with_its_reason(vienna: Station, tour: Offering) -> None:
    make_guide(vienna)
    full = make_event(tour, datetime(2026, 12, 8, 12, 0, tzinfo=ZoneInfo(VIENNA)), taken=20)
    rows = search(CLASS, NOW).blocked
    assert [(row.event, [refusal.rule for refusal in row.refusals]) for row in rows] == [(full.code, ["CAP-02"])]
    assert search(replace(CLASS, youngest_age=5), NOW).blocked == ()


def test_filters_leave_what_they_name(vienna: Station, tour: Offering) -> None:
    geneva = make_station("GVA")
    screening = make_offering(geneva, "en", format=Format.VIRTUAL_RECORDED, theme="climate-change")
    make_guide(vienna)
    make_guide(geneva)
    for wanted, expected in (
        (replace(CLASS, stations=("GVA",)), {screening.code}),
        (replace(CLASS, formats=(Format.VIRTUAL_RECORDED,)), {screening.code}),
        (replace(CLASS, themes=("climate-change",)), {screening.code}),
        (replace(CLASS, offering=tour.slug), {tour.code}),
        (replace(CLASS, offering=tour.code), {tour.code}),
        (replace(CLASS, kinds=(Kind.BRIEFING,)), set()),
    ):
        assert {slot.offering for slot in found(wanted)} == expected


def test_the_hours_of_the_class_hold_the_whole_tour_on_its_own_clock(vienna: Station, tour: Offering) -> None:  # noqa: ARG001
    make_guide(vienna)
    seoul = replace(CLASS, hours=(16 * 60, 18 * 60), time_zone=SEOUL)
    assert starts(found(seoul), SEOUL) == ["08 16:00", "08 16:30", "08 17:00"]


def test_the_weekdays_of_the_class_are_those_of_its_own_clock() -> None:
    new_york = make_station("NYC", virtual_opens=420, virtual_closes=1290)
    make_offering(new_york)
    make_guide(new_york)
    week = replace(CLASS, from_day=date(2026, 12, 7), to_day=date(2026, 12, 13), time_zone=SEOUL, hours=(480, 720))
    days = {start[:2] for start in starts(found(replace(week, weekdays=frozenset({5}))), SEOUL)}
    assert days == {"12"}, "a Saturday morning in Seoul is a Friday evening in New York"
    assert found(replace(week, weekdays=frozenset({0}))) == ()


def test_on_site_the_hours_of_the_class_do_not_count(vienna: Station) -> None:
    make_offering(vienna, format=Format.IN_PERSON)
    make_guide(vienna)
    assert starts(found(replace(CLASS, hours=(60, 120))))[0] == "08 09:00"


@pytest.mark.parametrize(
    ("day", "new_york_hours"),
    [(date(2027, 3, 12), "09"), (date(2027, 3, 19), "10"), (date(2027, 4, 2), "09")],
)
def test_in_the_weeks_when_only_one_side_has_changed_its_clocks(day: date, new_york_hours: str) -> None:
    new_york = make_station("NYC")
    make_offering(new_york)
    make_guide(new_york)
    wish = replace(CLASS, from_day=day, to_day=day, hours=(15 * 60, 16 * 60))
    assert starts(found(wish), "America/New_York") == [f"{day:%d} {new_york_hours}:00"]


def test_pages_follow_each_other_without_a_gap_or_a_repeat(vienna: Station, tour: Offering) -> None:
    make_guide(vienna, "en")
    make_guide(vienna, "fr")
    for hour in (10, 11, 12):
        make_event(tour, datetime(2026, 12, 8, hour, 0, tzinfo=ZoneInfo(VIENNA)))
    make_offering(vienna)
    whole = replace(CLASS, languages=("en", "fr"))
    everything = [slot.slot for slot in found(whole)]
    result = search(replace(whole, limit=7), NOW)
    pages = [slot.slot for slot in result.slots]
    while result.next_cursor:
        result = search(replace(whole, limit=7, cursor=result.next_cursor), NOW)
        pages += [slot.slot for slot in result.slots]
    assert pages == everything
    assert len(set(everything)) == len(everything) == 49


@pytest.mark.parametrize("cursor", ["1", "x~e.A", "1~", "1~o.é", "-1~e.A", "99999999999~e.A"])
def test_a_cursor_that_no_search_gave_is_refused(tour: Offering, cursor: str) -> None:  # noqa: ARG001
    with pytest.raises(BadCursor):
        search(replace(CLASS, cursor=cursor), NOW)


def test_without_any_criteria_everything_of_four_weeks_is_found(vienna: Station, tour: Offering) -> None:
    make_guide(vienna, "fr de")
    result = search(Criteria(), NOW)
    assert (len(result.slots), {slot.offering for slot in result.slots}) == (50, {tour.code})
    assert {slot.language for slot in result.slots} == {"de"}
    assert result.next_cursor


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1900, 1, 1), date(2200, 12, 31), date.max])
def test_days_that_nobody_books_are_answered(tour: Offering, day: date) -> None:  # noqa: ARG001
    for criteria in (replace(CLASS, from_day=day, to_day=None), replace(CLASS, from_day=day, to_day=day)):
        result = search(replace(criteria, from_day=day), NOW)
        assert result.slots == ()
