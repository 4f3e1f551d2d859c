"""Facts that are not what the live tables say (`booking check`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, cast, except_, func, select, union

from booking.db import table_of
from booking.reporting.models import EventFact, FactDue, GroupFact
from booking.reporting.queries.live import live_events, live_groups
from booking.scheduling.models import Event


def wrong_facts(_now: datetime) -> Select[Any]:
    """Events whose facts, or those of their groups, differ from the live tables, and that nobody will look at: code."""
    event, due = table_of(Event).c, table_of(FactDue).c
    differ = union(
        *(_only_in(live_events(), select(table_of(EventFact)))),
        *(_only_in(live_groups(), select(table_of(GroupFact)))),
    ).subquery("differ")
    code = func.coalesce(event.code, cast(differ.c.event_id, Text)).label("code")
    joined = select(code).join_from(differ, table_of(Event), event.id == differ.c.event_id, isouter=True)
    return joined.where(differ.c.event_id.not_in(select(due.event_id))).order_by("code")


def _only_in(live: Select[Any], facts: Select[Any]) -> tuple[Select[Any], Select[Any]]:
    """The events of rows that only one of the two has; empty values are equal here."""
    missing, surplus = except_(live, facts).subquery(), except_(facts, live).subquery()
    return select(missing.c.event_id), select(surplus.c.event_id)
