"""Events as facts."""

from sqlalchemy import RowMapping

from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.terms import EventFacts

_NAMES = (
    "id",
    "code",
    "status",
    "visibility",
    "language",
    "starts_at",
    "ends_at",
    "capacity",
    "taken",
    "version",
    "format",
    "kind",
    "theme",
    "time_zone",
    "venue_id",
    "own_capacity",
)
EVENT = tuple(table_of(Event).c[name].label(f"event_{name}") for name in _NAMES)
"""The columns of EventFacts under prefixed names, for a statement that joins several tables."""


def event_facts(row: RowMapping, prefix: str = "event_") -> EventFacts:
    """The facts of an event, from a row with EVENT's columns."""
    return EventFacts(**{name: row[prefix + name] for name in _NAMES})
