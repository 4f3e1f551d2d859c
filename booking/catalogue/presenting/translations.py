"""The catalogue's own texts, for the list of what is still to translate."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering, Picture, Station, VocabularyTerm
from booking.catalogue.queries.editing import listed
from booking.catalogue.queries.material import library
from booking.catalogue.translating import Translatable
from booking.db import table_of

_OFFERING, _PICTURE, _STATION, _TERM = map(table_of, (Offering, Picture, Station, VocabularyTerm))


def offerings(session: Session) -> Iterator[Translatable]:
    """Every offering; one statement."""
    for one in listed(session):
        href = url_for("catalogue_desk.offering_texts", code=one.code)
        yield Translatable("offering", one.title, one.texts, href, one.station, one.marks)


def pictures(session: Session) -> Iterator[Translatable]:
    """What pictures show, under the title of their offering; one statement."""
    joined = _PICTURE.join(_OFFERING, _OFFERING.c.id == _PICTURE.c.offering_id)
    joined = joined.join(_STATION, _STATION.c.id == _OFFERING.c.station_id)
    columns = (
        _OFFERING.c.code,
        _OFFERING.c.title,
        _STATION.c.code.label("station"),
        _PICTURE.c.alt,
        _PICTURE.c.english_of,
    )
    for row in session.execute(select(*columns).select_from(joined).order_by(_OFFERING.c.code, _PICTURE.c.position)):
        href = url_for("catalogue_desk.pictures", code=row.code)
        yield Translatable("picture", row.title, {"alt": row.alt}, href, row.station, row.english_of)


def materials(session: Session) -> Iterator[Translatable]:
    """The titles of the library; one statement."""
    for one in library(session):
        href = url_for("library.material_page", material_id=one.id)
        yield Translatable("material", one.title, {"title": one.title}, href, one.station, one.marks)


def terms(session: Session) -> Iterator[Translatable]:
    """The words that desks have added to lists, for all stations; one statement."""
    ordered = select(_TERM.c.label).order_by(_TERM.c.vocabulary, _TERM.c.code)
    for label in session.execute(ordered).scalars():
        yield Translatable("word", label, {"label": label}, url_for("catalogue_desk.vocabularies"))


SOURCES = (offerings, pictures, materials, terms)
