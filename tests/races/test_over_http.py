"""P1, P3 and P5 through the whole house: real servers, several processes, clients that retry with their key.

On PostgreSQL one `booking run` serves with two processes; on SQLite it serves with one, and two of them share the file.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from typing import Any

import psutil  # type: ignore[import-untyped]  # comes with the PostgreSQL of the tests
import pytest

from tests.builders import make_event, make_guide, make_offering, make_station
from tests.conclusive import happened
from tests.http.site import Site
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell, made

pytestmark = pytest.mark.race

CLIENTS = 8
REQUESTS = 200 if FULL else 60
CAPACITIES = [1, 30, 31] * (10 if FULL else 1)
KILLS = 50 if FULL else 2
RETRY_FOR_S = 60.0


@dataclass(frozen=True)
class Answer:
    """What a client was told; `status` 0: nothing."""

    status: int
    body: bytes
    is_replay: bool
    took_ms: float


@dataclass
class House:
    """The servers on one database."""

    arena: Arena
    sites: Sequence[Site]
    _turn: Iterator[Site] = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._turn = cycle(self.sites)

    def post(self, body: dict[str, Any], key: str) -> Answer:
        """Book once, at the server whose turn it is."""
        with self._lock:
            site = next(self._turn)
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
        try:
            headers = {"Content-Type": "application/json", "Idempotency-Key": key}
            connection.request("POST", "/api/v1/bookings", json.dumps(body), headers)
            told = connection.getresponse()
            is_replay = told.headers.get("Idempotent-Replayed") == "true"
            return Answer(told.status, told.read(), is_replay, (time.monotonic() - began) * 1000)
        except (OSError, HTTPException):
            return Answer(0, b"", is_replay=False, took_ms=(time.monotonic() - began) * 1000)
        finally:
            connection.close()

    def insist(self, body: dict[str, Any], key: str) -> Answer:
        """Book, and where nobody answers or the database was away ask again with the same key."""
        end = time.monotonic() + RETRY_FOR_S
        while (answer := self.post(body, key)).status in {0, 503} and time.monotonic() < end:
            time.sleep(0.2)
        return answer

    def rush(self, ask: Callable[[dict[str, Any], str], Answer], requests: Sequence[tuple[Any, str]]) -> list[Answer]:
        """All of them at once, as far as the clients go."""
        with ThreadPoolExecutor(CLIENTS) as clients:
            return list(clients.map(lambda one: ask(*one), requests))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Servers that are stopped at the end; each test has a station of its own."""
    arena = made(request, tmp_path_factory.mktemp("house"), "booking_race_http")
    url = arena.url.replace("postgresql+psycopg", "postgresql")
    settings = {
        "BOOKING_RATE_LIMITS": "off",
        "BOOKING_SECRET_KEY": "k" * 40,
        "BOOKING_PUBLIC_URL": "http://localhost",  # the same for both: it stands in the answer
    }
    folders = [arena.folder / f"server-{number}" for number in range(2 if arena.is_sqlite else 1)]
    with ExitStack() as opened, ThreadPoolExecutor() as starting:
        for folder in folders:
            folder.mkdir()
        started = [starting.submit(Site, folder, url, **settings) for folder in folders]
        yield House(arena, [opened.enter_context(one.result()) for one in started])
    arena.close()


def _a_wednesday() -> datetime:
    """Ten o'clock in Vienna, more or less, some weeks from now: the servers' clocks are the real one."""
    day = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=28)
    return day + timedelta(days=(2 - day.weekday()) % 7)


