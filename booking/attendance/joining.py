"""Where a group stands with its event when it opens its joining page."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from booking.attendance.services.say import OPENS_BEFORE
from booking.bookings.terms import BookingStatus
from booking.scheduling.terms import EventStatus

CORRECTED_FOR = timedelta(days=3)
"""How long after the end a leader may still correct the number."""
ASKED_FOR = timedelta(days=60)
"""How long after the end a group is asked what it was like."""
_UNSURE: Collection[BookingStatus] = frozenset(
    {
        BookingStatus.ON_HOLD,
        BookingStatus.REQUESTED,
        BookingStatus.NEEDS_INFORMATION,
        BookingStatus.PROPOSED,
        BookingStatus.WAITING,
    }
)
_CAME_TO_IT: Collection[BookingStatus] = frozenset(
    {BookingStatus.CONFIRMED, BookingStatus.ATTENDED, BookingStatus.NO_SHOW, BookingStatus.NOT_RECORDED}
)


class Moment(StrEnum):
    """What the page is about."""

    BEFORE = "before"
    OPEN = "open"
    AFTER = "after"
    UNSURE = "unsure"
    GONE = "gone"


def moment_of(
    status: BookingStatus, event: EventStatus, starts_at: datetime, ends_at: datetime, now: datetime
) -> Moment:
    """The moment of a booking with this status, of an event with that one, between these instants."""
    if status in _UNSURE:
        return Moment.UNSURE if now < starts_at else Moment.GONE
    if status not in _CAME_TO_IT or event is EventStatus.CANCELLED:
        return Moment.GONE
    if now >= ends_at:
        return Moment.AFTER
    return Moment.OPEN if now >= starts_at - OPENS_BEFORE else Moment.BEFORE


def took_part(status: BookingStatus, event: EventStatus, said: int | None) -> bool:
    """Whether the group came to an event that was held: as it was counted, or as its leader said where nobody has."""
    if event is not EventStatus.HELD:
        return False
    return status is BookingStatus.ATTENDED or (status is BookingStatus.CONFIRMED and bool(said))
