"""Keep a chosen time for ten minutes while the group says who it is."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import update

from booking.accounts.services import audit
from booking.bookings.models import Booking
from booking.bookings.queries.situation import situation
from booking.bookings.rules import Situation, decide
from booking.bookings.services.book import again_if_stale, waits_for_host
from booking.bookings.services.expire import end_holds_around, end_holds_in
from booking.bookings.services.limited import keep_limits
from booking.bookings.services.writing import Stale, insert_booking, make_private_event, new_reference, take_places
from booking.bookings.terms import Action, BookingRefused, BookingRequest, BookingStatus, ParticipantList
from booking.db import table_of, transaction
from booking.scheduling.terms import EventStatus

MOST_TIMES = 10
"""The time of a hold that may pass from its beginning, in times of its station: whoever is slow may ask for more (WCAG
2.2.1), and nobody keeps a time for an afternoon."""


@dataclass(frozen=True)
class Held:
    """A hold: the reference its booking will have, and when it ends."""

    reference: str
    expires_at: datetime


def hold(request: BookingRequest, *, now: datetime, actor: str = "group") -> Held:
    """Keep the places; an open slot becomes a private event with a host. Raises BookingRefused, UnknownTime.

    Who comes is not known yet: the booking that follows is decided whole. No mail is sent.
    """
    return again_if_stale(lambda: _hold_once(request, now, actor))


def hold_longer(reference: str, hold_min: int, *, now: datetime, actor: str = "group") -> bool:
    """Keep a time that is held for `hold_min` minutes from now; False where it has ended, or was kept long enough."""
    row, full = table_of(Booking).c, timedelta(minutes=hold_min)
    until = now + full
    statement = (
        update(table_of(Booking))
        .where(row.reference == reference, row.status == BookingStatus.ON_HOLD)
        .where(row.hold_expires_at > now, row.hold_expires_at <= until, row.created_at >= until - MOST_TIMES * full)
        .values(hold_expires_at=until)
        .returning(row.id)
    )
    with transaction() as session:
        longer = session.execute(statement).first() is not None
        if longer:
            subject, after = f"booking:{reference}", {"hold_expires_at": until.isoformat()}
            audit(session, at=now, actor=actor, action="booking.hold_longer", subject=subject, after=after)
    return longer


def _hold_once(request: BookingRequest, now: datetime, actor: str) -> Held:
    found = situation(request, now)
    if request.size is None:
        request = replace(request, size=(found.offering.min_group or 1) if found.is_private else 1)
    answered = decide(request, found, now, Action.HOLD)
    if answered.refusals:
        if found.event and any(r.rule == "CAP-02" for r in answered.refusals) and end_holds_in(found.event.id, now):
            raise Stale
        raise BookingRefused(answered.refusals)
    if waits_for_host(found) and end_holds_around(found, now):
        raise Stale
    reference, until = new_reference(), now + timedelta(minutes=found.station.hold_min)
    with transaction() as session:
        event_id = found.event.id if found.event else make_private_event(session, found, request.size or 0, now).id
        insert_booking(
            session,
            _values(request, found, now)
            | {
                "reference": reference,
                "event_id": event_id,
                "hold_expires_at": until,
            },
        )
        audit(
            session,
            at=now,
            actor=actor,
            action="booking.hold",
            subject=f"booking:{reference}",
            station_code=found.station.code,
            after={"status": "on_hold", "size": request.size},
        )
        if found.event is not None:
            take_places(session, found.event.id, found.event.version, request.size or 0, [EventStatus.OPEN])
        keep_limits(session, found, event_id)
    return Held(reference, until)


def _values(request: BookingRequest, found: Situation, now: datetime) -> dict[str, object]:
    return {
        "status": BookingStatus.ON_HOLD,
        "size": request.size,
        "youngest_age": request.youngest_age,
        "theme": request.theme,
        "language": found.event.language if found.event else found.language,
        "time_zone": request.contact.time_zone,
        "accessibility": [],
        "participant_list": ParticipantList.NOT_REQUIRED,
        "created_at": now,
        "changed_at": now,
    }
