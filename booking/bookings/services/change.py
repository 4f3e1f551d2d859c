"""Change the number of people, or move to another time. The old place is kept until the new one is sure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.messages import CANCEL, REQUEST, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.situation import situation
from booking.bookings.rules import Decision, Situation, change_is_free, decide, holidays
from booking.bookings.services.book import again_if_stale, answer_deadline, changed_one_group, event_made
from booking.bookings.services.limited import MORE_PEOPLE, NEW_GROUP, keep_limits
from booking.bookings.services.once_more import booking_is_unchanged, group_is_still_free
from booking.bookings.services.waiting import offer_places
from booking.bookings.services.writing import (
    Organised,
    Stale,
    give_places_back,
    hold_station,
    lock_events,
    lock_hosts,
    lock_organisation_of,
    make_private_event,
    take_places,
)
from booking.bookings.terms import (
    CHANGEABLE,
    Action,
    BookingRefused,
    BookingRequest,
    BookingStatus,
    Conflict,
    ParticipantList,
    Refusal,
    UnknownBooking,
)
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw
from booking.scheduling.services.telling import tell_guides
from booking.scheduling.terms import EventFacts, EventStatus, Visibility

_BOOKING = table_of(Booking)
_OPEN = (EventStatus.OPEN, EventStatus.PLANNED)


def change_size(
    reference: str,
    *,
    size: int | None,
    accompanying_adults: int | None,
    now: datetime,
    late: bool = False,
    version: int | None = None,
    actor: str = "group",
) -> BookingFacts:
    """Set the number of people. `late` confirms a change after the deadline (CAN-01); `version` is the page's.

    Raises BookingRefused, Conflict (the booking changed meanwhile, or cannot be changed any more), UnknownBooking.
    """

    def wished(booking: BookingFacts) -> BookingRequest:
        return _with_numbers(booking, size, accompanying_adults)

    return again_if_stale(lambda: _change_once(reference, wished, "booking_changed", now, late, version, actor))


def move(
    reference: str,
    target: BookingRequest,
    *,
    now: datetime,
    late: bool = False,
    version: int | None = None,
    actor: str = "group",
    size: int | None = None,
    accompanying_adults: int | None = None,
) -> BookingFacts:
    """Move to the event or open slot that `target` names; who comes stays as it is, unless other numbers are given.

    Raises as `change_size` does.
    """

    def wished(booking: BookingFacts) -> BookingRequest:
        same = _with_numbers(booking, size, accompanying_adults)
        language = target.language or same.language
        return replace(same, event=target.event, offering=target.offering, starts=target.starts, language=language)

    return again_if_stale(lambda: _change_once(reference, wished, "booking_moved", now, late, version, actor))


def _with_numbers(booking: BookingFacts, size: int | None, accompanying_adults: int | None) -> BookingRequest:
    adults = booking.accompanying_adults if accompanying_adults is None else accompanying_adults
    return replace(booking.as_request(), size=booking.size if size is None else size, accompanying_adults=adults)


def changeable(
    reference: str,
    version: int | None,
    now: datetime | None = None,
    statuses: frozenset[BookingStatus] = CHANGEABLE,
) -> BookingFacts:
    """The booking as it is, if its group may still change it: raises Conflict from the start on, or UnknownBooking."""
    booking = booking_by_reference(db.session(), reference)
    if booking is None:
        raise UnknownBooking(reference)
    if booking.status not in statuses or (version is not None and version != booking.version):
        raise Conflict(reference)
    if now is not None and booking.event.starts_at <= now:
        raise Conflict(reference)
    return booking


def late_refusals(booking: BookingFacts, found: Situation, now: datetime, *, confirmed: bool) -> list[Refusal]:
    """CAN-01 for a sure booking at its present time, unless the group has confirmed that it is late."""
    if confirmed or booking.status is not BookingStatus.CONFIRMED:
        return []
    refusal = change_is_free(booking.as_request(), found, now)
    return [refusal] if refusal else []


def _change_once(
    reference: str,
    wished: Callable[[BookingFacts], BookingRequest],
    kind: str,
    now: datetime,
    late: bool,  # noqa: FBT001
    version: int | None,
    actor: str,
) -> BookingFacts:
    booking = changeable(reference, version, now)
    request = wished(booking)
    present = situation(booking.as_request(), now, own=booking)
    refusals = late_refusals(booking, present, now, confirmed=late)
    found = situation(request, now, own=booking)
    stays = found.event is not None and found.event.id == booking.event.id
    answered = decide(request, found, now, Action.RESIZE if stays else Action.BOOK)
    if refusals := refusals or [_without_line(one) for one in answered.refusals]:
        raise BookingRefused(refusals)
    if stays and (request.size, request.accompanying_adults) == (booking.size, booking.accompanying_adults):
        return booking
    is_late = bool(late_refusals(booking, present, now, confirmed=False))
    return _write(booking, request, found, answered, kind, now, actor, is_late=is_late)


def _without_line(refusal: Refusal) -> Refusal:
    """Who has a place already does not wait for another: only a booking of its own stands in a line."""
    return replace(refusal, values={**refusal.values, "line": False}) if "line" in refusal.values else refusal


def _write(
    booking: BookingFacts,
    request: BookingRequest,
    found: Situation,
    answered: Decision,
    kind: str,
    now: datetime,
    actor: str,
    *,
    is_late: bool,
) -> BookingFacts:
    stays = found.event is not None and found.event.id == booking.event.id
    with transaction() as session:
        target = found.event
        _lock(session, booking, found, stays=stays)
        booking_is_unchanged(session, booking)
        if not stays:
            _group_is_still_free(session, booking, request, found)
        if not stays and booking.event.visibility is Visibility.PRIVATE:
            _free_own_event(session, booking, now, actor)
        event = target or _new_event(session, found, request, now)
        changed = _as_changed(booking, request, event, found, answered, now, is_late=is_late)
        update_booking(session, booking, changed, now)
        if stays:
            more = (request.size or 0) - (booking.size or 0)
            take_places(session, event.id, event.version, more, _OPEN if more > 0 else (*_OPEN, EventStatus.CLOSED))
            if more < 0:
                offer_places(session, event.id, now, actor=actor)
        else:
            if booking.event.visibility is Visibility.OPEN:
                give_places_back(session, booking.event.id, booking.size or 0, private=False, now=now, actor=actor)
            if target is not None:
                take_places(session, target.id, target.version, request.size or 0, [EventStatus.OPEN])
        if not stays or (request.size or 0) > (booking.size or 0):
            keep_limits(session, found, event.id, MORE_PEOPLE if stays else NEW_GROUP)
        if target is None:
            tell_guides(session, [event.id], now)
        _tell(session, booking, changed, kind, now, actor)
    return changed


def _lock(session: Session, booking: BookingFacts, found: Situation, *, stays: bool) -> None:
    """In everybody's order: the station and the hosts where an event is made, the organisation, the events."""
    target = found.event
    if target is None:
        hold_station(session, found.station)
        lock_hosts(session, found.free_hosts)
    if not stays:
        lock_organisation_of(session, booking.id)
    lock_events(session, sorted({booking.event.id, *([target.id] if target else [])}))


