"""The period of 2020 as a file: the same figures as the report's, in every form."""

import csv
import io
import json
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import event

from booking.bookings.models import Booking
from booking.db import db
from booking.reporting.exporting.columns import USUAL, chosen
from booking.reporting.queries import attendance_rows
from booking.reporting.services.exports import FileKind, Wish, pieces
from booking.reporting.terms import Filters, Period
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("app")

PERIOD = Period(date(2020, 7, 1), date(2021, 1, 31))
ONLINE = Filters(
    PERIOD, units=("visitors-service",), kinds=("tour", "briefing"), formats=("virtual-live", "virtual-recorded")
)


def written(kind: FileKind, filters: Filters = Filters(PERIOD), *columns: str, mark: bool = False) -> bytes:  # noqa: B008  frozen
    wish = Wish(filters, chosen(columns), kind, mark=mark)
    return b"".join(pieces(wish, who="Invented Coordinator", now=NOW))


def lines(filters: Filters = Filters(PERIOD), *columns: str) -> list[dict[str, str]]:  # noqa: B008  frozen
    return list(csv.DictReader(io.StringIO(written(FileKind.CSV, filters, *columns).decode(), newline="")))


def test_rows_of_events_held_make_what_the_report_says() -> None:
    held = [row for row in lines(ONLINE) if row["event_status"] == "held"]
    assert len({row["event_id"] for row in held}) == 350
    assert sum(int(row["attended"] or 0) for row in held) == 10_000


def test_each_booking_has_one_row_however_few_events_are_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = written(FileKind.CSV)
    rows = list(csv.DictReader(io.StringIO(whole.decode(), newline="")))
    bookings = [row["booking"] for row in rows if row["booking"]]
    assert len(bookings) == len(set(bookings)) == 815
    monkeypatch.setattr(attendance_rows, "AT_ONCE", 7)
    monkeypatch.setattr(attendance_rows, "AHEAD", 24)
    assert written(FileKind.CSV) == whole


def test_statements_grow_with_pages_of_events_not_with_rows() -> None:
    lines()  # facts are up to date
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    lines()
    assert len([one for one in seen if one.startswith("SELECT")]) <= 4  # is anything due; events; groups


def test_countries_leave_only_groups_from_there() -> None:
    found = lines(Filters(PERIOD, countries=("KR",)), "event_id", "country", "region")
    assert {(row["country"], row["region"]) for row in found} == {("KR", "Asia-Pacific")}


def test_json_has_null_for_what_is_not_recorded_and_numbers_for_numbers() -> None:
    rows = [json.loads(line) for line in written(FileKind.JSONL).decode().splitlines()]
    assert list(rows[0]) == list(USUAL)
    assert {type(row["attended"]) for row in rows} == {int, type(None)}
    unrecorded = [row for row in rows if row["booking_status"] == "not_recorded"]
    assert unrecorded
    assert {row["attended"] for row in unrecorded} == {None}


def test_the_workbook_explains_itself_and_its_numbers_are_numbers() -> None:
    book = load_workbook(io.BytesIO(written(FileKind.XLSX, ONLINE)), read_only=True)
    assert book.sheetnames == ["About", "Summary", "Events", "Groups"]
    told = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert (told["Events held"], told["Participants"]) == (350, 10_000)
    assert told["Period"] == "2020-07-01 to 2021-01-31, both included"
    assert told["Made by"] == "Invented Coordinator"
    assert (told["Kinds"], told["Formats"]) == ("tour, briefing", "virtual-live, virtual-recorded")
    summary = list(book["Summary"].iter_rows(min_row=2, values_only=True))
    assert sum(int(str(row[4])) for row in summary) == 350
    assert sum(int(str(row[5])) for row in summary) == 10_000
    head, *groups = book["Groups"].iter_rows(values_only=True)
    at = head.index("Attended")
    assert {type(row[at]) for row in groups} <= {int, type(None)}
    assert sum(int(str(row[at] or 0)) for row in groups) == 10_000


def test_a_mark_comes_before_csv_where_it_is_wanted() -> None:
    assert written(FileKind.CSV, mark=True) == b"\xef\xbb\xbf" + written(FileKind.CSV)


def test_nobody_is_named_unless_asked_for() -> None:
    db.session.query(Booking).update({"contact_name": "Canary Invented", "contact_email": "canary@example.org"})
    db.session.commit()
    for kind in (FileKind.CSV, FileKind.JSONL):
        assert b"anary" not in written(kind)
    assert b"Canary Invented" in written(FileKind.CSV, Filters(PERIOD), "booking", "contact_name")
