"""Rows to stays, under one order of days: what each row says, what is odd about it, and how long each person stayed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from booking.attendance.platform_reports.drafts import Draft, Line
from booking.attendance.platform_reports.terms import DateOrder, Oddity, Remark, Stay
from booking.attendance.platform_reports.times import LONGEST, Stamp, seconds_of
from booking.attendance.platform_reports.words import JOINED, LEFT, Field, folded

_ROUNDED = 120
"""Seconds by which a duration and its times may differ: platforms round to minutes."""
_SENTENCES = {
    Oddity.TIME_UNREADABLE: "a time cannot be read",
    Oddity.DURATION_UNREADABLE: "the duration cannot be read",
    Oddity.NO_TIMES: "there is no time and no duration",
    Oddity.LEFT_BEFORE_JOINING: "leaving is before joining",
    Oddity.LEFT_WITHOUT_JOINING: "somebody leaves who had not joined",
    Oddity.TOO_LONG: "the stay is longer than a day",
    Oddity.DURATION_IMPOSSIBLE: "the duration is less than nothing or longer than a day",
    Oddity.DURATION_DIFFERS: "the duration is not the time between joining and leaving",
    Oddity.UNKNOWN_ACTION: "the action is neither joining nor leaving",
    Oddity.TOO_FEW_CELLS: "cells are missing",
}
AGAINST_AN_ORDER = frozenset(
    {Oddity.LEFT_BEFORE_JOINING, Oddity.TOO_LONG, Oddity.LEFT_WITHOUT_JOINING, Oddity.DURATION_DIFFERS}
)
"""What is odd about a row because its days may have been read in the wrong order."""
Stamps = dict[str, Stamp | None]
"""Every time of a file, read once."""


@dataclass(slots=True)
class Presence:
    """When and how long one person was there."""

    stays: list[Stay] = field(default_factory=list)
    more: int = 0
    """Seconds of which only the length is known."""
    joins: int = 0
    times: list[datetime] = field(default_factory=list)

    @property
    def seconds(self) -> int:
        """All of it, overlapping stays once."""
        return length_of(self.stays) + self.more


def united(stays: Iterable[Stay]) -> tuple[Stay, ...]:
    """The union of stays: apart from each other, in order."""
    found: list[Stay] = []
    for stay in sorted(stays):
        if found and stay.start <= found[-1].end:
            found[-1] = Stay(found[-1].start, max(found[-1].end, stay.end))
        else:
            found.append(stay)
    return tuple(found)


def length_of(stays: Iterable[Stay]) -> int:
    """Seconds of the union of stays."""
    return sum(round(stay.length.total_seconds()) for stay in united(stays))


class Count:
    """A draft read in one order of days."""

    def __init__(self, draft: Draft, stamps: Stamps, order: DateOrder) -> None:
        self.draft, self.stamps, self.order = draft, stamps, order
        self.remarks: list[Remark] = []
        self.first, self.last = self._span()
        self.end = self._at(draft.facts.get(Field.END, "")) or self.last

    def presence(self, lines: Sequence[Line]) -> Presence | None:
        """How long the person of these rows was there; None if none of the rows can be counted."""
        presence = Presence()
        lines = [line for line in lines if not line.is_waiting] or lines
        if lines[0].action or lines[0].at:
            self._steps(lines, presence)
        else:
            has_stays = any(not line.is_total for line in lines)
            for line in lines:
                if not (line.is_total and has_stays):
                    self._stay(line, presence)
        return presence if presence.joins else None

    def _at(self, text: str) -> datetime | None:
        stamp = self.stamps.get(text)
        return stamp.at(self.order) if stamp else None

    def _span(self) -> tuple[datetime | None, datetime | None]:
        """The first and the last time at which somebody comes or goes, or the meeting begins or ends."""
        texts = [text for line in self.draft.lines for text in (line.join, line.leave, line.at)]
        texts += [self.draft.facts.get(name, "") for name in (Field.START, Field.END)]
        found = [at for at in map(self._at, texts) if at]
        return (min(found), max(found)) if found else (None, None)

    def _odd(self, line: Line, oddity: Oddity, *, is_counted: bool = False) -> None:
        self.remarks.append(Remark(line.row, oddity, _SENTENCES[oddity], is_counted))

    def _is_readable(self, line: Line, *texts: str) -> bool:
        """Whether those of these cells that are filled hold times."""
        if any(text and not self._at(text) for text in texts):
            self._odd(line, Oddity.TIME_UNREADABLE)
            return False
        if line.is_short:
            self._odd(line, Oddity.TOO_FEW_CELLS, is_counted=True)
        return True

    def _stay(self, line: Line, presence: Presence) -> None:
        """Count a row with a join, a leave and a duration, as far as they are there."""
        if not self._is_readable(line, line.join, line.leave):
            return
        join, leave = self._at(line.join), self._at(line.leave)
        seconds = self._duration(line, has_times=bool(join))
        if join is None and leave is None:
            self._length_alone(line, seconds, presence)
            return
        if join is None and leave and seconds is not None:
            join = leave - timedelta(seconds=seconds)
        if leave is None and join:
            leave = join + timedelta(seconds=seconds) if seconds is not None else max(self.end or join, join)
        if not join or not leave:
            self._odd(line, Oddity.NO_TIMES)
        elif self._is_possible(line, join, leave):
            self._add(line, Stay(join, leave), seconds, presence)

    def _duration(self, line: Line, *, has_times: bool) -> int | None:
        """The seconds that a row says; None where it says none, or none that can be."""
        if not line.duration:
            return None
        seconds = seconds_of(line.duration, bare_unit=self.draft.duration_unit)
        if seconds is None:
            self._odd(line, Oddity.DURATION_UNREADABLE, is_counted=has_times)
        elif not 0 <= seconds <= LONGEST.total_seconds():
            self._odd(line, Oddity.DURATION_IMPOSSIBLE, is_counted=has_times)
            seconds = None
        return seconds

    def _length_alone(self, line: Line, seconds: int | None, presence: Presence) -> None:
        if seconds is not None:
            presence.more += seconds
            presence.joins += 1
        elif not line.duration:
            self._odd(line, Oddity.NO_TIMES)

    def _is_possible(self, line: Line, join: datetime, leave: datetime) -> bool:
        if leave < join:
            self._odd(line, Oddity.LEFT_BEFORE_JOINING)
        elif leave - join > LONGEST:
            self._odd(line, Oddity.TOO_LONG)
        return join <= leave <= join + LONGEST

    def _add(self, line: Line, stay: Stay, seconds: int | None, presence: Presence) -> None:
        presence.joins += 1
        presence.times += [stay.start, stay.end]
        length = stay.length.total_seconds()
        if line.is_total and seconds is not None and seconds < length:
            presence.more += seconds
            return
        presence.stays.append(stay)
        if seconds is not None and abs(seconds - length) > _ROUNDED:
            self._odd(line, Oddity.DURATION_DIFFERS, is_counted=True)

    def _steps(self, lines: Sequence[Line], presence: Presence) -> None:
        """Count joins and leaves one by one; who joined twice is there until the last leave that follows."""
        began: datetime | None = None
        left: datetime | None = None
        depth = 0
        first = lines[0]
        for at, is_leave, line in self._in_order(lines):
            if not is_leave:
                presence.joins += 1
                first = line if began is None else first
                began, left, depth = began or at, None, depth + 1
            elif began is None:
                self._odd(line, Oddity.LEFT_WITHOUT_JOINING)
            else:
                left, depth = at, depth - 1
                if depth == 0:
                    self._keep(first, began, left, presence)
                    began = None
        if began:
            self._keep(first, began, left or max(self.end or began, began), presence)

    def _keep(self, line: Line, began: datetime, left: datetime, presence: Presence) -> None:
        if self._is_possible(line, began, left):
            presence.stays.append(Stay(began, left))
            presence.times += [began, left]

    def _in_order(self, lines: Sequence[Line]) -> list[tuple[datetime, bool, Line]]:
        """The steps that can be read, by time; at the same second joining comes first."""
        found: list[tuple[datetime, bool, Line]] = []
        for line in lines:
            action, at = folded(line.action), self._at(line.at)
            if action not in JOINED | LEFT:
                self._odd(line, Oddity.UNKNOWN_ACTION)
            elif at is None:
                self._odd(line, Oddity.TIME_UNREADABLE)
            else:
                found.append((at, action in LEFT, line))
        return sorted(found, key=lambda step: step[:2])
