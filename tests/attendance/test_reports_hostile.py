"""Files that are none, not whole, or made to hurt (A77 to A88): each is refused in a plain sentence, with its row."""

import codecs
import io
import zipfile

import pytest

from booking.attendance.platform_reports import Layout, NotReadable, Refusal, read_report
from booking.attendance.platform_reports.decoding import MOST_BYTES
from booking.attendance.platform_reports.tables import MOST_IN_A_CELL, MOST_ROWS
from booking.attendance.platform_reports.terms import Oddity
from tests.attendance.samples import bytes_of, summary, teams, text_of, zoom

HEADINGS = "Name (Original Name),User Email,Total Duration (Minutes),Guest\r\n"
LONE = "Full Name\tUser Action\tTimestamp\r\nA".encode("utf-16-le") + b"\x00\xd8" + "\t\r\n".encode("utf-16-le")


def _refused(data: bytes) -> NotReadable:
    with pytest.raises(NotReadable) as refused:
        read_report(data)
    return refused.value


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


UTF_16 = text_of(Layout.TEAMS_2020).encode("utf-16-le")
NO_TEXT: dict[str, tuple[bytes, Refusal, int]] = {
    "A79 an odd number of bytes": (codecs.BOM_UTF16_LE + UTF_16[:-1], Refusal.CUT_OFF, 11),
    "A79 an odd number of bytes, no mark": (UTF_16[:-1], Refusal.CUT_OFF, 11),
    "A80 half a character": (codecs.BOM_UTF16_LE + LONE, Refusal.NO_TEXT, 2),
    "cut within a character of UTF-8": (HEADINGS.encode() + "学校,,5,学".encode()[:-1], Refusal.CUT_OFF, 2),
    "NUL in UTF-8": (HEADINGS.encode() + b"A\x00B,,5,Yes\r\n", Refusal.NUL, 2),
    "NUL in UTF-16": ((HEADINGS + "A\0B,,5,Yes\r\n").encode("utf-16"), Refusal.NUL, 2),
    "a control character": (HEADINGS.encode() + b"A\x1b[31mB,,5,Yes\r\n", Refusal.NO_TEXT, 2),
    "a byte that is in no encoding": (HEADINGS.encode() + b"A\x81B,,5,Yes\r\n", Refusal.NO_TEXT, 2),
}


@pytest.mark.parametrize("case", NO_TEXT)
def test_what_is_no_text_is_refused_with_its_row(case: str) -> None:
    data, code, row = NO_TEXT[case]
    refused = _refused(data)
    assert (refused.code, refused.row) == (code, row)


def test_half_a_character_in_utf_8_is_not_taken_for_windows_1252() -> None:
    assert _refused(codecs.BOM_UTF8 + HEADINGS.encode() + b"\xed\xa0\x80,,5,Yes\r\n").code is Refusal.NO_TEXT


