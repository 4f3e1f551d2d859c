"""NSH-01: on the day after, a group that did not come is asked for a new date: once, and not where we were at fault."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.attendance.services.miss import write_to_missed
from booking.attendance.services.record import Saying, record
from booking.attendance.services.thank import LATEST
from booking.attendance.terms import Course, Source
from booking.bookings.models import Booking
from booking.bookings.queries.no_shows import no_shows_of
from booking.catalogue.models import Station
from booking.catalogue.terms import Format
from booking.db import db, transaction
from booking.notices.letters import letter
from booking.notices.models import Notice
from booking.notices.terms import Claimed
from booking.scheduling.models import Event
from tests.builders import make_booking, make_event, make_offering, make_station
from tests.guiding.signed_in import VIENNA

pytestmark = pytest.mark.usefixtures("app")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def missed(course: Course = Course.NO_SHOW, came: int = 0, **values: object) -> tuple[Event, Booking]:
    """A group expected at ten in Vienna, and what its guide said."""
    event = make_event(make_offering(make_station(), **values))  # type: ignore[arg-type]  # columns of an offering
    booking = make_booking(event, contact_email="ada@example.org", contact_locale="fr")
    saying = Saying({booking.reference: came}, course)
    record(event.code, saying, source=Source.GUIDE, now=event.ends_at + MINUTE, actor="account:7")
    return event, booking


def letters() -> list[str]:
    """The mails that wait, as they would go in English."""
    names = ("id", "kind", "recipient", "payload", "message_id", "attempts", "due_at")
    rows = db.session.execute(select(Notice).where(Notice.kind == "missed")).scalars()
    told = [Claimed(**{name: getattr(row, name) for name in names}, locale="en", worker_id="") for row in rows]
    return [letter(one).text for one in told]


def test_it_is_told_once_on_the_morning_after_with_the_minutes_of_its_station() -> None:
    event, _booking = missed()
    with transaction() as session:
        session.execute(update(Station).values(no_show_min=20))
    nine = event.starts_at + DAY - timedelta(hours=1)
    times = (event.ends_at + MINUTE, nine - MINUTE, nine, nine, nine + DAY)
    assert [write_to_missed(now) for now in times] == [0, 0, 1, 0, 0]
    text = " ".join(letters()[0].split())
    day = f"{event.starts_at.astimezone(VIENNA):%a} {event.starts_at.day} {event.starts_at:%b %Y}"
    assert f"We missed you: nobody had joined 20 minutes after the start of your event of {day}." in text
    assert "Shall we find a new date? http://localhost/join/" in text


def test_a_visit_on_site_is_not_said_to_be_joined() -> None:
    event, _booking = missed(format=Format.IN_PERSON)
    assert write_to_missed(event.starts_at + DAY) == 1
    assert "Nobody had come 15 minutes after the start of your visit" in letters()[0]


@pytest.mark.parametrize(("course", "came"), [(Course.TECHNICAL_FAULT, 0), (Course.LATE, 3)])
def test_who_came_or_could_not_because_of_us_is_not_written_to(course: Course, came: int) -> None:
    event, _booking = missed(course, came)
    assert write_to_missed(event.starts_at + DAY) == 0
    assert absences(event) == 0


def absences(event: Event) -> int:
    """How often the contact is said not to have come, on the day after."""
    return len(no_shows_of(db.session(), "ada@example.org", ("", "", ""), event.starts_at + DAY))


def test_the_last_word_on_a_fault_counts() -> None:
    event, booking = missed(Course.TECHNICAL_FAULT)
    nobody = Saying({booking.reference: 0}, Course.NO_SHOW)
    record(event.code, nobody, source=Source.DESK, now=event.ends_at + 2 * MINUTE, actor="account:8")
    assert (absences(event), write_to_missed(event.starts_at + DAY)) == (1, 1)


def test_what_is_put_right_on_the_same_day_is_not_told_and_nothing_after_a_week() -> None:
    event, booking = missed()
    assert write_to_missed(event.starts_at + LATEST) == 0
    record(
        event.code, Saying({booking.reference: 9}), source=Source.DESK, now=event.ends_at + MINUTE, actor="account:8"
    )
    assert write_to_missed(event.starts_at + DAY) == 0


def test_each_group_of_an_event_to_which_nobody_came_is_told() -> None:
    event = make_event(make_offering(make_station(), max_group=90))
    for name in range(13):
        make_booking(event, size=1, contact_email=f"ada{name}@example.org")
    record(event.code, Saying({"": 0}), source=Source.GUIDE, now=event.ends_at, actor="account:7")
    assert write_to_missed(event.starts_at + DAY) == 13
