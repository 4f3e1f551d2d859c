"""How long the start page takes beside the API's answer to the same question, and what 300 times weigh.

The same season as in `bench_slots.py`: four weeks, four stations, 60 guides and speakers, 2,000 events, on SQLite.
"""

import os
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient
from season import EVENTS, FIRST_MONDAY, GUIDES, NOW, STATIONS, WEEKS, fill

from booking import clock, schema
from booking.app import create_app
from booking.db import db
from booking.settings import Settings

CALLS = 200 if os.environ.get("FULL") == "1" else 40
TIMES, MANY = 50, 300
AT_MOST, AT_MOST_KB = 3.0, 100
CLASS = {
    "size": 20,
    "youngest_age": 14,
    "from": FIRST_MONDAY.isoformat(),
    "to": (FIRST_MONDAY + timedelta(weeks=WEEKS, days=-1)).isoformat(),
    "time_zone": "Asia/Seoul",
}
QUESTIONS: dict[str, dict[str, object]] = {
    "one language": {"language": "fr"},
    "one station": {"language": "en", "station": "GVA"},
    "every language": {},
    "nothing fits": {"language": "pl"},
}


def timed(client: FlaskClient, *asked: tuple[str, dict[str, object]]) -> list[float]:
    """The median of each in milliseconds, called in turn, so that a slow moment of the machine meets all."""
    times: list[list[float]] = [[] for _ in asked]
    for _ in range(CALLS):
        for place, (path, query) in enumerate(asked):
            begun = time.perf_counter()
            client.get(path, query_string=query)
            times[place].append((time.perf_counter() - begun) * 1000)
    return [statistics.median(one) for one in times]


def weight(client: FlaskClient, query: dict[str, object]) -> tuple[int, float]:
    """How many times a page of at most 300 shows, and its kB."""
    page = client.get("/", query_string={**query, "limit": MANY})
    return page.text.count('name="slot"'), len(page.data) / 1000


def measure(client: FlaskClient, name: str, wish: dict[str, object]) -> None:
    """One line of the table."""
    query = {**CLASS, **wish}
    asked = ("/", {**query, "limit": TIMES}), ("/api/v1/slots", query)
    statuses = {client.get(path, query_string=values).status_code for path, values in asked}
    if statuses != {200}:
        raise SystemExit(f"{name}: answered {statuses}")
    page, api = timed(client, *asked)
    shown, kilobytes = weight(client, query)
    print(f"{name:20}{page:>9.1f}{api:>9.1f}{page / api:>7.1f}{shown:>14}{kilobytes:>8.1f}")


def main() -> None:
    """Build the season in a temporary database and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"BOOKING_SECRET_KEY": "k" * 40, "BOOKING_PUBLIC_URL": "http://localhost"}
        url = f"sqlite:///{Path(folder) / 'season.db'}"
        app = create_app(
            Settings.from_environment(environment, database_url=url, instance_dir=Path(folder), rate_limits=False)
        )
        with app.app_context(), clock.frozen(NOW):
            with db.engine.begin() as connection:
                schema.upgrade(connection)
            fill()
            print(f"{len(STATIONS)} stations, {GUIDES} guides, {EVENTS} events, {WEEKS} weeks; {CALLS} calls each, p50")
            print(f"{'':20}{'page ms':>9}{'API ms':>9}{'ratio':>7}{'times shown':>14}{'kB':>8}")
            for name, wish in QUESTIONS.items():
                measure(app.test_client(), name, wish)
            print(f"{TIMES} times each, at most {AT_MOST:g}; up to {MANY} times under {AT_MOST_KB} kB")
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
