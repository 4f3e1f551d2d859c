"""A coordinator says no to a request, asks for more, or proposes another time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from booking.bookings.messages import CANCEL
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.search import alternatives
from booking.bookings.queries.situation import is_hosted, situation
from booking.bookings.rules import Situation, decide, holidays
from booking.bookings.services.answering import Answer, Said, answered, check, note, open_request, tell, write
from booking.bookings.services.book import again_if_stale, answer_deadline
from booking.bookings.services.change import to_new_slot, update_booking
from booking.bookings.services.limited import keep_limits
from booking.bookings.services.visit_group import remember_wish
from booking.bookings.services.writing import give_places_back, lock_events
from booking.bookings.terms import (
    Action,
    BookingRefused,
    BookingRequest,
    BookingStatus,
    NoteKind,
    WishedTime,
)
from booking.db import transaction
from booking.scheduling.services.telling import tell_guides
from booking.scheduling.terms import Visibility


def refuse_request(answer: Answer, reason: str) -> BookingFacts:
    """Say no, with the reason that the group reads and the nearest other times; the place is free. Conflict."""
    return again_if_stale(lambda: _refuse_once(answer, reason))


def _refuse_once(answer: Answer, reason: str) -> BookingFacts:
    booking = open_request(answer)
    refused = answered(booking, BookingStatus.REFUSED)
    asked = booking.as_request()
    others = alternatives(asked, situation(asked, answer.now, own=booking), answer.now)
    said = Said(
        "booking.refuse",
        "request_refused",
        CANCEL if booking.invited else "",
        NoteKind.REFUSAL,
        reason,
        instead=[
            {"starts_at": one.starts_at.isoformat(), "title": str(one.title), "language": one.language}
            for one in others
        ],
    )
    with transaction() as session:
        lock_events(session, [booking.event.id])
        write(session, booking, refused, answer.now)
        is_private = booking.event.visibility is Visibility.PRIVATE
        give_places_back(
            session, booking.event.id, booking.size or 0, private=is_private, now=answer.now, actor=answer.actor
        )
        tell(session, answer, booking, refused, said)
    return refused


def ask_group(answer: Answer, question: str) -> BookingFacts:
    """Ask the group for more; its place is kept as long as a request is. Conflict."""
    return again_if_stale(lambda: _ask_once(answer, question))


def _ask_once(answer: Answer, question: str) -> BookingFacts:
    booking = open_request(answer)
    found = situation(booking.as_request(), answer.now, own=booking)
    waiting = answered(booking, BookingStatus.NEEDS_INFORMATION, answer_deadline(found, answer.now))
    with transaction() as session:
        lock_events(session, [booking.event.id])
        write(session, booking, waiting, answer.now)
        said = Said("booking.ask", "request_question", note=NoteKind.QUESTION, text=question)
        tell(session, answer, booking, waiting, said)
    return waiting


def propose_time(
    answer: Answer, starts_at: datetime, until: datetime, *, text: str = "", exception: str = ""
) -> BookingFacts:
    """Hold another time for the group until an instant, a guide included, instead of the one it asked for.

    Raises BookingRefused (LANG-06 where nobody is free), Conflict.
    """
    return again_if_stale(lambda: _propose_once(answer, starts_at, until, text, exception))


def _propose_once(answer: Answer, starts_at: datetime, until: datetime, text: str, exception: str) -> BookingFacts:
    booking, now = open_request(answer), answer.now
    asked = at_time(booking, starts_at)
    found = situation(asked, now, own=booking)
    made = check(asked, found, now, Action.PROPOSE, exception)
    _somebody_is_free(asked, found, now)
    with transaction() as session:
        event = to_new_slot(session, booking, asked, found, now, answer.actor)
        remember_wish(session, booking, now)
        proposed = replace(
            answered(booking, BookingStatus.PROPOSED, min(until, starts_at)),
            event=event,
            language=event.language,
            holidays=holidays(found.closures),
        )
        update_booking(session, booking, proposed, now)
        keep_limits(session, found, event.id)
        tell_guides(session, [event.id], now)
        if made:
            note(session, answer, booking, NoteKind.EXCEPTION, exception, made)
        said = Said(
            "booking.propose",
            "request_proposed",
            note=NoteKind.PROPOSAL,
            text=text,
            after={"exceptions": made, "starts_at": starts_at.isoformat()},
            before={"starts_at": booking.event.starts_at.isoformat()},
        )
        tell(session, answer, booking, proposed, said)
    return proposed


def at_time(booking: BookingFacts, starts_at: datetime) -> BookingRequest:
    """The same wish for another time, as an event of the group's own."""
    wall = WishedTime("", starts_at.astimezone(UTC).replace(tzinfo=None), timedelta(0), is_utc=True)
    return replace(booking.as_request(), event="", offering=booking.offering.code, starts=wall)


def _somebody_is_free(asked: BookingRequest, found: Situation, now: datetime) -> None:
    """What is proposed must be sure: LANG-06 only warns a group that asks, but stops a desk that promises."""
    if is_hosted(found.offering) and not found.free_hosts:
        warned = decide(asked, found, now, Action.PROPOSE, waived=("LEAD-01", "LANG-02")).warnings
        raise BookingRefused([one for one in warned if one.rule == "LANG-06"])
