"""The group answers about a request that holds no time, or would rather have something else than was proposed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from booking import zones
from booking.bookings.messages import CANCEL, message, subject_of
from booking.bookings.models import Booking, VisitRequest, VisitWish
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.situation import instant_of
from booking.bookings.queries.visit_requests import VisitFacts, visit_by_reference
from booking.bookings.services.answering import Answer, Said, answered, open_request, tell, write
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.visit_answer import (
    VisitSaid,
    answer_visit,
    open_visit,
    tell_of_visit,
    turned,
    write_visit,
)
from booking.bookings.services.visit_ask import (
    against,
    desk_answers_by,
    keep_wishes,
    speaker_sought_until,
)
from booking.bookings.services.writing import give_places_back, lock_events
from booking.bookings.terms import (
    OPEN_REQUEST,
    BookingStatus,
    Conflict,
    NoteKind,
    OrganisationType,
    RequestStatus,
    WishedTime,
    WishesRefused,
)
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw
from booking.scheduling.terms import Visibility

_BOOKING, _REQUEST, _WISH = table_of(Booking), table_of(VisitRequest), table_of(VisitWish)
_ASKED = frozenset({RequestStatus.NEEDS_INFORMATION})
_SUGGESTED = frozenset({RequestStatus.PROPOSED})
_PROPOSED = frozenset({BookingStatus.PROPOSED})


def reply_about_visit(answer: Answer, text: str) -> VisitFacts:
    """Answer the desk's question: the request goes back to its list, with a new deadline. Raises Conflict."""

    def attempt() -> VisitFacts:
        visit = open_visit(answer, _ASKED)
        asked = turned(visit, RequestStatus.REQUESTED, desk_answers_by(visit, answer.now))
        return answer_visit(answer, visit, asked, VisitSaid("request.answer", note=NoteKind.ANSWER, text=text))

    return again_if_stale(attempt)


def take_suggestion(answer: Answer) -> VisitFacts:
    """The suggested topic it is: an expert is sought anew. Raises Conflict."""

    def attempt() -> VisitFacts:
        visit = open_visit(answer, _SUGGESTED)
        other = replace(visit, theme=visit.suggested_theme, suggested_theme="")
        asked = turned(other, RequestStatus.REQUESTED, desk_answers_by(other, answer.now))
        asked = replace(asked, speaker_by=speaker_sought_until(other, answer.now), no_speaker_at=None)
        said = VisitSaid("request.take_suggestion", "visit_requested", after={"topic": other.theme})
        return answer_visit(answer, visit, asked, said)

    return again_if_stale(attempt)


def withdraw_visit(answer: Answer) -> VisitFacts:
    """The group asks no more. Raises Conflict."""

    def attempt() -> VisitFacts:
        visit = open_visit(answer, OPEN_REQUEST)
        ended = turned(visit, RequestStatus.WITHDRAWN)
        return answer_visit(answer, visit, ended, VisitSaid("request.withdraw", "visit_withdrawn"))

    return again_if_stale(attempt)


def counter(answer: Answer, wishes: Sequence[WishedTime], text: str) -> VisitFacts:
    """Instead of what was proposed or suggested the group would rather have other times, or says what it wants.

    A proposed time is given back; the request is open again, with the new wishes where there are any. Raises
    WishesRefused, Conflict, UnknownBooking.
    """
    return again_if_stale(lambda: _counter_once(answer, wishes, text))


def _counter_once(answer: Answer, wishes: Sequence[WishedTime], text: str) -> VisitFacts:
    visit = visit_by_reference(db.session(), answer.reference)
    if visit is None:
        raise Conflict(answer.reference)
    if visit.status is not RequestStatus.BOOKED:
        visit, booking = open_visit(answer, _SUGGESTED), None
    else:
        booking = open_request(answer, _PROPOSED)
    if wishes and (refused := against(visit.as_request(), wishes, answer.now)):
        raise WishesRefused(refused)
    starts = [instant_of(wish, visit.station, visit.contact.time_zone) for wish in wishes]
    said = VisitSaid("request.counter", "visit_requested", NoteKind.COUNTER, text)
    with transaction() as session:
        if booking is not None:
            _park(session, answer, booking)
        return _reopen(session, answer, visit, booking, starts, said)


