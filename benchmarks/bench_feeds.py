"""How long a guide's feed of 1,000 events takes: written for the first time, from what is kept, and not sent (304).

The yardstick is icalendar's own writing of the same calendar in the same run: the same properties added to its
components, then to_ical(). Run `make benchmark`, or this file alone with a number of rounds.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from databases import KINDS, databases
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from season import fill
from sqlalchemy import delete, event, insert, update

from booking import clock
from booking.app import create_app
from booking.bookings.models import Booking, Organisation
from booking.bookings.terms import BookingStatus, OrganisationType
from booking.db import db, table_of, transaction
from booking.scheduling import models
from booking.scheduling.feed_links import feed_url
from booking.settings import Settings

ROUNDS = int(sys.argv[1]) if sys.argv[1:] else 9
EVENTS = 1_000
NOW = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)  # in the first week of the season
GUIDE, FEED = 1, 1
TIMES = ("DTSTAMP", "DTSTART", "DTEND", "LAST-MODIFIED")
TEXTS = ("UID", "SEQUENCE", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "URL")


def crowd() -> None:
    """A guide with 1,000 events, each with a group, and a feed."""
    events, bookings = table_of(models.Event), table_of(Booking)
    with transaction() as session:
        ids = list(session.scalars(db.select(events.c.id).order_by(events.c.id).limit(EVENTS)))
        session.execute(delete(table_of(models.Assignment)))
        given = [
            {"event_id": number, "guide_id": GUIDE, "starts_at": at, "busy_until": at + timedelta(minutes=30)}
            for place, number in enumerate(ids)
            for at in [NOW - timedelta(days=50) + place * timedelta(hours=10)]
        ]
        for one in given:
            moved = update(events).where(events.c.id == one["event_id"])
            room = f"https://meet.example.org/room-{one['event_id'] % 7}"
            session.execute(moved.values(starts_at=one["starts_at"], ends_at=one["busy_until"], meeting_url=room))
        session.execute(insert(table_of(models.Assignment)), given)
        school = {"id": 1, "name": "Haneulsaem Middle School", "name_key": "haneulsaem", "country": "KR"}
        session.execute(insert(table_of(Organisation)), [{**school, "type": OrganisationType.SCHOOL}])
        session.execute(insert(bookings), [_group(number) for number in ids])
        feed = {"id": FEED, "guide_id": GUIDE, "generation": 1, "created_at": NOW}
        session.execute(insert(table_of(models.CalendarFeed)), [feed])


def _group(event_id: int) -> dict[str, object]:
    return {
        "reference": f"VE-{event_id:06}",
        "event_id": event_id,
        "organisation_id": 1,
        "group_label": f"class {event_id}",
        "status": BookingStatus.CONFIRMED,
        "size": 28,
        "accompanying_adults": 2,
        "youngest_age": 13,
        "accessibility": ["live-captions", "slower-pace"],
        "note": "They have read about the Security Council and would like to ask about it.",
        "created_at": NOW,
        "changed_at": NOW,
    }


def forget() -> None:
    """Nothing is kept."""
    with transaction() as session:
        session.execute(delete(models.WrittenEntry))


def by_icalendar(entries: list[Event]) -> bytes:
    """The yardstick: the same entries written by icalendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//Yardstick//EN")
    calendar.add("version", "2.0")
    for entry in entries:
        copy = Event()
        for name in TIMES:
            copy.add(name, entry.decoded(name))
        for name in TEXTS:
            copy.add(name, str(entry[name]))
        copy.add("ORGANIZER", str(entry["ORGANIZER"]), parameters={"CN": entry["ORGANIZER"].params["CN"]})
        calendar.add_component(copy)
    return bytes(calendar.to_ical())


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def measure(kind: str, app: Flask) -> None:
    """The lines of one database."""
    client, path = app.test_client(), feed_url(FEED, 1).removeprefix("http://localhost")
    answer = client.get(path)
    entries = [one for one in Calendar.from_ical(answer.data).walk("VEVENT") if isinstance(one, Event)]
    if answer.status_code != 200 or len(entries) != EVENTS:
        sys.exit(f"{answer.status_code}, {len(entries)} entries")
    times: dict[str, list[float]] = {name: [] for name in ("icalendar", "first", "kept", "304")}
    for _ in range(ROUNDS):
        times["icalendar"].append(milliseconds(lambda: by_icalendar(entries)))
        forget()
        times["first"].append(milliseconds(lambda: client.get(path)))
        times["kept"].append(milliseconds(lambda: client.get(path)))
        tag = client.get(path).headers["ETag"]
        times["304"].append(milliseconds(partial(client.get, path, headers={"If-None-Match": tag})))
    yardstick = min(times["icalendar"])  # the best of each: on a busy machine the middle says how busy it is
    for name, found in times.items():
        middle, best = statistics.median(found), min(found)
        told = f"{kind:12}{name:12}{middle:>9.1f}{best:>9.1f}{best / yardstick:>8.2f}"
        print(f"{told}{statements(client, path, name):>12}")


def statements(client: FlaskClient, path: str, name: str) -> str:
    """How many statements one answer takes."""
    if name == "icalendar":
        return ""
    if name == "first":
        forget()
    heard: list[object] = []

    def hear(*told: object) -> None:
        heard.append(told[1])

    event.listen(db.engine, "before_execute", hear)
    client.get(path)
    event.remove(db.engine, "before_execute", hear)
    return str(len(heard))


def main() -> None:
    """Build the season in new databases and print the table."""
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder), ("feeds",)) as made:
        print(f"{EVENTS} events of a guide, each with a group; {ROUNDS} rounds, p50")
        print(f"{'':24}{'ms, p50':>9}{'best':>9}{'ratio':>8}{'statements':>12}")
        for kind in KINDS:
            environment = {"BOOKING_SECRET_KEY": "k" * 40, "BOOKING_PUBLIC_URL": "http://localhost"}
            values = {"database_url": made[kind]["feeds"], "instance_dir": Path(folder), "rate_limits": False}
            app = create_app(Settings.from_environment(environment, **values))
            with app.app_context(), clock.frozen(NOW):
                fill()
                crowd()
                measure(kind, app)
                db.session.remove()
                db.engine.dispose()


if __name__ == "__main__":
    main()
