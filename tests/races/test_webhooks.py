"""P18 with P4: every message at least once under one id, and once where nothing is killed, whoever sends."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from booking import clock
from booking.db import db, transaction
from booking.webhooks.models import WebhookDelivery
from booking.webhooks.terms import DeliveryState
from tests.builders import make_event, make_offering, make_station
from tests.conclusive import happened
from tests.races.arena import Arena
from tests.races.crew import context
from tests.races.webhook_sender import send
from tests.signing_in import make_account
from tests.webhooks.making import Receiver, make_endpoint, receiver

pytestmark = pytest.mark.race
MESSAGES = 8
PATIENCE_S = 150.0


@dataclass
class Scene:
    """An installation with messages that are due to three receivers on this machine."""

    app: Flask
    arena: Arena
    folder: Path
    receivers: list[Receiver]
    senders: list[ForkServerProcess] = field(default_factory=list)

    def sender(self, mode: str = "") -> ForkServerProcess:
        """A process that sends until it is ended."""
        told = (self.arena.url, self.folder, PATIENCE_S, mode)
        self.senders.append(context.Process(target=send, args=told, daemon=True))
        self.senders[-1].start()
        return self.senders[-1]

    def left(self) -> int:
        """How many messages have not arrived, as the database knows."""
        db.session.rollback()
        waiting = select(func.count()).where(WebhookDelivery.state != DeliveryState.DELIVERED)
        return db.session.scalar(waiting) or 0

    def end_leases(self) -> None:
        """As if the lease of a lost worker were over."""
        with transaction() as session:
            held = update(WebhookDelivery).where(WebhookDelivery.state == DeliveryState.SENDING)
            session.execute(held.values(next_try_at=clock.now()))

    def got(self) -> Counter[tuple[int, str]]:
        """How often each receiver was sent each id."""
        return Counter((number, one.id) for number, theirs in enumerate(self.receivers) for one in theirs.got)

    def end_senders(self) -> None:
        """End those that are still there."""
        for one in self.senders:
            one.kill()
            one.join()
            one.close()


def until(so: Callable[[], bool]) -> bool:
    """Whether it comes to be so while one has patience."""
    end = time.monotonic() + PATIENCE_S
    while not so() and time.monotonic() < end:
        time.sleep(0.1)
    return so()


@pytest.fixture
def scene(arena: Arena, tmp_path: Path) -> Iterator[Scene]:
    with arena.app.app_context(), receiver() as one, receiver() as two, receiver() as three:
        theirs = [one, two, three]
        account = make_account().id
        for each in theirs:
            make_endpoint(account, url=each.url, types=["event.created"])
        offering = make_offering(make_station())
        for number in range(MESSAGES):
            make_event(offering, clock.now().replace(microsecond=0), occurrence_on=None, capacity=30 + number)
        made = Scene(arena.app, arena, tmp_path, theirs)
        yield made
        made.end_senders()
        db.session.remove()


def test_two_workers_send_each_message_once(scene: Scene) -> None:
    scene.sender()
    scene.sender()
    assert until(lambda: scene.left() == 0 and scene.got().total() >= MESSAGES * 3)
    assert sorted(scene.got().values()) == [1] * MESSAGES * 3


@pytest.mark.control
def test_without_the_claim_they_send_some_twice(scene: Scene) -> None:
    for one in scene.receivers:
        one.waits = lambda: time.sleep(0.3)
    scene.sender("careless")
    scene.sender("careless")
    happened(until(lambda: max(scene.got().values(), default=0) > 1), "nothing was sent twice")


@pytest.mark.parametrize("mode", ["before mark", "after claim"])
def test_a_worker_that_is_killed_loses_nothing_and_its_messages_keep_their_ids(scene: Scene, mode: str) -> None:
    first = scene.sender(mode)
    first.join(PATIENCE_S)
    assert first.exitcode == -signal.SIGKILL
    sent = scene.got()
    happened(scene.left(), "everything was sent before it was killed")
    assert bool(sent) is (mode == "before mark")
    scene.end_leases()
    scene.sender()
    assert until(lambda: scene.left() == 0)
    after = scene.got()
    assert len(after) == MESSAGES * 3, "every id came, and none that was not there before"
    assert any(after[one] > count for one, count in sent.items()) is bool(sent), "what was not marked came again"


def test_a_slow_receiver_keeps_nobody_waiting(scene: Scene) -> None:
    slow, *others = scene.receivers
    slow.waits = lambda: time.sleep(PATIENCE_S)
    scene.sender()
    assert until(lambda: all(len(one.got) >= MESSAGES for one in others))
    assert len(slow.got) < MESSAGES
