"""What a declaration writes, all rows locked: a fixed number of statements, with rows that are ready for most."""

from sqlalchemy import case, insert, literal, select, update
from sqlalchemy.orm import Session

from booking.bookings.closing import ClosureWish, Declared
from booking.bookings.closing_terms import OperationState
from booking.bookings.messages import subject_of
from booking.bookings.models import Booking, ClosureOperation, ClosureStep
from booking.bookings.queries.closing import in_days
from booking.bookings.services.closure_events import move_guides, stop_events
from booking.bookings.services.closure_partners import partners_go_along, tell_leaders
from booking.bookings.services.closure_plan import Closing, announced_on, to_json
from booking.bookings.services.closure_ready import Ready, step, steps_ready
from booking.bookings.services.limited import fit_to_limits
from booking.bookings.services.writing import Stale, changed
from booking.bookings.terms import BookingStatus
from booking.bulk import Rows, run
from booking.catalogue.models import Station
from booking.catalogue.terms import Format
from booking.db import table_of
from booking.i18n import Translated
from booking.notices.models import Notice
from booking.notices.services import queue_ready, withdraw_all
from booking.notices.terms import NoticeState
from booking.scheduling.models import Closure, Event
from booking.scheduling.services.in_step import keep_in_step

_EVENT, _BOOKING, _STATION, _NOTICE = table_of(Event), table_of(Booking), table_of(Station), table_of(Notice)
_CLOSURE, _OPERATION, _STEP = table_of(Closure), table_of(ClosureOperation), table_of(ClosureStep)
_NEW = _EVENT.alias("new_event")
_UNSENT = (NoticeState.QUEUED, NoticeState.SENDING)


def write(session: Session, ready: Ready, *, prepared: bool) -> Declared:
    """Write all of it in the caller's transaction. Raises Stale, HostTaken, RoomTaken."""
    closing, now = ready.closing, ready.closing.order.now
    for code, wish in zip(ready.codes, closing.order.wishes, strict=True):
        _write_closure(session, closing, wish, code)
    operation = _write_operation(session, closing, ready.code, prepared=prepared)
    run(session, ready.events)
    move_guides(session, closing, ready.guides, ready.moved, ready.given)
    run(session, ready.steps)
    _write_bookings(session, closing, operation)
    stop_events(session, closing)
    _limit_groups(session, ready)
    partners_go_along(session, operation, now, closing.order.actor)
    tell_leaders(session, closing)
    keep_in_step(session, _touched(session, closing, operation), now, actor=closing.order.actor)
    run(session, ready.lines)
    _tell(session, operation, ready.letters)
    groups = tuple(booking.reference for one in closing.chosen for booking in (*one.hit.bookings, *one.hit.line))
    return Declared(ready.code, ready.codes, tuple(one.hit.event.code for one in closing.chosen), groups)


def _touched(session: Session, closing: Closing, operation: int) -> set[int]:
    """The ids of the events that it stopped, and of those that take their groups."""
    mine = (_STEP.c.operation_id == operation, _STEP.c.new_event_id.is_not(None), _STEP.c.booking_id.is_(None))
    made = session.execute(select(_STEP.c.new_event_id).where(*mine)).scalars()
    return {*(one.hit.event.id for one in closing.chosen), *made}


def _write_closure(session: Session, closing: Closing, wish: ClosureWish, code: str) -> None:
    """The closure's row, or the new end of the one that goes on; and whatever was decided before is looked at again."""
    station_id = closing.preview.station.id
    session.execute(update(_STATION).where(_STATION.c.id == station_id).values(version=_STATION.c.version + 1))
    if wish.extends:
        mine = update(_CLOSURE).where(_CLOSURE.c.code == wish.extends, _CLOSURE.c.lifted_at.is_(None))
        if changed(session, mine.values(ends_on=wish.ends_on)) != 1:
            raise Stale
        return
    row = {
        "code": code,
        "station_id": station_id,
        "type": wish.type,
        "starts_on": wish.starts_on,
        "ends_on": wish.ends_on,
        "announced_on": wish.announced_on,
        "blocks_formats": list(wish.blocks_formats),
        "allows": list(wish.allows),
        "distanced_capacity": wish.distanced_capacity,
        "message": wish.reason,
        "conditions": Translated(wish.conditions) if wish.conditions else None,
        "source": "",
    }
    session.execute(insert(_CLOSURE).values(row))


