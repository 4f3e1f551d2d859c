"""What takes place on the days of limits that count it."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import Session

from booking.bookings.models import TAKING, Booking
from booking.bookings.rules.limits import counted_limits
from booking.bookings.rules.situation import Situation
from booking.catalogue.models import Offering
from booking.db import table_of
from booking.scheduling.models import CapacityLimit, Event
from booking.scheduling.queries.closures import LIMITED
from booking.scheduling.terms import EventStatus, LimitFacts, Measure, Per, Use, Visibility

_EVENT, _BOOKING, _OFFERING = table_of(Event).c, table_of(Booking).c, table_of(Offering).c
_LIMIT = table_of(CapacityLimit).c
WHOLE = 100
"""Per cent."""
_OF_EVENT = _OFFERING.id == _EVENT.offering_id
_COLUMNS = tuple(_LIMIT[name] for name in LIMITED)


def uses_between(
    session: Session,
    limits: Collection[LimitFacts],
    days: tuple[date, date],
    *,
    without: str = "",
    given_up: int = 0,
) -> tuple[Use, ...]:
    """The events of the limits' stations on local days, both included, with their people and groups; one statement.

    `without`: the reference of a booking that is not counted; `given_up`: the id of an event that is not.
    """
    takes = and_(_BOOKING.event_id == _EVENT.id, _BOOKING.status.in_(TAKING), _BOOKING.reference != without)
    statement = (
        select(
            _EVENT.id,
            _EVENT.station_id,
            func.coalesce(_EVENT.venue_id, _OFFERING.venue_id),
            _EVENT.format,
            _EVENT.offering_id,
            _EVENT.starts_on,
            func.coalesce(func.sum(_BOOKING.size), 0),
            func.count(_BOOKING.id),
        )
        .join_from(Event, Offering, _OFFERING.id == _EVENT.offering_id)
        .outerjoin(Booking, takes)
        .where(_EVENT.starts_on >= days[0], _EVENT.starts_on <= days[1])
        .where(_EVENT.status != EventStatus.CANCELLED, _EVENT.id != given_up)
        .group_by(_EVENT.id, _OFFERING.venue_id)
    )
    stations = {limit.station_id for limit in limits}
    if None not in stations:
        statement = statement.where(_EVENT.station_id.in_(stations))
    return tuple(Use._make(row) for row in session.execute(statement))


def with_uses(session: Session, found: Situation, *, without: str = "", given_up: int = 0) -> Situation:
    """The situation with what else takes place that day; no statement where no limit counts it."""
    counted = counted_limits(found)
    if not counted or found.day is None:
        return found
    uses = uses_between(session, counted, (found.day, found.day), without=without, given_up=given_up)
    return replace(found, uses=uses)


def uses_of_days(session: Session, limits: Iterable[LimitFacts], days: tuple[date, date]) -> tuple[Use, ...]:
    """The same for many days at once, as far as a limit counts anything on one of them."""
    counted = [one for one in limits if one.is_counted and one.starts_on <= days[1]]
    counted = [one for one in counted if one.ends_on is None or one.ends_on >= days[0]]
    if not counted:
        return ()
    first = max(days[0], min(one.starts_on for one in counted))
    last = min(days[1], max(one.ends_on or days[1] for one in counted))
    return uses_between(session, counted, (first, last))


def limits_on(session: Session, station_id: int, day: date) -> list[LimitFacts]:
    """The dated limits of a station, and of all stations, on a local day; one statement."""
    statement = (
        select(*_COLUMNS)
        .where(_LIMIT.ended_at.is_(None), or_(_LIMIT.station_id.is_(None), _LIMIT.station_id == station_id))
        .where(_LIMIT.starts_on <= day, or_(_LIMIT.ends_on.is_(None), _LIMIT.ends_on >= day))
        .order_by(_LIMIT.id)
    )
    return [LimitFacts(**row._mapping) for row in session.execute(statement)]  # noqa: SLF001  public


def held_limits(session: Session, ids: Collection[int]) -> list[LimitFacts]:
    """These limits as they are now, their rows locked by id: whoever else adds to what they count waits here.

    The last lock that anybody takes: whoever holds it waits for nothing more.
    """
    statement = select(*_COLUMNS).where(_LIMIT.id.in_(sorted(ids)), _LIMIT.ended_at.is_(None)).order_by(_LIMIT.id)
    rows = session.execute(statement.with_for_update(key_share=True))
    return [LimitFacts(**row._mapping) for row in rows]  # noqa: SLF001  public


def _of_offering(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(column).where(_OF_EVENT).correlate(table_of(Event)).scalar_subquery()


def venue_of_event() -> ColumnElement[int]:
    """Its own, or that of its offering, beside a statement that reads events."""
    return func.coalesce(_EVENT.venue_id, _of_offering(_OFFERING.venue_id))


def lowest_limit() -> ScalarSelect[int]:
    """The fewest people that dated limits allow in the event of the statement around it; NULL without one."""
    venue, largest = venue_of_event(), _of_offering(_OFFERING.max_group)
    of_group = func.coalesce(largest, _EVENT.own_capacity, _EVENT.capacity)
    own = case(
        (_EVENT.visibility == Visibility.PRIVATE, of_group), else_=func.coalesce(_EVENT.own_capacity, _EVENT.capacity)
    )
    share = case((own * _LIMIT.percent < WHOLE, 1), else_=own * _LIMIT.percent // WHOLE)
    covers = (
        or_(_LIMIT.station_id.is_(None), _LIMIT.station_id == _EVENT.station_id),
        or_(_LIMIT.format.is_(None), _LIMIT.format == _EVENT.format),
        or_(_LIMIT.offering_id.is_(None), _LIMIT.offering_id == _EVENT.offering_id),
        or_(_LIMIT.venue_id.is_(None), _LIMIT.venue_id == venue),
        _LIMIT.starts_on <= _EVENT.starts_on,
        or_(_LIMIT.ends_on.is_(None), _LIMIT.ends_on >= _EVENT.starts_on),
        _LIMIT.ended_at.is_(None),
        _LIMIT.measure == Measure.PEOPLE,
        _LIMIT.per == Per.EVENT,
    )
    lower = case((_LIMIT.percent.is_(None), _LIMIT.most), (_LIMIT.most < share, _LIMIT.most), else_=share)
    return select(func.min(lower)).where(*covers).correlate(table_of(Event)).scalar_subquery()
