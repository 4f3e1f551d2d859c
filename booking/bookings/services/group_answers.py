"""The group answers the desk: more about what it asked, yes or no to another time."""

from booking.bookings.closing_terms import StepState
from booking.bookings.messages import CANCEL, REQUEST
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.situation import situation
from booking.bookings.services.answering import Answer, Said, answered, open_request, tell, write
from booking.bookings.services.book import again_if_stale, answer_deadline
from booking.bookings.services.closure_answer import keep_answer
from booking.bookings.services.writing import give_places_back, lock_events
from booking.bookings.terms import BookingStatus, NoteKind
from booking.db import transaction
from booking.scheduling.terms import Visibility

ASKED, PROPOSED = frozenset({BookingStatus.NEEDS_INFORMATION}), frozenset({BookingStatus.PROPOSED})


def reply(answer: Answer, text: str) -> BookingFacts:
    """Answer the desk's question: the request goes back to its list, with a new deadline. Raises Conflict."""
    return again_if_stale(lambda: _reply_once(answer, text))


def _reply_once(answer: Answer, text: str) -> BookingFacts:
    booking = open_request(answer, ASKED)
    found = situation(booking.as_request(), answer.now, own=booking)
    asked = answered(booking, BookingStatus.REQUESTED, answer_deadline(found, answer.now))
    with transaction() as session:
        lock_events(session, [booking.event.id])
        write(session, booking, asked, answer.now)
        tell(session, answer, booking, asked, Said("booking.answer", note=NoteKind.ANSWER, text=text))
    return asked


def take_proposal(answer: Answer) -> BookingFacts:
    """The proposed time it is: the group is booked. Raises Conflict, also where the time to answer is over."""
    return again_if_stale(lambda: _take_once(answer))


def _take_once(answer: Answer) -> BookingFacts:
    booking = open_request(answer, PROPOSED)
    sure = answered(booking, BookingStatus.CONFIRMED)
    with transaction() as session:
        lock_events(session, [booking.event.id])
        write(session, booking, sure, answer.now)
        keep_answer(session, [booking.id], StepState.ACCEPTED, answer.now, answer.actor)
        tell(session, answer, booking, sure, Said("booking.take_proposal", "booking_confirmed", REQUEST))
    return sure


def decline_proposal(answer: Answer) -> BookingFacts:
    """Not then either: the request is withdrawn and its place free. Raises Conflict.

    What a closure proposed was no wish of the group's: the station has cancelled it.
    """
    return again_if_stale(lambda: _decline_once(answer))


def _decline_once(answer: Answer) -> BookingFacts:
    booking = open_request(answer, PROPOSED)
    ended, mail = answered(booking, BookingStatus.WITHDRAWN), "request_withdrawn"
    with transaction() as session:
        lock_events(session, [booking.event.id])
        if keep_answer(session, [booking.id], StepState.REFUSED, answer.now, answer.actor):
            ended, mail = answered(booking, BookingStatus.CANCELLED_BY_STATION), "closure_declined"
        write(session, booking, ended, answer.now)
        is_private = booking.event.visibility is Visibility.PRIVATE
        give_places_back(
            session, booking.event.id, booking.size or 0, private=is_private, now=answer.now, actor=answer.actor
        )
        method = CANCEL if booking.invited else ""
        tell(session, answer, booking, ended, Said("booking.decline_proposal", mail, method))
    return ended
