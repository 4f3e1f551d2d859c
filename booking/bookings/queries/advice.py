"""What to do instead: read only when something is refused, from the catalogue and the calendar, in five statements."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering, OfferingLanguage, StationLanguage
from booking.catalogue.queries import OFFERING, all_stations, offering_facts
from booking.catalogue.terms import Format, Kind, LanguagePolicy, OfferingFacts, OfferingStatus, StationFacts
from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus, Visibility

NAMED = 3
"""Times named in a sentence."""

_EVENT, _OFFERING = table_of(Event).c, table_of(Offering).c


@dataclass(frozen=True)
class Catalogue:
    """All stations and offerings with the languages they are given in, by code and id."""

    stations: dict[str, StationFacts]
    offerings: dict[str, OfferingFacts]
    tours: dict[int, tuple[str, ...]]
    briefings: dict[int, tuple[str, ...]]
    official: dict[int, tuple[str, ...]]
    watch_urls: dict[str, str]

    def station_of(self, offering: OfferingFacts) -> StationFacts:
        """The station that gives it."""
        return next(station for station in self.stations.values() if station.id == offering.station_id)

    def languages_of(self, offering: OfferingFacts) -> tuple[str, ...]:
        """The languages in which it can be had now."""
        if offering.language_policy is LanguagePolicy.LISTED:
            return tuple(sorted(offering.languages))
        given = self.briefings if offering.kind is Kind.BRIEFING else self.tours
        if offering.language_policy is LanguagePolicy.OFFICIAL and offering.kind is not Kind.BRIEFING:
            given = self.official
        return given.get(offering.station_id, ())

    def stations_touring(self, language: str) -> list[StationFacts]:
        """The stations that offer tours in a language."""
        return [one for one in self.stations.values() if language in self.tours.get(one.id, ())]

    def first(self, station_id: int, fits: Callable[[OfferingFacts], bool]) -> OfferingFacts | None:
        """The first bookable offering of the station's Visitors Service that fits, live tours first."""
        found = [
            offering
            for offering in self.offerings.values()
            if offering.station_id == station_id
            and offering.unit == "visitors-service"
            and offering.status is not OfferingStatus.AWAITING_REOPENING
            and offering.format is not Format.ON_DEMAND
            and fits(offering)
        ]
        return min(found, key=lambda one: (one.format is not Format.VIRTUAL_LIVE, one.code), default=None)


def catalogue(session: Session) -> Catalogue:
    """Read it; four statements."""
    stations = {station.code: station for station in all_stations(session)}
    given: dict[str, dict[int, list[str]]] = {"tours": {}, "briefings": {}, "official": {}}
    table = table_of(StationLanguage).c
    for row in session.execute(select(table.station_id, table.language, table.tours, table.briefings, table.basis)):
        flags = {"tours": row.tours, "briefings": row.briefings, "official": row.basis == "official"}
        for name in (name for name, is_given in flags.items() if is_given):
            given[name].setdefault(row.station_id, []).append(row.language)
    offerings, urls = _offerings(session)
    kept = {name: {station: tuple(sorted(tags)) for station, tags in rows.items()} for name, rows in given.items()}
    return Catalogue(stations, offerings, kept["tours"], kept["briefings"], kept["official"], urls)


def _offerings(session: Session) -> tuple[dict[str, OfferingFacts], dict[str, str]]:
    own = table_of(OfferingLanguage).c
    lists: dict[int, list[str]] = defaultdict(list)
    for row in session.execute(select(own.offering_id, own.language)):
        lists[row.offering_id].append(row.language)
    rows = session.execute(select(*OFFERING, _OFFERING.watch_url).order_by(_OFFERING.code)).mappings().all()
    facts = [offering_facts(row, lists[row["offering_id"]]) for row in rows]
    return {one.code: one for one in facts}, {row["offering_code"]: row["watch_url"] for row in rows}


def next_starts(
    session: Session, offering_ids: Iterable[int], after: datetime, *, places: int = 1, language: str = ""
) -> list[tuple[datetime, str]]:
    """(start, station zone) of the next open events of those offerings with so many places left; one statement."""
    statement = (
        select(_EVENT.starts_at, _EVENT.time_zone)
        .where(
            _EVENT.offering_id.in_(tuple(offering_ids)),
            _EVENT.starts_at > after,
            _EVENT.status == EventStatus.OPEN,
            _EVENT.visibility == Visibility.OPEN,
            _EVENT.capacity - _EVENT.taken >= places,
        )
        .order_by(_EVENT.starts_at)
        .limit(NAMED)
    )
    if language:
        statement = statement.where(_EVENT.language == language)
    return [(row.starts_at, row.time_zone) for row in session.execute(statement)]
