"""An offering as a desk edits it, with its texts in every locale."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Interest, Material, MaterialOffering, Offering, Picture, Station, VocabularyTerm
from booking.catalogue.queries import OFFERING_COLUMNS, own_languages
from booking.catalogue.rules import Marks, Texts
from booking.catalogue.terms import REOPENING, InterestState, OfferingWish
from booking.db import table_of
from booking.i18n import LOCALES, Translated

_OFFERING, _STATION = table_of(Offering), table_of(Station)
_WISH = ("kind", "format", "theme", "audience", "unit", "status", "language_policy", "duration_min")
_LIMITS = ("min_group", "max_group", "lead_working_days", "min_age", "max_age", "watch_url")
TEXT_FIELDS = ("title", "summary", "happens", "needs", "price_note")
"""The fields of an offering that are texts, in the order of its page."""
_STEP = re.compile(r"\s*([0-9]{1,3})[\s:.]+(\S.*)")


@dataclass(frozen=True)
class Edited:
    """An offering with what a desk may change of it; `version` is raised by every change."""

    id: int
    code: str
    slug: str
    station_id: int
    station: str
    station_name: str
    time_zone: str
    horizon_days: int
    version: int
    wish: OfferingWish
    texts: Texts
    marks: Marks
    details: Mapping[str, Any]
    """As stored: per locale what happens and what is needed."""

    @property
    def title(self) -> str:
        """In English, else in whatever there is."""
        return Translated(self.texts["title"]).in_locale("en")[0]


def edited(session: Session, code: str) -> Edited | None:
    """The offering of that code, None where there is none; two statements."""
    named = (_STATION.c.code, _STATION.c.name, _STATION.c.time_zone, _STATION.c.booking_horizon_days)
    columns = (
        *OFFERING_COLUMNS,
        *(_OFFERING.c[name] for name in ("summary", "details", "price_note", "watch_url", "version", "english_of")),
        *(column.label(f"station_{column.key}") for column in named),
    )
    statement = select(*columns).join(_STATION, _STATION.c.id == _OFFERING.c.station_id)
    row = session.execute(statement.where(_OFFERING.c.code == code)).mappings().first()
    if row is None:
        return None
    languages = tuple(sorted(own_languages(session, row["id"])))
    wish = OfferingWish(**{name: row[name] for name in (*_WISH, *_LIMITS)}, languages=languages)
    return Edited(
        id=row["id"],
        code=row["code"],
        slug=row["slug"],
        station_id=row["station_id"],
        station=row["station_code"],
        station_name=row["station_name"],
        time_zone=row["station_time_zone"],
        horizon_days=row["station_booking_horizon_days"],
        version=row["version"],
        wish=wish,
        texts=texts_of(dict(row)),
        marks=row["english_of"],
        details=row["details"] or {},
    )


def offering_with_slug(session: Session, slug: str) -> str | None:
    """The code of the offering with that slug, or code."""
    found = select(_OFFERING.c.code).where(or_(_OFFERING.c.slug == slug, _OFFERING.c.code == slug))
    code: str | None = session.execute(found).scalar()
    return code


def texts_of(row: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The texts of an offering by field and locale; what happens as a line for each step, what is needed likewise."""
    details: Mapping[str, Any] = row["details"] or {}
    return {
        "title": dict(row["title"]),
        "summary": dict(row["summary"] or {}),
        "happens": {locale: _steps(details.get(locale)) for locale in LOCALES},
        "needs": {locale: "\n".join((details.get(locale) or {}).get("needs", ())) for locale in LOCALES},
        "price_note": dict(row["price_note"] or {}),
    }


def _steps(told: Mapping[str, Any] | None) -> str:
    return "\n".join(f"{step['minute']} {step['text']}" for step in (told or {}).get("happens", ()))


def details_of(texts: Texts, before: Mapping[str, Any]) -> dict[str, Any]:
    """What happens and what is needed as it is stored; locales that the desk does not edit stay. ValueError: a line."""
    kept = {locale: told for locale, told in before.items() if locale not in LOCALES}
    for locale in LOCALES:
        steps = [_step(line) for line in texts["happens"].get(locale, "").splitlines() if line.strip()]
        needs = [line.strip() for line in texts["needs"].get(locale, "").splitlines() if line.strip()]
        if steps or needs:
            kept[locale] = {"happens": steps, "needs": needs}
    return kept


def _step(line: str) -> dict[str, Any]:
    found = _STEP.fullmatch(line)
    if not found:
        raise ValueError(line)
    return {"minute": int(found[1]), "text": found[2].strip()}


@dataclass(frozen=True)
class Listed:
    """A line of the desk's list of offerings."""

    code: str
    slug: str
    title: Translated
    station: str
    station_name: str
    kind: str
    format: str
    status: str
    texts: Texts
    marks: Marks
    waiting: int
    pictures: int
    materials: int


def listed(session: Session) -> list[Listed]:
    """Every offering with what belongs to it, by station and code; one statement."""
    interest, picture, link, material = map(table_of, (Interest, Picture, MaterialOffering, Material))
    waiting = (interest.c.state == InterestState.WAITING) & (interest.c.about == REOPENING)
    used = (material.c.id == link.c.material_id) & material.c.retired_at.is_(None)
    counts = (
        _count(interest, waiting).label("waiting"),
        _count(picture).label("pictures"),
        select(func.count())
        .select_from(link.join(material, used))
        .where(link.c.offering_id == _OFFERING.c.id)
        .scalar_subquery()
        .label("materials"),
    )
    names = ("code", "slug", "title", "kind", "format", "status", "summary", "details", "price_note", "english_of")
    named = (_STATION.c.code.label("station"), _STATION.c.name.label("station_name"))
    columns = (*(_OFFERING.c[name] for name in names), *named, *counts)
    statement = select(*columns).join(_STATION, _STATION.c.id == _OFFERING.c.station_id)
    rows = session.execute(statement.order_by(_STATION.c.name, _OFFERING.c.code)).mappings()
    same = ("code", "slug", "title", "kind", "format", "status", "station", "station_name")
    counted = ("waiting", "pictures", "materials")
    return [
        Listed(**{name: row[name] for name in (*same, *counted)}, texts=texts_of(dict(row)), marks=row["english_of"])
        for row in rows
    ]


def _count(table: Any, *conditions: Any) -> Any:  # noqa: ANN401  parts of a statement
    """How many rows belong to the offering of the outer statement."""
    statement = select(func.count()).select_from(table).where(table.c.offering_id == _OFFERING.c.id, *conditions)
    return statement.correlate(_OFFERING).scalar_subquery()


def words(session: Session, vocabulary: str, used: str) -> list[tuple[str, Translated]]:
    """Code and label of a vocabulary's words; `used` is the column of offerings whose values count as words too."""
    term = table_of(VocabularyTerm)
    statement = select(term.c.code, term.c.label).where(term.c.vocabulary == vocabulary)
    found: dict[str, Translated] = {row.code: row.label for row in session.execute(statement)}
    column = _OFFERING.c[used]
    for code in session.execute(select(column).distinct()).scalars():
        found.setdefault(code, Translated(code.replace("-", " ").capitalize()))
    return sorted(found.items())
