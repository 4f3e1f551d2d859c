"""The desk answers a request that holds no time: yes to a wish, another time or topic, a question, no, another desk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.messages import subject_of
from booking.bookings.models import VisitRequest
from booking.bookings.queries.visit_requests import VisitFacts, visit_by_reference
from booking.bookings.rules import holidays
from booking.bookings.services.answering import Answer, note
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.visit_ask import desk_answers_by
from booking.bookings.services.writing import Stale, changed
from booking.bookings.terms import DESK_ANSWERS, Conflict, NoteKind, RequestStatus, UnknownBooking
from booking.bookings.visit_messages import visit_message
from booking.catalogue.queries import station_named
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw
from booking.scheduling.queries.closures import closures_of

_REQUEST = table_of(VisitRequest)


@dataclass(frozen=True)
class VisitSaid:
    """What goes with an answer: the line of the trail, the mail, and what was written."""

    action: str
    mail: str = ""
    note: NoteKind | None = None
    text: str = ""
    topic: str = ""
    after: Mapping[str, object] | None = None


def open_visit(answer: Answer, statuses: frozenset[RequestStatus] = DESK_ANSWERS) -> VisitFacts:
    """The request, if it is still as it was seen and may be answered; raises Conflict, UnknownBooking."""
    visit = visit_by_reference(db.session(), answer.reference)
    if visit is None:
        raise UnknownBooking(answer.reference)
    is_over = visit.answer_by is None or visit.answer_by < answer.now
    if visit.status not in statuses or visit.version != answer.version or is_over:
        raise Conflict(answer.reference)
    return replace(visit, holidays=holidays(closures_of(db.session(), visit.station, answer.now)))


def write_visit(session: Session, before: VisitFacts, after: VisitFacts, now: datetime) -> None:
    """The one UPDATE that decides who was first; Stale where the request has changed."""
    statement = (
        update(_REQUEST)
        .where(_REQUEST.c.id == before.id, _REQUEST.c.version == before.version)
        .values(
            status=after.status,
            station_id=after.station.id,
            offering_id=after.offering.id if after.offering else None,
            theme=after.theme,
            suggested_theme=after.suggested_theme,
            answer_by=after.answer_by,
            speaker_by=after.speaker_by,
            no_speaker_at=after.no_speaker_at,
            generation=after.generation,
            version=after.version,
            changed_at=now,
        )
    )
    if changed(session, statement) != 1:
        raise Stale


def tell_of_visit(session: Session, answer: Answer, before: VisitFacts, after: VisitFacts, said: VisitSaid) -> None:
    """A line of the trail, what was written, and one mail instead of those that are still unsent."""
    audit(
        session,
        at=answer.now,
        actor=answer.actor,
        action=said.action,
        subject=subject_of(before.reference),
        station_code=after.station.code,
        before={"status": before.status.value},
        after={"status": after.status.value, **(said.after or {})},
    )
    if said.note and said.text:
        note(session, answer, before, said.note, said.text)
    if said.mail and after.contact.email:
        withdraw(session, subject_of(before.reference))
        queue(session, [visit_message(said.mail, after, answer.now, reason=said.text, topic=said.topic)])


def turned(visit: VisitFacts, status: RequestStatus, answer_by: datetime | None = None) -> VisitFacts:
    """The request in its next status."""
    return replace(visit, status=status, answer_by=answer_by, version=visit.version + 1)


def answer_visit(answer: Answer, before: VisitFacts, after: VisitFacts, said: VisitSaid) -> VisitFacts:
    """Write the answer and tell of it, in a transaction of its own; raises Stale."""
    with transaction() as session:
        write_visit(session, before, after, answer.now)
        tell_of_visit(session, answer, before, after, said)
    return after


def refuse_visit(answer: Answer, reason: str) -> VisitFacts:
    """Say no, with the reason that the group reads. Raises Conflict, UnknownBooking."""

    def attempt() -> VisitFacts:
        visit = open_visit(answer)
        said = VisitSaid("request.refuse", "visit_refused", NoteKind.REFUSAL, reason)
        return answer_visit(answer, visit, turned(visit, RequestStatus.REFUSED), said)

    return again_if_stale(attempt)


def ask_about_visit(answer: Answer, question: str) -> VisitFacts:
    """Ask the group for more. Raises Conflict, UnknownBooking."""

    def attempt() -> VisitFacts:
        visit = open_visit(answer)
        waiting = turned(visit, RequestStatus.NEEDS_INFORMATION, desk_answers_by(visit, answer.now))
        said = VisitSaid("request.question", "visit_question", NoteKind.QUESTION, question)
        return answer_visit(answer, visit, waiting, said)

    return again_if_stale(attempt)


def suggest_topic(answer: Answer, theme: str, until: datetime, text: str = "") -> VisitFacts:
    """SPK-01: nobody is found for the topic; another one is suggested, and the group says what it thinks.

    Raises Conflict, UnknownBooking.
    """

    def attempt() -> VisitFacts:
        visit = open_visit(answer)
        suggested = replace(turned(visit, RequestStatus.PROPOSED, until), suggested_theme=theme, no_speaker_at=None)
        said = VisitSaid(
            "request.suggest", "visit_suggested", NoteKind.SUGGESTION, text, topic=theme, after={"topic": theme}
        )
        return answer_visit(answer, visit, suggested, said)

    return again_if_stale(attempt)


def hand_on(answer: Answer, station_code: str) -> VisitFacts:
    """Give a request for advice to the desk of another station, which has its days to answer.

    Raises Conflict, also where the request names an offering of this station; UnknownBooking.
    """

    def attempt() -> VisitFacts:
        visit = open_visit(answer)
        station = station_named(db.session(), station_code)
        if station is None or visit.offering is not None or station.id == visit.station.id:
            raise Conflict(answer.reference)
        there = replace(visit, station=station, holidays=holidays(closures_of(db.session(), station, answer.now)))
        given = turned(there, visit.status, desk_answers_by(there, answer.now))
        after = {"station": station.code, "from": visit.station.code}
        return answer_visit(answer, visit, given, VisitSaid("request.hand_on", after=after))

    return again_if_stale(attempt)
