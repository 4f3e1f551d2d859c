"""A request that held no time becomes a booking of the same reference: a wish is accepted, or a time proposed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import audit
from booking.bookings.messages import REQUEST, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.situation import is_hosted, situation
from booking.bookings.queries.visit_requests import VisitFacts
from booking.bookings.rules import Decision, Situation, decide
from booking.bookings.services.accept_request import HostNeeded, NotPermitted
from booking.bookings.services.answering import Answer, check, note
from booking.bookings.services.book import (
    again_if_stale,
    changed_one_group,
    event_made,
    facts_of_new,
    list_needed,
)
from booking.bookings.services.limited import keep_limits
from booking.bookings.services.once_more import group_is_still_free
from booking.bookings.services.visit_answer import open_visit, turned, write_visit
from booking.bookings.services.writing import (
    Stale,
    event_code,
    group_values,
    insert_booking,
    make_private_event,
    organisation_of,
)
from booking.bookings.terms import (
    Action,
    BookingRefused,
    BookingRequest,
    BookingStatus,
    Conflict,
    NoteKind,
    RequestStatus,
    UnknownTime,
)
from booking.catalogue.terms import Kind
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw
from booking.scheduling.models import Event
from booking.scheduling.services.assign import guide_of_code
from booking.scheduling.services.telling import tell_guides
from booking.scheduling.terms import EventStatus, HostTaken

_BOOKING, _EVENT = table_of(Booking), table_of(Event)
UNDECIDED = Decision([], [], needs_person=True)


@dataclass(frozen=True)
class Chosen:
    """What a request becomes: a time of an offering, given by somebody. Empty: as the group asked, whoever is free."""

    starts_at: datetime
    guide: str = ""
    offering: str = ""
    language: str = ""
    permitted: bool = False
    """Protocol has agreed to a courtesy visit (CLO-03)."""
    exception: str = ""
    """Why a rule that allows it is not kept."""
    until: datetime | None = None
    """Until when a proposed time is held."""
    text: str = ""


@dataclass(frozen=True)
class _Made:
    """The booking that is about to be written, and what it rests on."""

    visit: VisitFacts
    asked: BookingRequest
    found: Situation
    booked: BookingFacts
    exceptions: list[str]


def accept_wish(answer: Answer, chosen: Chosen) -> BookingFacts:
    """Confirm the request at one of its wishes, or at another time the group agreed to.

    Raises BookingRefused, Conflict, NotPermitted, HostNeeded, HostTaken, UnknownTime, UnknownBooking.
    """
    return again_if_stale(lambda: _book_once(answer, chosen, BookingStatus.CONFIRMED))


def propose_for_visit(answer: Answer, chosen: Chosen) -> BookingFacts:
    """Hold a time for the group until an instant, a guide included; another offering, such as a tour, if need be.

    Raises as `accept_wish` does; LANG-06 where nobody is free.
    """
    return again_if_stale(lambda: _book_once(answer, chosen, BookingStatus.PROPOSED))


def _book_once(answer: Answer, chosen: Chosen, status: BookingStatus) -> BookingFacts:
    visit = open_visit(answer)
    asked = visit.as_request(chosen.starts_at, chosen.offering, chosen.language)
    if not asked.offering:
        raise Conflict(answer.reference)
    found = situation(asked, answer.now, except_reference=answer.reference)
    if chosen.offering and found.station.id != visit.station.id:
        raise UnknownTime(chosen.offering)  # another desk's: it is handed on first
    action = Action.ACCEPT if status is BookingStatus.CONFIRMED else Action.PROPOSE
    made = check(asked, found, answer.now, action, chosen.exception)
    if found.offering.kind is Kind.COURTESY_VISIT and not chosen.permitted:
        raise NotPermitted(answer.reference)
    found = replace(found, free_hosts=_hosts(asked, found, chosen, answer.now, status))
    asked = replace(asked, participant_list=list_needed(found))
    plan = _Made(visit, asked, found, _as_booking(visit, asked, found, chosen, status, answer.now), made)
    with transaction() as session:
        booked = _write(session, plan, answer.now)
        after = turned(visit, RequestStatus.BOOKED)
        write_visit(session, visit, replace(after, suggested_theme="", no_speaker_at=None), answer.now)
        _tell(session, answer, chosen, plan, booked)
    return booked


def _hosts(
    asked: BookingRequest, found: Situation, chosen: Chosen, now: datetime, status: BookingStatus
) -> tuple[int, ...]:
    """Who may give it: the one named, if free; for a proposal whoever is."""
    if not is_hosted(found.offering):
        return ()
    if chosen.guide:
        guide = guide_of_code(db.session(), chosen.guide)
        if guide is None or guide not in found.free_hosts:
            raise HostTaken(chosen.guide)
        return (guide,)
    if status is BookingStatus.CONFIRMED:
        raise HostNeeded(asked.offering)
    if not found.free_hosts:
        warned = decide(asked, found, now, Action.PROPOSE, waived=("LEAD-01", "LANG-02")).warnings
        raise BookingRefused([one for one in warned if one.rule == "LANG-06"])
    return found.free_hosts


def _as_booking(
    visit: VisitFacts, asked: BookingRequest, found: Situation, chosen: Chosen, status: BookingStatus, now: datetime
) -> BookingFacts:
    """The booking in its first status, or in its next one where it was parked while the group asked for other times."""
    parked = booking_by_reference(db.session(), visit.reference)
    event = event_made(0, event_code(found), found, visit.size, now)
    fresh = facts_of_new(visit.reference, asked, found, event, UNDECIDED, now)
    is_sure = status is BookingStatus.CONFIRMED
    until = None if is_sure else min(chosen.until or event.starts_at, event.starts_at)
    return replace(
        fresh,
        id=parked.id if parked else 0,
        status=status,
        answer_by=until,
        invited=is_sure or bool(parked and parked.invited),
        generation=parked.generation if parked else visit.generation,
        sequence=parked.sequence + 1 if parked else 0,
        version=parked.version + 1 if parked else 1,
    )


def _write(session: Session, plan: _Made, now: datetime) -> BookingFacts:
    """The event with its host, then the booking: inserted, or taken up again."""
    booked, asked, found = plan.booked, plan.asked, plan.found
    made = make_private_event(session, found, asked.size or 0, now, theme=asked.theme, code=booked.event.code)
    group = organisation_of(session, asked)
    group_is_still_free(session, asked, found, booked.reference, group)
    values: dict[str, Any] = group_values(group, asked, booked.event.language) | {
        "event_id": made.id,
        "status": booked.status,
        "invited": booked.invited,
        "answer_by": booked.answer_by,
        "generation": booked.generation,
        "sequence": booked.sequence,
        "version": booked.version,
        "requested_on": zones.local_date(plan.visit.created_at or now, booked.station.time_zone),
        "changed_at": now,
    }
    if booked.id:
        same = (_BOOKING.c.id == booked.id, _BOOKING.c.version == booked.version - 1)
        parked = update(_BOOKING).where(*same, _BOOKING.c.status == BookingStatus.WITHDRAWN)
        if changed_one_group(session, parked.values(values)) != 1:
            raise Stale
    else:
        insert_booking(session, values | {"reference": booked.reference, "created_at": plan.visit.created_at or now})
    if made.host_id is None:
        session.execute(update(_EVENT).where(_EVENT.c.id == made.id).values(status=EventStatus.OPEN))
    keep_limits(session, found, made.id)
    tell_guides(session, [made.id], now)
    return replace(booked, event=replace(booked.event, id=made.id))


def _tell(session: Session, answer: Answer, chosen: Chosen, plan: _Made, booked: BookingFacts) -> None:
    is_sure = booked.status is BookingStatus.CONFIRMED
    is_courtesy = plan.found.offering.kind is Kind.COURTESY_VISIT
    audit(
        session,
        at=answer.now,
        actor=answer.actor,
        action="booking.accept" if is_sure else "booking.propose",
        subject=subject_of(booked.reference),
        station_code=booked.station.code,
        before={"status": plan.visit.status.value},
        after={
            "status": booked.status.value,
            "event": booked.event.code,
            "exceptions": plan.exceptions,
            **({"protocol": True} if is_courtesy else {}),
        },
    )
    if plan.exceptions:
        note(session, answer, plan.visit, NoteKind.EXCEPTION, chosen.exception, plan.exceptions)
    if chosen.text:
        note(session, answer, plan.visit, NoteKind.PROPOSAL, chosen.text)
    if booked.contact.email:
        withdraw(session, subject_of(booked.reference))
        kind, method = ("booking_confirmed", REQUEST) if is_sure else ("request_proposed", "")
        queue(session, [message(kind, booked, answer.now, method=method, reason=chosen.text)])
