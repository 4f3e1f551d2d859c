"""Rows of the catalogue and of who works when: stations, languages, offerings, hosts, closures, vocabularies."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering, OfferingLanguage, Station, StationLanguage, VocabularyTerm
from booking.catalogue.terms import LanguagePolicy
from booking.db import table_of
from booking.i18n import Translated
from booking.loading.csv_tables import Row, Table
from booking.loading.labels import label
from booking.loading.upsert import Outcome, Target, Values, ids, replace_lists, upsert
from booking.scheduling.models import Closure, Guide, GuideLanguage

_HOURS = ("time_zone", "virtual_opens", "virtual_closes", "on_site_opens", "on_site_closes")
_LIMITS = ("duration_min", "min_group", "max_group", "lead_working_days", "min_age", "max_age")
_COPIED = ("unit", "kind", "format", "theme", "audience", "status", "source", *_LIMITS)

VOCABULARIES = (
    ("offerings", "unit", "unit"),
    ("offerings", "audience", "audience"),
    ("offerings", "theme", "theme"),
    ("events", "unit", "unit"),
    ("events", "audience", "audience"),
    ("events", "theme", "theme"),
    ("events", "platform", "platform"),
    ("surveys", "unit", "unit"),
    ("views", "channel", "channel"),
    ("views", "measure", "measure"),
)
"""Files and columns whose words are vocabularies: file, column, vocabulary."""


def picked(row: Row, names: Iterable[str]) -> dict[str, Any]:
    """Some values of a row under their own names."""
    return {name: row.values[name] for name in names}


def write_stations(session: Session, table: Table) -> Outcome:
    """Stations by their code; their settings stay as the desk made them."""
    wanted = [
        {
            "code": row.values["code"],
            "name": row.values["station"],
            "working_weekdays": row.values["working_days"],
            **picked(row, _HOURS),
        }
        for row in table.rows
    ]
    versions = frozenset({"working_weekdays", *_HOURS})
    return upsert(session, Target(Station, ("code",), versions=versions), wanted)


def station_ids(session: Session) -> dict[str, int]:
    """The ids of the stations by their names."""
    return ids(session, Station, "name")


def write_station_languages(session: Session, table: Table, stations: Mapping[str, int]) -> Outcome:
    """The languages that a station gives."""
    wanted = [
        {
            "station_id": stations[row.values["station"]],
            **picked(row, ("language", "basis", "tours", "briefings", "source")),
        }
        for row in table.rows
    ]
    return upsert(session, Target(StationLanguage, ("station_id", "language")), wanted)


def write_offerings(session: Session, table: Table, stations: Mapping[str, int]) -> Outcome:
    """Offerings by their code, with the languages of those that have a list of their own."""
    slugs = _slugs(session, table)
    wanted = [
        {
            "code": row.values["offering_id"],
            "slug": slugs[row.values["offering_id"]],
            "station_id": stations[row.values["station"]],
            "title": Translated(row.values["title"]),
            "language_policy": _policy(row.values["languages"]),
            **picked(row, _COPIED),
        }
        for row in table.rows
    ]
    outcome = upsert(session, Target(Offering, ("code",), once=frozenset({"slug"})), wanted)
    codes = ids(session, Offering, "code")
    lists = {codes[row.values["offering_id"]]: _listed(row.values["languages"]) for row in table.rows}
    touched = replace_lists(session, OfferingLanguage, "offering_id", lists)
    return _with_lists(outcome, touched, {codes[values["code"]]: values for values in wanted})


def _policy(languages: str | tuple[str, ...]) -> LanguagePolicy:
    return LanguagePolicy(languages) if isinstance(languages, str) else LanguagePolicy.LISTED


def _listed(languages: str | tuple[str, ...]) -> tuple[str, ...]:
    return languages if isinstance(languages, tuple) else ()


def _with_lists(outcome: Outcome, touched: set[int], wanted: Mapping[int, Values]) -> Outcome:
    """A row whose list was changed is a changed row, once; `wanted` holds the values by id."""
    codes = {values["code"] for values in outcome.written}
    more = [wanted[one] for one in touched if wanted[one]["code"] not in codes]
    return outcome + Outcome(changed=len(more), unchanged=-len(more), written=more)


def _slugs(session: Session, table: Table) -> dict[str, str]:
    """An address for each offering: its title and station; where that is taken, its code beside it."""
    known: dict[str, str] = dict(session.execute(select(Offering.code, Offering.slug)).all())
    used = set(known.values())
    slugs = {}
    for row in table.rows:
        code, station = row.values["offering_id"], row.values["station"]
        slug = slugified(row.values["title"], station) or slugified(code)
        if code not in known and slug in used:
            slug = f"{slug}-{slugified(code)}"
        slugs[code] = known.get(code, slug)
        used.add(slugs[code])
    return slugs


def slugified(title: str, place: str = "") -> str:
    """The title in small ASCII letters and hyphens, with its place at the end unless the title says it."""
    words = title if place.casefold() in title.casefold() else f"{title} {place}"
    plain = unicodedata.normalize("NFKD", words.replace("\u2019", "").replace("'", "")).encode("ascii", "ignore")
    return "-".join(re.findall("[a-z0-9]+", plain.decode("ascii").lower()))[:100].strip("-")


def write_hosts(session: Session, table: Table, stations: Mapping[str, int]) -> Outcome:
    """Guides and speakers by their code, with their languages; files hold no names."""
    wanted = [
        {
            "code": row.values["host_code"],
            "station_id": stations[row.values["station"]],
            "role": row.values["role"],
        }
        for row in table.rows
    ]
    outcome = upsert(session, Target(Guide, ("code",)), wanted)
    codes = ids(session, Guide, "code")
    lists = {codes[row.values["host_code"]]: row.values["languages"] for row in table.rows}
    touched = replace_lists(session, GuideLanguage, "guide_id", lists)
    return _with_lists(outcome, touched, {codes[values["code"]]: values for values in wanted})


def write_closures(session: Session, table: Table, stations: Mapping[str, int]) -> Outcome:
    """Closures, partial reopenings and official holidays by their code."""
    wanted = [
        {
            "code": row.values["closure_id"],
            "station_id": stations[row.values["station"]],
            "blocks_formats": list(row.values["blocks_formats"]),
            "allows": list(row.values["allows"]),
            "message": Translated(row.values["message"]),
            **picked(row, ("type", "starts_on", "ends_on", "announced_on", "distanced_capacity", "source")),
        }
        for row in table.rows
    ]
    return upsert(session, Target(Closure, ("code",)), wanted)


def raise_versions(session: Session, station_ids_: Iterable[int]) -> None:
    """Say that what may be booked at these stations has changed: what was computed before is no longer good."""
    touched = sorted(set(station_ids_))
    if touched:
        table = table_of(Station)
        session.execute(update(table).where(table.c.id.in_(touched)).values(version=table.c.version + 1))


def write_terms(session: Session, tables: Mapping[str, Table]) -> Outcome:
    """The words of vocabularies that the files use, each with a readable label unless the desk gave it one."""
    wanted = [
        {"vocabulary": vocabulary, "code": code, "label": label(vocabulary, code)}
        for vocabulary, code in dict.fromkeys(_words(tables))
    ]
    return upsert(session, Target(VocabularyTerm, ("vocabulary", "code"), once=frozenset({"label"})), wanted)


def _words(tables: Mapping[str, Table]) -> Iterator[tuple[str, str]]:
    for name, column, vocabulary in VOCABULARIES:
        for row in tables[name].rows if name in tables else ():
            if row.values[column]:
                yield vocabulary, row.values[column]
