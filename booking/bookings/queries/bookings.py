"""One booking with all that its page, its mails and its changes need, in one statement."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, RowMapping, Select, Text, cast, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session

from booking.bookings.models import Booking, Organisation, RequestNote, VisitRequest
from booking.bookings.names import name_key
from booking.bookings.terms import AWAITING, ENDABLE, OPEN_REQUEST, BookingRequest, BookingStatus, Contact, NoteKind
from booking.catalogue.models import Offering, Station
from booking.catalogue.queries import OFFERING, STATION, offering_facts, station_facts
from booking.catalogue.terms import OfferingFacts, StationFacts
from booking.db import let_go, table_of
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Closure, Event
from booking.scheduling.queries.events import EVENT, event_facts
from booking.scheduling.terms import EventFacts

T = TypeVar("T")
_BOOKING, _ORGANISATION, _EVENT = table_of(Booking).c, table_of(Organisation).c, table_of(Event).c
_NOTE, _CLOSURE = table_of(RequestNote).c, table_of(Closure).c
_OWN = (
    "id",
    "reference",
    "status",
    "late",
    "invited",
    "size",
    "accompanying_adults",
    "youngest_age",
    "theme",
    "language",
    "accessibility",
    "note",
    "group_label",
    "technical_contact",
    "technical_name",
    "technical_email",
    "participant_list",
    "created_at",
    "changed_at",
    "hold_expires_at",
    "answer_by",
    "waiting_since",
    "skipped_at",
    "skipped_places",
    "generation",
    "sequence",
    "version",
)
_CONDITIONS = (
    select(_CLOSURE.conditions)
    .where(_CLOSURE.station_id == _EVENT.station_id, _CLOSURE.conditions.is_not(None), _CLOSURE.lifted_at.is_(None))
    .where(
        _CLOSURE.starts_on <= _EVENT.starts_on, or_(_CLOSURE.ends_on.is_(None), _CLOSURE.ends_on >= _EVENT.starts_on)
    )
    .order_by(_CLOSURE.id.desc())
    .limit(1)
    .correlate(Event)
    .scalar_subquery()
    .label("conditions")
)
_COLUMNS = (
    *(_BOOKING[name].label(f"booking_{name}") for name in _OWN),
    _BOOKING.contact_name,
    _BOOKING.contact_email,
    _BOOKING.contact_locale,
    _BOOKING.time_zone,
    _BOOKING.contact_phone,
    _BOOKING.contact_removed_at,
    _ORGANISATION.name.label("organisation"),
    func.coalesce(cast(_BOOKING.organisation_type, Text), cast(_ORGANISATION.type, Text)).label("organisation_type"),
    _ORGANISATION.country,
    _ORGANISATION.subdivision,
    _EVENT.status_reason,
    _EVENT.meeting_point,
    _CONDITIONS,
)

_CONTACT = ("contact_name", "contact_email", "contact_locale", "time_zone", "contact_phone", "contact_removed_at")


@dataclass(frozen=True)
class BookingFacts:
    """A booking as it is, with its event, offering, station and group. Sizes are people, adults included."""

    id: int
    reference: str
    status: BookingStatus
    event: EventFacts
    offering: OfferingFacts
    station: StationFacts
    contact: Contact
    size: int | None
    accompanying_adults: int = 0
    youngest_age: int | None = None
    theme: str = ""
    language: str = ""
    accessibility: tuple[str, ...] = ()
    note: str = ""
    organisation: str = ""
    organisation_type: str = ""
    country: str = ""
    subdivision: str = ""
    group_label: str = ""
    technical_contact: bool = False
    technical_name: str = ""
    technical_email: str = ""
    participant_list: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    hold_expires_at: datetime | None = None
    answer_by: datetime | None = None
    waiting_since: datetime | None = None
    skipped_at: datetime | None = None
    skipped_places: int | None = None
    late: bool = False
    invited: bool = False
    generation: int = 1
    sequence: int = 0
    version: int = 1
    status_reason: str = ""
    meeting_point: str = ""
    """Where a group that comes is met; empty: at the visitors' entrance."""
    holidays: frozenset[date] = field(default_factory=frozenset)
    conditions: Mapping[str, str] | None = field(default=None, compare=False)
    """CLO-07: what whoever comes on site on its day must bring, by locale."""

    @property
    def titles(self) -> Mapping[str, str]:
        """The offering's title by locale."""
        return self.offering.titles

    @property
    def is_open_request(self) -> bool:
        """Whether the desk or the group must answer; what a group in line is offered is no request."""
        return self.status in AWAITING and self.waiting_since is None

    def as_request(self) -> BookingRequest:
        """The same wish once more, so that a change is decided by the rules of a booking."""
        return BookingRequest(
            size=self.size,
            language=self.language or self.event.language,
            event=self.event.code,
            organisation=self.organisation,
            organisation_type=self.organisation_type,
            country=self.country,
            subdivision=self.subdivision,
            group_label=self.group_label,
            youngest_age=self.youngest_age,
            accompanying_adults=self.accompanying_adults,
            theme=self.theme,
            contact=self.contact,
            technical_contact=self.technical_contact,
            technical_name=self.technical_name,
            technical_email=self.technical_email,
            accessibility=self.accessibility,
            note=self.note,
            participant_list=self.participant_list,
        )


