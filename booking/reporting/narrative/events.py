"""The events behind figures, with their numbers of people: what a correction of a frozen report can name."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from booking.db import table_of
from booking.reporting.models import EventFact
from booking.reporting.queries.answers import NUMBERS
from booking.reporting.queries.filtering import counted, in_period, passes
from booking.reporting.terms import Answer

MOST = 5_000
"""Events of a report that are kept by name; of a longer one it is told what changed, and not where."""

Events = dict[str, dict[str, int | None]]
"""By figure: people by the code of their event."""

_FACT = table_of(EventFact).c


def events_of(session: Session, answers: Mapping[str, Answer]) -> Events | None:
    """The events of every figure that counts events or people, in one statement; None if there are too many."""
    asked = {name: answer for name, answer in answers.items() if answer.question.figure in NUMBERS}
    if not asked:
        return {}
    conditions = {name: _condition(answer) for name, answer in asked.items()}
    columns = [case((condition, 1), else_=0) for condition in conditions.values()]
    rows = session.execute(
        select(_FACT.code, _FACT.attended, *columns)
        .where(or_(*conditions.values()))
        .order_by(_FACT.code)
        .limit(MOST + 1)
    ).all()
    if len(rows) > MOST:
        return None
    return {name: {row[0]: row[1] for row in rows if row[2 + at]} for at, name in enumerate(conditions)}


def _condition(answer: Answer) -> ColumnElement[bool]:
    filters = answer.filters
    return and_(in_period(_FACT, filters.period), passes(_FACT, filters), counted(_FACT, answer.question.figure))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What is another in `after`, by figure: exact values, and the events that came, went or have another number."""
    found = {}
    names = [*before["figures"], *(name for name in after["figures"] if name not in before["figures"])]
    for name in names:
        was, is_ = (one["figures"].get(name, {}).get("exact") for one in (before, after))
        if was != is_:
            found[name] = {"before": was, "after": is_, **_events(name, before, after)}
    return found


def _events(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    if before.get("events") is None or after.get("events") is None:
        return {}
    was, is_ = (one["events"].get(name, {}) for one in (before, after))
    return {
        "came": sorted(is_.keys() - was.keys()),
        "went": sorted(was.keys() - is_.keys()),
        "other": [[code, was[code], is_[code]] for code in sorted(was.keys() & is_.keys()) if was[code] != is_[code]],
    }
