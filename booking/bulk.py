"""Many rows for one statement, made ready before a lock is taken: under it they only go to the database.

What a column makes of a value (instants, JSON, enumerations) costs several times what the database does with it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Insert, Update
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from booking.db import core


@dataclass(frozen=True)
class Rows:
    """A statement of one dialect, and the parameters of each row as its driver takes them."""

    statement: str = ""
    values: Sequence[Any] = ()


def ready(session: Session, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]) -> Rows:
    """The rows as the database's driver takes them; all have the names of the first. Nothing is written yet.

    Columns left out of an INSERT get their scalar default. Its names and those of bound parameters are the rows' keys.
    """
    if not rows:
        return Rows()
    dialect = session.get_bind().dialect
    if isinstance(statement, Insert):
        statement = statement.inline()  # the driver's executemany returns no row
    compiled = statement.compile(dialect=dialect, column_keys=list(rows[0]))
    assert isinstance(compiled, SQLCompiler)  # noqa: S101  what INSERT and UPDATE give
    fixed = {**compiled.params, **_defaults(compiled)}
    bound = {name: one.type.dialect_impl(dialect).bind_processor(dialect) for one, name in compiled.bind_names.items()}
    of_row = partial(_converted, fixed, [(name, bound[name]) for name in compiled.positiontup or bound])
    if compiled.positiontup is None:
        return Rows(str(compiled), [dict(of_row(row)) for row in rows])
    return Rows(str(compiled), [tuple(value for _, value in of_row(row)) for row in rows])


def _defaults(compiled: SQLCompiler) -> dict[str, Any]:
    columns = compiled.insert_prefetch if compiled.isinsert else ()
    return {column.key: column.default.arg for column in columns if column.default is not None}  # type: ignore[attr-defined]  # scalars


def _converted(
    fixed: Mapping[str, Any], names: Sequence[tuple[str, Callable[[Any], Any] | None]], row: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    for name, processor in names:
        value = row[name] if name in row else fixed[name]
        yield name, processor(value) if processor else value


def run(session: Session, rows: Rows) -> None:
    """Execute it for all rows in the caller's transaction."""
    if rows.values:
        core(session).exec_driver_sql(rows.statement, rows.values)