def _select() -> Select[tuple[object, ...]]:
    return (
        select(*_COLUMNS, *EVENT, *OFFERING, *STATION)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .join(Offering, Offering.id == _EVENT.offering_id)
        .join(Station, Station.id == _EVENT.station_id)
        .outerjoin(Organisation, _ORGANISATION.id == _BOOKING.organisation_id)
    )


def booking_by_reference(session: Session, reference: str) -> BookingFacts | None:
    """The booking of exactly that reference, None where there is none."""
    row = session.execute(_select().where(_BOOKING.reference == reference)).mappings().first()
    return _facts(row) if row else None


def bookings_in(session: Session, event_ids: list[int], statuses: frozenset[BookingStatus]) -> list[BookingFacts]:
    """The bookings of those events in one of the statuses, by event and reference."""
    statement = _select().where(_BOOKING.event_id.in_(event_ids), _BOOKING.status.in_(sorted(statuses)))
    rows = session.execute(statement.order_by(_BOOKING.event_id, _BOOKING.reference)).mappings().all()
    let_go(session)
    shared: dict[tuple[str, int], Any] = {}
    return [_facts(row, shared) for row in rows]


def bookings_by_id(session: Session, ids: Sequence[int]) -> list[BookingFacts]:
    """The bookings of these ids, by id."""
    statement = _select().where(_BOOKING.id.in_(ids)).order_by(_BOOKING.id)
    shared: dict[tuple[str, int], Any] = {}
    return [_facts(row, shared) for row in session.execute(statement).mappings()]


def bookings_of_address(session: Session, email: str, now: datetime) -> list[BookingFacts]:
    """The bookings of an address, in whatever case it was typed, whose events are still to come, soonest first."""
    shown = sorted(ENDABLE)
    same = func.lower(_BOOKING.contact_email) == func.lower(email)
    statement = _select().where(same, _BOOKING.status.in_(shown), _EVENT.ends_at > now)
    return [_facts(row) for row in session.execute(statement.order_by(_EVENT.starts_at).limit(100)).mappings()]


def bookings_waiting(session: Session, which: Sequence[ColumnElement[bool]], most: int) -> list[BookingFacts]:
    """Bookings that an answer is waited for, by deadline; conditions on booking, event, offering and station."""
    ordered = _select().where(*which).order_by(_BOOKING.answer_by.is_(None), _BOOKING.answer_by, _BOOKING.reference)
    return [_facts(row) for row in session.execute(ordered.limit(most)).mappings()]


