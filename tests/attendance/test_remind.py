"""ATT-01: the guide hears once the day is over, the desk after five working days; each of them once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from booking.accounts.terms import Role
from booking.attendance.services.record import Saying, record
from booking.attendance.services.remind import remind_of_numbers
from booking.attendance.terms import Course, Source
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event, Guide
from tests.builders import (
    make_assignment,
    make_booking,
    make_event,
    make_guide,
    make_holiday,
    make_offering,
    make_station,
)
from tests.guiding.signed_in import vienna
from tests.signing_in import make_account

pytestmark = pytest.mark.usefixtures("app")
EVENING, NEXT_MORNING = vienna(23, 22), vienna(24, 7)


@pytest.fixture
def station(app: object) -> Station:
    """Vienna."""
    assert app
    return make_station()


@pytest.fixture
def offering(station: Station) -> Offering:
    """What is given."""
    return make_offering(station, max_group=300)


@pytest.fixture
def guide(station: Station) -> Guide:
    """Somebody with an account."""
    found = make_guide(station)
    make_account(Role.GUIDE, "VIE", guide=found)
    return found


def given(guide: Guide, offering: Offering, hour: int = 10) -> Event:
    """A tour of Monday, booked."""
    event = make_event(offering, vienna(23, hour))
    make_assignment(guide, event)
    make_booking(event)
    return event


def mails() -> list[tuple[str, int]]:
    """Kinds, and how many events each names."""
    rows = db.session.execute(select(Notice.kind, Notice.payload).order_by(Notice.id))
    return [(kind, len(payload["events"])) for kind, payload in rows]


def test_the_guide_gets_one_mail_for_all_tours_of_the_day_once_it_is_over(guide: Guide, offering: Offering) -> None:
    given(guide, offering)
    given(guide, offering, 14)
    assert remind_of_numbers(EVENING) == 0
    assert [remind_of_numbers(NEXT_MORNING), remind_of_numbers(NEXT_MORNING)] == [1, 0]
    assert mails() == [("attendance_due", 2)]


def test_the_desk_hears_after_five_working_days_of_the_station(
    guide: Guide, offering: Offering, station: Station
) -> None:
    given(guide, offering)
    make_holiday(station, vienna(26, 0).date())
    remind_of_numbers(NEXT_MORNING)
    last_day: datetime = vienna(1, 12, month=12)  # Tue to Fri without Thu, Mon, Tue
    assert remind_of_numbers(last_day) == 0
    assert remind_of_numbers(last_day + timedelta(days=1)) == 1
    assert mails() == [("attendance_due", 1), ("attendance_overdue", 1)]
    recipient = select(Notice.recipient).where(Notice.kind == "attendance_overdue")
    assert db.session.execute(recipient).scalar_one() == "vie@example.org"


@pytest.mark.parametrize("course", [Course.HELD, Course.TECHNICAL_FAULT])
def test_nobody_is_reminded_of_what_was_said(guide: Guide, offering: Offering, course: Course) -> None:
    event = make_event(offering, vienna(23, 10))
    make_assignment(guide, event)
    booking = make_booking(event)
    number = 9 if course is Course.HELD else None
    saying = Saying({booking.reference: number}, course)
    record(event.code, saying, source=Source.GUIDE, now=EVENING, actor="account:7")
    assert (remind_of_numbers(NEXT_MORNING), remind_of_numbers(vienna(10, 9, month=12))) == (0, 0)


def test_a_tour_that_nobody_booked_is_nobodys_business(guide: Guide, offering: Offering) -> None:
    make_assignment(guide, make_event(offering, vienna(23, 10)))
    assert remind_of_numbers(vienna(10, 9, month=12)) == 0
