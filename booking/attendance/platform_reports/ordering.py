"""Which number of a date is the day: decided by the file, or by whoever reads it, and never guessed.

A file decides it by a number over 12, by a year in front, by dots (no locale writes the month first with them), or by
rows that are possible in one order only. Where it does not, people and minutes are the same in either order.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from booking.attendance.platform_reports.counting import AGAINST_AN_ORDER, Count, Presence, Stamps
from booking.attendance.platform_reports.drafts import Draft, Line
from booking.attendance.platform_reports.people import key_of
from booking.attendance.platform_reports.terms import (
    ASKED,
    DateOrder,
    KeyKind,
    NotReadable,
    PersonKey,
    Reading,
    Refusal,
    Remark,
)
from booking.attendance.platform_reports.times import order_of, stamp_of
from booking.attendance.platform_reports.words import folded

_WORDS = {DateOrder.DAY_FIRST: "day", DateOrder.MONTH_FIRST: "month"}


@dataclass(frozen=True, slots=True)
class Counted:
    """A draft read in one order: who was there, and what is odd."""

    presences: dict[PersonKey, Presence | None]
    remarks: tuple[Remark, ...]
    reading: Reading | None

    @property
    def against(self) -> int:
        """How many rows speak against the order."""
        return sum(remark.oddity in AGAINST_AN_ORDER for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class Decided:
    """A draft in the order that holds; `order` is None where it is open, `readings` what it could be then."""

    order: DateOrder | None
    counted: Counted
    readings: tuple[Reading, ...]
    has_times: bool
    """Whether times may be given: the order is known, or makes no difference."""
    stamps: Stamps
    working: DateOrder
    """The order in which it was counted."""


def people_of(draft: Draft) -> dict[PersonKey, list[Line]]:
    """The rows of each person, in the order in which they first appear.

    Where totals give an address and single stays do not, a name that only one person has leads from one to the other.
    """
    named: dict[str, set[PersonKey]] = {}
    for line in draft.lines:
        if line.is_total:
            named.setdefault(folded(line.name), set()).add(key_of(line))
    found: dict[PersonKey, list[Line]] = {}
    for line in draft.lines:
        key = key_of(line)
        known = named.get(folded(line.name), set())
        if key.kind is KeyKind.NAME and len(known) == 1:
            (key,) = known
        found.setdefault(key, []).append(line)
    return found


def decide(draft: Draft, people: dict[PersonKey, list[Line]], given: DateOrder | None) -> Decided:
    """Count the draft in the order that holds; `NotReadable` where the days contradict each other, or what is given."""
    stamps: Stamps = {text: stamp_of(text) for _row, text in _texts(draft)}
    order = _order(draft, stamps, given)
    if order or not any(stamp.is_open for stamp in stamps.values() if stamp):
        working = order or DateOrder.MONTH_FIRST
        counted = _count(draft, people, stamps, working)
        return Decided(order, counted, (), has_times=True, stamps=stamps, working=working)
    return _the_possible_one(draft, people, stamps)


def _the_possible_one(draft: Draft, people: dict[PersonKey, list[Line]], stamps: Stamps) -> Decided:
    """The order in which nothing is odd, if that is one of both."""
    both = {order: _count(draft, people, stamps, order) for order in ASKED}
    working = min(both, key=lambda order: both[order].against)
    odd = [both[order].against for order in ASKED]
    order = working if min(odd) == 0 < max(odd) else None
    readings = () if order else tuple(one.reading for one in both.values() if one.reading)
    return Decided(order, both[working], readings, has_times=order is not None, stamps=stamps, working=working)


def _texts(draft: Draft) -> Iterator[tuple[int, str]]:
    """Every time of the file, with its row."""
    yield from draft.dates
    for line in draft.lines:
        yield from ((line.row, text) for text in (line.join, line.leave, line.at) if text)


def _order(draft: Draft, stamps: Stamps, given: DateOrder | None) -> DateOrder | None:
    """The order that the days decide, else the one that is given; both must agree."""
    order = order_of([stamp for stamp in stamps.values() if stamp])
    if order is None or order is DateOrder.YEAR_FIRST:
        return order or given
    for row, text in _texts(draft):
        only = (stamp := stamps[text]) and stamp.only
        if only and only is not order:
            raise NotReadable(Refusal.MIXED_DATES, "some dates have the day first and others the month", row=row)
        if only and given and only is not given:
            told = f"this date is not written with the {_WORDS[given]} first"
            raise NotReadable(Refusal.OTHER_DATE_ORDER, told, row=row)
    return order


def _count(draft: Draft, people: dict[PersonKey, list[Line]], stamps: Stamps, order: DateOrder) -> Counted:
    count = Count(draft, stamps, order)
    presences = {key: count.presence(lines) for key, lines in people.items()}
    reading = Reading(order, count.first, count.last) if count.first and count.last else None
    return Counted(presences, tuple(sorted(count.remarks, key=lambda remark: remark.row)), reading)
