"""Files, pictures of offerings, and what groups read or print: kept in the database, so that every process has them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.catalogue.terms import Level, MaterialKind
from booking.db import STRICT, Base, enum_by_value
from booking.i18n import Translated, TranslatedText


class StoredFile(Base):
    """Bytes under the SHA-256 of themselves: the same file is kept once, and never changes."""

    __tablename__ = "stored_file"
    __table_args__ = (STRICT,)

    sha256: Mapped[str] = mapped_column(primary_key=True, comment="hexadecimal")
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(comment="bytes")
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Picture(Base):
    """A picture of an offering in two sizes; it is shown once it has an English alternative text."""

    __tablename__ = "picture"
    __table_args__ = (
        UniqueConstraint("offering_id", "large"),
        CheckConstraint("width > 0 AND height > 0 AND small_width > 0", name="sizes"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"))
    position: Mapped[int] = mapped_column(default=0, comment="the first is the one in lists")
    large: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    small: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    width: Mapped[int] = mapped_column(comment="pixels of the large one")
    height: Mapped[int]
    small_width: Mapped[int]
    alt: Mapped[Translated] = mapped_column(TranslatedText, comment="what the picture shows, for who cannot see it")
    english_of: Mapped[dict[str, Any]] = mapped_column(comment="per field and locale: which English was translated")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Material(Base):
    """A lesson plan or the like: a link or a file, owned by one station, seen and used by all."""

    __tablename__ = "material"
    __table_args__ = (
        CheckConstraint("(kind = 'link') = (url <> '')", name="link_has_its_address"),
        CheckConstraint("(kind = 'file') = (file IS NOT NULL)", name="file_has_its_bytes"),
        Index("ix_material_station_id", "station_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), comment="whose it is to change")
    kind: Mapped[MaterialKind] = mapped_column(enum_by_value(MaterialKind))
    title: Mapped[Translated] = mapped_column(TranslatedText)
    english_of: Mapped[dict[str, Any]] = mapped_column(comment="per field and locale: which English was translated")
    level: Mapped[Level] = mapped_column(enum_by_value(Level))
    language: Mapped[str] = mapped_column(comment="of what it says, BCP 47")
    url: Mapped[str] = mapped_column(default="")
    file: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None] = mapped_column(comment="taken out of the library")


class MaterialOffering(Base):
    """An offering whose page names a material."""

    __tablename__ = "material_offering"
    __table_args__ = (Index("ix_material_offering_offering_id", "offering_id"), STRICT)

    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), primary_key=True)
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"), primary_key=True)
