"""Tests of iCalendar: what is written is read back by icalendar and by a small parser of our own."""

import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from booking import ical, zones

TOUR = ical.Invitation(
    uid="tour-1@visits.example.org",
    sequence=0,
    method="REQUEST",
    summary="Virtual tour",
    starts_at=datetime(2026, 12, 1, 1, tzinfo=UTC),
    ends_at=datetime(2026, 12, 1, 1, 45, tzinfo=UTC),
    zone="America/New_York",
    organizer_name="Visitors Service, New York",
    organizer_email="visits@example.org",
    attendee_name="Sora Hanbit",
    attendee_email="sora@example.org",
    description="Join: https://visits.example.org/join/x\nSee you there",
    location="Online",
    url="https://visits.example.org/bookings/VE-7KQ2-28",
    stamp=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
)


@dataclass(frozen=True)
class Line:
    """A content line, taken apart by RFC 5545's grammar and nothing else."""

    name: str
    parameters: dict[str, str]
    value: str


_LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([A-Z-]+)=(?:"([^"]*)"|([^";:,]*))')


def lines(data: bytes) -> list[Line]:
    """The content lines of a file, unfolded."""
    found = []
    for line in data.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        match = _LINE.fullmatch(line)
        assert match, line
        parameters = {name: quoted or bare for name, quoted, bare in _PARAMETER.findall(match[2])}
        found.append(Line(match[1], parameters, match[3]))
    return found


def named(name: str, data: bytes) -> list[Line]:
    """The lines of this name."""
    return [line for line in lines(data) if line.name == name]


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _offset(text: str) -> timedelta:
    hours, minutes = int(text[1:3]), int(text[3:5])
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)


def _spans(zone: str, data: bytes) -> list[tuple[datetime, datetime, timedelta]]:
    """Since when, until when (in UTC, without saying so) and at which offset, by the VTIMEZONE of this name."""
    (block,) = (part for part in data.split(b"BEGIN:VTIMEZONE")[1:] if f"TZID:{zone}\r\n".encode() in part)
    parts = re.findall(rb"BEGIN:(?:STANDARD|DAYLIGHT)\r\n(.*?)END:", block, re.DOTALL)
    told = [{line.name: line.value for line in lines(part)} for part in parts]
    onsets = [_local(one["DTSTART"]) - _offset(one["TZOFFSETFROM"]) for one in told]
    ends = [*onsets[1:], datetime.max]  # noqa: DTZ901  compared with naive times only
    return [(onset, end, _offset(one["TZOFFSETTO"])) for onset, end, one in zip(onsets, ends, told, strict=True)]


def strictly_read(line: Line, data: bytes) -> list[datetime]:
    """The instants that a time can mean by RFC 5545 and the file alone: one, two in an overlap, none in a gap."""
    if line.value.endswith("Z"):
        return [_local(line.value)]
    local = _local(line.value)
    spans = _spans(line.parameters["TZID"], data)
    return [(local - offset).replace(tzinfo=UTC) for onset, end, offset in spans if onset <= local - offset < end]


def read_by_dateutil(line: Line, data: bytes) -> datetime:
    """What a program makes of a time that knows no zones but those which the file brings along."""
    if line.value.endswith("Z"):
        return _local(line.value)
    clocks = tzical(io.StringIO(data.decode())).get(line.parameters["TZID"])
    return _local(line.value).replace(tzinfo=clocks).astimezone(UTC)


def only_event(data: bytes) -> Event:
    """The one event of a file, read by icalendar."""
    calendar = Calendar.from_ical(data)
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return event


def span(event: Event) -> tuple[datetime, datetime]:
    """Start and end as icalendar reads them."""
    assert isinstance(event.start, datetime)
    assert isinstance(event.end, datetime)
    return event.start.astimezone(UTC), event.end.astimezone(UTC)


def at(start: str, hours: float = 1, zone: str = "Europe/Vienna") -> ical.Invitation:
    """The tour at an instant."""
    starts_at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return replace(TOUR, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), zone=zone)


