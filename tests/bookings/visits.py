"""A request that holds no time, and looks at what came of it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.bookings.links import token_of
from booking.bookings.models import Booking, RequestNote
from booking.bookings.queries.visit_requests import VisitFacts, visit_by_reference
from booking.bookings.services.answering import Answer
from booking.bookings.services.visit_ask import ask_for_visit
from booking.bookings.terms import BookingRequest, NoteKind, RequestStatus, VisitDetails
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Kind
from booking.db import db
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Event, Guide, GuideTopic
from booking.scheduling.terms import HostRole
from tests.bookings.test_book import at, wish
from tests.builders import NOW, make_guide, make_offering, make_station, save

TEN_ON_MONDAY = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)
TEN_ON_TUESDAY = datetime(2026, 12, 22, 9, 0, tzinfo=UTC)
ACTOR = "account:1"
DETAILS = VisitDetails(topics=("refugees",), second_language="fr", prior_knowledge="A project week.", grade="grade 8")


@dataclass
class Visit:
    """A class wishes a briefing in Vienna on one of two days; a speaker knows the topic, another does not."""

    station: Station
    offering: Offering
    speakers: list[Guide]
    reference: str

    @property
    def facts(self) -> VisitFacts:
        """As it is now."""
        db.session.rollback()
        found = visit_by_reference(db.session(), self.reference)
        assert found is not None
        return found

    @property
    def status(self) -> RequestStatus:
        """The request's."""
        return self.facts.status

    @property
    def booking(self) -> Booking:
        """What has come of it."""
        statement = select(Booking).where(Booking.reference == self.reference)
        return db.session.scalars(statement.execution_options(populate_existing=True)).one()

    @property
    def event(self) -> Event:
        """The event of what has come of it."""
        return db.session.get_one(Event, self.booking.event_id, populate_existing=True)

    @property
    def answer(self) -> Answer:
        """That of a coordinator who sees it as it is."""
        return Answer(self.reference, self.facts.version, NOW, ACTOR)

    @property
    def by_group(self) -> Answer:
        """That of the group, while nothing has come of it."""
        return Answer(self.reference, self.facts.version, NOW)

    @property
    def about_booking(self) -> Answer:
        """That of the group about the booking that has come of it."""
        return Answer(self.reference, self.booking.version, NOW)

    @property
    def token(self) -> str:
        """The secret of the group's link."""
        return token_of(self.reference, self.facts.generation)

    def mails(self) -> list[str]:
        """The kinds of mails that are still to go out, oldest first."""
        mine = (Notice.subject == f"booking:{self.reference}", Notice.state == NoticeState.QUEUED)
        return list(db.session.scalars(select(Notice.kind).where(*mine).order_by(Notice.id)))

    def payload(self) -> dict[str, Any]:
        """What the last mail tells."""
        mine = select(Notice.payload).where(Notice.subject == f"booking:{self.reference}")
        return dict(db.session.scalars(mine.order_by(Notice.id)).all()[-1])

    def trail(self) -> list[tuple[str, str]]:
        """Who did what."""
        mine = select(AuditEntry).where(AuditEntry.subject == f"booking:{self.reference}").order_by(AuditEntry.id)
        return [(row.actor, row.action) for row in db.session.scalars(mine)]

    def notes(self) -> list[tuple[NoteKind, str]]:
        """What was written."""
        mine = select(RequestNote).where(RequestNote.reference == self.reference).order_by(RequestNote.id)
        return [(row.kind, row.text) for row in db.session.scalars(mine)]


def asking(offering: Offering | None = None, **values: Any) -> BookingRequest:  # noqa: ANN401  fields of a request
    """What a class asks for, without a time."""
    code = offering.code if offering else ""
    given = {"offering": code, "starts": None, "theme": "refugees", "details": DETAILS, **values}
    return replace(wish(), **given)


def make_visit(kind: Kind = Kind.BRIEFING, starts: tuple[datetime, ...] = (TEN_ON_MONDAY, TEN_ON_TUESDAY)) -> Visit:
    """A class wishes some times."""
    station = make_station()
    offering = make_offering(station, kind=kind)
    role = HostRole.SPEAKER if kind is Kind.BRIEFING else HostRole.GUIDE
    speakers = [make_guide(station, "en", role, name=f"Speaker {number} Invented") for number in range(2)]
    save(GuideTopic(guide_id=speakers[0].id, topic="refugees"))
    reference = ask_for_visit(asking(offering), [at(start) for start in starts], key="visit", now=NOW).reference
    return Visit(station, offering, speakers, reference)
