"""Read one report: decode, recognise, count, and say what is odd."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from booking.attendance.platform_reports.counting import Presence, united
from booking.attendance.platform_reports.decoding import Text, decode
from booking.attendance.platform_reports.drafts import Draft, Line
from booking.attendance.platform_reports.endings import cut_off, whole_draft_of
from booking.attendance.platform_reports.ordering import Decided, decide, people_of
from booking.attendance.platform_reports.people import Hosts, email_of, shown
from booking.attendance.platform_reports.tables import ends_within_a_row
from booking.attendance.platform_reports.terms import (
    DateOrder,
    LeftOut,
    Meeting,
    NotReadable,
    Oddity,
    Person,
    PersonKey,
    Refusal,
    Remark,
    Report,
)
from booking.attendance.platform_reports.words import PARTICIPANT, ROLES, Field, folded

THRESHOLD_MIN = 5
_MOST_DIGITS = 7
People = dict[PersonKey, list[Line]]


def read_report(
    data: bytes,
    *,
    hosts: Iterable[str] = (),
    threshold_min: int = THRESHOLD_MIN,
    date_order: DateOrder | None = None,
    today: date | None = None,
) -> Report:
    """What an attendance report says; `NotReadable` for a file that is none, or not a whole one.

    `hosts` are names or addresses of people who are no participants, where the report does not say so itself.
    `date_order`, day or month first, says what the file leaves open; with `today`, a meeting of a later day is
    remarked on.
    """
    text = decode(data)
    draft = whole_draft_of(text.text)
    people = people_of(draft)
    decided = decide(draft, people, date_order)
    _refuse_if_nothing_counts(decided)
    remarks = [*_of_the_whole(text, draft, people), *_of_roles(draft), *_of_today(decided, today, draft)]
    participants, left_out = _apart(people, decided, Hosts.of(hosts, draft))
    return Report(
        layout=draft.layout,
        encoding=text.encoding,
        participants=tuple(participants),
        left_out=tuple(left_out),
        remarks=tuple(sorted([*decided.counted.remarks, *remarks], key=lambda remark: remark.row)),
        meeting=_meeting(draft, decided),
        date_order=decided.order,
        readings=decided.readings,
        threshold_min=threshold_min,
        fingerprints=frozenset({hashlib.sha256(data).hexdigest()}),
        is_encoding_guessed=text.is_guessed,
    )


def _refuse_if_nothing_counts(decided: Decided) -> None:
    """Rows, and not one that says anything: the file is not what it seems."""
    presences, remarks = decided.counted.presences, decided.counted.remarks
    if presences and not any(presences.values()) and remarks:
        raise NotReadable(Refusal.UNREADABLE, f"no row can be counted: {remarks[0].sentence}", row=remarks[0].row)


def _apart(people: People, decided: Decided, hosts: Hosts) -> tuple[list[Person], list[LeftOut]]:
    """The participants, and who is left out."""
    participants: list[Person] = []
    left_out: list[LeftOut] = []
    for key, lines in people.items():
        presence = decided.counted.presences[key]
        if presence is None:
            continue
        person = _person(key, lines, presence, has_times=decided.has_times)
        reason = hosts.reason_for(lines)
        if reason:
            left_out.append(LeftOut(person, reason))
        else:
            participants.append(person)
    return participants, left_out


def _person(key: PersonKey, lines: Sequence[Line], presence: Presence, *, has_times: bool) -> Person:
    times = presence.times if has_times else []
    return Person(
        key=key,
        name=next((name for name in (shown(line.name) for line in lines) if name), ""),
        email=next((email for email in map(email_of, lines) if email), ""),
        seconds=presence.seconds,
        joins=presence.joins,
        first_join=min(times, default=None),
        last_leave=max(times, default=None),
        stays=united(presence.stays),
    )


def _meeting(draft: Draft, decided: Decided) -> Meeting:
    facts = draft.facts
    stamps = [stamp for stamp in decided.stamps.values() if stamp]
    return Meeting(
        title=shown(facts.get(Field.TITLE, "")),
        id=shown(facts.get(Field.MEETING_ID, "")),
        start=_fact(facts.get(Field.START, ""), decided),
        end=_fact(facts.get(Field.END, ""), decided),
        stated_people=_number(facts.get(Field.PEOPLE, "")),
        absent=draft.absent,
        is_utc=draft.is_utc or (bool(stamps) and all(stamp.is_utc for stamp in stamps)),
    )


def _fact(text: str, decided: Decided) -> datetime | None:
    stamp = decided.stamps.get(text)
    return stamp.at(decided.working) if stamp and decided.has_times else None


def _number(text: str) -> int | None:
    with suppress(ValueError):
        return int(text) if len(text) <= _MOST_DIGITS else None
    return None


def _of_the_whole(text: Text, draft: Draft, people: People) -> Iterator[Remark]:
    """Whether there are as many people as the report itself says."""
    stated = _number(draft.facts.get(Field.PEOPLE, "")) or 0
    seen = sum(any(line.reason is None for line in lines) for lines in people.values())
    seen = max(seen, len(draft.lines) if draft.stated_counts_rows else 0)
    if stated > seen:
        if ends_within_a_row(text.text) and draft.last:
            raise cut_off(draft.last.line)
        told = f"the report says that {stated} people were there, its rows tell {seen} apart"
        yield Remark(0, Oddity.FEWER_THAN_STATED, told, is_counted=True)


def _of_roles(draft: Draft) -> Iterator[Remark]:
    """The first row of each role that is not known: its people count as participants."""
    seen: set[str] = set()
    for line in draft.lines:
        role = folded(line.role)
        if role not in PARTICIPANT and role not in ROLES and role not in seen:
            seen.add(role)
            yield Remark(
                line.row, Oddity.UNKNOWN_ROLE, "the role is not known: counted as a participant", is_counted=True
            )


def _of_today(decided: Decided, today: date | None, draft: Draft) -> Iterator[Remark]:
    """Whether the meeting is yet to come, whichever way its dates are read; a day ahead is another zone's today."""
    firsts = [reading.first for reading in decided.readings]
    if decided.counted.reading and not firsts:
        firsts = [decided.counted.reading.first]
    if today and firsts and min(firsts).date() > today + timedelta(days=1):
        row = draft.lines[0].row if draft.lines else 0
        yield Remark(row, Oddity.IN_THE_FUTURE, "the meeting is yet to come", is_counted=True)
