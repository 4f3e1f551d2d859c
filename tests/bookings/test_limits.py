"""Dated limits of capacity: they take places off the market, refuse what is too much, and send nobody away."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.bookings.offers import Criteria
from booking.bookings.planning import EventsWish
from booking.bookings.planning import look as look_at_plan
from booking.bookings.queries.board import over_capacity
from booking.bookings.queries.limit_rows import limit_rows
from booking.bookings.queries.search import search
from booking.bookings.rules.planning import Collision
from booking.bookings.services.book import book
from booking.bookings.services.cancel import cancel
from booking.bookings.services.change import change_size, move
from booking.bookings.services.hold import hold
from booking.bookings.services.limits import BadLimit, LimitWish, change_limit, end_limit, look, make_limit
from booking.bookings.services.plan import put_on_calendar
from booking.bookings.services.reschedule import set_capacity
from booking.bookings.terms import BookingRefused, BookingRequest, Conflict
from booking.catalogue.models import Venue
from booking.catalogue.terms import Format
from booking.db import db
from booking.i18n import Translated
from booking.loading.invariants import breaches
from booking.scheduling.models import Event
from booking.scheduling.terms import Measure, Per
from tests.bookings.limited import DECEMBER_14, limit, people
from tests.bookings.line import group, join, line
from tests.bookings.test_book import TEN_IN_VIENNA, at, wish
from tests.builders import NOW, make_event, make_guide, make_offering, make_station, save

pytestmark = pytest.mark.usefixtures("app")

DAY = timedelta(days=1)


def event_on(offering: object, days: int = 0, **values: object) -> Event:
    """An event so many days after 14 December."""
    return make_event(offering, TEN_IN_VIENNA + timedelta(days=days), **values)  # type: ignore[arg-type]  # an offering


def places(event: Event) -> tuple[int, int, int | None]:
    """Taken, capacity and own capacity, read afresh."""
    row = db.session.execute(select(Event.taken, Event.capacity, Event.own_capacity).where(Event.id == event.id)).one()
    return row.taken, row.capacity, row.own_capacity


def refused(request: BookingRequest, **values: object) -> list[str]:
    """The rules that refuse it."""
    with pytest.raises(BookingRefused) as error:
        book(request, key=f"{request.organisation}{request.size}", now=NOW, **values)  # type: ignore[arg-type]
    return [one.rule for one in error.value.refusals]


def booked(name: str, size: int, event: Event) -> str:
    """A group with places; its reference."""
    return book(group(name, size, event), key=name, now=NOW).reference


def test_a_limit_takes_places_off_the_market_and_its_end_brings_them_back() -> None:
    event, later = event_on(offering := make_offering(make_station())), event_on(offering, 1)
    code = people(Per.EVENT, 15)
    assert (places(event), places(later)) == ((0, 15, 35), (0, 35, None))
    end_limit(code, version=1, now=NOW, actor="account:1")
    assert places(event) == (0, 35, None)


def test_a_limit_below_what_is_taken_keeps_everybody_and_is_listed() -> None:
    event = event_on(make_offering(make_station(), min_group=1))
    first, second = booked("first", 12, event), booked("second", 10, event)
    found = look(LimitWish(Measure.PEOPLE, Per.EVENT, DECEMBER_14, most=15), NOW)
    (over,) = found.over
    assert (found.events, found.people, over.used, over.allowed) == (1, 22, 22, 15)
    assert [(one.reference, one.is_within) for one in over.groups] == [(first, True), (second, False)]
    people(Per.EVENT, 15)
    assert places(event) == (22, 22, 35)
    assert [(one.code, one.taken, one.limit) for one in over_capacity(db.session(), None, NOW)] == [
        (event.code, 22, 15)
    ]
    assert list(breaches(db.session(), NOW)) == []


def test_places_that_come_free_over_a_limit_are_not_sold_again_beyond_it() -> None:
    event = event_on(make_offering(make_station(), min_group=1))
    first = booked("first", 12, event)
    booked("second", 10, event)
    people(Per.EVENT, 15)
    cancel(first, now=NOW)
    assert places(event) == (10, 15, 35)


def test_a_share_is_of_the_events_own_places_however_often_it_is_fitted() -> None:
    event = event_on(make_offering(make_station()), capacity=30)
    code = people(Per.EVENT, percent=50)
    assert places(event) == (0, 15, 30)
    values = {"starts_on": DECEMBER_14, "ends_on": DECEMBER_14 + DAY, "percent": 25}
    change_limit(code, LimitWish(Measure.PEOPLE, Per.EVENT, **values), version=1, now=NOW, actor="account:2")  # type: ignore[arg-type]
    assert places(event) == (0, 7, 30)
    set_capacity(event.code, 40, now=NOW, actor="account:2")
    assert places(event) == (0, 10, 40)


def test_a_group_too_large_for_a_limit_is_refused_and_the_search_does_not_show_the_time() -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station, "en")
    people(Per.EVENT, 15)
    slot = wish(offering=offering.code, starts=at(TEN_IN_VIENNA))
    assert refused(slot) == ["CAP-04"]
    assert not _slots_on(DECEMBER_14, 24)
    assert _slots_on(DECEMBER_14 + DAY, 24)
    booking = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA), size=15), key="b", now=NOW)
    made = db.session.execute(select(Event).where(Event.code == booking.answer["event_id"])).scalar_one()
    assert (made.capacity, made.own_capacity) == (15, 35)


def _slots_on(day: date, size: int) -> list[str]:
    found = search(Criteria(("en",), size, 16, from_day=day, to_day=day, time_zone="Europe/Vienna"), NOW)
    return [one.slot for one in found.slots]


@pytest.mark.parametrize("measure", [Measure.PEOPLE, Measure.GROUPS])
def test_a_limit_of_a_day_counts_all_events_of_the_day(measure: Measure) -> None:
    offering = make_offering(make_station(), min_group=1)
    first, second = event_on(offering), event_on(offering, capacity=35)
    other_day = event_on(offering, 1)
    limit(measure, Per.DAY, {Measure.PEOPLE: 30, Measure.GROUPS: 1}[measure])
    booked("first", 20, first)
    assert refused(group("second", 11, second)) == ["CAP-02"]
    assert _events_shown(11) == {other_day.code}
    booked("third", 11, other_day)


def _events_shown(size: int) -> set[str]:
    found = search(Criteria(("en",), size, 16, from_day=DECEMBER_14, to_day=DECEMBER_14 + DAY), NOW)
    return {one.event for one in found.slots}


def test_as_many_events_a_day_as_a_limit_says_and_shared_ones_can_still_be_joined() -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station, "en")
    event = event_on(offering)
    limit(Measure.EVENTS, Per.DAY, 1)
    slot = wish(offering=offering.code, starts=at(TEN_IN_VIENNA + timedelta(hours=3)))
    assert refused(slot) == ["CAP-02"]
    booked("joins", 20, event)


def test_groups_of_one_event_are_counted() -> None:
    offering = make_offering(make_station(), min_group=1)
    event, other = event_on(offering), event_on(offering)
    limit(Measure.GROUPS, Per.EVENT, 1)
    booked("first", 5, event)
    assert refused(group("second", 5, event)) == ["CAP-02"]
    booked("third", 5, other)


def test_a_hold_counts_and_its_own_booking_does_not_count_twice() -> None:
    event = event_on(make_offering(make_station(), min_group=1))
    people(Per.DAY, 20)
    held = hold(group("first", 20, event), now=NOW)
    assert refused(group("second", 1, event)) == ["CAP-02"]
    done = book(group("first", 20, event), key="first", now=NOW, hold=held.reference)
    assert done.reference == held.reference


def test_fewer_people_are_always_welcome_and_more_only_within_the_limit() -> None:
    event = event_on(make_offering(make_station(), min_group=1))
    reference = booked("first", 25, event)
    people(Per.DAY, 15)
    change_size(reference, size=20, accompanying_adults=2, now=NOW)
    with pytest.raises(BookingRefused) as error:
        change_size(reference, size=21, accompanying_adults=2, now=NOW)
    assert [one.rule for one in error.value.refusals] == ["CAP-02"]


def test_a_group_may_move_within_a_full_day_and_not_into_one() -> None:
    offering = make_offering(make_station(), min_group=1)
    first, second, other_day = event_on(offering), event_on(offering), event_on(offering, 1)
    reference, outside = booked("first", 20, first), booked("outside", 10, other_day)
    people(Per.DAY, 20)
    move(reference, BookingRequest(event=second.code), now=NOW)
    with pytest.raises(BookingRefused) as error:
        move(outside, BookingRequest(event=first.code), now=NOW)
    assert [one.rule for one in error.value.refusals] == ["CAP-02"]


def test_a_line_gets_no_more_than_a_limit_leaves() -> None:
    offering = make_offering(make_station(), min_group=1)
    event, elsewhere = event_on(offering, capacity=20), event_on(offering)
    first = booked("first", 20, event)
    booked("elsewhere", 15, elsewhere)
    join("twelve", 12, event)
    join("five", 5, event)
    code = people(Per.DAY, 20)
    cancel(first, now=NOW)
    assert line(event) == {12: "waiting", 5: "proposed"}
    assert list(breaches(db.session(), NOW)) == []
    end_limit(code, version=1, now=NOW, actor="account:1")


def test_a_plan_makes_no_more_events_a_day_than_a_limit_says() -> None:
    offering = make_offering(make_station())
    event_on(offering)
    limit(Measure.EVENTS, Per.DAY, 1)
    seen = look_at_plan(db.session(), EventsWish(offering.code, "de", 20, once=TEN_IN_VIENNA), NOW)
    assert [line.collisions for line in seen.lines] == [(Collision.LIMIT,)]
    seen = look_at_plan(db.session(), EventsWish(offering.code, "de", 20, once=TEN_IN_VIENNA + DAY), NOW)
    assert [line.collisions for line in seen.lines] == [()]


def test_what_is_put_on_the_calendar_has_the_places_that_a_limit_allows() -> None:
    offering = make_offering(make_station())
    people(Per.EVENT, 15)
    put = put_on_calendar(EventsWish(offering.code, "en", 30, once=TEN_IN_VIENNA), None, now=NOW, actor="account:1")
    made = db.session.execute(select(Event).where(Event.code == put.reference)).scalar_one()
    assert (made.capacity, made.own_capacity) == (15, 30)


def test_a_limit_binds_its_scope_only() -> None:
    vienna, geneva = make_station(), make_station("GVA")
    hall = Venue(station_id=vienna.id, code="hall", name=Translated({"en": "Hall"}))
    save(hall)
    inside = event_on(make_offering(vienna, venue_id=hall.id, format=Format.IN_PERSON))
    online, elsewhere = event_on(make_offering(vienna)), event_on(make_offering(geneva))
    people(Per.EVENT, 20, station="VIE")
    people(Per.EVENT, 10, station="VIE", venue="hall")
    assert [places(one)[1] for one in (inside, online, elsewhere)] == [10, 20, 35]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"measure": Measure.EVENTS, "most": 2}, "per"),
        ({"per": Per.DAY, "percent": 50}, "percent"),
        ({}, "most"),
        ({"most": 5, "ends_on": DECEMBER_14 - DAY}, "ends_on"),
        ({"most": 5, "starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 22)}, "ends_on"),
        ({"most": 5, "station": "NIX"}, "station"),
        ({"most": 5, "station": "VIE", "venue": "nix"}, "venue"),
        ({"most": 5, "venue": "nix"}, "venue"),
        ({"most": 5, "offering": "nix"}, "offering"),
    ],
)
def test_a_limit_without_sense_is_refused_and_names_the_field(values: dict[str, object], field: str) -> None:
    make_station()
    known = {"measure": Measure.PEOPLE, "per": Per.EVENT, "starts_on": DECEMBER_14}
    with pytest.raises(BadLimit) as error:
        make_limit(LimitWish(**{**known, **values}), now=NOW, actor="account:1")  # type: ignore[arg-type]
    assert error.value.field_name == field
    assert limit_rows(db.session(), None, date.min) == []


def test_of_two_coordinators_the_second_changes_nothing() -> None:
    make_station()
    code = people(Per.EVENT, 15, station="VIE")
    wanted = LimitWish(Measure.PEOPLE, Per.EVENT, DECEMBER_14, DECEMBER_14, 12, station="VIE")
    change_limit(code, wanted, version=1, now=NOW, actor="account:2")
    with pytest.raises(Conflict):
        change_limit(code, wanted, version=1, now=NOW, actor="account:3")
    with pytest.raises(Conflict):
        end_limit(code, version=1, now=NOW, actor="account:3")
    (row,) = limit_rows(db.session(), ["VIE"], DECEMBER_14)
    assert (row.facts.most, row.version) == (12, 2)


def test_a_change_is_of_its_numbers_and_days_not_of_its_scope() -> None:
    make_station()
    code = people(Per.EVENT, 15, station="VIE")
    with pytest.raises(BadLimit) as error:
        change_limit(
            code, LimitWish(Measure.PEOPLE, Per.DAY, DECEMBER_14, most=12), version=1, now=NOW, actor="account:2"
        )
    assert error.value.problem == "scope"


def test_every_change_is_in_the_trail_with_the_events_that_it_fitted() -> None:
    event = event_on(make_offering(make_station()))
    code = people(Per.EVENT, 15, station="VIE")
    end_limit(code, version=1, now=NOW, actor="account:2")
    rows = db.session.execute(select(AuditEntry).order_by(AuditEntry.id)).scalars()
    told = [(row.action, row.subject, row.actor, row.station_code) for row in rows]
    assert told == [
        ("limit.make", f"limit:{code}", "account:1", "VIE"),
        ("event.fit", f"event:{event.code}", "account:1", "VIE"),
        ("limit.end", f"limit:{code}", "account:2", "VIE"),
        ("event.fit", f"event:{event.code}", "account:2", "VIE"),
    ]
