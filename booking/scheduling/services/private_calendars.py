"""A guide's private calendar: saved, removed, and read in the background for the time that it keeps busy.

No page waits for it, and no transaction is open while it is fetched. A reading that fails changes nothing: what was
read last stays. Whoever claims a calendar has it for the time of a lease; one that was changed or removed meanwhile is
not touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.db import insert_into, table_of, transaction
from booking.http.fetching import STRICT, Fetched, FetchRefused, Limits, Resolver, addresses_of, check_address, fetch
from booking.notices.services import queue
from booking.notices.terms import Message
from booking.scheduling.foreign.apart import read_apart
from booking.scheduling.foreign.busy import Reading
from booking.scheduling.foreign.lines import Unreadable
from booking.scheduling.links import public_url
from booking.scheduling.models import BusyInterval, PrivateCalendar
from booking.scheduling.queries.private_calendars import (
    Due,
    anything_due,
    busy_intervals,
    due_calendar,
    waiting,
)

_CALENDAR, _BUSY = table_of(PrivateCalendar), table_of(BusyInterval)

READ_EVERY = timedelta(minutes=15)
LEASE = timedelta(minutes=3)  # fetching and reading take 35 s at most
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (15, 15, 30, 60, 120, 240, 480, 480))  # together a day
DAYS_BACK, DAYS_AHEAD = 1, 400
SHOWN = "/guide/calendars"

WAITS = frozenset({"unreachable", "too_slow", "certificate", "forbidden", "gone", "answer", "redirects"})
"""What may pass by itself: told when it has lasted for a day. Everything else is told at once."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How calendars are fetched; tests let it reach a server of their own."""

    limits: Limits = STRICT
    resolve: Resolver = addresses_of

    def fetch(self, due: Due, now: datetime) -> Fetched:
        """The file, or that it is as it was. Once a day it is fetched whatever has changed: the window moves on."""
        same_day = due.read_at is not None and due.read_at.date() == now.date()
        known = {"etag": due.etag, "last_modified": due.last_modified} if same_day and not due.failures else {}
        return fetch(due.url, limits=self.limits, resolve=self.resolve, **known)


def save_calendar(guide: tuple[int, str], url: str, *, now: datetime, actor: str, limits: Limits) -> None:
    """Keep the address of a guide's (id, code) calendar, to be read at once; raises FetchRefused for a bad address.

    What was read from another address before stays until this one has been read.
    """
    check_address(url, limits)
    guide_id, code = guide
    fresh = {"url": url, "etag": "", "last_modified": "", "next_read_at": now, "read_at": None}
    fresh |= {"failures": 0, "problem": "", "told_at": None}
    with transaction() as session:
        row = insert_into(session, PrivateCalendar).values(guide_id=guide_id, **fresh)
        session.execute(row.on_conflict_do_update(index_elements=["guide_id"], set_=fresh))
        audit(session, at=now, actor=actor, action="private_calendar.save", subject=f"guide:{code}")


def remove_calendar(guide: tuple[int, str], *, now: datetime, actor: str) -> None:
    """Forget the address of a guide's (id, code) calendar and all that was read from it."""
    guide_id, code = guide
    with transaction() as session:
        session.execute(delete(_CALENDAR).where(_CALENDAR.c.guide_id == guide_id))
        session.execute(delete(_BUSY).where(_BUSY.c.guide_id == guide_id))
        audit(session, at=now, actor=actor, action="private_calendar.remove", subject=f"guide:{code}")


def claim(session: Session, now: datetime) -> Due | None:
    """Take the calendar that has waited longest, for the time of a lease; None where none is due."""
    if not anything_due(session, now):
        return None
    first = waiting(now).order_by(_CALENDAR.c.next_read_at).limit(1).with_for_update(of=_CALENDAR, skip_locked=True)
    with transaction() as writing:
        guide_id = writing.execute(first).scalar()
        if guide_id is None:
            return None
        taken = update(_CALENDAR).where(_CALENDAR.c.guide_id == guide_id)
        writing.execute(taken.values(next_read_at=now + LEASE))
        return due_calendar(writing, guide_id)


