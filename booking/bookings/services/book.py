"""Book a place, or ask for one: decide on a snapshot, write all or nothing, look again if the snapshot was stale."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import audit
from booking.bookings.messages import REQUEST, message
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.situation import is_hosted, situation
from booking.bookings.rules import Decision, Situation, conditions_on, decide, exceptions, holidays, private_capacity
from booking.bookings.services.expire import end_hold, end_holds_around, end_holds_in
from booking.bookings.services.limited import MORE_PEOPLE, keep_limits
from booking.bookings.services.once_more import event_is_still_full, group_is_still_free
from booking.bookings.services.writing import (
    Key,
    Replayed,
    Stale,
    answer_to,
    changed,
    event_code,
    group_values,
    insert_booking,
    keep_details,
    keep_exception,
    lock_events,
    make_private_event,
    new_reference,
    organisation_of,
    put_key,
    take_places,
)
from booking.bookings.terms import (
    Action,
    BookingRefused,
    BookingRequest,
    BookingStatus,
    Conflict,
    ParticipantList,
    UnknownTime,
    WishedTime,
)
from booking.catalogue.terms import Kind
from booking.db import db, table_of, transaction, was_deadlock
from booking.notices.services import queue
from booking.scheduling.models import Event
from booking.scheduling.services.telling import messages_to_guides
from booking.scheduling.terms import EventFacts, EventStatus, Visibility

TRIES = 4
"""How often a request is decided again when what it rested on changed meanwhile."""

_BOOKING, _EVENT = table_of(Booking), table_of(Event)
_KINDS = {
    BookingStatus.CONFIRMED: "booking_confirmed",
    BookingStatus.REQUESTED: "booking_requested",
    BookingStatus.WAITING: "waiting_joined",
}
Result = TypeVar("Result")


@dataclass(frozen=True)
class Booked:
    """The answer to a booking: the body that is kept with the key, and whether it is given again."""

    answer: dict[str, Any]
    replayed: bool = False

    @property
    def reference(self) -> str:
        """The booking's reference."""
        return str(self.answer["reference"])


@dataclass(frozen=True)
class By:
    """Who books. `exception`: why a coordinator does not keep a rule; `made`: which rules those are."""

    actor: str
    exception: str = ""
    made: tuple[str, ...] = ()


def book(
    request: BookingRequest, *, key: str, now: datetime, hold: str = "", actor: str = "group", exception: str = ""
) -> Booked:
    """Give the group a place, or take its request where a person must decide.

    `hold`: the reference of a hold whose place becomes this booking. `exception`: why a coordinator who books for the
    group does not keep a rule that allows it. Raises BookingRefused, UnknownTime, KeyReused.
    """
    asked = {"request": repr(request), "hold": hold, **({"exception": exception} if exception else {})}
    kept = Key.of(key, f"{actor}:{request.contact.email}", asked)
    try:
        return Booked(again_if_stale(lambda: _book_once(request, kept, now, hold, By(actor, exception))))
    except (Replayed, BookingRefused, Conflict, UnknownTime) as error:
        # An earlier call with this key, or a twin in flight, has the very place that this one is refused: its answer.
        db.session.rollback()
        answer = answer_to(db.session(), kept)
        if answer is not None:
            return Booked(answer, replayed=True)
        if isinstance(error, Replayed):
            raise Conflict from error
        raise


def again_if_stale(attempt: Callable[[], Result]) -> Result:
    """Try, and where the snapshot was stale read afresh and decide again; raises Conflict when it never settles.

    A deadlock, should the order of locks ever allow one, is met in the same way: everything was rolled back.
    """
    for _ in range(TRIES):
        try:
            return attempt()
        except Stale:
            continue
        except OperationalError as error:
            if not was_deadlock(error):
                raise
    raise Conflict


def _book_once(request: BookingRequest, key: Key, now: datetime, hold: str, by: By) -> dict[str, Any]:
    held = booking_by_reference(db.session(), hold) if hold else None
    if held is not None and (held.hold_expires_at is None or held.hold_expires_at <= now or not _is_held(held)):
        request, held = _without(held, request, now), None
    asked = replace(request, event=held.event.code) if held else request
    found = situation(asked, now, own=held)
    if by.actor != "group":
        found = replace(found, no_shows=0)  # NSH-01: a coordinator decides, and does so by booking
    asked = replace(asked, participant_list=list_needed(found))
    if by.exception:
        by = replace(by, made=tuple(exceptions(asked, found, now, Action.BOOK)))
    answered = decide(asked, found, now, waived=by.made)
    if answered.refusals or answered.waits:
        if _made_room(answered, found, now):
            raise Stale
        if answered.refusals:
            raise BookingRefused(answered.refusals)
        if held is not None:  # its few places go to whoever is next: a group gets all its places or none
            end_hold(held.reference, now)
            raise Stale
        return _join_line(asked, found, answered, key, now, by)
    if waits_for_host(found) and end_holds_around(found, now):
        raise Stale
    if held is not None:
        return _book_held(asked, found, answered, key, held, now, by)
    return _book_new(asked, found, answered, key, now, by)