def test_a_request_says_who_invites_whom_and_to_what() -> None:
    data = ical.write(TOUR)
    (organizer,), (attendee,) = named("ORGANIZER", data), named("ATTENDEE", data)
    assert (organizer.value, organizer.parameters) == (
        "mailto:visits@example.org",
        {"CN": "Visitors Service, New York"},
    )
    assert attendee.value == "mailto:sora@example.org"
    assert attendee.parameters == {
        "CN": "Sora Hanbit",
        "PARTSTAT": "NEEDS-ACTION",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "TRUE",
    }
    plain = {line.name: line.value for line in lines(data) if not line.parameters}
    assert (
        plain
        | {
            "VERSION": "2.0",
            "PRODID": ical.PRODUCT,
            "METHOD": "REQUEST",
            "UID": TOUR.uid,
            "SEQUENCE": "0",
            "STATUS": "CONFIRMED",
            "DTSTAMP": "20261120T093000Z",
            "URL": TOUR.url,
            "DESCRIPTION": r"Join: https://visits.example.org/join/x\nSee you there",
        }
        == plain
    )
    (start,) = named("DTSTART", data[data.index(b"BEGIN:VEVENT") :])
    assert (start.parameters, start.value) == ({"TZID": "America/New_York"}, "20261130T200000")


def test_the_same_values_are_written_as_the_same_bytes() -> None:
    assert ical.write(TOUR) == ical.write(replace(TOUR))


def test_a_cancellation_keeps_the_uid_and_says_so_twice() -> None:
    data = ical.write(replace(TOUR, method="CANCEL", status="CANCELLED", sequence=3))
    values = {line.name: line.value for line in lines(data)}
    assert (values["METHOD"], values["STATUS"], values["SEQUENCE"]) == ("CANCEL", "CANCELLED", "3")
    assert values["UID"] == TOUR.uid
    assert len(named("ATTENDEE", data)) == 1


def test_a_request_that_waits_for_an_answer_is_tentative() -> None:
    assert named("STATUS", ical.write(replace(TOUR, status="TENTATIVE")))[0].value == "TENTATIVE"


def test_empty_fields_are_left_out() -> None:
    bare = ical.write(replace(TOUR, description="", location="", url="", organizer_name="", attendee_name=""))
    assert not {"DESCRIPTION", "LOCATION", "URL", "CREATED"} & {line.name for line in lines(bare)}
    assert "CN" not in named("ORGANIZER", bare)[0].parameters


def test_a_feed_publishes_its_events_without_attendees() -> None:
    other = replace(TOUR, uid="tour-2@visits.example.org", zone="Africa/Nairobi", status="CANCELLED", method="CANCEL")
    data = ical.write_many([TOUR, other], "Tours, New York")
    assert named("ATTENDEE", data) == []
    assert b"sora" not in data
    assert [line.value for line in named("METHOD", data)] == ["PUBLISH"]
    assert [line.value for line in named("TZID", data)] == ["Africa/Nairobi", "America/New_York"]
    assert [line.value for line in named("UID", data)] == [TOUR.uid, other.uid]
    assert named("X-WR-CALNAME", data)[0].value == r"Tours\, New York"


def test_a_feed_may_be_empty() -> None:
    assert Calendar.from_ical(ical.write_many([], "Nothing yet")).walk("VEVENT") == []


