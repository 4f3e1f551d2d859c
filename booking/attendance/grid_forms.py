"""The desk's forms of attendance: which events, their numbers in a grid, and one event with a choice of sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from booking import i18n
from booking.attendance.forms import COURSES, MOST, MOST_SEEN
from booking.attendance.queries import CountedEvent, CountedGroup
from booking.attendance.rules import Official, numbers, without_desk
from booking.attendance.services.record import Saying
from booking.attendance.terms import Choice, Course, Source
from booking.bookings.forms import ChosenForm
from booking.fields import ChoiceField, CleanField, DayField, LineField, NoteField, NumberField

ALL, MISSING, DIFFER = "all", "missing", "differ"
SHOWN = [(ALL, _l("All events")), (MISSING, _l("Without a number")), (DIFFER, _l("Sources differ"))]
OWN = "own"
"""In place of a source: a number of the desk's own."""
WHY = _l("Say why this number counts and not the other.")


class AttendanceFilter(ChosenForm):
    """Which events; a GET form, every field optional."""

    station = ChoiceField(_l("Duty station"), blank=_l("All"))
    from_ = DayField(_l("From"), name="from")
    to = DayField(_l("To"))
    show = ChoiceField(_l("Show"), choices=SHOWN)


@dataclass(frozen=True)
class Line:
    """What has a number of its own: a group of an event, or an event as a whole."""

    event: CountedEvent
    group: CountedGroup | None

    @property
    def name(self) -> str:
        """Names its fields."""
        return self.group.reference if self.group else f"e.{self.event.code}"

    @property
    def reference(self) -> str:
        """Of the booking; empty: of the event as a whole."""
        return self.group.reference if self.group else ""

    @property
    def counted(self) -> CountedEvent | CountedGroup:
        """Whose official number it is."""
        return self.group or self.event

    @property
    def booked(self) -> int | None:
        """How many were to come."""
        return self.group.size if self.group else self.event.taken

    @property
    def leaders(self) -> list[int]:
        """What leaders said of their own screens."""
        return self.counted.leaders

    @property
    def by_rule(self) -> Official:
        """The number that would count had the desk said nothing."""
        counted = self.counted
        loaded = None if counted.attended_source else counted.attended
        return without_desk([one.word for one in counted.said.values()], self.leaders, loaded)


def lines_of(event: CountedEvent) -> list[Line]:
    """Each group, or the event as a whole."""
    return [Line(event, group) for group in event.groups] if event.has_lines else [Line(event, None)]


class GridForm(BaseForm):
    """The numbers of several events: what was not changed is not written, and each event is written whole or not."""

    def __init__(self, events: Sequence[CountedEvent], formdata: MultiDict[str, str] | None = None) -> None:
        self.events = events
        self.lines = {event.code: lines_of(event) for event in events}
        super().__init__(dict(self._made()))
        self.process(formdata, data=self._known())
        if formdata is not None:
            self.validate()

    def _made(self) -> Iterator[tuple[str, CleanField]]:
        for event in self.events:
            yield f"seen-{event.code}", NumberField("", high=MOST_SEEN)
            for line in self.lines[event.code]:
                yield f"n-{line.name}", NumberField(_l("Official number"), high=MOST)
                yield f"was-{line.name}", NumberField("", high=MOST)
                yield f"r-{line.name}", LineField(_l("Why"))

    def _known(self) -> Mapping[str, object]:
        values: dict[str, object] = {}
        for event in self.events:
            values[f"seen-{event.code}"] = event.seen
            for line in self.lines[event.code]:
                values[f"n-{line.name}"] = values[f"was-{line.name}"] = line.counted.attended
        return values

    def number(self, line: Line) -> NumberField:
        """The field of a number."""
        found: NumberField = self[f"n-{line.name}"]
        return found

    def reason(self, line: Line) -> CleanField:
        """The field of its reason."""
        found: CleanField = self[f"r-{line.name}"]
        return found

    def seen(self, event: CountedEvent) -> int | None:
        """Which last word of guide or desk the page was made of."""
        found: int | None = self[f"seen-{event.code}"].data
        return found

    def see(self, event: CountedEvent) -> None:
        """What was typed stays; the page is made of this state of the event from here on."""
        self[f"seen-{event.code}"].raw_data = [str(event.seen)]
        for line in lines_of(event):
            if f"was-{line.name}" in self:
                number = line.counted.attended
                self[f"was-{line.name}"].raw_data = ["" if number is None else str(number)]

    def changed(self, event: CountedEvent) -> list[Line]:
        """The lines whose number is another than the page showed, or cannot be read."""
        return [line for line in self.lines[event.code] if self._is_changed(line)]

    def _is_changed(self, line: Line) -> bool:
        number, was = self.number(line), self[f"was-{line.name}"]
        if number.errors or was.errors or self.reason(line).errors or self[f"seen-{line.event.code}"].errors:
            return True
        return bool(number.data != was.data)

    def is_fine(self, event: CountedEvent) -> bool:
        """Whether all that was changed of an event can be written; else its fields say what is missing."""
        changed = self.changed(event)
        for line in changed:
            number, by_rule = self.number(line), line.by_rule.attended
            is_against = by_rule is not None and number.data != by_rule
            if not number.errors and is_against and not self.reason(line).data and not self.reason(line).errors:
                self.reason(line).errors = [WHY]
        names = [f"{field}-{line.name}" for line in changed for field in ("n", "was", "r")]
        return not any(self[name].errors for name in (*names, f"seen-{event.code}"))

    def saying(self, event: CountedEvent) -> Saying:
        """What was said of an event; a number that the rule gives anyway takes the desk's own word back."""
        changed = self.changed(event)
        numbers = {line.reference: self.number(line).data for line in changed}
        kept = event.course or Course.HELD
        is_held = any(numbers.values()) and kept is Course.NO_SHOW
        by_rule = {line.reference for line in changed if _is_the_rules(line, self.number(line).data)}
        return Saying(
            numbers,
            Course.HELD if is_held or kept is Course.NO_SHOW else kept,
            chosen=dict.fromkeys(by_rule, Choice.RULE),
            reasons={line.reference: self.reason(line).data or "" for line in changed},
        )


