"""Write down how many came: what was said stays as a row of its own, and the official numbers follow it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.attendance.models import Observation
from booking.attendance.queries import CountedEvent, CountedGroup, event_to_count
from booking.attendance.terms import Course, Source
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.db import table_of, transaction
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus, UnknownEvent

_EVENT, _BOOKING, _OBSERVATION = table_of(Event), table_of(Booking), table_of(Observation)
OVER = frozenset({EventStatus.CANCELLED, EventStatus.PLANNED})


class NotBegun(Exception):
    """The event has not begun: nobody can have come yet."""


class UnknownGroup(LookupError):
    """A reference that is no booking of the event; the argument is that reference."""


@dataclass(frozen=True)
class Saying:
    """How many came, by the booking's reference ("": the event as a whole), adults included, staff not.

    None is "not recorded", never 0; bookings that are not named stay as they are.
    """

    numbers: Mapping[str, int | None]
    course: Course = Course.HELD
    topics_raised: str | None = None
    """What the group asked about; None leaves what stands there."""


def record(event_code: str, saying: Saying, *, source: Source, now: datetime, actor: str) -> CountedEvent:
    """Keep the saying and make it the official number; the event as it then is.

    Raises UnknownEvent (cancelled or never confirmed ones included), NotBegun, UnknownGroup.
    """
    with transaction() as session:
        event = _locked(session, event_code)
        if now < event.starts_at:
            raise NotBegun(event_code)
        lines = _lines(event, saying)
        _observe(session, event, lines, saying.course, source, now, actor)
        for group, number in lines:
            if group is not None:
                _count(session, group, number, now)
        after = event_to_count(session, event_code)
        assert after is not None  # noqa: S101  its row is locked
        after = _concluded(session, after, saying)
        _tell(session, event, after, saying.course, source, now, actor)
    return after


def _locked(session: Session, event_code: str) -> CountedEvent:
    """The event and its bookings, locked in this order."""
    row = select(_EVENT.c.id).where(_EVENT.c.code == event_code)
    event_id = session.execute(row.with_for_update(key_share=True)).scalar()
    bookings = select(_BOOKING.c.id).where(_BOOKING.c.event_id == event_id).order_by(_BOOKING.c.id)
    session.execute(bookings.with_for_update(key_share=True)).all()
    event = event_to_count(session, event_code)
    if event is None or event.status in OVER:
        raise UnknownEvent(event_code)
    return event


def _lines(event: CountedEvent, saying: Saying) -> list[tuple[CountedGroup | None, int | None]]:
    """Each group that was named, or the event, with its number: nobody came to any where nobody came."""
    groups = {group.reference: group for group in event.groups}
    unknown = [reference for reference in saying.numbers if reference and reference not in groups]
    if unknown:
        raise UnknownGroup(unknown[0])
    nobody = saying.course is Course.NO_SHOW
    return [(groups.get(reference), 0 if nobody else number) for reference, number in saying.numbers.items()]


def _observe(
    session: Session,
    event: CountedEvent,
    lines: Sequence[tuple[CountedGroup | None, int | None]],
    course: Course,
    source: Source,
    now: datetime,
    actor: str,
) -> None:
    said = {"event_id": event.id, "source": source, "course": course, "recorded_at": now, "actor": actor}
    rows = [{**said, "booking_id": group.id if group else None, "attended": number} for group, number in lines]
    if rows:
        session.execute(insert(_OBSERVATION), rows)


def _count(session: Session, group: CountedGroup, number: int | None, now: datetime) -> None:
    """The official number of a booking, and what it makes of it."""
    if number is None:
        status = BookingStatus.NOT_RECORDED
    else:
        status = BookingStatus.ATTENDED if number else BookingStatus.NO_SHOW
    values = {"attended": number, "status": status, "changed_at": now, "version": _BOOKING.c.version + 1}
    session.execute(update(_BOOKING).where(_BOOKING.c.id == group.id).values(values))


def _concluded(session: Session, event: CountedEvent, saying: Saying) -> CountedEvent:
    """Held with at least one participant; nobody came where every number is 0; else it stays as it was."""
    numbers = [group.attended for group in event.groups] if event.has_lines else [event.attended]
    nobody = all(number == 0 for number in numbers)
    status = EventStatus.HELD if any(numbers) else EventStatus.NO_SHOW if nobody else event.status
    topics = event.topics_raised if saying.topics_raised is None else saying.topics_raised
    values = {"status": status, "topics_raised": topics}
    session.execute(update(_EVENT).where(_EVENT.c.id == event.id).values(values))
    return replace(event, status=status, topics_raised=topics)


def _tell(
    session: Session,
    before: CountedEvent,
    after: CountedEvent,
    course: Course,
    source: Source,
    now: datetime,
    actor: str,
) -> None:
    audit(
        session,
        at=now,
        actor=actor,
        action="attendance.record",
        subject=f"event:{before.code}",
        station_code=before.station,
        before=_numbers(before),
        after={**_numbers(after), "course": course.value, "source": source.value},
    )


def _numbers(event: CountedEvent) -> dict[str, object]:
    return {"whole": event.attended, "groups": {group.reference: group.attended for group in event.groups}}
