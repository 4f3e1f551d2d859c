"""What a process that sends webhooks for test_webhooks.py does; it may die as by kill -9.

Mode "before mark" dies when the receiver has answered and the database does not know it yet, "after claim" before it
sends, "careless" claims without saying so to anybody, which is the negative control.
"""

import os
import signal
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from booking.app import create_app
from booking.db import db
from booking.settings import Settings
from booking.webhooks import sending
from booking.webhooks.models import WebhookDelivery, WebhookEndpoint
from booking.webhooks.queries.endpoints import due
from booking.webhooks.services.sending import claim
from booking.webhooks.terms import Claimed


def die(*_args: object) -> None:
    """Leave as by kill -9: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def claim_and_die(now: datetime, worker: str, limit: int) -> list[Claimed]:
    """Die holding messages of which nothing was sent."""
    if claim(now, worker, limit):
        die()
    return []


def claim_carelessly(now: datetime, _worker: str, _limit: int) -> list[Claimed]:
    """Read what is due and take it, without saying so to anybody."""
    columns = [getattr(WebhookDelivery, name) for name in ("id", "message", "endpoint_id", "type", "body", "attempts")]
    signed = [getattr(WebhookEndpoint, name) for name in ("url", "code", "generation", "old_secret_until")]
    wanted = select(*columns, *signed).join(WebhookEndpoint).where(WebhookDelivery.id.in_(due(now)))
    return [Claimed(**row) for row in db.session.execute(wanted).mappings()]


def send(database: str, folder: Path, seconds: float, mode: str) -> None:
    """Send for so many seconds, as told."""
    environment = {"BOOKING_SECRET_KEY": "k" * 40}
    given = {"database_url": database, "instance_dir": folder, "webhooks_inside": True}
    app = create_app(Settings.from_environment(environment, **given))
    parts = vars(sending)
    if mode == "before mark":
        parts["settle"] = die
    elif mode == "after claim":
        parts["claim"] = claim_and_die
    elif mode == "careless":
        parts["claim"] = claim_carelessly
    sending.Sender(app).run(seconds)
