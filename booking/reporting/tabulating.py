"""Tables made of sums: pure, so that a page, a file and a test make the same ones."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from booking.catalogue.terms import VIRTUAL_FORMATS
from booking.reporting.queries.sums import TOURS, CountrySums, EventSums, LabelSums, Sums, total
from booking.reporting.table_terms import Cell, Column, Kind, Row, Table
from booking.reporting.terms import NO_COUNTRY, Figure, Filters
from booking.scheduling.terms import EventStatus

HELD = EventStatus.HELD.value
VISITORS = "visitors-service"
ONLINE = sorted(VIRTUAL_FORMATS)
COUNTS = (Column("events"), Column("participants"), Column("unrecorded"))
Key = Callable[[EventSums], str]
Narrow = Callable[[str], dict[str, Any]]


def people(sums: Sums) -> int | None:
    """People who came; None where events were held and nobody said how many came to any of them."""
    return None if sums.events and not sums.recorded else sums.people


def _people_before(sums: Sums) -> int | None:
    return None if sums.events_before and not sums.recorded_before else sums.people_before


def counts(sums: Sums, filters: Filters) -> tuple[Cell, Cell, Cell]:
    """Events held, people in them, and events of which a number is missing."""
    return (
        Cell(sums.events, sums.events_before, filters, Figure.EVENTS),
        Cell(people(sums), _people_before(sums), filters, Figure.PARTICIPANTS),
        Cell(sums.unrecorded, None, filters, Figure.EVENTS_UNRECORDED),
    )


@dataclass(frozen=True)
class Breakdown:
    """A table of events held by one thing: its id, what a row is of, and how it narrows the report's filters."""

    id: str
    column: Column
    key: Key
    narrow: Narrow
    only: Callable[[EventSums], bool] = lambda _row: True
    fixed: Mapping[str, Any] = field(default_factory=dict)


BREAKDOWNS = (
    Breakdown("T1.station", Column("station", Kind.STATION), lambda row: row.station, lambda key: {"stations": (key,)}),
    Breakdown("T1.unit", Column("unit", Kind.UNIT), lambda row: row.unit, lambda key: {"units": (key,)}),
    Breakdown("T1.kind", Column("kind", Kind.KIND), lambda row: row.kind, lambda key: {"kinds": (key,)}),
    Breakdown("T1.format", Column("format", Kind.FORMAT), lambda row: row.format, lambda key: {"formats": (key,)}),
    Breakdown(
        "T1.online",
        Column("station", Kind.STATION),
        lambda row: row.station,
        lambda key: {"stations": (key,)},
        lambda row: row.unit == VISITORS and row.kind in TOURS and row.format in ONLINE,
        {"units": (VISITORS,), "kinds": TOURS, "formats": tuple(ONLINE)},
    ),
)


def events_held(rows: Sequence[EventSums], filters: Filters) -> list[Table]:
    """T1: events held and their people, by station, unit, kind, format and month, and those online by station."""
    held = [row for row in rows if row.status == HELD]
    broken_down = (_broken_down(held, filters, one) for one in BREAKDOWNS)
    return [*broken_down, _by_month(held, filters), _by_station_and_month(held, filters)]


def _broken_down(held: Sequence[EventSums], filters: Filters, breakdown: Breakdown) -> Table:
    found: dict[str, Sums] = defaultdict(Sums)
    for row in held:
        if breakdown.only(row):
            found[breakdown.key(row)] += row.sums
    inside = filters.narrowed(**breakdown.fixed)
    lines = [Row((key, *counts(found[key], inside.narrowed(**breakdown.narrow(key))))) for key in sorted(found)]
    whole = Row(("", *counts(total(found.values()), inside)), is_total=True)
    return Table(breakdown.id, (breakdown.column, *COUNTS), (*lines, whole))


def _by_month(held: Sequence[EventSums], filters: Filters) -> Table:
    """Months of the period; beside each, the same month a year earlier."""
    lines = [
        Row((_month(month), *_beside(now, then, filters.within_month(month))))
        for (_, month), (now, then) in _months(held, filters, lambda _row: "").items()
    ]
    whole = Row(("", *counts(total(row.sums for row in held), filters)), is_total=True)
    return Table("T1.month", (Column("month", Kind.MONTH), *COUNTS), (*lines, whole))


