"""Change events and call them off: one, it and the following ones of its series, or all of them; all or nothing.

Every booking is told once, in a mail of its own with its own invitation, and every guide once for each event: a
calendar takes one entry from one mail, so a contact with several bookings in a series gets a mail for each of them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit_many
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.close import cancel_bookings, cancel_message
from booking.bookings.services.limited import fit_to_limits
from booking.bookings.services.moving import Shift, move_events
from booking.bookings.services.plan import once
from booking.bookings.services.reschedule import OverCapacity
from booking.bookings.services.waiting import offer_places
from booking.bookings.services.writing import Key, hold_station, put_key
from booking.bookings.survey import NOTHING, EventChange, Item, Overtaken, Scope, Stopped, Survey, survey
from booking.bookings.terms import TAKES_PLACES, Conflict
from booking.catalogue.queries import station_named
from booking.db import db, table_of, transaction
from booking.i18n import Translated
from booking.notices.services import queue, withdraw_all
from booking.scheduling import series as rhythm
from booking.scheduling.models import Event
from booking.scheduling.queries.desk import DeskEvent, desk_event, etag_of
from booking.scheduling.services import in_step
from booking.scheduling.services.assign import again_if_hosts_changed
from booking.scheduling.services.events import lock_with_hosts, put_on, take_off
from booking.scheduling.services.series import Plan, lock_series, plan_of_series, save_plan, split_series
from booking.scheduling.terms import EventStatus

_EVENT = table_of(Event)


class LanguageIsTaken(Conflict):
    """Groups have booked in the present language: the bookings, so that the desk can ask them."""

    def __init__(self, bookings: list[BookingFacts]) -> None:
        super().__init__(", ".join(booking.reference for booking in bookings))
        self.bookings = bookings


@dataclass(frozen=True)
class Order:
    """What the desk wants done, to which events, and as whom."""

    event: str
    """Code of the event that is looked at."""
    scope: Scope
    now: datetime
    actor: str
    chosen: frozenset[str] | None = None
    """Codes of the events to change; None: all but those that were moved by hand."""
    state: str = ""
    """The `Survey.state` that was confirmed; empty for any."""
    match: str = ""
    """The `etag_of` the event alone that was read; empty for any."""
    key: str = ""
    """Given once for each page that asks for confirmation: sent twice, it is done once."""


@dataclass(frozen=True)
class Done:
    """What was done: codes of the events, references of the bookings that were told, and the series they are in."""

    events: tuple[str, ...] = ()
    bookings: tuple[str, ...] = ()
    series: str = ""
    replayed: bool = False


def look(event: str, change: EventChange, scope: Scope, chosen: Collection[str] | None, now: datetime) -> Survey:
    """What a change would hit, storing nothing; a cancellation is NOTHING. Raises what `survey` raises."""
    session = db.session()
    found = desk_event(session, event)
    plan = plan_of_series(session, found.series_id) if found and found.series_id else None
    return survey(session, event, change, scope, chosen, plan, now)


def change_events(order: Order, change: EventChange) -> Done:
    """Make the change. Raises Stopped, Overtaken, NoSeries, OverCapacity, LanguageIsTaken, BadPattern, HostTaken.

    Also UnknownEvent, UnknownGuide, BookingRefused (a language that is not given), KeyReused, and Conflict for an event
    that is over.
    """

    def write(session: Session, seen: Survey, plan: Plan | None) -> Done:
        return _change(session, seen, plan, order)

    return _do(order, change, write)


def cancel_events(order: Order, reason: str) -> Done:
    """Call the events off; their groups are told the reason, and where to find another time. Raises as above."""

    def write(session: Session, seen: Survey, plan: Plan | None) -> Done:
        return _cancel(session, seen, plan, order, reason)

    return _do(order, NOTHING, write)


def _do(order: Order, change: EventChange, write: Callable[[Session, Survey, Plan | None], Done]) -> Done:
    told = {"event": order.event, "scope": order.scope, "chosen": sorted(order.chosen or ()), "state": order.state}
    key = Key.of(order.key, order.actor, told) if order.key else None

    def attempt() -> Done:
        found: list[Done] = []
        again_if_hosts_changed(lambda: found.append(_locked(order, change, write, key)))
        return found[-1]

    return once(key, lambda: again_if_stale(attempt), lambda code: Done(series=code, replayed=True))


def _locked(
    order: Order, change: EventChange, write: Callable[[Session, Survey, Plan | None], Done], key: Key | None
) -> Done:
    """Hold all that is touched, in everybody's order, look once more, and write."""
    before = look(order.event, change, order.scope, order.chosen, order.now)
    station = station_named(db.session(), before.event.station)
    assert station is not None  # noqa: S101  an event has one
    with transaction() as session:
        if key:
            put_key(session, key, {"reference": before.event.series or order.event}, order.now)
        hold_station(session, station)
        plan = lock_series(session, before.event.series_id) if before.event.series_id else None
        ids = [item.event.id for item in before.items]
        lock_with_hosts(session, ids, [before.guide.id] if before.guide else [])
        seen = survey(session, order.event, change, order.scope, order.chosen, plan, order.now)
        if {item.event.id for item in seen.items} != set(ids) or not _is_as_read(order, seen):
            raise Overtaken(seen)
        if seen.stopped or not seen.chosen:
            raise Stopped(seen)
        return write(session, seen, plan)


