"""What every answer to a request shares: it is still open, the rules are asked, one row is written, all is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.messages import message, subject_of
from booking.bookings.models import Booking, RequestNote
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.rules import OVERRIDABLE, Situation, decide, exceptions
from booking.bookings.services.writing import Stale, changed
from booking.bookings.terms import (
    UNDECIDED,
    Action,
    BookingRefused,
    BookingRequest,
    BookingStatus,
    Conflict,
    NoteKind,
    UnknownBooking,
)
from booking.catalogue.terms import StationFacts
from booking.db import db, table_of
from booking.notices.services import queue, withdraw

_BOOKING, _NOTE = table_of(Booking), table_of(RequestNote)


@dataclass(frozen=True)
class Answer:
    """Who answers which request; `version` is the booking's as that person saw it."""

    reference: str
    version: int
    now: datetime
    actor: str = "group"


class Noted(Protocol):
    """What something may be written about."""

    @property
    def reference(self) -> str:
        """Of the booking or the request."""

    @property
    def station(self) -> StationFacts:
        """Whose desk it is."""


@dataclass(frozen=True)
class Said:
    """What goes with an answer: the line of the trail, the mail, and what was written."""

    action: str
    mail: str = ""
    method: str = ""
    note: NoteKind | None = None
    text: str = ""
    after: Mapping[str, object] | None = None
    before: Mapping[str, object] | None = None
    """What the mail says stood before."""
    instead: Sequence[Mapping[str, object]] = ()


def open_request(answer: Answer, statuses: frozenset[BookingStatus] = UNDECIDED) -> BookingFacts:
    """The booking, if it is still as it was seen and may be answered; raises Conflict, UnknownBooking."""
    booking = booking_by_reference(db.session(), answer.reference)
    if booking is None:
        raise UnknownBooking(answer.reference)
    is_over = booking.event.starts_at <= answer.now or (booking.answer_by or answer.now) < answer.now
    is_offer = booking.waiting_since is not None  # from a waiting list: no request
    if booking.status not in statuses or booking.version != answer.version or is_over or is_offer:
        raise Conflict(answer.reference)
    return booking


def check(asked: BookingRequest, found: Situation, now: datetime, action: Action, exception: str) -> list[str]:
    """Ask the rules; the ids of those to which an exception is made. `exception`: why, in the coordinator's words.

    Raises BookingRefused.
    """
    made = exceptions(asked, found, now, action) if exception else []
    if refusals := decide(asked, found, now, action, waived=OVERRIDABLE if exception else ()).refusals:
        raise BookingRefused(refusals)
    return made


def answered(booking: BookingFacts, status: BookingStatus, answer_by: datetime | None = None) -> BookingFacts:
    """The booking in its next status."""
    return replace(
        booking,
        status=status,
        answer_by=answer_by,
        invited=booking.invited or status is BookingStatus.CONFIRMED,
        sequence=booking.sequence + 1,
        version=booking.version + 1,
    )


def write(session: Session, before: BookingFacts, after: BookingFacts, now: datetime) -> None:
    """The one UPDATE that decides who was first; the event is locked. Stale where the booking has changed."""
    statement = (
        update(_BOOKING)
        .where(_BOOKING.c.id == before.id, _BOOKING.c.version == before.version)
        .where(_BOOKING.c.status == before.status)
        .values(
            status=after.status,
            answer_by=after.answer_by,
            invited=after.invited,
            sequence=after.sequence,
            version=after.version,
            changed_at=now,
        )
    )
    if changed(session, statement) != 1:
        raise Stale


def tell(session: Session, answer: Answer, before: BookingFacts, after: BookingFacts, said: Said) -> None:
    """A line of the trail, what was written, and one mail instead of those that are still unsent."""
    audit(
        session,
        at=answer.now,
        actor=answer.actor,
        action=said.action,
        subject=subject_of(before.reference),
        station_code=after.station.code,
        before={"status": before.status.value, "event": before.event.code},
        after={"status": after.status.value, "event": after.event.code, **(said.after or {})},
    )
    if said.note and said.text:
        note(session, answer, before, said.note, said.text)
    if said.mail and after.contact.email:
        withdraw(session, subject_of(before.reference))
        told = message(
            said.mail,
            after,
            answer.now,
            method=said.method,
            reason=said.text,
            before=said.before,
            instead=said.instead,
        )
        queue(session, [told])


def note(session: Session, answer: Answer, about: Noted, kind: NoteKind, text: str, rules: Sequence[str] = ()) -> None:
    """Keep what was written; `rules`: ids of those to which an exception is made."""
    row = {
        "reference": about.reference,
        "station_code": about.station.code,
        "at": answer.now,
        "actor": answer.actor,
        "kind": kind,
        "rules": " ".join(rules),
        "text": text,
    }
    session.execute(insert(_NOTE), row)
