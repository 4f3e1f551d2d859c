"""One host's own calendar over a span: the hours worked, what is taken, and what the limits leave.

Asked in two ways that agree: for all starts at once (`starts`, a set of minutes), and for the reasons against one event
(`against`). Days and weeks are those of the home station, whichever station an event is for.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from booking.scheduling.calendars import Calendar
from booking.scheduling.hosts import HostFacts, Taken
from booking.scheduling.load import Load
from booking.scheduling.minutes import Window, bits_of, day_number, meets, room_for
from booking.scheduling.terms import Reason, Unfit


@dataclass
class Diary:
    """A host over a calendar of the home zone; `taken` reaches a week further, for the limits of a week."""

    host: HostFacts
    calendar: Calendar
    taken: Sequence[Taken] = ()

    def starts(self, minutes: int, pause: int) -> int:
        """Starts at which the host works for that long, is not taken, nor is before the pause is over."""
        busy = meets(minutes + pause, self._busy)
        return self._room(minutes) & ~(busy | self._load.lost(minutes))

    def against(self, start: int, end: int, pause: int) -> Iterator[Unfit]:
        """What stands against an event between two minutes since 1970, in the order of `Reason`."""
        if not self._works(start, end):
            days = range(self.calendar.day(start), self.calendar.day(end - 1) + 1)
            yield Unfit(Reason.HOURS if self._off.isdisjoint(days) else Reason.DAY_OFF)
        clashes = [one for one in self.taken if one.start < end + pause and start < one.end]
        if not all(one.is_event for one in clashes):
            yield Unfit(Reason.BUSY)
        yield from (Unfit(Reason.EVENT, one.code) for one in clashes if one.is_event)
        yield from self._load.against(start, end)

    @cached_property
    def work(self) -> int:
        """The minutes worked: the pattern and what is added for a day, without what is taken out and days off."""
        changed = self.host.other_hours
        work = self.calendar.weekly(self.host.hours)
        if changed:
            work = (work | self._changes(works=True)) & ~self._changes(works=False)
        return work & ~self.calendar.on_days(self._off)

    def _changes(self, *, works: bool) -> int:
        windows: dict[int, list[Window]] = defaultdict(list)
        for one in self.host.other_hours:
            if one.works is works:
                windows[day_number(one.day)].append((one.opens, one.closes))
        return self.calendar.inside(windows) if windows else 0

    def _room(self, minutes: int) -> int:
        if not self.host.other_hours and not self._off:
            return self.calendar.weekly(self.host.hours, minutes)
        return room_for(minutes, self.work)

    def _works(self, start: int, end: int) -> bool:
        place, whole = start - self.calendar.span.base, (1 << (end - start)) - 1
        return place >= 0 and self.work >> place & whole == whole

    @cached_property
    def _off(self) -> frozenset[int]:
        """The numbers of the days off that the span touches."""
        known = self.calendar.numbers
        days = (
            range(max(day_number(first), known.start), min(day_number(last) + 1, known.stop))
            for first, last in self.host.days_off
        )
        return frozenset(number for part in days for number in part)

    @cached_property
    def _busy(self) -> int:
        return bits_of(((one.start, one.end) for one in self.taken), self.calendar.span)

    @cached_property
    def _load(self) -> Load:
        return Load(self.host.limits, self.calendar, self.taken)
