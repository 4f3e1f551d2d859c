"""Several processes with several threads each on one database, which begin at the same moment."""

import multiprocessing
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol

from sqlalchemy import text

from booking.app import create_app
from booking.db import db
from tests.conftest import settings_for
from tests.races import unguarded
from tests.races.actions import Call, Outcome, attempt
from tests.races.arena import Arena

PATIENCE = 1800.0 if os.environ.get("RACE") == "full" else 120.0  # seconds that a race may take at most
HEAD_START = 0.05  # seconds from the word to the start, so that everybody has heard it

context = multiprocessing.get_context("forkserver")
"""Starts processes that are there in a moment: what they need is loaded already."""
context.set_forkserver_preload(["tests.races.crew", "tests.races.warm"])

Perform = Callable[[Call], Outcome]


class Lane(Protocol):
    """What one thread does."""

    def play(self, perform: Perform) -> None:
        """Ask for one thing after the other."""


@dataclass(frozen=True)
class Script:
    """A lane that asks for what is written down."""

    calls: Sequence[Call]

    def play(self, perform: Perform) -> None:
        """One call after the other, whatever becomes of them."""
        for call in self.calls:
            perform(call)


def dealt(calls: Iterable[Call], lanes: int) -> list[Lane]:
    """The calls, given to so many lanes in turn."""
    given = list(calls)
    return [Script(given[lane::lanes]) for lane in range(lanes)]


@dataclass(frozen=True)
class Order:
    """What one process is to do; each lane with its number in the race."""

    url: str
    folder: Path
    lanes: Sequence[tuple[int, Lane]]
    without: Sequence[str]


def work(order: Order, pipe: Connection) -> None:
    """In the process: take out the guards named, get ready, wait for the word, and tell each outcome at once."""
    lock = threading.Lock()

    def tell(outcome: Outcome | None) -> None:
        with lock:
            pipe.send(outcome)

    unguarded.take_out(order.without, tell)
    app = create_app(settings_for(order.url, order.folder))
    starts_at: list[float] = []
    ready, go = threading.Barrier(len(order.lanes) + 1), threading.Event()

    def run(number: int, lane: Lane) -> None:
        def perform(call: Call) -> Outcome:
            time.sleep(call.late_s)
            unguarded.asking.call, unguarded.asking.lane = call, number
            began = time.monotonic()
            result, value = attempt(call)
            outcome = Outcome(call, result, value, began, time.monotonic(), number)
            tell(outcome)
            return outcome

        with app.app_context():
            db.session.execute(text("SELECT 1"))
            db.session.remove()
            ready.wait()
            go.wait()
            time.sleep(max(0.0, starts_at[0] - time.monotonic()))
            lane.play(perform)

    threads = [threading.Thread(target=run, args=given, daemon=True) for given in order.lanes]
    for thread in threads:
        thread.start()
    ready.wait()
    tell(None)
    starts_at.append(pipe.recv())
    go.set()
    for thread in threads:
        thread.join()
    tell(None)


@dataclass
class Member:
    """One process, as seen from outside."""

    order: Order
    outcomes: list[Outcome] = field(default_factory=list)
    is_done: bool = False

    def __post_init__(self) -> None:
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(self.order, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def get_ready(self) -> None:
        """Wait until it could begin."""
        if not self.pipe.poll(PATIENCE) or self.pipe.recv() is not None:
            raise TimeoutError("a process of the race was not ready")

    def hear(self) -> bool:
        """One message; False when there will be no other."""
        try:
            told = self.pipe.recv()
        except (EOFError, OSError):
            return False
        if told is None:
            self.is_done = True
            return False
        self.outcomes.append(told)
        return True

    def kill(self) -> None:
        """Kill -9, then hear what it had said before."""
        self._process.kill()
        self.leave()

    def leave(self) -> None:
        """Hear the rest, and let it end."""
        while self.hear():
            pass
        self._process.join(PATIENCE)
        self._process.kill()
        self._process.join()
        self._process.close()
        self.pipe.close()


def assemble(arena: Arena, lanes: Sequence[Lane], processes: int, without: Sequence[str]) -> list[Member]:
    """Processes that are ready, the lanes dealt among them."""
    numbered = list(enumerate(lanes))
    orders = [Order(arena.url, arena.folder, numbered[one::processes], without) for one in range(processes)]
    members = [Member(order) for order in orders if order.lanes]
    for member in members:
        member.get_ready()
    return members


def let_go(members: Sequence[Member]) -> None:
    """Say when they begin: all at the same moment."""
    starts_at = time.monotonic() + HEAD_START
    for member in members:
        member.pipe.send(starts_at)


def race(arena: Arena, lanes: Sequence[Lane], *, processes: int = 2, without: Sequence[str] = ()) -> list[Outcome]:
    """Run the lanes to their end, in so many processes; every outcome, in the order of their ends."""
    members = assemble(arena, lanes, processes, without)
    let_go(members)
    gather(members, time.monotonic() + PATIENCE)
    for member in members:
        (member.leave if member.is_done else member.kill)()
    assert all(member.is_done or without for member in members), "a process of the race died, or did not end in time"
    return sorted((one for member in members for one in member.outcomes), key=lambda one: one.ended)


def gather(members: Sequence[Member], until: float) -> None:
    """Hear all of them, until they are done or the time is over."""
    listening = {member.pipe: member for member in members}
    while listening and (left := until - time.monotonic()) > 0:
        for pipe in wait(list(listening), left):
            assert isinstance(pipe, Connection)
            if not listening[pipe].hear():
                del listening[pipe]


def results(outcomes: Iterable[Outcome], *actions: str) -> Counter[str]:
    """How often each result came, of those actions if any are named."""
    return Counter(one.result for one in outcomes if not actions or one.call.action in actions)


def errors(outcomes: Iterable[Outcome]) -> list[object]:
    """What must never come: an error that a person would see as 5xx."""
    return [one.value for one in outcomes if one.result == "error"]


def percentile(outcomes: Sequence[Outcome], share: float = 0.99) -> float:
    """The time within which that share of the calls was answered, in milliseconds."""
    took = sorted(one.ended - one.began for one in outcomes)
    return took[min(len(took) - 1, int(len(took) * share))] * 1000
