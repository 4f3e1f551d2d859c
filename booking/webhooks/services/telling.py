"""Make messages of what has changed: in one transaction that takes the changes and writes the messages."""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from booking.db import core, table_of, transaction
from booking.webhooks.models import UntoldChange, WebhookDelivery, WebhookEndpoint
from booking.webhooks.queries import facts
from booking.webhooks.rules import concerns, type_of
from booking.webhooks.terms import Change, DeliveryState, Off, Subject, Thing

MOST_CHANGES = 200
_ENDPOINT, _CHANGE = table_of(WebhookEndpoint).c, table_of(UntoldChange).c
_INSERT = insert(table_of(WebhookDelivery))
_SHOWN = (*Change.__slots__,)


def tell_changes(now: datetime) -> int:
    """Write the messages of up to 200 changes, oldest first; how many changes there were. Statements do not grow.

    Two workers take different changes; what a worker has taken when it is lost is there again.
    """
    with transaction() as session:
        changes = _taken(session)
        if changes:
            listening = session.execute(
                select(_ENDPOINT.id, _ENDPOINT.stations, _ENDPOINT.types).where(_ENDPOINT.off == Off.NOT)
            ).all()
            rows = [
                message(endpoint.id, kind, subject, at, now)
                for kind, subject, at in _told(session, changes)
                for endpoint in listening
                if kind in endpoint.types and concerns(endpoint.stations, subject.station)
            ]
            if rows:
                core(session).execute(_INSERT, rows)
    return len(changes)


def _taken(session: Session) -> list[Change]:
    oldest = select(_CHANGE.id).order_by(_CHANGE.id).limit(MOST_CHANGES).with_for_update(skip_locked=True)
    chosen = oldest.cte("chosen")
    taken = delete(UntoldChange).where(_CHANGE.id.in_(select(chosen.c.id))).returning(*(_CHANGE[one] for one in _SHOWN))
    rows = session.execute(taken, execution_options={"synchronize_session": False}).mappings()
    return sorted((Change(**row) for row in rows), key=attrgetter("id"))


def _told(session: Session, changes: Sequence[Change]) -> Iterator[tuple[str, Subject, datetime]]:
    """Kind, facts and instant of each message, in the order of the changes."""
    found = _facts(session, changes)
    moved = [one.row_id for one in changes if one.thing is Thing.EVENT and one.moved and one.became != "cancelled"]
    movers = facts.bookings_of(session, moved)
    for one in changes:
        kind, subject = type_of(one), found[one.thing].get(one.row_id or one.name)
        if kind and subject:
            yield "closure.undone" if kind == "closure.lifted" and subject.data["undone"] else kind, subject, one.at
        if one.thing is Thing.EVENT and one.moved:
            yield from (("booking.moved", mover, one.at) for event_id, mover in movers if event_id == one.row_id)


def _facts(session: Session, changes: Sequence[Change]) -> Mapping[Thing, Mapping[Any, Subject]]:
    """What is told of each thing, by its id or its code; a statement or two for each kind of thing."""
    rows = {thing: {one.row_id for one in changes if one.thing is thing} for thing in Thing}
    names = {thing: {one.name for one in changes if one.thing is thing} for thing in Thing}
    return {
        Thing.BOOKING: facts.bookings(session, rows[Thing.BOOKING]),
        Thing.EVENT: facts.events(session, rows[Thing.EVENT]),
        Thing.CLOSURE: facts.closures(session, rows[Thing.CLOSURE]),
        Thing.ATTENDANCE: facts.attendance(session, names[Thing.ATTENDANCE]),
    }


def message(endpoint_id: int, kind: str, subject: Subject, at: datetime, now: datetime) -> dict[str, object]:
    """The row of a message: its body is written once, and so is its id."""
    body = {"type": kind, "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "data": subject.data}
    return {
        "message": f"msg_{secrets.token_hex(16)}",
        "endpoint_id": endpoint_id,
        "type": kind,
        "subject": subject.name,
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "made_at": now,
        "state": DeliveryState.QUEUED,
        "attempts": 0,
        "next_try_at": now,
        "error": "",
    }


def write(session: Session, rows: Iterable[dict[str, object]]) -> None:
    """Write the rows of messages, in the caller's transaction."""
    core(session).execute(_INSERT, list(rows))
