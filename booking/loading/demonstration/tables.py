"""The files of the demonstration that ship with the package: the catalogue, invented guides, groups and a programme."""

import tomllib
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from booking.bookings.terms import OrganisationType
from booking.loading import cells
from booking.loading.csv_tables import BadTables, CellRefused, Column, Layout, Table, read_table
from booking.loading.layouts import OFFERINGS, STATION_LANGUAGES, STATIONS
from booking.scheduling.terms import HostRole, Skill

FOLDER = Path(__file__).parents[2] / "data" / "demonstration"
FILLS = ("few", "half", "nearly", "full", "private", "requested", "planned")
"""How many come: parts of an open event's places; or a private event, asked for, without a guide."""

Hours = tuple[tuple[int, int, int], ...]
"""Stretches of a week: weekday (0 is Monday), first and last minute of the day."""


def _hours(cell: str) -> Hours:
    """`Mon-Fri 09:00-17:00`."""
    days, _, stretch = cell.partition(" ")
    return tuple((int(day), *_stretch(stretch)) for day in cells.weekdays(days))


def _stretch(cell: str) -> tuple[int, int]:
    """`09:00-12:00`."""
    opens, _, closes = cell.partition("-")
    return cells.hour(opens), cells.hour(closes)


def _skills(cell: str) -> frozenset[Skill]:
    """`thematic children`."""
    return frozenset(map(cells.one_of(Skill), cell.split()))


def _names(cell: str) -> tuple[str, ...]:
    """Stations, with semicolons between them."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _fill(cell: str) -> str:
    if cell not in FILLS:
        raise CellRefused("choice", f"{cell!r} is none of {', '.join(FILLS)}")
    return cell


def _weekday(cell: str) -> int:
    return int(cells.weekdays(cell))


GUIDES = Layout(
    "guides",
    ("code",),
    {
        "code": Column(cells.code),
        "station": Column(cells.required),
        "role": Column(cells.one_of(HostRole)),
        "name": Column(cells.required),
        "languages": Column(cells.languages(None)),
        "hours": Column(_hours),
        "liked": Column(cells.maybe(_stretch)),
        "most_a_day": Column(cells.maybe(cells.number(1, 20))),
        "most_a_week": Column(cells.maybe(cells.number(1, 60))),
        "rest_min": Column(cells.maybe(cells.number(0, 1440))),
        "leads": Column(cells.maybe(_skills)),
        "online_at": Column(_names),
        "on_site_at": Column(_names),
        "years": Column(cells.number(0, 60)),
    },
)
GROUPS = Layout(
    "groups",
    ("organisation", "country"),
    {
        "organisation": Column(cells.required),
        "type": Column(cells.one_of(OrganisationType)),
        "country": Column(cells.country),
        "subdivision": Column(cells.subdivision),
        "time_zone": Column(cells.zone),
        "languages": Column(cells.languages(None)),
        "youngest_age": Column(cells.number(0, 120)),
        "size": Column(cells.number(1, 300)),
        "contact": Column(cells.required),
    },
)
PROGRAMME = Layout(
    "programme",
    ("offering", "language", "weekday", "time"),
    {
        "offering": Column(cells.code),
        "language": Column(cells.language),
        "weekday": Column(_weekday),
        "time": Column(cells.hour),
        "every": Column(cells.number(1, 20)),
        "first": Column(cells.number(0, 20)),
        "fill": Column(_fill),
        "series": Column(cells.text),
        "theme": Column(cells.or_else(cells.code, "")),
    },
)
SERIES = Layout(
    "series",
    ("code",),
    {"code": Column(cells.code), "title": Column(cells.required), "partner": Column(cells.text)},
)
SHIPPED = (STATIONS, STATION_LANGUAGES, OFFERINGS, GUIDES, GROUPS, PROGRAMME, SERIES)


@cache
def shipped() -> dict[str, Table]:
    """Every table of the demonstration by its name."""
    tables = {layout.name: read_table(FOLDER / f"{layout.name}.csv", layout) for layout in SHIPPED}
    problems = [problem for table in tables.values() for problem in table.problems]
    if problems:
        raise BadTables(problems)
    return tables


def details() -> dict[str, tuple[str, dict[str, Any]]]:
    """By the code of an offering: its summary, and what happens and what a group needs, by locale."""
    texts = tomllib.loads((FOLDER / "texts.toml").read_text(encoding="utf-8"))
    common = texts.pop("needs")
    told = {}
    for row in shipped()["offerings"].rows:
        own = texts[row.values["offering_id"]]
        happens = [{"minute": minute, "text": text} for minute, text in own["happens"]]
        needs = [*common.get(row.values["format"], []), *own["needs"]]
        told[row.values["offering_id"]] = (own["summary"], {"en": {"happens": happens, "needs": needs}})
    return told


def translations() -> dict[str, dict[str, dict[str, str]]]:
    """By the code of an offering or a series: its title and summary in other languages, as far as there are any."""
    return tomllib.loads((FOLDER / "translations.toml").read_text(encoding="utf-8"))


def at(day: date, minute: int) -> datetime:
    """The wall time of a minute of the day."""
    return datetime.combine(day, time(minute // 60, minute % 60))
