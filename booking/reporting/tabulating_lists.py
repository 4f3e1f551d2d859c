"""The tables of what is listed beside figures: T5 to T11, made of rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from booking.bookings.terms import BookingStatus
from booking.catalogue.terms import Format
from booking.i18n import Translated
from booking.reporting.queries.answers import per_cent, region_of
from booking.reporting.queries.lists import ClosureUse, NewOffering, SurveySum, View
from booking.reporting.queries.sums import CountrySums, EventSums, GroupSums, LabelSums, SeriesSums, Sums, total
from booking.reporting.table_terms import Cell, Column, Kind, NotReady, Row, Table
from booking.reporting.tabulating import COUNTS, HELD, counts
from booking.reporting.terms import NO_COUNTRY, Figure, Filters
from booking.scheduling.terms import EventStatus

LONGEST_REASON = 120  # characters
STATION = Column("station", Kind.STATION)
UNDECIDED = frozenset(status.value for status in (EventStatus.PLANNED, EventStatus.OPEN, EventStatus.CLOSED))
ENDED = (
    BookingStatus.REFUSED,
    BookingStatus.WITHDRAWN,
    BookingStatus.EXPIRED,
    BookingStatus.CANCELLED_BY_GROUP,
    BookingStatus.CANCELLED_BY_STATION,
    BookingStatus.NO_SHOW,
)


def new_offerings(rows: Iterable[NewOffering], locale: str) -> Table:
    """T5: what was new, for whom and about what."""
    columns = (
        STATION,
        Column("offering", Kind.TEXT),
        Column("kind", Kind.KIND),
        Column("format", Kind.FORMAT),
        Column("audience", Kind.AUDIENCE),
        Column("theme", Kind.THEME),
        Column("status", Kind.STATUS),
        Column("since", Kind.DAY),
    )
    return Table("T5", columns, tuple(Row((one[0], _in(one[1], locale), *one[2:])) for one in rows), ("since",))


def _in(text: Translated, locale: str) -> str:
    return text.in_locale(locale)[0]


def closures(rows: Iterable[ClosureUse], filters: Filters, locale: str) -> Table:
    """T6: closures and reopenings, and what was held on site meanwhile by way of exception."""
    columns = (
        STATION,
        Column("closure", Kind.STATUS),
        Column("starts_on", Kind.DAY),
        Column("ends_on", Kind.DAY),
        Column("announced_on", Kind.DAY),
        Column("message", Kind.TEXT),
        Column("held_meanwhile", Kind.KIND),
        Column("events"),
        Column("participants"),
    )
    return Table("T6", columns, tuple(_closure(one, filters, locale) for one in rows))


def _closure(one: ClosureUse, filters: Filters, locale: str) -> Row:
    meanwhile: dict[str, Any] = {"stations": (one.station,), "formats": (Format.IN_PERSON.value,)}
    inside = filters.narrowed(**meanwhile, kinds=(one.kind,) if one.kind else ()).within(one.starts_on, one.ends_on)
    events = Cell(one.events, None, inside, Figure.EVENTS)
    people = Cell(one.people if one.events else 0, None, inside, Figure.PARTICIPANTS)
    days = (one.starts_on, one.ends_on, one.announced_on)
    return Row((one.station, str(one.type), *days, _in(one.message, locale), one.kind, events, people))


def series(rows: Iterable[SeriesSums], reached: Iterable[tuple[str, str]], filters: Filters) -> Table:
    """T7: series with partner, days, people, countries and regional groups."""
    countries: dict[str, set[str]] = defaultdict(set)
    for code, country in reached:
        if country not in {NO_COUNTRY, ""}:
            countries[code].add(country)
    columns = (
        Column("series", Kind.TEXT),
        Column("partner", Kind.TEXT),
        Column("first", Kind.DAY),
        Column("last", Kind.DAY),
        *COUNTS,
        Column("countries"),
        Column("regions"),
    )
    lines = [
        Row(
            (
                one.series,
                one.partner,
                one.first,
                one.last,
                *counts(one.sums, inside),
                *_reach(countries[one.series], inside),
            )
        )
        for one in sorted(rows)
        for inside in [filters.narrowed(series=(one.series,))]
        if one.sums.events
    ]
    return Table("T7", columns, tuple(lines))


def _reach(countries: set[str], filters: Filters) -> tuple[Cell, Cell]:
    regions = {region_of(country) for country in countries} - {""}
    return (
        Cell(len(countries), None, filters, Figure.COUNTRIES_NUMBER),
        Cell(len(regions), None, filters, Figure.REGIONS_NUMBER),
    )


def surveys(rows: Iterable[SurveySum]) -> Table:
    """T8: pooled replies; no result where there are fewer than ten."""
    columns = (
        Column("survey", Kind.TEXT),
        Column("question", Kind.TEXT),
        Column("replies"),
        Column("positive", Kind.PER_CENT),
        Column("countries"),
    )
    lines = [
        Row((one.survey, one.question, Cell(one.replies), Cell(per_cent(one.positive, one.asked)), Cell(one.countries)))
        for one in rows
    ]
    return Table("T8", columns, tuple(lines), ("fewest-replies", "answers-by-month"))


def views(rows: Iterable[View], locale: str) -> Table:
    """T9: figures of online items, never added to people who came nor, where they are cumulative, to each other."""
    columns = (
        Column("item", Kind.TEXT),
        Column("owner", Kind.TEXT),
        Column("channel", Kind.TEXT),
        Column("items"),
        Column("measure", Kind.TEXT),
        Column("qualifier", Kind.TEXT),
        Column("value"),
        Column("cumulative", Kind.YES),
        Column("read_on", Kind.DAY),
        Column("note", Kind.TEXT),
    )
    lines = [
        Row(
            (
                *(_in(one.title, locale), one.owner, one.channel, Cell(one.items), one.measure),
                *(str(one.qualifier), Cell(one.value), one.is_cumulative, one.read_on, one.note),
            )
        )
        for one in rows
    ]
    return Table("T9", columns, tuple(lines), ("views-apart",))


def unmet(
    events: Sequence[EventSums], reasons: Sequence[LabelSums], groups: Sequence[GroupSums], filters: Filters
) -> list[Table]:
    """T10: what was called off, where nobody came, and what became of groups that did not come."""
    lines = []
    for station in sorted({row.station for row in events}):
        inside = filters.narrowed(stations=(station,))
        lines.append(Row((station, *_lost(events, inside, station))))
    whole = Row(("", *_lost(events, filters, "")), is_total=True)
    why = sorted((row for row in reasons if row.part == "reason"), key=lambda row: (row.station, row.value))
    return [
        Table("T10.events", (STATION, Column("cancelled"), Column("no_show")), (*lines, whole)),
        Table(
            "T10.reasons",
            (STATION, Column("reason", Kind.TEXT), Column("cancelled")),
            tuple(Row((one.station, one.value, _called_off(one, filters))) for one in why),
        ),
        _groups_lost(groups, filters),
    ]


def _called_off(one: LabelSums, filters: Filters) -> Cell:
    """Events of a reason, which open where it is a line that an address can hold: desks may write pages."""
    is_line = one.value.isprintable() and len(one.value) <= LONGEST_REASON
    inside = filters.narrowed(stations=(one.station,), reasons=(one.value,)) if is_line else None
    return Cell(one.sums.events, one.sums.events_before, inside, Figure.EVENTS_CANCELLED)


def _lost(events: Iterable[EventSums], filters: Filters, station: str) -> tuple[Cell, Cell]:
    cells = []
    for status, figure in (
        (EventStatus.CANCELLED, Figure.EVENTS_CANCELLED),
        (EventStatus.NO_SHOW, Figure.EVENTS_NO_SHOW),
    ):
        sums = _of_status(events, {status.value}, station)
        cells.append(Cell(sums.events, sums.events_before, filters, figure))
    return cells[0], cells[1]


def _of_status(events: Iterable[EventSums], statuses: Iterable[str], station: str = "") -> Sums:
    wanted = set(statuses)
    return total(row.sums for row in events if row.status in wanted and station in {"", row.station})


def _groups_lost(groups: Iterable[GroupSums], filters: Filters) -> Table:
    columns = (STATION, Column("status", Kind.STATUS), Column("groups"), Column("late"))
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in groups:
        if row.status in ENDED:
            sums = found[row.station, row.status]
            sums[0] += row.groups
            sums[1] += row.groups_before
            sums[2] += row.groups * row.late
    lines = [
        Row(
            (
                station,
                status,
                Cell(now, before, inside, Figure.GROUPS_LOST),
                Cell(late, None, inside.narrowed(late=("1",)), Figure.GROUPS_LOST),
            )
        )
        for (station, status), (now, before, late) in sorted(found.items())
        for inside in [filters.narrowed(stations=(station,), fates=(status,))]
    ]
    return Table("T10.groups", columns, tuple(lines))


def refused(by_rule: Mapping[tuple[str, str, str, str], int], requests: Iterable[tuple[str, str, int]]) -> list[Table]:
    """T10: requests that a rule refused as they were sent, and requests without a time that came to nothing."""
    columns = (STATION, Column("rule", Kind.RULE), Column("kind", Kind.KIND), Column("language", Kind.LANGUAGE))
    lines = [Row((*key, Cell(number))) for key, number in sorted(by_rule.items())]
    ended = [Row((station, status, Cell(number))) for station, status, number in sorted(requests) if status in ENDED]
    return [
        Table("T10.rules", (*columns, Column("requests")), tuple(lines), ("refused-when-sent",)),
        Table(
            "T10.requests",
            (STATION, Column("status", Kind.STATUS), Column("requests")),
            tuple(ended),
            ("requests-without-events",),
        ),
    ]


def quality(
    events: Sequence[EventSums],
    countries: Sequence[CountrySums],
    exceptions: Counter[tuple[str, str]],
    filters: Filters,
) -> list[Table]:
    """T11: numbers that are missing, events nobody concluded, groups of unknown country, rules not kept."""
    columns = (STATION, Column("unrecorded"), Column("undecided"), Column("unknown_countries"))
    lines = [
        Row((station, *_missing(events, countries, filters.narrowed(stations=(station,)), station)))
        for station in sorted({row.station for row in events})
    ]
    whole = Row(("", *_missing(events, countries, filters, "")), is_total=True)
    made = [
        Row(
            (station, rule, Cell(number, None, filters.narrowed(stations=(station,), rules=(rule,)), Figure.EXCEPTIONS))
        )
        for (station, rule), number in sorted(exceptions.items())
    ]
    return [
        Table("T11.missing", columns, (*lines, whole)),
        Table(
            "T11.overrides",
            (STATION, Column("rule", Kind.RULE), Column("exceptions")),
            tuple(made),
            ("exceptions-listed",),
        ),
    ]


def _missing(
    events: Sequence[EventSums], countries: Iterable[CountrySums], filters: Filters, station: str
) -> tuple[Cell, Cell, Cell]:
    unknown = sum(row.groups for row in countries if row.country in {NO_COUNTRY, ""} and station in {"", row.station})
    return (
        Cell(_of_status(events, {HELD}, station).unrecorded, None, filters, Figure.EVENTS_UNRECORDED),
        Cell(_of_status(events, UNDECIDED, station).events, None, filters, Figure.EVENTS_UNDECIDED),
        Cell(unknown, None, filters.narrowed(countries=(NO_COUNTRY, "")), Figure.GROUPS),
    )


def not_ready(missing: Table) -> tuple[NotReady, ...]:
    """What keeps the figures from being final, of the total of T11: an unknown country stays unknown."""
    total_of = dict(zip((column.name for column in missing.columns), missing.rows[-1].values, strict=True))
    cells = [(reason, total_of[reason]) for reason in ("unrecorded", "undecided")]
    return tuple(
        NotReady(reason, cell.value, cell.filters, cell.figure)
        for reason, cell in cells
        if isinstance(cell, Cell) and cell.value
    )