def _is_as_read(order: Order, seen: Survey) -> bool:
    return order.state in {"", seen.state} and order.match in {"", etag_of(seen.event)}


def _change(session: Session, seen: Survey, plan: Plan | None, order: Order) -> Done:
    change = seen.change
    ids = [item.event.id for item in seen.chosen]
    _require_room(session, seen)
    audit_many(session, [one for item in seen.chosen for one in _changes(item.event, seen, order)])
    values = _columns(change)
    if values:
        session.execute(update(_EVENT).where(_EVENT.c.id.in_(ids)).values(values))
    _let_go(session, seen)
    shifts = [_shift(item, seen) for item in seen.chosen if item.is_moved]
    told = move_events(session, shifts, order.now, order.actor)
    if shifts or change.capacity is not None:
        fit_to_limits(session, order.now, [_EVENT.c.id.in_(ids)], order.actor)
    for event_id in ids if change.capacity is not None else ():
        offer_places(session, event_id, order.now, actor=order.actor)
    _take_on(session, seen)
    in_step.keep_in_step(session, ids, order.now, actor=order.actor)
    code = _keep_pattern(session, seen, plan, order)
    return Done(tuple(item.event.code for item in seen.chosen), tuple(one.reference for one in told), code)


def _require_room(session: Session, seen: Survey) -> None:
    """Fewer places than are taken, or another language than groups have booked, are refused with the list."""
    change = seen.change
    small = [
        item.event.id for item in seen.chosen if change.capacity is not None and item.event.taken > change.capacity
    ]
    if small:
        raise OverCapacity(bookings_in(session, small, TAKES_PLACES))
    others = [item.event.id for item in seen.chosen if change.language not in {None, item.event.language}]
    booked = bookings_in(session, others, TAKES_PLACES) if others else []
    if booked:
        raise LanguageIsTaken(booked)


def _columns(change: EventChange) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if change.language is not None:
        values |= {"language": change.language, "version": _EVENT.c.version + 1}
    if change.capacity is not None:
        values |= {"capacity": change.capacity, "own_capacity": None}
    if change.title is not None:
        values["title"] = Translated(change.title) if change.title else None
    if change.visibility is not None:
        values["visibility"] = change.visibility
    return values


def _let_go(session: Session, seen: Survey) -> None:
    """Guides who cannot come along, and all others where somebody else or nobody is to give the events."""
    new = seen.guide.id if seen.guide else 0
    pairs = {
        (item.event.id, guide.id)
        for item in seen.chosen
        for guide in item.event.guides
        if guide.id in item.cannot or (seen.change.guide is not None and guide.id != new)
    }
    if pairs:
        take_off(session, pairs)


def _take_on(session: Session, seen: Survey) -> None:
    """The new guide, for what that one can give and does not give yet."""
    if seen.guide is None:
        return
    able = [item for item in seen.chosen if not item.cannot and seen.guide not in item.event.guides]
    put_on(session, seen.guide.id, [_shift(item, seen).busy for item in able])


def _shift(item: Item, seen: Survey) -> Shift:
    event, starts_at = item.event, item.to.starts_at
    assert starts_at is not None  # noqa: S101  one that the clocks skip has stopped the change
    length, pause = event.ends_at - event.starts_at, seen.place[1].buffer_min
    return Shift(event.id, event.code, event.station, event.time_zone, event.starts_at, starts_at, length, pause)


def _changes(event: DeskEvent, seen: Survey, order: Order) -> list[Change]:
    """What is different about one event, but for its time: the move writes its own line."""
    change = seen.change
    given = {
        "language": (event.language, change.language),
        "capacity": (event.capacity, change.capacity),
        "title": (str(event.title or ""), change.title),
        "visibility": (event.visibility, change.visibility),
        "guide": ([guide.code for guide in event.guides], None if change.guide is None else [change.guide]),
    }
    different = {name: pair for name, pair in given.items() if pair[1] is not None and pair[0] != pair[1]}
    if not different:
        return []
    before, after = ({name: pair[side] for name, pair in different.items()} for side in (0, 1))
    return [_trail(order, event, "event.change", before=before, after=after)]


