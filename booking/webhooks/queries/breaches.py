"""What must never be of webhooks, as statements that find it (`booking check`)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Text, and_, cast, func, not_, select

from booking.db import table_of
from booking.webhooks.models import UntoldChange, WebhookDelivery, WebhookEndpoint
from booking.webhooks.terms import DeliveryState

_HOOK, _SENT, _UNTOLD = table_of(WebhookEndpoint).c, table_of(WebhookDelivery).c, table_of(UntoldChange).c
A_DAY = timedelta(days=1)


def untold_changes(now: datetime) -> Select[Any]:
    """Changes of which no message has been made for a day: thing, which, at."""
    which = func.coalesce(func.nullif(_UNTOLD.name, ""), cast(_UNTOLD.row_id, Text)).label("which")
    thing = cast(_UNTOLD.thing, Text).label("thing")
    return select(thing, which, _UNTOLD.at).where(_UNTOLD.at < now - A_DAY).order_by(_UNTOLD.id)


def untaken_messages(_now: datetime) -> Select[Any]:
    """Messages that are said to have arrived, and were answered otherwise: message, status."""
    well = and_(_SENT.status.is_not(None), _SENT.status >= 200, _SENT.status < 300)  # noqa: PLR2004  2xx
    arrived = _SENT.state == DeliveryState.DELIVERED
    return select(_SENT.message, _SENT.status).where(arrived, not_(well)).order_by(_SENT.id)


def unsaid_failures(_now: datetime) -> Select[Any]:
    """Endpoints that fail, and nobody knows since when, or the other way round: code, failures."""
    differs = (_HOOK.failures > 0) != _HOOK.failing_since.is_not(None)
    return select(_HOOK.code, _HOOK.failures).where(differs).order_by(_HOOK.code)
