"""The yardstick of bookings: a bare Flask view in the same server, which runs the statements of a booking and no more.

`python bare.py <database> <port>`: key, booking, outbox row, audit row and the conditional UPDATE, by SQLAlchemy Core
in one transaction. It reads nothing, decides nothing, checks nothing, and tells nobody.
"""

import hashlib
import secrets
import sys
import threading
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Flask, Response, json, request
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from sqlalchemy import Connection, Engine, create_engine, insert, update

from booking.accounts.models import AuditEntry
from booking.app import BODY_LIMIT
from booking.bookings.models import Booking, IdempotencyKey
from booking.bookings.terms import BookingStatus
from booking.db import IMMEDIATE, engine_options, table_of
from booking.http.gateway import Gateway
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Event
from booking.server import THREADS, WEB_PROCESSES

KEY, BOOKING, NOTICE, AUDIT = map(table_of, (IdempotencyKey, Booking, Notice, AuditEntry))
EVENT = table_of(Event)


def book(connection: Connection, asked: dict[str, Any], key: str) -> dict[str, Any] | None:
    """The statements of a booking in an open event; None where no place is left."""
    now, reference, code = datetime.now(UTC), secrets.token_hex(8), asked["slot"].removeprefix("e.")
    answer = {"reference": reference, "status": "confirmed", "event_id": code, "size": asked["size"]}
    digest = hashlib.sha256(key.encode()).hexdigest()
    kept = {"key_hash": digest, "request_hash": digest, "reference": reference}
    connection.execute(insert(KEY), {**kept, "answer": json.dumps(answer), "created_at": now})
    event_id = int(code.removeprefix("HOT-"))  # the codes of the benchmark hold the id
    connection.execute(insert(BOOKING), {**_booking(asked, now), "reference": reference, "event_id": event_id})
    connection.execute(insert(NOTICE), _notice(asked, reference, now))
    change = {"at": now, "actor": "group", "action": "booking.book", "subject": f"booking:{reference}"}
    connection.execute(insert(AUDIT), {**change, "after": answer})
    places = (
        update(EVENT)
        .where(EVENT.c.id == event_id, EVENT.c.version == 1, EVENT.c.status == "open")
        .where(EVENT.c.taken + asked["size"] <= EVENT.c.capacity)
        .values(taken=EVENT.c.taken + asked["size"])
    )
    return answer if connection.execute(places).rowcount == 1 else None


def _booking(asked: dict[str, Any], now: datetime) -> dict[str, object]:
    return {
        "is_individual": True,
        "organisation_id": 1,
        "status": BookingStatus.CONFIRMED,
        "size": asked["size"],
        "youngest_age": asked["youngest_age"],
        "language": "en",
        "contact_name": asked["contact"]["name"],
        "contact_email": asked["contact"]["email"],
        "time_zone": asked["contact"]["time_zone"],
        "technical_name": asked["technical_contact"]["name"],
        "technical_email": asked["technical_contact"]["email"],
        "accessibility": [],
        "created_at": now,
        "changed_at": now,
    }


def _notice(asked: dict[str, Any], reference: str, now: datetime) -> dict[str, object]:
    return {
        "kind": "booking_confirmed",
        "dedupe_key": reference,
        "subject": f"booking:{reference}",
        "recipient": asked["contact"]["email"],
        "locale": "en",
        "payload": asked,
        "message_id": f"<{reference}@example.org>",
        "due_at": now,
        "state": NoticeState.QUEUED,
        "attempts": 0,
        "next_try_at": now,
    }


def make_app(engine: Engine) -> Flask:
    """The application with its one view."""
    app = Flask("bare")
    is_sqlite = engine.dialect.name == "sqlite"
    options = {IMMEDIATE: True} if is_sqlite else {}
    lock = threading.Lock() if is_sqlite else nullcontext()  # without it SQLite's own waiting starves writers

    @app.post("/api/v1/bookings")
    def view() -> Response:
        asked, key = request.get_json(), request.headers["Idempotency-Key"]
        with lock, engine.connect().execution_options(**options) as connection:
            answer = book(connection, asked, key)
            if answer:
                connection.commit()
        return Response(json.dumps(answer), 201 if answer else 409, mimetype="application/json")

    return app


def gateway(url: str) -> Gateway:
    """What one process serves."""
    app = make_app(create_engine(url, **engine_options(url)))
    return Gateway(app, threads=THREADS, body_limit=BODY_LIMIT, body_seconds=30)


def main(url: str, port: int) -> None:
    """Serve as `booking run` does, with as many processes and threads."""
    server = Granian(
        "bare:gateway",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        workers=WEB_PROCESSES[url.partition(":")[0].partition("+")[0]],
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    )
    server.serve(target_loader=partial(gateway, url), wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
