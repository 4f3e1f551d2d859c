"""What the pages of reports show."""

from dataclasses import dataclass, field

from booking.reporting.charting import Chart
from booking.reporting.filter_forms import FilterForm


@dataclass(frozen=True, slots=True)
class Link:
    """A way on."""

    text: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A value in words; `url` opens its events, `before` is that of a year earlier, `css` the class of the cell."""

    text: str
    url: str = ""
    before: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """The first cell names the row."""

    cells: tuple[ShownCell, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table; `texts` are the numbers of its columns of texts, from 1; `more` leads to the rows that are left out."""

    id: str
    title: str
    heads: tuple[str, ...]
    texts: tuple[int, ...]
    rows: tuple[ShownRow, ...]
    notes: tuple[str, ...] = ()
    more: Link | None = None

    @property
    def css(self) -> str:
        """Its classes, "t1 t3": columns of texts are named once for all rows."""
        return " ".join(f"t{column}" for column in self.texts)

    @property
    def has_names(self) -> bool:
        """Whether the first cell of a row names it."""
        return 1 in self.texts


@dataclass(frozen=True, slots=True)
class Section:
    """One of the eleven tables, in its parts."""

    id: str
    title: str
    tables: tuple[ShownTable, ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure at the top: `change` compares it with a year before, which `before` tells."""

    name: str
    number: str
    url: str = ""
    before: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Multiple:
    """One of several small charts on one scale."""

    name: str
    css: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class Multiples:
    """Small charts, and their numbers; `is_heat`: a table to be seen at once, its cells the stronger the fuller."""

    id: str
    title: str
    says: str
    charts: tuple[Multiple, ...]
    table: ShownTable
    is_heat: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """A table whose numbers are drawn beside them: `bars` are per cent of the longest, one for each row."""

    id: str
    title: str
    says: str
    bars: tuple[int, ...]
    table: ShownTable


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The form alone where its period could not be read; one table alone where `table` is named."""

    form: FilterForm
    shortcuts: tuple[Link, ...]
    days: str = ""
    figures: tuple[KeyFigure, ...] = ()
    complete: str = ""
    not_ready: tuple[Link, ...] = ()
    multiples: tuple[Multiples, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    sections: tuple[Section, ...] = ()
    files: tuple[Link, ...] = ()
    whole: Link | None = None
    made_at: str = ""
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event behind a number; `url` is empty where the reader's desk does not have it."""

    name: str
    day: str
    url: str
    station: str
    facts: str
    groups: str
    people: str
    is_counted: bool = True
    source: str = ""
    """Whose word the number is."""
    count_url: str = ""
    """Where everything that was said of it stands; empty where the reader's desk does not have it."""


@dataclass(frozen=True, slots=True)
class EventsPage:
    """Events behind a number, one page of them, and what all come to."""

    title: str
    days: str
    number: str
    says: str
    filters: tuple[tuple[str, str], ...]
    events: tuple[ListedEvent, ...]
    total: tuple[str, str, str]
    back: Link
    pages: tuple[Link, ...] = ()
    at: str = ""
    problems: tuple[str, ...] = field(default=())
