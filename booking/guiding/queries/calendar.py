"""When a guide works and is busy elsewhere, in one statement; what is given then is in `tours`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Integer, Row, Select, bindparam, cast, null, select, true, union_all
from sqlalchemy import literal as constant
from sqlalchemy.orm import Session

from booking import zones
from booking.db import UTCDateTime, table_of
from booking.guiding.queries.guides import OwnGuide
from booking.scheduling.calendars import Calendar
from booking.scheduling.diary import Diary
from booking.scheduling.hosts import HostFacts, OtherHours
from booking.scheduling.minutes import Span, Window, instant_of, minute_of
from booking.scheduling.models import Availability, AvailabilityException, BusyInterval, DayOff

_HOURS, _OTHER = table_of(Availability).c, table_of(AvailabilityException).c
_OFF, _BUSY = table_of(DayOff).c, table_of(BusyInterval).c
_NO_DAY, _NO_TIME = cast(null(), Date), cast(null(), UTCDateTime())
_GUIDE = bindparam("guide", type_=Integer)
_NONE = constant(0)


def _part(kind: str, *columns: Any) -> Select[Any]:  # noqa: ANN401  columns and constants alike
    names = ("weekday", "opens", "closes", "works", "first", "last", "starts_at", "ends_at")
    return select(
        constant(kind).label("kind"), *(column.label(name) for name, column in zip(names, columns, strict=True))
    )


# Written once: to write a statement anew costs more than to run it.
_ALL = union_all(
    _part("week", _HOURS.weekday, _HOURS.opens, _HOURS.closes, true(), _NO_DAY, _NO_DAY, _NO_TIME, _NO_TIME).where(
        _HOURS.guide_id == _GUIDE
    ),
    _part("other", _NONE, _OTHER.opens, _OTHER.closes, _OTHER.works, _OTHER.on_day, _NO_DAY, _NO_TIME, _NO_TIME).where(
        _OTHER.guide_id == _GUIDE, _OTHER.on_day.between(bindparam("first_day"), bindparam("last_day"))
    ),
    _part("off", _NONE, _NONE, _NONE, true(), _OFF.starts_on, _OFF.ends_on, _NO_TIME, _NO_TIME).where(
        _OFF.guide_id == _GUIDE, _OFF.starts_on <= bindparam("last_day"), _OFF.ends_on >= bindparam("first_day")
    ),
    _part("busy", _NONE, _NONE, _NONE, true(), _NO_DAY, _NO_DAY, _BUSY.starts_at, _BUSY.ends_at).where(
        _BUSY.guide_id == _GUIDE, _BUSY.starts_at < bindparam("end"), _BUSY.ends_at > bindparam("start")
    ),
)


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """A guide's days, both ends included: by day, minutes since the midnight of the home station's clocks."""

    work: dict[date, tuple[Window, ...]]
    days_off: frozenset[date]
    """Of those days, the ones on which nothing is worked whatever the pattern says."""
    out: frozenset[date]
    """Those on which some hours were taken out."""
    busy: tuple[tuple[datetime, datetime], ...]


def calendar_of(session: Session, guide: OwnGuide, days: list[date]) -> OwnCalendar:
    """The guide's calendar on these days, which follow each other."""
    zone, first, last = guide.station.time_zone, days[0], days[-1]
    start, end = zones.day_bounds(first, zone)[0], zones.day_bounds(last, zone)[1]
    values = {"guide": guide.id, "first_day": first, "last_day": last, "start": start, "end": end}
    rows = session.execute(_ALL, values).all()
    host = _host(guide, rows)
    span = Span(minute_of(start), minute_of(end))
    work = Diary(host, Calendar(zone, span)).work
    off = [day for day in days if any(one <= day <= other for one, other in host.days_off)]
    return OwnCalendar(
        work={day: tuple(_windows(work, span, day, zone)) for day in days},
        days_off=frozenset(off),
        out=frozenset(one.day for one in host.other_hours if not one.works),
        busy=tuple((row.starts_at, row.ends_at) for row in rows if row.kind == "busy"),
    )


def _host(guide: OwnGuide, rows: Iterable[Row[Any]]) -> HostFacts:
    """The times of a host; who gave no pattern has the home station's virtual hours."""
    station = guide.station
    by_kind: dict[str, list[Row[Any]]] = {"week": [], "other": [], "off": [], "busy": []}
    for row in rows:
        by_kind[row.kind].append(row)
    pattern = [(row.weekday, row.opens, row.closes) for row in by_kind["week"]]
    usual = [(day, *station.virtual_hours) for day in sorted(station.working_weekdays)]
    return HostFacts(
        id=guide.id,
        station_id=station.id,
        role=guide.role,
        languages=frozenset(),
        zone=station.time_zone,
        hours=tuple(sorted(pattern or usual)),
        days_off=tuple((row.first, row.last) for row in by_kind["off"]),
        other_hours=tuple(
            OtherHours(row.first, row.opens, row.closes, works=bool(row.works)) for row in by_kind["other"]
        ),
    )


def _windows(work: int, span: Span, day: date, zone: str) -> Iterable[Window]:
    """The stretches of a set of minutes on a local day."""
    start, end = map(minute_of, zones.day_bounds(day, zone))
    left = work >> (start - span.base) & ((1 << (end - start)) - 1)
    place = start
    while left:
        skipped = (left & -left).bit_length() - 1
        left >>= skipped
        length = (~left & (left + 1)).bit_length() - 1
        yield local_window(instant_of(place + skipped), instant_of(place + skipped + length), day, zone)
        left >>= length
        place += skipped + length


def local_window(start: datetime, end: datetime, day: date, zone: str) -> Window:
    """A stretch of time in minutes of a local day, cut where it goes beyond it."""
    return _minute(start, day, zone), _minute(end, day, zone)


def _minute(instant: datetime, day: date, zone: str) -> int:
    local = zones.to_local(instant, zone)
    if local.date() != day:
        return 0 if local.date() < day else 24 * 60
    return local.hour * 60 + local.minute