def _is_held(held: BookingFacts) -> bool:
    return held.status is BookingStatus.ON_HOLD


def _without(held: BookingFacts, request: BookingRequest, now: datetime) -> BookingRequest:
    """A hold that has ended: its time is asked for again, as if it were chosen now."""
    if _is_held(held):
        end_hold(held.reference, now)
    return retaken(held, request)


def retaken(held: BookingFacts, request: BookingRequest) -> BookingRequest:
    """The request for the time that a hold had kept: its open event, or the same open slot once more."""
    if held.event.visibility is Visibility.OPEN:
        return replace(request, event=held.event.code)
    starts = WishedTime("", held.event.starts_at.replace(tzinfo=None), timedelta(0), is_utc=True)
    return replace(request, event="", offering=held.offering.code, language=held.event.language, starts=starts)


def list_needed(found: Situation) -> str:
    """SEC-01: a visit on site needs a participant list."""
    return ParticipantList.PENDING if found.offering.is_on_site else ParticipantList.NOT_REQUIRED


def waits_for_host(found: Situation) -> bool:
    """An open slot for which nobody is free, though somebody might be whom a hold that has ended still keeps."""
    return found.event is None and not found.free_hosts and is_hosted(found.offering)


def _made_room(answered: Decision, found: Situation, now: datetime) -> bool:
    """Whether holds that have ended stood in the way: the next attempt frees them, should the worker be late."""
    is_full = answered.waits or any(refusal.rule == "CAP-02" for refusal in answered.refusals)
    if found.event is None or not is_full:
        return False
    return end_holds_in(found.event.id, now) > 0


def status_for(answered: Decision) -> BookingStatus:
    """Booked at once, asked for, or in line for it."""
    if answered.waits:
        return BookingStatus.WAITING
    return BookingStatus.REQUESTED if answered.needs_person else BookingStatus.CONFIRMED


def answer_deadline(found: Situation, now: datetime) -> datetime:
    """When a request is answered at the latest: so many working days on, but a day before the event; raises nothing."""
    station = found.station
    sought = station.speaker_days if found.offering.kind is Kind.BRIEFING else 0  # SPK-01: then another is proposed
    days = sought + station.request_answer_days
    today = zones.local_date(now, station.time_zone)
    day = zones.nth_working_day_after(today, days, station.working_weekdays, holidays(found.closures))
    first, _ = zones.day_bounds(day, station.time_zone)
    deadline = first + timedelta(minutes=station.on_site_hours[1])
    assert found.starts_at is not None  # noqa: S101  REQ-01 has refused a request without a time
    in_good_time = max(min(deadline, found.starts_at - timedelta(days=1)), now + timedelta(hours=1))
    return min(in_good_time, found.starts_at)


def facts_of_new(
    reference: str, asked: BookingRequest, found: Situation, event: EventFacts, answered: Decision, now: datetime
) -> BookingFacts:
    """The booking as it is about to be written, for its mail."""
    status = status_for(answered)
    return BookingFacts(
        id=0,
        reference=reference,
        status=status,
        event=event,
        offering=found.offering,
        station=found.station,
        contact=asked.contact,
        size=asked.size,
        accompanying_adults=asked.accompanying_adults,
        youngest_age=asked.youngest_age,
        theme=asked.theme,
        language=event.language,
        accessibility=asked.accessibility,
        organisation=asked.organisation,
        group_label=asked.group_label,
        answer_by=answer_deadline(found, now) if status is BookingStatus.REQUESTED else None,
        waiting_since=now if status is BookingStatus.WAITING else None,
        holidays=holidays(found.closures),
        conditions=conditions_on(found.closures, found.station, event.starts_at, now),
    )


def _book_new(
    asked: BookingRequest, found: Situation, answered: Decision, key: Key, now: datetime, by: By
) -> dict[str, Any]:
    reference, joined = new_reference(), found.event
    event = joined or event_made(0, event_code(found), found, asked.size or 0, now)
    booked = facts_of_new(reference, asked, found, event, answered, now)
    answer = answer_of(booked)
    with transaction() as session:
        put_key(session, key, answer, now)  # first: a twin waits here, and keeps no host from others meanwhile
        event_id = joined.id if joined else _made(session, found, asked, now, event.code)
        group = organisation_of(session, asked)
        values = group_values(group, asked, event.language) | _columns(booked, found, now)
        group_is_still_free(session, asked, found, reference, group)
        insert_booking(session, values | {"event_id": event_id, "reference": reference, "created_at": now})
        keep_details(session, reference, asked.details)
        _tell(session, booked, now, by, 0 if joined else event_id)
        if joined is not None:
            take_places(session, joined.id, joined.version, asked.size or 0, [EventStatus.OPEN])
        keep_limits(session, found, event_id)
    return answer


