"""Many rows for one statement, made ready before a lock is taken: under it they only go to the database.

What a column makes of a value (instants, JSON, enumerations) costs several times what the database does with it.
SQLite takes a statement row by row without a way between. To PostgreSQL the rows are copied, into a temporary table,
and the statement takes them from there: a third of what it costs to send it again for each row.
"""

import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from psycopg.types.json import Json
from sqlalchemy import BindParameter, Dialect, Insert, TableClause, Update, column, select, table
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine

from booking.db import core

_INCOMING = "incoming"


@dataclass(frozen=True)
class Rows:
    """A statement of one dialect, and the parameters of each row as its driver takes them."""

    statement: str | Insert | Update = ""
    values: Sequence[Any] = ()
    columns: str = ""
    """Of the table from which the statement takes the rows, with their types; empty: it is run for each row."""


def ready(
    session: Session,
    statement: Insert | Update,
    rows: Sequence[Mapping[str, Any]],
    made: Mapping[str, Any] | None = None,
) -> Rows:
    """The rows as the database's driver takes them; all have the names of the first. Nothing is written yet.

    The rows' keys are the columns of an INSERT and the names of bound parameters. Columns of an INSERT that are left
    out get their scalar default; those in `made` come of an expression with parameters.
    """
    if not rows:
        return Rows()
    dialect = session.get_bind().dialect
    by_row = statement.inline().values(made or {}) if isinstance(statement, Insert) else statement
    compiled = by_row.compile(dialect=dialect, column_keys=list(rows[0]))
    assert isinstance(compiled, SQLCompiler)  # noqa: S101  what INSERT and UPDATE give
    types = {name: one.type for one, name in compiled.bind_names.items()}
    if dialect.name == "postgresql":
        return _copied(dialect, statement, rows, made or {}, types)
    fixed = {**compiled.params, **_defaults(compiled)}
    names = compiled.positiontup or list(types)
    return Rows(str(compiled), _converted(dialect, rows, {name: types[name] for name in names}, names, fixed))


def _copied(
    dialect: Dialect,
    statement: Insert | Update,
    rows: Sequence[Mapping[str, Any]],
    made: Mapping[str, Any],
    types: Mapping[str, TypeEngine[Any]],
) -> Rows:
    """The statement with the columns of a table in place of its parameters."""
    known = {name: types[name] for name in rows[0]}
    incoming = table(_INCOMING, *(column(name, one) for name, one in known.items()))
    own = dialect.identifier_preparer.quote
    columns = ", ".join(f"{own(name)} {one.dialect_impl(dialect).compile(dialect)}" for name, one in known.items())
    values = _converted(dialect, rows, known, list(known), {})
    return Rows(_from(incoming, statement, made), values, columns)


def _from(incoming: TableClause, statement: Insert | Update, made: Mapping[str, Any]) -> Insert | Update:
    def taken(element: Any, **_: object) -> Any:  # noqa: ANN401  any part of a statement
        return incoming.c.get(element.key) if isinstance(element, BindParameter) else None

    if isinstance(statement, Update):
        return cast("Update", replacement_traverse(statement, {}, taken))
    own = {one.name: one for one in incoming.c if one.name in statement.table.c}
    given = {**own, **{name: replacement_traverse(one, {}, taken) for name, one in made.items()}}
    return statement.inline().from_select(list(given), select(*given.values()).select_from(incoming))


def _defaults(compiled: SQLCompiler) -> dict[str, Any]:
    columns = compiled.insert_prefetch if compiled.isinsert else ()
    return {column.key: column.default.arg for column in columns if column.default is not None}  # type: ignore[attr-defined]  # scalars


def _converted(
    dialect: Dialect,
    rows: Sequence[Mapping[str, Any]],
    types: Mapping[str, TypeEngine[Any]],
    names: Sequence[str],
    fixed: Mapping[str, Any],
) -> list[tuple[Any, ...]]:
    """A tuple for each row; what a row lacks is `fixed`."""
    made = {name: _column(rows, name, fixed.get(name), _of_type(one, dialect)) for name, one in types.items()}
    return list(zip(*(made[name] for name in names), strict=True))


def _of_type(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What the driver takes of a value. What psycopg would only write as JSON when it sends it is written now."""
    processor = kind.dialect_impl(dialect).bind_processor(dialect)
    if processor is None or dialect.name == "sqlite":
        return processor

    def written(value: Any) -> Any:  # noqa: ANN401  a value of any column
        sent = processor(value)
        return json.dumps(sent.obj) if isinstance(sent, Json) else sent

    return written


def _column(
    rows: Sequence[Mapping[str, Any]], name: str, fixed: object, processor: Callable[[Any], Any] | None
) -> list[Any]:
    """What the driver takes of one name, row by row; a value that is the same object as before is not made again."""
    if name not in rows[0]:
        return [processor(fixed) if processor else fixed] * len(rows)
    if processor is None:
        return [row[name] for row in rows]
    made: dict[int, Any] = {}
    for row in rows:
        value = row[name]
        if id(value) not in made:  # the rows keep every value: no other takes its place meanwhile
            made[id(value)] = processor(value)
    return [made[id(row[name])] for row in rows]


def run(session: Session, rows: Rows) -> None:
    """Execute it for all rows in the caller's transaction."""
    if not rows.values:
        return
    connection = core(session)
    if isinstance(rows.statement, str):
        connection.exec_driver_sql(rows.statement, rows.values)
        return
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_INCOMING} ({rows.columns}) ON COMMIT DROP")
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {_INCOMING} FROM STDIN") as copy:
        for row in rows.values:
            copy.write_row(row)
    connection.execute(rows.statement)
    connection.exec_driver_sql(f"DROP TABLE {_INCOMING}")


@contextmanager
def many_things() -> Iterator[None]:
    """For work that keeps tens of thousands of things at once: Python does not look for cycles of dead ones meanwhile.

    Each look walks over all that is kept, and finds nothing: together they took a third of a closure's time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
