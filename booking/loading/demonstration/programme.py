"""What takes place in the demonstration: a weekly programme some weeks back and some ahead, with its guides."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from booking import zones
from booking.catalogue.terms import Format, Kind
from booking.loading.csv_tables import Row, Table
from booking.loading.demonstration import calendars
from booking.loading.demonstration.tables import at
from booking.loading.references import by_key
from booking.scheduling.rules import role_for

WEEKS = range(-6, 9)
"""Weeks from this one."""

BUFFER = timedelta(minutes=15)
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
    """Who is free when: the guides with their weeks and days off, and what they have been given so far."""

    guides: Table
    days_off: Mapping[str, tuple[date, date]]
    given: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, planned: Mapping[str, Any], offering: Mapping[str, Any]) -> str:
        """The code of a guide who speaks the language and is free, the one with least to do; empty if there is none."""
        free = [row for row in self.guides.rows if self._can(row.values, planned, offering)]
        if not free:
            return ""
        code: str = min(free, key=lambda row: (len(self.given[row.values["code"]]), row.line)).values["code"]
        self.given[code].append((planned["starts_at"], planned["ends_at"] + BUFFER))
        return code

    def _can(self, guide: Mapping[str, Any], planned: Mapping[str, Any], offering: Mapping[str, Any]) -> bool:
        fits = guide["station"] == offering["station"] and guide["role"] is role_for(offering["kind"])
        return (
            fits
            and planned["language"] in guide["languages"]
            and self._works(guide, planned["local"], offering["duration_min"])
            and self._is_free(guide, planned["starts_at"], planned["ends_at"] + BUFFER)
        )

    def _works(self, guide: Mapping[str, Any], local: datetime, minutes: int) -> bool:
        first, last = self.days_off.get(guide["code"], (date.max, date.min))
        if first <= local.date() <= last:
            return False
        start = local.hour * 60 + local.minute
        return any(
            day == local.weekday() and opens <= start and start + minutes <= closes
            for day, opens, closes in guide["hours"]
        )

    def _is_free(self, guide: Mapping[str, Any], start: datetime, until: datetime) -> bool:
        given = self.given[guide["code"]]
        most = guide["most_a_day"] or len(given) + 1
        near = sum(abs(other - start) < timedelta(hours=14) for other, _ in given)
        return near < most and not any(other < until and start < end for other, end in given)


def days_off(guides: Table, today: date) -> dict[str, tuple[date, date]]:
    """A long weekend for some, a week for others."""
    monday = calendars.monday_of(today)
    off = {}
    friday = monday + timedelta(weeks=1, days=4)
    for row in guides.rows[1::4]:
        off[row.values["code"]] = (friday, friday)
    for number, row in enumerate(guides.rows[2::8]):
        away = monday + timedelta(weeks=2 + number)
        off[row.values["code"]] = (away, away + timedelta(days=4))
    return off


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
                made = _with_host(event, roster, counts)
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


def _with_host(event: dict[str, Any], roster: Roster, counts: dict[str, int]) -> Planned | None:
    offering = event["offering"]
    host = roster.take(event, offering) if offering["unit"] == OWN_GUIDES else ""
    if not host and offering["unit"] == OWN_GUIDES and event["fill"] != "planned":
        return None
    day = f"{event['station']['code']}-{event['local']:%y%m%d}"
    counts[day] += 1
    return Planned(code=f"{day}-D{counts[day]:02}", host=host, **event)
