"""What tests of offers share: guides with accounts, a Monday with events, and looks at what was written."""

from datetime import datetime, timedelta

from sqlalchemy import select

from booking.accounts.models import Account
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Assignment, Event, Guide, Offer
from booking.scheduling.terms import AssignmentStatus, OfferStatus
from tests.builders import make_event, make_guide, make_offering, make_station
from tests.signing_in import make_account

TEN_MINUTES = timedelta(minutes=10)


def make_person(station: Station, name: str = "", **values: object) -> tuple[Guide, Account]:
    """A guide with an account, as they have both."""
    guide = make_guide(station, name=name, **values)  # type: ignore[arg-type]  # columns of a guide
    return guide, make_account("guide", station.code, guide=guide)


class Scene:
    """A station with an offering and some guides who speak English."""

    def __init__(self, guides: int = 3) -> None:
        self.station = make_station()
        self.offering: Offering = make_offering(self.station)
        people = [make_person(self.station, f"Guide {number}") for number in range(guides)]
        self.guides = [guide for guide, _ in people]
        self.accounts = [account for _, account in people]

    def event(self, starts_at: datetime | None = None, **values: object) -> Event:
        """An open event of the station."""
        return make_event(self.offering, starts_at, **values)


def offers_of(event: Event) -> list[tuple[int, OfferStatus]]:
    """Whom the event was offered to, in turn, and what became of it."""
    statement = select(Offer.guide_id, Offer.status).where(Offer.event_id == event.id).order_by(Offer.id)
    return [(row.guide_id, row.status) for row in db.session.execute(statement)]


def pending(event: Event) -> list[int]:
    """Ids of the offers of the event that wait for an answer."""
    waiting = (Offer.event_id == event.id, Offer.status == OfferStatus.PENDING)
    return list(db.session.execute(select(Offer.id).where(*waiting).order_by(Offer.id)).scalars())


def givers(event: Event) -> list[int]:
    """Who gives the event."""
    active = (Assignment.event_id == event.id, Assignment.status == AssignmentStatus.ACTIVE)
    return list(db.session.execute(select(Assignment.guide_id).where(*active)).scalars())


def mails(kind: str | None = None) -> list[Notice]:
    """The mails that are still to be sent, oldest first."""
    statement = select(Notice).where(Notice.state == NoticeState.QUEUED).order_by(Notice.id)
    if kind:
        statement = statement.where(Notice.kind == kind)
    return list(db.session.execute(statement.execution_options(populate_existing=True)).scalars())
