"""The real thing: vdirsyncer subscribes to a guide's feed over HTTP, and khal shows what it has brought."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from booking import clock
from booking.app import create_app
from booking.bookings.services.reschedule import move_event
from booking.catalogue.terms import Format
from booking.db import db, transaction
from booking.i18n import Translated
from booking.scheduling.feed_links import feed_url
from booking.scheduling.models import CalendarFeed, Event, Guide
from booking.scheduling.services.feeds import new_guide_address
from booking.scheduling.terms import EventStatus
from tests.builders import make_assignment, make_event, make_guide, make_offering, make_station
from tests.conftest import SECRET, settings_for
from tests.http.site import Site

pytestmark = pytest.mark.race  # several processes, and clocks that run: not part of the fast tests

VIENNA, NEW_YORK = ZoneInfo("Europe/Vienna"), ZoneInfo("America/New_York")
SYNC = """\
[general]
status_path = "{home}/status"
[pair tours]
a = "mine"
b = "feed"
collections = null
[storage mine]
type = "filesystem"
path = "{home}/calendar"
fileext = ".ics"
[storage feed]
type = "http"
url = "{url}"
"""
SHOW = """\
[calendars]
[[tours]]
path = {home}/calendar
type = calendar
[sqlite]
path = {home}/khal.db
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""


class Program:
    """A calendar program of somebody who has subscribed."""

    def __init__(self, home: Path, url: str) -> None:
        self._home, self._url = home, url
        (home / "calendar").mkdir(parents=True)
        (home / "sync").write_text(SYNC.format(home=home, url=url))
        self._run("vdirsyncer", "-c", str(home / "sync"), "discover")

    def sync(self) -> None:
        """Bring what the feed says."""
        self._run("vdirsyncer", "-c", str(self._home / "sync"), "sync")

    def shown(self, zone: str, since: datetime) -> list[str]:
        """Start, end and title of each entry from that day on, as khal prints them on the zone's clocks."""
        (self._home / "khal").write_text(SHOW.format(home=self._home, zone=zone))
        for kept in self._home.glob("khal.db*"):
            kept.unlink()  # it keeps times as another zone's clocks showed them
        form = ["--day-format", "", "--format", "{start-long} {end-long} {title} @ {location}"]
        text = self._run("khal", "-c", str(self._home / "khal"), "list", *form, f"{since:%Y-%m-%d}", "30d")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def _run(self, program: str, *arguments: str) -> str:
        places = {f"XDG_{name}_HOME": str(self._home) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
        done = subprocess.run(
            [str(Path(sys.executable).with_name(program)), *arguments],
            env={**os.environ, **places, "HOME": str(self._home), "PYTHONIOENCODING": "utf-8", "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def app(tmp_path: Path, sqlite_template: Path) -> Iterator[Flask]:
    """An application on a database file that a server of its own shares."""
    shutil.copy(sqlite_template, tmp_path / "booking.db")
    application = create_app(settings_for(f"sqlite:///{tmp_path / 'booking.db'}", tmp_path))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def noon_of_a_working_day(weeks: int, zone: ZoneInfo) -> datetime:
    """12:00 there on a Wednesday so many weeks from now."""
    today = clock.now().astimezone(zone).date()
    day = today + timedelta(days=(2 - today.weekday()) % 7, weeks=weeks)
    return datetime.combine(day, time(12), tzinfo=zone)


def events_of(guide: Guide) -> tuple[Event, Event, Event]:
    """Three tours: online in Vienna, on site in New York, and one that will be cancelled."""
    vienna, new_york = make_station("VIE"), make_station("NYC")
    online = make_offering(vienna, title=Translated("The Security Council"))
    on_site = make_offering(new_york, title=Translated("The General Assembly"), format=Format.IN_PERSON)
    events = (
        make_event(online, noon_of_a_working_day(3, VIENNA), meeting_url="https://meet.example.org/r1"),
        make_event(on_site, noon_of_a_working_day(4, NEW_YORK)),
        make_event(online, noon_of_a_working_day(5, VIENNA)),
    )
    for event in events:
        make_assignment(guide, event)
    return events


def written(times: Sequence[datetime], text: str) -> list[str]:
    """As khal writes an hour that begins then."""
    return [f"{at:%Y-%m-%d %H:%M} {at + timedelta(hours=1):%Y-%m-%d %H:%M} {text}" for at in times]


def test_a_moved_event_moves_a_cancelled_one_goes_and_zones_are_right(app: Flask, tmp_path: Path) -> None:
    guide = make_guide(make_station("GVA"))
    tour, there, off = events_of(guide)
    new_guide_address((guide.id, guide.code), now=clock.now(), actor="account:1")
    feed = db.session.scalars(select(CalendarFeed)).one()
    path = feed_url(feed.id, feed.generation).removeprefix("http://localhost")
    council, assembly = (
        "The Security Council, in English @ https://meet.example.org/r1",
        "The General Assembly, in English @ United Nations Headquarters, New York",
    )
    db.session.rollback()  # while we read the file, the site waits to keep what it has made of the feed
    with Site(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"], BOOKING_SECRET_KEY=SECRET) as site:
        program = Program(tmp_path / "program", f"http://127.0.0.1:{site.port}{path}")
        program.sync()
        first = tour.starts_at - timedelta(days=2)
        for zone in (VIENNA, NEW_YORK):
            begin = [one.starts_at.astimezone(zone) for one in (tour, there, off)]
            assert program.shown(zone.key, first) == [
                *written(begin[:1], council),
                *written(begin[1:2], assembly),
                *written(begin[2:], council.replace("https://meet.example.org/r1", "Online")),
            ]
        later = tour.starts_at + timedelta(days=1, hours=2)
        move_event(tour.code, later, now=clock.now(), actor="account:1")
        with transaction() as session:
            session.execute(update(Event).where(Event.id == off.id).values(status=EventStatus.CANCELLED))
        program.sync()
        assert program.shown("Asia/Seoul", first) == [
            *written([later.astimezone(ZoneInfo("Asia/Seoul"))], council),
            *written([there.starts_at.astimezone(ZoneInfo("Asia/Seoul"))], assembly),
        ]
        db.session.rollback()  # while we read, the site's worker cannot say goodbye, and waits its five seconds
