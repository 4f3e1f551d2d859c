"""Lift a closure, end it earlier, or let it go on: what it had cancelled stays cancelled, and is named."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import audit
from booking.bookings.closing import ClosureRefused, ClosureWish, Reopened
from booking.bookings.closing_terms import Hurdle
from booking.bookings.models import ClosureStep
from booking.bookings.queries.closing import in_days
from booking.bookings.queries.closing_log import ClosureRow, cancelled_inside, closures_known
from booking.bookings.services.limited import fit_to_limits
from booking.bookings.terms import Conflict
from booking.catalogue.models import Station
from booking.catalogue.terms import Format
from booking.db import db, table_of, transaction
from booking.scheduling.models import Closure, Event
from booking.scheduling.services.events import hold_for_planning
from booking.scheduling.terms import ClosureFacts

_CLOSURE, _STATION, _STEP, _EVENT = table_of(Closure), table_of(Station), table_of(ClosureStep), table_of(Event)


class ClosureChanged(Conflict):
    """Somebody else has changed the closure since it was read: how it is now."""

    def __init__(self, closure: ClosureRow) -> None:
        super().__init__(closure.code)
        self.closure = closure


def lift_closure(code: str, *, now: datetime, actor: str, match: str = "") -> Reopened:
    """The premises are open again from today on, or the closure never comes. `match`: the `etag` that was read.

    Raises ClosureRefused (unknown, lifted, over), ClosureChanged.
    """
    with transaction() as session:
        closure, today = _held(session, code, match, now)
        values: dict[str, object] = {"lifted_at": now}
        if closure.starts_on < today:
            values["ends_on"] = today - timedelta(days=1)
        return _write(session, closure, values, (max(today, closure.starts_on), closure.ends_on), now, actor)


def shorten_closure(code: str, ends_on: date, *, now: datetime, actor: str, match: str = "") -> Reopened:
    """Its last day comes earlier; today at the earliest. Raises ClosureRefused, ClosureChanged."""
    with transaction() as session:
        closure, today = _held(session, code, match, now)
        is_earlier = closure.ends_on is None or ends_on < closure.ends_on
        if not is_earlier or ends_on < max(today, closure.starts_on):
            raise ClosureRefused(Hurdle.NOT_EARLIER, facts_of(closure))
        reopened = (ends_on + timedelta(days=1), closure.ends_on)
        return _write(session, closure, {"ends_on": ends_on}, reopened, now, actor)


def extension(code: str, ends_on: date | None, now: datetime) -> ClosureWish:
    """The days that a closure would cover as well, to be looked at and declared like a new one. ClosureRefused."""
    closure = _known(db.session(), code, now)
    if closure.ends_on is None or (ends_on is not None and ends_on <= closure.ends_on):
        raise ClosureRefused(Hurdle.NOT_LATER, facts_of(closure))
    today = zones.local_date(now, closure.time_zone)
    texts = dict(closure.message)
    return ClosureWish(
        closure.station,
        closure.type,
        closure.ends_on + timedelta(days=1),
        ends_on,
        today,
        closure.blocks_formats,
        closure.allows,
        closure.distanced_capacity,
        texts.pop("en", ""),
        texts,
        dict(closure.conditions or {}),
        extends=code,
    )


def facts_of(closure: ClosureRow) -> ClosureFacts:
    """The closure as the rules know it."""
    return ClosureFacts(
        closure.code,
        closure.type,
        closure.starts_on,
        closure.ends_on,
        closure.announced_on,
        frozenset(closure.blocks_formats),
        frozenset(closure.allows),
        closure.distanced_capacity,
        str(closure.message),
    )


def _known(session: Session, code: str, now: datetime) -> ClosureRow:
    found = closures_known(session, None, code=code)
    if not found:
        raise ClosureRefused(Hurdle.UNKNOWN)
    (closure,) = found
    if closure.lifted_at is not None:
        raise ClosureRefused(Hurdle.LIFTED, facts_of(closure))
    if closure.ends_on is not None and closure.ends_on < zones.local_date(now, closure.time_zone):
        raise ClosureRefused(Hurdle.OVER, facts_of(closure))
    return closure


def _held(session: Session, code: str, match: str, now: datetime) -> tuple[ClosureRow, date]:
    """The closure under its station's lock, and the station's local day."""
    mine = select(_CLOSURE.c.station_id).where(_CLOSURE.c.code == code)
    station_id = session.execute(mine).scalar()
    if station_id is None:
        raise ClosureRefused(Hurdle.UNKNOWN)
    hold_for_planning(session, station_id)
    closure = _known(session, code, now)
    if match not in {"", closure.etag}:
        raise ClosureChanged(closure)
    return closure, zones.local_date(now, closure.time_zone)


def _write(
    session: Session,
    closure: ClosureRow,
    values: dict[str, object],
    reopened: tuple[date, date | None],
    now: datetime,
    actor: str,
) -> Reopened:
    session.execute(update(_CLOSURE).where(_CLOSURE.c.id == closure.id).values(values))
    mine = update(_STATION).where(_STATION.c.code == closure.station)
    session.execute(mine.values(version=_STATION.c.version + 1))
    _raise_limits(session, closure, reopened, now, actor)
    left = tuple(cancelled_inside(session, closure.id, reopened))
    audit(
        session,
        at=now,
        actor=actor,
        action="closure.lift" if "lifted_at" in values else "closure.shorten",
        subject=f"closure:{closure.code}",
        station_code=closure.station,
        before={"ends_on": closure.ends_on.isoformat() if closure.ends_on else None},
        after={**{name: str(value) for name, value in values.items()}, "left_cancelled": len(left)},
    )
    return Reopened(closure.code, left)


def _raise_limits(
    session: Session, closure: ClosureRow, days: tuple[date, date | None], now: datetime, actor: str
) -> None:
    """Events whose places the closure lowered have as many as other limits allow; the line is offered them first."""
    if closure.distanced_capacity is None:
        return
    at_station = select(_STATION.c.id).where(_STATION.c.code == closure.station).scalar_subquery()
    here = (_EVENT.c.station_id == at_station, _EVENT.c.format == Format.IN_PERSON)
    fit_to_limits(session, now, (*here, in_days(_EVENT.c.starts_on, [days])), actor)
