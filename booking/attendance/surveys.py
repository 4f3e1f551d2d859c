"""What groups are asked afterwards: three shipped questions, and how questions are answered and pooled."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from booking.attendance.terms import QuestionKind
from booking.fields import Choices

SURVEY = "AFTER-EVENT"
"""Code of the shipped survey."""
MOST_QUESTIONS = 8
"""Of one survey."""
CHOICES: Mapping[QuestionKind, Choices] = {
    QuestionKind.YES_OR_NO: [("yes", _l("Yes")), ("no", _l("No"))],
    QuestionKind.HOW_MUCH: [("1", _l("1, nothing")), ("2", "2"), ("3", "3"), ("4", "4"), ("5", _l("5, a lot"))],
}
POSITIVE: Mapping[QuestionKind, Collection[str]] = {
    QuestionKind.YES_OR_NO: frozenset({"yes"}),
    QuestionKind.HOW_MUCH: frozenset({"4", "5"}),
}


@dataclass(frozen=True)
class Question:
    """A question as a group is asked it; `english` is kept beside the counts.

    `lang` names the language of the text where that is not the page's.
    """

    code: str
    english: str
    text: LazyString | str
    kind: QuestionKind
    lang: str = ""

    @property
    def choices(self) -> Choices:
        """The answers to choose from."""
        return CHOICES[self.kind]


@dataclass(frozen=True)
class Asking:
    """What the groups of an event are asked, and under which survey their answers are counted.

    `former` are questions that are asked no more: a form that was opened before still counts for them.
    """

    survey: str
    questions: tuple[Question, ...]
    former: tuple[Question, ...] = ()


SHIPPED = Asking(
    SURVEY,
    (
        Question(
            "took-part",
            "Did your group take part in the conversation?",
            _l("Did your group take part in the conversation?"),
            QuestionKind.YES_OR_NO,
        ),
        Question(
            "language",
            "Was the language right for your group?",
            _l("Was the language right for your group?"),
            QuestionKind.YES_OR_NO,
        ),
        Question(
            "learned",
            "How much did your group learn about the United Nations, from 1 to 5? (4 and 5)",
            _l("How much did your group learn about the United Nations?"),
            QuestionKind.HOW_MUCH,
        ),
    ),
)
"""Asked where no desk has written a survey for the offering or the series."""