def _trail(order: Order, event: DeskEvent, action: str, **states: Any) -> Change:  # noqa: ANN401  JSON values
    return Change(
        at=order.now,
        actor=order.actor,
        action=action,
        subject=f"event:{event.code}",
        station_code=event.station,
        **states,
    )


def _keep_pattern(session: Session, seen: Survey, plan: Plan | None, order: Order) -> str:
    """The pattern as it is from now on: changed as a whole, or the series split where the change begins."""
    event = seen.event
    if seen.scope is Scope.ONE or plan is None or event.series_id is None:
        return event.series
    days = timedelta(days=(event.starts_local + seen.by).date().toordinal() - event.starts_local.date().toordinal())
    _move_days(session, seen, days)
    at = seen.starts[event.id]
    before, after = plan, plan
    is_split = seen.scope is Scope.FOLLOWING and at > rhythm.starts(plan.rhythm)[0]
    if is_split:
        earlier, later = rhythm.split(plan.rhythm, at)
        before, after = replace(plan, rhythm=earlier), replace(plan, rhythm=later)
    after = _changed_plan(after, seen)
    code = event.series
    if is_split:
        _, code = split_series(session, event.series_id, before, after, [item.event.id for item in seen.items])
    else:
        save_plan(session, event.series_id, after)
    trail = Change(
        at=order.now,
        actor=order.actor,
        action="series.split" if is_split else "series.change",
        subject=f"series:{event.series}",
        station_code=event.station,
        before=plan.to_json(),
        after={**after.to_json(), "series": code},
    )
    audit_many(session, [trail])
    return code


def _move_days(session: Session, seen: Survey, days: timedelta) -> None:
    """Each event stands for the start of the pattern that it stood for, should the pattern move by days."""
    if not days:
        return
    for item in seen.items:
        if item.event.occurrence_on is not None:
            values = {"occurrence_on": item.event.occurrence_on + days}
            session.execute(update(_EVENT).where(_EVENT.c.id == item.event.id).values(values))


def _changed_plan(plan: Plan, seen: Survey) -> Plan:
    change = seen.change
    return replace(
        plan,
        rhythm=rhythm.moved(plan.rhythm, seen.by) if seen.by else plan.rhythm,
        language=change.language or plan.language,
        capacity=plan.capacity if change.capacity is None else change.capacity,
        guide=plan.guide if change.guide is None else change.guide,
    )


def _cancel(session: Session, seen: Survey, plan: Plan | None, order: Order, reason: str) -> Done:
    events = [item.event for item in seen.chosen]
    ids = [event.id for event in events]
    values = {"status": EventStatus.CANCELLED, "taken": 0, "status_reason": reason, "version": _EVENT.c.version + 1}
    session.execute(update(_EVENT).where(_EVENT.c.id.in_(ids)).values(values))
    in_step.release(session, ids, order.now, actor=order.actor)
    swept = cancel_bookings(session, ids, order.now)
    audit_many(session, _cancelled(events, swept, order, reason))
    withdraw_all(session, [f"booking:{one.reference}" for one in swept])
    queue(session, [cancel_message(one, order.now, reason, closure=False) for one in swept if one.contact.email])
    if seen.scope is Scope.FOLLOWING and plan is not None and seen.event.series_id is not None:
        _shorten(session, seen, plan)
    return Done(tuple(event.code for event in events), tuple(one.reference for one in swept), seen.event.series)


def _cancelled(events: Sequence[DeskEvent], swept: Sequence[BookingFacts], order: Order, reason: str) -> list[Change]:
    after = {"status": EventStatus.CANCELLED.value, "reason": reason, "scope": order.scope.value}
    lines = [_trail(order, one, "event.cancel", before={"status": one.status.value}, after=after) for one in events]
    station = events[0].station
    return lines + [
        Change(
            at=order.now,
            actor=order.actor,
            action="booking.cancel",
            subject=f"booking:{one.reference}",
            station_code=station,
            after={"event": one.event.code},
        )
        for one in swept
    ]


def _shorten(session: Session, seen: Survey, plan: Plan) -> None:
    """The pattern ends before the first event that was called off."""
    at = seen.starts[seen.event.id]
    if seen.event.series_id is not None and at > rhythm.starts(plan.rhythm)[0]:
        earlier, _ = rhythm.split(plan.rhythm, at)
        save_plan(session, seen.event.series_id, replace(plan, rhythm=earlier))
