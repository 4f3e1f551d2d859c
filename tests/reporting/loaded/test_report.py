"""The report of the period of 2020: eleven tables that agree with each other, from a fixed number of statements."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event, func, select, update

from booking.db import db, transaction
from booking.reporting import words
from booking.reporting.commands import report as command
from booking.reporting.presenting_events import DISTINCT
from booking.reporting.queries.events import events
from booking.reporting.queries.filtering import counted, events_source, in_period, passes
from booking.reporting.queries.sums import TOURS
from booking.reporting.services.reading import answers, report
from booking.reporting.table_terms import Cell, Report, Table
from booking.reporting.terms import Figure, Filters, Period, Question
from booking.scheduling.models import Event
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("app")

PERIOD = Period(date(2020, 7, 1), date(2021, 1, 31))
DAYS = ["--from", "2020-07-01", "--to", "2021-01-31"]


@pytest.fixture
def made() -> Report:
    return report(Filters(PERIOD), NOW)


def column(table: Table, name: str) -> list[object]:
    at = [one.name for one in table.columns].index(name)
    return [row.values[at].value if isinstance(row.values[at], Cell) else row.values[at] for row in table.rows]  # type: ignore[union-attr]  # asked in the same line


def by_first(table: Table, *names: str) -> dict[object, tuple[object, ...]]:
    """The values of some columns by that of the first."""
    return {row.values[0]: tuple(column(table, name)[at] for name in names) for at, row in enumerate(table.rows)}


def cells(found: Report) -> Iterator[tuple[str, Cell]]:
    for table in found.tables:
        for row in table.rows:
            yield from ((table.id, value) for value in row.values if isinstance(value, Cell))


def test_the_tables_are_those_of_the_report_and_all_have_names(made: Report) -> None:
    assert [table.id for table in made.tables] == list(words.TITLES)
    assert {table.number for table in made.tables} == {f"T{number}" for number in range(1, 12)}
    assert {one.name for table in made.tables for one in table.columns} == set(words.COLUMNS)
    assert {note for table in made.tables for note in table.notes} == set(words.NOTES)


def test_every_table_of_events_has_the_same_total(made: Report) -> None:
    for id_ in ("T1.station", "T1.unit", "T1.kind", "T1.format", "T1.month"):
        table = made.table(id_)
        assert table.rows[-1].is_total
        assert [column(table, name)[-1] for name in ("events", "participants", "unrecorded")] == [454, 15786, 9]
        assert sum(int(str(number)) for number in column(table, "events")[:-1]) == 454
    assert by_first(made.table("T1.online"), "events", "participants") == {
        "GVA": (70, 1925),
        "NBO": (35, 900),
        "NYC": (150, 4600),
        "VIE": (95, 2575),
        "": (350, 10000),
    }


def test_what_nobody_recorded_is_not_a_nought(made: Report) -> None:
    assert by_first(made.table("T1.unit"), "events", "participants", "unrecorded")["slavery-programme"] == (7, None, 7)
    assert [(one.reason, one.number) for one in made.not_ready] == [("unrecorded", 9)]


def test_every_number_of_events_is_that_of_the_events_it_opens(made: Report) -> None:
    asked = 0
    for id_, cell in cells(made):
        if (
            cell.filters is None
            or cell.figure in {None, Figure.GROUPS, Figure.GROUPS_LOST, *DISTINCT}
            or not id_.startswith(("T1", "T6", "T7", "T10"))
        ):
            continue
        asked += 1
        assert cell.figure is not None
        source = events_source(cell.filters).c
        number = func.sum(source.attended if cell.figure is Figure.PARTICIPANTS else source.counts)
        opened = (in_period(source, cell.filters.period), passes(source, cell.filters), counted(source, cell.figure))
        found = db.session.execute(select(number).where(*opened)).scalar()
        assert (found or 0) == (cell.value or 0), (id_, cell)
    assert asked > 100


def test_a_number_opens_its_events_one_by_one(made: Report) -> None:
    whole = made.table("T10.events").rows[-1].values[1]
    assert isinstance(whole, Cell)
    assert whole.filters is not None
    assert whole.figure is not None
    lines, number = events(db.session(), whole.filters, whole.figure, limit=5)
    assert (len(lines), number, {one.status for one in lines}) == (5, whole.value, {"cancelled"})
    after, _ = events(db.session(), whole.filters, whole.figure, offset=5)
    assert len(after) == 15
    assert not {one.code for one in lines} & {one.code for one in after}


def test_countries_of_new_york_are_eleven_in_tours_and_briefings_and_43_in_all(made: Report) -> None:
    assert by_first(made.table("T2.stations"), "countries", "tour_countries")["NYC"] == (43, 11)
    states = [row.values[1] for row in made.table("T2.states").rows if row.values[0] == "NYC"]
    assert len(states) == 15
    assert "unknown-countries" in made.table("T2.countries").notes
    assert column(made.table("T11.missing"), "unknown_countries")[-1] == 61


def test_a_country_opens_the_groups_that_came_from_there(made: Report) -> None:
    row = next(one for one in made.table("T2.countries").rows if one.values[:2] == ("NYC", "KR"))
    groups, people, in_tours, _ = row.values[2:]
    for cell, figure in ((groups, Figure.GROUPS), (people, Figure.PARTICIPANTS), (in_tours, Figure.GROUPS)):
        assert isinstance(cell, Cell)
        assert cell.filters is not None
        asked = Question("q", figure, "", "", _named(cell.filters))
        assert answers([asked], PERIOD)["q"].value == cell.value
    assert isinstance(in_tours, Cell)
    assert in_tours.filters is not None
    assert in_tours.filters.kinds == TOURS


def _named(filters: Filters) -> dict[str, tuple[str, ...]]:
    names = ("stations", "units", "kinds", "formats", "countries")
    return {name: getattr(filters, name) for name in names if getattr(filters, name)}


def test_topics_languages_series_and_what_was_lost(made: Report) -> None:
    briefings = [row.values for row in made.table("T3.requested").rows if row.values[:2] == ("NYC", "briefing")]
    ranked = [(one[2], one[3].value) for one in briefings[:3] if isinstance(one[3], Cell)]
    assert ranked == [("human-rights-racism-xenophobia", 22), ("refugees", 12), ("sustainable-development-goals", 11)]
    assert column(made.table("T4.numbers"), "languages_offered") == [22]
    series = by_first(made.table("T7"), "events", "participants", "regions")
    assert series["TEACH-SDGS-2020"] == (6, 900, 5)
    assert series["LONG-DAY-OF-FLIGHT-2020"] == (1, 75, 1)
    assert by_first(made.table("T10.events"), "cancelled", "no_show")[""] == (20, 6)


def test_exceptions_to_closures_are_what_was_held_on_site_meanwhile(made: Report) -> None:
    rows = [row.values for row in made.table("T6").rows if row.values[0] == "GVA"]
    held = [(one[1], one[6], one[7].value) for one in rows if isinstance(one[7], Cell)]
    assert held == [
        ("premises-closed", "courtesy-visit", 2),
        ("partial-reopening", "courtesy-visit", 3),
        ("partial-reopening", "tour", 24),
        ("premises-closed", "courtesy-visit", 7),
    ]


def test_surveys_are_pooled_and_views_stand_apart(made: Report) -> None:
    survey = made.table("T8")
    assert column(survey, "positive")[:3] == [86, 84, 88]
    views = made.table("T9")
    assert column(views, "value")[0] is None
    assert sum(bool(one) for one in column(views, "cumulative")) == 1
    items = dict(zip(column(views, "item"), column(views, "items"), strict=True))
    assert [number for title, number in items.items() if str(title).startswith("#GlobalGoals")] == [1] * 7


def test_the_year_before_stands_beside_it() -> None:
    first_half = Filters(Period(date(2021, 7, 1), date(2022, 1, 31)))
    table = report(first_half, NOW).table("T1.station")
    whole = table.rows[-1].values[1:3]
    assert [(cell.value, cell.before) for cell in whole if isinstance(cell, Cell)] == [(0, 454), (0, 15786)]


def test_a_station_alone_is_its_line_of_the_whole(made: Report) -> None:
    alone = report(Filters(PERIOD, stations=("VIE",)), NOW)
    names = ("events", "participants", "unrecorded")
    assert by_first(alone.table("T1.station"), *names)[""] == by_first(made.table("T1.station"), *names)["VIE"]


def test_all_tables_take_at_most_twenty_statements() -> None:
    report(Filters(PERIOD), NOW)  # facts are up to date
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    report(Filters(PERIOD), NOW)
    assert len([one for one in seen if not one.startswith(("SAVEPOINT", "ROLLBACK", "RELEASE", "BEGIN"))]) <= 20


# The command.
def test_the_command_prints_every_measure_as_json(app: Flask) -> None:
    ran = app.test_cli_runner().invoke(command, [*DAYS, "--format", "json"])
    assert ran.exit_code == 0
    told = json.loads(ran.output)
    expected = Path(__file__).parents[2] / "data" / "expected_totals_2020.csv"
    with expected.open(encoding="utf-8", newline="") as lines:
        totals = {row["measure_id"]: row["value"] for row in csv.DictReader(lines)}
    assert {id_: str(value) for id_, value in told["measures"].items()} == totals
    assert isinstance(told["measures"]["M01"], int)
    assert len(told["tables"]) == len(words.TITLES)
    assert told["period"] == {"from": "2020-07-01", "to": "2021-01-31"}


def test_the_command_narrows_to_stations_and_writes_files(app: Flask, tmp_path: Path) -> None:
    wanted = tmp_path / "report.csv"
    ran = app.test_cli_runner().invoke(
        command, [*DAYS, "--station", "vie", "--format", "csv", "--locale", "fr", "--output", str(wanted)]
    )
    assert (ran.exception, ran.exit_code, ran.output) == (None, 0, "")
    lines = list(csv.reader(io.StringIO(wanted.read_text(encoding="utf-8"))))
    assert ["Vienne", "101", "2723", "0"] in lines
    assert "Service des visites" in [line[0] for line in lines if line]
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "@"))]


def test_the_command_writes_a_workbook_that_explains_itself(app: Flask, tmp_path: Path) -> None:
    wanted = tmp_path / "report.xlsx"
    ran = app.test_cli_runner().invoke(command, [*DAYS, "--format", "xlsx", "--output", str(wanted)])
    assert (ran.exception, ran.exit_code, ran.output) == (None, 0, "")
    book = load_workbook(wanted)
    assert book.sheetnames == ["About", *(f"T{number}" for number in range(1, 12))]
    assert ("Period", "2020-07-01 to 2021-01-31, both included") in [
        (row[0].value, row[1].value) for row in book["About"].iter_rows()
    ]
    totals = [[cell.value for cell in row] for row in book["T1"].iter_rows() if row[0].value == str(words.TOTAL)]
    assert totals
    assert [totals[0][1], totals[0][3]] == [454, 15786], totals


def test_the_command_says_tables_for_a_terminal(app: Flask) -> None:
    ran = app.test_cli_runner().invoke(command, DAYS)
    assert ["Total", "350", "10000", "0"] in [line.split() for line in ran.output.splitlines()]
    assert "Events held of which a number is missing: 9" in ran.output
    assert "Visitors Service" in ran.output
    assert max(len(line) for line in ran.output.splitlines()) < 400


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["--from", "2021-01-31", "--to", "2020-07-01"], "--to"),
        (["--from", "1990-01-01", "--to", "2020-07-01"], "at most 10 years"),
        (["--from", "0001-01-01", "--to", "9999-12-31"], "--"),
        (["--from", "2020-02-30", "--to", "2020-07-01"], "--from"),
        (["--to", "2020-07-01"], "--from"),
        ([*DAYS, "--station", "XYZ"], "there is no station 'XYZ'; there are: GVA, NBO, NYC, VIE"),
        ([*DAYS, "--format", "pdf"], "--format"),
    ],
)
def test_a_wrong_call_names_the_option(app: Flask, days: list[str], said: str) -> None:
    ran = app.test_cli_runner().invoke(command, days)
    assert ran.exit_code == 2
    assert said in ran.output


def test_a_topic_is_found_however_it_was_parted_from_others() -> None:
    with transaction() as session:
        noted = update(Event).where(Event.code == "NYC-0002").values(topics_raised="COVID-19, Peace & 100% ; Reform")
        session.execute(noted)
    asked = [
        Question(topic, Figure.EVENTS, "", "", {"raised": (topic,)}) for topic in ("covid-19", "peace & 100%", "peace")
    ]
    found = answers(asked, PERIOD)
    assert [found[one.id].value for one in asked] == [68, 1, 0]