def _group_is_still_free(session: Session, booking: BookingFacts, request: BookingRequest, found: Situation) -> None:
    own = select(_BOOKING.c.organisation_id).where(_BOOKING.c.id == booking.id)
    organisation = Organised(session.execute(own).scalar() or 0, is_new=False)
    group_is_still_free(session, request, found, booking.reference, organisation)


def _free_own_event(session: Session, booking: BookingFacts, now: datetime, actor: str) -> None:
    """Its host is free before the new time asks for one: the same guide may give both. Undone if anything fails."""
    give_places_back(session, booking.event.id, booking.size or 0, private=True, now=now, actor=actor)


def _new_event(session: Session, found: Situation, request: BookingRequest, now: datetime) -> EventFacts:
    made = make_private_event(session, found, request.size or 0, now, theme=request.theme)
    return event_made(made.id, made.code, found, request.size or 0, now)


def to_new_slot(
    session: Session, booking: BookingFacts, request: BookingRequest, found: Situation, now: datetime, actor: str
) -> EventFacts:
    """An event of its own at another time for the same booking, whose old event is nobody's any more; Stale as ever.

    Locks in everybody's order. The booking's row is still to be written (`update_booking`), and guides to be told.
    """
    _lock(session, booking, found, stays=False)
    booking_is_unchanged(session, booking)
    _group_is_still_free(session, booking, request, found)
    private = booking.event.visibility is Visibility.PRIVATE
    give_places_back(session, booking.event.id, booking.size or 0, private=private, now=now, actor=actor)
    return _new_event(session, found, request, now)