def _by_station_and_month(held: Sequence[EventSums], filters: Filters) -> Table:
    """The same at each station."""
    lines = [
        Row((station, _month(month), *_beside(now, then, filters.narrowed(stations=(station,)).within_month(month))))
        for (station, month), (now, then) in _months(held, filters, lambda row: row.station).items()
    ]
    return Table(
        "T1.station_month", (Column("station", Kind.STATION), Column("month", Kind.MONTH), *COUNTS), tuple(lines)
    )


def _months(held: Sequence[EventSums], filters: Filters, key: Key) -> dict[tuple[str, int], tuple[Sums, Sums]]:
    """What was held, by key and month of the period, and what was held in the same month a year earlier."""
    now: dict[tuple[str, int], Sums] = defaultdict(Sums)
    then: dict[tuple[str, int], Sums] = defaultdict(Sums)
    for row in held:
        now[key(row), row.month] += row.sums
        then[key(row), row.month + 100] += row.sums
    first, last = (day.year * 100 + day.month for day in (filters.period.first, filters.period.last))
    return {one: (now[one], then[one]) for one in sorted(now.keys() | then.keys()) if first <= one[1] <= last}


def _beside(now: Sums, then: Sums, filters: Filters) -> tuple[Cell, Cell, Cell]:
    before = then[4:7]
    return counts(Sums(*now[:4], *before), filters)


def _month(month: int) -> str:
    return f"{month // 100:04}-{month % 100:02}"


def countries(rows: Sequence[CountrySums], filters: Filters) -> list[Table]:
    """T2: where groups came from, by station; states of the United States; groups whose country nobody knows."""
    by_country: dict[tuple[str, str], tuple[int, ...]] = {}
    for row in rows:
        _add(by_country, (row.station, row.country), row[3:])
    known = {key: sums for key, sums in by_country.items() if key[1] not in {NO_COUNTRY, ""}}
    names = ("groups", "participants", "tour_groups", "tour_participants")
    numbers = tuple(Column(name) for name in names)
    lines = [
        Row((station, country, *_of_country(sums, filters.narrowed(stations=(station,), countries=(country,)))))
        for (station, country), sums in sorted(known.items(), key=lambda one: (one[0][0], -one[1][0], one[0][1]))
    ]
    unknown = sum(sums[0] for key, sums in by_country.items() if key not in known)
    place = (Column("station", Kind.STATION), Column("country", Kind.COUNTRY))
    tables = [Table("T2.countries", (*place, *numbers), tuple(lines), ("unknown-countries",) if unknown else ())]
    return [*tables, _states(rows, filters), _stations_reached(known, filters)]


def _add(sums: dict[Any, tuple[int, ...]], key: object, values: tuple[Any, ...]) -> None:
    before = sums.get(key, (0,) * len(values))
    sums[key] = tuple(mine + theirs for mine, theirs in zip(before, values, strict=True))


def _of_country(sums: tuple[int, ...], filters: Filters) -> tuple[Cell, ...]:
    groups, persons, tour_groups, tour_people, groups_before, people_before = sums
    tours = filters.narrowed(units=(VISITORS,), kinds=TOURS)
    return (
        Cell(groups, groups_before, filters, Figure.GROUPS),
        Cell(persons, people_before, filters, Figure.PARTICIPANTS),
        Cell(tour_groups, None, tours, Figure.GROUPS),
        Cell(tour_people, None, tours, Figure.PARTICIPANTS),
    )


def _states(rows: Sequence[CountrySums], filters: Filters) -> Table:
    found = sorted((row for row in rows if row.country == "US" and row.subdivision), key=lambda row: row[:3])
    columns = (Column("station", Kind.STATION), Column("state", Kind.STATE), Column("groups"), Column("participants"))
    lines = [
        Row(
            (
                row.station,
                row.subdivision,
                Cell(row.groups, None, inside, Figure.GROUPS),
                Cell(row.people, None, inside, Figure.PARTICIPANTS),
            )
        )
        for row in found
        for inside in [filters.narrowed(stations=(row.station,), countries=("US",), subdivisions=(row.subdivision,))]
    ]
    return Table("T2.states", columns, tuple(lines))


