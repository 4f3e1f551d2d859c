"""Reports of platforms: kept as files for a day at most, until their proposal is accepted or turned down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit, count_attempt
from booking.attendance.models import AttendanceUpload
from booking.attendance.platform_reports import NotReadable, read_report
from booking.attendance.proposal import Contact, Options, Proposal, digest_of, propose, state_of
from booking.attendance.queries import CountedEvent, event_to_count
from booking.attendance.services.record import NotBegun, Saying, Speaker, locked, observe
from booking.attendance.terms import Source, UploadState
from booking.bookings.models import Booking, Organisation
from booking.db import db, insert_into, table_of, transaction
from booking.scheduling.terms import UnknownEvent

KEPT = timedelta(hours=24)
MOST_FILES = 10
PER_HOUR, HOUR = 20, 3600
MOST_OF_A_NAME = 120

_UPLOAD, _BOOKING, _ORGANISATION = table_of(AttendanceUpload).c, table_of(Booking).c, table_of(Organisation).c


@dataclass(frozen=True)
class File:
    """What somebody uploads."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Refused:
    """A file that is no report, and why, in a plain sentence of the reader's."""

    name: str
    why: NotReadable


@dataclass(frozen=True)
class Kept:
    """A report that waits for its proposal to be settled."""

    id: int
    name: str
    content: bytes
    expires_at: datetime


class NothingOpen(LookupError):
    """No report of the event waits: it is settled, or its day is over."""


class OtherFiles(Exception):
    """Another report was uploaded or settled, or the event's groups have changed, since the proposal was looked at."""


class Unsettled(Exception):
    """The date order was not said, or it may be another event's report: nothing is stored; `found` is the proposal."""

    def __init__(self, found: Proposal) -> None:
        super().__init__(found.event.code)
        self.found = found


def take(
    event: CountedEvent, files: Sequence[File], *, now: datetime, actor: str, account_id: int
) -> tuple[list[Refused], int]:
    """Keep the reports for a day; those that cannot be read, and how many have been accepted before.

    Where one cannot be read, none is kept. The same file twice is one.
    Raises TooManyAttempts (20 an hour), NotBegun, UnknownEvent.
    """
    count_attempt("import", str(account_id), limit=PER_HOUR, window_s=HOUR, now=now)
    if now < event.starts_at:
        raise NotBegun(event.code)
    refused = [Refused(file.name, why) for file in files if (why := _why_not(file)) is not None]
    if refused:
        return refused, 0
    with transaction() as session:
        locked(session, event.code)
        known = accepted_before(session, event.id, [digest_of(file.content) for file in files])
        new = {digest_of(file.content): file for file in files if digest_of(file.content) not in known}
        for digest, file in new.items():
            _keep(session, event, digest, file, now, actor)
        if new:
            _tell(session, event, "attendance.upload", now, actor, {"files": sorted(new)})
    return [], len(known)


def accepted_before(session: Session, event_id: int, digests: Sequence[str]) -> set[str]:
    """Which of these files the event's numbers have been read from already."""
    statement = select(_UPLOAD.digest).where(
        _UPLOAD.event_id == event_id, _UPLOAD.digest.in_(digests), _UPLOAD.state == UploadState.ACCEPTED
    )
    return set(session.execute(statement).scalars())


def waiting(session: Session, event_id: int, now: datetime) -> list[Kept]:
    """The reports of an event that wait, the first uploaded first."""
    columns = (_UPLOAD.id, _UPLOAD.name, _UPLOAD.content, _UPLOAD.expires_at)
    statement = select(*columns).where(
        _UPLOAD.event_id == event_id, _UPLOAD.state == UploadState.OPEN, _UPLOAD.expires_at > now
    )
    return [Kept(**row) for row in session.execute(statement.order_by(_UPLOAD.id)).mappings()]


def proposal_of(session: Session, event: CountedEvent, options: Options, now: datetime) -> Proposal:
    """What the reports that wait would say; raises NothingOpen, NotReadable."""
    kept = waiting(session, event.id, now)
    if not kept:
        raise NothingOpen(event.code)
    return proposal_from(session, event, kept, options)


def proposal_from(session: Session, event: CountedEvent, kept: Sequence[Kept], options: Options) -> Proposal:
    """What these reports would say, one at least; raises NotReadable."""
    return propose(event, contacts_of(session, event), [one.content for one in kept], options)