@pytest.mark.parametrize(
    ("invitation", "offset"),
    [
        pytest.param(at("2027-03-28T00:30"), "winter", id="before the gap"),
        pytest.param(at("2027-03-28T01:00"), "summer", id="at the end of the gap"),
        pytest.param(at("2027-03-28T01:30"), "summer", id="in the first hour of summer time"),
        pytest.param(at("2027-03-27T23:30", 3), "winter", id="across the gap"),
        pytest.param(at("2027-10-31T00:30"), "both", id="the first of two half past two"),
        pytest.param(at("2027-10-31T01:30"), "both", id="the second"),
        pytest.param(at("2027-10-30T23:30"), "both", id="ending in the repeated hour"),
        pytest.param(at("2027-10-30T23:30", 3), "summer", id="across the repeated hour"),
        pytest.param(at("2027-10-31T02:00"), "winter", id="after the overlap"),
        pytest.param(at("2026-12-31T22:30"), "winter", id="into the new year"),
        pytest.param(at("2027-01-01T02:00", zone="America/New_York"), "winter", id="New York is a year behind"),
        pytest.param(at("2026-12-31T10:30", zone="Pacific/Kiritimati"), "winter", id="Kiritimati is a year ahead"),
        pytest.param(at("2027-06-15T08:00", zone="Europe/Dublin"), "summer", id="Dublin"),
        pytest.param(at("2027-06-15T08:00", zone="Africa/Casablanca"), "summer", id="Casablanca"),
        pytest.param(at("2027-06-15T08:00", zone="UTC"), "utc", id="UTC"),
        pytest.param(at("2028-02-29T08:00"), "winter", id="leap day"),
    ],
)
def test_every_program_reads_the_same_instants(invitation: ical.Invitation, offset: str) -> None:
    data = ical.write(invitation)
    event = only_event(data)
    assert span(event) == (invitation.starts_at, invitation.ends_at)
    body = data[data.index(b"BEGIN:VEVENT") : data.index(b"END:VCALENDAR")]
    start, end = named("DTSTART", body)[0], named("DTEND", body)[0]
    assert strictly_read(start, data) == [read_by_dateutil(start, data)] == [invitation.starts_at]
    assert strictly_read(end, data) == [read_by_dateutil(end, data)] == [invitation.ends_at]
    assert start.value.endswith("Z") is (offset in {"both", "utc"})


def test_summer_time_begins_on_the_clocks_as_they_were_before() -> None:
    onsets = [line.value for line in named("DTSTART", ical.write(at("2027-06-01T08:00"))) if not line.parameters]
    assert onsets == ["20270101T000000", "20270328T020000", "20271031T030000"]


def test_a_strict_reader_would_be_misled_by_an_onset_an_hour_late() -> None:
    data = ical.write(at("2027-03-28T01:30")).replace(b"20270328T020000", b"20270328T030000")
    assert strictly_read(named("DTSTART", data[data.index(b"BEGIN:VEVENT") :])[0], data) == []


instants = st.datetimes(zones.parse_time("1990-01-01T00:00").local, zones.parse_time("2099-01-01T00:00").local)


@given(instants, st.integers(1, 600), st.sampled_from(sorted(zones.zone_names())))
def test_whatever_is_written_is_read_back_at_the_same_instants(start: datetime, minutes: int, zone: str) -> None:
    starts_at = start.replace(microsecond=0, tzinfo=UTC)
    ends_at = starts_at + timedelta(minutes=minutes)
    data = ical.write(replace(TOUR, starts_at=starts_at, ends_at=ends_at, zone=zone))
    assert span(only_event(data)) == (starts_at, ends_at)
    body = data[data.index(b"BEGIN:VEVENT") : data.index(b"END:VCALENDAR")]
    read = [strictly_read(named(name, body)[0], data) for name in ("DTSTART", "DTEND")]
    assert read == [[starts_at], [ends_at]]


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\\"), max_size=100)


@settings(max_examples=50)
@given(texts, texts, texts)
def test_whatever_is_written_is_read_back_letter_by_letter(summary: str, description: str, name: str) -> None:
    data = ical.write(replace(TOUR, summary=summary, description=description, attendee_name=name))
    event = only_event(data)
    assert str(event["SUMMARY"]) == summary
    assert str(event.get("DESCRIPTION", "")) == description
    assert event["ATTENDEE"].params.get("CN", "") == name
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        pytest.param("Tour\r\nATTENDEE:mailto:evil@x", r"Tour\nATTENDEE:mailto:evil@x", id="A42 a line of its own"),
        pytest.param("Tour\rX-EVIL:1", r"Tour\nX-EVIL:1", id="a bare return"),
        pytest.param("Tour\u2028X-EVIL:1", r"Tour\nX-EVIL:1", id="a line separator"),
        pytest.param("Tour\x85X-EVIL:1", r"Tour\nX-EVIL:1", id="next line"),
        pytest.param("Tour\x0bX\x0cY\x1eZ", "TourXYZ", id="other breaks"),
        pytest.param("Tour\x00\x1b[31m", "Tour[31m", id="NUL and escape"),
        pytest.param("a;b,c\\d\\n", r"a\;b\,c\\d\\n", id="the four that are escaped"),
        pytest.param("END:VEVENT", "END:VEVENT", id="the end of an event"),
    ],
)
def test_a_hostile_text_stays_one_text(typed: str, written: str) -> None:
    data = ical.write(replace(TOUR, summary=typed, location=typed, description=typed))
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        assert [line.value for line in named(name, data)] == [written]
    assert len(lines(data)) == len(lines(ical.write(TOUR)))
    assert [line.value for line in named("ATTENDEE", data)] == ["mailto:sora@example.org"]


