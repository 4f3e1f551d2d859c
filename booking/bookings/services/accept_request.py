"""A coordinator says yes to a request: somebody gives it, the group is booked, both are told."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.bookings.messages import REQUEST
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.situation import is_hosted, situation
from booking.bookings.services.answering import Answer, Said, answered, check, note, open_request, tell, write
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.writing import lock_events
from booking.bookings.terms import Action, BookingStatus, Conflict, NoteKind
from booking.catalogue.terms import Kind
from booking.db import db, table_of, transaction
from booking.scheduling.models import Event
from booking.scheduling.queries.desk import desk_event, guides_for
from booking.scheduling.queries.fitness import fitness
from booking.scheduling.services.assign import again_if_hosts_changed, guide_of_code, hand_over
from booking.scheduling.terms import EventStatus, HostTaken, Visibility

_EVENT = table_of(Event)


class NotPermitted(Conflict):
    """CLO-03: a courtesy visit goes through protocol, and nobody has said that it did."""


class HostNeeded(Conflict):
    """Nobody is named who gives it."""


def accept_request(answer: Answer, guide: str, *, permitted: bool = False, exception: str = "") -> BookingFacts:
    """Confirm the request, given by the guide or speaker of that code ("" for what needs none, or is shared by groups).

    `permitted`: protocol has agreed to a courtesy visit. `exception`: why a rule that allows it is not kept. Raises
    BookingRefused, Conflict (somebody else was first), HostTaken, UnknownEvent, NotPermitted, HostNeeded.
    """

    def attempt() -> BookingFacts:
        return again_if_hosts_changed(lambda: _accept_once(answer, guide, exception, permitted=permitted))

    return again_if_stale(attempt)


def _accept_once(answer: Answer, guide: str, exception: str, *, permitted: bool) -> BookingFacts:
    booking = open_request(answer)
    asked, now = booking.as_request(), answer.now
    made = check(asked, situation(asked, now, own=booking), now, Action.ACCEPT, exception)
    is_own = booking.event.visibility is Visibility.PRIVATE
    is_courtesy = booking.event.kind == Kind.COURTESY_VISIT
    if is_courtesy and not permitted:
        raise NotPermitted(answer.reference)
    if is_own and is_hosted(booking.offering) and not guide:
        raise HostNeeded(answer.reference)
    _require_able(booking, guide)
    sure = answered(booking, BookingStatus.CONFIRMED)
    facts: dict[str, object] = {"exceptions": made, **({"protocol": True} if is_courtesy else {})}
    with transaction() as session:
        _give(session, booking, guide, answer)
        write(session, booking, sure, now)
        if made:
            note(session, answer, booking, NoteKind.EXCEPTION, exception, made)
        tell(session, answer, booking, sure, Said("booking.accept", "booking_confirmed", REQUEST, after=facts))
    return sure


def _require_able(booking: BookingFacts, guide: str) -> None:
    """HostTaken unless the guide gives the event already, or works for its station with nothing against it."""
    session, event = db.session(), booking.event
    known = desk_event(session, event.code)
    if not guide or (known and guide in {one.code for one in known.guides}):
        return
    ids = [one.id for one in guides_for(session, [booking.station.id]) if one.code == guide]
    against = fitness(session, [event.id], ids).get(event.id, {}) if ids else {}
    if not ids or ids[0] not in against or against[ids[0]]:
        raise HostTaken(guide)


def _give(session: Session, booking: BookingFacts, guide: str, answer: Answer) -> None:
    """Somebody gives the event, or nobody need: either way it is no plan any more."""
    if guide:
        hand_over(session, booking.event.code, guide_of_code(session, guide), now=answer.now, actor=answer.actor)
        return
    lock_events(session, [booking.event.id])
    planned = (_EVENT.c.id == booking.event.id, _EVENT.c.status == EventStatus.PLANNED)
    session.execute(update(_EVENT).where(*planned).values(status=EventStatus.OPEN))
