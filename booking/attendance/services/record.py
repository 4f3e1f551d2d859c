"""Write down how many came: what was said stays as a row of its own, and the official numbers follow the rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.attendance.models import Observation
from booking.attendance.queries import CountedEvent, CountedGroup, event_to_count
from booking.attendance.services.settle import settle
from booking.attendance.terms import Choice, Course, Source
from booking.bookings.models import Booking
from booking.db import table_of, transaction
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus, UnknownEvent

_EVENT, _BOOKING, _OBSERVATION = table_of(Event), table_of(Booking), table_of(Observation)
OVER = frozenset({EventStatus.CANCELLED, EventStatus.PLANNED})


class NotBegun(Exception):
    """The event has not begun: nobody can have come yet."""


class UnknownGroup(LookupError):
    """A reference that is no booking of the event; the argument is that reference."""


class Overtaken(Exception):
    """Its guide or the desk has said something else meanwhile; `now` is the event as it is."""

    def __init__(self, now: CountedEvent) -> None:
        super().__init__(now.code)
        self.now = now


@dataclass(frozen=True)
class Saying:
    """How many came, by the booking's reference ("": the event as a whole), adults included, staff not.

    None is "not recorded", never 0; bookings that are not named stay as they are.
    """

    numbers: Mapping[str, int | None]
    course: Course = Course.HELD
    topics_raised: str | None = None
    """What the group asked about; None leaves what stands there."""
    chosen: Mapping[str, Choice] = field(default_factory=dict)
    """By reference: whose number a desk takes instead of saying one."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """By reference: why."""
    minutes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By reference: of a platform, how long each connection lasted."""


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """Who says it, when, and which last word of guide or desk they had before them (None: they were not shown any)."""

    source: Source
    now: datetime
    actor: str
    seen: int | None = None


def record(
    event_code: str, saying: Saying, *, source: Source, now: datetime, actor: str, seen: int | None = None
) -> CountedEvent:
    """Keep the saying and let the rule decide on the official numbers; the event as it then is.

    Raises UnknownEvent (cancelled or never confirmed ones included), NotBegun, UnknownGroup, Overtaken.
    """
    with transaction() as session:
        event = locked(session, event_code)
        if now < event.starts_at:
            raise NotBegun(event_code)
        speaker = Speaker(source=source, now=now, actor=actor, seen=seen)
        return observe(session, event, saying, speaker)


def observe(session: Session, event: CountedEvent, saying: Saying, speaker: Speaker) -> CountedEvent:
    """The same of an event that is locked, in the caller's transaction."""
    lines = _lines(event, saying)
    if speaker.seen is not None and speaker.seen != event.seen:
        if _is_said_already(event, lines, saying, speaker):
            return event
        raise Overtaken(event)
    keep(session, event, _rows(lines, saying), saying.course, speaker)
    after = settle(session, event.code, speaker.now, saying.topics_raised)
    _tell(session, event, after, saying.course, speaker)
    return after


def locked(session: Session, event_code: str) -> CountedEvent:
    """The event and its bookings, locked in this order. Raises UnknownEvent."""
    row = select(_EVENT.c.id).where(_EVENT.c.code == event_code)
    event_id = session.execute(row.with_for_update(key_share=True)).scalar()
    bookings = select(_BOOKING.c.id).where(_BOOKING.c.event_id == event_id).order_by(_BOOKING.c.id)
    session.execute(bookings.with_for_update(key_share=True)).all()
    event = event_to_count(session, event_code)
    if event is None or event.status in OVER:
        raise UnknownEvent(event_code)
    return event


_Lines = Sequence[tuple[CountedGroup | None, int | None]]


def _lines(event: CountedEvent, saying: Saying) -> _Lines:
    """Each group that was named, or the event, with its number: nobody came to any where nobody came."""
    groups = {group.reference: group for group in event.groups}
    unknown = [reference for reference in saying.numbers if reference and reference not in groups]
    if unknown:
        raise UnknownGroup(unknown[0])
    nobody = saying.course is Course.NO_SHOW
    return [(groups.get(reference), 0 if nobody else number) for reference, number in saying.numbers.items()]


def _is_said_already(event: CountedEvent, lines: _Lines, saying: Saying, speaker: Speaker) -> bool:
    """Whether the very same was said last by the same person: a form that was sent twice."""
    for group, number in lines:
        last = (group.said if group else event.said).get(speaker.source)
        reference = group.reference if group else ""
        wanted = (number, saying.course, saying.chosen.get(reference, ""), saying.reasons.get(reference, ""))
        if last is None or (last.attended, last.course, last.chosen, last.reason) != wanted:
            return False
    return event.last_own is not None and event.last_own.actor == speaker.actor


def _rows(lines: _Lines, saying: Saying) -> Iterable[dict[str, object]]:
    for group, number in lines:
        reference = group.reference if group else ""
        yield {
            "booking_id": group.id if group else None,
            "attended": number,
            "chosen": saying.chosen.get(reference, ""),
            "reason": saying.reasons.get(reference, ""),
            "minutes": list(saying.minutes.get(reference, ())),
        }


def keep(
    session: Session, event: CountedEvent, rows: Iterable[Mapping[str, object]], course: Course, speaker: Speaker
) -> None:
    """Write the sayings down; nothing is overwritten."""
    said = {
        "event_id": event.id,
        "source": speaker.source,
        "course": course,
        "recorded_at": speaker.now,
        "actor": speaker.actor,
    }
    if found := [{**said, **row} for row in rows]:
        session.execute(insert(_OBSERVATION), found)


def _tell(session: Session, before: CountedEvent, after: CountedEvent, course: Course, speaker: Speaker) -> None:
    audit(
        session,
        at=speaker.now,
        actor=speaker.actor,
        action="attendance.record",
        subject=f"event:{before.code}",
        station_code=before.station,
        before=_numbers(before),
        after={**_numbers(after), "course": course.value, "source": speaker.source.value},
    )


def _numbers(event: CountedEvent) -> dict[str, object]:
    return {"whole": event.attended, "groups": {group.reference: group.attended for group in event.groups}}
