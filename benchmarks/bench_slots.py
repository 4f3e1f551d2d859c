"""How long a page of times takes: four weeks, four stations, 60 guides and speakers, 2,000 events, on SQLite.

The yardstick is a bare view that runs the same statements by SQLAlchemy Core, reads every row and writes the same JSON.
Run `make benchmark`, or this file alone with a number of calls: `.venv/bin/python benchmarks/bench_slots.py 200`.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, json
from flask.testing import FlaskClient
from season import EVENTS, FIRST_MONDAY, GUIDES, NOW, STATIONS, WEEKS, fill
from sqlalchemy import event
from sqlalchemy.engine import Connection

from booking import clock, schema
from booking.accounts.access import open_to
from booking.app import create_app
from booking.db import db
from booking.settings import Settings

CALLS = int(sys.argv[1]) if sys.argv[1:] else 60
CLASS = {
    "size": 20,
    "youngest_age": 14,
    "from": FIRST_MONDAY.isoformat(),
    "to": (FIRST_MONDAY + timedelta(weeks=WEEKS, days=-1)).isoformat(),
    "time_zone": "Asia/Seoul",
}
QUESTIONS: dict[str, dict[str, object]] = {
    "one language": {"language": "fr"},
    "two languages, our hours": {"language": ["ko", "en"], "hours": "09:00-18:00", "weekdays": "mo,tu,we,th,fr"},
    "one station, on site": {"language": "en", "station": "GVA", "format": "in-person"},
    "every language": {},
    "nothing fits": {"language": "pl"},
}
Statements = list[tuple[object, object]]
YARDSTICKS: dict[str, tuple[Statements, object]] = {}


@contextmanager
def heard() -> Iterator[Statements]:
    """The statements that run meanwhile, with their values."""
    found: Statements = []

    def keep(_connection: Connection, statement: object, multi: object, params: object, _options: object) -> None:
        found.append((statement, params or multi or {}))

    event.listen(db.engine, "before_execute", keep)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_execute", keep)


def bare(app: Flask, known: dict[str, tuple[Statements, object]]) -> None:
    """The yardstick: a view that reads the rows of a question and writes its JSON, and thinks nothing."""

    def view(name: str) -> Response:
        statements, body = known[name]
        session = db.session()
        for statement, values in statements:
            session.execute(statement, values).all()
        return Response(json.dumps(body), mimetype="application/json")

    app.add_url_rule("/bare/<name>", "bare", open_to("everybody")(view))


def timed(clients: list[tuple[FlaskClient, str, object]]) -> list[float]:
    """The median of each in milliseconds, called in turn, so that a slow moment of the machine meets all."""
    times: list[list[float]] = [[] for _ in clients]
    for _ in range(CALLS):
        for place, (client, path, query) in enumerate(clients):
            begun = time.perf_counter()
            status = client.get(path, query_string=query).status_code
            times[place].append((time.perf_counter() - begun) * 1000)
            if status != 200:
                sys.exit(f"{path} answered {status}")
    return [statistics.median(one) for one in times]


def measure(app: Flask, name: str, wish: dict[str, object]) -> None:
    """One line of the table."""
    client, query, path = app.test_client(), {**CLASS, **wish}, f"/bare/{name}"
    client.get("/api/v1/slots", query_string=query)
    with app.app_context(), heard() as statements:
        answer = client.get("/api/v1/slots", query_string=query)
    YARDSTICKS[name] = (statements, answer.json)
    ours, yardstick = timed([(client, "/api/v1/slots", query), (client, path, {})])
    slots, size = len(answer.json["slots"]), len(answer.data) / 1000
    print(f"{name:26}{slots:>6}{len(statements):>11}{ours:>9.1f}{yardstick:>12.1f}{ours / yardstick:>7.1f}{size:>8.1f}")


def main() -> None:
    """Build the season in a temporary database and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'season.db'}"
        environment = {"BOOKING_SECRET_KEY": "k" * 40, "BOOKING_PUBLIC_URL": "http://localhost"}
        settings = Settings.from_environment(
            environment, database_url=url, instance_dir=Path(folder), rate_limits=False
        )
        app = create_app(settings)
        bare(app, YARDSTICKS)
        with app.app_context(), clock.frozen(NOW):
            with db.engine.begin() as connection:
                schema.upgrade(connection)
            fill()
            print(f"{len(STATIONS)} stations, {GUIDES} guides, {EVENTS} events, {WEEKS} weeks; {CALLS} calls each, p50")
            print(f"{'':26}{'times':>6}{'statements':>11}{'ms':>9}{'bare, ms':>12}{'ratio':>7}{'kB':>8}")
            for name, wish in QUESTIONS.items():
                measure(app, name, wish)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
