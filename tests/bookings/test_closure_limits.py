"""A closure's distanced capacity and a dated limit on the same days: the lower one binds, and each goes by itself."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from booking.bookings.services.closure_days import lift_closure
from booking.bookings.services.closure_undo import undo
from booking.bookings.services.limits import LimitWish, end_limit, make_limit
from booking.catalogue.terms import Format
from booking.db import db
from booking.scheduling.models import CapacityLimit, Closure, Event
from booking.scheduling.terms import ClosureType, Measure, Per
from tests.bookings.closing import WISH, close
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import NOW, make_booking, make_event, make_offering, make_station

pytestmark = pytest.mark.usefixtures("app")
DISTANCED = replace(WISH, type=ClosureType.PARTIAL_REOPENING, blocks_formats=(), distanced_capacity=15)


def visit(capacity: int = 30) -> Event:
    """An open visit in Vienna that three people have booked."""
    event = make_event(make_offering(make_station(), format=Format.IN_PERSON), TEN_IN_VIENNA, capacity=capacity)
    make_booking(event, size=3)
    return event


def places(event: Event) -> tuple[int, int | None]:
    """How many there are, and how many without limits."""
    db.session.expire_all()
    found = db.session.get_one(Event, event.id)
    return found.capacity, found.own_capacity


def limited(most: int) -> str:
    """A dated limit of the largest group on site in December."""
    asked = LimitWish(Measure.PEOPLE, Per.EVENT, date(2026, 12, 1), most=most, station="VIE")
    return make_limit(asked, now=NOW, actor="account:1")


def test_lifting_a_closure_leaves_what_a_dated_limit_allows() -> None:
    event = visit()
    limited(20)
    assert places(event) == (20, 30)
    close(DISTANCED)
    assert places(event) == (15, 30)
    lift_closure(db.session.execute(select(Closure.code)).scalar_one(), now=NOW, actor="account:1")
    assert places(event) == (20, 30)


def test_ending_a_limit_leaves_what_a_closure_allows_and_then_everything_comes_back() -> None:
    event = visit()
    done = close(DISTANCED)
    assert places(event) == (15, 30)
    code = limited(10)
    assert places(event) == (10, 30)
    version = db.session.execute(select(CapacityLimit.version)).scalar_one()
    end_limit(code, version=version, now=NOW, actor="account:1")
    assert places(event) == (15, 30)
    undo(done.operation, now=NOW, actor="account:1")
    assert places(event) == (30, None)
