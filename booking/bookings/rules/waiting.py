"""The line of a full event: who may join it, whose turn it is, and until when an offer stands.

The published rule: a group gets all its places or none. What comes free is offered to the first in line whom it is
enough for; whoever is passed over for being too many stays where they are. Nobody who comes later gets a place that
somebody in line could use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from booking.bookings.rules.situation import Situation
from booking.bookings.terms import BookingRequest, BookingStatus
from booking.scheduling.terms import EventStatus

LAST_OFFER = timedelta(hours=1)
"""Within this time before the start nobody in line is asked any more."""


@dataclass(frozen=True)
class InLine:
    """A group that waits: the id of its booking, and how many people it is."""

    id: int
    size: int


@dataclass(frozen=True)
class Passed:
    """A group that was too large when its turn came, and how many places were left then."""

    group: InLine
    places: int


@dataclass(frozen=True)
class Turns:
    """Who gets what came free, in order, and who was passed over."""

    offered: tuple[InLine, ...]
    passed: tuple[Passed, ...]


def turns(line: Sequence[InLine], places: int, groups: int | None = None) -> Turns:
    """Give so many places to those in line, first come first, whole groups only; none left: nobody is passed over.

    `groups`: how many groups may have some, where a limit counts them.
    """
    offered: list[InLine] = []
    passed: list[Passed] = []
    for group in line:
        if places <= 0 or len(offered) == groups:
            break
        if group.size <= places:
            offered.append(group)
            places -= group.size
        else:
            passed.append(Passed(group, places))
    return Turns(tuple(offered), tuple(passed))


def offer_until(starts_at: datetime, now: datetime, hours: int) -> datetime:
    """Until when an offer stands: so many hours, but no more than half of the time that is left to the start."""
    return now + min(timedelta(hours=hours), (starts_at - now) / 2)


def line_moves(starts_at: datetime, now: datetime) -> bool:
    """Whether places that come free are still offered to those in line."""
    return starts_at - now > LAST_OFFER


class Offered(Protocol):
    """As much of a booking as tells whether it is offered places."""

    @property
    def status(self) -> BookingStatus: ...
    @property
    def waiting_since(self) -> datetime | None: ...
    @property
    def answer_by(self) -> datetime | None: ...


def is_offered(booking: Offered, now: datetime) -> bool:
    """Whether places are this group's to take, at this moment."""
    is_offer = booking.status is BookingStatus.PROPOSED and booking.waiting_since is not None
    return is_offer and booking.answer_by is not None and now < booking.answer_by


def places_open(situation: Situation, now: datetime) -> int:
    """Places free for somebody who is not in line: none while they are enough for anybody who is."""
    event, smallest = situation.event, situation.smallest_waiting
    if event is None:
        return 0
    free = max(0, event.capacity - event.taken)
    in_use = smallest is not None and smallest <= free and line_moves(event.starts_at, now)
    return 0 if in_use else free


def has_room(request: BookingRequest, situation: Situation, now: datetime) -> bool:
    """Whether the group's places are its own already, or free for it."""
    return (request.size or 0) <= max(0, situation.own_places) + places_open(situation, now)


def may_wait(request: BookingRequest, situation: Situation, now: datetime) -> bool:
    """Whether there is a line to join: an open event of several groups, which could ever hold this one."""
    event, size = situation.event, request.size
    if event is None or size is None or situation.is_private or event.status is not EventStatus.OPEN:
        return False
    return size <= event.capacity and line_moves(event.starts_at, now)


def waits(request: BookingRequest, situation: Situation, now: datetime) -> bool:
    """Whether this request becomes a place in line: it asks for one, and the event has no room for it."""
    asked = request.wait and situation.event is not None and request.size is not None
    return asked and not has_room(request, situation, now) and may_wait(request, situation, now)


__all__ = [
    "LAST_OFFER",
    "InLine",
    "Passed",
    "Turns",
    "has_room",
    "is_offered",
    "line_moves",
    "may_wait",
    "offer_until",
    "places_open",
    "turns",
    "waits",
]
