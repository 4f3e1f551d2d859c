"""The official numbers of an event, and what they make of it and its bookings: from everything that was said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from booking.attendance.queries import OUR_OWN, CountedEvent, CountedGroup, event_to_count
from booking.attendance.rules import Official, Word, official
from booking.attendance.terms import Course, Source
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus

_EVENT, _BOOKING = table_of(Event), table_of(Booking)


def settle(session: Session, event_code: str, now: datetime, topics_raised: str | None = None) -> CountedEvent:
    """Write the official numbers as the rule has them; the event as it then is. Its row and its bookings are locked."""
    event = event_to_count(session, event_code)
    assert event is not None  # noqa: S101  its row is locked
    groups = tuple(_settled(event, group) for group in event.groups)
    rows = [
        {
            "this": after.id,
            "attended": after.attended,
            "attended_source": after.attended_source,
            "attended_reason": after.attended_reason,
            "status": after.status,
        }
        for before, after in zip(event.groups, groups, strict=True)
        if before != after
    ]
    if rows:
        changed = {"changed_at": now, "version": _BOOKING.c.version + 1}
        names = ("attended", "attended_source", "attended_reason", "status")
        values = {name: bindparam(name) for name in names} | changed
        statement = update(_BOOKING).where(_BOOKING.c.id == bindparam("this")).values(values)
        session.connection().execute(statement, rows)
    return _concluded(session, replace(event, groups=groups), topics_raised)


def _settled(event: CountedEvent, group: CountedGroup) -> CountedGroup:
    """The group with its official number; one of which nobody spoke stays as it was."""
    if not group.said or not event.has_lines:
        return group
    found = official([one.word for one in group.said.values()], group.leaders, _loaded(group))
    return replace(
        group,
        attended=found.attended,
        attended_source=found.source,
        attended_reason=found.reason,
        status=_status(found, group),
    )


def _loaded(counted: CountedGroup | CountedEvent) -> int | None:
    """A number that was there before anybody of ours spoke."""
    return None if counted.attended_source else counted.attended


def _status(found: Official, group: CountedGroup) -> BookingStatus:
    if found.attended is not None:
        return BookingStatus.ATTENDED if found.attended else BookingStatus.NO_SHOW
    return BookingStatus.NOT_RECORDED if any(source in group.said for source in OUR_OWN) else group.status


def _concluded(session: Session, event: CountedEvent, topics_raised: str | None) -> CountedEvent:
    """Held with at least one participant; nobody came where every number is 0; else it stays as it was."""
    words = list(_words_of_all(event))
    if words and not event.has_lines:
        found = official(words, event.leaders, _loaded(event))
        source = found.source or (_who_says_nothing(event) if found.attended is None else "")
        event = replace(event, attended=found.attended, attended_source=source, attended_reason=found.reason)
    nobody = all(number == 0 for number in event.numbers)
    status = EventStatus.HELD if any(event.numbers) else EventStatus.NO_SHOW if nobody else event.status
    topics = event.topics_raised if topics_raised is None else topics_raised
    event = replace(event, status=status, topics_raised=topics)
    names = ("status", "topics_raised", "attended", "attended_source", "attended_reason")
    values = {**{name: getattr(event, name) for name in names}, "had_fault": event.course is Course.TECHNICAL_FAULT}
    session.execute(update(_EVENT).where(_EVENT.c.id == event.id).values(values))
    return event


def _words_of_all(event: CountedEvent) -> Iterator[Word]:
    """What was said of the event as a whole; the leaders together, once each of them has spoken."""
    yield from (one.word for one in event.said.values())
    if event.groups and len(event.leaders) == len(event.groups):
        yield Word(Source.TEACHER, sum(event.leaders))


def _who_says_nothing(event: CountedEvent) -> str:
    """Whose "not recorded" it is, so that nobody is asked again; empty: nobody of ours has spoken."""
    own = [one.source.value for one in event.said.values() if one.source in OUR_OWN]
    return own[-1] if own else ""
