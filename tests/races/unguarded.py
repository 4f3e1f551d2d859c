"""The negative controls: each takes one guard out of the process that it is called in, and the race must then fail.

Three of them are no guards: two let the process die at a chosen moment, and one makes it slow.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import ModuleType
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, event, select, update
from sqlalchemy.orm import Session

from booking.bookings import messages
from booking.bookings.models import Booking, Organisation, VisitRequest
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.visit_requests import VisitFacts
from booking.bookings.rules import Situation
from booking.bookings.rules import waiting as line
from booking.bookings.services import (
    accept_request,
    answer_request,
    book,
    cancel,
    change,
    close,
    hold,
    moving,
    plan,
    reschedule,
    visit_answer,
    visit_book,
    writing,
)
from booking.bookings.services.writing import Key, changed
from booking.catalogue.models import Interest
from booking.catalogue.queries.interest import InterestFacts, entries
from booking.catalogue.services import interest
from booking.db import db, table_of
from booking.notices.terms import Message
from booking.scheduling.models import Event
from booking.scheduling.queries.partners import Partner, joint_event
from booking.scheduling.services import accept, co_hosts, offers
from booking.scheduling.services.partners import Deed
from booking.scheduling.terms import EventStatus
from tests.races.actions import Booked, Call, Outcome

_EVENT, _BOOKING = table_of(Event), table_of(Booking)
Tell = Callable[[Outcome | None], None]


class _Asking(threading.local):
    """What the thread is being asked for."""

    call: Call
    lane: int
    partner: Partner
    """As it was read before the event was locked."""


asking = _Asking()


def take_out(names: Sequence[str], tell: Tell) -> None:
    """Take out the guards of these names; `tell` is how the process says what became of a call."""
    for name in names:
        GUARDS[name](tell)


def _replace(name: str, instead: Callable[..., object], *modules: ModuleType) -> None:
    for module in modules:
        assert hasattr(module, name), f"{module.__name__} has no {name} any more: the control would control nothing"
        setattr(module, name, instead)


def _places(_tell: Tell) -> None:
    """P1: places are taken as the snapshot said; the row itself is not asked again."""

    def take(session: Session, event_id: int, _version: int, places: int, _statuses: Sequence[EventStatus]) -> None:
        sum_ = _EVENT.c.taken + places
        taken = case((sum_ > _EVENT.c.capacity, _EVENT.c.capacity), else_=sum_)
        session.execute(update(_EVENT).where(_EVENT.c.id == event_id).values(taken=taken))

    _replace("take_places", take, book, change, hold)


def _event_state(_tell: Tell) -> None:
    """P6: places are counted, but nobody looks whether the event is still the one that was decided on."""

    def take(session: Session, event_id: int, _version: int, places: int, _statuses: Sequence[EventStatus]) -> None:
        fits = _EVENT.c.taken + places <= _EVENT.c.capacity
        statement = update(_EVENT).where(_EVENT.c.id == event_id, fits).values(taken=_EVENT.c.taken + places)
        if changed(session, statement) != 1:
            raise writing.Stale

    _replace("take_places", take, book, hold)


def _station(_tell: Tell) -> None:
    """P6: an event is made without holding the station's row, or looking at its version."""
    _replace("hold_station", lambda *_: None, writing)


def _planning(_tell: Tell) -> None:
    """P6: a desk puts events on the calendar without holding the station's row."""
    _replace("hold_for_planning", lambda *_: None, plan)


def _key(_tell: Tell) -> None:
    """P3: no key is kept."""
    _replace("put_key", lambda *_: None, book)


def _key_first(_tell: Tell) -> None:
    """P3: the key is committed before its effect, and the process dies between the two."""

    def put(session: Session, key: Key, answer: Mapping[str, object], now: datetime) -> None:
        writing.put_key(session, key, answer, now)
        session.commit()
        _die()

    _replace("put_key", put, book)


def _dies_before_commit(_tell: Tell) -> None:
    """No guard: the process dies when everything is written and nothing is committed."""
    _replace("_tell", lambda *_: _die(), book)  # the last step before the places


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _commit_first(tell: Tell) -> None:
    """P5: the client is answered before the booking is committed."""

    def insert(session: Session, values: Mapping[str, object]) -> None:
        writing.insert_booking(session, values)
        answer = Booked(str(values["reference"]), "", replayed=False)
        tell(Outcome(asking.call, "ok", answer, 0.0, time.monotonic(), asking.lane))
        time.sleep(0.02)

    _replace("insert_booking", insert, book)


def _booking_version(_tell: Tell) -> None:
    """P7: a booking is moved, whatever became of it since it was read."""

    def write(session: Session, booking: BookingFacts, moved: BookingFacts, now: datetime) -> None:
        values = {"event_id": moved.event.id, "size": moved.size, "version": moved.version, "changed_at": now}
        session.execute(update(_BOOKING).where(_BOOKING.c.id == booking.id).values(values))

    _replace("booking_is_unchanged", lambda *_: None, change)
    _replace("update_booking", write, change)


def _spelling(_tell: Tell) -> None:
    """A spelling is believed to be an organisation of its own, whatever became of it meanwhile."""
    named = writing._NAMED  # noqa: SLF001  the guard that is taken out
    columns = table_of(Organisation).c
    held = update(Organisation).where(*named).values(name_key=columns.name_key).returning(columns.id)
    _replace("_HOLD_ORGANISATION", held, writing)  # type: ignore[arg-type]  # a statement


