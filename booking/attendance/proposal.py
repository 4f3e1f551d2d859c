"""What a platform's report would say of an event's groups: who is whose, who is left over, and which event it is of.

Nothing of it is kept: it is made again from the files whenever it is looked at, and only counts and minutes are stored.
People are told apart by a short hash of the event and of what tells them apart in the report.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from booking import zones
from booking.attendance.platform_reports import DateOrder, NotReadable, Person, Report, merge, read_report
from booking.attendance.queries import CountedEvent
from booking.attendance.rules import multiplied
from booking.bookings.names import name_key

NOT_COUNTED = "-"
"""In place of a group: somebody who is left out by hand."""
WHOLE = "*"
"""In place of a group: the event as a whole."""
LEFT_OVER = ""
"""In place of a group: nobody knows whose this is."""
FAR = timedelta(hours=3)
"""How far the times of a report may be from the event's before somebody is asked whether it is of this event."""
SHORTEST_NAME = 4
FREE_MAIL = frozenset({"gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.net", "qq.com"})
"""Domains of addresses that say nothing of a school."""


@dataclass(frozen=True)
class Options:
    """How the files are to be read, and whose each person is, where somebody has said."""

    threshold_min: int = 5
    leaves_out_short: bool = False
    """Whether those who stayed for less are not counted."""
    date_order: DateOrder | None = None
    hosts: tuple[str, ...] = ()
    """Names or addresses of people who are no participants."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """By the id of a person: the reference of a booking, NOT_COUNTED or LEFT_OVER."""
    is_of_this_event: bool = False
    """Whether somebody has confirmed it though the times are far from the event's."""


@dataclass(frozen=True, slots=True)
class Match:
    """A participant and whose group that is; `by_hand`: somebody has said so."""

    id: str
    person: Person
    group: str
    is_short: bool
    by_hand: bool = False


@dataclass(frozen=True)
class Proposal:
    """What would be stored, once it is accepted."""

    event: CountedEvent
    report: Report
    matches: tuple[Match, ...]
    options: Options
    is_far: bool
    """Whether the times are those of another event."""
    state: str
    """Names the files that it was made of, and the groups that they were laid over."""

    @property
    def asks_order(self) -> bool:
        """Whether nobody knows which of two numbers is the day."""
        return self.report.date_order is None and bool(self.report.readings)

    @property
    def left_over(self) -> list[Match]:
        """Those of whom nobody knows the group."""
        return [match for match in self.matches if match.group == LEFT_OVER]

    @property
    def numbers(self) -> dict[str, int]:
        """Connections by the booking's reference ("": the event as a whole); nobody at all counts 0 for each."""
        counted = [match.group for match in self.matches if match.group not in {NOT_COUNTED, LEFT_OVER}]
        if not self.event.has_lines:
            return {"": len(counted)}
        if not self.matches:
            return {group.reference: 0 for group in self.event.groups}
        return {
            group.reference: counted.count(group.reference) for group in self.event.groups if group.reference in counted
        }

    @property
    def people(self) -> dict[str, int]:
        """The same in people, with what leaders said of their own screens."""
        if not self.event.has_lines:
            return {"": multiplied(self.numbers[""], self.event.leaders)}
        leaders = {group.reference: group.leaders for group in self.event.groups}
        return {reference: multiplied(number, leaders[reference]) for reference, number in self.numbers.items()}

    def minutes_of(self, reference: str) -> list[int]:
        """How long the connections of a group ("": of all) lasted, the longest first."""
        group = reference or WHOLE
        return sorted((int(match.person.minutes) for match in self.matches if match.group == group), reverse=True)


def propose(
    event: CountedEvent, contacts: Mapping[str, "Contact"], files: Sequence[bytes], options: Options
) -> Proposal:
    """Read the files as one report and match its people; raises NotReadable. There is at least one file."""
    report = merge([_read(data, options) for data in files])
    short = options.threshold_min * 60
    matches = []
    for person in report.participants:
        name, is_short = id_of(event, person), person.seconds < short
        chosen = options.groups.get(name)
        group = _group_of(event, contacts, person) if chosen is None else _known(event, chosen)
        if is_short and options.leaves_out_short and chosen is None:
            group = NOT_COUNTED
        matches.append(Match(name, person, group, is_short, by_hand=chosen is not None))
    return Proposal(event, report, tuple(matches), options, _is_far(event, report), _state(event, files))