def read_calendar(due: Due, now: datetime, reader: Reader) -> str:
    """Fetch and read a calendar that was claimed at `now`; the code of what is wrong, empty for nothing."""
    try:
        fetched = reader.fetch(due, now)
        reading = None if fetched.body is None else _reading(fetched.body, due, now)
    except FetchRefused as error:
        return _failed(due, now, error.code)
    except Unreadable as error:
        return _failed(due, now, f"{error.code}:{error.line}" if error.line else error.code)
    return _read_well(due, now, fetched, reading)


def _reading(body: bytes, due: Due, now: datetime) -> Reading:
    """The window begins with yesterday, so that it is the same all day long."""
    begin = datetime.combine(now.date(), time.min, now.tzinfo) - timedelta(days=DAYS_BACK)
    return read_apart(body, due.zone, begin, begin + timedelta(days=DAYS_BACK + DAYS_AHEAD))


def _read_well(due: Due, now: datetime, fetched: Fetched, reading: Reading | None) -> str:
    kept = {"failures": 0, "told_at": None, "read_at": now, "next_read_at": now + READ_EVERY}
    validators = {"etag": fetched.etag or due.etag, "last_modified": fetched.last_modified or due.last_modified}
    with transaction() as session:
        if reading is None:
            _settle(session, due, now, {**kept, **validators})
            return ""
        problem = f"skipped:{reading.skipped}" if reading.skipped else "shortened" if reading.shortened else ""
        fresh = {"etag": fetched.etag, "last_modified": fetched.last_modified, "problem": problem}
        if _settle(session, due, now, {**kept, **fresh}):
            _replace(session, due, now, reading)
        return problem


def _replace(session: Session, due: Due, now: datetime, reading: Reading) -> None:
    """Keep these intervals and no others; nothing is written where they are the same."""
    kept = busy_intervals(session, due.guide_id)
    gone = [kept[interval] for interval in kept.keys() - set(reading.intervals)]
    fresh = [interval for interval in reading.intervals if interval not in kept]
    if not gone and not fresh:
        return
    for first in range(0, len(gone), 500):
        session.execute(delete(_BUSY).where(_BUSY.c.id.in_(gone[first : first + 500])))
    if fresh:
        rows = [{"guide_id": due.guide_id, "starts_at": start, "ends_at": end} for start, end in fresh]
        session.execute(insert(_BUSY), rows)
    told = {"intervals": len(reading.intervals), "skipped": reading.skipped}
    _audit(session, due, now, "private_calendar.read", told)


def _failed(due: Due, now: datetime, problem: str) -> str:
    """Try again later; what was read last stays. The guide is told once, until it has been read well again."""
    failures = due.failures + 1
    wait = BACK_OFF[min(failures, len(BACK_OFF)) - 1]
    is_told = due.told_at is None and (problem not in WAITS or failures > len(BACK_OFF))
    values: dict[str, object] = {"failures": failures, "problem": problem, "next_read_at": now + wait}
    with transaction() as session:
        if not _settle(session, due, now, {**values, "told_at": now if is_told else due.told_at}):
            return problem
        if is_told:
            _audit(session, due, now, "private_calendar.fail", {"problem": problem})
            if due.email:
                queue(session, [_message(due, now)])
    return problem


def _settle(session: Session, due: Due, claimed_at: datetime, values: Mapping[str, object]) -> bool:
    """Write how a reading went; False where the calendar was changed, removed or claimed by another meanwhile."""
    mine = (_CALENDAR.c.guide_id == due.guide_id, _CALENDAR.c.url == due.url)
    statement = update(_CALENDAR).where(*mine, _CALENDAR.c.next_read_at == claimed_at + LEASE).values(**values)
    return bool(session.execute(statement.returning(_CALENDAR.c.guide_id)).all())


def _audit(session: Session, due: Due, now: datetime, action: str, after: Mapping[str, Any]) -> None:
    audit(
        session,
        at=now,
        actor="worker",
        action=action,
        subject=f"guide:{due.guide_code}",
        station_code=due.station_code,
        after=after,
    )


def _message(due: Due, now: datetime) -> Message:
    return Message(
        kind="private_calendar",
        dedupe_key=f"private_calendar:{due.guide_code}:{now.isoformat()}",
        subject=f"guide:{due.guide_code}",
        recipient=due.email,
        locale=due.locale,
        payload={"name": due.guide_name, "url": public_url(SHOWN)},
        due_at=now,
    )
