"""A joint event for tests: New York leads it, Nairobi and Vienna may take part."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from booking.accounts.models import Account
from booking.accounts.terms import Role
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Assignment, Event, Guide
from booking.scheduling.queries.partners import Partner, partner_at
from booking.scheduling.services import partners
from booking.scheduling.services.partners import Deed
from booking.scheduling.terms import AssignmentStatus
from tests.builders import NOW, make_assignment, make_event, make_guide, make_offering, make_station
from tests.signing_in import make_account

STARTS = datetime(2026, 12, 14, 14, 0, tzinfo=UTC)
"""09:00 in New York, 15:00 in Vienna, 17:00 in Nairobi."""
BOSS = "account:0"


@dataclass(frozen=True)
class Joint:
    """What there is."""

    leader: Station
    nairobi: Station
    vienna: Station
    offering: Offering
    event: Event
    host: Guide
    desk: dict[str, Account]
    """A coordinator of each station."""

    def deed(self, station: str = "NBO", *, seen: int | None = None, now: datetime = NOW, actor: str = BOSS) -> Deed:
        """Something that is done about a partner of the event."""
        return Deed(self.event.code, station, now, actor, seen)

    def ask(self, *stations: str, question: str = "") -> None:
        """Ask these stations, Nairobi where none is named."""
        partners.ask_partners(self.event.code, stations or ("NBO",), question, now=NOW, actor=BOSS)

    def agree(self, station: str = "NBO") -> None:
        """The station was asked and takes part."""
        self.ask(station)
        partners.answer(self.deed(station), agrees=True, note="")

    def partner(self, station: str = "NBO") -> Partner:
        """The row of the station, which was asked."""
        found = partner_at(db.session(), self.event.id, station)
        assert found is not None
        return found


def make_joint(**values: object) -> Joint:
    """An online event of New York in three weeks that somebody gives."""
    leader, nairobi, vienna = make_station("NYC"), make_station("NBO"), make_station("VIE")
    offering = make_offering(leader)
    event = make_event(offering, STARTS, **values)
    host = make_guide(leader, hours=(0, 1440))
    make_assignment(host, event)
    desk = {one.code: make_account(Role.COORDINATOR, one.code) for one in (leader, nairobi, vienna)}
    return Joint(leader, nairobi, vienna, offering, event, host, desk)


def told() -> list[tuple[str, str]]:
    """Kind and recipient of every mail between desks that stands, in order."""
    kinds = Notice.kind.like("partner_%")
    rows = db.session.execute(select(Notice.kind, Notice.recipient).where(kinds, Notice.state != "WITHDRAWN"))
    return sorted((row.kind, row.recipient) for row in rows)


def busy(event: Event) -> dict[str, bool]:
    """Whom the event keeps busy, by code, and whether as a co-host."""
    statement = (
        select(Guide.code, Assignment.is_co_host)
        .join(Assignment, Assignment.guide_id == Guide.id)
        .where(Assignment.event_id == event.id, Assignment.status == AssignmentStatus.ACTIVE)
    )
    return {row.code: row.is_co_host for row in db.session.execute(statement)}
