"""A request that waits for a person, the browser of its desk, and looks at what came of it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.accounts.models import AuditEntry
from booking.bookings.links import token_of
from booking.bookings.models import Booking
from booking.bookings.services.answering import Answer
from booking.bookings.services.book import book
from booking.bookings.terms import BookingStatus, OrganisationType
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Kind
from booking.db import db
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Event, Guide
from booking.scheduling.terms import HostRole, Skill
from tests.bookings.test_book import at, wish
from tests.builders import NOW, make_guide, make_offering, make_station

TEN_IN_VIENNA = datetime(2026, 12, 15, 9, 0, tzinfo=UTC)
ACTOR = "account:1"


@dataclass
class Asked:
    """A group has asked Vienna for a briefing; two speakers could give it."""

    station: Station
    offering: Offering
    speakers: list[Guide]
    reference: str

    @property
    def booking(self) -> Booking:
        """As it is now."""
        statement = select(Booking).where(Booking.reference == self.reference)
        return db.session.scalars(statement.execution_options(populate_existing=True)).one()

    @property
    def event(self) -> Event:
        """Its event, as it is now."""
        statement = select(Event).where(Event.id == self.booking.event_id)
        return db.session.scalars(statement.execution_options(populate_existing=True)).one()

    @property
    def status(self) -> BookingStatus:
        """The booking's."""
        return self.booking.status

    @property
    def answer(self) -> Answer:
        """That of a coordinator who sees it as it is."""
        return Answer(self.reference, self.booking.version, NOW, ACTOR)

    @property
    def by_group(self) -> Answer:
        """That of the group."""
        return Answer(self.reference, self.booking.version, NOW)

    def mails(self) -> list[str]:
        """The kinds of mails that are still to go to the group, oldest first."""
        statement = select(Notice.kind).where(
            Notice.subject == f"booking:{self.reference}", Notice.state == NoticeState.QUEUED
        )
        return list(db.session.scalars(statement.order_by(Notice.id)))

    def payload(self) -> dict[str, Any]:
        """What the last mail tells."""
        statement = select(Notice.payload).where(Notice.subject == f"booking:{self.reference}").order_by(Notice.id)
        return dict(db.session.scalars(statement).all()[-1])

    def trail(self) -> list[tuple[str, str]]:
        """Who did what."""
        statement = select(AuditEntry.actor, AuditEntry.action)
        mine = statement.where(AuditEntry.subject == f"booking:{self.reference}").order_by(AuditEntry.id)
        return [(row.actor, row.action) for row in db.session.execute(mine)]

    def form(self, **values: object) -> dict[str, object]:
        """What goes along with every form of the desk."""
        return {"version": str(self.booking.version), "seen": self.status.value, **values}

    def page(self, client: FlaskClient) -> TestResponse:
        """The page of the group."""
        return client.get(f"/bookings/{self.reference}?t={self.token}")

    @property
    def token(self) -> str:
        """The secret of the group's link."""
        return token_of(self.reference, self.booking.generation)


def make_asked(kind: Kind = Kind.BRIEFING, speakers: int = 2, **values: Any) -> Asked:  # noqa: ANN401  columns of offerings
    """A class asks for an event that a person decides on, three weeks ahead."""
    station = make_station()
    offering = make_offering(station, kind=kind, **values)
    role = HostRole.SPEAKER if kind is Kind.BRIEFING else HostRole.GUIDE
    can: dict[str, Any] = {"leads": [skill.value for skill in Skill]} if role is HostRole.GUIDE else {}
    hosts = [make_guide(station, "en", role, name=f"Speaker {number} Invented", **can) for number in range(speakers)]
    who = OrganisationType.MEMBER_STATE if kind is Kind.COURTESY_VISIT else OrganisationType.SCHOOL
    asked = wish(offering=offering.code, starts=at(TEN_IN_VIENNA), theme="refugees", organisation_type=who)
    reference = book(asked, key="request", now=NOW).reference
    return Asked(station, offering, hosts, reference)


def typed(page: TestResponse, name: str) -> str:
    """What stands in a text of several lines."""
    found = re.search(rf'<textarea id="{name}"[^>]*>\n?([^<]*)</textarea>', page.text)
    assert found, name
    return unescape(found[1]).strip()
