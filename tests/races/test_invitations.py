"""P16: every invitation over the life of a booking, read by a parser that shares nothing with the one that wrote it."""

import email
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from dateutil.tz import tzical

from booking import ical
from tests.builders import NOW
from tests.conclusive import happened
from tests.races.actions import Call, attempt
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Perform, errors, race
from tests.races.test_moves import lanes_of_changes

pytestmark = pytest.mark.race

SECONDS = 60.0 if FULL else 1.5

BOOKINGS = """
SELECT contact_email, booking.status, starts_at FROM booking JOIN event ON event.id = booking.event_id
WHERE contact_email <> ''
"""


@dataclass(frozen=True)
class Sent:
    """An invitation as its recipient has it; `zones` are the names that the file explains."""

    recipient: str
    mime_method: str
    data: bytes
    lines: Sequence[tuple[str, str, str]]
    """Name, parameters and value of each unfolded line."""

    def values(self, name: str) -> list[str]:
        """The values of the lines of this name."""
        return [value for named, _, value in self.lines if named == name]

    def of_event(self, name: str) -> str:
        """The one value of this name."""
        (value,) = self.values(name)
        return value

    @property
    def sequence(self) -> int:
        """Which invitation of this booking it is."""
        return int(self.of_event("SEQUENCE"))

    @property
    def starts_at(self) -> datetime:
        """The instant at which a calendar shows it that knows no zones but those of the file."""
        ((parameters, value),) = [(p, v) for n, p, v in self._of_vevent() if n == "DTSTART"]
        zone = parameters.removeprefix("TZID=")
        local = datetime.fromisoformat(value.removesuffix("Z"))
        if value.endswith("Z"):
            return local.replace(tzinfo=UTC)
        return local.replace(tzinfo=tzical(StringIO(self.data.decode())).get(zone)).astimezone(UTC)

    def _of_vevent(self) -> list[tuple[str, str, str]]:
        begin, end = self.lines.index(("BEGIN", "", "VEVENT")), self.lines.index(("END", "", "VEVENT"))
        return list(self.lines[begin:end])

    def zones_used(self) -> set[str]:
        """The zones that its times name."""
        return {p.removeprefix("TZID=") for _, p, _ in self._of_vevent() if p.startswith("TZID=")}


def read(message: EmailMessage) -> Sent | None:
    """The invitation of a mail, None where it carries none."""
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return None
    data = parts[0].get_payload(decode=True)
    assert isinstance(data, bytes)
    return parsed(str(message["To"].addresses[0].addr_spec), str(parts[0].get_param("method")), data)


def parsed(recipient: str, mime_method: str, data: bytes) -> Sent:
    """A file taken apart: lines unfolded, each split at its first colon."""
    unfolded = data.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    split = [line.partition(":") for line in unfolded]
    lines = [(head.partition(";")[0], head.partition(";")[2], value) for head, _, value in split]
    return Sent(recipient, mime_method, data, lines)


def faults(sent: Sent) -> list[str]:
    """What one invitation has against it, whatever was sent before."""
    ends = "CANCELLED" if sent.values("METHOD") == ["CANCEL"] else "CONFIRMED"
    checks = {
        "a line ends without CR LF": sent.data.replace(b"\r\n", b"").count(b"\n") == 0 and sent.data.endswith(b"\r\n"),
        "a line is too long": max(len(line) for line in sent.data.split(b"\r\n")) <= 75,
        "METHOD is not the one of the mail": sent.values("METHOD") == [sent.mime_method],
        "STATUS does not fit METHOD": sent.values("STATUS") == [ends],
        "not one ATTENDEE, the recipient": sent.values("ATTENDEE") == [f"mailto:{sent.recipient}"],
        "not one ORGANIZER": len(sent.values("ORGANIZER")) == 1,
        "DTSTAMP is not in UTC": sent.of_event("DTSTAMP").endswith("Z"),
        "a zone is not explained": sent.zones_used() <= set(sent.values("TZID")),
    }
    return [fault for fault, holds in checks.items() if not holds]


def faults_of_life(life: Iterable[Sent]) -> list[str]:
    """What the invitations of one booking have against each other, in the order in which they were sent."""
    told = list(life)
    sequences = [sent.sequence for sent in told]
    checks = {
        "UID changes": len({sent.of_event("UID") for sent in told}) == 1,
        "SEQUENCE does not rise": all(one < other for one, other in pairwise(sequences)),
    }
    return [fault for fault, holds in checks.items() if not holds]


