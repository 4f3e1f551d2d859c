"""Make rows of a table be as a file says: what is missing is added, what differs is changed, the rest is not touched.

A fixed number of statements, whatever the number of rows. Rows that the file does not name stay as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from booking.db import Base, table_of

CHUNK = 500  # values in one IN: databases allow a limited number of parameters

Values = Mapping[str, Any]


@dataclass
class Outcome:
    """How many rows were added, changed and found as they should be; and the values that were written."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    written: list[Values] = field(default_factory=list)

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.written + other.written,
        )


@dataclass(frozen=True)
class Target:
    """A table, the columns by which its rows are known, and columns that are written once and then left alone.

    `versions` names the columns whose change raises the row's `version`.
    """

    model: type[Base]
    key: tuple[str, ...]
    once: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()
    when_changed: Values = field(default_factory=dict)


def ids(session: Session, model: type[Base], *key: str) -> dict[Any, int]:
    """The ids of all rows by these columns: by the value of one, by a tuple of several."""
    columns = table_of(model).c
    rows = session.execute(select(columns.id, *(columns[name] for name in key))).all()
    return {(row[1] if len(key) == 1 else tuple(row[1:])): row[0] for row in rows}


def upsert(session: Session, target: Target, wanted: Sequence[Values]) -> Outcome:
    """Add and change rows so that they hold the wanted values; all of `wanted` name the same columns."""
    if not wanted:
        return Outcome()
    present = _present(session, target, wanted)
    added, changed, outcome = [], [], Outcome()
    for values in wanted:
        row = present.get(tuple(values[name] for name in target.key))
        if row is None:
            added.append(dict(values))
        elif differing := _differing(target, row, values):
            changed.append((row, values, differing))
        else:
            outcome.unchanged += 1
    _insert(session, target, added)
    _update(session, target, changed)
    outcome.added, outcome.changed = len(added), len(changed)
    outcome.written = [*added, *(values for _, values, _ in changed)]
    return outcome


def _present(session: Session, target: Target, wanted: Sequence[Values]) -> dict[tuple[Any, ...], Values]:
    """The rows that are there already, by their key."""
    columns = table_of(target.model).c
    names = {*wanted[0], *(column.name for column in table_of(target.model).primary_key)}
    names |= {"version"} if target.versions else set()
    statement = select(*(columns[name] for name in sorted(names)))
    keys = [tuple(values[name] for name in target.key) for values in wanted]
    found: dict[tuple[Any, ...], Values] = {}
    for some in _chunks(keys, CHUNK):
        for row in session.execute(statement.where(_among(columns, target.key, some))).mappings():
            found[tuple(row[name] for name in target.key)] = dict(row)
    return found


def _among(columns: Any, key: tuple[str, ...], values: Sequence[tuple[Any, ...]]) -> ColumnElement[bool]:  # noqa: ANN401  a table's own collection
    if len(key) == 1:
        one: ColumnElement[bool] = columns[key[0]].in_([value[0] for value in values])
        return one
    return tuple_(*(columns[name] for name in key)).in_(values)


def _chunks(values: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (values[at : at + size] for at in range(0, len(values), size))


def _differing(target: Target, row: Values, values: Values) -> set[str]:
    return {name for name, value in values.items() if name not in target.once and row[name] != value}


def _insert(session: Session, target: Target, rows: Sequence[Values]) -> None:
    if rows:
        session.execute(insert(table_of(target.model)), rows)


def _update(session: Session, target: Target, changed: Sequence[tuple[Values, Values, set[str]]]) -> None:
    """One statement for all changed rows, each with all of its columns."""
    if not changed:
        return
    table = table_of(target.model)
    keys = [column.name for column in table.primary_key]
    written = [name for name in changed[0][1] if name not in target.once and name not in keys]
    written += [*target.when_changed, *(["version"] if target.versions else [])]
    statement = (
        update(table)
        .where(*(table.c[name] == bindparam(f"key_{name}") for name in keys))
        .values({name: bindparam(f"new_{name}") for name in written})
    )
    session.execute(statement, [_parameters(target, keys, *one) for one in changed])


def _parameters(target: Target, keys: list[str], row: Values, values: Values, differing: set[str]) -> dict[str, Any]:
    new = {**values, **target.when_changed}
    if target.versions:
        new["version"] = row["version"] + bool(differing & target.versions)
    return {f"key_{name}": row[name] for name in keys} | {
        f"new_{name}": value
        for name, value in new.items()
        if name not in keys and (name in target.when_changed or name not in target.once)
    }


def replace_lists(session: Session, model: type[Base], parent: str, wanted: Mapping[int, Iterable[str]]) -> set[int]:
    """Make the languages of these parents be exactly the wanted ones; the parents whose list was changed.

    `model` is a table of pairs: the column `parent` and `language`.
    """
    columns = table_of(model).c
    present: dict[int, set[str]] = {parent_id: set() for parent_id in wanted}
    for parent_id, language in session.execute(select(columns[parent], columns.language)):
        if parent_id in present:
            present[parent_id].add(language)
    gone = [(one, tag) for one, tags in present.items() for tag in tags - set(wanted[one])]
    new = [{parent: one, "language": tag} for one, tags in wanted.items() for tag in sorted(set(tags) - present[one])]
    for some in _chunks(gone, CHUNK):
        session.execute(delete(table_of(model)).where(_among(columns, (parent, "language"), some)))
    if new:
        session.execute(insert(table_of(model)), new)
    return {one for one, _ in gone} | {one for one, tags in wanted.items() if set(tags) - present[one]}