def _body(name: str, **time_and_size: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    return {
        "organisation": {"name": f"Inventedford School {name}", "country": "KR"},
        "contact": {"name": "Ada Invented", "email": f"ada-{name}@example.org".lower(), "time_zone": "Asia/Seoul"},
        "technical_contact": {"name": "Bo Invented", "email": "bo@example.org"},
        "youngest_age": 20,
        "size": 1,
        **time_and_size,
    }


def _events(arena: Arena, station_code: str, capacities: Sequence[int]) -> list[str]:
    with arena.desk():
        station = make_station(station_code)
        offering = make_offering(station, min_group=1)
        make_guide(station)
        return [make_event(offering, _a_wednesday(), capacity=capacity).code for capacity in capacities]


def _booked_in(arena: Arena, station: str) -> list[str]:
    statement = """
        SELECT reference FROM booking JOIN event ON event.id = booking.event_id
        JOIN station ON station.id = event.station_id WHERE station.code = :station ORDER BY reference
    """
    return [row.reference for row in arena.rows(statement, station=station)]


def test_of_many_posts_at_once_as_many_are_booked_as_fit(house: House, tell: Tell) -> None:
    events = _events(house.arena, "ONE", CAPACITIES)
    answers: list[Answer] = []
    for event, capacity in zip(events, CAPACITIES, strict=True):
        sizes = random.Random(event)  # noqa: S311  a plan, not a secret
        names = [f"{event}-{number}" for number in range(REQUESTS)]
        requests = [(_body(name, slot=f"e.{event}", size=sizes.randint(1, 3)), name) for name in names]
        these = house.rush(house.post, requests)
        left = capacity - house.arena.value("SELECT taken FROM event WHERE code = :code", code=event)
        refused = [body["size"] for (body, _), answer in zip(requests, these, strict=True) if answer.status != 201]
        assert [size for size in refused if size <= left] == []
        answers += these
    counted = Counter(answer.status for answer in answers)
    slowest = sorted(answer.took_ms for answer in answers)[int(len(answers) * 0.99)]
    tell(f"{dict(counted)}, p99 {slowest:.0f} ms")
    assert set(counted) == {201, 409}
    assert house.arena.oversold() == []
    assert house.arena.untold() == []
    assert slowest < 2000


def test_a_post_sent_fifty_times_at_once_is_one_booking_with_one_answer(house: House, tell: Tell) -> None:
    (event,) = _events(house.arena, "TWO", [10])
    body = _body("a", slot=f"e.{event}", size=10)
    answers = house.rush(house.post, [(body, "the-same")] * 50) + house.rush(house.post, [(body, "the-same")] * 5)
    tell(f"{dict(Counter((answer.status, answer.is_replay) for answer in answers))}")
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert [answer.is_replay for answer in answers].count(False) == 1
    assert house.post(body | {"size": 9}, "the-same").status == 422
    assert house.arena.value("SELECT taken FROM event WHERE code = :code", code=event) == 10
    (booked,) = _booked_in(house.arena, "TWO")
    assert house.arena.value("SELECT count(*) FROM notice WHERE subject = :about", about=f"booking:{booked}") == 1


def _strike(house: House, done: threading.Event) -> int:
    """Kill -9 processes that serve or send, at random moments; what watches over them starts others."""
    choice, struck = random.Random(20261122), 0  # noqa: S311  a plan, not a secret
    while struck < KILLS and not done.wait(choice.uniform(0.2, 0.8)):
        site = choice.choice(house.sites)
        if children := psutil.Process(site.process.pid).children():
            with suppress(psutil.NoSuchProcess):
                choice.choice(children).kill()
                struck += 1
    return struck


def test_what_was_answered_with_201_outlives_killed_servers_and_retries_book_once(house: House, tell: Tell) -> None:
    number = 100 * KILLS
    events = _events(house.arena, "SIX", [number] * 4)
    done, answers = threading.Event(), dict[str, Answer]()

    def book(name: str) -> None:
        answers[name] = house.insist(_body(name, slot=f"e.{events[hash(name) % 4]}"), name)

    with ThreadPoolExecutor(CLIENTS + 1) as clients:
        striking = clients.submit(_strike, house, done)
        booked = [clients.submit(book, str(one)) for one in range(number)]
        for one in booked:
            one.result()
        done.set()
    references = [json.loads(answer.body)["reference"] for answer in answers.values() if answer.status == 201]
    replayed = sum(answer.is_replay for answer in answers.values())
    tell(f"{striking.result()} kills, {dict(Counter(one.status for one in answers.values()))}, {replayed} found again")
    happened(striking.result(), "nothing was killed")
    assert len(references) == number
    assert sorted(references) == _booked_in(house.arena, "SIX")
    assert house.arena.oversold() == []
    assert house.arena.untold() == []
    assert house.arena.is_whole()
