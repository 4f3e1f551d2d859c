"""`booking load` refuses a broken folder: file, line, column and reason, and nothing is written."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.app import create_app
from booking.catalogue.models import Station
from booking.db import db
from booking.loading.commands import load as command
from booking.loading.csv_tables import BadTables
from booking.loading.services import load, read_folder
from booking.scheduling.models import Event
from tests.builders import make_assignment, make_event, make_guide, make_offering, make_station
from tests.conftest import settings_for
from tests.loading.conftest import DATA

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
Spoil = Callable[[str, str, str], None]

SPOILED = {
    "a required text": ("offerings_2020.csv", ",Virtual UN Kids tour,", ",,", 3, "title", "REQ-01"),
    "a number": ("events_2020.csv", "York,60,35,", "York,sixty,35,", 2, "duration_min", "number"),
    "other digits": ("events_2020.csv", "York,60,35,", "York,٦٠,35,", 2, "duration_min", "number"),
    "a negative number": ("bookings_2020.csv", ",13,27,2,25,", ",13,-27,2,25,", 2, "booked_size", "number"),
    "a huge number": ("bookings_2020.csv", ",13,27,2,25,", ",13,9999999999999999,2,25,", 2, "booked_size", "number"),
    "a date": ("closures_2020.csv", "2020-03-16,2020-07-31", "2020-02-30,2020-07-31", 2, "starts_on", "date"),
    "a date of another order": ("bookings_2020.csv", "2020-06-05", "05/06/2020", 2, "requested_on", "date"),
    "a time without offset": ("events_2020.csv", "T20:00-04:00", "T20:00", 2, "starts_at", "TIME-04"),
    "an hour that is none": ("events_2020.csv", "T20:00-04:00", "T24:00-04:00", 2, "starts_at", "time"),
    "an offset of another season": ("events_2020.csv", "T20:00-04:00", "T20:00-05:00", 2, "starts_at", "TIME-03"),
    "a zone": ("events_2020.csv", "America/New_York", "America/Newyork", 2, "time_zone", "zone"),
    "another zone": ("events_2020.csv", "0,America/New_York", "0,America/Detroit", 2, "time_zone", "zone"),
    "a zone of a group": ("bookings_2020.csv", "Asia/Seoul", "Seoul", 2, "group_time_zone", "zone"),
    "a country": ("bookings_2020.csv", ",school,KR,", ",school,UK,", 2, "country", "REQ-02"),
    "a state": ("bookings_2020.csv", "US-MA", "US-QQ", 3, "subdivision", "REQ-02"),
    "a state of another country": ("bookings_2020.csv", ",US,US-MA,", ",CA,US-MA,", 3, "subdivision", "REQ-02"),
    "a language": ("events_2020.csv", "general,secondary,en,", "general,secondary,english,", 2, "language", "LANG-04"),
    "a language in a list": ("offerings_2020.csv", ",en;fr,", ",en;cn,", 16, "languages", "LANG-04"),
    "a status": ("events_2020.csv", ",35,held,", ",35,done,", 2, "status", "choice"),
    "a format": ("offerings_2020.csv", "tour,virtual-live", "tour,virtual", 2, "format", "choice"),
    "a format in a closure": ("closures_2020.csv", ",in-person,", ",onsite,", 2, "blocks_formats", "choice"),
    "a yes or no": ("station_languages_2020.csv", "official,yes,yes", "official,yes,y", 2, "briefings", "choice"),
    "an hour": ("stations_2020.csv", "08:00,20:00", "8,20:00", 2, "virtual_opens", "time"),
    "hours in order": ("stations_2020.csv", "08:00,20:00", "20:00,20:00", 2, "virtual_closes", "order"),
    "a weekday": ("stations_2020.csv", "Mon-Fri", "Mo-Fr", 2, "working_days", "choice"),
    "limits in order": ("offerings_2020.csv", "60,8,35", "60,36,35", 2, "max_group", "order"),
    "days in order": ("closures_2020.csv", "2020-03-16,2020-07-31", "2020-08-16,2020-07-31", 2, "ends_on", "order"),
    "more content than asked": ("surveys_2020.csv", ",300,268,", ",300,301,", 2, "respondents", "order"),
    "a figure without a value": ("views_2020.csv", ",exact,18100,", ",exact,,", 11, "value", "figure"),
    "a code twice": ("events_2020.csv", "NYC-0002", "NYC-0001", 3, "event_id", "unique"),
    "an unknown event": ("bookings_2020.csv", "B-00001,NYC-0001", "B-00001,NYC-9999", 2, "event_id", "reference"),
    "an unknown offering": ("events_2020.csv", ",P-NYC-01,", ",P-NYC-99,", 2, "offering_id", "reference"),
    "an unknown host": ("events_2020.csv", "NYC-G01", "NYC-G99", 2, "host_code", "reference"),
    "an unknown station": ("hosts_2020.csv", "NYC-G01,New York", "NYC-G01,Newyork", 2, "station", "reference"),
    "another station's offering": ("events_2020.csv", ",P-NYC-01,", ",P-GVA-01,", 2, "offering_id", "REQ-03"),
    "more people than places": ("events_2020.csv", ",60,35,held,", ",60,26,held,", 2, "booked_size", "CAP-02"),
    "control characters": ("events_2020.csv", ",COVID-19,", ",COVID\x0719,", 3, "topics_raised", "text"),
    "a cell too few": ("hosts_2020.csv", "NYC-G01,New York,guide,en es", "NYC-G01,New York,guide", 2, "", "cells"),
    "an open quote": ("hosts_2020.csv", "NYC-G01,New York,guide", 'NYC-G01,"New York,guide', 2, "", "quotes"),
}  # fmt: skip
"""What is spoiled: file, old text, new text; line, column and rule of the answer."""


def refused(folder: Path) -> BadTables:
    """The refusal of a folder, which is read and checked before anything is written."""
    with pytest.raises(BadTables) as caught:
        read_folder(folder)
    return caught.value


@pytest.mark.parametrize("case", SPOILED)
def test_one_broken_cell_is_named_with_its_line_column_and_rule(folder: Path, spoil: Spoil, case: str) -> None:
    file, old, new, line, column, rule = SPOILED[case]
    spoil(file, old, new)
    first = refused(folder).problems[0]
    told = (first.line, first.column, first.rule)
    expected_file = "bookings_2020.csv" if rule == "CAP-02" else file
    assert (first.file, *told) == (expected_file, line, column, rule)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("host_code,station,role,languages", "host_code,station,role", "languages"),
        ("host_code,station,role,languages", "host_code,station,role,languages,nickname", "'nickname'"),
        ("host_code,station,role,languages", "host_code,station,role,role", "languages"),
        ("host_code,station,role,languages", "host_code,station,role,Languages", "languages"),
    ],
)
def test_a_header_has_every_column_once_and_no_other(
    folder: Path, spoil: Spoil, old: str, new: str, column: str
) -> None:
    spoil("hosts_2020.csv", old, new)
    first = refused(folder).problems[0]
    assert (first.line, first.column, first.rule) == (1, column, "header")


@pytest.mark.parametrize(
    ("encoding", "line"),
    [("utf-16", 1), ("utf-16-le", 1), ("utf-32", 1)],
)
def test_a_file_in_another_unicode_encoding_is_refused(folder: Path, encoding: str, line: int) -> None:
    path = folder / "hosts_2020.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    first = refused(folder).problems[0]
    assert (first.file, first.line, first.rule) == ("hosts_2020.csv", line, "encoding")


def test_a_latin_1_file_is_refused_with_its_line(folder: Path) -> None:
    path = folder / "closures_2020.csv"
    text = path.read_text(encoding="utf-8").replace("Mashujaa Day", "Journée Mashujaa")
    path.write_bytes(text.encode("latin-1"))
    first = refused(folder).problems[0]
    assert (first.line, first.rule) == (13, "encoding")
    assert "0xE9" in first.reason


def test_a_byte_order_mark_and_other_line_ends_are_taken(folder: Path) -> None:
    path = folder / "hosts_2020.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read_folder(folder)["hosts"].rows) == 43


@pytest.mark.parametrize("name", ["events.csv", "events_2031.csv"])
def test_a_file_may_bear_another_year_or_none(folder: Path, name: str) -> None:
    (folder / "events_2020.csv").rename(folder / name)
    assert len(read_folder(folder)["events"].rows) == 484


def test_an_empty_file_is_refused(folder: Path) -> None:
    (folder / "views_2020.csv").write_bytes(b"")
    assert [problem.rule for problem in refused(folder).problems] == ["header"]


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "surveys_2020.csv").unlink()
    assert [str(problem) for problem in refused(folder).problems] == ["surveys_<year>.csv: the file is missing (file)"]


def test_two_files_of_one_name_are_refused(folder: Path) -> None:
    (folder / "hosts.csv").write_bytes((folder / "hosts_2020.csv").read_bytes())
    assert refused(folder).problems[0].reason == "hosts.csv is there as well"


def test_a_guide_in_two_places_is_told_before_the_database_refuses(folder: Path) -> None:
    path = folder / "events_2020.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    twin = lines[1].replace("NYC-0001", "NYC-9001").replace("T20:00", "T21:10")
    path.write_text("\n".join([*lines, twin, ""]), encoding="utf-8")
    first = refused(folder).problems[0]
    assert (first.line, first.column, first.rule) == (486, "host_code", "OVL-01")


def test_a_group_twice_in_one_event_is_told_before_the_database_refuses(folder: Path) -> None:
    path = folder / "bookings_2020.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    twin = lines[1].replace("B-00001", "B-90001").replace("Junipervale", "JUNIPERVALE").replace(",27,2,25,", ",2,0,2,")
    path.write_text("\n".join([*lines, twin, ""]), encoding="utf-8")
    first = refused(folder).problems[0]
    assert (first.line, first.column, first.rule) == (821, "organisation", "DUP-01")


def test_all_mistakes_are_told_at_once(folder: Path, spoil: Spoil) -> None:
    spoil("hosts_2020.csv", "NYC-G01,New York", "NYC-G01,Newyork")
    spoil("bookings_2020.csv", ",school,KR,", ",school,UK,")
    spoil("bookings_2020.csv", "Europe/Amsterdam", "Amsterdam")
    assert [(one.file, one.line) for one in refused(folder).problems] == [
        ("bookings_2020.csv", 2),
        ("bookings_2020.csv", 4),
        ("hosts_2020.csv", 2),
    ]


@pytest.mark.usefixtures("app")
def test_nothing_is_loaded_where_one_cell_of_one_file_is_wrong(folder: Path, spoil: Spoil) -> None:
    spoil("views_2020.csv", ",exact,18100,", ",exact,many,")
    with pytest.raises(BadTables, match=r"^views_2020\.csv, line 11, column value"):
        load(folder, NOW)
    assert db.session.scalar(select(func.count()).select_from(Station)) == 0


@pytest.mark.usefixtures("app")
def test_what_the_database_alone_can_refuse_is_told_in_a_line_and_nothing_is_loaded() -> None:
    guide = make_guide(make_station("NYC"), code="NYC-G01")
    start = datetime(2020, 7, 1, 0, 0, tzinfo=UTC)
    make_assignment(guide, make_event(make_offering(db.session.get_one(Station, guide.station_id)), start))
    with pytest.raises(BadTables, match="the files do not go with what the database holds already"):
        load(DATA, NOW)
    assert db.session.scalar(select(func.count()).select_from(Event)) == 1


def test_languages_and_countries_of_the_folder_are_compared_with_the_products_own(folder: Path) -> None:
    header = "tag,autonym,direction,official," + ",".join(
        f"{part}_{tag}" for part in ("name", "in") for tag in ("ar", "zh", "en", "fr", "ru", "es")
    )
    (folder / "languages.csv").write_text(header + "\nqq,Q,ltr,no" + "," * 12 + "\n", encoding="utf-8")
    first = refused(folder).problems[0]
    assert (first.file, first.line, first.column, first.rule) == ("languages.csv", 2, "tag", "reference")


@pytest.fixture
def up_to_date(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, its database up to date: migrations cannot run inside the transaction of a test."""
    monkeypatch.setitem(app.extensions, "booking.bring_up_to_date", lambda: None)
    return app


