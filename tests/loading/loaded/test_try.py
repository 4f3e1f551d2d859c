"""`booking try`: requests of a file are answered by the one decision, and nothing is stored."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from booking.bookings.models import Booking
from booking.db import db
from booking.loading.commands import try_
from tests.loading.conftest import DATA

INVALID = DATA / "invalid_bookings_2020.csv"
Spoil = Callable[[str, str, str], None]


def run(app: Flask, path: Path) -> Result:
    return app.test_cli_runner().invoke(try_, [str(path)])


def answers(app: Flask, path: Path) -> dict[str, tuple[str, str]]:
    ran = run(app, path)
    assert ran.exit_code == 0, ran.output
    rows = csv.DictReader(StringIO(ran.stdout))
    assert rows.fieldnames == ["request_id", "outcome", "rule_ids"]
    return {row["request_id"]: (row["outcome"], row["rule_ids"]) for row in rows}


def expected() -> dict[str, tuple[str, str]]:
    with INVALID.open(encoding="utf-8", newline="") as lines:
        return {row["request_id"]: ("refused", row["rule_id"]) for row in csv.DictReader(lines)}


def test_each_of_the_56_requests_is_refused_by_exactly_its_rule(app: Flask) -> None:
    assert len(expected()) == 56
    assert answers(app, INVALID) == expected()


def test_nothing_is_stored(app: Flask) -> None:
    answers(app, INVALID)
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 819


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("P-NBO-01,,ar,2020-10-14", "P-NBO-01,,sw,2020-10-14"),  # another language
        ("P-NYC-01,,cn,2020-10-20", "P-NYC-01,,zh,2020-10-20"),  # the right tag
        (",US,36,15,2,", ",US,35,15,2,"),  # one fewer
        ("P-NYC-01,,en,2020-11-26", "P-NYC-01,,en,2020-11-25"),  # the day before the holiday
        ("P-VIE-01,,de,2020-10-28T10:00+02:00", "P-VIE-01,,de,2020-10-28T10:00+01:00"),  # the winter offset
    ],
)  # fmt: skip
def test_the_same_request_with_its_mistake_mended_is_accepted(
    app: Flask, folder: Path, spoil: Spoil, old: str, new: str
) -> None:
    spoil(INVALID.name, old, new)
    outcomes = answers(app, folder / INVALID.name)
    assert [request for request, answer in outcomes.items() if answer == ("accepted", "")] != []
    assert sum(answer != outcomes[request] for request, answer in expected().items()) == 1


def test_a_file_without_the_columns_of_the_answer_is_taken(app: Flask, tmp_path: Path) -> None:
    with INVALID.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    short = tmp_path / "requests.csv"
    columns = [name for name in rows[0] if name not in {"rule_id", "reason", "what_to_do_instead"}]
    with short.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    assert answers(app, short) == expected()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("request_id,action", "request_id,acton", "line 1, column action: the column is missing (header)"),
        ("R-001,book", "R-001,buy", "line 2, column action: 'buy' is none of"),
        ("R-002,book,2020-10-1", "R-002,book,2020-13-1", "line 3, column requested_at: 2020-13-12 is not in the"),
        ("2020-10-12T09:00+02:00", "2020-10-12T09:00", "line 4, column requested_at: '2020-10-12T09:00' has no offset"),
        ("2020-10-14T10:00+03:00", "soon", "line 2, column starts_at: 'soon' is not a time"),
        ("P-NBO-01,,ar", "P-NBO-77,,ar", "line 2, column offering_id: 'P-NBO-77' is not loaded (reference)"),
        ("VIE-0107,en", "VIE-9999,en", "line 13, column event_id: 'VIE-9999' is not loaded (reference)"),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_by_file_line_and_column(
    app: Flask, folder: Path, spoil: Spoil, old: str, new: str, told: str
) -> None:
    spoil(INVALID.name, old, new)
    ran = run(app, folder / INVALID.name)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"booking: {INVALID.name}, {told}")
    assert "Traceback" not in ran.stderr


def test_a_file_that_is_not_there_is_a_wrong_call(app: Flask, tmp_path: Path) -> None:
    assert run(app, tmp_path / "none.csv").exit_code == 2
