"""The vocabulary of what was observed."""

from enum import StrEnum


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


class Course(StrEnum):
    """How an event went, as its guide says."""

    HELD = "held"
    LATE = "late"
    CUT_SHORT = "cut-short"
    NO_SHOW = "no-show"
    TECHNICAL_FAULT = "technical-fault"
