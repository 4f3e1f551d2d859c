"""Reminders seven days, one day and one hour before: found by the worker, each queued once for each start."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from booking import zones
from booking.bookings.messages import message
from booking.bookings.queries.bookings import BookingFacts, confirmed_between
from booking.db import db, transaction
from booking.notices.services import queue
from booking.notices.terms import Message

AT_ONCE = 500
"""Bookings looked at in one round."""

Moment = Callable[[BookingFacts], datetime]

REMINDERS: dict[str, tuple[timedelta, Moment]] = {
    "reminder_7_days": (
        timedelta(days=8),  # a local week may be an hour longer than 168 hours
        lambda booking: zones.same_wall_clock(booking.event.starts_at, -7, booking.station.time_zone),
    ),
    "reminder_1_day": (
        timedelta(days=2),
        lambda booking: zones.same_wall_clock(booking.event.starts_at, -1, booking.station.time_zone),
    ),
    "reminder_1_hour": (timedelta(hours=1), lambda booking: booking.event.starts_at - timedelta(hours=1)),
}
"""How far ahead to look, and when each is due: days on the station's clock, the hour as an hour."""


def remind(now: datetime) -> int:
    """Queue every reminder that is due and not queued yet; how many there were. Twice, or on two workers, is once."""
    return sum(_remind(kind, horizon, moment, now) for kind, (horizon, moment) in REMINDERS.items())


def _remind(kind: str, horizon: timedelta, moment: Moment, now: datetime) -> int:
    due = [
        booking
        for booking in confirmed_between(db.session(), now, now + horizon, AT_ONCE, without=kind)
        if _is_due(booking, moment(booking), now)
    ]
    if due:
        with transaction() as session:
            queue(session, [_reminder(kind, booking, now) for booking in due])
    return len(due)


def _reminder(kind: str, booking: BookingFacts, now: datetime) -> Message:
    """The message; the last one brings the link to join."""
    told = message(kind, booking, now, dedupe=dedupe_of(booking))
    if kind != "reminder_1_hour" or not booking.meeting_url:
        return told
    return replace(told, payload={**told.payload, "join_url": booking.meeting_url})


def _is_due(booking: BookingFacts, at: datetime, now: datetime) -> bool:
    """Its moment has come, and the group booked (or moved) before it: nobody is reminded of what was just done."""
    return at <= now and (booking.changed_at is None or booking.changed_at < at)


def dedupe_of(booking: BookingFacts) -> str:
    """One reminder of a kind for each time of the booking."""
    return f"{booking.event.code}:{booking.event.version}"
