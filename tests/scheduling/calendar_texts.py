"""Calendars as other programs write them, for tests of their reading."""

from datetime import UTC, datetime, timedelta

from booking.scheduling.foreign.busy import Reading, read

BEGIN = datetime(2026, 11, 22, tzinfo=UTC)
END = BEGIN + timedelta(days=401)
HOME = "Europe/Vienna"
OUTLOOK = "W. Europe Standard Time"


def component(name: str, *lines: str) -> str:
    """A component of these lines."""
    return "\r\n".join([f"BEGIN:{name}", *lines, f"END:{name}", ""])


def event(*lines: str, uid: str = "one") -> str:
    """An entry of these lines."""
    return component("VEVENT", f"UID:{uid}", *lines)


def calendar(*parts: str) -> bytes:
    """A calendar of these components."""
    return component("VCALENDAR", "VERSION:2.0", "PRODID:-//Invented//EN", "".join(parts).rstrip("\r\n")).encode()


def reading(*parts: str, home: str = HOME) -> Reading:
    """What is read of a calendar of these components."""
    return read(calendar(*parts), home, BEGIN, END)


def shown(found: Reading) -> list[str]:
    """The intervals in UTC, "12-02 09:00-10:00", the year where it is another, the day of the end where it is."""
    return [_shown(start, end) for start, end in found.intervals]


def _shown(start: datetime, end: datetime) -> str:
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%m-%d %H:%M}"
    year = "" if start.year == BEGIN.year else f"{start.year}-"
    return f"{year}{start:%m-%d %H:%M}-{until}"
