"""What a series is called, with whom it is held, and the material that belongs to it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.catalogue.models import Material
from booking.catalogue.rules import Marks, Texts, marks_after
from booking.catalogue.services.offerings import By, changed_texts
from booking.catalogue.terms import NotThere, Overtaken
from booking.db import insert_into, table_of, transaction
from booking.i18n import Translated
from booking.scheduling.models import Series, SeriesMaterial

_SERIES, _LINK, _MATERIAL = table_of(Series), table_of(SeriesMaterial), table_of(Material)
TEXTS = ("title", "summary")


@dataclass(frozen=True)
class SeriesTexts:
    """The texts of a series; `version` is raised by every change of them."""

    id: int
    texts: Texts
    marks: Marks
    partner: str
    version: int
    materials: tuple[int, ...]


def series_texts(session: Session, code: str) -> SeriesTexts | None:
    """The series of that code, None where there is none; two statements."""
    row = session.execute(select(_SERIES).where(_SERIES.c.code == code)).mappings().first()
    if row is None:
        return None
    used = select(_LINK.c.material_id).where(_LINK.c.series_id == row["id"]).order_by(_LINK.c.material_id)
    texts = {"title": dict(row["title"]), "summary": dict(row["summary"] or {})}
    materials = tuple(session.execute(used).scalars())
    return SeriesTexts(row["id"], texts, row["english_of"], row["partner"], row["version"], materials)


def save_series_texts(
    code: str, station: str, texts: Texts, partner: str, confirmed: Collection[tuple[str, str]], by: By
) -> None:
    """Write them. Raises NotThere, and Overtaken where the version is another than the one that was seen."""
    with transaction() as session:
        before = _found(session, code)
        texts = {field: {**before.texts.get(field, {}), **given} for field, given in texts.items()}
        marks = marks_after(before.texts, texts, before.marks, confirmed)
        was, will = changed_texts(before.texts, texts)
        if partner != before.partner:
            was, will = {**was, "partner": before.partner}, {**will, "partner": partner}
        if before.version != by.version:
            raise Overtaken(code)
        if not will and marks == before.marks:
            return
        values = {
            "title": Translated(texts["title"]),
            "summary": Translated(texts["summary"]),
            "partner": partner,
            "english_of": marks,
        }
        mine = update(_SERIES).where(_SERIES.c.id == before.id, _SERIES.c.version == by.version)
        if session.execute(mine.values(**values, version=by.version + 1).returning(_SERIES.c.id)).first() is None:
            raise Overtaken(code)
        audit(
            session,
            at=by.now,
            actor=by.actor,
            action="series.texts",
            subject=f"series:{code}",
            station_code=station,
            before=was,
            after=will or {"confirmed": sorted(f"{field}.{locale}" for field, locale in confirmed)},
        )


def use_material(code: str, station: str, material_id: int, by: By, *, wanted: bool) -> None:
    """Let a material of the library belong to the series, or no more; twice is once. Raises NotThere."""
    with transaction() as session:
        found = _found(session, code)
        there = select(_MATERIAL.c.id).where(_MATERIAL.c.id == material_id, _MATERIAL.c.retired_at.is_(None))
        if session.execute(there).first() is None:
            raise NotThere(str(material_id))
        mine = (_LINK.c.series_id == found.id, _LINK.c.material_id == material_id)
        row = insert_into(session, SeriesMaterial).values(series_id=found.id, material_id=material_id)
        change = row.on_conflict_do_nothing() if wanted else delete(_LINK).where(*mine)
        if session.execute(change.returning(_LINK.c.material_id)).first():
            told = {"series": code}
            audit(
                session,
                at=by.now,
                actor=by.actor,
                action="material.attach" if wanted else "material.detach",
                subject=f"material:{material_id}",
                station_code=station,
                before=None if wanted else told,
                after=told if wanted else None,
            )


def _found(session: Session, code: str) -> SeriesTexts:
    found = series_texts(session, code)
    if found is None:
        raise NotThere(code)
    return found
