"""Online items and their views: count one more, change what is said of it, write down what its counter says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.attendance.item_queries import ItemRecord, ReadingRow, item_of, last_before, newest_of_day
from booking.attendance.models import OnlineItem, ViewReading
from booking.attendance.terms import Qualifier
from booking.catalogue.models import Offering, Station
from booking.catalogue.services.stations import Edit, Taken
from booking.catalogue.terms import Overtaken
from booking.db import table_of, transaction

_ITEM, _READING = table_of(OnlineItem), table_of(ViewReading)


class UnknownItem(LookupError):
    """There is no such item."""


class ReadMeanwhile(Exception):
    """Somebody else has written down this day; `now` is what counts of it."""

    def __init__(self, now: ReadingRow | None) -> None:
        super().__init__(now)
        self.now = now


class WantsReason(Exception):
    """A correction, or a running total that falls below `before`, says why."""

    def __init__(self, before: ReadingRow, *, is_falling: bool) -> None:
        super().__init__(before)
        self.before, self.is_falling = before, is_falling


@dataclass(frozen=True)
class Count:
    """What a counter says; None is "not recorded", never 0. `reason` says why it was corrected or falls."""

    value: int | None
    qualifier: Qualifier
    reason: str = ""


def add_item(code: str, values: Mapping[str, Any], *, now: datetime, actor: str) -> None:
    """Count one more item; `station` and `offering` are codes or empty. Raises Taken where the code is another's."""
    with transaction() as session:
        try:
            session.execute(insert(_ITEM).values(code=code, **_columns(session, values)))
        except IntegrityError as error:
            raise Taken("code") from error
        _note(session, Edit(code, 0, now, actor), "item.add", values["station"], after=_told(values))


def change_item(edit: Edit, values: Mapping[str, Any]) -> bool:
    """Say otherwise what it is; False where it is so. Raises UnknownItem, Overtaken."""
    with transaction() as session:
        item = _locked(session, edit.code)
        if item.version != edit.version:
            raise Overtaken(edit.code)
        changed = {name: value for name, value in values.items() if getattr(item, name) != value}
        if not changed:
            return False
        new = {**_columns(session, values), "version": _ITEM.c.version + 1}
        session.execute(update(_ITEM).where(_ITEM.c.id == item.id).values(**new))
        before = _told({name: getattr(item, name) for name in changed})
        _note(session, edit, "item.change", values["station"], before=before, after=_told(changed))
    return True


def read(code: str, day: date | None, count: Count, *, seen: int, now: datetime, actor: str) -> bool:
    """Write down what the counter said on a day (None: nobody kept it); False where the same stands there.

    `seen` is the row that the form was made of, 0 for none. Raises UnknownItem, ReadMeanwhile, WantsReason.
    """
    with transaction() as session:
        item = _locked(session, code)
        there = newest_of_day(session, item.id, day)
        if there and (there.value, there.qualifier) == (count.value, count.qualifier):
            return False
        if seen != (there.id if there else 0):
            raise ReadMeanwhile(there)
        _ask_why(session, item, day, count, there)
        row = {"value": count.value, "qualifier": count.qualifier, "reason": count.reason, "read_on": day}
        session.execute(insert(_READING).values(item_id=item.id, recorded_at=now, actor=actor, **row))
        edit = Edit(code, item.version, now, actor)
        after = {**_said(day, count.value, count.qualifier), **({"reason": count.reason} if count.reason else {})}
        before = _said(day, there.value, there.qualifier) if there else None
        _note(session, edit, "item.correct" if there else "item.read", item.station, before=before, after=after)
    return True


def _ask_why(session: Session, item: ItemRecord, day: date | None, count: Count, there: ReadingRow | None) -> None:
    """A correction says why; so does a running total that falls."""
    if count.reason:
        return
    if there:
        raise WantsReason(there, is_falling=False)
    before = last_before(session, item.id, day) if day and item.is_cumulative else None
    if before and before.value is not None and count.value is not None and count.value < before.value:
        raise WantsReason(before, is_falling=True)


def _locked(session: Session, code: str) -> ItemRecord:
    session.execute(select(_ITEM.c.id).where(_ITEM.c.code == code).with_for_update()).all()
    found = item_of(session, code)
    if found is None:
        raise UnknownItem(code)
    return found


def _columns(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with ids in place of codes."""
    kept = {name: value for name, value in values.items() if name not in {"station", "offering"}}
    station, offering = table_of(Station).c, table_of(Offering).c
    return kept | {
        "station_id": session.execute(select(station.id).where(station.code == values["station"])).scalar(),
        "offering_id": session.execute(select(offering.id).where(offering.code == values["offering"])).scalar(),
    }


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the trail keeps them."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401  a value of any column
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, date) else value


def _said(day: date | None, value: int | None, qualifier: Qualifier) -> dict[str, Any]:
    return {"read_on": day.isoformat() if day else "", "views": value, "qualifier": qualifier.value}


def _note(
    session: Session,
    edit: Edit,
    action: str,
    station: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    audit(
        session,
        at=edit.now,
        actor=edit.actor,
        action=action,
        subject=f"item:{edit.code}",
        station_code=station,
        before=before,
        after=after,
    )
