"""The opaque names of times that can be booked: written by the search, posted back by pages and programs.

A client must not take them apart; only this module does. They are safe in an address and at most 80 characters long.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST = 80
_CODE = r"[A-Za-z0-9_-]{1,40}"
_EVENT = re.compile(rf"e\.(?P<code>{_CODE})")
_OPEN = re.compile(
    rf"o\.(?P<code>{_CODE})\.(?P<language>[A-Za-z]{{2,3}}(?:-[A-Za-z0-9]{{2,8}}){{0,2}})\.(?P<start>[0-9]{{8}}T[0-9]{{4}})"
)
_START = "%Y%m%dT%H%M"


@dataclass(frozen=True, slots=True)
class OpenSlot:
    """A time at which an offering can be had by one group alone; booking it makes the event."""

    offering: str
    """Code of the offering."""
    language: str
    starts_at: datetime
    """An instant in UTC, to the minute."""


@dataclass(frozen=True, slots=True)
class EventSlot:
    """An event on the calendar with places left."""

    event: str
    """Code of the event."""


def _checked(text: str) -> str:
    if read(text) is None:
        raise ValueError(f"{text!r:.100} cannot name a time: codes are letters, digits, hyphens and underscores")
    return text


def open_slot_id(offering: str, language: str, starts_at: datetime) -> str:
    """The name of an open slot: code of the offering, language tag, aware start; ValueError for any other code."""
    return _checked(f"o.{offering}.{language}.{starts_at.astimezone(UTC):{_START}}")


def event_slot_id(event: str) -> str:
    """The name of an event's places, by the event's code; ValueError for a code with other signs in it."""
    return _checked(f"e.{event}")


def _instant(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _START).replace(tzinfo=UTC)
    except ValueError:
        return None


def read(text: str) -> OpenSlot | EventSlot | None:
    """What the name stands for, or None for a text that this module did not write; nothing is looked up."""
    if len(text) > LONGEST:
        return None
    if found := _EVENT.fullmatch(text):
        return EventSlot(found["code"])
    found = _OPEN.fullmatch(text)
    start = _instant(found["start"]) if found else None
    return OpenSlot(found["code"], found["language"], start) if found and start else None