def digest_of(data: bytes) -> str:
    """SHA-256 of a file, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def state_of(event: CountedEvent, digests: Iterable[str]) -> str:
    """Names a set of files and the groups of the event: what somebody looked at who accepts a proposal."""
    groups = (group.reference for group in event.groups) if event.has_lines else WHOLE
    return hashlib.sha256("|".join([*sorted(digests), *groups]).encode()).hexdigest()[:16]


def id_of(event: CountedEvent, person: Person) -> str:
    """Names a person on the page of this event only."""
    told = f"{event.code}|{person.key.kind}|{person.key.value}"
    return hashlib.sha256(told.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Contact:
    """Names and addresses that a group is known by; they tell its people apart, and are kept nowhere else."""

    names: Collection[str]
    addresses: Collection[str]


def _state(event: CountedEvent, files: Iterable[bytes]) -> str:
    return state_of(event, map(digest_of, files))


def _read(data: bytes, options: Options) -> Report:
    found = read_report(data, hosts=options.hosts, threshold_min=options.threshold_min)
    if found.date_order is None and options.date_order:
        return read_report(
            data, hosts=options.hosts, threshold_min=options.threshold_min, date_order=options.date_order
        )
    return found


def _known(event: CountedEvent, chosen: str) -> str:
    """What was chosen, where it is something that can be; a group that is gone leaves its people over."""
    targets = {group.reference for group in event.groups} if event.has_lines else {WHOLE}
    return chosen if chosen in targets | {NOT_COUNTED} else LEFT_OVER


def _group_of(event: CountedEvent, contacts: Mapping[str, Contact], person: Person) -> str:
    """Whose somebody is: the only group's, else by address, by the school's domain, by a name within the name."""
    if not event.has_lines:
        return WHOLE
    if len(event.groups) == 1:
        return event.groups[0].reference
    mail, name = person.email.casefold(), _plain(person.name)
    domain = mail.rpartition("@")[2]
    by_address = [ref for ref, one in contacts.items() if mail and mail in one.addresses]
    by_domain = [ref for ref, one in contacts.items() if domain and domain in _domains(one)]
    by_name = [ref for ref, one in contacts.items() if any(_is_in(_plain(known), name) for known in one.names)]
    for found in (by_address, by_domain, by_name):
        if len(found) == 1:
            return found[0]
    return LEFT_OVER


def _domains(contact: Contact) -> set[str]:
    return {address.casefold().rpartition("@")[2] for address in contact.addresses} - FREE_MAIL


def _plain(name: str) -> str:
    return re.sub(r"[^\w]+", " ", name_key(unicodedata.normalize("NFKC", name))).strip()


def _is_in(known: str, name: str) -> bool:
    return len(known) >= SHORTEST_NAME and f" {known} " in f" {name} "


def _is_far(event: CountedEvent, report: Report) -> bool:
    """Whether its times fit the event neither on the station's clocks nor in UTC; a report without times fits all."""
    spans = _spans(report)
    return bool(spans) and not any(_fits(event, *span, zone) for span in spans for zone in _zones(event, report))


def _spans(report: Report) -> list[tuple[datetime, datetime]]:
    if report.date_order is None:
        return [(reading.first, reading.last) for reading in report.readings]
    people = (*report.participants, *(one.person for one in report.left_out))
    firsts = [report.meeting.start, *(person.first_join for person in people)]
    lasts = [report.meeting.end, *(person.last_leave for person in people)]
    starts, ends = [at for at in firsts if at], [at for at in lasts if at]
    return [(min(starts), max(ends or starts))] if starts else []


def _zones(event: CountedEvent, report: Report) -> tuple[str, ...]:
    return ("UTC",) if report.meeting.is_utc else (event.time_zone, "UTC")


def _fits(event: CountedEvent, first: datetime, last: datetime, zone: str) -> bool:
    start = zones.to_instant(first.replace(tzinfo=None), zone) if zone != "UTC" else first.replace(tzinfo=UTC)
    end = start + (last - first)
    return start - FAR <= event.ends_at and end + FAR >= event.starts_at


__all__ = ["Contact", "Match", "NotReadable", "Options", "Proposal", "propose"]