def take_back(answer: Answer, reason: str) -> VisitFacts:
    """The desk takes its proposal back: what the group had asked for is on its list again, and nothing is held.

    Raises Conflict, also for a proposal that no request stands behind; UnknownBooking.
    """

    def attempt() -> VisitFacts:
        visit = visit_by_reference(db.session(), answer.reference)
        if visit is None:
            raise Conflict(answer.reference)
        said = VisitSaid("request.take_back", "visit_taken_back", NoteKind.TAKEN_BACK, reason)
        if visit.status is not RequestStatus.BOOKED:
            suggested = open_visit(answer, _SUGGESTED)
            with transaction() as session:
                return _reopen(session, answer, suggested, None, (), said)
        booking = open_request(answer, _PROPOSED)
        with transaction() as session:
            _park(session, answer, booking)
            return _reopen(session, answer, visit, booking, (), said)

    return again_if_stale(attempt)


def _park(session: Session, answer: Answer, booking: BookingFacts) -> None:
    """The booking holds nothing any more; the request of the same reference goes on without it."""
    ended = answered(booking, BookingStatus.WITHDRAWN)
    lock_events(session, [booking.event.id])
    write(session, booking, ended, answer.now)
    is_private = booking.event.visibility is Visibility.PRIVATE
    give_places_back(
        session, booking.event.id, booking.size or 0, private=is_private, now=answer.now, actor=answer.actor
    )
    tell(session, answer, booking, ended, Said("booking.give_back"))
    withdraw(session, subject_of(booking.reference))
    if booking.invited and booking.contact.email:
        queue(session, [message("request_withdrawn", ended, answer.now, method=CANCEL)])


def _reopen(
    session: Session,
    answer: Answer,
    visit: VisitFacts,
    booking: BookingFacts | None,
    starts: Sequence[datetime],
    said: VisitSaid,
) -> VisitFacts:
    wanted = replace(visit, wishes=tuple(starts) or visit.wishes, suggested_theme="", no_speaker_at=None)
    again = turned(wanted, RequestStatus.REQUESTED, desk_answers_by(wanted, answer.now))
    again = replace(again, generation=booking.generation if booking else visit.generation)
    write_visit(session, visit, again, answer.now)
    if starts:
        session.execute(delete(_WISH).where(_WISH.c.request_id == visit.id))
        keep_wishes(session, visit.id, starts)
    tell_of_visit(session, answer, visit, again, said)
    return again


def remember_wish(session: Session, booking: BookingFacts, now: datetime) -> None:
    """What a group had asked for when the desk proposes something else: it may be gone back to."""
    if visit_by_reference(session, booking.reference) is not None:
        return
    same = (
        "reference",
        "organisation_id",
        "group_label",
        "group_key",
        "accompanying_adults",
        "youngest_age",
        "theme",
        "contact_name",
        "contact_email",
        "contact_locale",
        "contact_phone",
        "time_zone",
        "technical_contact",
        "technical_name",
        "technical_email",
        "note",
        "generation",
    )
    own = session.execute(select(*(_BOOKING.c[name] for name in same)).where(_BOOKING.c.id == booking.id)).one()
    values = {
        **own._mapping,  # noqa: SLF001  public
        "status": RequestStatus.BOOKED,
        "station_id": booking.station.id,
        "offering_id": booking.offering.id,
        "organisation_type": OrganisationType(booking.organisation_type or OrganisationType.OTHER),
        "size": booking.size or 1,
        "language": booking.language or booking.event.language,
        "accessibility": list(booking.accessibility),
        "suggested_theme": "",
        "requested_on": zones.local_date(booking.created_at or now, booking.station.time_zone),
        "created_at": booking.created_at or now,
        "changed_at": now,
        "version": 1,
    }
    made = session.execute(insert(_REQUEST).values(values).returning(_REQUEST.c.id)).scalar_one()
    keep_wishes(session, made, [booking.event.starts_at])
