"""What a client may do in a race: each action calls one service and gives back something that can be sent."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from booking import clock
from booking.bookings.closing import ClosureWish, Order
from booking.bookings.closing_terms import Choice
from booking.bookings.planning import EventsWish
from booking.bookings.services import (
    accept_request,
    answer_offer,
    answer_request,
    answering,
    book,
    cancel,
    change,
    closure_declare,
    closure_undo,
    expire,
    group_answers,
    hold,
    merge,
    plan,
    reschedule,
    series,
    undo,
    visit_answer,
    visit_book,
    visit_group,
    waiting,
    write_groups,
)
from booking.bookings.survey import EventChange, Scope
from booking.bookings.terms import (
    BookingRefused,
    BookingRequest,
    Conflict,
    Contact,
    KeyReused,
    OrganisationType,
    UnknownBooking,
    WishedTime,
)
from booking.catalogue.services import interest
from booking.catalogue.services.offerings import By
from booking.db import db
from booking.guiding import jobs
from booking.guiding.services import offers as answers
from booking.guiding.services import sick
from booking.notices.worker import Worker
from booking.scheduling.models import Assignment, Event, Guide, Offer
from booking.scheduling.services import assign as scheduling
from booking.scheduling.services import co_hosts, offers, partners
from booking.scheduling.services import cover as scheduling_cover
from booking.scheduling.terms import (
    AssignmentStatus,
    HostTaken,
    NotJoint,
    OfferGone,
    OfferStatus,
    PartnerOvertaken,
    TooLate,
    UnknownEvent,
    Visibility,
)
from tests.builders import NOW


@dataclass(frozen=True)
class Call:
    """One thing that a client asks for."""

    action: str
    about: dict[str, Any]
    late_s: float = 0.0
    """How long the client waits before it asks."""


@dataclass(frozen=True)
class Outcome:
    """What became of a call: ok, refused (by a rule), conflict (with the state), reused (a key) or error."""

    call: Call
    result: str
    value: Any
    began: float
    ended: float
    lane: int


@dataclass(frozen=True)
class Booked:
    """An acknowledged booking; `answer` is the body as it would be sent."""

    reference: str
    answer: str
    replayed: bool


def wish(number: object, **values: Any) -> BookingRequest:  # noqa: ANN401  any field
    """A group of grown-ups from Seoul with a school and an address of its own."""
    request = BookingRequest(
        size=1,
        language="en",
        organisation=f"Inventedford School {number}",
        organisation_type=OrganisationType.SCHOOL,
        country="KR",
        youngest_age=20,
        contact=Contact("Ada Invented", f"ada{number}@example.org", "en", "Asia/Seoul"),
        technical_contact=True,
    )
    return replace(request, **values)


def at(instant: datetime) -> WishedTime:
    """A start written in UTC."""
    return WishedTime(instant.isoformat(), instant.astimezone(UTC).replace(tzinfo=None), timedelta(0), is_utc=True)


def _book(request: BookingRequest, key: str, hold: str = "", now: datetime = NOW) -> Booked:
    booked = book.book(request, key=key, now=now, hold=hold)
    return Booked(booked.reference, json.dumps(booked.answer), booked.replayed)


def _hold(request: BookingRequest, now: datetime = NOW) -> str:
    return hold.hold(request, now=now).reference


def _cancel(reference: str, now: datetime = NOW) -> int:
    return cancel.cancel(reference, now=now, late=True).version


def _change_size(reference: str, size: int, now: datetime = NOW) -> int:
    changed = change.change_size(reference, size=size, accompanying_adults=None, now=now, late=True)
    return changed.version


def _move(reference: str, target: BookingRequest, now: datetime = NOW) -> tuple[int, str]:
    moved = change.move(reference, target, now=now, late=True)
    return moved.version, moved.event.code


def _close(wish: ClosureWish, rest: str = "cancel", now: datetime = NOW) -> tuple[str, ...]:
    """Close the premises; `rest` says what becomes of the events."""
    order = Order((wish,), now, "desk", now + timedelta(days=2), rest=Choice(rest))
    return closure_declare.declare(order).bookings


def _set_capacity(event: str, capacity: int, now: datetime = NOW) -> None:
    reschedule.set_capacity(event, capacity, now=now, actor="desk")


def _move_event(event: str, starts_at: datetime, now: datetime = NOW) -> None:
    reschedule.move_event(event, starts_at, now=now, actor="desk")


def _cancel_events(event: str, scope: str, now: datetime = NOW) -> tuple[str, ...]:
    return series.cancel_events(series.Order(event, Scope(scope), now, "desk"), "The hall is closed.").events


def _change_events(event: str, scope: str, hour: int, now: datetime = NOW) -> tuple[str, ...]:
    """Move it, and what goes along, to another hour of its day."""
    local = db.session.execute(select(Event.starts_local).where(Event.code == event)).scalar_one()
    starts = datetime.fromisoformat(local).replace(hour=hour)
    return series.change_events(series.Order(event, Scope(scope), now, "desk"), EventChange(starts=starts)).events


def _assign(event: str, guide: str, now: datetime = NOW) -> None:
    scheduling.assign_guide(event, guide, now=now, actor="desk")


def _assign_any(guide: str, now: datetime = NOW) -> None:
    """Give the guide the private event made last, such as a group may be moving away from at this moment."""
    newest = select(Event.code).where(Event.visibility == Visibility.PRIVATE).order_by(Event.id.desc()).limit(1)
    code = db.session.execute(newest).scalar()
    if code is not None:
        scheduling.assign_guide(code, guide, now=now, actor="desk")


def _unassign(event: str, now: datetime = NOW) -> None:
    scheduling.unassign(event, now=now, actor="desk")


def _offer(now: datetime = NOW) -> int:
    """What a worker does at every round: offers that ran out, then the next in turn."""
    offers.end_offers(now)
    return jobs.offer_uncovered(now)


def _accept(offer: int, guide: int, now: datetime = NOW) -> str:
    return answers.accept(offer, guide, now=now, actor="guide link")


def _accept_any(guide: str, now: datetime = NOW) -> str:
    """The guide takes whatever is offered, if anything is."""
    waiting = (Guide.code == guide, Offer.status == OfferStatus.PENDING)
    joined = select(Offer.id, Guide.id).join(Guide, Guide.id == Offer.guide_id).where(*waiting)
    row = db.session.execute(joined.order_by(Offer.id.desc()).limit(1)).first()
    return answers.accept(row[0], row[1], now=now, actor="guide link") if row else ""


def _cover(event: str, now: datetime = NOW) -> int:
    """Whoever gives the event asks for cover."""
    return scheduling_cover.ask_for_cover(event, _giver(event), now=now, actor="guide")


def _sick(guide: str, now: datetime) -> tuple[str, ...]:
    """The guide is ill, and soon is not."""
    number = db.session.execute(select(Guide.id).where(Guide.code == guide)).scalar_one()
    released = sick.report_sick(number, now=now, actor="guide")
    sick.undo_sick(number, now=now, actor="guide")
    return released


def _giver(event: str) -> int:
    active = (Event.code == event, Assignment.status == AssignmentStatus.ACTIVE)
    joined = select(Assignment.guide_id).join(Event, Event.id == Assignment.event_id).where(*active)
    return db.session.execute(joined).scalar() or 0


def _seen(reference: str, version: int, now: datetime) -> answering.Answer:
    return answering.Answer(reference, version, now, "desk")


def _accept_request(reference: str, version: int, guide: str, now: datetime = NOW) -> int:
    return accept_request.accept_request(_seen(reference, version, now), guide).version


def _refuse_request(reference: str, version: int, now: datetime = NOW) -> int:
    return answer_request.refuse_request(_seen(reference, version, now), "Nobody speaks about this.").version


def _propose_time(reference: str, version: int, starts_at: datetime, now: datetime = NOW) -> int:
    seen, until = _seen(reference, version, now), now + timedelta(days=3)
    return answer_request.propose_time(seen, starts_at, until).version


def _accept_wish(reference: str, version: int, guide: str, starts_at: datetime, now: datetime = NOW) -> int:
    return visit_book.accept_wish(_seen(reference, version, now), visit_book.Chosen(starts_at, guide)).version


def _propose_for_visit(reference: str, version: int, starts_at: datetime, now: datetime = NOW) -> int:
    chosen = visit_book.Chosen(starts_at, until=now + timedelta(days=3))
    return visit_book.propose_for_visit(_seen(reference, version, now), chosen).version


def _refuse_visit(reference: str, version: int, now: datetime = NOW) -> int:
    return visit_answer.refuse_visit(_seen(reference, version, now), "Nobody speaks about this.").version


def _withdraw_visit(reference: str, version: int, now: datetime = NOW) -> int:
    return visit_group.withdraw_visit(answering.Answer(reference, version, now)).version


def _accept_places(reference: str, now: datetime = NOW) -> int:
    """A group in line takes what it is offered."""
    return answer_offer.accept_offer(reference, now=now).version


def _offer_places(now: datetime = NOW) -> int:
    """What a worker does for lines at every round."""
    return expire.end_requests(now) + waiting.offer_free_places(now)


def _end_holds(now: datetime) -> int:
    return expire.end_holds(now)


def _send() -> int:
    """A batch of the mails that are due, into the folder; how many."""
    with clock.frozen(NOW):
        return Worker(current_app._get_current_object(), lease=timedelta(minutes=5)).send_due()  # type: ignore[attr-defined]  # noqa: SLF001  Flask's own name


def _merge(kept: int, merged: int, now: datetime = NOW) -> int:
    return merge.merge_organisations(merge.MergeOrder(kept, merged, now, "desk"))


def _write(subject: str, event: int, now: datetime = NOW) -> int:
    draft = write_groups.Draft({"en": write_groups.Text(subject, "Bring maps, {name}.")}, frozenset({event}))
    return write_groups.write_to_groups(draft, state="", now=now, actor="desk")


def _undo(reference: str, version: int, now: datetime = NOW) -> int:
    return undo.undo_cancellation(reference, version=version, now=now, actor="desk").version


def _take_proposal(reference: str, version: int, now: datetime = NOW) -> int:
    return group_answers.take_proposal(answering.Answer(reference, version, now)).version


def _undo_closure(operation: str, now: datetime = NOW) -> tuple[str, ...]:
    return closure_undo.undo(operation, now=now, actor="desk").bookings


def _put(wish: EventsWish, now: datetime = NOW) -> tuple[str, ...]:
    """The desk puts the events of a series on the calendar that nothing stands against; their codes."""
    return plan.put_on_calendar(wish, None, now=now, actor="desk").events


def _tell_interested(offering: str, now: datetime = NOW) -> int:
    return interest.tell(offering, By("desk", now))


def _co_host(event: str, station: str, guide: str, now: datetime = NOW) -> None:
    co_hosts.set_co_host(partners.Deed(event, station, now, "desk"), guide)


def _withdraw_partner(event: str, station: str, now: datetime = NOW) -> None:
    partners.withdraw(partners.Deed(event, station, now, "desk"), "Everybody is ill.")


def _take_back_partner(event: str, station: str, now: datetime = NOW) -> None:
    partners.take_back(partners.Deed(event, station, now, "desk"), "The panel is full.")


ACTIONS: dict[str, Callable[..., Any]] = {
    "co_host": _co_host,
    "withdraw_partner": _withdraw_partner,
    "take_back_partner": _take_back_partner,
    "put": _put,
    "take_proposal": _take_proposal,
    "tell_interested": _tell_interested,
    "undo_closure": _undo_closure,
    "merge": _merge,
    "write": _write,
    "undo": _undo,
    "book": _book,
    "hold": _hold,
    "cancel": _cancel,
    "change_size": _change_size,
    "move": _move,
    "close": _close,
    "set_capacity": _set_capacity,
    "move_event": _move_event,
    "cancel_events": _cancel_events,
    "change_events": _change_events,
    "assign": _assign,
    "assign_any": _assign_any,
    "unassign": _unassign,
    "offer": _offer,
    "accept": _accept,
    "accept_any": _accept_any,
    "cover": _cover,
    "accept_request": _accept_request,
    "refuse_request": _refuse_request,
    "propose_time": _propose_time,
    "accept_wish": _accept_wish,
    "propose_for_visit": _propose_for_visit,
    "refuse_visit": _refuse_visit,
    "withdraw_visit": _withdraw_visit,
    "sick": _sick,
    "end_holds": _end_holds,
    "accept_places": _accept_places,
    "offer_places": _offer_places,
    "send": _send,
}


CONFLICTS = (Conflict, HostTaken, NotJoint, OfferGone, PartnerOvertaken, TooLate, UnknownEvent, UnknownBooking)


def attempt(call: Call) -> tuple[str, Any]:
    """Do it in a session of its own: what became of it, and what it gave or why it was refused."""
    try:
        return "ok", ACTIONS[call.action](**call.about)
    except BookingRefused as error:
        return "refused", tuple(refusal.rule for refusal in error.refusals)
    except KeyReused:
        return "reused", None
    except reschedule.OverCapacity as error:
        return "conflict", tuple((booking.reference, booking.size) for booking in error.bookings)
    except CONFLICTS as error:
        return "conflict", type(error).__name__
    except Exception as error:  # noqa: BLE001  the race goes on, and the test fails for it
        return "error", f"{type(error).__name__}: {error}"
    finally:
        db.session.remove()