def bookings_like(
    session: Session, stations: Collection[str] | None, text: str, most: int, skip: int = 0
) -> list[BookingFacts]:
    """Bookings whose reference, organisation, contact or address holds the text as it stands, the newest first.

    In whatever case it is typed; a percent sign or an underscore means itself.
    """
    lower = text.lower()
    spelt = select(_ORGANISATION.merged_into_id).where(
        _ORGANISATION.merged_into_id.is_not(None), _ORGANISATION.name_key.contains(name_key(text), autoescape=True)
    )
    found = or_(
        _BOOKING.organisation_id.in_(spelt),
        _BOOKING.reference.contains(text.upper(), autoescape=True),
        _ORGANISATION.name_key.contains(name_key(text), autoescape=True),
        func.lower(_BOOKING.contact_email).contains(lower, autoescape=True),
        func.lower(_BOOKING.contact_name).contains(lower, autoescape=True),
        _BOOKING.contact_name.contains(text, autoescape=True),  # SQLite lowers the letters of ASCII only
        _BOOKING.group_key.contains(name_key(text), autoescape=True),
    )
    own = table_of(VisitRequest).c
    parked = select(own.id).where(own.reference == _BOOKING.reference, own.status.in_(sorted(OPEN_REQUEST))).exists()
    statement = _at(_select().where(found, _BOOKING.status != BookingStatus.ON_HOLD, not_(parked)), stations)
    ordered = statement.order_by(_EVENT.starts_at.desc(), _BOOKING.id)
    return [_facts(row) for row in session.execute(ordered.limit(most).offset(skip)).mappings()]


@dataclass(frozen=True)
class Note:
    """What somebody wrote about a request."""

    at: datetime
    kind: NoteKind
    text: str


def notes_of(session: Session, reference: str) -> list[Note]:
    """What the desk and the group wrote about a request, oldest first."""
    statement = select(_NOTE.at, _NOTE.kind, _NOTE.text).where(_NOTE.reference == reference)
    return [Note(*row) for row in session.execute(statement.order_by(_NOTE.at, _NOTE.id))]


def _at(statement: Select[tuple[object, ...]], stations: Collection[str] | None) -> Select[tuple[object, ...]]:
    return statement if stations is None else statement.where(Station.code.in_(stations))


def confirmed_between(
    session: Session, start: datetime, end: datetime, most: int, *, without: str, after: BookingFacts | None = None
) -> list[BookingFacts]:
    """Confirmed bookings with an address whose events start between two instants, soonest first.

    `without`: those that have a notice of this kind for the present time of their event already, if it was not
    withdrawn, are left out. `after`: the last one of the page before.
    """
    key = _BOOKING.reference + f":{without}:" + _EVENT.code + ":" + cast(_EVENT.version, Text)
    told = select(Notice.id).where(Notice.dedupe_key == key, Notice.state != NoticeState.WITHDRAWN).exists()
    statement = _select().where(
        _BOOKING.status == BookingStatus.CONFIRMED,
        _BOOKING.contact_email != "",
        _EVENT.starts_at > start,
        _EVENT.starts_at <= end,
        not_(told),
    )
    if after is not None:
        statement = statement.where(tuple_(_EVENT.starts_at, _BOOKING.id) > (after.event.starts_at, after.id))
    rows = session.execute(statement.order_by(_EVENT.starts_at, _BOOKING.id).limit(most)).mappings()
    return [_facts(row) for row in rows]


def _facts(row: RowMapping, shared: dict[tuple[str, int], Any] | None = None) -> BookingFacts:
    """`shared`: what bookings of one event have in common, which is read once where thousands are."""
    own = {name: row[f"booking_{name}"] for name in _OWN}
    known = {} if shared is None else shared
    return BookingFacts(
        **{**own, "accessibility": tuple(own["accessibility"])},
        event=_once(known, "event", row, event_facts),
        offering=_once(known, "offering", row, offering_facts),
        station=_once(known, "station", row, station_facts),
        contact=Contact(*(row[name] for name in _CONTACT)),
        organisation=row["organisation"] or "",
        organisation_type=row["organisation_type"] or "",
        country=row["country"] or "",
        subdivision=row["subdivision"] or "",
        status_reason=row["status_reason"],
        meeting_point=row["meeting_point"],
        conditions=row["conditions"],
    )


def _once(known: dict[tuple[str, int], T], name: str, row: RowMapping, facts: Callable[[RowMapping], T]) -> T:
    key = name, row[f"{name}_id"]
    if key not in known:
        known[key] = facts(row)
    return known[key]
