"""A coordinator keeps a filter of a list under a name, alone or for the whole desk of a station."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.models import SavedView
from booking.bookings.terms import Conflict
from booking.db import table_of, transaction

MOST = 50
_VIEW = table_of(SavedView).c


class TooManyViews(Conflict):
    """One person keeps no more than so many."""


@dataclass(frozen=True)
class ViewFacts:
    """A saved view. `query` is that of the page's address; `station` a code, empty for one's own alone."""

    id: int
    account_id: int
    page: str
    name: str
    query: str
    station: str
    is_default: bool
    version: int


def views_for(session: Session, account_id: int, stations: frozenset[str] | None, page: str = "") -> list[ViewFacts]:
    """One's own views, and those shared with these stations (codes; None: all), by name; one statement."""
    shared = _VIEW.station_code != "" if stations is None else _VIEW.station_code.in_(stations)
    statement = _select().where((_VIEW.account_id == account_id) | shared)
    if page:
        statement = statement.where(_VIEW.page == page)
    return [ViewFacts(*row) for row in session.execute(statement.order_by(_VIEW.page, _VIEW.name, _VIEW.id))]


def _select() -> Any:  # noqa: ANN401  a SELECT
    columns = ("id", "account_id", "page", "name", "query", "station_code", "is_default", "version")
    return select(*(_VIEW[name] for name in columns))


def save_view(wish: ViewFacts, *, now: datetime, actor: str) -> int:
    """Keep a new one; its id. Raises TooManyViews."""
    with transaction() as session:
        mine = select(_VIEW.id).where(_VIEW.account_id == wish.account_id)
        if len(session.execute(mine).all()) >= MOST:
            raise TooManyViews(wish.name)
        if wish.is_default:
            _no_default(session, wish)
        made: int = session.execute(insert(SavedView).values(_row(wish)).returning(_VIEW.id)).scalar_one()
        after = {"page": wish.page, "shared": wish.station}
        audit(
            session,
            at=now,
            actor=actor,
            action="view.save",
            subject=f"view:{made}",
            station_code=wish.station,
            after=after,
        )
    return made


def change_view(wish: ViewFacts, *, now: datetime, actor: str) -> None:
    """Another name, another desk, default or not. Raises Conflict where it has changed since its `version`."""
    with transaction() as session:
        if wish.is_default:
            _no_default(session, wish)
        seen = update(SavedView).where(_VIEW.id == wish.id, _VIEW.version == wish.version)
        values = {"name": wish.name, "station_code": wish.station, "is_default": wish.is_default}
        row = session.execute(seen.values(**values, version=wish.version + 1).returning(_VIEW.id)).first()
        if row is None:
            raise Conflict(wish.id)
        after = {"shared": wish.station, "default": wish.is_default}
        audit(
            session,
            at=now,
            actor=actor,
            action="view.change",
            subject=f"view:{wish.id}",
            station_code=wish.station,
            after=after,
        )


def delete_view(view: ViewFacts, *, now: datetime, actor: str) -> None:
    """Forget it; one that is gone already is gone."""
    with transaction() as session:
        row = session.get(SavedView, view.id)
        if row is None:
            return
        session.delete(row)
        audit(
            session,
            at=now,
            actor=actor,
            action="view.delete",
            subject=f"view:{view.id}",
            station_code=view.station,
            before={"page": view.page, "shared": view.station},
        )


def _no_default(session: Session, wish: ViewFacts) -> None:
    mine = (_VIEW.account_id == wish.account_id, _VIEW.page == wish.page, _VIEW.id != wish.id)
    session.execute(update(SavedView).where(*mine, _VIEW.is_default.is_(True)).values(is_default=False))


def _row(wish: ViewFacts) -> dict[str, object]:
    return {
        "account_id": wish.account_id,
        "page": wish.page,
        "name": wish.name,
        "query": wish.query,
        "station_code": wish.station,
        "is_default": wish.is_default,
        "version": 1,
    }
