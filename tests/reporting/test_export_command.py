"""`booking export attendance`: files that are whole or not there, wrong calls told in one line."""

import csv
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.cli import ScriptInfo

from booking.bookings.terms import BookingStatus
from booking.reporting import export_commands
from booking.scheduling.terms import EventStatus
from tests.builders import NOW, make_booking, make_event, make_offering, make_station

DAYS = ("--from", "2026-01-01", "--to", "2027-12-31")


def export(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(export_commands.export, ["attendance", *arguments])


@pytest.fixture(autouse=True)
def _group(app: Flask) -> None:  # noqa: ARG001  its context
    event = make_event(make_offering(make_station()), NOW, status=EventStatus.HELD)
    make_booking(event, status=BookingStatus.ATTENDED, attended=8)


def test_it_writes_a_file(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    ran = export(app, *DAYS, "--output", str(target))
    assert ran.exit_code == 0, ran.output
    [row] = csv.DictReader(target.read_text(encoding="utf-8").splitlines())
    assert row["attended"] == "8"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_or_to_standard_output(app: Flask, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    arguments = ["attendance", *DAYS, "--format", "jsonl"]
    export_commands.export.main(arguments, obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)
    assert b'"attended": 8' in capsysbinary.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--from", "2026-02-01", "--to", "2026-01-01"), "--to"),
        (("--from", "0001-01-01", "--to", "9999-12-31"), "--from"),
        (("--from", "2010-01-01", "--to", "2026-01-01"), "at most 10 years"),
        (("--from", "yesterday", "--to", "2026-01-01"), "'yesterday' is no day"),
        ((*DAYS, "--format", "pdf"), "pdf"),
        ((*DAYS, "--output", "/nowhere/at/all.csv"), "--output"),
    ],
)
def test_a_wrong_call_is_refused(app: Flask, arguments: tuple[str, ...], says: str) -> None:
    ran = export(app, *arguments)
    assert ran.exit_code == 2
    assert says in ran.output


def test_a_failure_leaves_the_old_file_and_no_half_one(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.csv"
    target.write_text("before", encoding="utf-8")

    def broken(*_given: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(export_commands, "_write", broken)
    assert export(app, *DAYS, "--output", str(target)).exit_code == 1
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("a.csv", "before")]


def test_what_is_no_file_is_written_into_and_stays(app: Flask, tmp_path: Path) -> None:
    pipe, link, kept = tmp_path / "pipe", tmp_path / "link.csv", tmp_path / "kept.csv"
    os.mkfifo(pipe)
    link.symlink_to(kept)
    kept.write_text("before", encoding="utf-8")
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(pipe.read_text, "utf-8")
        assert export(app, *DAYS, "--output", str(pipe)).exit_code == 0
        assert "attended" in read.result(timeout=30)
    assert pipe.is_fifo()
    assert export(app, *DAYS, "--output", str(link)).exit_code == 0
    assert link.is_symlink()
    assert "attended" in kept.read_text(encoding="utf-8")
