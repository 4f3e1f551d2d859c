"""The desk's board of a week with 500 events: statements, milliseconds, and how many bare queries that is worth.

The season of `bench_slots.py`: four weeks, four stations, 60 guides and speakers, 2,000 events, on SQLite.
"""

import os
import secrets
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient
from season import EVENTS, FIRST_MONDAY, NOW, STATIONS, WEEKS, fill
from sqlalchemy import event, insert, text

from booking import clock, schema
from booking.accounts import identity
from booking.accounts.models import Account, AccountRole, SignIn
from booking.accounts.queries import token_hash
from booking.accounts.terms import Role
from booking.app import create_app
from booking.db import db, transaction
from booking.settings import Settings

CALLS = 200 if os.environ.get("FULL") == "1" else 40
AT_MOST = 10
BARE = text("SELECT station_id, language, count(*), sum(taken) FROM event GROUP BY station_id, language")
PAGES = {
    "board": "/desk/?week={week}",
    "events, a page": "/desk/events?week={week}",
    "requests": "/desk/requests?all=1",
}


def coordinator(client: FlaskClient) -> FlaskClient:
    """A browser that is signed in as a coordinator of all stations."""
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        person = {"email": "ilse@example.org", "created_at": NOW, "totp_generation": 1, "totp_confirmed_at": NOW}
        account = session.execute(insert(Account).values(person).returning(Account.id)).scalar_one()
        session.execute(insert(AccountRole), {"account_id": account, "role": Role.COORDINATOR, "station_code": ""})
        row = {"token_hash": token_hash(token), "account_id": account, "created_at": NOW, "seen_at": NOW}
        session.execute(insert(SignIn), {**row, "expires_at": NOW + timedelta(days=1), "second_factor_at": NOW})
    with client.session_transaction() as kept:
        kept[identity.SIGN_IN] = token
    return client


def bare() -> float:
    """The median of the one query that counts the week's events, in milliseconds."""
    times = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        db.session.execute(BARE).all()
        times.append((time.perf_counter() - begun) * 1000)
    db.session.rollback()
    return statistics.median(times)


def measure(client: FlaskClient, name: str, path: str, yardstick: float) -> int:
    """One line of the table; how many statements it took."""
    told: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: told.append(args[2]))
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{name}: answered {answer.status_code}")
    statements, times = sum(1 for one in told if one.lstrip().upper().startswith("SELECT")), []
    for _ in range(CALLS):
        begun = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - begun) * 1000)
    middle = statistics.median(times)
    print(f"{name:20}{statements:>11}{middle:>9.1f}{middle / yardstick:>9.1f}{len(answer.data) / 1000:>8.1f}")
    return statements


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
            client, yardstick = coordinator(app.test_client()), bare()
            print(f"{len(STATIONS)} stations, {EVENTS // WEEKS} events in the week; {CALLS} calls each, p50")
            print(f"{'':20}{'statements':>11}{'ms':>9}{'ratio':>9}{'kB':>8}")
            week = f"{FIRST_MONDAY:%G-W%V}"
            most = max(measure(client, name, path.format(week=week), yardstick) for name, path in PAGES.items())
            print(f"a bare query that counts by station and language: {yardstick:.2f} ms; at most {AT_MOST} statements")
            db.session.remove()
            db.engine.dispose()
    if most > AT_MOST:
        raise SystemExit(f"{most} statements")


if __name__ == "__main__":
    main()
