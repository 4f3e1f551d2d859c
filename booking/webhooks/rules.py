"""Which kind of message a change is, who is told, when it is tried again, and how it is signed (Standard Webhooks)."""

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from booking.webhooks.terms import FAILING_AT_MOST, SCHEDULE, Change, Thing

SECRET_PREFIX = "whsec_"  # noqa: S105  how every secret of the specification begins
LONGEST_PAUSE = timedelta(minutes=5)

_BY_STATUS = {
    "requested": "booking.requested",
    "needs_information": "booking.needs_information",
    "proposed": "booking.proposed",
    "waiting": "booking.waiting",
    "confirmed": "booking.confirmed",
    "refused": "booking.refused",
    "withdrawn": "booking.withdrawn",
    "expired": "booking.expired",
    "cancelled_by_group": "booking.cancelled",
    "cancelled_by_station": "booking.cancelled",
}
_LIVE = frozenset({"requested", "needs_information", "proposed", "waiting", "confirmed"})
_NEVER_TOLD = frozenset({"", "on_hold"})
_OF_CLOSURE = {"made": "closure.announced", "lifted": "closure.lifted"}


def type_of(change: Change) -> str | None:
    """The kind of message that tells of a change; None where nobody outside is concerned."""
    if change.thing is Thing.BOOKING:
        return _of_booking(change)
    if change.thing is Thing.EVENT:
        return _of_event(change)
    if change.thing is Thing.CLOSURE:
        return _OF_CLOSURE.get(change.became, "closure.changed")
    return "attendance.recorded"


def _of_booking(change: Change) -> str | None:
    if change.became != change.was:
        never_known = change.was in _NEVER_TOLD and change.became not in _LIVE
        return None if never_known else _BY_STATUS.get(change.became)
    if change.became not in _LIVE:
        return None
    return "booking.moved" if change.moved else "booking.changed"


def _of_event(change: Change) -> str:
    if not change.was:
        return "event.created"
    return "event.cancelled" if change.became == "cancelled" != change.was else "event.changed"


def concerns(stations: Iterable[str], station: str) -> bool:
    """Whether an endpoint for these stations (none: for all) is told about one of them."""
    chosen = frozenset(stations)
    return not chosen or station in chosen


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a message that did not arrive is tried again, after so many tries; None: it is given up."""
    return now + SCHEDULE[attempts - 1] if attempts <= len(SCHEDULE) else None


def pause(failures: int) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row: a slow one must not hold the senders."""
    return min(timedelta(seconds=5 * (1 << min(failures - 1, 10))), LONGEST_PAUSE)


def is_given_up(failing_since: datetime, now: datetime) -> bool:
    """Whether an endpoint that has taken nothing for so long is switched off."""
    return now - failing_since >= FAILING_AT_MOST


def written(key: bytes) -> str:
    """A secret as its receiver is given it."""
    return SECRET_PREFIX + base64.b64encode(key).decode()


def signatures(secrets: Iterable[str], message: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature for each secret that holds, the newest first."""
    signed = f"{message}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
