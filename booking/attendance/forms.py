"""How many came, as a guide writes it down: one number for each group, and how it went."""

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.form import BaseForm

from booking.attendance.queries import CountedEvent, CountedGroup
from booking.attendance.services.record import Saying
from booking.attendance.surveys import Asking
from booking.attendance.terms import Course
from booking.fields import ChoiceField, Choices, NumberField

MOST_SEEN = 2**31 - 1
MOST = 100_000
"""The largest audience that anybody counts."""
WHOLE_FIELD = "n"
COURSES: Choices = [
    (Course.HELD, _l("As planned")),
    (Course.LATE, _l("Came late")),
    (Course.CUT_SHORT, _l("Cut short")),
    (Course.NO_SHOW, _l("Nobody came")),
    (Course.TECHNICAL_FAULT, _l("Technical fault")),
]
SAY_SOMETHING = _l("Write how many came, or choose what happened.")
WITHOUT_A_NUMBER = frozenset({Course.NO_SHOW, Course.TECHNICAL_FAULT})


def field_of(group: CountedGroup) -> str:
    """The name of a group's field."""
    return f"{WHOLE_FIELD}-{group.reference}"


class CountForm(BaseForm):
    """A number for each group of an event, or one for all of it, and its course."""

    def __init__(self, event: CountedEvent, formdata: MultiDict[str, str] | None = None) -> None:
        self.event = event
        lines = {field_of(group): group.reference for group in event.groups} if event.has_lines else {WHOLE_FIELD: ""}
        numbers = {name: NumberField(_l("How many were there?"), high=MOST) for name in lines}
        course = ChoiceField(_l("What happened"), choices=COURSES, radio=True)
        super().__init__({**numbers, "course": course, "seen": NumberField("", high=MOST_SEEN)})
        self.lines = lines
        """The reference of each field's booking, empty for the event as a whole."""
        self.process(formdata, data=self._known())

    def _known(self) -> dict[str, object]:
        """What was said before; else the best guess that somebody made: the teacher's number, or the booked size."""
        event, is_new = self.event, self.event.course is None
        if event.has_lines:
            numbers = {field_of(group): _guess(group, is_new=is_new) for group in event.groups}
        else:
            numbers = {WHOLE_FIELD: _first(event.attended, event.taken or None if is_new else None)}
        return {**numbers, "course": event.course or Course.HELD, "seen": event.seen}

    @property
    def course(self) -> Course:
        """How it went; as planned where nothing was chosen."""
        return Course(self["course"].data or Course.HELD)

    @property
    def seen(self) -> int | None:
        """Which last word the page was made of; None where the page did not say."""
        found: int | None = self["seen"].data
        return found

    def see(self, now: CountedEvent) -> None:
        """What was typed stays; the page is made of another last word from here on."""
        self["seen"].raw_data = [str(now.seen)]

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all of it could be read, and something was said."""
        fine: bool = super().validate(extra_validators)
        numbers = [self[name] for name in self.lines]
        if fine and self.course not in WITHOUT_A_NUMBER and all(one.data is None for one in numbers):
            numbers[0].errors = [SAY_SOMETHING]
            return False
        return fine

    def saying(self) -> Saying:
        """What was said. A field left empty says nothing, but takes back what stood there before."""
        told = self.course in WITHOUT_A_NUMBER
        before = {"": self.event.attended} | {group.reference: group.attended for group in self.event.groups}
        said = {reference: self[name].data for name, reference in self.lines.items()}
        kept = {ref: number for ref, number in said.items() if told or number is not None or before[ref] is not None}
        return Saying(kept, self.course)


class PeopleForm(Form):
    """The one question of the joining page: how many sit at the leader's screen."""

    people = NumberField(
        _l("How many are with you?"),
        low=1,
        high=MOST,
        required=True,
        hint=_l("Everyone in the room, adults too. One number is all we ask."),
    )


class QuestionField(ChoiceField):
    """A question of a survey; `lang` names the language of its words, where that is not the page's."""

    lang = ""


class SurveyForm(BaseForm):
    """The questions afterwards; none has to be answered, but one. A former one counts where the form still has it."""

    def __init__(self, asked: Asking, formdata: MultiDict[str, str] | None = None) -> None:
        self.asked = asked
        former = [one for one in asked.former if formdata is not None and one.code in formdata]
        questions = (*asked.questions, *former)
        super().__init__({one.code: QuestionField(one.text, choices=one.choices, radio=True) for one in questions})
        self.process(formdata)
        for one in questions:
            self[one.code].lang = one.lang

    @property
    def fields(self) -> list[QuestionField]:
        """In the order in which they are asked."""
        return list(self)

    @property
    def answers(self) -> dict[str, str]:
        """What was chosen, by code of the question."""
        return {one.name: one.data for one in self.fields if one.data}

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all of it could be read, and something was answered."""
        fine: bool = super().validate(extra_validators)
        if fine and not self.answers:
            self.fields[0].errors = [_l("Answer at least one question.")]
            return False
        return fine


def _guess(group: CountedGroup, *, is_new: bool) -> int | None:
    return _first(group.attended, group.by_teacher if is_new else None, group.size if is_new else None)


def _first(*numbers: int | None) -> int | None:
    return next((number for number in numbers if number is not None), None)
