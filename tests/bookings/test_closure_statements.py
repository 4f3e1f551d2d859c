"""The number of statements of a closure does not grow with what it hits: looking, declaring, taking back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import event, select, update

from booking.bookings.closing import ClosureWish, Order
from booking.bookings.closing_terms import Choice
from booking.bookings.services.closure_declare import declare
from booking.bookings.services.closure_preview import preview
from booking.bookings.services.closure_undo import undo
from booking.catalogue.terms import Format
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.terms import Visibility
from tests.bookings.closing import ANSWER_BY, WISH
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import NOW, make_assignment, make_booking, make_event, make_guide, make_offering, make_station

T = TypeVar("T")
FEW, MANY = 3, 24


@contextmanager
def counted() -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)


def wish_for(code: str, visits: int) -> ClosureWish:
    """A closure of a station with so many visits of two groups each, given by two guides, some of which have gone."""
    station = make_station(code)
    make_offering(station)
    on_site = make_offering(station, format=Format.IN_PERSON, duration_min=30)
    guides = [make_guide(station, "en"), make_guide(station, "en")]
    for number in range(visits):
        start = TEN_IN_VIENNA + timedelta(days=number // 3, hours=2 * (number % 3))
        visit = make_event(on_site, start, visibility=Visibility.OPEN, capacity=60)
        make_assignment(guides[number % 2], visit)
        for _ in range(2):
            make_booking(visit, invited=True)
    return ClosureWish(**{**vars(WISH), "station": code})


def statements_of(code: str, visits: int, choice: Choice) -> list[int]:
    """How many it takes to look, to declare, and to take back after half of the mails have gone."""
    wish = wish_for(code, visits)
    numbers = []

    def count(work: Callable[[], T]) -> T:
        with counted() as heard:
            done = work()
        numbers.append(len(heard))
        return done

    seen = count(lambda: preview(wish, NOW))
    assert len(seen.hits) == visits
    done = count(lambda: declare(Order((wish,), NOW, "account:1", ANSWER_BY, rest=choice, state=seen.state)))
    assert len(done.bookings) == 2 * visits
    subjects = [f"booking:{reference}" for reference in done.bookings]
    with transaction() as session:
        sent = update(Notice).where(Notice.subject.in_(subjects[::2]))
        session.execute(sent.values(state=NoticeState.SENT, sent_at=NOW, attempts=1))
    undone = count(lambda: undo(done.operation, now=NOW, actor="account:1"))
    assert len(undone.told) == visits
    assert len(db.session.execute(select(Notice.id).where(Notice.subject.in_(subjects))).all()) == 3 * visits
    return numbers


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("choice", [Choice.CONVERT, Choice.MOVE, Choice.CANCEL])
def test_many_visits_take_as_many_statements_as_few(choice: Choice) -> None:
    assert statements_of("VIE", FEW, choice) == statements_of("GVA", MANY, choice)
