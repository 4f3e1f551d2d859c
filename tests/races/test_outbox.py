"""P4: every mail at least once, its effect once, whatever kills the workers (RACE=full: the nightly figures)."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import create_engine, func, select

from booking import clock
from booking.app import create_app
from booking.db import db, engine_options, transaction
from booking.notices import services
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from tests.conclusive import happened
from tests.conftest import make_postgres_database, migrated, settings_for
from tests.mail_sink import DROP, TAKEN, Sink
from tests.notices.letters_of_all_kinds import message

pytestmark = pytest.mark.race

FULL = os.environ.get("RACE") == "full"
MESSAGES = 500 if FULL else 40
RANDOM_KILLS = 30 if FULL else 3
POINTS = ["after claim", "after text", "before mark"] * (3 if FULL else 1)
PATIENCE = 240.0 if FULL else 60.0
ROOT = Path(__file__).parents[2]


class Nursery:
    """Starts worker processes fast: one program that has loaded everything forks them."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.races.outbox_worker"]
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        self._program = subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=nowhere)
        self._alive: set[int] = set()

    def _ask(self, question: dict[str, object]) -> int | None:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps(question) + "\n")
        self._program.stdin.flush()
        answer: int | None = json.loads(self._program.stdout.readline())
        return answer

    def start(self, told: dict[str, object]) -> int:
        """Begin a worker; its pid."""
        pid = self._ask({"start": told})
        assert pid is not None
        self._alive.add(pid)
        return pid

    def end(self, pid: int, sign: signal.Signals | None = None) -> int | None:
        """Send a signal, if any, and wait; how the process ended."""
        if sign is not None:
            os.kill(pid, sign)
        code = self._ask({"wait": pid})
        if code is not None:
            self._alive.discard(pid)
        return code

    def end_all(self) -> list[int | None]:
        """Stop all workers in peace, and those that do not stop by force."""
        codes = [self.end(pid, signal.SIGTERM) for pid in sorted(self._alive)]
        for pid in sorted(self._alive):
            self.end(pid, signal.SIGKILL)
        return codes

    def close(self) -> None:
        """End the program itself."""
        self.end_all()
        self._program.communicate()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all tests of this file."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of the test's own."""
    if request.param == "postgresql":
        return migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_outbox"))
    path = tmp_path / "outbox.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@dataclass
class Outbox:
    """A database with messages waiting, the server that they go to, and the processes that send them."""

    database_url: str
    folder: Path
    sink: Sink
    nursery: Nursery
    lease: float = 30.0
    rng: random.Random = field(default_factory=lambda: random.Random(20261122))  # noqa: S311  a plan, not a secret

    def trouble(self, _address: str) -> str:
        """What the server answers to a text: 20 % not now, 5 % it hangs up."""
        throw = self.rng.random()
        return "451 4.3.0 later" if throw < 0.20 else DROP if throw < 0.25 else TAKEN

    def fill(self) -> set[str]:
        """Queue messages, and others in a transaction that is rolled back; the Message-IDs of the former."""
        app = create_app(settings_for(self.database_url, self.folder))
        due_at = clock.now()
        with app.app_context():
            with transaction() as session:
                services.queue(session, [message(f"kept:{one}", due_at=due_at) for one in range(MESSAGES)])
            with suppress(ZeroDivisionError), transaction() as session:
                services.queue(session, [message(f"lost:{one}", due_at=due_at) for one in range(MESSAGES)])
                raise ZeroDivisionError
            kept = set(db.session.scalars(select(Notice.message_id)))
            db.session.remove()
            db.engine.dispose()
        return kept

    def start(self, mode: str = "") -> int:
        """A worker process; its pid."""
        told = {"database_url": self.database_url, "folder": str(self.folder), "smtp_url": self.sink.url}
        return self.nursery.start({**told, "lease": self.lease, "mode": mode})

    def wait_until_all_is_sent(self) -> Counter[str]:
        """Wait for the last one; how many notices ended in which state."""
        engine = create_engine(self.database_url, **engine_options(self.database_url))
        end = time.monotonic() + PATIENCE
        counting = select(Notice.state, func.count()).group_by(Notice.state)
        states: Counter[str] = Counter()
        while not states or (states["queued"] + states["sending"] and time.monotonic() < end):
            time.sleep(0.2)
            with engine.connect() as connection:
                states = Counter({row[0].value: row[1] for row in connection.execute(counting)})
        engine.dispose()
        return states

    def duplicates(self) -> int:
        """How many messages arrived once more than they should."""
        return sum(number - 1 for number in self.sink.deliveries().values())

    def kill_at_points(self) -> int:
        """Start workers that kill themselves at the fixed points, and wait until they have; how many did."""
        doomed = [self.start(point) for point in POINTS]
        assert [self.nursery.end(pid) for pid in doomed] == [-signal.SIGKILL] * len(POINTS)
        return len(doomed)

    def kill_at_random(self) -> int:
        """Start workers and kill them a moment later; how many."""
        for _time in range(RANDOM_KILLS):
            pid = self.start()
            time.sleep(self.rng.uniform(0.05, 0.6))
            assert self.nursery.end(pid, signal.SIGKILL) == -signal.SIGKILL
        return RANDOM_KILLS


@pytest.fixture
def outbox(database_url: str, tmp_path: Path, nursery: Nursery) -> Iterator[Outbox]:
    """An outbox, and a server that makes trouble."""
    with Sink() as sink:
        made = Outbox(database_url, tmp_path, sink, nursery)
        sink.at_text = made.trouble
        yield made
        nursery.end_all()


def assert_twins_are_alike(sink: Sink) -> None:
    """Messages of one Message-ID carry one UID and one SEQUENCE."""
    told: dict[str, set[tuple[str, ...]]] = {}
    for taken in sink.messages:
        part = next(part for part in taken.walk() if part.get_content_type() == "text/calendar")
        event = Calendar.from_ical(str(part.get_content())).walk("VEVENT")[0]
        identity = tuple(str(event.decoded(name)) for name in ("UID", "SEQUENCE", "DTSTAMP"))
        told.setdefault(str(taken["Message-ID"]), set()).add(identity)
    assert {len(identities) for identities in told.values()} == {1}


def test_every_message_arrives_and_at_most_once_more_for_each_kill(outbox: Outbox) -> None:
    outbox.lease = 2.0
    kept = outbox.fill()
    kills = outbox.kill_at_points() + outbox.kill_at_random()
    for _survivor in range(3):
        outbox.start()
    assert outbox.wait_until_all_is_sent() == {NoticeState.SENT.value: MESSAGES}
    assert set(outbox.sink.deliveries()) == kept
    assert 1 <= outbox.duplicates() <= kills  # the points after the text and before the mark make one each
    assert_twins_are_alike(outbox.sink)


def test_workers_that_are_not_killed_send_nothing_twice(outbox: Outbox) -> None:
    kept = outbox.fill()
    for _worker in range(2):
        outbox.start()
    assert outbox.wait_until_all_is_sent() == {NoticeState.SENT.value: MESSAGES}
    assert set(outbox.sink.deliveries()) == kept
    assert outbox.duplicates() == 0
    assert outbox.nursery.end_all() == [0, 0]


@pytest.mark.control
def test_negative_control_workers_that_claim_without_lease_and_lock_send_twice(outbox: Outbox) -> None:
    outbox.fill()
    for _worker in range(2):
        outbox.start("careless")
    end = time.monotonic() + PATIENCE
    while not outbox.duplicates() and time.monotonic() < end:
        time.sleep(0.2)
    happened(outbox.duplicates(), "nothing was sent twice")
