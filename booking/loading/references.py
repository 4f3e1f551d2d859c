"""What no single cell shows: whether the files of a folder fit together, and what no database would keep.

History is taken as it was. No rule of booking is asked here but those that the tables themselves hold: places within
the capacity, a guide in one place, one booking of a group in an event.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from booking import zones
from booking.bookings.models import ACTIVE_SQL
from booking.bookings.names import name_key
from booking.bookings.terms import TAKES_PLACES, BookingStatus, OrganisationType
from booking.catalogue.terms import Format, Kind
from booking.loading.csv_tables import Row, Table
from booking.scheduling.terms import PRE_BOOKED_GROUP, EventStatus

BUFFER_MIN = 15  # minutes between two events of a guide, as a station has them unless it says otherwise

Tables = Mapping[str, Table]
"""The tables of a folder by the names of their layouts."""


def check(tables: Tables) -> None:
    """Note what does not fit in the problems of the table that says it."""
    for reference in REFERENCES:
        _check_reference(tables, reference)
    _check_orders(tables)
    _check_stations(tables)
    _check_closures(tables["closures"])
    _check_events(tables)
    _check_hosts(tables["events"])
    _check_groups(tables)
    _check_figures(tables["views"])


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose values stand in the key column of another file."""

    table: str
    column: str
    target: str
    key: str


REFERENCES = (
    Reference("station_languages", "station", "stations", "station"),
    Reference("offerings", "station", "stations", "station"),
    Reference("hosts", "station", "stations", "station"),
    Reference("closures", "station", "stations", "station"),
    Reference("events", "station", "stations", "station"),
    Reference("events", "offering_id", "offerings", "offering_id"),
    Reference("events", "host_code", "hosts", "host_code"),
    Reference("bookings", "event_id", "events", "event_id"),
    Reference("surveys", "event_id", "events", "event_id"),
)


def by_key(table: Table, key: str) -> dict[Any, Row]:
    """The rows of a table by one of their columns."""
    return {row.values[key]: row for row in table.rows if key in row.values}


def _check_reference(tables: Tables, reference: Reference) -> None:
    known = by_key(tables[reference.target], reference.key)
    table = tables[reference.table]
    for row in table.rows:
        value = row.values.get(reference.column)
        if value and value not in known:
            file = tables[reference.target].file
            table.refuse(row.line, reference.column, "reference", f"{value!r:.60} does not stand in {file}")


ORDERS = (
    ("stations", "virtual_opens", "virtual_closes"),
    ("stations", "on_site_opens", "on_site_closes"),
    ("offerings", "min_group", "max_group"),
    ("offerings", "min_age", "max_age"),
    ("closures", "starts_on", "ends_on"),
    ("surveys", "positive", "respondents"),
)
"""Pairs of columns whose first must not be greater than the second; hours must differ as well."""


def _check_orders(tables: Tables) -> None:
    for name, low, high in ORDERS:
        for row in tables[name].rows:
            first, second = row.values.get(low), row.values.get(high)
            if first is None or second is None:
                continue
            if first > second or (name == "stations" and first == second):
                tables[name].refuse(row.line, high, "order", f"{low} is not before {high}")


def _check_stations(tables: Tables) -> None:
    """One code per station; the key of the file is its name."""
    seen: dict[str, int] = {}
    for row in tables["stations"].rows:
        code = row.values.get("code")
        if code and seen.setdefault(code, row.line) != row.line:
            tables["stations"].refuse(row.line, "code", "unique", f"{code} stands already in line {seen[code]}")


def _check_closures(table: Table) -> None:
    for row in table.rows:
        for column, known in (("blocks_formats", set(Format)), ("allows", {*Kind, PRE_BOOKED_GROUP})):
            for word in row.values.get(column, ()):
                if word not in known:
                    table.refuse(row.line, column, "choice", f"{word!r:.60} is none of {', '.join(sorted(known))}")


def _check_events(tables: Tables) -> None:
    stations = by_key(tables["stations"], "station")
    offerings = by_key(tables["offerings"], "offering_id")
    for row in tables["events"].rows:
        _check_station_of_event(row, stations, offerings, tables["events"])
        _check_start(row, tables["events"])


def _check_station_of_event(row: Row, stations: Mapping[str, Row], offerings: Mapping[str, Row], table: Table) -> None:
    station = row.values.get("station", "")
    zone = stations[station].values.get("time_zone") if station in stations else None
    own = row.values.get("time_zone")
    if zone and own and zone != own:
        table.refuse(row.line, "time_zone", "zone", f"the zone of {station} is {zone}, not {own}")
    offering = offerings.get(row.values.get("offering_id", ""))
    home = offering.values.get("station") if offering else None
    if home and station and home != station:
        table.refuse(row.line, "offering_id", "REQ-03", f"{row.values['offering_id']} is an offering of {home}")


