"""What was said of how many came to the last events: sources that agree, sources that differ, and a desk's choice."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.accounts.models import AccountRole
from booking.accounts.terms import Role
from booking.attendance.queries import CountedEvent, accounts_giving, events_to_count
from booking.attendance.services.answer import answer
from booking.attendance.services.record import Saying, record
from booking.attendance.services.say import say
from booking.attendance.surveys import SHIPPED
from booking.attendance.terms import Choice, Course, Source
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import bookings_by_id
from booking.bookings.terms import BookingStatus
from booking.db import db, table_of, transaction
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus

MOST, ANSWERS = 12, 14
_EVENT, _BOOKING = table_of(Event), table_of(Booking)
LATER = timedelta(minutes=20)


def write_sayings(now: datetime) -> None:
    """Teachers, guides, platforms and desks speak of the last dozen events of one group; each in one of four ways."""
    session = db.session()
    ids = select(_EVENT.c.id).where(_EVENT.c.status == EventStatus.HELD, _EVENT.c.ends_at < now)
    held = events_to_count(session, session.execute(ids.order_by(_EVENT.c.starts_at.desc()).limit(60)).scalars().all())
    alone = [event for event in held if len(event.groups) == 1 and (event.groups[0].size or 0) > MOST][-MOST:]
    _forget(alone)
    for number, event in enumerate(alone):
        _speak(session, event, number % 4)


def answer_surveys() -> None:
    """The last groups that came say what it was like: two of three took part, most learned a lot."""
    session = db.session()
    came = select(_BOOKING.c.id).where(_BOOKING.c.status == BookingStatus.ATTENDED).order_by(_BOOKING.c.id.desc())
    for booking in bookings_by_id(session, session.execute(came.limit(ANSWERS)).scalars().all()):
        number = booking.id
        took_part, learned = "no" if number % 3 == 0 else "yes", str(5 - number % 4)
        answer(booking, SHIPPED, {"took-part": took_part, "language": "yes", "learned": learned})


def _forget(events: list[CountedEvent]) -> None:
    """As they were before anybody spoke."""
    bookings = [event.groups[0].id for event in events]
    with transaction() as session:
        unsaid = {"attended": None, "status": BookingStatus.CONFIRMED}
        session.execute(update(_BOOKING).where(_BOOKING.c.id.in_(bookings)).values(unsaid))


def _speak(session: Session, event: CountedEvent, way: int) -> None:
    group = event.groups[0]
    reference, size = group.reference, group.size or 0
    guide = min(accounts_giving(session, event.id), default=0)
    desk = session.execute(
        select(AccountRole.account_id)
        .where(AccountRole.role == Role.COORDINATOR, AccountRole.station_code.in_((event.station, "")))
        .order_by(AccountRole.account_id)
    ).scalar()
    if way != 3:  # noqa: PLR2004  the fourth way
        say(reference, size + way - 1, event.starts_at)

    def said(source: Source, number: int, account: int | None, **more: object) -> None:
        actor = f"account:{account}" if account else "command"
        saying = Saying({reference: number}, **more)  # type: ignore[arg-type]  # what a saying has beside
        record(event.code, saying, source=source, now=event.ends_at + LATER, actor=actor)

    if way == 0:  # teacher, guide and platform differ: the guide's number counts
        said(Source.GUIDE, size - 3, guide)
        said(Source.PLATFORM, 3, desk, minutes={reference: (58, 57, 12)})
    elif way == 1:  # teacher and guide agree
        said(Source.GUIDE, size, guide)
    elif way == 2:  # noqa: PLR2004  nobody counted: the platform's connections, with the teacher's word
        said(Source.PLATFORM, 2, desk, minutes={reference: (61, 44)})
    else:  # the desk chooses the platform's number, and says why
        said(Source.GUIDE, size - 9, guide, course=Course.CUT_SHORT)
        said(Source.PLATFORM, size - 2, desk, minutes={reference: (40,) * (size - 2)})
        reasons, chosen = {reference: "The guide counted before all had come."}, {reference: Choice.PLATFORM}
        said(Source.DESK, size - 2, desk, course=Course.CUT_SHORT, chosen=chosen, reasons=reasons)
