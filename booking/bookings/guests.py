"""Who may see what: a hold or a booking is opened by its own token, a private event is known to its own group."""

from datetime import datetime

from booking.accounts.identity import act_as, current_staff
from booking.accounts.links import is_signed, signed
from booking.accounts.terms import Role
from booking.bookings.links import may_enter, named_by, opens
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.situation import situation
from booking.bookings.queries.visit_requests import VisitFacts, visit_by_reference
from booking.bookings.rules import Situation
from booking.bookings.slot_ids import EventSlot, read
from booking.bookings.terms import BookingRequest, BookingStatus, Contact, RequestStatus, UnknownTime
from booking.db import db
from booking.scheduling.terms import Visibility

HOLD = "hold"


def hold_token(reference: str) -> str:
    """What the holder of a hold is given: its reference and a signature."""
    return f"{reference}.{signed(HOLD, reference, 1)}"


def held_reference(token: str | None) -> str | None:
    """The reference of the hold that a token opens, None for any other text."""
    reference, dot, signature = (token or "").rpartition(".")
    return reference if dot and is_signed(signature, HOLD, reference, 1) else None


def in_line(slot: str | None, now: datetime) -> BookingFacts | None:
    """What a group fills in its form for that wants to stand in the line of an event: as a hold, but of no places.

    None for a text that names no event of several groups.
    """
    named = read(slot or "")
    if not isinstance(named, EventSlot):
        return None
    try:
        found = known_situation(BookingRequest(event=named.event), now)
    except UnknownTime:
        return None
    if found.event is None or found.is_private:
        return None
    return BookingFacts(
        id=0,
        reference="",
        status=BookingStatus.ON_HOLD,
        event=found.event,
        offering=found.offering,
        station=found.station,
        contact=Contact(),
        size=None,
    )


def opened_booking(reference: str, token: str | None) -> BookingFacts | None:
    """The booking, if the token is its own, or for a coordinator of its station, who then acts under the own name.

    None for unknown, foreign and mistyped alike.
    """
    booking = booking_by_reference(db.session(), reference)
    generation = booking.generation if booking else 0
    is_own, staff = opens(token, reference, generation), current_staff()
    if booking and staff and staff.may(Role.COORDINATOR, booking.station.code):
        act_as(staff)
        return booking
    return booking if is_own else None


def joining_booking(token: str) -> BookingFacts | None:
    """The booking whose joining page the token opens, None for any other text."""
    reference = named_by(token)
    booking = booking_by_reference(db.session(), reference)
    is_own = may_enter(token, reference, booking.generation if booking else 0)
    return booking if is_own else None


def opened_visit(reference: str, token: str | None) -> VisitFacts | None:
    """The request without a time, if the token is its own or that of what came of it, or for its coordinator.

    None for unknown, foreign and mistyped alike.
    """
    visit = visit_by_reference(db.session(), reference)
    if visit is None:
        return None
    staff = current_staff()
    if staff and staff.may(Role.COORDINATOR, visit.station.code):
        act_as(staff)
        return visit
    generation = visit.generation
    if visit.status is RequestStatus.BOOKED:
        booking = booking_by_reference(db.session(), reference)
        generation = booking.generation if booking else generation
    return visit if opens(token, reference, generation) else None


def booking_again(token: str | None) -> BookingFacts | None:
    """The booking whose group comes again with another class, by `reference.token`."""
    reference, _dot, secret = (token or "").partition(".")
    return opened_booking(reference, secret) if secret else None


def known_situation(asked: BookingRequest, now: datetime, own: BookingFacts | None = None) -> Situation:
    """What is known about the time asked for; UnknownTime for another group's private event, as for one of nobody."""
    found = situation(asked, now, own=own)
    event = found.event
    if event and event.visibility is Visibility.PRIVATE and not found.is_own_event:
        raise UnknownTime(event.code)
    return found