def _join_line(
    asked: BookingRequest, found: Situation, answered: Decision, key: Key, now: datetime, by: By
) -> dict[str, Any]:
    """A place in the line of a full event: it takes none of the event's own, and stands behind all who came before."""
    event, reference = found.event, new_reference()
    assert event is not None  # noqa: S101  there is a line for an event only
    booked = facts_of_new(reference, asked, found, event, answered, now)
    answer = answer_of(booked)
    with transaction() as session:
        put_key(session, key, answer, now)
        group = organisation_of(session, asked)
        lock_events(session, [event.id])
        event_is_still_full(session, asked, found, now)
        values = group_values(group, asked, event.language) | _columns(booked, found, now)
        insert_booking(session, values | {"event_id": event.id, "reference": reference, "created_at": now})
        _tell(session, booked, now, by, 0)
    return answer


def _made(session: Session, found: Situation, asked: BookingRequest, now: datetime, code: str) -> int:
    return make_private_event(session, found, asked.size or 0, now, theme=asked.theme, code=code).id


def event_made(event_id: int, code: str, found: Situation, size: int, now: datetime) -> EventFacts:
    """The private event that is made, as facts."""
    assert found.starts_at is not None and found.ends_at is not None  # noqa: S101, PT018  REQ-01 has seen to it
    return EventFacts(
        id=event_id,
        code=code,
        status=EventStatus.OPEN,
        visibility=Visibility.PRIVATE,
        language=found.language or "",
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        capacity=max(private_capacity(found, now), size),
        taken=size,
        version=1,
        format=found.offering.format,
        kind=found.offering.kind,
        theme=found.offering.theme,
        time_zone=found.station.time_zone,
    )


def _book_held(
    asked: BookingRequest,
    found: Situation,
    answered: Decision,
    key: Key,
    held: BookingFacts,
    now: datetime,
    by: By,
) -> dict[str, Any]:
    """The hold becomes the booking, under its reference; the number of people may have changed meanwhile."""
    event = held.event
    booked = facts_of_new(held.reference, asked, found, event, answered, now)
    answer = answer_of(booked)
    with transaction() as session:
        put_key(session, key, answer, now)
        group = organisation_of(session, asked)
        values = group_values(group, asked, event.language) | _columns(booked, found, now)
        group_is_still_free(session, asked, found, held.reference, group)
        lock_events(session, [event.id])
        statement = update(_BOOKING).where(
            _BOOKING.c.reference == held.reference,
            _BOOKING.c.status == BookingStatus.ON_HOLD,
            _BOOKING.c.hold_expires_at > now,
        )
        if changed_one_group(session, statement.values(**values, version=_BOOKING.c.version + 1)) != 1:
            raise Stale
        _tell(session, booked, now, by, event.id if event.visibility is Visibility.PRIVATE else 0)
        if event.visibility is Visibility.PRIVATE and asked.theme:
            session.execute(update(_EVENT).where(_EVENT.c.id == event.id).values(theme=asked.theme))
        more = (asked.size or 0) - (held.size or 0)
        take_places(session, event.id, event.version, more, [EventStatus.OPEN, EventStatus.PLANNED])
        if more > 0:
            keep_limits(session, found, event.id, MORE_PEOPLE)
    return answer


def changed_one_group(session: Session, statement: Any) -> int:  # noqa: ANN401  an UPDATE of bookings
    """How many rows changed; where the same group holds the event already (a unique index says so), Stale."""
    try:
        return changed(session, statement)
    except IntegrityError as error:
        raise Stale from error


def _columns(booked: BookingFacts, found: Situation, now: datetime) -> dict[str, object]:
    return {
        "status": booked.status,
        "invited": booked.status is BookingStatus.CONFIRMED,
        "answer_by": booked.answer_by,
        "waiting_since": booked.waiting_since,
        "hold_expires_at": None,
        "requested_on": zones.local_date(now, found.station.time_zone),
        "changed_at": now,
    }


def _tell(session: Session, booked: BookingFacts, now: datetime, by: By, own_event: int) -> None:
    """One line of the audit trail, one mail, and one to the guide of an event of the group's own (its id, or 0)."""
    made = {"exceptions": list(by.made)} if by.made else {}
    audit(
        session,
        at=now,
        actor=by.actor,
        action="booking.book",
        subject=f"booking:{booked.reference}",
        station_code=booked.station.code,
        after={"status": booked.status.value, "size": booked.size, "event": booked.event.code, **made},
    )
    if by.made:
        keep_exception(session, booked, by.exception, by.made, now, by.actor)
    mails = messages_to_guides(session, [own_event], now, people=booked.size) if own_event else []
    if booked.contact.email:
        confirmed = booked.status is BookingStatus.CONFIRMED
        mails.append(message(_KINDS[booked.status], booked, now, method=REQUEST if confirmed else ""))
    queue(session, mails)


def answer_of(booked: BookingFacts) -> dict[str, Any]:
    """The body of the answer, without its token: that is derived whenever the answer is given."""
    start = zones.to_local(booked.event.starts_at, booked.station.time_zone)
    return {
        "reference": booked.reference,
        "status": booked.status.value,
        "event_id": booked.event.code,
        "starts_at": start.isoformat(),
        "size": booked.size,
    }


__all__ = ["Action", "Booked", "again_if_stale", "answer_deadline", "book", "status_for"]
