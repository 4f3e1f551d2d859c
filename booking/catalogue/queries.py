"""Reads of the catalogue, as the frozen facts that rules and search work with."""

from collections.abc import Iterable

from sqlalchemy import RowMapping, and_, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering, OfferingLanguage, Station, StationLanguage
from booking.catalogue.terms import Kind, LanguagePolicy, OfferingFacts, StationFacts

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
