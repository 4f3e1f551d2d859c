"""Secrets of endpoints: derived from the server's key, so that none is stored; shown once, when they are made."""

import hmac
from datetime import datetime

from flask import current_app

from booking.webhooks.rules import written


def secret_of(code: str, generation: int) -> str:
    """The secret of an endpoint, `whsec_` and 32 bytes in base64; a new generation has another."""
    key: str = current_app.extensions["booking.settings"].secret_key
    return written(hmac.digest(key.encode(), f"webhook|{code}|{generation}".encode(), "sha256"))


def secrets_of(code: str, generation: int, old_until: datetime | None, now: datetime) -> list[str]:
    """Those that sign now: the newest, and for a day the one before it."""
    newest = [secret_of(code, generation)]
    return [*newest, secret_of(code, generation - 1)] if old_until and old_until > now else newest
