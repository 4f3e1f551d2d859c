"""Cells that a spreadsheet could run, people who came alone, events counted as a whole."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from booking.attendance.platform_reports.tables import rows_of
from booking.attendance.services.record import Saying, record
from booking.attendance.services.say import say
from booking.attendance.terms import Source
from booking.bookings.terms import BookingStatus
from booking.loading.csv_tables import Column as LoadedColumn
from booking.loading.csv_tables import Layout, read_table
from booking.reporting.exporting.columns import chosen
from booking.reporting.services.exports import FileKind, Wish, pieces
from booking.reporting.terms import Filters, Period
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation, make_station

pytestmark = pytest.mark.usefixtures("app")

WHOLE_YEAR = Filters(Period(date(2026, 1, 1), date(2027, 12, 31)))
KEPT = ["'=1", "''+1", "'quoted' first", "Ecole d'Invention", "plain"]
"""Texts with apostrophes of their own."""
FORMULAS = ["=cmd|'/c calc'!A1", "@SUM(1)", "+1", "-1", '=HYPERLINK("https://evil.example")', "\uff1d1+1"]
ARABIC = "مدرسة مخترعة"


def written(kind: FileKind, *columns: str, locale: str = "en") -> bytes:
    return b"".join(pieces(Wish(WHOLE_YEAR, chosen(columns), kind, locale), who="Invented", now=NOW))


def rows(*columns: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(FileKind.CSV, *columns).decode(), newline="")))


@pytest.fixture
def event() -> Event:
    return make_event(make_offering(make_station()), capacity=100, status=EventStatus.HELD)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_text_never_becomes_a_formula(event: Event, formula: str) -> None:
    make_booking(event, make_organisation(formula), status=BookingStatus.ATTENDED, attended=9, group_label="-5b")
    [row] = rows("organisation", "group_label", "attended")
    assert row == {"organisation": f"'{formula}", "group_label": "'-5b", "attended": "9"}
    sheet = load_workbook(io.BytesIO(written(FileKind.XLSX)))["Groups"]
    cells = {str(head.value): cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (cells["Organization"].value, cells["Organization"].data_type) == (formula, "s")
    assert (cells["Attended"].value, cells["Attended"].data_type) == (9, "n")
    assert json.loads(written(FileKind.JSONL))["organisation"] == formula


def test_what_is_guarded_comes_back_as_it_was_by_every_reader_of_files(event: Event, tmp_path: Path) -> None:
    names = [*FORMULAS, *KEPT]
    for name in names:
        make_booking(event, make_organisation(name), size=5)
    exported = written(FileKind.CSV, "booking", "organisation")
    file = tmp_path / "exported.csv"
    file.write_bytes(exported)
    layout = Layout("exported", ("booking",), {name: LoadedColumn(str) for name in ("booking", "organisation")})
    table = read_table(file, layout)
    assert ([row.values["organisation"] for row in table.rows], table.problems) == (names, [])
    assert [row.cells[1] for row in rows_of(exported.decode(), ",")][1:] == names


def test_quotes_commas_and_arabic_come_back_as_they_were(event: Event) -> None:
    names = ['School, "Invented"', ARABIC]
    for name in names:
        make_booking(event, make_organisation(name))
    assert [row["organisation"] for row in rows("organisation")] == names
    book = load_workbook(io.BytesIO(written(FileKind.XLSX, "organisation", locale="ar")))
    groups = book.worksheets[3]
    assert [cell.value for cell in groups["A"]][1:] == names
    assert groups.sheet_view.rightToLeft


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (("status_reason",), '""'),
        (("group_label",), '""'),
        (("status_reason", "topics_raised"), ","),
        (("status_reason", "group_label"), ","),
        (("status_reason", "group_label", "attended"), ",,"),
    ],
)
def test_an_empty_cell_is_quoted_only_where_its_line_would_else_be_empty(
    event: Event, columns: tuple[str, ...], line: str
) -> None:
    make_booking(event)
    assert written(FileKind.CSV, *columns).decode().splitlines() == [",".join(columns), line]


def test_somebody_who_came_alone_is_not_named(event: Event) -> None:
    make_booking(event, make_organisation("Ada Invented"), is_individual=True)
    assert [row["organisation"] for row in rows("organisation")] == [""]


def test_an_event_counted_as_a_whole_has_one_row_with_its_number(event: Event) -> None:
    with_groups = make_event(
        make_offering(make_station("GVA")), capacity=100, status=EventStatus.HELD, attended=40, attended_source="guide"
    )
    make_booking(with_groups, status=BookingStatus.NOT_RECORDED)
    make_booking(with_groups, status=BookingStatus.NOT_RECORDED)
    found = rows("event_id", "booked", "attended", "attended_source")
    mine = [row for row in found if row["event_id"] == with_groups.code]
    assert [(row["booked"], row["attended"], row["attended_source"]) for row in mine] == [
        ("10", "", ""),
        ("10", "", ""),
        ("", "40", "guide"),
    ]
    assert [row["attended"] for row in found if row["event_id"] == event.code] == [""]


def test_a_cancelled_booking_counts_nobody(event: Event) -> None:
    make_booking(event, status=BookingStatus.CANCELLED_BY_GROUP, attended=12)
    assert [row["attended"] for row in rows("booking", "attended")] == [""]


def test_everything_that_was_said_is_a_column_that_is_asked_for(event: Event) -> None:
    booking, silent = make_booking(event, size=30), make_booking(event)
    say(booking.reference, 31, event.starts_at)
    for source, number in ((Source.GUIDE, None), (Source.PLATFORM, 3)):
        told = Saying({booking.reference: number})
        record(event.code, told, source=source, now=event.ends_at, actor="account:7")
    whole = make_event(make_offering(make_station("GVA")))
    record(whole.code, Saying({"": 40}), source=Source.DESK, now=whole.ends_at, actor="account:7")
    early, late = f"{event.starts_at:%Y-%m-%dT%H:%MZ}", f"{event.ends_at:%Y-%m-%dT%H:%MZ}"
    said = f"{early} teacher 31; {late} guide not-recorded; {late} platform 3"
    found = {row["booking"]: row["history"] for row in rows("booking", "history")}
    assert found == {booking.reference: said, silent.reference: "", "": f"{late} desk 40"}
    assert "history" not in rows()[0]
