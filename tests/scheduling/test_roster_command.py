"""`booking roster`: a proposal on paper or as JSON, applied where that is asked for."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from booking import cli, clock
from booking.app import create_app
from booking.db import db
from booking.loading.services import load
from tests.builders import NOW, make_event, make_guide, make_offering, make_station
from tests.conftest import SECRET
from tests.scheduling.asked import givers

DATA = Path(__file__).parents[1] / "data"
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path) -> Iterator[Flask]:
    """A database of its own, as the command finds it, at the tests' time."""
    (tmp_path / "booking.db").write_bytes(sqlite_template.read_bytes())
    monkeypatch.setenv("BOOKING_DATABASE_URL", f"sqlite:///{tmp_path / 'booking.db'}")
    monkeypatch.setenv("BOOKING_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("BOOKING_PUBLIC_URL", "http://localhost:8000")
    monkeypatch.setenv("BOOKING_SECRET_KEY", SECRET)
    app = create_app()
    with app.app_context(), clock.frozen(NOW):
        yield app
        db.session.remove()
        db.engine.dispose()


def printed(capsys: Printed, *arguments: str) -> dict[str, object]:
    assert cli.run(["roster", *arguments, "--format", "json"]) == 0
    said: dict[str, object] = json.loads(capsys.readouterr().out)
    return said


def refused(capsys: Printed, *arguments: str) -> str:
    assert cli.run(["roster", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    return told.err


@pytest.mark.usefixtures("installation")
def test_the_busiest_week_of_2020_is_given_anew(capsys: Printed) -> None:
    load(DATA, NOW)
    said = printed(capsys, "--week", "2020-W43", "--reassign")
    assert (said["week"], said["events"], said["covered"], said["proven_optimal"]) == ("2020-W43", 20, 20, True)
    assert said["uncovered"] == []
    loads = said["loads"]
    assert isinstance(loads, dict)
    assert sum(load["events"] for load in loads.values()) == 20
    assert all(load["events"] <= 2 for load in loads.values())
    assert max(load["month_minutes"] for load in loads.values()) == 240
    assert printed(capsys, "--week", "2020-W43", "--reassign") == said


@pytest.mark.usefixtures("installation")
def test_the_table_says_who_and_why_nobody(capsys: Printed) -> None:
    station = make_station(languages="en fr")
    guide = make_guide(station)
    offering = make_offering(station)
    first, second = make_event(offering), make_event(offering)
    french = make_event(offering, language="fr", starts_at=datetime(2026, 12, 15, 9, tzinfo=UTC))
    assert cli.run(["roster", "--week", "2026-W51"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "1 of 3 events have somebody; no better roster exists."
    given = next(line for line in lines if line.startswith((first.code, second.code)) and guide.code in line)
    assert given.split()[1:] == ["Mon", "14", "Dec", "10:00", "en", "-", guide.code, "changed"]
    assert f"{french.code}  Nobody who gives events for Vienna speaks French." in lines
    assert sum("Everybody who could give it is needed elsewhere" in line for line in lines) == 1
    assert givers(first) == givers(second) == []


@pytest.mark.usefixtures("installation")
def test_applied_the_events_are_given(capsys: Printed) -> None:
    station = make_station()
    guide, event = make_guide(station), make_event(make_offering(station))
    said = printed(capsys, "--week", "2026-W51", "--apply")
    assert said["applied"] == 1
    assert said["changes"] == [{"event": event.code, "before": None, "guide": guide.code}]
    assert givers(event) == [guide.id]
    assert printed(capsys, "--week", "2026-W51", "--apply")["applied"] == 0


@pytest.mark.usefixtures("installation")
def test_history_is_not_given_to_others(capsys: Printed) -> None:
    load(DATA, NOW)
    assert cli.run(["roster", "--week", "2020-W43", "--reassign", "--apply"]) == 1
    assert capsys.readouterr().err.startswith("booking: nothing was applied: ")


@pytest.mark.usefixtures("installation")
def test_only_the_stations_named_are_rostered(capsys: Printed) -> None:
    for code in ("VIE", "GVA"):
        make_event(make_offering(make_station(code)))
    assert printed(capsys, "--week", "2026-W51", "--station", "vie")["events"] == 1
    assert printed(capsys, "--week", "2026-W51")["events"] == 2
    assert "no station has the code 'XXX'" in refused(capsys, "--week", "2026-W51", "--station", "xxx")


@pytest.mark.parametrize("week", ["2027-W53", "2026-W00", "next week", "2026-50", "0001-W01"])
def test_what_is_no_week_is_told_in_one_line(week: str, capsys: Printed) -> None:
    assert "--week" in refused(capsys, "--week", week)


def test_without_a_week_it_asks_for_one(capsys: Printed) -> None:
    assert "--week" in refused(capsys)
