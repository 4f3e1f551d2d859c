"""P11: whatever is done in whatever order, the database is as a small model says that it must be."""

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from booking.bookings.closing import ClosureWish
from booking.bookings.terms import BookingRequest
from booking.catalogue.models import Offering
from booking.catalogue.terms import Format
from booking.db import db
from booking.scheduling.terms import ClosureType
from tests.builders import NOW, make_event, make_guide, make_offering, make_station
from tests.races.actions import Call, at, attempt, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell

pytestmark = pytest.mark.race

SEED = 20261122
EXAMPLES, STEPS = (500, 50) if FULL else (8, 30)
ONLINE = Format.VIRTUAL_LIVE
HOUR, PAUSE, HOLD = timedelta(hours=1), timedelta(minutes=15), timedelta(minutes=10)
DAYS = [date(2026, 12, 14) + timedelta(days=number) for number in range(3)]
HOURS = [9, 10, 11]

_worlds = itertools.count(1)
days, hours, sizes = st.sampled_from(range(len(DAYS))), st.sampled_from(HOURS), st.integers(1, 5)
nth = st.integers(0, 30)


@dataclass
class ModelEvent:
    """An event: how many places it has, whom it is for, and who gives it."""

    capacity: int
    starts_at: datetime
    on_site: bool = False
    private: bool = False
    status: str = "open"
    host: str | None = None


@dataclass
class ModelBooking:
    """A booking or a hold."""

    event: str
    size: int
    status: str
    ends_at: datetime | None = None


@dataclass
class Model:
    """What must be so: pure values, and the rules written down a second time."""

    now: datetime = NOW
    events: dict[str, ModelEvent] = field(default_factory=dict)
    bookings: dict[str, ModelBooking] = field(default_factory=dict)
    closed: set[date] = field(default_factory=set)

    def taken(self, event: str) -> int:
        """Places that are taken."""
        counts = {"on_hold", "requested", "confirmed"}
        return sum(one.size for one in self.bookings.values() if one.event == event and one.status in counts)

    def fits(self, event: str, more: int) -> bool:
        """Whether so many more find a place."""
        known = self.events[event]
        return known.status == "open" and self.taken(event) + more <= known.capacity

    def makes_room(self, event: str, more: int) -> bool:
        """The same for somebody new: holds whose time is over give way, should they stand in it."""
        if not self.fits(event, more) and self.events[event].status == "open":
            self.end_holds(event)
        return self.fits(event, more)

    def end_holds(self, event: str | None = None) -> None:
        """End the holds whose time is over."""
        held = (one for one in self.bookings.values() if one.status == "on_hold" and event in {None, one.event})
        for booking in held:
            if booking.ends_at and booking.ends_at <= self.now:
                booking.status = "expired"

    def is_free(self, host: str, starts_at: datetime, besides: str | None = None) -> bool:
        """Whether a host could give an event then, the pause after each included."""
        given = [one.starts_at for code, one in self.events.items() if one.host == host and code != besides]
        return all(abs(other - starts_at) >= HOUR + PAUSE for other in given)

    def leave(self, booking: ModelBooking) -> None:
        """The event of one group alone ends with its booking."""
        event = self.events[booking.event]
        if event.private:
            event.status, event.host = "cancelled", None


