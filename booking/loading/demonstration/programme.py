"""What takes place in the demonstration: a weekly programme some weeks back and some ahead, with its guides."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from booking import zones
from booking.catalogue.terms import VIRTUAL_FORMATS, Format, Kind
from booking.loading.csv_tables import Row, Table
from booking.loading.demonstration import calendars
from booking.loading.demonstration.tables import at
from booking.loading.references import by_key
from booking.scheduling.fitness import Wanted, reasons_against
from booking.scheduling.hosts import HostFacts, Need, Taken, can
from booking.scheduling.minutes import minute_of
from booking.scheduling.rules import role_for, skill_needed

WEEKS = range(-6, 9)
"""Weeks from this one."""

BUFFER = 15  # minutes between two events of a guide
ONE_OF = 9  # events ahead has nobody yet: offered to guides, and proposed by the roster
AHEAD = "ahead"
LARGEST_OPEN = 120  # places of an open event, whatever its offering allows
OWN_GUIDES = "visitors-service"
"""The unit whose guides and speakers the stations plan; others bring their own people."""

OF_ONE_GROUP = frozenset({"private", "requested", "planned"})
STILL_ASKED = frozenset({"requested", "planned"})


@dataclass(frozen=True, eq=False)
class Planned:
    """An event as it is planned, before anybody has booked."""

    code: str
    station: Mapping[str, Any]
    offering: Mapping[str, Any]
    language: str
    theme: str
    series: str
    fill: str
    local: datetime
    starts_at: datetime
    ends_at: datetime
    capacity: int
    host: str  # code; empty for none

    @property
    def is_private(self) -> bool:
        """For one group alone."""
        return self.fill in OF_ONE_GROUP


@dataclass
class Roster:
    """Who is free when: the guides and speakers, and what they have been given so far, by code."""

    hosts: Mapping[str, HostFacts]
    stations: Mapping[str, int]
    """Ids by name."""
    given: dict[str, list[Taken]] = field(default_factory=lambda: defaultdict(list))

    def take(self, planned: Mapping[str, Any], offering: Mapping[str, Any]) -> str:
        """The code of somebody who can give it, the one with least to do; empty if there is nobody.

        Those of another station only where it has nobody itself.
        """
        wanted = self._wanted(planned, offering)
        able = [host for host in self.hosts.values() if can(host, wanted.need)]
        free = [host for host in able if not reasons_against(host, wanted, self.given[host.code])]
        if not free:
            return ""
        home = wanted.need.station_id
        host = min(free, key=lambda host: (host.station_id != home, len(self.given[host.code]), host.id))
        taken = Taken(host.id, wanted.start, wanted.end + wanted.pause, pause=wanted.pause)
        self.given[host.code].append(taken)
        return host.code

    def _wanted(self, planned: Mapping[str, Any], offering: Mapping[str, Any]) -> Wanted:
        kind = offering["kind"]
        need = Need(
            station_id=self.stations[offering["station"]],
            role=role_for(kind),
            language=planned["language"],
            skill=skill_needed(kind, offering["audience"], offering["theme"]),
            on_site=offering["format"] not in VIRTUAL_FORMATS,
        )
        return Wanted(need, minute_of(planned["starts_at"]), minute_of(planned["ends_at"]), BUFFER)


def planned_events(tables: Mapping[str, Table], closures: Table, roster: Roster, today: date) -> Iterator[Planned]:
    """Every event of the programme that can take place: on a working day, nobody shut out, with a guide."""
    stations = by_key(tables["stations"], "station")
    offerings = by_key(tables["offerings"], "offering_id")
    counts: dict[str, int] = defaultdict(int)
    for week in WEEKS:
        for row in tables["programme"].rows:
            offering = offerings[row.values["offering"]].values
            if (week - row.values["first"]) % row.values["every"] or not _is_meant(row, week):
                continue
            station = stations[offering["station"]].values
            day = calendars.monday_of(today) + timedelta(weeks=week, days=row.values["weekday"])
            event = _event(row.values, station, offering, day, closures)
            if event:
                made = _with_host(event, roster, counts, ahead=week > 0)
                if made:
                    yield made


def _is_meant(row: Row, week: int) -> bool:
    """What is still asked for lies ahead."""
    return week > 0 or row.values["fill"] not in STILL_ASKED


def _event(
    row: Mapping[str, Any], station: Mapping[str, Any], offering: Mapping[str, Any], day: date, closures: Table
) -> dict[str, Any] | None:
    capacity = _capacity(offering, day, closures)
    if not capacity or day in calendars.holidays_of(closures, offering["station"]):
        return None
    local = at(day, row["time"])
    starts_at = zones.to_instant(local, station["time_zone"])
    return {
        "station": station,
        "offering": offering,
        "language": row["language"],
        "theme": row["theme"] or offering["theme"],
        "series": row["series"],
        "fill": row["fill"],
        "local": local,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=offering["duration_min"]),
        "capacity": capacity,
    }


def _capacity(offering: Mapping[str, Any], day: date, closures: Table) -> int:
    """The places: those of the offering, fewer while the premises are half open, none while they are closed."""
    most: int = min(offering["max_group"], LARGEST_OPEN)
    if offering["format"] is not Format.IN_PERSON:
        return most
    for closure in calendars.in_force(closures, offering["station"], day):
        if "in-person" in str(closure["blocks_formats"]) and offering["kind"] is not Kind.COURTESY_VISIT:
            return 0
        most = min(most, int(str(closure["distanced_capacity"] or most)))
    return most


def _with_host(event: dict[str, Any], roster: Roster, counts: dict[str, int], *, ahead: bool) -> Planned | None:
    """The event with somebody who gives it; some that lie ahead still look for one, so that there is work to do."""
    offering = event["offering"]
    host = roster.take(event, offering) if offering["unit"] == OWN_GUIDES else ""
    if not host and offering["unit"] == OWN_GUIDES and event["fill"] != "planned":
        return None
    if host and ahead:
        counts[AHEAD] += 1
        host = "" if counts[AHEAD] % ONE_OF == 0 else host
    day = f"{event['station']['code']}-{event['local']:%y%m%d}"
    counts[day] += 1
    return Planned(code=f"{day}-D{counts[day]:02}", host=host, **event)