def _as_changed(
    booking: BookingFacts,
    request: BookingRequest,
    event: EventFacts,
    found: Situation,
    answered: Decision,
    now: datetime,
    *,
    is_late: bool,
) -> BookingFacts:
    moved = event.id != booking.event.id
    asks = answered.needs_person if moved else booking.status is not BookingStatus.CONFIRMED
    unsure = BookingStatus.REQUESTED if moved else booking.status
    deadline = answer_deadline(found, now) if moved and asks else booking.answer_by
    return replace(
        booking,
        event=event,
        offering=found.offering,
        station=found.station,
        language=event.language,
        size=request.size,
        accompanying_adults=request.accompanying_adults,
        status=unsure if asks else BookingStatus.CONFIRMED,
        invited=booking.invited or not asks,  # for good: the mail that ends the entry may be taken back unsent
        participant_list=_list_of(booking, found) if moved else booking.participant_list,
        answer_by=deadline if asks else None,
        late=booking.late or is_late,
        sequence=booking.sequence + 1,
        version=booking.version + 1,
        holidays=holidays(found.closures),
    )


def _list_of(booking: BookingFacts, found: Situation) -> str:
    """SEC-01: a visit on site needs a list; one that was received for another time on site stays received."""
    if not found.offering.is_on_site:
        return ParticipantList.NOT_REQUIRED
    return booking.participant_list if booking.offering.is_on_site else ParticipantList.PENDING


def update_booking(session: Session, booking: BookingFacts, changed: BookingFacts, now: datetime) -> None:
    """Only the booking that was looked at is changed: another change meanwhile makes it Stale."""
    values = {
        "event_id": changed.event.id,
        "size": changed.size,
        "accompanying_adults": changed.accompanying_adults,
        "language": changed.language,
        "status": changed.status,
        "invited": changed.invited,
        "participant_list": changed.participant_list,
        "answer_by": changed.answer_by,
        "late": changed.late,
        "sequence": changed.sequence,
        "version": changed.version,
        "changed_at": now,
    }
    statement = update(_BOOKING).where(
        _BOOKING.c.id == booking.id, _BOOKING.c.version == booking.version, _BOOKING.c.status == booking.status
    )
    if changed_one_group(session, statement.values(values)) != 1:
        raise Stale


def _tell(session: Session, booking: BookingFacts, changed: BookingFacts, kind: str, now: datetime, actor: str) -> None:
    audit(
        session,
        at=now,
        actor=actor,
        action="booking.move" if kind == "booking_moved" else "booking.change",
        subject=subject_of(booking.reference),
        station_code=changed.station.code,
        before=_seen(booking),
        after=_seen(changed),
    )
    if not changed.contact.email:
        return
    withdraw(session, subject_of(booking.reference), kinds=("reminder_7_days", "reminder_1_day", "reminder_1_hour"))
    sure = changed.status is BookingStatus.CONFIRMED
    before = {"starts_at": booking.event.starts_at.isoformat(), "size": booking.size, "title": booking.offering.title}
    method = REQUEST if sure else CANCEL if booking.invited else ""  # a time somebody must answer is in no calendar yet
    queue(session, [message(kind, changed, now, method=method, before=before)])


def _seen(booking: BookingFacts) -> dict[str, object]:
    return {"event": booking.event.code, "size": booking.size, "status": booking.status.value, "late": booking.late}
