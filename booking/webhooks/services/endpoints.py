"""Make, change, switch and drop endpoints; another secret, a test message, a message once more."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.db import table_of, transaction
from booking.webhooks.keys import secret_of
from booking.webhooks.models import WebhookDelivery, WebhookEndpoint
from booking.webhooks.services.telling import message, write
from booking.webhooks.terms import SECRETS_OVERLAP, TEST, DeliveryState, Off, Subject, Wish

_ENDPOINT, _DELIVERY = table_of(WebhookEndpoint).c, table_of(WebhookDelivery).c


class ChangedMeanwhile(Exception):
    """Somebody else has changed the endpoint, or it is gone: nothing is written."""


def register(wish: Wish, account_id: int, *, now: datetime, actor: str) -> tuple[str, str]:
    """Make an endpoint; its code, and its secret, which is not shown again."""
    made = WebhookEndpoint(
        code=f"wh_{secrets.token_hex(8)}",
        url=wish.url,
        description=wish.description,
        stations=list(wish.stations),
        types=list(wish.types),
        made_by=account_id,
        made_at=now,
    )
    with transaction() as session:
        session.add(made)
        session.flush()
        _trail(session, made.code, "webhook.make", now, actor, after=_seen(wish))
    return made.code, secret_of(made.code, 1)


def change(code: str, wish: Wish, version: int, *, now: datetime, actor: str) -> None:
    """Tell another address, or of other things; ChangedMeanwhile where `version` is not the present one."""
    values = {"url": wish.url, "description": wish.description}
    lists = {"stations": list(wish.stations), "types": list(wish.types)}
    with transaction() as session:
        before = _changed(session, code, version, {**values, **lists})
        _trail(session, code, "webhook.change", now, actor, before=before, after=_seen(wish))


def switch(code: str, version: int | None = None, *, on: bool, now: datetime, actor: str) -> None:
    """Send again, or send nothing more; what waits stays, and goes when it is on again.

    ChangedMeanwhile where a version is given and is not the present one, or where the endpoint is gone.
    """
    off = Off.NOT if on else Off.BY_HAND
    values: dict[str, Any] = {"off": off, "failing_since": None, "failures": 0, "paused_until": None}
    with transaction() as session:
        _changed(session, code, version, values)
        _trail(session, code, "webhook.switch_on" if on else "webhook.switch_off", now, actor, after={"off": off.value})


def _changed(session: Session, code: str, version: int | None, values: Mapping[str, Any]) -> dict[str, Any]:
    mine = [_ENDPOINT.code == code]
    if version is not None:
        mine.append(_ENDPOINT.version == version)
    columns = (_ENDPOINT.description, _ENDPOINT.stations, _ENDPOINT.types)
    row = session.execute(select(*columns).where(*mine).with_for_update()).mappings().first()
    if row is None:
        raise ChangedMeanwhile
    done = update(WebhookEndpoint).where(*mine).values({**values, "version": _ENDPOINT.version + 1})
    session.execute(done, execution_options={"synchronize_session": False})
    return dict(row)


def new_secret(code: str, *, now: datetime, actor: str) -> str:
    """Another secret; the one before signs too for a day, so that the receiver can change over at its leisure."""
    with transaction() as session:
        wanted = select(_ENDPOINT.generation).where(_ENDPOINT.code == code).with_for_update()
        generation = session.scalar(wanted)
        if generation is None:
            raise ChangedMeanwhile
        values = {"generation": generation + 1, "old_secret_until": now + SECRETS_OVERLAP}
        done = update(WebhookEndpoint).where(_ENDPOINT.code == code)
        session.execute(done.values({**values, "version": _ENDPOINT.version + 1}))
        _trail(session, code, "webhook.new_secret", now, actor, after={"generation": generation + 1})
    return secret_of(code, generation + 1)


def drop(code: str, *, now: datetime, actor: str) -> None:
    """Take an endpoint away, with its messages; one that is on its way may still arrive."""
    with transaction() as session:
        found = session.scalar(select(_ENDPOINT.id).where(_ENDPOINT.code == code).with_for_update())
        if found is None:
            raise ChangedMeanwhile
        session.execute(delete(WebhookDelivery).where(_DELIVERY.endpoint_id == found))
        session.execute(delete(WebhookEndpoint).where(_ENDPOINT.id == found))
        _trail(session, code, "webhook.drop", now, actor)


def send_test(code: str, *, now: datetime, actor: str) -> str:
    """Queue a message that tells nothing, whatever the endpoint has chosen; its id."""
    subject = Subject(f"webhook:{code}", "", {"webhook": code})
    with transaction() as session:
        found = session.scalar(select(_ENDPOINT.id).where(_ENDPOINT.code == code))
        if found is None:
            raise ChangedMeanwhile
        row = message(found, TEST, subject, now.astimezone(UTC), now)
        write(session, [row])
        _wake(session, found)
        _trail(session, code, "webhook.test", now, actor)
    return str(row["message"])


def send_again(sent: str, code: str, *, now: datetime, actor: str) -> bool:
    """Queue a message that arrived or was given up once more, under its own id; False where it is on its way anyway."""
    ended = (DeliveryState.DELIVERED, DeliveryState.FAILED)
    afresh = {"state": DeliveryState.QUEUED, "attempts": 0, "next_try_at": now, "delivered_at": None}
    with transaction() as session:
        mine = update(WebhookDelivery).where(_DELIVERY.message == sent, _DELIVERY.state.in_(ended))
        queued = mine.values(afresh).returning(_DELIVERY.endpoint_id)
        endpoint_id = session.scalar(queued, execution_options={"synchronize_session": False})
        if endpoint_id is None:
            return False
        _wake(session, endpoint_id)
        _trail(session, code, "webhook.send_again", now, actor, after={"message": sent})
    return True


def _wake(session: Session, endpoint_id: int) -> None:
    """Who asks for a message does not wait for the end of a pause."""
    mine = update(WebhookEndpoint).where(_ENDPOINT.id == endpoint_id)
    session.execute(mine.values(paused_until=None), execution_options={"synchronize_session": False})


def _seen(wish: Wish) -> dict[str, Any]:
    """What the trail keeps: not the address, which may hold a secret."""
    return {"description": wish.description, "stations": list(wish.stations), "types": list(wish.types)}


def _trail(
    session: Session,
    code: str,
    action: str,
    now: datetime,
    actor: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    audit(session, at=now, actor=actor, action=action, subject=f"webhook:{code}", before=before, after=after)
