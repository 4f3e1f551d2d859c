"""The three questions that every group is asked afterwards, and which answers to them are positive."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from booking.fields import Choices

SURVEY = "AFTER-EVENT"
"""Code of the shipped survey."""
_YES_OR_NO: Choices = [("yes", _l("Yes")), ("no", _l("No"))]
_HOW_MUCH: Choices = [("1", _l("1, nothing")), ("2", "2"), ("3", "3"), ("4", "4"), ("5", _l("5, a lot"))]


@dataclass(frozen=True)
class Question:
    """A question with its answers; `english` is kept beside the counts."""

    english: str
    text: LazyString
    choices: Choices
    positive: Collection[str]


QUESTIONS: Mapping[str, Question] = {
    "took-part": Question(
        "Did your group take part in the conversation?",
        _l("Did your group take part in the conversation?"),
        _YES_OR_NO,
        {"yes"},
    ),
    "language": Question(
        "Was the language right for your group?",
        _l("Was the language right for your group?"),
        _YES_OR_NO,
        {"yes"},
    ),
    "learned": Question(
        "How much did your group learn about the United Nations, from 1 to 5? (4 and 5)",
        _l("How much did your group learn about the United Nations?"),
        _HOW_MUCH,
        {"4", "5"},
    ),
}
"""By code, in the order in which they are asked."""