class Operations(RuleBasedStateMachine):
    """Everything that groups and the desk may do, each compared with the model at once."""

    arena: Arena
    done: ClassVar[list[str]] = []
    """What was called so far, and what became of it."""

    def __init__(self) -> None:
        super().__init__()
        self.model, self.count, self.code = Model(), 0, f"W{next(_worlds)}"
        self._desk = self.arena.desk()
        self._desk.__enter__()
        station = make_station(self.code)
        self.station = station.id
        online, on_site = (make_offering(station, min_group=1, format=one) for one in (ONLINE, Format.IN_PERSON))
        self.online, self.offerings = online.code, {False: online.id, True: on_site.id}
        self.hosts = [make_guide(station).code for _ in range(2)]

    def teardown(self) -> None:
        """Leave the application."""
        self._desk.__exit__(None, None, None)

    def do(self, action: str, *, expected: bool, **about: object) -> Any:  # noqa: ANN401  what the action gives
        """Do it now; it must succeed if the model says so, and be refused if not."""
        result, value = attempt(Call(action, {**about, "now": self.model.now}))
        assert result != "error", value
        self.done.append(f"{action} {result}")
        assert (result == "ok") == expected, f"{action} {about}: {result} {value}, expected {expected}"
        return value

    def _new(self, **values: object) -> BookingRequest:
        self.count += 1
        return wish(f"{self.code}-{self.count}", **values)

    def _event(self, number: int) -> str:
        return list(self.model.events)[number % len(self.model.events)]

    def _booking(self, number: int, status: str) -> tuple[str, ModelBooking] | None:
        found = [(reference, one) for reference, one in self.model.bookings.items() if one.status == status]
        return found[number % len(found)] if found else None

    @initialize()
    def begin(self) -> None:
        """With something to change."""
        for on_site in (False, True):
            self.create_event(0, 9, 5, on_site=on_site)
            self.book(on_site, 2)
            self.hold(on_site, 2)

    @rule(day=days, hour=hours, capacity=sizes, on_site=st.booleans())
    def create_event(self, day: int, hour: int, capacity: int, *, on_site: bool) -> None:
        """On a day that is not closed to it."""
        if on_site and DAYS[day] in self.model.closed:
            return
        starts_at = _at(day, hour)
        offering = db.session.get_one(Offering, self.offerings[on_site])
        event = make_event(offering, starts_at, capacity=capacity)
        self.model.events[event.code] = ModelEvent(capacity, starts_at, on_site)

    @rule(number=nth, size=sizes)
    def book(self, number: int, size: int) -> None:
        """A new group joins an event."""
        event = self._event(number)
        expected = not self.model.events[event].private and self.model.makes_room(event, size)
        request = self._new(event=event, size=size)
        booked = self.do("book", expected=expected, request=request, key=f"{self.count}")
        if expected:
            self.model.bookings[booked.reference] = ModelBooking(event, size, "confirmed")

    @rule(day=days, hour=hours, size=sizes)
    def book_a_slot(self, day: int, hour: int, size: int) -> None:
        """A new group has a time of its own: with a host who is free, or as a request."""
        starts_at = _at(day, hour)
        free = [host for host in self.hosts if self.model.is_free(host, starts_at)]
        request = self._new(offering=self.online, starts=at(starts_at), size=size)
        booked = self.do("book", expected=True, request=request, key=f"{self.count}")
        event, capacity = self._made(booked.reference)
        host = self._hosts().get(event)
        assert (host in free) if free else (host is None)
        status = "open" if free else "planned"
        self.model.events[event] = ModelEvent(capacity, starts_at, private=True, status=status, host=host)
        self.model.bookings[booked.reference] = ModelBooking(event, size, "confirmed" if free else "requested")

    def _made(self, reference: str) -> tuple[str, int]:
        statement = "SELECT code, capacity FROM event JOIN booking ON event_id = event.id WHERE reference = :reference"
        (row,) = self.arena.rows(statement, reference=reference)
        return row.code, row.capacity

    @rule(number=nth, size=sizes)
    def hold(self, number: int, size: int) -> None:
        """Keep places for ten minutes."""
        event = self._event(number)
        expected = not self.model.events[event].private and self.model.makes_room(event, size)
        reference = self.do("hold", expected=expected, request=self._new(event=event, size=size))
        if expected:
            self.model.bookings[reference] = ModelBooking(event, size, "on_hold", self.model.now + HOLD)

    @precondition(lambda self: self._booking(0, "on_hold"))
    @rule(number=nth, size=sizes)
    def book_what_is_held(self, number: int, size: int) -> None:
        """The hold becomes the booking; where its time is over, a new booking is tried."""
        found = self._booking(number, "on_hold")
        if found is None:
            return
        held, booking = found
        is_over = booking.ends_at is not None and booking.ends_at <= self.model.now
        if is_over:
            booking.status = "expired"
        expected = self.model.makes_room(booking.event, size if is_over else size - booking.size)
        booked = self.do("book", expected=expected, request=self._new(size=size), key=f"{self.count}", hold=held)
        if expected:
            assert (booked.reference == held) == (not is_over)
            self.model.bookings[booked.reference] = ModelBooking(booking.event, size, "confirmed")

    @rule()
    def end_holds(self) -> None:
        """What the worker does every quarter of a minute."""
        self.model.end_holds()
        self.do("end_holds", expected=True)

    @precondition(lambda self: self._booking(0, "confirmed"))
    @rule(number=nth, size=sizes)
    def change_size(self, number: int, size: int) -> None:
        """More or fewer people."""
        if found := self._booking(number, "confirmed"):
            reference, booking = found
            expected = self.model.fits(booking.event, size - booking.size)
            self.do("change_size", expected=expected, reference=reference, size=size)
            booking.size = size if expected else booking.size

    @precondition(lambda self: self._booking(0, "confirmed"))
    @rule(number=nth, to=nth)
    def move(self, number: int, to: int) -> None:
        """To another open event."""
        found, event = self._booking(number, "confirmed"), self._event(to)
        if found is None or self.model.events[event].private:
            return
        reference, booking = found
        expected = booking.event == event or self.model.fits(event, booking.size)
        self.do("move", expected=expected, reference=reference, target=BookingRequest(event=event))
        if expected and booking.event != event:
            self.model.leave(booking)
            booking.event = event

    @precondition(lambda self: self._booking(0, "confirmed"))
    @rule(number=nth)
    def cancel(self, number: int) -> None:
        """By the group."""
        if found := self._booking(number, "confirmed"):
            reference, booking = found
            self.do("cancel", expected=True, reference=reference)
            booking.status = "cancelled_by_group"
            self.model.leave(booking)

    @rule(day=days)
    def close(self, day: int) -> None:
        """The premises, for a day; where they are closed already, they cannot be closed once more."""
        given = (DAYS[day], DAYS[day], self.model.now.date(), ("in-person",))
        is_open = DAYS[day] not in self.model.closed
        self.do("close", expected=is_open, wish=ClosureWish(self.code, ClosureType.PREMISES_CLOSED, *given))
        if not is_open:
            return
        self.model.closed.add(DAYS[day])
        for code, event in self.model.events.items():
            if event.on_site and event.starts_at.date() == DAYS[day] and event.status == "open":
                event.status, event.host = "cancelled", None
                self._sweep(code)

    def _sweep(self, event: str) -> None:
        ended = {"on_hold": "expired", "confirmed": "cancelled_by_station"}
        for booking in self.model.bookings.values():
            if booking.event == event:
                booking.status = ended.get(booking.status, booking.status)

    @rule(number=nth, capacity=st.integers(0, 6))
    def set_capacity(self, number: int, capacity: int) -> None:
        """More or fewer places."""
        event = self._event(number)
        expected = self.model.taken(event) <= capacity
        self.do("set_capacity", expected=expected, event=event, capacity=capacity)
        if expected:
            self.model.events[event].capacity = capacity

    @rule(number=nth, host=st.integers(0, 1))
    def assign(self, number: int, host: int) -> None:
        """Instead of whoever had the event."""
        code, guide = self._event(number), self.hosts[host]
        event = self.model.events[code]
        expected = event.status != "cancelled" and self.model.is_free(guide, event.starts_at, besides=code)
        self.do("assign", expected=expected, event=code, guide=guide)
        if expected:
            event.host = guide

    @rule(minutes=st.sampled_from([1, 5, 11, 60]))
    def let_time_pass(self, minutes: int) -> None:
        """Long enough for holds to end."""
        self.model.now += timedelta(minutes=minutes)

    @invariant()
    def model_and_database_are_equal(self) -> None:
        """Events with their places and hosts, and bookings."""
        model, of_station = self.model, "station_id = :station"
        rows = self.arena.rows(
            f"SELECT code, capacity, taken, status FROM event WHERE {of_station}", station=self.station
        )
        found = {row.code: (row.capacity, row.taken, row.status) for row in rows}
        assert found == {code: (one.capacity, model.taken(code), one.status) for code, one in model.events.items()}
        rows = self.arena.rows(
            "SELECT reference, code, size, booking.status FROM booking JOIN event ON event.id = event_id "
            f"WHERE {of_station}",
            station=self.station,
        )
        booked = {row.reference: (row.code, row.size, row.status) for row in rows}
        assert booked == {name: (one.event, one.size, one.status) for name, one in model.bookings.items()}
        assert self._hosts() == {code: one.host for code, one in model.events.items() if one.host}

    def _hosts(self) -> dict[str, str]:
        statement = """
            SELECT event.code AS event, guide.code AS guide FROM assignment
            JOIN event ON event.id = event_id JOIN guide ON guide.id = guide_id
            WHERE assignment.status = 'active' AND event.station_id = :station
        """
        return {row.event: row.guide for row in self.arena.rows(statement, station=self.station)}


def _at(day: int, hour: int) -> datetime:
    return datetime(DAYS[day].year, DAYS[day].month, DAYS[day].day, hour, tzinfo=UTC)


def _run(arena: Arena) -> Counter[str]:
    """Run the machine on a database; what was called, and what became of it."""

    class Here(Operations):
        """On this database."""

    Here.arena = arena
    Operations.done.clear()
    settings = hypothesis.settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=list(hypothesis.Phase) if FULL else [hypothesis.Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    run_state_machine_as_test(hypothesis.seed(SEED)(Here), settings=settings)
    return Counter(Operations.done)


def test_any_order_of_operations_leaves_what_the_model_says(arena: Arena, tell: Tell) -> None:
    tell(f"seed {SEED}, {EXAMPLES} examples of up to {STEPS} steps")
    steps = _run(arena)
    tell(f"{steps.total()} calls: {dict(steps)}")


def test_places_that_a_cancellation_forgets_to_give_back_are_missed(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.bookings.services.cancel.give_places_back", lambda *_args, **_kw: None)
    with pytest.raises(AssertionError):
        _run(arena)