def _stations_reached(known: Mapping[tuple[str, str], tuple[int, ...]], filters: Filters) -> Table:
    """How many countries each station received, of tours and briefings, and in all."""
    every: dict[str, set[str]] = defaultdict(set)
    tours: dict[str, set[str]] = defaultdict(set)
    for (station, country), sums in known.items():
        if sums[0]:
            every[station].add(country)
        if sums[2]:
            tours[station].add(country)
    columns = (Column("station", Kind.STATION), Column("countries"), Column("tour_countries"))
    lines = [Row((one, *_reached(every[one], tours[one], filters.narrowed(stations=(one,))))) for one in sorted(every)]
    whole = _reached(set().union(*every.values()), set().union(*tours.values()), filters)
    return Table("T2.stations", columns, (*lines, Row(("", *whole), is_total=True)))


def _reached(every: set[str], tours: set[str], filters: Filters) -> tuple[Cell, Cell]:
    of_tours = filters.narrowed(units=(VISITORS,), kinds=TOURS)
    figure = Figure.COUNTRIES_NUMBER
    return Cell(len(every), None, filters, figure), Cell(len(tours), None, of_tours, figure)


def topics(rows: Sequence[LabelSums], filters: Filters) -> list[Table]:
    """T3: themes of what was held, and topics that were raised in it."""
    columns = (Column("station", Kind.STATION), Column("kind", Kind.KIND), Column("theme", Kind.THEME), *COUNTS)
    asked = sorted(
        (row for row in rows if row.part == "theme"),
        key=lambda row: (row.station, row.kind, -row.sums.events, row.value),
    )
    lines = [Row((one.station, one.kind, one.value, *counts(one.sums, _theme(filters, one)))) for one in asked]
    raised: dict[str, Sums] = defaultdict(Sums)
    for row in rows:
        if row.part == "raised":
            for topic in set(row.value.strip(";").split(";")) - {""}:
                raised[topic] += row.sums
    noted = [
        Row((topic, counts(sums, filters.narrowed(raised=(topic,)))[0]))
        for topic, sums in sorted(raised.items(), key=lambda one: (-one[1].events, one[0]))
    ]
    return [
        Table("T3.requested", columns, tuple(lines)),
        Table("T3.raised", (Column("topic", Kind.TEXT), Column("events")), tuple(noted)),
    ]


def _theme(filters: Filters, row: LabelSums) -> Filters:
    return filters.narrowed(stations=(row.station,), kinds=(row.kind,), themes=(row.value,))


def languages(rows: Sequence[LabelSums], given: Iterable[tuple[str, str, bool, bool]], filters: Filters) -> list[Table]:
    """T4: what each station offers today, and in which languages events were held, by kind."""
    place = (Column("station", Kind.STATION), Column("language", Kind.LANGUAGE))
    offered = [Row((station, tag, tours, briefings)) for station, tag, tours, briefings in given]
    yes = (Column("tours", Kind.YES), Column("briefings", Kind.YES))
    used = sorted((row for row in rows if row.part == "language"), key=lambda row: (row.station, row.kind, row.value))
    columns = (place[0], Column("kind", Kind.KIND), place[1], *COUNTS)
    lines = [Row((one.station, one.kind, one.value, *counts(one.sums, _language(filters, one)))) for one in used]
    every = {str(row.values[1]) for row in offered}, {one.value for one in used if one.sums.events}
    given_now, in_use = (len(one) for one in every)
    numbers = Row(
        (
            Cell(given_now, None, filters, Figure.LANGUAGES_OFFERED),
            Cell(in_use, None, filters, Figure.LANGUAGES_NUMBER),
        ),
        is_total=True,
    )
    return [
        Table("T4.numbers", (Column("languages_offered"), Column("languages_used")), (numbers,)),
        Table("T4.offered", (*place, *yes), tuple(offered), ("offered-today",)),
        Table("T4.used", columns, tuple(lines)),
    ]


def _language(filters: Filters, row: LabelSums) -> Filters:
    return filters.narrowed(stations=(row.station,), kinds=(row.kind,), languages=(row.value,))