def _limits(_tell: Tell) -> None:
    """Limits of a day are believed as they were read, without a second count under their lock; slowly."""
    _haste(_tell)
    _replace("keep_limits", lambda *_: None, book, change, hold)


def _line(_tell: Tell) -> None:
    """The line: what comes free is offered later, by the worker, and till then is anybody's."""

    def free(situation: Situation, _now: datetime) -> int:
        return situation.event.capacity - situation.event.taken if situation.event else 0

    _replace("offer_places", lambda *_args, **_more: 0, writing, change, reschedule)
    _replace("places_open", free, line)


def _line_lock(_tell: Tell) -> None:
    """The line: that the event is full is believed as it was read, by who joins."""
    _replace("event_is_still_full", lambda *_: None, book)


def _late_to_the_line(_tell: Tell) -> None:
    """No guard: between a look at a full event and joining its line there is time for whoever frees places."""
    join = book._join_line  # noqa: SLF001  its name is looked at by _replace

    def late(*args: Any) -> Any:  # noqa: ANN401  as it was
        time.sleep(0.2)
        return join(*args)

    _replace("_join_line", late, book)


def _group(_tell: Tell) -> None:
    """OVL-02: that a group is free is believed as it was read, without a second look under the lock."""
    _replace("group_is_still_free", lambda *_: None, book)


def _offer_state(_tell: Tell) -> None:
    """Whoever was offered an event may take it, whatever became of the offer and of the event meanwhile."""

    def answered(*_args: object, **_more: object) -> str:
        return ""

    _replace("answered", answered, accept)
    _replace("_require_still_offered", lambda *_: None, accept)


def _request_state(_tell: Tell) -> None:
    """Whoever answers a request writes what was decided, whatever became of the request meanwhile."""

    def write(session: Session, before: BookingFacts, after: BookingFacts, now: datetime) -> None:
        values = {"status": after.status, "version": after.version, "answer_by": after.answer_by, "changed_at": now}
        session.execute(update(_BOOKING).where(_BOOKING.c.id == before.id).values(values))

    _replace("write", write, accept_request, answer_request)


def _visit_state(_tell: Tell) -> None:
    """Whoever answers a request without a time believes in what was read, and writes whatever became of it."""

    def write(session: Session, before: VisitFacts, after: VisitFacts, now: datetime) -> None:
        values = {"status": after.status, "version": after.version, "answer_by": after.answer_by, "changed_at": now}
        session.execute(update(table_of(VisitRequest)).where(table_of(VisitRequest).c.id == before.id).values(values))

    _replace("write_visit", write, visit_answer, visit_book)


def _uncovered(_tell: Tell) -> None:
    """That an event needs somebody, and nobody is being asked, is believed as it was read."""
    _replace("_still_uncovered", lambda *_: True, offers)


def _sequence(_tell: Tell) -> None:
    """P16: every invitation says that it is the first."""
    message = messages.message

    def first(kind: str, booking: BookingFacts, now: datetime, **more: Any) -> Message:  # noqa: ANN401  as it was
        return message(kind, replace(booking, sequence=0), now, **more)

    _replace("message", first, book, cancel, change, close, moving)


def _haste(_tell: Tell) -> None:
    """No guard: between any two statements there is time for everybody else; but a closure's locks last no longer."""

    @event.listens_for(Engine, "after_cursor_execute")
    def _wait(*_: object) -> None:
        if getattr(asking, "call", None) is None or asking.call.action != "close":
            time.sleep(0.004)


def _partner(_tell: Tell) -> None:
    """That a station takes part in an event is believed as it was read, before the event is locked."""
    look, send = co_hosts._agreed, co_hosts._set_once  # noqa: SLF001  the guard, and who asks it

    def set_once(deed: Deed, guide_code: str) -> None:
        found = joint_event(db.session(), deed.event)
        assert found is not None
        asking.partner = look(db.session(), found.id, deed)
        db.session.rollback()
        time.sleep(0.3)
        send(deed, guide_code)

    _replace("_agreed", lambda *_: asking.partner, co_hosts)
    _replace("_set_once", set_once, co_hosts)


def _interest(_tell: Tell) -> None:
    """Whoever presses the button writes to all who ever waited, whoever has written to them already."""

    def claimed(session: Session, which: ColumnElement[bool], _now: datetime) -> list[InterestFacts]:
        return entries(session, list(session.execute(select(Interest.id).where(which)).scalars()))

    _replace("_claimed", claimed, interest)


GUARDS: dict[str, Callable[[Tell], None]] = {
    "places": _places,
    "event state": _event_state,
    "station": _station,
    "planning": _planning,
    "key": _key,
    "key first": _key_first,
    "dies before commit": _dies_before_commit,
    "commit first": _commit_first,
    "booking version": _booking_version,
    "spelling": _spelling,
    "limits": _limits,
    "line": _line,
    "line lock": _line_lock,
    "late to the line": _late_to_the_line,
    "group": _group,
    "offer state": _offer_state,
    "request state": _request_state,
    "visit state": _visit_state,
    "uncovered": _uncovered,
    "sequence": _sequence,
    "partner": _partner,
    "interest": _interest,
    "haste": _haste,
}
