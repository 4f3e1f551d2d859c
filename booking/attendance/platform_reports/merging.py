"""Several reports of one event made one; a report without its people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from booking.attendance.platform_reports.counting import length_of, united
from booking.attendance.platform_reports.terms import (
    Figures,
    LeftOut,
    Oddity,
    Person,
    PersonKey,
    Reason,
    Remark,
    Report,
)

_TOLD = "the reports write their dates in different orders or zones: who is in both counts with the longer time"


def merge(reports: Sequence[Report]) -> Report:
    """One report of all: the same person in two is one, overlapping stays count once, a file given twice is one.

    Somebody left out of one is left out of all. Rows of remarks are those of their own file. `ValueError` for none.
    """
    if not reports:
        raise ValueError("there is no report")
    apart = _without_twins(reports)
    first = apart[0]
    if len(apart) == 1:
        return first
    is_comparable = len({(report.date_order, report.meeting.is_utc) for report in apart}) == 1
    people = _people(apart, is_comparable=is_comparable)
    reasons = _reasons(apart)
    remarks = tuple(remark for report in apart for remark in report.remarks)
    return replace(
        first,
        participants=tuple(person for key, person in people.items() if key not in reasons),
        left_out=tuple(LeftOut(people[key], reason) for key, reason in reasons.items()),
        remarks=remarks if is_comparable else (*remarks, Remark(0, Oddity.NOT_COMPARABLE, _TOLD, is_counted=True)),
        date_order=first.date_order if is_comparable else None,
        readings=first.readings if is_comparable else (),
        fingerprints=frozenset().union(*(report.fingerprints for report in apart)),
        is_encoding_guessed=any(report.is_encoding_guessed for report in apart),
        meeting=replace(first.meeting, stated_people=None, absent=sum(report.meeting.absent for report in apart)),
    )


def _without_twins(reports: Iterable[Report]) -> list[Report]:
    """The reports without those whose files were all read before."""
    seen: set[str] = set()
    found: list[Report] = []
    for report in reports:
        if not report.fingerprints <= seen:
            seen |= report.fingerprints
            found.append(report)
    return found


def _people(reports: Iterable[Report], *, is_comparable: bool) -> dict[PersonKey, Person]:
    """Everybody of the reports, left out or not."""
    found: dict[PersonKey, Person] = {}
    for report in reports:
        for person in (*report.participants, *(one.person for one in report.left_out)):
            known = found.get(person.key)
            found[person.key] = _one(known, person, is_comparable=is_comparable) if known else person
    return found


def _reasons(reports: Iterable[Report]) -> dict[PersonKey, Reason]:
    found: dict[PersonKey, Reason] = {}
    for report in reports:
        for one in report.left_out:
            found.setdefault(one.person.key, one.reason)
    return found


def _one(known: Person, other: Person, *, is_comparable: bool) -> Person:
    """The same person in two reports."""
    if not is_comparable:
        return max(known, other, key=lambda person: person.seconds)
    stays = united((*known.stays, *other.stays))
    without_times = sum(person.seconds - length_of(person.stays) for person in (known, other))
    return replace(
        known,
        name=known.name or other.name,
        email=known.email or other.email,
        seconds=length_of(stays) + without_times,
        joins=known.joins + other.joins,
        first_join=min(filter(None, (known.first_join, other.first_join)), default=None),
        last_leave=max(filter(None, (known.last_leave, other.last_leave)), default=None),
        stays=stays,
    )


def figures_of(report: Report) -> Figures:
    """Counts and minutes alone: all of a report that may be stored."""
    return Figures(
        layout=report.layout,
        participants=len(report.participants),
        under_threshold=report.under_threshold,
        threshold_min=report.threshold_min,
        minutes=tuple(sorted((person.minutes for person in report.participants), reverse=True)),
        left_out=dict(Counter(one.reason for one in report.left_out)),
        date_order=report.date_order,
        remarks=report.remarks,
    )
