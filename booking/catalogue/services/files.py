"""Files in the database: kept once under the hash of their bytes, and forgotten when nothing shows them any more."""

import hashlib
from collections.abc import Collection

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Material, Picture, StoredFile
from booking.db import insert_into, table_of

_FILE, _PICTURE, _MATERIAL = table_of(StoredFile), table_of(Picture), table_of(Material)
PDF = "application/pdf"


def keep(session: Session, content: bytes, media_type: str) -> str:
    """Store the bytes, unless they are there already; their SHA-256."""
    name = hashlib.sha256(content).hexdigest()
    row = {"sha256": name, "media_type": media_type, "size": len(content), "content": content}
    new = insert_into(session, StoredFile).values(row).on_conflict_do_nothing()
    held = select(_FILE.c.sha256).where(_FILE.c.sha256 == name).with_for_update()
    session.execute(new)
    if session.execute(held).first() is None:  # somebody was just taking the last use of it away
        session.execute(new)
    return name


def forget(session: Session, names: Collection[str]) -> None:
    """Take away those of the files that no picture and no material is made of."""
    used = or_(
        exists().where(_PICTURE.c.large == _FILE.c.sha256),
        exists().where(_PICTURE.c.small == _FILE.c.sha256),
        exists().where(_MATERIAL.c.file == _FILE.c.sha256),
    )
    mine = select(_FILE.c.sha256).where(_FILE.c.sha256.in_(names)).order_by(_FILE.c.sha256).with_for_update()
    held = session.execute(mine).scalars().all()
    session.execute(delete(_FILE).where(_FILE.c.sha256.in_(held), ~used))
