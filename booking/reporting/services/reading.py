"""Reports that read their own writes: facts are brought up to date, and read as of one moment."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.db import db, let_go, table_of, transaction
from booking.reporting.models import FactKeeper
from booking.reporting.queries import answers as reads
from booking.reporting.queries import report as reports
from booking.reporting.services.upkeep import catch_up
from booking.reporting.table_terms import Report
from booking.reporting.terms import Answer, Filters, Period, Question

TRIES = 3
Read = TypeVar("Read")


def as_of_now(read: Callable[[Session], Read]) -> Read:
    """What `read` makes of facts that do not change meanwhile. Not inside `transaction()`; `read` writes nothing.

    Its statements need no common transaction, which on SQLite would keep others from writing for as long: facts that
    were the same before and after were the same in between. At last nobody else may write facts while it reads.
    """
    for _ in range(TRIES):
        catch_up()
        before = _rounds(db.session())
        found = read(db.session())
        if _rounds(db.session()) == before:
            return found
    with transaction() as session:
        session.execute(select(table_of(FactKeeper).c.rounds).with_for_update())
        return read(session)


def _rounds(session: Session) -> int:
    rounds: int = session.execute(select(table_of(FactKeeper).c.rounds)).scalar_one()
    let_go(session)
    return rounds


def report(filters: Filters, now: datetime, locale: str = "en") -> Report:
    """Every table of a period as of now (`queries.report`)."""
    return as_of_now(lambda session: reports.report(session, filters, now, locale))


def answers(questions: Sequence[Question], period: Period, stations: tuple[str, ...] = ()) -> dict[str, Answer]:
    """What the questions come to by now, by their ids (`queries.answers`)."""
    return as_of_now(lambda session: reads.answers(session, questions, period, stations))