def accept(event_code: str, options: Options, state: str, *, now: datetime, actor: str) -> CountedEvent:
    """Store the counts and minutes, forget the files.

    Raises NothingOpen, OtherFiles, Unsettled, UnknownEvent, NotBegun.
    The files are read before the event is locked: a long report keeps nobody waiting. Under the lock the state is
    compared once more, so that the groups are those that the people were laid over.
    """
    looked_at = event_to_count(db.session(), event_code)
    if looked_at is None:
        raise UnknownEvent(event_code)
    found = proposal_of(db.session(), looked_at, options, now)
    if found.state != state:
        raise OtherFiles(event_code)
    if found.asks_order or (found.is_far and not options.is_of_this_event):
        raise Unsettled(found)
    with transaction() as session:
        event = locked(session, event_code)
        if now < event.starts_at:
            raise NotBegun(event_code)
        ids = _open(session, event, state, now)
        minutes = {reference: found.minutes_of(reference) for reference in found.numbers}
        numbers: Mapping[str, int | None] = dict(found.numbers)
        speaker = Speaker(source=Source.PLATFORM, now=now, actor=actor)
        after = observe(session, event, Saying(numbers, minutes=minutes), speaker)
        _forget(session, ids, UploadState.ACCEPTED, now)
    return after


def _open(session: Session, event: CountedEvent, state: str, now: datetime) -> list[int]:
    """Ids of the reports that wait; raises NothingOpen, OtherFiles where they or the groups are others by now."""
    columns = select(_UPLOAD.id, _UPLOAD.digest).where(_UPLOAD.event_id == event.id, _UPLOAD.expires_at > now)
    rows = session.execute(columns.where(_UPLOAD.state == UploadState.OPEN).with_for_update()).all()
    if not rows:
        raise NothingOpen(event.code)
    if state_of(event, (row.digest for row in rows)) != state:
        raise OtherFiles(event.code)
    return [row.id for row in rows]


def reject(event_code: str, *, now: datetime, actor: str) -> int:
    """Forget the reports that wait; how many. Raises UnknownEvent."""
    with transaction() as session:
        event = locked(session, event_code)
        ids = [one.id for one in waiting(session, event.id, now)]
        if ids:
            _forget(session, ids, UploadState.REJECTED, now)
            _tell(session, event, "attendance.reject", now, actor, {"files": len(ids)})
    return len(ids)


def forget_reports(now: datetime) -> None:
    """Forget reports whose day is over; a job of the worker. Where none is, nobody who writes has to wait for it."""
    due = select(_UPLOAD.id).where(_UPLOAD.state == UploadState.OPEN, _UPLOAD.expires_at <= now)
    if db.session().execute(due.limit(1)).first() is None:
        return
    with transaction() as session:
        ids = session.execute(due.with_for_update()).scalars().all()
        if ids:
            _forget(session, ids, UploadState.EXPIRED, now)


def contacts_of(session: Session, event: CountedEvent) -> dict[str, Contact]:
    """What the groups of an event are known by, by the booking's reference; one statement."""
    columns = ("reference", "contact_name", "contact_email", "technical_name", "technical_email", "group_label")
    statement = (
        select(*(_BOOKING[name] for name in columns), _ORGANISATION.name)
        .join_from(Booking, Organisation, _ORGANISATION.id == _BOOKING.organisation_id, isouter=True)
        .where(_BOOKING.id.in_([group.id for group in event.groups]))
    )
    return {
        row.reference: Contact(
            names=[name for name in (row.contact_name, row.technical_name, row.name or "") if name],
            addresses=[mail.casefold() for mail in (row.contact_email, row.technical_email) if mail],
        )
        for row in session.execute(statement)
    }


def _why_not(file: File) -> NotReadable | None:
    try:
        read_report(file.content)
    except NotReadable as why:
        return why
    return None


def _keep(session: Session, event: CountedEvent, digest: str, file: File, now: datetime, actor: str) -> None:
    row = {
        "event_id": event.id,
        "digest": digest,
        "name": file.name[:MOST_OF_A_NAME],
        "content": file.content,
        "size": len(file.content),
        "state": UploadState.OPEN,
        "uploaded_at": now,
        "expires_at": now + KEPT,
        "settled_at": None,
        "actor": actor,
    }
    afresh = {name: row[name] for name in row if name not in {"event_id", "digest"}}
    statement = insert_into(session, AttendanceUpload).values(row)
    is_over = _UPLOAD.state.in_((UploadState.REJECTED, UploadState.EXPIRED))
    session.execute(statement.on_conflict_do_update(index_elements=["event_id", "digest"], set_=afresh, where=is_over))


def _forget(session: Session, ids: Sequence[int], state: UploadState, now: datetime) -> None:
    values = {"state": state, "content": None, "name": "", "settled_at": now}
    session.execute(update(AttendanceUpload).where(_UPLOAD.id.in_(ids)).values(values))


def _tell(
    session: Session, event: CountedEvent, action: str, now: datetime, actor: str, after: Mapping[str, object]
) -> None:
    audit(
        session,
        at=now,
        actor=actor,
        action=action,
        subject=f"event:{event.code}",
        station_code=event.station,
        after=after,
    )
