"""What the tests of the waiting list share: a full event, groups of a size, and who stands where."""

from sqlalchemy import select

from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.services.book import book
from booking.bookings.terms import BookingRequest, BookingStatus, Contact
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from tests.bookings.test_book import wish
from tests.builders import NOW, make_event, make_offering, make_station


def full_event(capacity: int = 30, sizes: tuple[int, ...] = (20, 10)) -> tuple[Event, list[str]]:
    """An open event whose places are all taken by groups of these sizes; their references."""
    event = make_event(make_offering(make_station(), min_group=1), capacity=capacity)
    taken = [
        book(group(f"first {number}", size, event), key=f"f{number}", now=NOW) for number, size in enumerate(sizes)
    ]
    return event, [one.reference for one in taken]


def group(name: str, size: int, event: Event, **values: object) -> BookingRequest:
    """A school of its own with so many people."""
    contact = Contact("Ada Invented", f"{name.replace(' ', '.')}@example.org", "en", "Asia/Seoul")
    adults = max(1, size // 10)
    named = {"organisation": f"Inventedford {name}", "contact": contact, "accompanying_adults": adults}
    return wish(event=event.code, size=size, **named, **values)


def join(name: str, size: int, event: Event) -> str:
    """Join the line of the event; the reference."""
    booked = book(group(name, size, event, wait=True), key=name, now=NOW)
    assert booked.answer["status"] == "waiting"
    return booked.reference


def line(event: Event) -> dict[int, str]:
    """The state of everybody who ever joined the line, by size, in order."""
    rows = db.session.execute(
        select(Booking.size, Booking.status)
        .where(Booking.event_id == event.id, Booking.waiting_since.is_not(None))
        .order_by(Booking.id)
    )
    return {row.size: row.status.value for row in rows}


def in_line(event: Event) -> list[BookingFacts]:
    """Who waits, first come first."""
    db.session.rollback()
    waiting = bookings_in(db.session(), [event.id], frozenset({BookingStatus.WAITING}))
    return sorted(waiting, key=lambda one: one.id)


def taken(event: Event) -> int:
    """Places taken, read afresh."""
    return db.session.execute(select(Event.taken).where(Event.id == event.id)).scalar_one()


def mails(kind: str) -> list[str]:
    """Recipients of the mails of a kind that were not withdrawn, in order."""
    told = select(Notice.recipient).where(Notice.kind == kind, Notice.state != "withdrawn")
    return list(db.session.execute(told.order_by(Notice.id)).scalars())
