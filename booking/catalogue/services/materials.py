"""The library that all stations share: add a material, change it, take it out, and use it with an offering."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from booking.catalogue.models import Material, MaterialOffering, Station
from booking.catalogue.queries.editing import edited
from booking.catalogue.queries.material import MaterialFacts, material
from booking.catalogue.rules import is_pdf, marks_after
from booking.catalogue.services.files import PDF, forget, keep
from booking.catalogue.services.offerings import By, changed_texts, leave_line
from booking.catalogue.terms import MaterialKind, MaterialWish, NotThere, Overtaken
from booking.db import insert_into, table_of, transaction
from booking.i18n import Translated

_MATERIAL, _LINK, _STATION = table_of(Material), table_of(MaterialOffering), table_of(Station)


class NoPdf(ValueError):
    """What was sent as a file is no PDF."""


def add_material(station: str, wish: MaterialWish, by: By, offering: str = "") -> int:
    """Put a link or a file into the library, and use it with an offering at once; its id. Raises NoPdf, NotThere."""
    _require_pdf(wish)
    with transaction() as session:
        station_id = session.execute(select(_STATION.c.id).where(_STATION.c.code == station)).scalar()
        if station_id is None:
            raise NotThere(station)
        row = {
            "station_id": station_id,
            **_source(session, wish),
            "title": Translated(wish.titles),
            "english_of": marks_after({}, {"title": wish.titles}, {}),
            "level": wish.level,
            "language": wish.language,
            "version": 1,
            "created_at": by.now,
        }
        new: int = session.execute(insert(_MATERIAL).values(row).returning(_MATERIAL.c.id)).scalar_one()
        leave_line(session, by, "material.add", f"material:{new}", station, None, _told(wish, row))
        if offering:
            _attach(session, offering, new, by)
    return new


def change_material(material_id: int, wish: MaterialWish, confirmed: Collection[tuple[str, str]], by: By) -> None:
    """Change a material; a file stays where no new one is sent. Raises NoPdf, NotThere, Overtaken."""
    _require_pdf(wish)
    with transaction() as session:
        before = _held(session, material_id)
        titles = {**before.title, **wish.titles}
        was, will = {"title": dict(before.title)}, {"title": titles}
        values = {
            **(_source(session, wish) if wish.url or wish.content else {}),
            "title": Translated(titles),
            "english_of": marks_after(was, will, before.marks, confirmed),
            "level": wish.level,
            "language": wish.language,
        }
        mine = update(_MATERIAL).where(_MATERIAL.c.id == material_id, _MATERIAL.c.version == by.version)
        done = session.execute(mine.values(**values, version=by.version + 1).returning(_MATERIAL.c.id))
        if done.first() is None:
            raise Overtaken(str(material_id))
        if before.file and values.get("file", before.file) != before.file:
            forget(session, [before.file])
        pair = _difference(before, values), changed_texts(was, will)
        told = pair[0][0] | pair[1][0], pair[0][1] | pair[1][1]
        leave_line(session, by, "material.change", f"material:{material_id}", before.station, *told)


def retire_material(material_id: int, by: By) -> None:
    """Take a material out of the library and off every page. Raises NotThere, Overtaken."""
    with transaction() as session:
        before = _held(session, material_id)
        if before.version != by.version:
            raise Overtaken(str(material_id))
        gone = update(_MATERIAL).where(_MATERIAL.c.id == material_id, _MATERIAL.c.retired_at.is_(None))
        session.execute(gone.values(retired_at=by.now, version=by.version + 1))
        was = {"title": dict(before.title)}
        leave_line(session, by, "material.retire", f"material:{material_id}", before.station, was, None)


def attach(offering: str, material_id: int, by: By) -> None:
    """Name a material of any station on the page of an offering; twice is once. Raises NotThere."""
    with transaction() as session:
        _attach(session, offering, material_id, by)


def detach(offering: str, material_id: int, by: By) -> None:
    """Name it there no more; it stays in the library. Raises NotThere where it was not named."""
    with transaction() as session:
        found = edited(session, offering)
        if found is None:
            raise NotThere(offering)
        gone = delete(_LINK).where(_LINK.c.offering_id == found.id, _LINK.c.material_id == material_id)
        if session.execute(gone.returning(_LINK.c.material_id)).first() is None:
            raise NotThere(str(material_id))
        was = {"offering": offering}
        leave_line(session, by, "material.detach", f"material:{material_id}", found.station, was, None)


def _attach(session: Session, offering: str, material_id: int, by: By) -> None:
    found = edited(session, offering)
    _held(session, material_id)
    if found is None:
        raise NotThere(offering)
    row = insert_into(session, MaterialOffering).values(material_id=material_id, offering_id=found.id)
    if session.execute(row.on_conflict_do_nothing().returning(_LINK.c.material_id)).first():
        will = {"offering": offering}
        leave_line(session, by, "material.attach", f"material:{material_id}", found.station, None, will)


def _held(session: Session, material_id: int) -> MaterialFacts:
    session.execute(select(_MATERIAL.c.id).where(_MATERIAL.c.id == material_id).with_for_update())
    found = material(session, material_id)
    if found is None:
        raise NotThere(str(material_id))
    return found


def _require_pdf(wish: MaterialWish) -> None:
    if wish.content and not is_pdf(wish.content):
        raise NoPdf


def _source(session: Session, wish: MaterialWish) -> dict[str, Any]:
    """Where it is: a file that was sent counts before an address."""
    if wish.content:
        return {"kind": MaterialKind.FILE, "url": "", "file": keep(session, wish.content, PDF)}
    return {"kind": MaterialKind.LINK, "url": wish.url, "file": None}


def _told(wish: MaterialWish, row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("kind", "level", "language", "url", "file")
    return {"title": dict(wish.titles), **{name: row[name] for name in names if row[name]}}


def _difference(before: MaterialFacts, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [
        name
        for name in ("kind", "level", "language", "url", "file")
        if name in values and values[name] != getattr(before, name)
    ]
    return {name: getattr(before, name) for name in names}, {name: values[name] for name in names}
