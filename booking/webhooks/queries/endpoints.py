"""Endpoints and their messages, as the desk and the API see them, and what is to be done for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from booking.db import table_of
from booking.webhooks.models import UntoldChange, WebhookDelivery, WebhookEndpoint
from booking.webhooks.terms import DeliveryState, Off

_ENDPOINT, _DELIVERY = table_of(WebhookEndpoint).c, table_of(WebhookDelivery).c
OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Listed:
    """An endpoint, without its secret."""

    id: int
    code: str
    url: str
    description: str
    stations: tuple[str, ...]
    types: tuple[str, ...]
    made_at: datetime
    old_secret_until: datetime | None
    off: Off
    failing_since: datetime | None
    version: int
    queued: int
    """Messages that wait."""
    failed: int
    """Messages that were given up."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to an endpoint, without its body."""

    id: int
    endpoint_id: int
    message: str
    type: str
    subject: str
    made_at: datetime
    state: DeliveryState
    attempts: int
    next_try_at: datetime
    status: int | None
    error: str
    took_ms: int | None
    delivered_at: datetime | None


def endpoints(session: Session, codes: frozenset[str] | None) -> list[Listed]:
    """The endpoints whose stations all are among these (None: every endpoint), oldest first; one statement."""
    found = [_listed(row) for row in session.execute(_counted().order_by(_ENDPOINT.id)).mappings()]
    return [one for one in found if is_in_reach(one.stations, codes)]


def endpoint(session: Session, code: str) -> Listed | None:
    """One endpoint by its code."""
    row = session.execute(_counted().where(_ENDPOINT.code == code)).mappings().first()
    return _listed(row) if row else None


def is_in_reach(stations: tuple[str, ...], codes: frozenset[str] | None) -> bool:
    """Whether who looks after these stations (None: all) looks after the endpoint: one for all is for those of all."""
    return codes is None or (bool(stations) and set(stations) <= codes)


def _counted() -> Select[Any]:
    def count(*states: DeliveryState) -> ColumnElement[int]:
        rows = and_(_DELIVERY.endpoint_id == _ENDPOINT.id, _DELIVERY.state.in_(states))
        return select(func.count()).select_from(WebhookDelivery).where(rows).scalar_subquery()

    names = (
        *("id", "code", "url", "description", "stations", "types", "made_at"),
        *("old_secret_until", "off", "failing_since", "version"),
    )
    counts = (count(*OPEN).label("queued"), count(DeliveryState.FAILED).label("failed"))
    return select(*(_ENDPOINT[name] for name in names), *counts)


def _listed(row: RowMapping) -> Listed:
    values = dict(row)
    return Listed(**{**values, "stations": tuple(values["stations"]), "types": tuple(values["types"])})


_SHOWN = [_DELIVERY[name] for name in Delivery.__slots__]


def deliveries(session: Session, endpoint_id: int, limit: int, before: int | None = None) -> list[Delivery]:
    """The latest messages to an endpoint, newest first; `before`: an id to go on from."""
    wanted = select(*_SHOWN).where(_DELIVERY.endpoint_id == endpoint_id).order_by(_DELIVERY.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(_DELIVERY.id < before)
    return [Delivery(**row) for row in session.execute(wanted).mappings()]


def delivery(session: Session, message: str) -> tuple[Delivery, str] | None:
    """A message by its `webhook-id`, with the code of its endpoint."""
    wanted = select(*_SHOWN, _ENDPOINT.code).join_from(
        WebhookDelivery, WebhookEndpoint, _ENDPOINT.id == _DELIVERY.endpoint_id
    )
    row = session.execute(wanted.where(_DELIVERY.message == message)).mappings().first()
    if row is None:
        return None
    values = dict(row)
    code = str(values.pop("code"))
    return Delivery(**values), code


def listens(session: Session) -> bool:
    """Whether anything could have to be told or sent; asked without a lock."""
    return bool(session.scalar(select(exists().where(_ENDPOINT.off == Off.NOT))))


def untold(session: Session) -> bool:
    """Whether there are changes of which no message has been made."""
    return bool(session.scalar(select(exists().select_from(UntoldChange))))


def due(now: datetime) -> Select[tuple[int]]:
    """The next message of each endpoint that is due: one at a time, none while another of it is on its way."""
    other = aliased(WebhookDelivery)
    sending = exists().where(
        other.endpoint_id == _DELIVERY.endpoint_id, other.state == DeliveryState.SENDING, other.next_try_at > now
    )
    awake = (_ENDPOINT.off == Off.NOT, or_(_ENDPOINT.paused_until.is_(None), _ENDPOINT.paused_until <= now))
    return (
        select(func.min(_DELIVERY.id))
        .join_from(WebhookDelivery, WebhookEndpoint, _ENDPOINT.id == _DELIVERY.endpoint_id)
        .where(_DELIVERY.state.in_(OPEN), _DELIVERY.next_try_at <= now, *awake, ~sending)
        .group_by(_DELIVERY.endpoint_id)
    )


def anything_due(session: Session, now: datetime) -> bool:
    """Whether there is something to send; asked without a lock."""
    return session.execute(due(now).limit(1)).first() is not None
