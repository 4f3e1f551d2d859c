"""An event that was called off takes place after all, with the guide it had and every group that still can."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import Change, audit_many
from booking.bookings.messages import REQUEST, message, subject_of
from booking.bookings.models import Booking, Organisation
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.rules import closes, closures_in_force, holidays, today
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.writing import Stale, hold_station
from booking.bookings.terms import TAKES_PLACES, BookingStatus, Conflict
from booking.catalogue.queries import station_named
from booking.catalogue.terms import StationFacts
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw_all
from booking.scheduling.models import Assignment, Event, Guide
from booking.scheduling.queries.closures import closures_of
from booking.scheduling.queries.desk import DeskEvent, desk_event
from booking.scheduling.queries.fitness import fitness
from booking.scheduling.services.assign import again_if_hosts_changed
from booking.scheduling.services.events import Busy, put_on
from booking.scheduling.services.in_step import keep_in_step
from booking.scheduling.terms import EventStatus, UnknownEvent, Visibility

_BOOKING, _EVENT, _GUIDE = table_of(Booking), table_of(Event), table_of(Guide)
_ASSIGNMENT, _ORGANISATION = table_of(Assignment).c, table_of(Organisation).c
_MAILS = {
    BookingStatus.CONFIRMED: "booking_restored",
    BookingStatus.REQUESTED: "booking_requested",
    BookingStatus.WAITING: "waiting_joined",
}


class PremisesClosed(Conflict):
    """A closure stops such an event on that day."""


class GuideIsBusy(Conflict):
    """Whoever gave it gives something else then, or is away."""


@dataclass(frozen=True)
class RestoredEvent:
    """What stands again, by reference, and who has booked something else for that time meanwhile."""

    bookings: tuple[str, ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True)
class _Restoring:
    """What is decided once everything is locked."""

    event: DeskEvent
    station: StationFacts
    guide: int | None
    back: Sequence[BookingFacts]
    elsewhere: Sequence[BookingFacts]
    now: datetime
    actor: str


def restore_event(code: str, *, version: int, now: datetime, actor: str, without_guide: bool = False) -> RestoredEvent:
    """Take it back. `version` is the event's as the page showed it; `without_guide`: somebody else is to be found.

    Raises Conflict (changed meanwhile, or over), PremisesClosed, GuideIsBusy, RoomTaken, UnknownEvent.
    """

    def attempt() -> RestoredEvent:
        return again_if_hosts_changed(lambda: _restore_once(code, version, now, actor, without_guide))

    return again_if_stale(attempt)


def _restore_once(code: str, version: int, now: datetime, actor: str, without_guide: bool) -> RestoredEvent:  # noqa: FBT001
    event = desk_event(db.session(), code)
    station = station_named(db.session(), event.station) if event else None
    if event is None or station is None:
        raise UnknownEvent(code)
    if event.status is not EventStatus.CANCELLED or event.version != version or event.starts_at <= now:
        raise Conflict(code)
    _require_open(db.session(), station, event, now)
    with transaction() as session:
        hold_station(session, station)
        guide = None if without_guide else _former_guide(session, event.id)
        _lock(session, event.id, guide)
        if guide is not None and fitness(session, [event.id], [guide]).get(event.id, {}).get(guide):
            raise GuideIsBusy(code)
        cancelled = bookings_in(session, [event.id], frozenset({BookingStatus.CANCELLED_BY_STATION}))
        busy = _who_is_elsewhere(session, event.id)
        back = [_restored(one, station, now) for one in cancelled if one.id not in busy]
        elsewhere = [one for one in cancelled if one.id in busy]
        _write(session, _Restoring(event, station, guide, back, elsewhere, now, actor))
    return RestoredEvent(tuple(one.reference for one in back), tuple(one.reference for one in elsewhere))


def _require_open(session: Session, station: StationFacts, event: DeskEvent, now: datetime) -> None:
    day = zones.local_date(event.starts_at, station.time_zone)
    in_force = closures_in_force(closures_of(session, station, now), day, today(station, now))
    if any(closes(one, event.format, event.kind) for one in in_force):
        raise PremisesClosed(event.code)


def _former_guide(session: Session, event_id: int) -> int | None:
    """Who was the last to be given it, if still working here."""
    statement = (
        select(_ASSIGNMENT.guide_id)
        .join_from(Assignment, Guide, _GUIDE.c.id == _ASSIGNMENT.guide_id)
        .where(_ASSIGNMENT.event_id == event_id, _ASSIGNMENT.is_co_host.is_(False), _GUIDE.c.is_active.is_(True))
        .order_by(_ASSIGNMENT.id.desc())
        .limit(1)
    )
    return session.execute(statement).scalar()


def _lock(session: Session, event_id: int, guide: int | None) -> None:
    """The guide, the organisations by id, the event."""
    wanted = select(_GUIDE.c.id).where(_GUIDE.c.id == (guide or 0))
    session.execute(wanted.with_for_update(key_share=True)).all()
    groups = select(_BOOKING.c.organisation_id).where(_BOOKING.c.event_id == event_id)
    theirs = select(_ORGANISATION.id).where(_ORGANISATION.id.in_(groups)).order_by(_ORGANISATION.id)
    session.execute(theirs.with_for_update(key_share=True)).all()
    session.execute(select(_EVENT.c.id).where(_EVENT.c.id == event_id).with_for_update(key_share=True)).all()


def _who_is_elsewhere(session: Session, event_id: int) -> Collection[int]:
    """Ids of the event's bookings whose group is in another event by now, at that time (OVL-02)."""
    other, place = _BOOKING.alias("other"), _EVENT.alias("place")
    same_group = and_(
        other.c.organisation_id == _BOOKING.c.organisation_id,
        other.c.group_key == _BOOKING.c.group_key,
        other.c.id != _BOOKING.c.id,
        other.c.is_individual.is_(False),
        or_(other.c.status.in_(sorted(TAKES_PLACES)), other.c.event_id == _BOOKING.c.event_id),
        other.c.status.in_(sorted(TAKES_PLACES | {BookingStatus.WAITING})),
    )
    statement = (
        select(_BOOKING.c.id)
        .join_from(_BOOKING, _EVENT, _EVENT.c.id == _BOOKING.c.event_id)
        .join(other, same_group)
        .join(place, place.c.id == other.c.event_id)
        .where(
            _BOOKING.c.event_id == event_id,
            _BOOKING.c.is_individual.is_(False),
            place.c.starts_at < _EVENT.c.ends_at,
            place.c.ends_at > _EVENT.c.starts_at,
        )
    )
    return set(session.execute(statement).scalars())


