"""The sample reports, and reports written row by row."""

import codecs
from pathlib import Path

from booking.attendance.platform_reports import Layout

FILES = Path(__file__).parents[1] / "data" / "attendance_reports"
HOSTS = {Layout.TEAMS_2020: ["Tour Host (Guest)"], Layout.ZOOM_TOTALS: ["host@example.org"]}


def bytes_of(layout: Layout) -> bytes:
    """A sample as its platform wrote it."""
    return (FILES / f"{layout}.csv").read_bytes()


def text_of(layout: Layout) -> str:
    """A sample's text, without its mark."""
    data = bytes_of(layout)
    return data.decode("utf-16" if data.startswith(codecs.BOM_UTF16_LE) else "utf-8-sig")


def teams(*rows: str) -> bytes:
    """A Teams meeting of 2020; the cells of a row are separated by bars."""
    return _written(["Full Name|User Action|Timestamp", *rows]).encode("utf-16")


def summary(*rows: str, facts: tuple[str, ...] = ()) -> bytes:
    """A Teams meeting of 2021: facts, then a row for each stay."""
    head = "Full Name|Join Time|Leave Time|Duration|Email|Role|Participant ID (UPN)"
    return _written(["Meeting Summary", *facts, "", head, *rows]).encode("utf-16")


def zoom(*rows: str) -> bytes:
    """A Zoom meeting without the meeting's line."""
    return _written(["Name (Original Name)|User Email|Join Time|Leave Time|Duration (Minutes)|Guest", *rows]).encode()


def _written(rows: list[str]) -> str:
    return "".join(row.replace("|", "\t") + "\r\n" for row in rows)
