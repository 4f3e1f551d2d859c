"""Online items and the readings of their views; the newest row of a day is what counts of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from booking.attendance.models import OnlineItem, ViewReading
from booking.attendance.terms import Qualifier
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import table_of
from booking.i18n import Translated

_ITEM, _READING = table_of(OnlineItem), table_of(ViewReading)
_STATION, _OFFERING = table_of(Station).c, table_of(Offering).c


@dataclass(frozen=True)
class ReadingRow:
    """A row of the history; `read_on` is None where nobody kept the day, `recorded_at` likewise."""

    id: int
    read_on: date | None
    qualifier: Qualifier
    value: int | None
    recorded_at: datetime | None
    actor: str
    reason: str


@dataclass(frozen=True)
class ItemRecord:
    """An item as a platform counts it; `station` and `offering` are codes, empty where there is none."""

    id: int
    code: str
    station: str
    offering: str
    offering_title: Translated | None
    title: Translated
    owner: str
    channel: str
    measure: str
    items: int | None
    is_cumulative: bool
    url: str
    published_on: date | None
    is_ended: bool
    note: str
    version: int


@dataclass(frozen=True)
class ItemOnDay:
    """An item with its reading of a day and the last one before it."""

    item: ItemRecord
    reading: ReadingRow | None
    before: ReadingRow | None

    @property
    def seen(self) -> int:
        """Which row a form is made of; 0: none."""
        return self.reading.id if self.reading else 0


def counting_readings(days: tuple[date, date]) -> Select[Any]:
    """The readings that count of a period: item, day, qualifier, value; and those of which nobody kept the day.

    Of a running total only the last one counts. "Not recorded" without a day counts while nothing was read.
    """
    reading, later = _READING.c, _READING.alias("later")
    in_period = reading.read_on.between(*days)
    is_later = or_(reading.read_on.is_(None), later.c.read_on > reading.read_on)
    is_followed = exists().where(later.c.item_id == reading.item_id, later.c.read_on.between(*days), is_later)
    says_nothing = and_(reading.read_on.is_(None), reading.qualifier == Qualifier.NOT_RECORDED)
    gives_way = and_(is_followed, or_(_ITEM.c.is_cumulative, says_nothing))
    columns = (reading.item_id, reading.read_on, reading.qualifier, reading.value)
    joined = select(*columns).join_from(_READING, _ITEM, _ITEM.c.id == reading.item_id)
    return joined.where(reading.id.in_(_newest()), or_(reading.read_on.is_(None), in_period), ~gives_way)


def _newest() -> Select[Any]:
    """The last row of each item and day."""
    return select(func.max(_READING.c.id)).group_by(_READING.c.item_id, _READING.c.read_on)


def items_to_read(
    session: Session, stations: Collection[str] | None, *, with_ended: bool = False, after: str = "", most: int = 100
) -> list[ItemRecord]:
    """Items of these stations (None: of all) and of every desk, by code; one statement."""
    wanted = [_of_desk(stations), _ITEM.c.code > after]
    wanted += [] if with_ended else [~_ITEM.c.is_ended]
    return _records(session, _items().where(*wanted).order_by(_ITEM.c.code).limit(most))


def items_named(session: Session, codes: Collection[str]) -> list[ItemRecord]:
    """The items of these codes, by code; one statement."""
    return _records(session, _items().where(_ITEM.c.code.in_(codes)).order_by(_ITEM.c.code))


def item_of(session: Session, code: str) -> ItemRecord | None:
    """One item."""
    return next(iter(items_named(session, [code])), None)


def _of_desk(stations: Collection[str] | None) -> ColumnElement[bool]:
    if stations is None:
        return _ITEM.c.id.is_not(None)
    return or_(_ITEM.c.station_id.is_(None), _STATION.code.in_(stations))


def _items() -> Select[Any]:
    item = _ITEM.c
    first = (item.id, item.code, func.coalesce(_STATION.code, ""), func.coalesce(_OFFERING.code, ""))
    rest = (item.title, item.owner, item.channel, item.measure, item["items"], item.is_cumulative, item.url)
    last = (item.published_on, item.is_ended, item.note, item.version)
    chosen = select(*first, _OFFERING.title, *rest, *last).select_from(_ITEM)
    with_station = chosen.join(table_of(Station), _STATION.id == item.station_id, isouter=True)
    return with_station.join(table_of(Offering), _OFFERING.id == item.offering_id, isouter=True)


def _records(session: Session, statement: Select[Any]) -> list[ItemRecord]:
    return [ItemRecord(*row) for row in session.execute(statement)]


def on_day(session: Session, items: Sequence[ItemRecord], day: date) -> list[ItemOnDay]:
    """Each item with its reading of the day and the last before it; one statement."""
    reading = _READING.c
    known = _rows_of(session, [item.id for item in items], reading.id.in_(_newest()), reading.read_on <= day)
    found = []
    for item in items:
        mine = [_row(row) for row in known if row.item_id == item.id]
        of_day = next((row for row in mine if row.read_on == day), None)
        found.append(ItemOnDay(item, of_day, next((row for row in mine if row.read_on != day), None)))
    return found


def history(session: Session, item_id: int) -> list[ReadingRow]:
    """Every row of an item, the last day first and of a day the newest; one statement."""
    return [_row(row) for row in _rows_of(session, [item_id])]


def newest_of_day(session: Session, item_id: int, day: date | None) -> ReadingRow | None:
    """What counts of a day, or of no day."""
    of_day = _READING.c.read_on.is_(None) if day is None else _READING.c.read_on == day
    return next(map(_row, _rows_of(session, [item_id], of_day)), None)


def last_before(session: Session, item_id: int, day: date) -> ReadingRow | None:
    """What counts of the last day before it that was read."""
    return next(map(_row, _rows_of(session, [item_id], _READING.c.read_on < day)), None)


def _rows_of(session: Session, item_ids: Sequence[int], *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
    names = ("item_id", "id", "read_on", "qualifier", "value", "recorded_at", "actor", "reason")
    reading = _READING.c
    statement = select(*(reading[name] for name in names)).where(reading.item_id.in_(item_ids), *conditions)
    return session.execute(statement.order_by(reading.read_on.desc().nulls_last(), reading.id.desc())).all()


def _row(row: Row[Any]) -> ReadingRow:
    return ReadingRow(*tuple(row)[1:])


def offerings_on_demand(session: Session) -> list[tuple[str, str, Translated]]:
    """What stations offer on demand: code, station, title; one statement."""
    columns = select(_OFFERING.code, _STATION.code, _OFFERING.title)
    joined = columns.join_from(table_of(Offering), table_of(Station), _STATION.id == _OFFERING.station_id)
    rows = session.execute(joined.where(_OFFERING.format == Format.ON_DEMAND).order_by(_OFFERING.code))
    return [tuple(row) for row in rows]
