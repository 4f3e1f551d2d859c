"""Any people with any stays, written in any layout, are read back as the union of their minutes."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.attendance.platform_reports import Layout, NotReadable, read_report
from tests.attendance.samples import bytes_of

BEGIN = datetime(2021, 1, 28, 22, 30)  # noqa: DTZ001  a wall time; stays go on over midnight
LENGTH = 180
"""Minutes of the meeting."""
Cells = Iterable[Sequence[object]]


class Somebody(NamedTuple):
    """A name, an address or none, and stays in minutes from the beginning."""

    name: str
    email: str
    stays: list[tuple[int, int]]

    @property
    def minutes(self) -> int:
        """Counted one by one: nothing that the reader does."""
        return len({minute for start, end in self.stays for minute in range(start, end)})


def _spelling(person: Somebody) -> str:
    return unicodedata.normalize("NFC", " ".join(person.name.split()).casefold())


LETTERS = "aAbBßİéΣς学م😀1 '\",;=@+-.()"
NAMES = st.text(LETTERS, min_size=1, max_size=8).filter(lambda name: name.strip("- ") != "")
STAYS = st.lists(
    st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(sorted).map(tuple), min_size=1, max_size=4
)
PEOPLE = st.lists(
    st.builds(Somebody, NAMES, st.just(""), STAYS),
    max_size=6,
    unique_by=_spelling,
).map(lambda people: [one._replace(email=f"p{at}@example.org" if at % 2 else "") for at, one in enumerate(people)])


def _at(minute: int) -> str:
    return f"{BEGIN + timedelta(minutes=minute):%m/%d/%Y %I:%M:%S %p}"


def _stays(people: Sequence[Somebody]) -> Iterable[tuple[Somebody, int, int]]:
    return ((person, start, end) for person in people for start, end in person.stays)


def _teams_2020(people: Sequence[Somebody]) -> Cells:
    yield ("Full Name", "User Action", "Timestamp")
    for one, start, end in _stays(people):
        yield (one.name, "Joined", _at(start))
        yield (one.name, "Left", _at(end))


def _live_event(people: Sequence[Somebody]) -> Cells:
    yield ("SessionId", "ParticipantId", "FullName", "UserAgent", "UtcEventTimestamp", "Action", "Role")
    for one, start, end in _stays(people):
        yield ("s", one.email, one.name, "x", _at(end), "Left", "Attendee")
        yield ("s", one.email, one.name, "x", _at(start), "Joined", "Attendee")


def _teams_2021(people: Sequence[Somebody]) -> Cells:
    yield ("Meeting Summary",)
    yield ("Total Number of Participants", len(people))
    yield ()
    yield ("Full Name", "Join Time", "Leave Time", "Duration", "Email", "Role", "Participant ID (UPN)")
    for one, start, end in _stays(people):
        yield (one.name, _at(start), _at(end), f"{end - start}m", "", "Attendee", one.email)


def _sections(people: Sequence[Somebody]) -> Cells:
    yield ("1. Summary",)
    yield ("Attended participants", len(people))
    yield ("2. Participants",)
    yield ("Name", "First join", "Last leave", "In-meeting duration", "Email", "Participant ID (UPN)", "Role")
    for one in people:
        first, last = min(one.stays)[0], max(end for _start, end in one.stays)
        yield (one.name, _at(first), _at(last), f"{one.minutes}m", one.email, "", "Attendee")
    yield ("3. In-Meeting Activities",)
    yield ("Name", "Join time", "Leave time", "Duration", "Email", "Role")
    for one, start, end in _stays(people):
        yield (one.name, _at(start), _at(end), f"{end - start}m", one.email, "Attendee")


def _zoom(people: Sequence[Somebody]) -> Cells:
    yield ("Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest")
    for one, start, end in _stays(people):
        yield (one.name, one.email, _at(start), _at(end), end - start, "Yes")


def _totals(people: Sequence[Somebody]) -> Cells:
    yield ("Name (Original Name)", "User Email", "Total Duration (Minutes)", "Guest")
    for one in people:
        yield (one.name, one.email, one.minutes, "Yes")


def _webinar(people: Sequence[Somebody]) -> Cells:
    yield ("Attendee Report",)
    yield ("Attendee Details,",)
    yield ("Attended", "User Name (Original Name)", "Email", "Join Time", "Leave Time", "Time in Session (minutes)")
    for one, start, end in _stays(people):
        yield ("Yes", one.name, one.email, _at(start), _at(end), end - start)


WRITERS: dict[Layout, Callable[[Sequence[Somebody]], Cells]] = {
    Layout.TEAMS_2020: _teams_2020,
    Layout.TEAMS_2021: _teams_2021,
    Layout.TEAMS_SECTIONS: _sections,
    Layout.TEAMS_LIVE_EVENT: _live_event,
    Layout.ZOOM_PARTICIPANTS: _zoom,
    Layout.ZOOM_TOTALS: _totals,
    Layout.ZOOM_WEBINAR: _webinar,
}


def _written(rows: Cells, delimiter: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("layout", Layout)
@settings(max_examples=20, deadline=None)
@given(
    people=PEOPLE,
    delimiter=st.sampled_from("\t,;"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
def test_stays_are_read_back_as_their_union(
    layout: Layout, people: list[Somebody], delimiter: str, encoding: str
) -> None:
    report = read_report(_written(WRITERS[layout](people), delimiter).encode(encoding))
    assert report.layout is layout
    assert sorted(one.minutes for one in report.participants) == sorted(one.minutes for one in people)
    assert report.under_threshold == sum(one.minutes < 5 for one in people)
    assert report.remarks == ()


@settings(max_examples=100, deadline=None)
@given(layout=st.sampled_from(Layout), at=st.integers(0, 2500), cut=st.integers(0, 20), put=st.binary(max_size=6))
def test_other_bytes_anywhere_raise_nothing_but_the_refusal(layout: Layout, at: int, cut: int, put: bytes) -> None:
    data = bytes_of(layout)
    try:
        report = read_report(data[:at] + put + data[at + cut :])
    except NotReadable as refused:
        told = str(refused)
    else:
        told = repr(report)
    assert told


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing_but_the_refusal(data: bytes) -> None:
    with pytest.raises(NotReadable):
        read_report(data)