@dataclass(frozen=True)
class Postman:
    """The worker, sending while everybody changes everything."""

    seconds: float

    def play(self, perform: Perform) -> None:
        """Until the time is over."""
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            perform(Call("send", {}, late_s=0.05))


def _lived(arena: Arena, without: Sequence[str] = ()) -> dict[str, list[Sent]]:
    """By recipient, hence by booking: the invitations that were mailed over its life, in their order."""
    outcomes = race(arena, [*lanes_of_changes(arena, SECONDS), Postman(SECONDS)], without=without)
    assert errors(outcomes) == []
    with arena.desk():
        while attempt(Call("send", {})) != ("ok", 0):
            pass
    order = {row.message_id: row.id for row in arena.rows("SELECT id, message_id FROM notice WHERE state = 'sent'")}
    mails = [email.message_from_bytes(path.read_bytes(), policy=default) for path in _mailed(arena)]
    assert len(mails) == len(order)
    lives: dict[str, list[Sent]] = defaultdict(list)
    for mail in sorted(mails, key=lambda one: order[str(one["Message-ID"])]):
        if (sent := read(mail)) is not None:
            lives[sent.recipient].append(sent)
    return lives


def _mailed(arena: Arena) -> list[Path]:
    return list((arena.folder / "mail").glob("*.eml"))


def test_every_invitation_over_the_life_of_bookings_reads_as_it_must(arena: Arena, tell: Tell) -> None:
    lives = _lived(arena)
    sent = [one for life in lives.values() for one in life]
    methods = Counter(one.mime_method for one in sent)
    tell(
        f"{len(sent)} invitations of {len(lives)} bookings, {dict(methods)}, up to {max(map(len, lives.values()))} each"
    )
    assert [fault for one in sent for fault in faults(one)] == []
    assert [fault for life in lives.values() for fault in faults_of_life(life)] == []
    assert len({life[0].of_event("UID") for life in lives.values()}) == len(lives)
    happened(methods["REQUEST"] and methods["CANCEL"], f"not of every kind: {methods}")
    assert _stale(arena, lives) == []


def _stale(arena: Arena, lives: dict[str, list[Sent]]) -> list[str]:
    """The recipients whose calendar does not show in the end what the database says."""
    wrong = []
    for row in arena.rows(BOOKINGS):
        life = lives.get(row.contact_email, [])
        starts_at = datetime.fromisoformat(row.starts_at) if arena.is_sqlite else row.starts_at
        expected = starts_at.replace(tzinfo=UTC) if row.status == "confirmed" else None
        shown = life[-1].starts_at if life and life[-1].mime_method == "REQUEST" else None
        if shown != expected:
            wrong.append(f"{row.contact_email}: {row.status} at {expected}, shown {shown}")
    return wrong


@pytest.mark.control
def test_with_one_sequence_for_all_invitations_the_parser_complains(arena: Arena) -> None:
    lives = _lived(arena, without=["sequence"])
    assert "SEQUENCE does not rise" in {fault for life in lives.values() for fault in faults_of_life(life)}


@pytest.mark.parametrize(
    ("found", "instead", "fault"),
    [
        (b"\r\nUID", b"\nUID", "a line ends without CR LF"),
        (b"DESCRIPTION:", b"DESCRIPTION:" + b"x" * 75, "a line is too long"),
        (b"METHOD:REQUEST", b"METHOD:PUBLISH", "METHOD is not the one of the mail"),
        (b"STATUS:CONFIRMED", b"STATUS:TENTATIVE", "STATUS does not fit METHOD"),
        (b"ATTENDEE;", b"ATTENDEE:mailto:bo@example.org\r\nATTENDEE;", "not one ATTENDEE, the recipient"),
        (b"ORGANIZER", b"X-ORGANIZER", "not one ORGANIZER"),
        (b"TZID:Asia/Seoul", b"TZID:Asia/Tokyo", "a zone is not explained"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_seen(found: bytes, instead: bytes, fault: str) -> None:
    told = ical.Invitation(
        uid="VE-TEST@localhost",
        sequence=0,
        method="REQUEST",
        summary="Virtual tour",
        description="Join us",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        zone="Asia/Seoul",
        organizer_name="Visitors Service",
        organizer_email="visits@example.org",
        attendee_name="Ada Invented",
        attendee_email="ada@example.org",
        location="Online",
        url="",
        stamp=NOW,
    )
    data = ical.write(told)
    assert faults(parsed("ada@example.org", "REQUEST", data)) == []
    assert found in data
    assert fault in faults(parsed("ada@example.org", "REQUEST", data.replace(found, instead)))
