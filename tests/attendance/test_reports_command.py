"""`booking attendance read`: JSON for a report, one line on standard error for anything else; nothing is stored."""

import json
from pathlib import Path
from typing import Any

import pytest

from booking import cli
from booking.attendance.platform_reports import Layout
from booking.attendance.platform_reports.decoding import MOST_BYTES
from tests.attendance.samples import FILES, HOSTS, bytes_of

PEOPLE = {
    Layout.TEAMS_2020: (3, 0),
    Layout.TEAMS_2021: (4, 0),
    Layout.TEAMS_SECTIONS: (2, 0),
    Layout.TEAMS_LIVE_EVENT: (3, 0),
    Layout.ZOOM_PARTICIPANTS: (4, 1),
    Layout.ZOOM_TOTALS: (3, 0),
    Layout.ZOOM_WEBINAR: (3, 0),
}


def _read(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert cli.run(["attendance", "read", *arguments]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    said: dict[str, Any] = json.loads(printed.out)
    return said


def _refused(capsys: pytest.CaptureFixture[str], status: int, *arguments: str) -> str:
    assert cli.run(["attendance", "read", *arguments]) == status
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    return printed.err


@pytest.mark.parametrize("layout", Layout)
def test_every_sample_gives_the_counts_of_its_readme(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    hosts = [text for host in HOSTS.get(layout, []) for text in ("--host", host)]
    said = _read(capsys, str(FILES / f"{layout}.csv"), *hosts)
    assert (said["layout"], said["participants"], said["under_threshold"]) == (layout, *PEOPLE[layout])
    assert len(said["minutes"]) == said["participants"]
    assert (said["needs_confirmation"], said["remarks"]) == (False, [])


def test_who_is_left_out_and_why_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    said = _read(capsys, str(FILES / "zoom_totals.csv"), "--host", "host@example.org")
    assert said["left_out"] == [
        {"name": "Tour Host", "email": "host@example.org", "reason": "named_by_reader", "minutes": 65.0}
    ]


def test_the_threshold_is_in_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(FILES / "zoom_meeting_participants.csv")
    assert [_read(capsys, path, "--threshold-min", n)["under_threshold"] for n in ("0", "1", "2", "40", "41")] == [
        *(0, 0, 1, 2, 3)
    ]


def test_the_order_of_dates_is_null_until_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(FILES / "teams_2020_join_leave.csv")
    first, told = _read(capsys, path), _read(capsys, path, "--date-order", "dmy")
    assert (first["date_order"], told["date_order"]) == (None, "dmy")
    assert first["minutes"] == told["minutes"]
    assert _read(capsys, str(FILES / "teams_2021_meeting_summary.csv"))["date_order"] == "mdy"


def test_odd_rows_are_said_with_their_numbers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = bytes_of(Layout.ZOOM_PARTICIPANTS).replace(b"06:40:00 PM,30", b"06:00:00 PM,30")
    (tmp_path / "odd.csv").write_bytes(text)
    said = _read(capsys, str(tmp_path / "odd.csv"))
    assert said["needs_confirmation"]
    assert [(one["row"], one["what"], one["is_counted"]) for one in said["remarks"]] == [
        (6, "left_before_joining", False)
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"a,b\r\n1,2\r\n", "no attendance report"),
        (bytes_of(Layout.TEAMS_2021)[:1200], "cut off"),
        (bytes_of(Layout.TEAMS_2021)[:-1], "cut off"),
        (b"PK\x03\x04xl/", "an Excel workbook"),
        (b"\x00" * 9 + b"x" * MOST_BYTES, "larger than 5 MB"),
        (bytes_of(Layout.ZOOM_TOTALS).replace(b",65,", b"\x00"), "NUL"),
    ],
)
def test_what_is_no_report_or_not_all_of_one_is_told_in_one_line(
    content: bytes, told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "report.csv").write_bytes(content)
    line = _refused(capsys, 1, str(tmp_path / "report.csv"))
    assert told in line
    assert line.startswith("booking: report.csv: ")


def test_an_order_that_the_file_contradicts_is_told_with_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    line = _refused(capsys, 1, str(FILES / "teams_2021_meeting_summary.csv"), "--date-order", "dmy")
    assert "row 4: this date is not written with the day first" in line


@pytest.mark.parametrize(
    "arguments",
    [[], ["nowhere.csv"], ["."], ["--date-order", "ymd"], ["--threshold-min", "-1"], ["--threshold-min", "soon"]],
)
def test_a_wrong_call_is_told_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    file = [str(FILES / "zoom_totals.csv")] if arguments and arguments[0].startswith("--") else []
    _refused(capsys, 2, *file, *arguments)
