"""Stations as a desk edits them: everything about one, with its languages and who changed what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from booking.accounts.queries import TrailLine, trail_of_all
from booking.catalogue.misfits import Ways
from booking.catalogue.models import Offering, Station, StationLanguage
from booking.catalogue.rule_values import OFFERING_VALUES, STATION_VALUES
from booking.catalogue.terms import Format, Kind, OfferingStatus
from booking.db import table_of
from booking.i18n import Translated

_STATION, _GIVEN, _OFFERING = table_of(Station).c, table_of(StationLanguage).c, table_of(Offering).c


@dataclass(frozen=True)
class GivenLanguage:
    """A language of a station, and for what."""

    language: str
    tours: bool
    briefings: bool
    is_official: bool


@dataclass(frozen=True)
class StationRecord:
    """A station with all that a desk may change. Hours are minutes since midnight, weekdays 0 (Monday) to 6."""

    id: int
    code: str
    name: str
    time_zone: str
    contact_email: str
    working_weekdays: tuple[int, ...]
    virtual_opens: int
    virtual_closes: int
    on_site_opens: int
    on_site_closes: int
    holiday_country: str
    holiday_subdivision: str
    version: int
    values: Mapping[str, int | None]
    """The values of the rules, by name."""
    languages: tuple[GivenLanguage, ...] = ()

    @property
    def ways(self) -> Ways:
        """What events are measured by; holidays are not known here."""
        return Ways(
            time_zone=self.time_zone,
            working_weekdays=frozenset(self.working_weekdays),
            virtual_hours=(self.virtual_opens, self.virtual_closes),
            on_site_hours=(self.on_site_opens, self.on_site_closes),
            tours=frozenset(one.language for one in self.languages if one.tours),
            briefings=frozenset(one.language for one in self.languages if one.briefings),
        )


_SAME_NAME = (
    "id",
    "code",
    "name",
    "time_zone",
    "contact_email",
    "virtual_opens",
    "virtual_closes",
    "on_site_opens",
    "on_site_closes",
    "holiday_country",
    "holiday_subdivision",
    "version",
)


def station_record(session: Session, code: str) -> StationRecord | None:
    """The station of this code, None where there is none; two statements."""
    return next(iter(station_records(session, {code})), None)


def station_records(session: Session, codes: Collection[str] | None) -> list[StationRecord]:
    """These stations (None: all), by code; two statements."""
    wanted = select(table_of(Station)).order_by(_STATION.code)
    rows = session.execute(wanted if codes is None else wanted.where(_STATION.code.in_(codes))).mappings().all()
    given: dict[int, list[GivenLanguage]] = {}
    columns = (_GIVEN.station_id, _GIVEN.language, _GIVEN.tours, _GIVEN.briefings, _GIVEN.basis)
    mine = _GIVEN.station_id.in_([row["id"] for row in rows])
    for one in session.execute(select(*columns).where(mine).order_by(_GIVEN.language)):
        shown = GivenLanguage(one.language, one.tours, one.briefings, one.basis == "official")
        given.setdefault(one.station_id, []).append(shown)
    return [_record(row, given.get(row["id"], [])) for row in rows]


def _record(row: RowMapping, languages: Collection[GivenLanguage]) -> StationRecord:
    return StationRecord(
        **{name: row[name] for name in _SAME_NAME},
        working_weekdays=tuple(sorted(map(int, row["working_weekdays"]))),
        values={one.name: row[one.name] for one in STATION_VALUES},
        languages=tuple(languages),
    )


@dataclass(frozen=True)
class OfferingRecord:
    """An offering with the values of its rules."""

    id: int
    code: str
    slug: str
    station_id: int
    title: Translated
    kind: Kind
    format: Format
    audience: str
    status: OfferingStatus
    version: int
    values: Mapping[str, int | None]


def offerings_of(session: Session, station_id: int) -> list[OfferingRecord]:
    """The offerings of a station, by code; one statement."""
    return _offerings(session, _OFFERING.station_id == station_id)


def offering_record(session: Session, code: str) -> OfferingRecord | None:
    """The offering of this code, None where there is none."""
    return next(iter(_offerings(session, _OFFERING.code == code)), None)


def _offerings(session: Session, which: Any) -> list[OfferingRecord]:  # noqa: ANN401  a condition
    names = ("id", "code", "slug", "station_id", "title", "kind", "format", "audience", "status", "version")
    columns = [_OFFERING[name] for name in (*names, *(one.name for one in OFFERING_VALUES))]
    rows = session.execute(select(*columns).where(which).order_by(_OFFERING.code)).mappings()
    return [
        OfferingRecord(
            **{name: row[name] for name in names}, values={one.name: row[one.name] for one in OFFERING_VALUES}
        )
        for row in rows
    ]


def code_of_station(session: Session, station_id: int) -> str:
    """The code of a station that is there."""
    found: str = session.execute(select(_STATION.code).where(_STATION.id == station_id)).scalar_one()
    return found


def last_changes(session: Session, subject: str) -> dict[str, TrailLine]:
    """Who changed what last, by the name of what was changed; two statements. `subject`: "station:VIE"."""
    return last_changes_of(session, [subject])[subject]


def last_changes_of(session: Session, subjects: Collection[str]) -> dict[str, dict[str, TrailLine]]:
    """The same for several subjects, in two statements."""
    found: dict[str, dict[str, TrailLine]] = {subject: {} for subject in subjects}
    for line in trail_of_all(session, subjects):
        found[line.subject].update(dict.fromkeys(line.after, line))
    return found
