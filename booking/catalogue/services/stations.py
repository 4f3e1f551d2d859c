"""Change what a station says of itself: hours, contact, languages, the values of its rules; or add one.

Whoever changes a station holds its row for writing, as closures do: whatever books an open slot or makes an event
comes before the change, or after it and sees it. The version is raised, so that times computed before are no longer
good. Nothing on the calendar is touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.catalogue.models import Station, StationLanguage
from booking.catalogue.rule_values import ORDERED, changed, out_of_order
from booking.catalogue.terms import Basis, Overtaken
from booking.db import table_of, transaction

_STATION, _GIVEN = table_of(Station), table_of(StationLanguage)
OFFICIAL = frozenset({"ar", "en", "es", "fr", "ru", "zh"})
"""The official languages of the United Nations."""


class Taken(Exception):
    """Another one has this code or name; the argument is the name of the field."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class OutOfOrder(Exception):
    """A smallest value above its largest; the argument is the name of the field."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def check_order(row: Mapping[str, Any], values: Mapping[str, object]) -> None:
    """Raise OutOfOrder where values would not go with those that stay."""
    names = {name for pair in ORDERED for name in pair}
    after = {name: values.get(name, row.get(name)) for name in names}
    if wrong := out_of_order(after):  # type: ignore[arg-type]  # columns of numbers
        raise OutOfOrder(wrong[0])


@dataclass(frozen=True, slots=True)
class Edit:
    """Who changes which thing, by its code; `version` is the one that this person saw."""

    code: str
    version: int
    now: datetime
    actor: str


def lock_station(session: Session, edit: Edit) -> RowMapping:
    """The station's row for writing: the first lock of everybody's order. Raises Overtaken for another version."""
    statement = select(_STATION).where(_STATION.c.code == edit.code).with_for_update(key_share=True)
    row = session.execute(statement).mappings().first()
    if row is None or row["version"] != edit.version:
        raise Overtaken(edit.code)
    return row


def raise_version(session: Session, station_id: int, **values: object) -> None:
    """Write these columns of a station whose row is locked; what was computed before is no longer good."""
    statement = update(_STATION).where(_STATION.c.id == station_id)
    session.execute(statement.values(version=_STATION.c.version + 1, **values))


def change_station(edit: Edit, values: Mapping[str, object], action: str = "station.change") -> bool:
    """Write columns of a station; False where they are as they were. Raises Overtaken, Taken, OutOfOrder."""
    with transaction() as session:
        row = lock_station(session, edit)
        check_order(dict(row), values)
        before, after = changed(dict(row), values)
        if not after:
            return False
        try:
            raise_version(session, row["id"], **after)
        except IntegrityError as error:
            raise Taken("name") from error
        _note(session, edit, action, before, after)
    return True


def _note(
    session: Session, edit: Edit, action: str, before: Mapping[str, object] | None, after: Mapping[str, object]
) -> None:
    subject = f"station:{edit.code}"
    audit(
        session,
        at=edit.now,
        actor=edit.actor,
        action=action,
        subject=subject,
        station_code=edit.code,
        before=before,
        after=after,
    )


def set_languages(edit: Edit, wanted: Mapping[str, tuple[bool, bool]]) -> bool:
    """The languages of a station as they are to be, each for tours and for briefings; False where they are so.

    One that is given for neither is taken away. Raises Overtaken.
    """
    kept = {tag: ways for tag, ways in wanted.items() if any(ways)}
    with transaction() as session:
        row = lock_station(session, edit)
        mine = _GIVEN.c.station_id == row["id"]
        columns = (_GIVEN.c.language, _GIVEN.c.tours, _GIVEN.c.briefings)
        given = {one.language: (one.tours, one.briefings) for one in session.execute(select(*columns).where(mine))}
        if given == kept:
            return False
        gone = [tag for tag in given if tag not in kept]
        session.execute(delete(_GIVEN).where(mine, _GIVEN.c.language.in_(gone)))
        _write_languages(session, row["id"], given, kept)
        raise_version(session, row["id"])
        _note(session, edit, "station.languages", _told(given), _told(kept))
    return True


def _write_languages(
    session: Session,
    station_id: int,
    given: Mapping[str, tuple[bool, bool]],
    kept: Mapping[str, tuple[bool, bool]],
) -> None:
    rows = [
        {
            "station_id": station_id,
            "language": tag,
            "basis": Basis.OFFICIAL if tag in OFFICIAL else Basis.UNOFFICIAL,
            "tours": tours,
            "briefings": briefings,
            "source": "",
        }
        for tag, (tours, briefings) in kept.items()
        if tag not in given
    ]
    if rows:
        session.execute(insert(_GIVEN), rows)
    for tag in (tag for tag in kept if tag in given and given[tag] != kept[tag]):
        tours, briefings = kept[tag]
        mine = update(_GIVEN).where(_GIVEN.c.station_id == station_id, _GIVEN.c.language == tag)
        session.execute(mine.values(tours=tours, briefings=briefings))


def _told(languages: Mapping[str, tuple[bool, bool]]) -> dict[str, object]:
    return {
        "tours": sorted(tag for tag, (tours, _briefings) in languages.items() if tours),
        "briefings": sorted(tag for tag, (_tours, briefings) in languages.items() if briefings),
    }


def add_station(code: str, values: Mapping[str, object], *, now: datetime, actor: str) -> None:
    """A new station; what is left out has its default. Raises Taken where another one has this code or name."""
    with transaction() as session:
        known = select(_STATION.c.code, _STATION.c.name)
        clash = session.execute(known.where((_STATION.c.code == code) | (_STATION.c.name == values["name"]))).first()
        if clash:
            raise Taken("code" if clash.code == code else "name")
        try:
            session.execute(insert(_STATION).values({"code": code, **values}))
        except IntegrityError as error:
            raise Taken("code") from error
        _note(session, Edit(code, 0, now, actor), "station.add", None, values)
