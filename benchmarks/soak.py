"""A steady day: 20 bookings a second for ten minutes, the report of all years computed over and over beside them.

`python soak.py [MINUTES] [sqlite|postgresql]...` prints for each database how many were booked, how long the slowest
took (from the moment at which a client wanted to book, so that a queue shows), and what must be 0: answers that are no
booking, locks that were given up, deadlocks. The report runs in a process of its own, as another one of the site would.
"""

import asyncio
import multiprocessing
import re
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from multiprocessing.synchronize import Event as Stop
from pathlib import Path

from bench_bookings import _event, percentile
from clients import ANSWERED_WITHIN_S, answer, request
from databases import KINDS, databases
from flask import Flask
from servers import SECRET, product
from sqlalchemy import create_engine, select, text
from years import fill_years

from booking.app import create_app
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import db, table_of, transaction
from booking.reporting.services.reading import report
from booking.reporting.terms import Filters, Period
from booking.scheduling.models import Event
from booking.settings import Settings

RATE, MINUTES, YEARS = 20, 10.0, 10_000  # bookings a second; events of five years, each with ten groups
LINES, FUTURE = 16, 400
SLOWEST_S = 2.0
LOST = re.compile("database is locked|deadlock|Traceback", re.IGNORECASE)


def application(url: str, folder: Path) -> Flask:
    """The site's own application on this database, in this process."""
    environment = {"BOOKING_SECRET_KEY": SECRET, "BOOKING_PUBLIC_URL": "http://localhost"}
    return create_app(Settings.from_environment(environment, database_url=url, instance_dir=folder))


def furnish(url: str, folder: Path) -> None:
    """Five years, and in four weeks events that never fill."""
    app = application(url, folder)
    with app.app_context():
        fill_years(YEARS)
        today = datetime.now(UTC).date()
        first = datetime.combine(today + timedelta(weeks=4, days=-today.weekday()), clock_time(8), UTC)
        with transaction() as session:
            virtual = table_of(Offering).c.format == Format.VIRTUAL_LIVE
            offering = session.execute(select(table_of(Offering)).where(virtual).limit(1)).one()
            zone = session.scalar(select(Station.time_zone).where(Station.id == offering.station_id))
            kept = {"station_id": offering.station_id, "offering_id": offering.id, "time_zone": zone}
            rows = [{**_event(n, first + timedelta(minutes=15 * n)), **kept} for n in range(3, FUTURE + 3)]
            for row in rows:
                del row["id"]
            session.execute(table_of(Event).insert(), rows)
        db.engine.dispose()


def report_all(url: str, folder: str, stop: Stop, made: "multiprocessing.Queue[float]") -> None:
    """Compute the report of all years until it ends; how long each took, in seconds."""
    app = application(url, Path(folder))
    with app.app_context():
        while not stop.is_set():
            began = time.perf_counter()
            report(Filters(Period(date(2022, 1, 1), date(2026, 12, 31))), datetime.now(UTC), "en")
            db.session.remove()
            made.put(time.perf_counter() - began)


async def line(port: int, due: "asyncio.Queue[tuple[float, int]]", seen: Counter[str], took: list[float]) -> None:
    """A connection on which one booking after the other is asked for, each at its time or as soon as can be."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (wanted := await due.get())[1] >= 0:
        at, number = wanted
        writer.write(request("soak", number, f"HOT-{number % FUTURE + 3}"))
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            status, _body = await answer(reader)
        seen[status] += 1
        took.append(time.perf_counter() - at)
    writer.close()


async def book(port: int, seconds: float, seen: Counter[str], took: list[float]) -> None:
    """So many bookings a second, whether or not those before were answered."""
    due: asyncio.Queue[tuple[float, int]] = asyncio.Queue()
    async with asyncio.TaskGroup() as lines:
        for _ in range(LINES):
            lines.create_task(line(port, due, seen, took))
        began = time.perf_counter()
        for number in range(int(seconds * RATE)):
            at = began + number / RATE
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            due.put_nowait((at, number))
        for _ in range(LINES):
            due.put_nowait((0.0, -1))


def soaked(kind: str, url: str, folder: Path, seconds: float) -> bool:
    """One database; whether all was as it must be."""
    furnish(url, folder)
    context = multiprocessing.get_context("spawn")
    stop, made = context.Event(), context.Queue()
    seen, took = Counter[str](), list[float]()
    with product(url, folder) as server, server.running():
        reporter = context.Process(target=report_all, args=(url, str(folder), stop, made), daemon=True)
        reporter.start()
        asyncio.run(book(server.port, seconds, seen, took))
        stop.set()
        reporter.join(60)
    reports = [made.get() for _ in range(made.qsize())]
    lost = sum(len(LOST.findall(log.read_text())) for log in folder.glob("product-*.log"))
    deadlocks = _deadlocks(url)
    ms = [one * 1000 for one in took]
    p50, p99, slowest = percentile(ms, 50), percentile(ms, 99), max(ms)
    longest = max(reports, default=0.0)
    print(f"{kind:12}{dict(seen)}: p50 {p50:.0f} ms, p99 {p99:.0f} ms, slowest {slowest:.0f} ms")
    print(f"{'':12}{len(reports)} reports, {longest:.1f} s at most; {lost} given up, {deadlocks} deadlocks", flush=True)
    return set(seen) == {"201"} and not lost and not deadlocks and max(took) < SLOWEST_S


def _deadlocks(url: str) -> int:
    if url.startswith("sqlite"):
        return 0
    engine = create_engine(url)
    with engine.connect() as connection:
        asked = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(connection.scalar(asked) or 0)


def main() -> None:
    """Each database in turn; exit 1 where something was not as it must be."""
    words = sys.argv[1:]
    minutes = float(words.pop(0)) if words and words[0] not in KINDS else MINUTES
    print(f"{RATE} bookings a second for {minutes:g} minutes, beside reports over {YEARS * 10:,} bookings")
    with tempfile.TemporaryDirectory() as name, databases(Path(name), ("soak",)) as made:
        well = []
        for kind in words or KINDS:
            folder = Path(name) / kind
            folder.mkdir()
            well.append(soaked(kind, made[kind]["soak"], folder, minutes * 60))
    print(f"aims: every answer a booking, nothing given up, no deadlock, the slowest under {SLOWEST_S:g} s")
    sys.exit(0 if all(well) else 1)


if __name__ == "__main__":
    main()
