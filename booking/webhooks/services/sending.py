"""Claim messages and settle how their sending ended, each in a short transaction; nothing is sent inside one."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.accounts.models import Account
from booking.accounts.services import audit
from booking.accounts.services.notes import public_url
from booking.db import table_of, transaction
from booking.notices.services import queue
from booking.notices.terms import Message
from booking.webhooks.models import WebhookDelivery, WebhookEndpoint
from booking.webhooks.queries.endpoints import OPEN, due
from booking.webhooks.rules import is_given_up, next_try, pause
from booking.webhooks.terms import KEPT, LEASE, Claimed, DeliveryState, Off, Outcome

SWITCHED_OFF = "webhook_off"
_ENDPOINT, _DELIVERY = table_of(WebhookEndpoint).c, table_of(WebhookDelivery).c
_TAKEN = (_DELIVERY.id, _DELIVERY.message, _DELIVERY.endpoint_id, _DELIVERY.type, _DELIVERY.body, _DELIVERY.attempts)
_SIGNED = (_ENDPOINT.url, _ENDPOINT.code, _ENDPOINT.generation, _ENDPOINT.old_secret_until)


def claim(now: datetime, worker: str, limit: int) -> list[Claimed]:
    """Take the next message of up to `limit` endpoints; nobody else gets these before the lease ends."""
    waiting = (_DELIVERY.state.in_(OPEN), _DELIVERY.next_try_at <= now)
    chosen = select(_DELIVERY.id).where(_DELIVERY.id.in_(due(now)), *waiting).order_by(_DELIVERY.next_try_at)
    taken = chosen.limit(limit).with_for_update(skip_locked=True).cte("chosen")
    values = {"state": DeliveryState.SENDING, "claimed_by": worker, "next_try_at": now + LEASE}
    claimed = update(WebhookDelivery).where(_DELIVERY.id.in_(select(taken.c.id)))
    with transaction() as session:
        rows = session.execute(
            claimed.values(**values, attempts=_DELIVERY.attempts + 1).returning(*_TAKEN),
            execution_options={"synchronize_session": False},
        ).all()
        wanted = select(_ENDPOINT.id, *_SIGNED).where(_ENDPOINT.id.in_([row.endpoint_id for row in rows]))
        addresses = {row.id: row for row in session.execute(wanted)} if rows else {}
        return [_claimed(row, addresses[row.endpoint_id]) for row in rows]


def _claimed(row: Any, address: Any) -> Claimed:  # noqa: ANN401  rows of two tables
    signed = {name: getattr(address, name) for name in ("url", "code", "generation", "old_secret_until")}
    return Claimed(**row._mapping, **signed)  # noqa: SLF001  the public name of a row's columns


def settle(claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    """Record how the sending ended, whoever holds the message by now, and what that means for the endpoint."""
    last = {"status": outcome.status, "error": outcome.error, "took_ms": outcome.took_ms, "claimed_by": None}
    with transaction() as session:
        if outcome.arrived:
            done = {**last, "state": DeliveryState.DELIVERED, "delivered_at": now}
            _write(session, update(WebhookDelivery).where(_DELIVERY.id == claimed.id).values(done))
            well = {"failing_since": None, "failures": 0, "paused_until": None}
            failing = (_ENDPOINT.id == claimed.endpoint_id, _ENDPOINT.failing_since.is_not(None))
            _write(session, update(WebhookEndpoint).where(*failing).values(well))
            return
        later = None if outcome.is_gone else next_try(claimed.attempts, now)
        state = DeliveryState.QUEUED if later else DeliveryState.FAILED
        mine = (_DELIVERY.id == claimed.id, _DELIVERY.state == DeliveryState.SENDING)
        _write(
            session, update(WebhookDelivery).where(*mine).values({**last, "state": state, "next_try_at": later or now})
        )
        _weigh(session, claimed, outcome, now)


def _weigh(session: Session, claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    """Leave an endpoint alone for a while after a failure; switch it off where it is gone, or fails for days."""
    mine = _ENDPOINT.id == claimed.endpoint_id
    columns = (_ENDPOINT.failures, _ENDPOINT.failing_since, _ENDPOINT.off)
    row = session.execute(select(*columns).where(mine).with_for_update()).first()
    if row is None or row.off is not Off.NOT:
        return
    since = row.failing_since or now
    values = {"failures": row.failures + 1, "failing_since": since, "paused_until": now + pause(row.failures + 1)}
    off = Off.GONE if outcome.is_gone else Off.FAILING if is_given_up(since, now) else Off.NOT
    if off is not Off.NOT:
        values |= {"off": off, "version": _ENDPOINT.version + 1}
        _tell(session, claimed, off, now)
    _write(session, update(WebhookEndpoint).where(mine).values(values))


def _tell(session: Session, claimed: Claimed, off: Off, now: datetime) -> None:
    """Whoever has made the endpoint reads in a mail that it is off, and why."""
    subject, after = f"webhook:{claimed.code}", {"off": off.value}
    audit(session, at=now, actor="worker", action="webhook.switch_off", subject=subject, after=after)
    found = session.execute(
        select(Account.email, Account.name, Account.locale)
        .join(WebhookEndpoint, _ENDPOINT.made_by == Account.id)
        .where(_ENDPOINT.id == claimed.endpoint_id)
    ).one()
    host = claimed.url.split("/")[2]
    payload = {"name": found.name, "at": now.isoformat(), "host": host, "reason": off.value}
    note = Message(
        kind=SWITCHED_OFF,
        dedupe_key=f"{SWITCHED_OFF}:{claimed.message}:{claimed.attempts}",
        subject=subject,
        recipient=found.email,
        locale=found.locale or "en",
        payload={**payload, "url": public_url(f"/desk/webhooks/{claimed.code}")},
        due_at=now,
    )
    queue(session, [note])


def forget_old(now: datetime) -> None:
    """Drop the messages that were made a month ago, whatever became of them; for the worker, now and then."""
    with transaction() as session:
        _write(session, delete(WebhookDelivery).where(_DELIVERY.made_at < now - KEPT))


def has_old(session: Session, now: datetime) -> bool:
    """Whether there are any, asked without a lock."""
    oldest = session.scalar(select(_DELIVERY.made_at).order_by(_DELIVERY.id).limit(1))
    return oldest is not None and oldest < now - KEPT


def _write(session: Session, statement: Any) -> None:  # noqa: ANN401  an UPDATE or a DELETE
    session.execute(statement, execution_options={"synchronize_session": False})
