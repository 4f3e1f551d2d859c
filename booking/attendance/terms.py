"""The vocabulary of what was observed."""

from enum import StrEnum

FEWEST_REPLIES = 10
"""A survey with fewer replies shows no result."""


class Qualifier(StrEnum):
    """How a published figure is to be read."""

    EXACT = "exact"
    ABOUT = "about"
    MORE_THAN = "more-than"
    AT_LEAST = "at-least"
    NEARLY = "nearly"
    NOT_RECORDED = "not-recorded"


class Source(StrEnum):
    """Who says how many came."""

    TEACHER = "teacher"
    GUIDE = "guide"
    PLATFORM = "platform"
    DESK = "desk"


class Choice(StrEnum):
    """Whose number a desk takes, where it says none of its own; `rule`: whoever the rule would."""

    RULE = "rule"
    TEACHER = "teacher"
    GUIDE = "guide"
    PLATFORM = "platform"


class QuestionKind(StrEnum):
    """How a question of a survey is answered."""

    YES_OR_NO = "yes-or-no"
    HOW_MUCH = "how-much"


class Course(StrEnum):
    """How an event went, as its guide says."""

    HELD = "held"
    LATE = "late"
    CUT_SHORT = "cut-short"
    NO_SHOW = "no-show"
    TECHNICAL_FAULT = "technical-fault"


class UploadState(StrEnum):
    """What became of a platform's report; only an open one is still kept as a file."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
