"""The vocabulary of webhooks: kinds of messages, what has changed, who is told, and how a sending ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

TYPES = (
    "booking.requested",
    "booking.needs_information",
    "booking.proposed",
    "booking.waiting",
    "booking.confirmed",
    "booking.changed",
    "booking.moved",
    "booking.refused",
    "booking.withdrawn",
    "booking.expired",
    "booking.cancelled",
    "event.created",
    "event.changed",
    "event.cancelled",
    "closure.announced",
    "closure.changed",
    "closure.lifted",
    "closure.undone",
    "attendance.recorded",
)
"""Every kind of message that an endpoint may choose; names are kept for ever (docs/webhooks.md)."""

TEST = "webhook.test"
"""The kind of a message that somebody sends to see whether it arrives."""

SECRETS_OVERLAP = timedelta(hours=24)
"""So long a secret that was replaced still signs, beside the new one."""

SCHEDULE = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Waits between the tries of one message, as the specification proposes: nine, so ten tries in about three days."""

LEASE = timedelta(seconds=60)
"""How long a claimed message is nobody else's: four times what sending may take."""

FAILING_AT_MOST = timedelta(days=5)
"""After so long in which nothing arrived an endpoint is switched off."""

KEPT = timedelta(days=30)
"""How long messages stay in the list of an endpoint."""


class Thing(StrEnum):
    """What a change is about."""

    BOOKING = "booking"
    EVENT = "event"
    CLOSURE = "closure"
    ATTENDANCE = "attendance"


class DeliveryState(StrEnum):
    """Where a message is on its way."""

    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Off(StrEnum):
    """Why nothing is sent to an endpoint."""

    NOT = ""
    BY_HAND = "by_hand"
    GONE = "gone"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Change:
    """A row that a trigger wrote in the transaction of the change."""

    id: int
    thing: Thing
    row_id: int
    """Of a booking, an event or a closure; 0 where `name` says it."""
    name: str
    """The code of the event whose attendance was recorded."""
    station: str
    """The code, where the trigger knew it."""
    was: str
    """The status before; of a new row empty."""
    became: str
    """The status; of a closure made, changed or lifted."""
    moved: bool
    """To another time, or a booking to another event."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message tells of a thing: its name, its station, and facts that hold no personal data."""

    name: str
    station: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks of an endpoint. `stations`: codes; none of them means every station."""

    url: str
    description: str
    stations: tuple[str, ...]
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that one worker holds until its lease ends; `attempts` counts this one."""

    id: int
    message: str
    endpoint_id: int
    type: str
    body: str
    attempts: int
    url: str
    code: str
    generation: int
    old_secret_until: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a sending ended: the status of the answer, or why there was none (`too_slow`, `inside`, ...)."""

    status: int | None
    error: str
    took_ms: int

    @property
    def arrived(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and self.status // 100 == 2  # noqa: PLR2004  2xx

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.status == 410  # noqa: PLR2004  Gone
