"""The desk puts events on the calendar, one or a whole series: look first, then write all or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit_many
from booking.bookings.planning import EventsWish, Line, Preview, guide_of, look, place_of
from booking.bookings.rules.planning import WITHOUT_GUIDE, Collision
from booking.bookings.services.limited import fit_to_limits
from booking.bookings.services.writing import Key, Replayed, answer_to, put_key
from booking.bookings.terms import Conflict
from booking.catalogue.terms import OfferingFacts, StationFacts
from booking.db import db, table_of, transaction
from booking.i18n import Translated
from booking.scheduling.models import Event
from booking.scheduling.services import in_step
from booking.scheduling.services.assign import again_if_hosts_changed
from booking.scheduling.services.events import (
    Busy,
    Planned,
    hold_for_planning,
    lock_with_hosts,
    new_event_code,
    put_on,
    write_events,
)
from booking.scheduling.services.series import Plan, new_series_code, save_plan, write_series

_EVENT = table_of(Event)
Made = TypeVar("Made")


@dataclass(frozen=True)
class Put:
    """What was put on the calendar: the code of the series or of the one event, and all codes unless it is a replay."""

    reference: str
    events: tuple[str, ...] = ()
    replayed: bool = False


class Collided(Conflict):
    """Something stands against the events that the desk did not see, or nothing is left to be made."""

    def __init__(self, preview: Preview, fresh: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(fresh)))
        self.preview = preview
        self.fresh = fresh
        """Keys of the lines that have changed; none where there is nothing to make."""


def put_on_calendar(
    wish: EventsWish,
    kept: Mapping[str, frozenset[Collision]] | None,
    *,
    now: datetime,
    actor: str,
    key: str = "",
) -> Put:
    """Make the events that are kept, each with the collisions that the desk saw at it; all of them or none.

    `kept` None: those that nothing stands against. The same `key` gives the same answer. Raises Collided and HostTaken
    beside what `preview` raises, and KeyReused.
    """
    marked = Key.of(key, actor, {"plan": repr(wish), "kept": sorted(kept or ())}) if key else None
    return once(marked, lambda: _again(lambda: _write(wish, kept, now, actor, marked)), _replayed)


def once(key: Key | None, do: Callable[[], Made], again: Callable[[str], Made]) -> Made:
    """Do it; where the key was used before, what was made then, by its reference. Conflict where neither can be."""
    try:
        return do()
    except (Replayed, Conflict) as error:
        db.session.rollback()
        answer = answer_to(db.session(), key) if key else None
        if answer is not None:
            return again(str(answer["reference"]))
        if isinstance(error, Replayed):
            raise Conflict from error
        raise


def _replayed(reference: str) -> Put:
    return Put(reference, replayed=True)


def _again(attempt: Callable[[], Put]) -> Put:
    found: list[Put] = []
    again_if_hosts_changed(lambda: found.append(attempt()))
    return found[-1]


def _write(
    wish: EventsWish, kept: Mapping[str, frozenset[Collision]] | None, now: datetime, actor: str, key: Key | None
) -> Put:
    offering, station = place_of(db.session(), wish)
    plan = _plan(wish, station)
    reference = new_series_code(plan) if plan else new_event_code(station, wish.once or now)
    with transaction() as session:
        if key:
            put_key(session, key, {"reference": reference}, now)
        hold_for_planning(session, station.id)
        guide = guide_of(session, wish, station)
        lock_with_hosts(session, [], [guide.id] if guide else [])
        seen = look(session, wish, now)
        lines = _chosen(seen, kept)
        series = write_series(session, reference, plan, _title(wish, offering), wish.partner) if plan else None
        events = _write_events(session, seen, lines, series, reference)
        fit_to_limits(session, now, [_EVENT.c.id.in_(events.values())], actor)
        _tell(session, seen, reference, list(events), now, actor)
        in_step.keep_in_step(session, events.values(), now, actor=actor)
    return Put(reference, tuple(events))


def _plan(wish: EventsWish, station: StationFacts) -> Plan | None:
    if wish.rhythm is None:
        return None
    return Plan(wish.rhythm, station.code, wish.offering, wish.language, wish.capacity, wish.guide)


def _title(wish: EventsWish, offering: OfferingFacts) -> Translated:
    return Translated(wish.title or offering.titles)


def _chosen(seen: Preview, kept: Mapping[str, frozenset[Collision]] | None) -> list[Line]:
    """The lines to make. Raises Collided for what cannot be made, or has come between the desk's look and now."""
    if kept is None:
        chosen = [line for line in seen.lines if line.is_meant]
    else:
        chosen = [line for line in seen.lines if line.key in kept]
        fresh = {line.key for line in chosen if not line.may_be or not kept[line.key].issuperset(line.collisions)}
        fresh |= kept.keys() - {line.key for line in chosen}
        if fresh:
            raise Collided(seen, frozenset(fresh))
    if not chosen:
        raise Collided(seen, frozenset())
    return chosen


def _write_events(
    session: Session, seen: Preview, lines: Sequence[Line], series: int | None, reference: str
) -> dict[str, int]:
    """The events, and the guide for those that the guide can give; what the pattern has beside them is left out."""
    times = [line.starts_at for line in lines if line.starts_at]
    common = Planned(
        seen.station,
        seen.offering,
        seen.wish.language,
        times[0],
        seen.wish.capacity,
        title=seen.wish.title,
        partner=seen.wish.partner,
        visibility=seen.wish.visibility,
        series_id=series,
    )
    if series is None:
        made = write_events(session, [replace(common, code=reference)])
    else:
        days = [line.local.date() for line in lines]
        pairs = zip(times, days, strict=True)
        made = write_events(session, [replace(common, starts_at=one, occurrence_on=day) for one, day in pairs])
        _leave_out(session, seen, lines, series)
    if seen.guide:
        pause = timedelta(minutes=seen.offering.duration_min + seen.station.buffer_min)
        given = [
            Busy(event, start, start + pause)
            for event, start, line in zip(made.values(), times, lines, strict=True)
            if WITHOUT_GUIDE.isdisjoint(line.collisions)
        ]
        put_on(session, seen.guide.id, given)
    return made


def _leave_out(session: Session, seen: Preview, lines: Sequence[Line], series: int) -> None:
    plan = _plan(seen.wish, seen.station)
    assert plan is not None  # noqa: S101  a series has one
    made = {line.local for line in lines}
    without = frozenset(line.local for line in seen.lines if line.local not in made) | plan.rhythm.without
    save_plan(session, series, replace(plan, rhythm=replace(plan.rhythm, without=without)))


def _tell(session: Session, seen: Preview, reference: str, events: list[str], now: datetime, actor: str) -> None:
    """The trail: a line for the series, and one for each event."""
    wish, station = seen.wish, seen.station.code
    common = {"offering": wish.offering, "language": wish.language, "capacity": wish.capacity}
    made = [
        Change(
            at=now,
            actor=actor,
            action="event.make",
            subject=f"event:{one}",
            station_code=station,
            before={},
            after=common,
        )
        for one in events
    ]
    if wish.rhythm is not None:
        after = {**common, "events": len(events), "guide": wish.guide}
        subject = f"series:{reference}"
        made.insert(
            0, Change(at=now, actor=actor, action="series.make", subject=subject, station_code=station, after=after)
        )
    audit_many(session, made)
