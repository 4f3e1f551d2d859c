"""The search over the data of 2020: what is shown is exactly what the one decision lets be booked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from booking import zones
from booking.app import create_app
from booking.bookings.offers import Criteria, Slot
from booking.bookings.queries.search import request_for, search
from booking.bookings.queries.situation import situation
from booking.bookings.reasons import decided
from booking.bookings.search import is_given_on_demand
from booking.bookings.slot_ids import open_slot_id
from booking.catalogue.models import Offering
from booking.catalogue.queries import OFFERING, offering_facts
from booking.catalogue.terms import VIRTUAL_FORMATS, Format, Kind, OfferingFacts
from booking.db import db
from booking.loading.services import load
from booking.scheduling.models import Availability, BusyInterval, DayOff, Guide
from tests.builders import save
from tests.conftest import settings_for

DATA = Path(__file__).parents[1] / "data"
SUMMER = datetime(2020, 7, 13, 9, 0, tzinfo=UTC)
REOPENING = datetime(2020, 7, 27, 9, 0, tzinfo=UTC)
AUTUMN = datetime(2020, 10, 5, 9, 0, tzinfo=UTC)
ALL_STATIONS = ("GVA", "NBO", "NYC", "VIE")
CLASS = Criteria(("en",), 15, 16, limit=300)
SPOKEN = ("ar", "bg", "de", "en", "es", "fr", "hu", "ja", "ko", "pl", "ru", "sw", "ur", "zh")


@pytest.fixture(scope="module")
def history(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[OfferingFacts]]:
    """The data of 2020 with some weekly patterns, private times and days off added; the offerings."""
    folder = tmp_path_factory.mktemp("history")
    copyfile(sqlite_template, folder / "booking.db")
    application = create_app(settings_for(f"sqlite:///{folder / 'booking.db'}", folder))
    with application.app_context():
        load(DATA, SUMMER)
        _make_it_harder()
        yield [offering_facts(row) for row in db.session.execute(select(*OFFERING)).mappings()]
        db.session.remove()
        db.engine.dispose()


def _make_it_harder() -> None:
    guides = list(db.session.execute(select(Guide).order_by(Guide.code)).scalars())
    for number, guide in enumerate(guides):
        if number % 3 == 0:
            hours = [(day, 540 + 15 * number, 900 + 10 * number) for day in range(number % 2, 5)]
            save(*(Availability(guide_id=guide.id, weekday=day, opens=a, closes=b) for day, a, b in hours))
        if number % 4 == 1:
            first = date(2020, 7, 20) + timedelta(days=number * 3)
            save(DayOff(guide_id=guide.id, starts_on=first, ends_on=first + timedelta(days=number % 9)))
        if number % 5 == 2:
            times = [datetime(2020, 7, 15, 8 + number % 9, 7, tzinfo=UTC) + timedelta(days=day) for day in range(120)]
            save(*(BusyInterval(guide_id=guide.id, starts_at=at, ends_at=at + timedelta(minutes=95)) for at in times))
        guide.max_events_per_day = (None, 1, 2, 4)[number % 4]
        save(guide)


pytestmark = pytest.mark.usefixtures("history")


def found(wish: Criteria, now: datetime = AUTUMN) -> tuple[Slot, ...]:
    return search(wish, now).slots


def rules(wish: Criteria, now: datetime = AUTUMN) -> list[str]:
    return [refusal.rule for refusal in search(wish, now).refusals]


def test_swahili_is_found_in_nairobi_only() -> None:
    assert {slot.station for slot in found(replace(CLASS, languages=("sw",)))} == {"NBO"}


def test_arabic_is_never_found_in_nairobi() -> None:
    result = search(replace(CLASS, languages=("ar",), stations=("NBO",)), AUTUMN)
    assert result.slots == ()
    assert [refusal.rule for refusal in result.refusals] == ["LANG-01", "LANG-02"]
    assert {slot.language for slot in result.alternatives} == {"ar"}
    assert {slot.station for slot in found(replace(CLASS, languages=("ar",)))} <= {"GVA", "NYC", "VIE"}


def test_polish_is_found_nowhere_and_the_answer_says_why_and_what_is_nearest() -> None:
    result = search(replace(CLASS, languages=("pl",)), AUTUMN)
    assert result.slots == ()
    assert {refusal.rule for refusal in result.refusals} <= {"LANG-01", "LANG-02", "LANG-03"}
    assert "LANG-01" in {refusal.rule for refusal in result.refusals}
    assert [slot.language for slot in result.alternatives] == ["en"] * 3


@pytest.mark.parametrize("station", ALL_STATIONS)
def test_nothing_is_found_on_site_at_a_closed_station(station: str) -> None:
    days = replace(CLASS, from_day=date(2020, 10, 6), to_day=date(2020, 12, 31))
    on_site = replace(days, stations=(station,), formats=(Format.IN_PERSON,))
    assert found(on_site) == ()
    assert "CLO-01" in rules(on_site)
    assert {slot.format for slot in found(replace(days, stations=(station,)))} <= VIRTUAL_FORMATS


def test_in_the_partial_reopening_of_geneva_groups_up_to_fifteen_are_received() -> None:
    august = replace(CLASS, from_day=date(2020, 8, 1), to_day=date(2020, 9, 30), formats=(Format.IN_PERSON,))
    received = found(august, REOPENING)
    assert {slot.station for slot in received} == {"GVA"}
    assert {slot.capacity for slot in received if slot.is_private} == {15}
    assert found(replace(august, size=16), REOPENING) == ()
    assert "CAP-04" in rules(replace(august, size=16, stations=("GVA",)), REOPENING)


@pytest.mark.parametrize("station", ALL_STATIONS)
def test_a_briefing_is_never_found_inside_fifteen_working_days(station: str) -> None:
    for slot in found(replace(CLASS, stations=(station,), kinds=(Kind.BRIEFING,))):
        today, day = (zones.local_date(moment, slot.time_zone) for moment in (AUTUMN, slot.starts_at))
        assert zones.working_days_after(today, day, frozenset(range(5)), ()) >= 15
        assert slot.needs_person or not slot.is_private


moments = st.sampled_from([SUMMER, REOPENING, AUTUMN, datetime(2020, 10, 15, 20, 0, tzinfo=UTC)])
sizes = st.sampled_from([None, 1, 7, 8, 15, 16, 30, 35, 36, 60, 61, 300])
ages = st.sampled_from([None, 5, 10, 12, 13, 16, 18, 40])
askers = st.sampled_from(["", "school", "individual", "member-state"])
clocks = st.sampled_from(["UTC", "Asia/Seoul", "America/New_York", "Pacific/Kiritimati", "Europe/Vienna"])
classes = st.builds(
    Criteria,
    languages=st.lists(st.sampled_from(SPOKEN), max_size=2, unique=True).map(tuple),
    size=sizes,
    youngest_age=ages,
    organisation_type=askers,
    stations=st.lists(st.sampled_from(ALL_STATIONS), max_size=2, unique=True).map(tuple),
    weekdays=st.frozensets(st.integers(0, 6), min_size=3),
    hours=st.none() | st.tuples(st.integers(0, 12), st.integers(13, 24)).map(lambda one: (one[0] * 60, one[1] * 60)),
    time_zone=clocks,
    limit=st.just(25),
)
short = settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@short
@given(classes, moments, st.integers(0, 60))
def test_whatever_is_shown_is_accepted_by_the_decision(wish: Criteria, now: datetime, ahead: int) -> None:
    wish = replace(wish, from_day=now.date() + timedelta(days=ahead))
    result = search(wish, now)
    for slot in (*result.slots, *result.alternatives):
        asked = request_for(slot.slot, replace(wish, languages=(slot.language,)))
        known = situation(asked, now)
        assert decided(asked, known, now).refusals == [], slot
        assert known.free_hosts or not slot.is_private
        assert slot.places_left >= (wish.size or 1)
        assert slot.starts_at > now


@short
@given(classes, moments, st.integers(0, 60))
def test_whatever_is_called_blocked_is_refused_by_the_decision(wish: Criteria, now: datetime, ahead: int) -> None:
    wish = replace(wish, from_day=now.date() + timedelta(days=ahead))
    for row in search(wish, now).blocked:
        asked = request_for(row.slot, replace(wish, languages=(row.language,)))
        told = decided(asked, situation(asked, now), now).refusals
        assert [refusal.rule for refusal in told] == [refusal.rule for refusal in row.refusals]


@short
@given(st.data(), st.sampled_from(SPOKEN), sizes, ages, moments, st.integers(0, 80))
def test_a_day_shows_exactly_the_starts_that_the_decision_accepts_and_a_host_can_give(
    history: list[OfferingFacts],
    data: st.DataObject,
    language: str,
    size: int | None,
    age: int | None,
    now: datetime,
    ahead: int,
) -> None:
    offering = data.draw(st.sampled_from([one for one in history if is_given_on_demand(one)]))
    day = now.date() + timedelta(days=ahead)
    wish = Criteria((language,), size, age, offering=offering.code, from_day=day, to_day=day, limit=300)
    shown = {slot.slot for slot in search(wish, now).slots if slot.is_private}
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    starts = (midnight + timedelta(minutes=30 * step) for step in range(48))
    accepted = set()
    for slot in (open_slot_id(offering.code, language, start) for start in starts if start > now):
        asked = request_for(slot, wish)
        known = situation(asked, now)
        if known.free_hosts and not decided(asked, known, now).refusals:
            accepted.add(slot)
    assert shown == accepted


def test_the_offerings_are_all_there(history: list[OfferingFacts]) -> None:
    assert len(history) == len(db.session.execute(select(Offering.id)).all()) == 47
