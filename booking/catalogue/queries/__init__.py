"""Reads of the catalogue, as the frozen facts that rules and search work with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, and_, literal, or_, select, union_all
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering, OfferingLanguage, Station, StationLanguage, VocabularyTerm
from booking.catalogue.terms import Format, Kind, LanguagePolicy, OfferingFacts, OfferingStatus, StationFacts
from booking.db import table_of
from booking.i18n import Translated

_STATION = Station.__table__.c
_OFFERING = Offering.__table__.c

STATION_COLUMNS = (
    _STATION.id,
    _STATION.code,
    _STATION.name,
    _STATION.time_zone,
    _STATION.working_weekdays,
    _STATION.virtual_opens,
    _STATION.virtual_closes,
    _STATION.on_site_opens,
    _STATION.on_site_closes,
    _STATION.version,
    _STATION.contact_email,
    _STATION.contact_days,
    _STATION.booking_horizon_days,
    _STATION.buffer_min,
    _STATION.slot_step_min,
    _STATION.minor_age,
    _STATION.people_per_adult,
    _STATION.free_change_days,
    _STATION.list_due_days,
    _STATION.speaker_days,
    _STATION.distancing_gap_min,
    _STATION.hold_min,
    _STATION.request_answer_days,
    _STATION.earliest_comfort,
    _STATION.latest_comfort,
)
OFFERING_COLUMNS = (
    _OFFERING.id,
    _OFFERING.code,
    _OFFERING.slug,
    _OFFERING.station_id,
    _OFFERING.unit,
    _OFFERING.title,
    _OFFERING.kind,
    _OFFERING.format,
    _OFFERING.theme,
    _OFFERING.audience,
    _OFFERING.status,
    _OFFERING.language_policy,
    _OFFERING.duration_min,
    _OFFERING.min_group,
    _OFFERING.max_group,
    _OFFERING.lead_working_days,
    _OFFERING.min_age,
    _OFFERING.max_age,
    _OFFERING.venue_id,
)
STATION = tuple(column.label(f"station_{column.key}") for column in STATION_COLUMNS)
OFFERING = tuple(column.label(f"offering_{column.key}") for column in OFFERING_COLUMNS)
"""The same columns under prefixed names, for a statement that joins several tables."""

_HOURS = ("virtual_opens", "virtual_closes", "on_site_opens", "on_site_closes", "working_weekdays")
_SAME_NAME = tuple(column.key for column in STATION_COLUMNS if column.key not in _HOURS)


def station_facts(row: RowMapping, prefix: str = "station_") -> StationFacts:
    """The facts of a station, from a row with STATION's columns."""
    values = {name: row[prefix + name] for name in _SAME_NAME}
    return StationFacts(
        **values,
        working_weekdays=frozenset(map(int, row[prefix + "working_weekdays"])),
        virtual_hours=(row[prefix + "virtual_opens"], row[prefix + "virtual_closes"]),
        on_site_hours=(row[prefix + "on_site_opens"], row[prefix + "on_site_closes"]),
    )


def offering_facts(row: RowMapping, languages: Iterable[str] = (), prefix: str = "offering_") -> OfferingFacts:
    """The facts of an offering, from a row with OFFERING's columns; its title in English."""
    values = {column.key: row[prefix + column.key] for column in OFFERING_COLUMNS if column.key != "title"}
    titles = row[prefix + "title"]
    return OfferingFacts(**values, title=titles.in_locale("en")[0], titles=titles, languages=frozenset(languages))


def all_stations(session: Session) -> list[StationFacts]:
    """Every station, in the order of its name."""
    rows = session.execute(select(*STATION)).mappings()
    return sorted(map(station_facts, rows), key=lambda station: station.name)


def station_named(session: Session, text: str) -> StationFacts | None:
    """The station of that code or English name, None for neither."""
    found = (
        session.execute(select(*STATION).where(or_(_STATION.code == text, _STATION.name == text))).mappings().first()
    )
    return station_facts(found) if found else None


def languages_given(session: Session, station_id: int, kind: Kind, policy: LanguagePolicy) -> frozenset[str]:
    """The languages in which a station gives that kind: its briefing languages, or those of its tours.

    An offering in the official languages only (policy `official`) that is no briefing takes the official ones.
    """
    table = StationLanguage.__table__.c
    wanted = table.briefings if kind is Kind.BRIEFING else table.tours
    conditions = [table.station_id == station_id, wanted.is_(True)]
    if policy is LanguagePolicy.OFFICIAL and kind is not Kind.BRIEFING:
        conditions.append(table.basis == "official")
    return frozenset(session.execute(select(table.language).where(and_(*conditions))).scalars())


def own_languages(session: Session, offering_id: int) -> frozenset[str]:
    """The list of an offering with languages of its own."""
    table = OfferingLanguage.__table__.c
    return frozenset(session.execute(select(table.language).where(table.offering_id == offering_id)).scalars())


def _own_lists(session: Session) -> dict[int, list[str]]:
    table = OfferingLanguage.__table__.c
    found: dict[int, list[str]] = {}
    for row in session.execute(select(table.offering_id, table.language).order_by(table.language)):
        found.setdefault(row.offering_id, []).append(row.language)
    return found


def zone_of_offering(session: Session, code: str) -> str | None:
    """The zone of the station that gives an offering, None where there is none of that code."""
    statement = select(_STATION.time_zone).join_from(Offering, Station, _STATION.id == _OFFERING.station_id)
    found: str | None = session.execute(statement.where(_OFFERING.code == code)).scalar()
    return found


def is_theme(session: Session, code: str) -> bool:
    """Whether a theme has this code: in the vocabulary, or as the theme of an offering."""
    term = VocabularyTerm.__table__.c
    named = select(literal(1)).where(term.vocabulary == "theme", term.code == code)
    used = select(literal(1)).where(_OFFERING.theme == code)
    return session.execute(union_all(named, used).limit(1)).first() is not None


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
    lists = _own_lists(session)
    rows = session.execute(select(*OFFERING, _OFFERING.watch_url).order_by(_OFFERING.code)).mappings().all()
    facts = [offering_facts(row, lists.get(row["offering_id"], ())) for row in rows]
    return {one.code: one for one in facts}, {row["offering_code"]: row["watch_url"] for row in rows}


def offering_texts(session: Session, code: str) -> dict[str, Any]:
    """The texts of an offering by locale: summary, details, price note; and where it is watched."""
    columns = (_OFFERING.summary, _OFFERING.details, _OFFERING.price_note, _OFFERING.watch_url)
    return dict(session.execute(select(*columns).where(_OFFERING.code == code)).mappings().one())


def summaries(session: Session) -> dict[str, Translated]:
    """The short text of each offering that has one, by its code."""
    rows = session.execute(select(_OFFERING.code, _OFFERING.summary).where(_OFFERING.summary.is_not(None)))
    return {row.code: row.summary for row in rows}


def texts_of_offerings(session: Session) -> dict[str, dict[str, Any]]:
    """Summary and price note of every offering, by its code."""
    rows = session.execute(select(_OFFERING.code, _OFFERING.summary, _OFFERING.price_note)).mappings()
    return {row["code"]: dict(row) for row in rows}