def test_quotes_in_a_name_stay_in_the_name() -> None:
    hostile = "Bob\";X-EVIL=1:mailto:evil@x ^n ^'"
    data = ical.write(replace(TOUR, attendee_name=hostile, organizer_name=hostile))
    (attendee,) = named("ATTENDEE", data)
    assert attendee.value == "mailto:sora@example.org"
    assert attendee.parameters["CN"] == "Bob^';X-EVIL=1:mailto:evil@x ^^n ^^'"
    assert only_event(data)["ATTENDEE"].params["CN"] == hostile


def test_a_backslash_in_a_name_is_written_as_a_slash_since_readers_take_it_for_an_escape() -> None:
    data = ical.write(replace(TOUR, attendee_name="Bob\\", organizer_name="A\\;B"))
    assert named("ATTENDEE", data)[0].parameters["CN"] == "Bob/"
    assert only_event(data)["ORGANIZER"].params["CN"] == "A/;B"


def test_long_texts_in_every_script_are_folded_between_letters() -> None:
    text = "Führung durch den Palast; Экскурсия, 参观万国宫, جولة في قصر الأمم 👩‍👩‍👧‍👦 " * 20
    data = ical.write(replace(TOUR, description=text))
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert all(line.decode() for line in data.removesuffix(b"\r\n").split(b"\r\n"))
    assert str(only_event(data)["DESCRIPTION"]) == text


LINE_BREAKS = ["\r\n", "\n", "\r", "\x00", "\x1b", "\x85", "\u2028", "\x0b"]


@pytest.mark.parametrize("broken", [f"x{ending}X-EVIL:1" for ending in LINE_BREAKS] + ["half \ud800"])
@pytest.mark.parametrize(
    "field", ["uid", "url", "organizer_name", "organizer_email", "attendee_name", "attendee_email"]
)
def test_a_line_break_in_a_name_an_address_or_a_link_is_refused(field: str, broken: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        replace(TOUR, **{field: broken})  # type: ignore[arg-type]  # the fields are texts


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "file:///etc/passwd"),
        ("url", "https://x.example.org/a b"),
        ("url", "https://x.example.org/\\n"),
        ("organizer_email", ""),
        ("organizer_email", "nobody"),
        ("attendee_email", ""),
        ("attendee_email", "a@x.org b@y.org"),
        ("attendee_email", "a@x.org>"),
        ("summary", "half \udfff"),
        ("uid", ""),
        ("sequence", -1),
        ("starts_at", datetime.fromisoformat("2026-12-01T01:00")),
        ("stamp", datetime.fromisoformat("2026-12-01T01:00")),
        ("created", datetime.fromisoformat("2026-12-01T01:00")),
        ("ends_at", TOUR.starts_at),
        ("status", "CANCELLED"),
    ],
)
def test_what_cannot_be_written_is_refused_by_the_name_of_its_field(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        replace(TOUR, **{field: value})  # type: ignore[arg-type]  # wrong values are the point


def test_a_cancellation_of_something_confirmed_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^status: "):
        replace(TOUR, method="CANCEL")


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(zones.UnknownZone):
        replace(TOUR, zone="../../etc/passwd")


def test_a_line_break_in_the_name_of_a_feed_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^calendar_name: "):
        ical.write_many([], "Tours\r\nX-EVIL:1")
