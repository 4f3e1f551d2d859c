"""The desk makes, changes and ends dated limits; whoever has booked stays, and what is over is listed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import Change, audit_many
from booking.bookings.queries.limit_rows import Impact, LimitRow, impact, limit_rows, scope_of
from booking.bookings.services.limited import Fitted, fit_to_limits
from booking.bookings.terms import Conflict
from booking.catalogue.models import Offering, Station, Venue
from booking.catalogue.terms import Format
from booking.db import db, table_of, transaction
from booking.i18n import Translated
from booking.scheduling.models import CapacityLimit, Event
from booking.scheduling.terms import LimitFacts, Measure, Per

_LIMIT, _STATION, _EVENT = table_of(CapacityLimit), table_of(Station), table_of(Event)
_VENUE, _OFFERING = table_of(Venue).c, table_of(Offering).c


@dataclass(frozen=True)
class LimitWish:
    """A limit that the desk wants; an empty part of the scope (codes) means all. `percent`: 25 to 100."""

    measure: Measure
    per: Per
    starts_on: date
    ends_on: date | None = None
    most: int | None = None
    percent: int | None = None
    station: str = ""
    venue: str = ""
    format: Format | None = None
    offering: str = ""
    reason: Mapping[str, str] = field(default_factory=dict)


class BadLimit(ValueError):
    """The limit cannot be meant: the field, and what is wrong with it (a key of `limit_words.WRONG`)."""

    def __init__(self, field_name: str, problem: str) -> None:
        super().__init__(f"{field_name}: {problem}")
        self.field_name = field_name
        self.problem = problem


def look(wish: LimitWish, now: datetime) -> Impact:
    """What the limit would reach, and who would be over it; writes nothing. Raises BadLimit."""
    session = db.session()
    return impact(session, _facts(session, wish, now), now)


def station_of(wish: LimitWish) -> str:
    """The station whose limit it is: its own, or that of its venue or offering; empty for all. Raises BadLimit."""
    return _scope(db.session(), wish).code


def wish_of(row: LimitRow) -> LimitWish:
    """A limit as it is, to be changed."""
    facts = row.facts
    given = {name: getattr(facts, name) for name in ("starts_on", "ends_on", "most", "percent")}
    return LimitWish(
        facts.measure,
        facts.per,
        **given,
        station=row.station,
        venue=row.venue,
        format=Format(facts.format) if facts.format else None,
        offering=row.offering,
        reason=row.reason,
    )


def changed_wish(row: LimitRow, values: Mapping[str, Any]) -> LimitWish:
    """A limit as it is, but for these fields."""
    return replace(wish_of(row), **values)


def make_limit(wish: LimitWish, *, now: datetime, actor: str) -> str:
    """Write the limit, and take the places it does not allow off the market; its code. Raises BadLimit."""
    code = f"L-{secrets.token_hex(4)}"
    with transaction() as session:
        facts = replace(_facts(session, wish, now), code=code)
        _hold(session, facts.station_id)
        values = {**_columns(facts), "made_by": actor, "created_at": now, "changed_at": now}
        session.execute(insert(_LIMIT).values(values))
        fitted = fit_to_limits(session, now, scope_of(facts), actor)
        own = _line("limit.make", code, station_of(wish), now, actor)
        _tell(session, replace(own, after=_seen(facts)), fitted)
    return code


def change_limit(code: str, wish: LimitWish, *, version: int, now: datetime, actor: str) -> None:
    """Change its days, number, share and reason; what it is about stays. Raises BadLimit, Conflict."""
    with transaction() as session:
        row = _current(session, code, version)
        facts = replace(_facts(session, wish, now), id=row.facts.id, code=code)
        _require_same(row.facts, facts)
        _hold(session, facts.station_id)
        first, last = _both(row.facts, facts)
        around = scope_of(replace(facts, starts_on=first, ends_on=last))
        _hold_events(session, around, now)
        _write(session, code, version, now, _columns(facts))
        fitted = fit_to_limits(session, now, around, actor)
        own = _line("limit.change", code, row.station, now, actor)
        _tell(session, replace(own, before=_seen(row.facts), after=_seen(facts)), fitted)


def end_limit(code: str, *, version: int, now: datetime, actor: str) -> None:
    """Take it back: the places it kept from being booked are there again. Raises Conflict."""
    with transaction() as session:
        row = _current(session, code, version)
        _hold(session, row.facts.station_id)
        around = scope_of(row.facts)
        _hold_events(session, around, now)
        _write(session, code, version, now, {"ended_at": now})
        fitted = fit_to_limits(session, now, around, actor)
        own = _line("limit.end", code, row.station, now, actor)
        _tell(session, replace(own, before=_seen(row.facts)), fitted)


def _current(session: Session, code: str, version: int) -> LimitRow:
    rows = limit_rows(session, None, date.min, code=code)
    if not rows or rows[0].ended_at is not None or rows[0].version != version:
        raise Conflict(code)
    return rows[0]


def _require_same(before: LimitFacts, after: LimitFacts) -> None:
    """Another scope is another limit: a change of it would be read as one of the numbers."""
    for name in ("measure", "per", "station_id", "venue_id", "format", "offering_id"):
        if getattr(before, name) != getattr(after, name):
            raise BadLimit(name.removesuffix("_id"), "scope")


def _both(before: LimitFacts, after: LimitFacts) -> tuple[date, date | None]:
    """The days of either."""
    ends = [one.ends_on for one in (before, after)]
    last = None if None in ends else max(day for day in ends if day)
    return min(before.starts_on, after.starts_on), last


def _hold(session: Session, station_id: int | None) -> None:
    """The station's row, or all of them by id: whoever makes an event comes before us, or after us and sees it."""
    which = _STATION.c.id == station_id if station_id is not None else _STATION.c.id > 0
    session.execute(select(_STATION.c.id).where(which).order_by(_STATION.c.id).with_for_update(key_share=True)).all()
    session.execute(update(_STATION).where(which).values(version=_STATION.c.version + 1))


