"""Many rows for one statement, made ready before a lock is taken: under it they only go to the database.

What a column makes of a value (instants, JSON, enumerations) costs several times what the database does with it.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
    names = compiled.positiontup or list(bound)
    values = zip(*(_column(rows, name, fixed.get(name), bound[name]) for name in names), strict=True)
    if compiled.positiontup is None:
        return Rows(str(compiled), [dict(zip(names, row, strict=True)) for row in values])
    return Rows(str(compiled), list(values))


def _defaults(compiled: SQLCompiler) -> dict[str, Any]:
    columns = compiled.insert_prefetch if compiled.isinsert else ()
    return {column.key: column.default.arg for column in columns if column.default is not None}  # type: ignore[attr-defined]  # scalars


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
    if rows.values:
        core(session).exec_driver_sql(rows.statement, rows.values)


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
