"""Pictures of an offering: add one, say what it shows, put it first, take it away."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from booking.catalogue.models import Picture
from booking.catalogue.pictures import MEDIA_TYPE, Prepared
from booking.catalogue.queries.editing import edited
from booking.catalogue.queries.material import PictureFacts, pictures_of
from booking.catalogue.rules import marks_after
from booking.catalogue.services.files import forget, keep
from booking.catalogue.services.offerings import By, changed_texts, leave_line
from booking.catalogue.terms import NotThere, Overtaken
from booking.db import insert_into, table_of, transaction
from booking.i18n import Translated

_PICTURE = table_of(Picture)
MOST = 8
"""Pictures of one offering."""


class TooMany(Exception):
    """The offering has as many pictures as it may have."""


def add_picture(code: str, made: Prepared, alt: Mapping[str, str], by: By) -> None:
    """Add a picture behind those there are; the same one again changes nothing. Raises NotThere, TooMany."""
    with transaction() as session:
        offering = edited(session, code)
        if offering is None:
            raise NotThere(code)
        last, count = session.execute(
            select(func.max(_PICTURE.c.position), func.count()).where(_PICTURE.c.offering_id == offering.id)
        ).one()
        if count >= MOST:
            raise TooMany(code)
        row = {
            "offering_id": offering.id,
            "position": (last or 0) + 1,
            "large": keep(session, made.large, MEDIA_TYPE),
            "small": keep(session, made.small, MEDIA_TYPE),
            "width": made.width,
            "height": made.height,
            "small_width": made.small_width,
            "alt": Translated(alt),
            "english_of": marks_after({}, {"alt": alt}, {}),
            "version": 1,
            "created_at": by.now,
        }
        added = insert_into(session, Picture).values(row).on_conflict_do_nothing().returning(_PICTURE.c.id)
        if session.execute(added).first():
            after = {"file": row["large"], "alt": dict(alt)}
            leave_line(session, by, "picture.add", f"offering:{code}", offering.station, None, after)


def describe_picture(
    code: str, picture_id: int, alt: Mapping[str, str], confirmed: Collection[tuple[str, str]], by: By
) -> None:
    """Say what a picture shows, in every locale. Raises NotThere, Overtaken."""
    with transaction() as session:
        station, found = _one(session, code, picture_id)
        before, after = {"alt": dict(found.alt)}, {"alt": {**found.alt, **alt}}
        values = {"alt": Translated(after["alt"]), "english_of": marks_after(before, after, found.marks, confirmed)}
        mine = update(_PICTURE).where(_PICTURE.c.id == picture_id, _PICTURE.c.version == by.version)
        if session.execute(mine.values(**values, version=by.version + 1).returning(_PICTURE.c.id)).first() is None:
            raise Overtaken(code)
        leave_line(session, by, "picture.describe", f"offering:{code}", station, *changed_texts(before, after))


def put_first(code: str, picture_id: int, by: By) -> None:
    """Show a picture before all others, and in lists. Raises NotThere."""
    with transaction() as session:
        station, found = _one(session, code, picture_id)
        first = session.execute(
            select(func.min(_PICTURE.c.position)).where(_PICTURE.c.offering_id == found.offering_id)
        ).scalar_one()
        if found.position != first:
            session.execute(update(_PICTURE).where(_PICTURE.c.id == picture_id).values(position=first - 1))
            leave_line(session, by, "picture.first", f"offering:{code}", station, None, {"file": found.large})


def remove_picture(code: str, picture_id: int, by: By) -> None:
    """Take a picture away, its bytes too where nothing else shows them. Raises NotThere."""
    with transaction() as session:
        station, found = _one(session, code, picture_id)
        session.execute(delete(_PICTURE).where(_PICTURE.c.id == picture_id))
        forget(session, [found.large, found.small])
        was = {"file": found.large, "alt": dict(found.alt)}
        leave_line(session, by, "picture.remove", f"offering:{code}", station, was, None)


def _one(session: Session, code: str, picture_id: int) -> tuple[str, PictureFacts]:
    """The station of the offering and its picture, which nobody else changes until the end of the transaction."""
    offering = edited(session, code)
    held = select(_PICTURE.c.id).where(_PICTURE.c.id == picture_id).with_for_update()
    session.execute(held)
    pictures = pictures_of(session, [offering.id]).get(offering.id, []) if offering else []
    found = next((one for one in pictures if one.id == picture_id), None)
    if offering is None or found is None:
        raise NotThere(code)
    return offering.station, found
