"""The trail of a declaration: a line for the operation, for each event, and for each booking."""

from collections.abc import Iterator, Mapping, Sequence

from booking.accounts.services import Change
from booking.bookings.closing_terms import Choice
from booking.bookings.messages import subject_of
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.services.closure_plan import Chosen, Closing
from booking.bookings.terms import BookingStatus

_EVENT_LINE = {Choice.CONVERT: "event.convert", Choice.MOVE: "event.move", Choice.CANCEL: "event.cancel"}


def lines_of(closing: Closing, operation: str, closures: Sequence[str]) -> list[Change]:
    """All of them; `operation` and `closures` are codes."""
    counted = {"operation": operation, "events": len(closing.chosen), "bookings": len(closing.preview.bookings)}
    goes_on = {wish.extends for wish in closing.order.wishes}
    declared = [
        _change(closing, "closure.extend" if code in goes_on else "closure.declare", f"closure:{code}", after=counted)
        for code in closures
    ]
    lines = (line for one in closing.chosen for line in _lines(closing, one, operation))
    return [*declared, *lines]


def _lines(closing: Closing, one: Chosen, operation: str) -> Iterator[Change]:
    event = one.hit.event
    if one.hit.is_whole:
        before, after = {"status": event.status.value}, {"operation": operation, "to": one.code}
        yield _change(closing, _EVENT_LINE[one.choice], f"event:{event.code}", before=before, after=after)
    if one.is_new:
        yield _change(closing, "event.make", f"event:{one.code}", after={"operation": operation, "from": event.code})
    for booking in (*one.hit.bookings, *one.hit.line):
        yield _of_booking(closing, one, booking, operation)


def _of_booking(closing: Closing, one: Chosen, booking: BookingFacts, operation: str) -> Change:
    before = {"status": booking.status.value, "event": booking.event.code}
    subject = subject_of(booking.reference)
    if one.way is None or (booking.status is BookingStatus.WAITING and not one.hit.is_whole):
        ended = {"status": BookingStatus.CANCELLED_BY_STATION.value, "operation": operation}
        return _change(closing, "booking.cancel", subject, before=before, after=ended)
    waits = booking.status is BookingStatus.WAITING
    status = BookingStatus.WAITING if waits else BookingStatus.PROPOSED
    after = {"status": status.value, "event": one.code, "operation": operation}
    return _change(closing, "booking.propose", subject, before=before, after=after)


def _change(
    closing: Closing,
    action: str,
    subject: str,
    *,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> Change:
    order, code = closing.order, closing.preview.station.code
    return Change(
        at=order.now,
        actor=order.actor,
        action=action,
        subject=subject,
        station_code=code,
        before=before,
        after=after,
    )
