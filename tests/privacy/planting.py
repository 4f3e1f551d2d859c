"""A word planted in every column that holds something of people, in rows of every table that has such a column."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, Connection, Enum, LargeBinary, Table, Text, cast, func, literal, select, text

from booking.db import UTCDateTime
from booking.notices.models import Notice
from booking.privacy.columns import PERSONAL
from booking.schema import metadata

CANARY = "canarybird"
THEN = datetime(2020, 11, 23, 9, tzinfo=UTC)
"""When the demonstration begins; years ago, since the database lets no younger line of the trail go."""

_SPECIAL: Mapping[str, Mapping[str, Any]] = {
    "attendance_upload": {"state": "open", "expires_at": THEN + timedelta(days=1), "content": b""},
    "audit_entry": {name: {"is": CANARY} for name in ("before", "after")} | {"subject": CANARY, "actor": CANARY},
    "busy_interval": {"ends_at": THEN + timedelta(hours=1)},
    "interest": {"about": "reopening", "wished_on": None, "opens_at": None, "state": "asked", "told_at": None},
    "meeting_room": {"guide_id": select(func.min(metadata.tables["guide"].c.id)).scalar_subquery()},
    "recovery_code": {"used_at": THEN},
    "test_call": {"minutes": 30},
    "api_token": {"expires_at": THEN},
}
"""What a row needs that could not be otherwise."""
_OF_PEOPLE = {"organisation": "type = 'individual'", "meeting_room": "guide_id IS NOT NULL"}
"""Tables of which only some rows are."""


def plant(connection: Connection) -> None:
    """Write one row more into each table that takes one, and the word into all of them."""
    for name, held in PERSONAL.items():
        table = metadata.tables[name]
        if name in _SPECIAL or not connection.execute(select(func.count()).select_from(table)).scalar():
            connection.execute(table.insert().values(_row(connection, table)))
        words = {one: word for one in held.personal if (word := _word(table, table.c[one])) is not None}
        if words and name != "audit_entry":  # of which nobody changes a line
            connection.execute(table.update().where(text(_OF_PEOPLE.get(name, "1 = 1"))).values(words))
    _into_letters(connection)


def _into_letters(connection: Connection) -> None:
    """Facts of mails, without spoiling those that are still to be sent."""
    notice = metadata.tables[Notice.__tablename__]
    for row in connection.execute(select(notice.c.id, notice.c.payload)).all():
        facts = {**row.payload, "contact_name": CANARY, "note": CANARY, "organisation": CANARY}
        connection.execute(notice.update().where(notice.c.id == row.id).values(payload=facts))


def _word(table: Table, column: Column[Any]) -> Any:  # noqa: ANN401  a value of any column
    """What is planted: another text in each row, since some may not be the same; None where it holds no text."""
    if column.name == "payload" or isinstance(column.type, UTCDateTime):
        return None
    if isinstance(column.type, JSON):
        return {"bookings": [], "is": CANARY}
    if isinstance(column.type, LargeBinary):
        return CANARY.encode()
    key = next(iter(table.primary_key))
    if key is column:
        return None
    at = "@example.org" if "email" in column.name or column.name == "recipient" else ""
    return literal(CANARY) + cast(key, Text) + at


def _row(connection: Connection, table: Table) -> dict[str, Any]:
    """A row that the table takes: of the first of whatever it refers to, else the least that each type knows."""
    needed = [one for one in table.c if not one.nullable and (not _is_made(one) or one.foreign_keys)]
    return {one.name: _value(connection, one) for one in needed} | dict(_SPECIAL.get(table.name, {}))


def _is_made(column: Column[Any]) -> bool:
    return (
        column.default is not None or column.server_default is not None or column.table.autoincrement_column is column
    )


def _value(connection: Connection, column: Column[Any]) -> Any:  # noqa: ANN401  a value of any column
    for key in column.foreign_keys:
        return connection.execute(select(func.min(key.column))).scalar()
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    if isinstance(column.type, JSON):
        return {}
    kinds: dict[type, Any] = {
        datetime: THEN,
        int: 1,
        bool: False,
        str: CANARY if column.primary_key else f"a {column.name}",
    }
    return kinds[column.type.python_type] if not isinstance(column.type, UTCDateTime) else THEN
