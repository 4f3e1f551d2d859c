"""Pictures and materials: those of an offering, the library of all stations, and the bytes of a file."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Material, MaterialOffering, Offering, Picture, Station, StoredFile
from booking.catalogue.rules import ENGLISH, Marks
from booking.catalogue.terms import Level, MaterialKind
from booking.db import table_of
from booking.i18n import Translated

_FILE, _PICTURE, _MATERIAL = table_of(StoredFile), table_of(Picture), table_of(Material)
_LINK, _OFFERING, _STATION = table_of(MaterialOffering), table_of(Offering), table_of(Station)


@dataclass(frozen=True)
class PictureFacts:
    """A picture; sizes are pixels, `large` and `small` the SHA-256 of its files."""

    id: int
    offering_id: int
    position: int
    large: str
    small: str
    width: int
    height: int
    small_width: int
    alt: Translated
    marks: Marks
    version: int

    @property
    def is_shown(self) -> bool:
        """Whether the public sees it: once there are words for who cannot."""
        return bool(self.alt.get(ENGLISH))


def pictures_of(session: Session, offering_ids: Collection[int]) -> dict[int, list[PictureFacts]]:
    """The pictures of these offerings in their order, one statement."""
    statement = select(_PICTURE).where(_PICTURE.c.offering_id.in_(offering_ids))
    found: dict[int, list[PictureFacts]] = {}
    for row in session.execute(statement.order_by(_PICTURE.c.position, _PICTURE.c.id)).mappings():
        values = {name: row[name] for name in PictureFacts.__dataclass_fields__ if name != "marks"}
        found.setdefault(row["offering_id"], []).append(PictureFacts(**values, marks=row["english_of"]))
    return found


def shown_pictures(session: Session) -> dict[int, list[PictureFacts]]:
    """The pictures of every offering that the public sees, one statement."""
    every = pictures_of(session, select(_OFFERING.c.id))  # type: ignore[arg-type]  # a sub-query is a collection of ids
    return {key: shown for key, given in every.items() if (shown := [one for one in given if one.is_shown])}


def offering_of_picture(session: Session, picture_id: int) -> str | None:
    """The code of the offering that a picture belongs to, None where there is no such picture."""
    joined = _PICTURE.join(_OFFERING, _OFFERING.c.id == _PICTURE.c.offering_id)
    found: str | None = session.execute(
        select(_OFFERING.c.code).select_from(joined).where(_PICTURE.c.id == picture_id)
    ).scalar()
    return found


@dataclass(frozen=True)
class MaterialFacts:
    """A material; `file` is the SHA-256 of its bytes, `size` their number."""

    id: int
    station: str
    station_name: str
    kind: MaterialKind
    title: Translated
    marks: Marks
    level: Level
    language: str
    url: str
    file: str | None
    size: int | None
    version: int


_COLUMNS = (
    *(_MATERIAL.c[name] for name in ("id", "kind", "title", "level", "language", "url", "file", "version")),
    _MATERIAL.c.english_of.label("marks"),
    _STATION.c.code.label("station"),
    _STATION.c.name.label("station_name"),
    _FILE.c.size,
)
_LEVELS = {level: number for number, level in enumerate(Level)}


def _materials(*columns: Any) -> Select[Any]:  # noqa: ANN401  columns of a statement
    joined = _MATERIAL.join(_STATION, _STATION.c.id == _MATERIAL.c.station_id)
    joined = joined.outerjoin(_FILE, _FILE.c.sha256 == _MATERIAL.c.file)
    return select(*_COLUMNS, *columns).select_from(joined).where(_MATERIAL.c.retired_at.is_(None))


def library(session: Session) -> list[MaterialFacts]:
    """Everything that is in the library, of all stations, by level and title."""
    return in_order(MaterialFacts(**row) for row in session.execute(_materials()).mappings())


def in_order(found: Iterable[MaterialFacts]) -> list[MaterialFacts]:
    """By level, then by the English title."""
    return sorted(found, key=lambda one: (_LEVELS[one.level], str(one.title).casefold(), one.id))


def material(session: Session, material_id: int) -> MaterialFacts | None:
    """One of the library, None where there is none (any more)."""
    row = session.execute(_materials().where(_MATERIAL.c.id == material_id)).mappings().first()
    return MaterialFacts(**row) if row else None


def materials_of(session: Session, offering_ids: Collection[int] | None = None) -> dict[int, list[MaterialFacts]]:
    """The materials of these offerings (None: of all), one statement."""
    statement = _materials(_LINK.c.offering_id).join(_LINK, _LINK.c.material_id == _MATERIAL.c.id)
    if offering_ids is not None:
        statement = statement.where(_LINK.c.offering_id.in_(offering_ids))
    found: dict[int, list[MaterialFacts]] = {}
    for row in session.execute(statement).mappings():
        values = {name: row[name] for name in MaterialFacts.__dataclass_fields__}
        found.setdefault(row["offering_id"], []).append(MaterialFacts(**values))
    return {key: in_order(given) for key, given in found.items()}


def uses(session: Session) -> dict[int, list[tuple[str, Translated, str]]]:
    """By material: code, title and station of the offerings whose pages name it; one statement."""
    joined = _LINK.join(_OFFERING, _OFFERING.c.id == _LINK.c.offering_id)
    joined = joined.join(_STATION, _STATION.c.id == _OFFERING.c.station_id)
    columns = (_LINK.c.material_id, _OFFERING.c.code, _OFFERING.c.title, _STATION.c.code.label("station"))
    found: dict[int, list[tuple[str, Translated, str]]] = {}
    for row in session.execute(select(*columns).select_from(joined).order_by(_OFFERING.c.code)):
        found.setdefault(row.material_id, []).append((row.code, row.title, row.station))
    return found


@dataclass(frozen=True)
class FileFacts:
    """A stored file with its bytes; `title` is that of the material it belongs to, None for a picture."""

    sha256: str
    media_type: str
    content: bytes
    title: Translated | None = None


def stored_file(session: Session, name: str) -> FileFacts | None:
    """The file whose SHA-256 is exactly that; one statement, and one more for a material's title."""
    row = session.execute(select(_FILE).where(_FILE.c.sha256 == name)).mappings().first()
    if row is None:
        return None
    titled = select(_MATERIAL.c.title).where(_MATERIAL.c.file == name).order_by(_MATERIAL.c.id).limit(1)
    return FileFacts(row["sha256"], row["media_type"], bytes(row["content"]), session.execute(titled).scalar())
