"""Every column is said to hold something of people or nothing: a new one makes this fail until somebody has thought."""

import pytest

from booking.privacy.columns import NOBODY, PERSONAL
from booking.privacy.terms import Way
from booking.schema import metadata


def _classed(table: str) -> list[str]:
    held = PERSONAL.get(table)
    return [*held.personal, *held.others.split()] if held else NOBODY[table].split()


def test_every_table_is_classed_once() -> None:
    assert sorted([*PERSONAL, *NOBODY]) == sorted(metadata.tables)


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_column_of_a_table_is_classed_once(table: str) -> None:
    assert sorted(_classed(table)) == sorted(metadata.tables[table].columns.keys())


def test_what_is_replaced_by_a_mark_has_a_number_to_be_marked_with() -> None:
    replaced = {name: held for name, held in PERSONAL.items() if held.replaced}
    assert all("id" in held.others.split() and held.way is Way.EMPTIED for held in replaced.values())
    assert all(held.replaced <= set(held.personal) for held in replaced.values())