def test_the_command_counts_the_rows_and_says_when_nothing_was_changed(up_to_date: Flask) -> None:
    runner = up_to_date.test_cli_runner()
    first, second = runner.invoke(command, [str(DATA)]), runner.invoke(command, [str(DATA)])
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "events               484 added      0 changed      0 unchanged" in first.output
    assert "Nothing was changed." not in first.output
    assert second.output.endswith("Nothing was changed.\n")


def test_the_command_tells_at_most_twenty_mistakes_and_exits_with_1(up_to_date: Flask, folder: Path) -> None:
    path = folder / "bookings_2020.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",school,KR,", ",school,UK,"), encoding="utf-8")
    broken = path.read_text(encoding="utf-8").count(",school,UK,")
    ran = up_to_date.test_cli_runner().invoke(command, [str(folder)])
    lines = ran.stderr.splitlines()
    assert ran.exit_code == 1
    assert ran.stdout == ""
    assert lines[0] == (
        "booking: bookings_2020.csv, line 2, column country: 'UK' is not an ISO 3166-1 alpha-2 country code (REQ-02)"
    )
    assert len(lines) == min(broken, 20) + (broken > 20)


def test_the_command_refuses_a_folder_that_is_not_there(app: Flask, tmp_path: Path) -> None:
    assert app.test_cli_runner().invoke(command, [str(tmp_path / "nowhere")]).exit_code == 2


def test_the_command_loads_into_a_database_without_tables(tmp_path: Path) -> None:
    application = create_app(settings_for(f"sqlite:///{tmp_path / 'blank.db'}", tmp_path))
    ran = application.test_cli_runner().invoke(command, [str(DATA)])
    with application.app_context():
        db.engine.dispose()
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "bookings             819 added" in ran.output
