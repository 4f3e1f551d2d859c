"""What waits for an answer, whether it holds a time or not: one list by deadline, a page at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_waiting
from booking.bookings.queries.visit_requests import Sought, VisitFacts, visits_waiting
from booking.bookings.terms import AWAITING, BookingStatus
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Kind
from booking.db import table_of
from booking.scheduling.models import Event

LAST = datetime.max.replace(tzinfo=UTC)
Asked = BookingFacts | VisitFacts
_BOOKING, _EVENT = table_of(Booking).c, table_of(Event).c
_OFFERING, _STATION = table_of(Offering).c, table_of(Station).c


def waiting(session: Session, sought: Sought, most: int) -> tuple[list[Asked], str]:
    """At most `most` requests, the first deadline first, and where the next page begins, empty on the last one."""
    found: list[Asked] = [*_with_time(session, sought, most + 1), *visits_waiting(session, sought, most + 1)]
    ordered = sorted(found, key=_place)
    more = place_text(ordered[most - 1]) if len(ordered) > most else ""
    return ordered[:most], more


def _place(one: Asked) -> tuple[bool, datetime, str]:
    return one.answer_by is None, one.answer_by or LAST, one.reference


def place_text(one: Asked) -> str:
    """Where the next page begins, for an address."""
    return f"{one.answer_by.isoformat()} {one.reference}" if one.answer_by else ""


def after(sought: Sought, text: str) -> Sought:
    """The same from the place on that an address names; ValueError for what names none."""
    if not text:
        return sought
    deadline, _space, reference = text.rpartition(" ")
    instant = datetime.fromisoformat(deadline)
    if instant.tzinfo is None:
        raise ValueError("a deadline without its offset")
    return replace(sought, after=(instant, reference))


def _with_time(session: Session, sought: Sought, most: int) -> Sequence[BookingFacts]:
    if sought.without_speaker:
        return []
    statuses = [one for one in sorted(AWAITING) if not sought.statuses or one.value in sought.statuses]
    which: list[ColumnElement[bool]] = [
        _BOOKING.status.in_(statuses or [BookingStatus.REQUESTED]),
        _BOOKING.waiting_since.is_(None),
    ]
    if sought.statuses and not statuses:
        return []
    if sought.stations is not None:
        which.append(_STATION.code.in_(sought.stations))
    if sought.language:
        which.append(_EVENT.language == sought.language)
    if sought.kind:
        which.append(_OFFERING.kind == Kind(sought.kind))
    if sought.after:
        deadline, reference = sought.after
        same = and_(_BOOKING.answer_by == deadline, _BOOKING.reference > reference)
        which.append(or_(_BOOKING.answer_by > deadline, same, _BOOKING.answer_by.is_(None)))
    return bookings_waiting(session, which, most)
