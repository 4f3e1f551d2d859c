"""What the desk's pages of online items show: plain values in the reader's language."""

from dataclasses import dataclass

from booking.attendance.item_forms import ItemForm, ItemsFilter, ReadingForm
from booking.catalogue.station_pages import Overtaken


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A line of the grid: an item as a platform counts it."""

    code: str
    url: str
    title: str
    title_lang: str
    facts: str
    """Platform, measure, "running total", "not read any more"."""
    before: str
    """What was read last, with its day."""
    number: str
    qualifiers: tuple[tuple[str, str], ...]
    qualifier: str
    was: str
    seen: str
    reason: str
    asks_reason: bool
    errors: tuple[str, ...] = ()
    reason_errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """The items and their views of a day."""

    form: ItemsFilter
    day: str
    sentence: str
    rows: tuple[ItemRow, ...]
    new: ItemForm
    action: str
    before_url: str
    after_url: str
    more_url: str = ""
    done: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """A row of the history."""

    day: str
    count: str
    who: str
    reason: str
    is_replaced: bool
    correct_url: str = ""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """An item with every reading of its views."""

    title: str
    title_lang: str
    facts: str
    watch_url: str
    offering_url: str
    lines: tuple[ReadingLine, ...]
    form: ItemForm
    reading: ReadingForm
    action: str
    reading_action: str
    is_correction: bool
    reading_day: str
    """Of a reading that is corrected."""
    done: str = ""
    problem: str = ""
    overtaken: Overtaken | None = None
