"""Who gives or gave an event, with all that a mail to that guide tells: one statement for any number of events."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from booking.accounts.models import Account
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import ON_SITE_FORMATS
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Assignment, Event, Guide
from booking.scheduling.queries.events import EVENT, event_facts
from booking.scheduling.terms import AssignmentStatus, EventFacts

_EVENT, _OFFERING, _STATION = table_of(Event).c, table_of(Offering).c, table_of(Station).c
_ASSIGNMENT, _GUIDE, _ACCOUNT = table_of(Assignment).c, table_of(Guide).c, table_of(Account).c
_HOME = aliased(Station, name="home")


@dataclass(frozen=True)
class Addressee:
    """A guide with an account, and the event that a mail is about. Zones are IANA names."""

    guide_id: int
    guide_code: str
    name: str
    email: str
    locale: str
    home_zone: str
    event: EventFacts
    title: Translated
    station_code: str
    station_name: str
    station_zone: str
    station_contact: str
    note: str
    assignment_id: int = 0
    is_active: bool = False
    is_co_host: bool = False
    """Comes along for a partner station: the event is another's to give."""

    @property
    def is_on_site(self) -> bool:
        """Whether the event is given inside the premises."""
        return self.event.format in ON_SITE_FORMATS


_COLUMNS = (
    _GUIDE.id.label("guide_id"),
    _GUIDE.code.label("guide_code"),
    _GUIDE.name.label("guide_name"),
    _ACCOUNT.name.label("account_name"),
    _ACCOUNT.email,
    _ACCOUNT.locale,
    _HOME.time_zone.label("home_zone"),
    _EVENT.title.label("own_title"),
    _OFFERING.title.label("offering_title"),
    _EVENT.guide_note,
    _STATION.code.label("station_code"),
    _STATION.name.label("station_name"),
    _STATION.time_zone.label("station_zone"),
    _STATION.contact_email,
    *EVENT,
)


def _with_event(statement: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    """The offering, station, account and home station beside event and guide."""
    return (
        statement.join(table_of(Offering), _OFFERING.id == _EVENT.offering_id)
        .join(table_of(Station), _STATION.id == _EVENT.station_id)
        .join(table_of(Account), _ACCOUNT.id == _GUIDE.account_id)
        .join(_HOME, _HOME.id == _GUIDE.station_id)
        .where(_ACCOUNT.is_active.is_(True))
    )


# Written once: to write a statement anew costs more than to run it.
_ENGAGED = _with_event(
    select(*_COLUMNS, _ASSIGNMENT.id.label("assignment_id"), _ASSIGNMENT.status, _ASSIGNMENT.is_co_host)
    .join_from(table_of(Event), table_of(Assignment), _ASSIGNMENT.event_id == _EVENT.id)
    .join(table_of(Guide), _GUIDE.id == _ASSIGNMENT.guide_id)
    .where(_EVENT.id.in_(bindparam("event_ids", expanding=True)))
    .order_by(_ASSIGNMENT.id)
)


def engagements(session: Session, event_ids: Collection[int]) -> list[Addressee]:
    """Every assignment of these events, ended ones too, of guides with an account; by its id."""
    return [_addressee(row) for row in session.execute(_ENGAGED, {"event_ids": list(event_ids)}).mappings()]


def with_account(session: Session) -> frozenset[int]:
    """Ids of the guides who may sign in."""
    joined = select(_GUIDE.id).join_from(table_of(Guide), table_of(Account), _ACCOUNT.id == _GUIDE.account_id)
    return frozenset(session.execute(joined.where(_ACCOUNT.is_active.is_(True))).scalars())


def reachable(session: Session, event_id: int, guide_ids: Collection[int]) -> list[Addressee]:
    """Those of the guides who have an account, with what a mail about the event tells; by id."""
    given: tuple[ColumnElement[bool], ...] = (_EVENT.id == event_id, _GUIDE.id.in_(guide_ids))
    statement = _with_event(select(*_COLUMNS).join_from(table_of(Event), table_of(Guide), given[1]).where(given[0]))
    return [_addressee(row) for row in session.execute(statement.order_by(_GUIDE.id)).mappings()]


def _addressee(row: RowMapping) -> Addressee:
    return Addressee(
        guide_id=row["guide_id"],
        guide_code=row["guide_code"],
        name=row["guide_name"] or row["account_name"],
        email=row["email"],
        locale=row["locale"] or "en",
        home_zone=row["home_zone"],
        event=event_facts(row),
        title=row["own_title"] or row["offering_title"],
        station_code=row["station_code"],
        station_name=row["station_name"],
        station_zone=row["station_zone"],
        station_contact=row["contact_email"],
        note=row["guide_note"],
        assignment_id=row.get("assignment_id", 0),
        is_active=row.get("status") is AssignmentStatus.ACTIVE,
        is_co_host=bool(row.get("is_co_host", False)),
    )