def _restored(booking: BookingFacts, station: StationFacts, now: datetime) -> BookingFacts:
    """As it was: sure where the group has had an invitation, in line where it waited, else asked for."""
    status = BookingStatus.CONFIRMED if booking.invited else BookingStatus.REQUESTED
    if booking.waiting_since is not None and not booking.invited:
        status = BookingStatus.WAITING
    return replace(
        booking,
        status=status,
        answer_by=booking.event.starts_at if status is BookingStatus.REQUESTED else None,
        sequence=booking.sequence + 1,
        version=booking.version + 1,
        status_reason="",
        holidays=holidays(closures_of(db.session(), station, now)),
    )


def _write(session: Session, what: _Restoring) -> None:
    event = what.event
    taken = sum(one.size or 0 for one in what.back if one.status in TAKES_PLACES)
    is_plan = event.visibility is Visibility.PRIVATE and what.guide is None
    values: dict[str, Any] = {
        "status": EventStatus.PLANNED if is_plan else EventStatus.OPEN,
        "taken": taken,
        "status_reason": "",
        "version": _EVENT.c.version + 1,
    }
    same = (_EVENT.c.id == event.id, _EVENT.c.version == event.version, _EVENT.c.status == EventStatus.CANCELLED)
    statement = update(_EVENT).where(*same, _EVENT.c.capacity >= taken).values(values).returning(_EVENT.c.id)
    if session.execute(statement).first() is None:
        raise Stale
    rows = [_row(one, what.now) for one in what.back]
    if rows:
        session.connection().execute(_restoring(), rows)
    if what.guide is not None:
        until = event.ends_at + timedelta(minutes=what.station.buffer_min)
        put_on(session, what.guide, [Busy(event.id, event.starts_at, until)])
    keep_in_step(session, [event.id], what.now, actor=what.actor)
    _tell(session, what)


def _restoring() -> Any:  # noqa: ANN401  an UPDATE
    names = ("status", "answer_by", "sequence", "version", "changed_at")
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(_BOOKING).where(_BOOKING.c.id == bindparam("row")).values(values)


def _row(booking: BookingFacts, now: datetime) -> dict[str, object]:
    return {
        "row": booking.id,
        "new_status": booking.status,
        "new_answer_by": booking.answer_by,
        "new_sequence": booking.sequence,
        "new_version": booking.version,
        "new_changed_at": now,
    }


def _tell(session: Session, what: _Restoring) -> None:
    """A line for the event and one for each booking; a mail to each group instead of what is still unsent."""

    def line(action: str, subject: str, before: str, after: str, **more: object) -> Change:
        return Change(
            at=what.now,
            actor=what.actor,
            action=action,
            subject=subject,
            station_code=what.event.station,
            before={"status": before},
            after={"status": after, **more},
        )

    off, on = BookingStatus.CANCELLED_BY_STATION.value, EventStatus.OPEN.value
    lines = [line("booking.restore", subject_of(one.reference), off, one.status.value) for one in what.back]
    facts = {"bookings": len(what.back), "elsewhere": len(what.elsewhere), "guide": what.guide is not None}
    audit_many(
        session,
        [line("event.restore", f"event:{what.event.code}", EventStatus.CANCELLED.value, on, **facts), *lines],
    )
    told = [one for one in what.back if one.contact.email]
    withdraw_all(session, [subject_of(one.reference) for one in told])
    queue(
        session,
        [
            message(_MAILS[one.status], one, what.now, method=REQUEST if one.status is BookingStatus.CONFIRMED else "")
            for one in told
        ],
    )
