"""The guides and speakers of the demonstration: as facts, by which its programme is planned, and as rows."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from booking.catalogue.models import Station
from booking.db import table_of
from booking.loading.csv_tables import Table
from booking.loading.demonstration import calendars
from booking.loading.references import by_key
from booking.loading.upsert import ids
from booking.scheduling.hosts import HostFacts, OtherHours
from booking.scheduling.models import (
    Availability,
    AvailabilityException,
    DayOff,
    Guide,
    GuideLanguage,
    GuideStation,
)
from booking.scheduling.terms import Limits, Stretch

MIDDAY, EVENING = (600, 720), (1080, 1200)
"""Hours of one day that some do not work, and that others work too."""


def hosts_of(session: Session, guides: Table, stations: Table, today: date) -> dict[str, HostFacts]:
    """Every guide and speaker by code; the ids are their places in the file, those of stations the database's."""
    numbers, zones = ids(session, Station, "name"), by_key(stations, "station")
    off, other = days_off(guides, today), _other_hours(guides, today)
    return {
        row.values["code"]: HostFacts(
            id=place,
            station_id=numbers[row.values["station"]],
            role=row.values["role"],
            languages=frozenset(row.values["languages"]),
            zone=zones[row.values["station"]].values["time_zone"],
            hours=row.values["hours"],
            days_off=off.get(row.values["code"], ()),
            other_hours=other.get(row.values["code"], ()),
            limits=Limits(
                events_per_day=row.values["most_a_day"],
                events_per_week=row.values["most_a_week"],
                rest_min=row.values["rest_min"],
            ),
            leads=row.values["leads"],
            online_at=frozenset(numbers[name] for name in row.values["online_at"]),
            on_site_at=frozenset(numbers[name] for name in row.values["on_site_at"]),
            code=row.values["code"],
            seniority=row.values["years"],
        )
        for place, row in enumerate(guides.rows)
    }


def days_off(guides: Table, today: date) -> dict[str, tuple[tuple[date, date], ...]]:
    """A long weekend for some, a week for others."""
    monday = calendars.monday_of(today)
    friday = monday + timedelta(weeks=1, days=4)
    off: dict[str, tuple[tuple[date, date], ...]] = {}
    for row in guides.rows[1::4]:
        off[row.values["code"]] = ((friday, friday),)
    for number, row in enumerate(guides.rows[2::8]):
        away = monday + timedelta(weeks=2 + number)
        off[row.values["code"]] = ((away, away + timedelta(days=4)),)
    return off


def _other_hours(guides: Table, today: date) -> dict[str, tuple[OtherHours, ...]]:
    """Next week's Tuesday without its midday for some, an evening more on Wednesday for others."""
    monday = calendars.monday_of(today) + timedelta(weeks=1)
    without = OtherHours(monday + timedelta(days=1), *MIDDAY, works=False)
    more = OtherHours(monday + timedelta(days=2), *EVENING, works=True)
    other = {row.values["code"]: (without,) for row in guides.rows[::5]}
    return other | {row.values["code"]: (more,) for row in guides.rows[3::6]}


def write_guides(session: Session, guides: Table, hosts: Mapping[str, HostFacts]) -> None:
    """Guides and speakers with their languages, weeks, days off and other stations."""
    session.execute(insert(table_of(Guide)), [_guide(row.values, hosts[row.values["code"]]) for row in guides.rows])
    numbers = ids(session, Guide, "code")
    session.execute(insert(table_of(Availability)), list(_weeks(guides, numbers)))
    for model, parts in (
        (GuideLanguage, _tongues),
        (DayOff, _off),
        (AvailabilityException, _days),
        (GuideStation, _stations),
    ):
        rows = [{"guide_id": numbers[code], **part} for code, host in hosts.items() for part in parts(host)]
        session.execute(insert(table_of(model)), rows)


def _guide(values: Mapping[str, Any], host: HostFacts) -> dict[str, object]:
    return {
        "code": host.code,
        "station_id": host.station_id,
        "role": host.role,
        "name": values["name"],
        "max_events_per_day": host.limits.events_per_day,
        "max_events_per_week": host.limits.events_per_week,
        "min_rest_min": host.limits.rest_min,
        "leads": None if host.leads is None else sorted(host.leads),
        "seniority": host.seniority,
    }


def _weeks(guides: Table, numbers: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for row in guides.rows:
        for weekday, opens, closes in row.values["hours"]:
            for part in _parts(Stretch(weekday, opens, closes), row.values["liked"]):
                yield {"guide_id": numbers[row.values["code"]], **part._asdict()}


def _parts(whole: Stretch, liked: tuple[int, int] | None) -> Iterator[Stretch]:
    """A stretch cut where the hours liked best begin and end."""
    first, last = liked or (whole.opens, whole.opens)
    ends = [whole.opens, min(max(first, whole.opens), whole.closes), min(max(last, whole.opens), whole.closes)]
    for opens, closes, is_liked in zip(ends, [*ends[1:], whole.closes], (False, True, False), strict=True):
        if opens < closes:
            yield Stretch(whole.weekday, opens, closes, is_liked)


def _tongues(host: HostFacts) -> Iterator[dict[str, Any]]:
    return ({"language": tag} for tag in sorted(host.languages))


def _off(host: HostFacts) -> Iterator[dict[str, Any]]:
    return ({"starts_on": first, "ends_on": last} for first, last in host.days_off)


def _days(host: HostFacts) -> Iterator[dict[str, Any]]:
    for one in host.other_hours:
        yield {"on_day": one.day, "opens": one.opens, "closes": one.closes, "works": one.works}


def _stations(host: HostFacts) -> Iterator[dict[str, Any]]:
    for station in sorted(host.online_at | host.on_site_at):
        yield {"station_id": station, "on_site": station in host.on_site_at}
