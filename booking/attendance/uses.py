"""Where the words of the vocabularies stand: in offerings, events, bookings, rooms, surveys and counts of views."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Column, func, literal, select, union_all
from sqlalchemy.orm import Session

from booking.attendance.models import OnlineItem, SurveyResult
from booking.bookings.models import Booking
from booking.catalogue.models import Offering
from booking.db import Base, table_of
from booking.scheduling.models import Event, MeetingRoom

_USES: tuple[tuple[str, type[Base], str], ...] = (
    ("theme", Offering, "theme"),
    ("theme", Event, "theme"),
    ("theme", Booking, "theme"),
    ("audience", Offering, "audience"),
    ("audience", Event, "audience"),
    ("unit", Offering, "unit"),
    ("unit", Event, "unit"),
    ("unit", SurveyResult, "unit"),
    ("platform", Event, "platform"),
    ("platform", MeetingRoom, "platform"),
    ("channel", OnlineItem, "channel"),
    ("measure", OnlineItem, "measure"),
)
"""Vocabulary, table and column."""


def uses_of_terms(session: Session) -> Mapping[tuple[str, str], int]:
    """How often each word stands, by vocabulary and code; one statement."""
    parts = []
    for vocabulary, table, name in _USES:
        column: Column[str] = table_of(table).c[name]
        parts.append(select(literal(vocabulary), column, func.count()).where(column != "").group_by(column))
    found: Counter[tuple[str, str]] = Counter()
    for vocabulary, code, number in session.execute(union_all(*parts)):
        found[vocabulary, code] += number
    return found
