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
