"""Facts follow the live tables: what triggers have named in `fact_due` is written anew, many events at once."""

from datetime import datetime

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from booking.db import core, db, let_go, table_of, transaction
from booking.reporting.models import EventFact, FactDue, FactKeeper, GroupFact
from booking.reporting.queries.live import EVENT_COLUMNS, GROUP_COLUMNS, live_events, live_groups
from booking.scheduling.models import Event

AT_ONCE = 500
"""Rows of `fact_due` for one transaction: on SQLite nobody else writes meanwhile."""

_EVENTS, _GROUPS, _DUE, _KEEPER = (table_of(model) for model in (EventFact, GroupFact, FactDue, FactKeeper))


def catch_up() -> int:
    """Write the facts of every event that was changed before this call; returns how many were named.

    Eight statements for each 500 changes; one where there are none. Not inside `transaction()`.
    """
    done = 0
    while _is_anything_due(db.session()):
        with transaction() as session:
            done += _write_some(session)
    return done


def keep_facts(_now: datetime) -> None:
    """The worker's job: readers then find little left to do."""
    catch_up()


def catch_up_in(session: Session) -> None:
    """The same inside the caller's transaction, all of it: for whoever has written very much."""
    while _write_some(session):
        pass


def _is_anything_due(session: Session) -> bool:
    due = bool(session.execute(select(exists().select_from(_DUE))).scalar())
    let_go(session)
    return due


def _write_some(session: Session) -> int:
    """Take the oldest rows of the queue and write the facts of their events; returns how many rows that were.

    The keeper's row keeps a second process from writing older facts over newer ones. Rows are taken by their ids: one
    that is committed meanwhile stays, and its event is written once more.
    """
    connection = core(session)
    connection.execute(update(_KEEPER).values(rounds=_KEEPER.c.rounds + 1))
    due = connection.execute(select(_DUE.c.id, _DUE.c.event_id).order_by(_DUE.c.id).limit(AT_ONCE)).all()
    if due:
        connection.execute(delete(_DUE).where(_DUE.c.id.in_([row.id for row in due])))
        _write_facts(session, {row.event_id for row in due})
    return len(due)


def _write_facts(session: Session, named: set[int]) -> None:
    connection, event = core(session), table_of(Event).c
    twins = select(event.twin_id).where(event.id.in_(sorted(named)), event.twin_id.is_not(None))
    events = sorted(named.union(connection.execute(twins).scalars()))
    for table in (_GROUPS, _EVENTS):
        connection.execute(delete(table).where(table.c.event_id.in_(events)))
    connection.execute(insert(_EVENTS).from_select(EVENT_COLUMNS, live_events(events)))
    connection.execute(insert(_GROUPS).from_select(GROUP_COLUMNS, live_groups(events)))