def _check_start(row: Row, table: Table) -> None:
    start, zone = row.values.get("starts_at"), row.values.get("time_zone")
    if start and zone and not zones.offset_fits(start.local, start.offset, zone):
        reason = f"{start.local:%Y-%m-%dT%H:%M} in {zone} is not at {zones.iso_offset(start.offset)}"
        table.refuse(row.line, "starts_at", "TIME-03", reason)


def ends_at(values: Mapping[str, Any]) -> datetime:
    """The instant at which an event of the file ends."""
    end: datetime = values["starts_at"].instant + timedelta(minutes=values["duration_min"])
    return end


def _is_whole(row: Row, *columns: str) -> bool:
    return all(column in row.values for column in columns)


def _check_hosts(table: Table) -> None:
    """A guide in two events at once is refused by the database, so it is told before."""
    engaged: dict[str, list[tuple[datetime, datetime, Row]]] = defaultdict(list)
    for row in table.rows:
        if _is_whole(row, "host_code", "status", "starts_at", "duration_min") and _engages(row):
            busy = ends_at(row.values) + timedelta(minutes=BUFFER_MIN)
            engaged[row.values["host_code"]].append((row.values["starts_at"].instant, busy, row))
    for host, times in engaged.items():
        for line, other in _overlaps(times):
            reason = f"{host} is in another event at that time ({BUFFER_MIN} minutes between two, line {other})"
            table.refuse(line, "host_code", "OVL-01", reason)


def _engages(row: Row) -> bool:
    return bool(row.values["host_code"]) and row.values["status"] is not EventStatus.CANCELLED


def _overlaps(times: list[tuple[datetime, datetime, Row]]) -> Iterator[tuple[int, int]]:
    """Lines of events that begin before an earlier one is over, each with the line of that one."""
    last: tuple[datetime, int] | None = None
    for start, busy, row in sorted(times, key=lambda one: (one[0], one[2].line)):
        if last and start < last[0]:
            yield row.line, last[1]
        if not last or busy > last[0]:
            last = (busy, row.line)


def counted_size(values: Mapping[str, Any]) -> int:
    """The places that a booking of the file takes; a size that was not recorded takes none."""
    return (values["booked_size"] or 0) if values["status"] in TAKES_PLACES else 0


def group_of(values: Mapping[str, Any]) -> tuple[str, str]:
    """What tells one organisation from another."""
    return name_key(values["organisation"]), values["country"]


def _check_groups(tables: Tables) -> None:
    events = by_key(tables["events"], "event_id")
    taken: dict[str, int] = defaultdict(int)
    groups: dict[tuple[str, tuple[str, str]], int] = {}
    for row in tables["bookings"].rows:
        _check_sizes(row, tables["bookings"])
        if not _is_whole(row, "event_id", "organisation", "organisation_type", "country", "booked_size", "status"):
            continue
        event = events.get(row.values["event_id"])
        if event and _is_whole(event, "capacity"):
            _check_places(row, event, taken, tables["bookings"])
        _check_twin(row, groups, tables["bookings"])


def _check_sizes(row: Row, table: Table) -> None:
    region, country = row.values.get("subdivision"), row.values.get("country")
    if region and country and not region.startswith(f"{country}-"):
        table.refuse(row.line, "subdivision", "REQ-02", f"{region} is not in {country}")


def _check_places(row: Row, event: Row, taken: dict[str, int], table: Table) -> None:
    code, size, capacity = row.values["event_id"], counted_size(row.values), event.values["capacity"]
    taken[code] += size
    if taken[code] > capacity >= taken[code] - size:
        reason = f"{taken[code]} people are booked in {code}, which has {capacity} places"
        table.refuse(row.line, "booked_size", "CAP-02", reason)


def _check_twin(row: Row, groups: dict[tuple[str, tuple[str, str]], int], table: Table) -> None:
    values = row.values
    if values["organisation_type"] is OrganisationType.INDIVIDUAL or values["status"] not in ACTIVE:
        return
    first = groups.setdefault((values["event_id"], group_of(values)), row.line)
    if first != row.line:
        reason = f"{values['organisation']} is already booked in {values['event_id']} (line {first})"
        table.refuse(row.line, "organisation", "DUP-01", reason)


ACTIVE = frozenset(status for status in BookingStatus if f"'{status.value}'" in ACTIVE_SQL)
"""Statuses in which a group has one booking in an event."""


def _check_figures(table: Table) -> None:
    for row in table.rows:
        if _is_whole(row, "qualifier", "value"):
            recorded = row.values["qualifier"].value != "not-recorded"
            if recorded != (row.values["value"] is not None):
                table.refuse(row.line, "value", "figure", "a figure has a value, or its qualifier is not-recorded")