def _is_the_rules(line: Line, number: int | None) -> bool:
    return line.by_rule.attended is not None and line.by_rule.attended == number


class EventCountForm(BaseForm):
    """One event: for each line whose number counts, or another one, with the reason; and how it went."""

    def __init__(self, event: CountedEvent, formdata: MultiDict[str, str] | None = None) -> None:
        self.event, self.lines = event, lines_of(event)
        fields: dict[str, CleanField] = {
            "course": ChoiceField(_l("What happened"), choices=COURSES, radio=True),
            "topics": NoteField(_l("What the groups asked about")),
            "seen": NumberField("", high=MOST_SEEN),
        }
        for line in self.lines:
            fields[f"use-{line.name}"] = ChoiceField(_l("Which number counts"), choices=choices_of(line), radio=True)
            fields[f"n-{line.name}"] = NumberField(_l("Another number"), high=MOST)
            fields[f"r-{line.name}"] = LineField(_l("Why this one"), hint=_l("Kept with the number."))
        super().__init__(fields)
        self.process(formdata, data=self._known())

    def _known(self) -> Mapping[str, object]:
        event = self.event
        values: dict[str, object] = {"course": event.course or Course.HELD, "seen": event.seen}
        values["topics"] = event.topics_raised or None
        for line in self.lines:
            desk = line.counted.said.get(Source.DESK)
            values[f"use-{line.name}"] = (desk.chosen or OWN) if desk else Choice.RULE
            values[f"n-{line.name}"] = desk.attended if desk and not desk.chosen else None
            values[f"r-{line.name}"] = line.counted.attended_reason or None
        return values

    @property
    def course(self) -> Course:
        """How it went."""
        return Course(self["course"].data or Course.HELD)

    @property
    def seen(self) -> int | None:
        """Which last word of guide or desk the page was made of."""
        found: int | None = self["seen"].data
        return found

    def see(self, now: CountedEvent) -> None:
        """What was typed stays; the page is made of another last word from here on."""
        self["seen"].raw_data = [str(now.seen)]

    def use(self, line: Line) -> str:
        """Whose number is to count."""
        return self[f"use-{line.name}"].data or Choice.RULE

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all of it could be read, and each choice against the rule says why."""
        fine: bool = super().validate(extra_validators)
        if self.course is Course.NO_SHOW:
            return fine
        for line in self.lines:
            fine = self._is_said(line) and fine
        return fine

    def _is_said(self, line: Line) -> bool:
        use, reason = self.use(line), self[f"r-{line.name}"]
        if use == Choice.RULE or reason.errors:
            return True
        number = self[f"n-{line.name}"].data if use == OWN else dict(numbers_of(line)).get(Source(use))
        by_rule = line.by_rule.attended
        if by_rule is not None and number != by_rule and not reason.data:
            reason.errors = [WHY]
            return False
        return True

    def saying(self) -> Saying:
        """What the desk says of each line that it decides differently than before."""
        nobody = self.course is Course.NO_SHOW
        is_another_course = self.course is not (self.event.course or Course.HELD)
        lines = [line for line in self.lines if is_another_course or self._is_new(line)]
        sources = {line.reference: self.use(line) for line in lines if self.use(line) != OWN}
        return Saying(
            {line.reference: None if nobody else self._number(line) for line in lines},
            self.course,
            self["topics"].data or "",
            chosen={} if nobody else {reference: Choice(use) for reference, use in sources.items()},
            reasons={line.reference: self[f"r-{line.name}"].data or "" for line in lines},
        )

    def _number(self, line: Line) -> int | None:
        use = self.use(line)
        if use == OWN:
            own: int | None = self[f"n-{line.name}"].data
            return own
        return line.by_rule.attended if use == Choice.RULE else dict(numbers_of(line)).get(Source(use))

    def _is_new(self, line: Line) -> bool:
        desk = line.counted.said.get(Source.DESK)
        before = ((desk.chosen or OWN) if desk else Choice.RULE.value, desk.attended if desk else None)
        reason = self[f"r-{line.name}"].data or ""
        after = (str(self.use(line)), self._number(line) if self.use(line) == OWN else before[1])
        return after != before or (desk is not None and reason != desk.reason)


def numbers_of(line: Line) -> list[tuple[Source, int]]:
    """The number of each source that has one, in people, in the order in which the rule asks them."""
    known = numbers([one.word for one in line.counted.said.values()], line.leaders)
    found = ((source, known.get(source)) for source in (Source.GUIDE, Source.PLATFORM, Source.TEACHER))
    return [(source, number) for source, number in found if number is not None]


SOURCES = {
    Source.GUIDE: _l("Counted by the guide"),
    Source.PLATFORM: _l("Read from the platform"),
    Source.TEACHER: _l("Said by the teacher"),
    Source.DESK: _l("Entered by the desk"),
}
"""Whose word a number is."""


def choices_of(line: Line) -> list[tuple[str, str]]:
    """By the rule, each source with its number, or another number."""
    by_rule = line.by_rule.attended
    first = _("By the rule: %(number)s", number=by_rule) if by_rule is not None else _("By the rule: not recorded yet")
    sources = [(str(source), i18n.labelled(SOURCES[source], number)) for source, number in numbers_of(line)]
    return [(Choice.RULE.value, str(first)), *sources, (OWN, str(_("Another number, or none if left empty")))]
