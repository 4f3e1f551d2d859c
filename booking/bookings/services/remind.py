"""Reminders seven days, one day and one hour before: found by the worker, each queued once for each start."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking import zones
from booking.bookings.links import join_url
from booking.bookings.messages import message
from booking.bookings.queries.bookings import BookingFacts, confirmed_between
from booking.db import db, transaction
from booking.notices.services import queue
from booking.notices.terms import Message
from booking.scheduling.queries.rooms import ONLINE

AT_ONCE = 500
"""Bookings read, and reminders queued, at a time."""

LAST = "reminder_1_hour"


@dataclass(frozen=True)
class Reminder:
    """How far ahead to look, when it is due, and since when the group has known what it says."""

    horizon: timedelta
    moment: Callable[[BookingFacts], datetime]
    known_since: Callable[[BookingFacts], datetime | None]


REMINDERS: dict[str, Reminder] = {
    "reminder_7_days": Reminder(
        timedelta(days=8),  # a local week may be an hour longer than 168 hours
        lambda booking: zones.same_wall_clock(booking.event.starts_at, -7, booking.station.time_zone),
        lambda booking: booking.changed_at,
    ),
    "reminder_1_day": Reminder(
        timedelta(days=2),
        lambda booking: zones.same_wall_clock(booking.event.starts_at, -1, booking.station.time_zone),
        lambda booking: booking.changed_at,
    ),
    LAST: Reminder(
        timedelta(hours=1),
        lambda booking: booking.event.starts_at - timedelta(hours=1),
        lambda booking: booking.created_at,  # it brings the link to join: also to who has just changed the number
    ),
}
"""Days on the station's clock, the hour as an hour."""


def remind(now: datetime) -> int:
    """Queue every reminder that is due and not queued yet; how many there were. Twice, or on two workers, is once."""
    return sum(_remind(kind, reminder, now) for kind, reminder in REMINDERS.items())


def _remind(kind: str, reminder: Reminder, now: datetime) -> int:
    told = 0
    for page in _pages(kind, reminder, now):
        due = [booking for booking in page if _is_due(booking, reminder, now)]
        if due:
            with transaction() as session:
                queue(session, [_message(kind, booking, now) for booking in due])
        told += len(due)
    return told


def _pages(kind: str, reminder: Reminder, now: datetime) -> Iterator[list[BookingFacts]]:
    """All who may be due, page by page: those booked after the moment stay among them, and must keep nobody waiting."""
    last, full = None, True
    while full:
        page = confirmed_between(db.session(), now, now + reminder.horizon, AT_ONCE, without=kind, after=last)
        yield page
        last, full = (page[-1] if page else None), len(page) == AT_ONCE


def _message(kind: str, booking: BookingFacts, now: datetime) -> Message:
    """The message; the last one before an online event brings the link to join."""
    told = message(kind, booking, now, dedupe=dedupe_of(booking))
    if kind != LAST or booking.event.format not in ONLINE:
        return told
    return replace(told, payload={**told.payload, "join_url": join_url(booking.reference, booking.generation)})


def _is_due(booking: BookingFacts, reminder: Reminder, now: datetime) -> bool:
    """Its moment has come, and the group booked (or moved) before it: nobody is reminded of what was just done."""
    at, known = reminder.moment(booking), reminder.known_since(booking)
    return at <= now and (known is None or known < at)


def dedupe_of(booking: BookingFacts) -> str:
    """One reminder of a kind for each time of the booking."""
    return f"{booking.event.code}:{booking.event.version}"