def _write_operation(session: Session, closing: Closing, code: str, *, prepared: bool) -> int:
    order = closing.order
    done = {"state": OperationState.DONE, "done_at": order.now}
    if prepared:
        waits = (_OPERATION.c.code == code, _OPERATION.c.state == OperationState.PREPARED)
        found = session.execute(update(_OPERATION).where(*waits).values(done).returning(_OPERATION.c.id)).scalar()
        if found is None:
            raise Stale
        return int(found)
    row = {
        "code": code,
        "station_id": closing.preview.station.id,
        "created_at": order.now,
        "created_by": order.actor,
        "due_on": announced_on(order),
        "answer_by": order.answer_by,
        "plan": to_json(order),
        "withdrawn": {},
        **done,
    }
    return int(session.execute(insert(_OPERATION).values(row).returning(_OPERATION.c.id)).scalar_one())


def _write_bookings(session: Session, closing: Closing, operation: int) -> None:
    """Two statements for all of them; what they change is counted: the log and the bookings say the same."""
    mine = (_STEP.c.operation_id == operation, _STEP.c.booking_id == _BOOKING.c.id)
    waits = _BOOKING.c.status == BookingStatus.WAITING
    next_one = {
        "sequence": _BOOKING.c.sequence + 1,
        "version": _BOOKING.c.version + 1,
        "changed_at": closing.order.now,
    }
    goes = {
        "event_id": _STEP.c.new_event_id,
        "status": case((waits, BookingStatus.WAITING.value), else_=BookingStatus.PROPOSED.value),
        "answer_by": _STEP.c.answer_by,
        "waiting_since": case((waits, _BOOKING.c.waiting_since), else_=None),
        "language": _NEW.c.language,
        **next_one,
    }
    ended = {"status": BookingStatus.CANCELLED_BY_STATION, "answer_by": None, **next_one}
    done = changed(session, update(_BOOKING).where(*mine, _NEW.c.id == _STEP.c.new_event_id).values(goes))
    done += changed(session, update(_BOOKING).where(*mine, _STEP.c.new_event_id.is_(None)).values(ended))
    if done != sum(len(one.hit.bookings) + len(one.hit.line) for one in closing.chosen):
        raise Stale
    stopped = [one.hit.event.id for one in closing.chosen if one.hit.is_whole]
    held = update(_BOOKING).where(_BOOKING.c.event_id.in_(stopped), _BOOKING.c.status == BookingStatus.ON_HOLD)
    changed(session, held.values(status=BookingStatus.EXPIRED, hold_expires_at=None, **next_one))


def _limit_groups(session: Session, ready: Ready) -> None:
    """Distancing: nothing more is sold beyond the limit; what is taken already stays, and is listed as over."""
    closing = ready.closing
    here = (_EVENT.c.station_id == closing.preview.station.id, _EVENT.c.format == Format.IN_PERSON)
    for number, wish in enumerate(closing.order.wishes):
        if wish.distanced_capacity is None:
            continue
        days = in_days(_EVENT.c.starts_on, [(wish.starts_on, wish.ends_on)])
        fitted = fit_to_limits(session, closing.order.now, (*here, days), closing.order.actor)
        rows = [
            step(ready.code, ready.codes[number], {"capacity": one.event.capacity, "lowered": one.capacity})
            | {"event_id": one.event.id}
            for one in fitted
        ]
        run(session, steps_ready(session, rows))


def _tell(session: Session, operation: int, letters: Rows) -> None:
    """A mail to each group instead of those still unsent; which those were is kept for undo."""
    subject = literal(subject_of("")) + _BOOKING.c.reference
    groups = select(subject).join_from(_STEP, _BOOKING, _STEP.c.booking_id == _BOOKING.c.id)
    subjects = groups.where(_STEP.c.operation_id == operation)
    unsent = select(_NOTICE.c.id).where(_NOTICE.c.subject.in_(subjects), _NOTICE.c.state.in_(_UNSENT))
    ids = list(session.execute(unsent.order_by(_NOTICE.c.id).with_for_update()).scalars())
    withdraw_all(session, subjects)
    session.execute(update(_OPERATION).where(_OPERATION.c.id == operation).values(withdrawn={"ids": ids}))
    queue_ready(session, letters)
