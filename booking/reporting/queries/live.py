"""Facts as the live tables say they are: what upkeep writes, and what `booking check` compares."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, extract, func, literal, or_, select, true

from booking.bookings.models import Booking, Organisation
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import VIRTUAL_FORMATS
from booking.db import table_of
from booking.reporting.models import EventFact, GroupFact
from booking.scheduling.models import Event, Series
from booking.scheduling.terms import EventStatus

_EVENT, _BOOKING, _GROUP = table_of(Event), table_of(Booking), table_of(Organisation)
_STATION, _OFFERING, _SERIES = table_of(Station), table_of(Offering), table_of(Series)
_TWIN = _EVENT.alias("twin")

UNSAID = (BookingStatus.CONFIRMED, BookingStatus.NOT_RECORDED, BookingStatus.ATTENDED)
"""Statuses of a group of which somebody could still say how many came."""
COUNTED = (BookingStatus.ATTENDED, BookingStatus.NO_SHOW, BookingStatus.CONFIRMED, BookingStatus.NOT_RECORDED)
"""Statuses of a group whose number, if there is one, is one of people who came."""
EVENT_COLUMNS = tuple(column.name for column in table_of(EventFact).columns)
GROUP_COLUMNS = tuple(column.name for column in table_of(GroupFact).columns)


def live_events(among: Sequence[int] | None = None) -> Select[Any]:
    """A row for each event, or for those of these ids, in the order of `event_fact`'s columns."""
    groups = _counted_groups(among).subquery("counted")
    event = _EVENT.c
    whole = case((groups.c.people.is_not(None), groups.c.people), else_=event.attended)
    as_a_whole = and_(groups.c.people.is_(None), event.attended.is_not(None))
    was_held = event.status == EventStatus.HELD
    columns = {
        "event_id": event.id,
        "code": event.code,
        **_shared(),
        "partner": event.partner,
        "starts_at": event.starts_at,
        "status": _text(event.status),
        "status_reason": event.status_reason,
        "counts": _counts(),
        "groups": case((was_held, func.coalesce(groups.c.came, 0)), else_=0),
        "booked": case((was_held, func.coalesce(groups.c.booked, 0)), else_=0),
        "attended": whole,
        "unrecorded": case((and_(was_held, ~as_a_whole), func.coalesce(groups.c.unsaid, 0)), else_=0),
    }
    joined = _joined().outerjoin(_TWIN, _TWIN.c.id == event.twin_id).outerjoin(groups, groups.c.event_id == event.id)
    return (
        select(*(columns[name].label(name) for name in EVENT_COLUMNS)).select_from(joined).where(_of(event.id, among))
    )


def _of(column: ColumnElement[int], among: Sequence[int] | None) -> ColumnElement[bool]:
    """Whether an event is one of these, where any are named."""
    return true() if among is None else column.in_(among)


def live_groups(among: Sequence[int] | None = None) -> Select[Any]:
    """A row for each booking that was more than a hold, of all events or of these, in `group_fact`'s order."""
    booking, group, event = _BOOKING.c, _GROUP.c, _EVENT.c
    came = and_(event.status == EventStatus.HELD, booking.status == BookingStatus.ATTENDED)
    columns = {
        "booking_id": booking.id,
        "event_id": booking.event_id,
        **_shared(),
        "event_status": _text(event.status),
        "organisation_type": func.coalesce(_text(booking.organisation_type), _text(group.type)),
        "country": group.country,
        "subdivision": group.subdivision,
        "topic": booking.theme,
        "language_asked": booking.language,
        "status": _text(booking.status),
        "late": cast(booking.late, Integer),
        "came": case((came, 1), else_=0),
        "booked": func.coalesce(booking.size, 0),
        "attended": booking.attended,
        "attended_source": booking.attended_source,
    }
    joined = _joined().join(_BOOKING, booking.event_id == event.id).join(_GROUP, group.id == booking.organisation_id)
    known = booking.status != BookingStatus.ON_HOLD
    return (
        select(*(columns[name].label(name) for name in GROUP_COLUMNS))
        .select_from(joined)
        .where(known, _of(event.id, among))
    )


def _joined() -> Any:  # noqa: ANN401  a join of tables
    """Events with what names their station, offering and series."""
    event = _EVENT.c
    named = _EVENT.join(_STATION, _STATION.c.id == event.station_id)
    return named.join(_OFFERING, _OFFERING.c.id == event.offering_id).outerjoin(
        _SERIES, _SERIES.c.id == event.series_id
    )


def _shared() -> dict[str, ColumnElement[Any]]:
    """What events and groups are filtered by."""
    event = _EVENT.c
    month = extract("year", event.starts_on) * 100 + extract("month", event.starts_on)
    return {
        "station": _STATION.c.code,
        "unit": event.unit,
        "offering": _OFFERING.c.code,
        "kind": _text(event.kind),
        "format": _text(event.format),
        "theme": event.theme,
        "audience": event.audience,
        "language": event.language,
        "series": func.coalesce(_SERIES.c.code, ""),
        "starts_on": event.starts_on,
        "month": cast(month, Integer),
        "raised": _raised(event.topics_raised),
    }


def _raised(topics: ColumnElement[str]) -> ColumnElement[str]:
    """Topics between semicolons, however they were parted when they were typed: one is found by `;topic;`."""
    parted = func.replace(topics, ",", ";")
    for blank in ("; ", " ;"):
        parted = func.replace(parted, blank, ";")
    return case((func.trim(topics) == "", ""), else_=literal(";") + func.trim(parted) + literal(";"))


def _counts() -> ColumnElement[int]:
    """A hybrid pair is one event as long as both halves share a fate: the one on site leaves it to the one online."""
    on_site = _EVENT.c.format.not_in(sorted(VIRTUAL_FORMATS))
    twin_online = _TWIN.c.format.in_(sorted(VIRTUAL_FORMATS))
    alike = or_(and_(on_site, ~twin_online), and_(~on_site, twin_online))
    second = or_(and_(on_site, twin_online), and_(alike, _EVENT.c.id > _TWIN.c.id))
    return case((and_(_TWIN.c.id.is_not(None), _TWIN.c.status == _EVENT.c.status, second), 0), else_=1)


def _counted_groups(among: Sequence[int] | None) -> Select[Any]:
    """Of each event with bookings: the people counted, groups that came, what these had announced, groups unsaid."""
    booking = _BOOKING.c
    came = booking.status == BookingStatus.ATTENDED
    unsaid = and_(booking.status.in_(UNSAID), booking.attended.is_(None))
    return (
        select(
            booking.event_id,
            func.sum(case((booking.status.in_(COUNTED), booking.attended))).label("people"),
            func.sum(case((came, 1), else_=0)).label("came"),
            func.sum(case((came, func.coalesce(booking.size, 0)), else_=0)).label("booked"),
            func.sum(case((unsaid, 1), else_=0)).label("unsaid"),
        )
        .where(booking.organisation_id.is_not(None), _of(booking.event_id, among))
        .group_by(booking.event_id)
    )


def _text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """An enumeration as the text that it is stored as."""
    return cast(column, table_of(EventFact).c.kind.type)