def _hold_events(session: Session, which: Any, now: datetime) -> None:  # noqa: ANN401  conditions of a statement
    """Events before limits, as everybody: a booking holds its event when it counts under the limit's lock."""
    statement = select(_EVENT.c.id).where(*which, _EVENT.c.starts_at > now).order_by(_EVENT.c.id)
    session.execute(statement.with_for_update(key_share=True)).all()


def _write(session: Session, code: str, version: int, now: datetime, values: Mapping[str, object]) -> None:
    """Only the limit that was looked at: of two desks one is second."""
    where = (_LIMIT.c.code == code, _LIMIT.c.version == version, _LIMIT.c.ended_at.is_(None))
    statement = update(_LIMIT).where(*where).values({**values, "version": version + 1, "changed_at": now})
    if session.execute(statement.returning(_LIMIT.c.id)).first() is None:
        raise Conflict(code)


@dataclass(frozen=True)
class _Scope:
    code: str = ""
    zone: str = "UTC"
    station_id: int | None = None
    venue_id: int | None = None
    offering_id: int | None = None


def _scope(session: Session, wish: LimitWish) -> _Scope:
    """The rows that the codes name; a venue and an offering bring their station along."""
    statement = select(_OFFERING.id, _OFFERING.station_id).where(_OFFERING.code == wish.offering)
    offering = _found(session, statement, wish.offering, "offering")
    station = _station(session, wish, offering and offering.station_id)
    venue = None
    if wish.venue:
        if station is None:
            raise BadLimit("venue", "station")
        places = select(_VENUE.id).where(_VENUE.code == wish.venue, _VENUE.station_id == station.id)
        venue = _found(session, places, wish.venue, "venue")
    if station is None:
        return _Scope()
    return _Scope(station.code, station.time_zone, station.id, venue and venue.id, offering and offering.id)


def _station(session: Session, wish: LimitWish, of_offering: int | None) -> Any:  # noqa: ANN401  a row, or None
    columns = select(_STATION.c.id, _STATION.c.code, _STATION.c.time_zone)
    named = _found(session, columns.where(_STATION.c.code == wish.station), wish.station, "station")
    if named is not None and of_offering not in {None, named.id}:
        raise BadLimit("offering", "unknown")
    if named is None and of_offering is not None:
        return session.execute(columns.where(_STATION.c.id == of_offering)).one()
    return named


def _found(session: Session, statement: Any, code: str, name: str) -> Any:  # noqa: ANN401  a row, or None
    if not code:
        return None
    row = session.execute(statement).first()
    if row is None:
        raise BadLimit(name, "unknown")
    return row


def _facts(session: Session, wish: LimitWish, now: datetime) -> LimitFacts:
    scope = _scope(session, wish)
    require_sense(wish, zones.local_date(now, scope.zone))
    return LimitFacts(
        id=0,
        code="",
        measure=wish.measure,
        per=wish.per,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        most=wish.most,
        percent=wish.percent,
        station_id=scope.station_id,
        venue_id=scope.venue_id,
        format=wish.format,
        offering_id=scope.offering_id,
        reason=Translated(wish.reason),
    )


def require_sense(wish: LimitWish, today: date) -> None:
    """That the parts fit each other, as of the station's day. Raises BadLimit."""
    if wish.measure is Measure.EVENTS and wish.per is not Per.DAY:
        raise BadLimit("per", "events_per_event")
    if wish.percent is not None and (wish.measure, wish.per) != (Measure.PEOPLE, Per.EVENT):
        raise BadLimit("percent", "share")
    if wish.most is None and wish.percent is None:
        raise BadLimit("most", "nothing")
    if wish.ends_on is not None and wish.ends_on < wish.starts_on:
        raise BadLimit("ends_on", "order")
    if wish.ends_on is not None and wish.ends_on < today:
        raise BadLimit("ends_on", "over")


def _columns(facts: LimitFacts) -> dict[str, object]:
    named = {name: getattr(facts, name) for name in LimitFacts.__dataclass_fields__ if name != "id"}
    return named | {"format": Format(facts.format) if facts.format else None}


def _seen(facts: LimitFacts) -> dict[str, Any]:
    return {
        "measure": facts.measure.value,
        "per": facts.per.value,
        "most": facts.most,
        "percent": facts.percent,
        "starts_on": facts.starts_on.isoformat(),
        "ends_on": facts.ends_on.isoformat() if facts.ends_on else None,
    }


def _line(action: str, code: str, station: str, now: datetime, actor: str) -> Change:
    return Change(at=now, actor=actor, action=action, subject=f"limit:{code}", station_code=station)


def _tell(session: Session, own: Change, fitted: list[Fitted]) -> None:
    """A line for the limit, and one for each event that has other places now."""
    places = [
        replace(
            own,
            action="event.fit",
            subject=f"event:{one.event.code}",
            station_code=one.station,
            before={"capacity": one.event.capacity},
            after={"capacity": one.capacity, "because": own.subject},
        )
        for one in fitted
    ]
    audit_many(session, [own, *places])