OTHER_KINDS = {
    "A87 a ZIP archive": (_zip("a.csv", b"x"), "a ZIP archive or an Excel workbook"),
    "A88 an Excel workbook": (_zip("xl/workbook.xml", b"<x/>"), "an Excel workbook"),
    "A88 a bomb": (_zip("xl/worksheets/sheet1.xml", bytes(20_000_000)), "an Excel workbook"),
    "A87 a web page": (b"\xef\xbb\xbf\n<!DOCTYPE html><html></html>", "an HTML page"),
    "A87 a web page in UTF-16": ("<HTML><body>".encode("utf-16"), "an HTML page"),
    "A87 a program": (b"MZ\x90\x00\x03", "a program for Windows"),
    "A87 a PDF": (b"%PDF-1.7\n", "a PDF document"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
    "entities of XML": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>', "an XML document"),
    "JSON": (b'{"participants": []}', "JSON"),
    "a calendar": (b"BEGIN:VCALENDAR\r\n", "a calendar"),
}


@pytest.mark.parametrize("case", OTHER_KINDS)
def test_a_file_of_another_kind_is_refused_by_what_it_is(case: str) -> None:
    data, kind = OTHER_KINDS[case]
    refused = _refused(data)
    assert refused.code is Refusal.OTHER_KIND
    assert kind in str(refused)
    assert "save the report as CSV" in str(refused)


@pytest.mark.parametrize("data", [b"", b"\r\n \t\n", bytes(10)])
def test_a_file_with_nothing_in_it_is_empty(data: bytes) -> None:
    assert _refused(data).code is Refusal.EMPTY


@pytest.mark.parametrize("data", ["Hello\n", "a,b,c\n1,2,3\n", "1. Summary\n2. Participants\n", "\ufeff,,,\n"])
def test_text_that_is_no_report_is_refused(data: str) -> None:
    assert _refused(data.encode()).code in {Refusal.UNKNOWN, Refusal.COLUMN_MISSING, Refusal.CUT_OFF}


def test_a_cell_without_an_end_is_refused_at_its_row() -> None:
    data = HEADINGS.encode() + b"A,,5,Yes\r\n" + b"x" * (MOST_IN_A_CELL + 1) + b",,5,Yes\r\n"
    assert (_refused(data).code, _refused(data).row) == (Refusal.CELL_TOO_LONG, 3)


@pytest.mark.parametrize("row", ['"A,,5,Yes\r\n', '"A"B,,5,Yes\r\n'])
def test_a_quote_left_open_is_refused_where_it_begins(row: str) -> None:
    refused = _refused((HEADINGS + "Z,,5,Yes\r\n" + row + "C,,5,Yes\r\n" * 3).encode())
    assert (refused.code, refused.row) == (Refusal.QUOTES, 3)


def test_a_row_of_thousands_of_cells_is_refused_at_its_row() -> None:
    refused = _refused((HEADINGS + "A,,5,Yes\r\n" + "," * 100_000 + "\r\n").encode())
    assert (refused.code, refused.row) == (Refusal.TOO_MANY_CELLS, 3)


def test_a_million_rows_are_refused_at_the_row_that_is_too_many() -> None:
    rows = b"A,,5,\r\n" * 1_000_000
    assert _refused(HEADINGS.encode() + rows).row > 700_000
    assert _refused(HEADINGS.encode() + rows).code is Refusal.TOO_LARGE
    few = _refused(HEADINGS.encode() + rows[: 7 * (MOST_ROWS + 1)])
    assert (few.code, few.row) == (Refusal.TOO_MANY_ROWS, MOST_ROWS + 1)


def test_a_file_that_is_too_large_is_not_decoded() -> None:
    assert _refused(b"\xff\xfe" + b"\xd8" * MOST_BYTES).code is Refusal.TOO_LARGE


def test_a_heading_that_is_missing_is_named() -> None:
    text = text_of(Layout.TEAMS_SECTIONS).replace("Last leave", "Went at").replace("Leave time", "Went at")
    refused = _refused(text.encode())
    assert (refused.code, refused.row, refused.column) == (Refusal.COLUMN_MISSING, 10, "leave time")


ODD_ROWS: dict[str, tuple[bytes, list[tuple[int, Oddity, bool]], list[float]]] = {
    "A86 minus one hour": (
        summary("A|1/19/2021, 9:00:00 AM|1/19/2021, 9:30:00 AM|-1h||Attendee|"),
        [(4, Oddity.DURATION_IMPOSSIBLE, True)],
        [30],
    ),
    "A86 99999 hours": (
        summary("A|1/19/2021, 9:00:00 AM|1/19/2021, 9:30:00 AM|99999h||Attendee|"),
        [(4, Oddity.DURATION_IMPOSSIBLE, True)],
        [30],
    ),
    "A86 99999 hours without times": (
        summary("A|||99999h||Attendee|", "B|||20m||Attendee|"),
        [(4, Oddity.DURATION_IMPOSSIBLE, False)],
        [20],
    ),
    "A86 leaving before joining": (
        summary(
            "A|1/19/2021, 9:30:00 AM|1/19/2021, 9:00:00 AM|30m||Attendee|",
            "B|1/19/2021, 9:00:00 AM|1/19/2021, 9:20:00 AM|20m||Attendee|",
        ),
        [(4, Oddity.LEFT_BEFORE_JOINING, False)],
        [20],
    ),
    "a stay of two days": (
        zoom("A||11/19/2020 9:00:00 AM|11/21/2020 9:00:00 AM|2880|Yes", "B||11/19/2020 9:00|11/19/2020 9:07|7|Yes"),
        [(2, Oddity.DURATION_IMPOSSIBLE, True), (2, Oddity.TOO_LONG, False)],
        [7],
    ),
    "a duration of its own": (
        zoom("A||11/19/2020 9:00:00 AM|11/19/2020 9:10:00 AM|50|Yes"),
        [(2, Oddity.DURATION_DIFFERS, True)],
        [10],
    ),
    "a time that is none": (
        zoom("A||11/19/2020 25:00|11/19/2020 9:10|5|Yes", "B||11/19/2020 9:00|11/19/2020 9:07|7|Yes"),
        [(2, Oddity.TIME_UNREADABLE, False)],
        [7],
    ),
    "a duration that is none": (
        zoom("A||11/19/2020 9:00|11/19/2020 9:10|soon|Yes"),
        [(2, Oddity.DURATION_UNREADABLE, True)],
        [10],
    ),
    "neither times nor a duration": (
        zoom("A|||||Yes", "B||11/19/2020 9:00|11/19/2020 9:07|7|Yes"),
        [(2, Oddity.NO_TIMES, False)],
        [7],
    ),
    "a role that is not known": (
        summary("A|1/19/2021, 9:00:00 AM|1/19/2021, 9:30:00 AM|30m||Wizard|"),
        [(4, Oddity.UNKNOWN_ROLE, True)],
        [30],
    ),
    "a leave without a join": (
        teams("A|Left|10/22/2020, 4:00:00 PM", "B|Joined|10/22/2020, 4:00:00 PM", "B|Left|10/22/2020, 4:09:00 PM"),
        [(2, Oddity.LEFT_WITHOUT_JOINING, False)],
        [9],
    ),
    "an action that is none": (
        teams("A|Danced|10/22/2020, 4:00:00 PM", "B|Joined|10/22/2020, 4:00:00 PM", "B|Left|10/22/2020, 4:09:00 PM"),
        [(2, Oddity.UNKNOWN_ACTION, False)],
        [9],
    ),
    "fewer people than it says": (
        summary(
            "A|1/19/2021, 9:00:00 AM|1/19/2021, 9:30:00 AM|30m||Attendee|",
            facts=("Total Number of Participants|7",),
        ),
        [(0, Oddity.FEWER_THAN_STATED, True)],
        [30],
    ),
    "cells that are missing": (
        summary("A|1/19/2021, 9:00:00 AM|1/19/2021, 9:30:00 AM|30m"),
        [(4, Oddity.TOO_FEW_CELLS, True)],
        [30],
    ),
}


@pytest.mark.parametrize("case", ODD_ROWS)
def test_a_row_that_cannot_be_is_reported_and_waits_for_somebody_to_look(case: str) -> None:
    data, remarks, minutes = ODD_ROWS[case]
    report = read_report(data)
    assert [(one.row, one.oddity, one.is_counted) for one in report.remarks] == remarks
    assert [person.minutes for person in report.participants] == minutes
    assert report.needs_confirmation


def test_rows_of_which_none_can_be_counted_are_no_report() -> None:
    refused = _refused(teams("A|Danced|10/2/2020, 4:00:00 PM"))
    assert (refused.code, refused.row) == (Refusal.UNREADABLE, 2)


@pytest.mark.parametrize("layout", Layout)
def test_a_file_cut_off_anywhere_is_refused_or_ends_with_a_whole_row(layout: Layout) -> None:
    data = bytes_of(layout)
    whole = {row.rstrip("\r\n") for row in text_of(layout).splitlines()}
    taken = set()
    for length in range(len(data)):
        try:
            read_report(data[:length])
        except NotReadable:
            continue
        taken.add(data[:length].decode("utf-16" if data[0] == 0xFF else "utf-8-sig").splitlines()[-1])
    assert len(taken - whole) <= len(data) // 100
