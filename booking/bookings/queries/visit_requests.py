"""Requests that hold no time: each with its group, its wishes and what was said beside them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from booking.bookings.models import Organisation, VisitDetail, VisitRequest, VisitWish
from booking.bookings.names import name_key
from booking.bookings.terms import (
    NO_DETAILS,
    OPEN_REQUEST,
    BookingRequest,
    Contact,
    RequestStatus,
    VisitDetails,
    WishedTime,
)
from booking.catalogue.models import Offering, Station
from booking.catalogue.queries import OFFERING, STATION, offering_facts, station_facts
from booking.catalogue.terms import Kind, OfferingFacts, StationFacts
from booking.db import table_of

_REQUEST, _WISH, _DETAIL = table_of(VisitRequest).c, table_of(VisitWish).c, table_of(VisitDetail).c
_ORGANISATION, _OFFERING, _STATION = table_of(Organisation).c, table_of(Offering).c, table_of(Station).c
_OWN = (
    "id",
    "reference",
    "status",
    "size",
    "accompanying_adults",
    "youngest_age",
    "theme",
    "language",
    "note",
    "group_label",
    "technical_contact",
    "technical_name",
    "technical_email",
    "suggested_theme",
    "created_at",
    "answer_by",
    "speaker_by",
    "no_speaker_at",
    "generation",
    "version",
)


@dataclass(frozen=True)
class VisitFacts:
    """A request as it is, with its station and group; without an offering the group wants advice."""

    id: int
    reference: str
    status: RequestStatus
    station: StationFacts
    contact: Contact
    size: int
    language: str
    offering: OfferingFacts | None = None
    wishes: tuple[datetime, ...] = ()
    """The times wished, the one liked best first."""
    accompanying_adults: int = 0
    youngest_age: int | None = None
    theme: str = ""
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
    suggested_theme: str = ""
    details: VisitDetails = NO_DETAILS
    created_at: datetime | None = None
    answer_by: datetime | None = None
    speaker_by: datetime | None = None
    no_speaker_at: datetime | None = None
    generation: int = 1
    version: int = 1
    holidays: frozenset[date] = field(default_factory=frozenset)

    @property
    def is_open(self) -> bool:
        """Whether somebody must answer it."""
        return self.status in OPEN_REQUEST

    def as_request(self, starts_at: datetime | None = None, offering: str = "", language: str = "") -> BookingRequest:
        """What is wished, for one time, so that it is decided by the rules of a booking."""
        code = offering or (self.offering.code if self.offering else "")
        return BookingRequest(
            size=self.size,
            language=language or self.language,
            offering=code,
            starts=wished(starts_at) if starts_at else None,
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
            details=self.details,
        )


def wished(starts_at: datetime) -> WishedTime:
    """An instant as a wish."""
    return WishedTime("", starts_at.astimezone(UTC).replace(tzinfo=None), timedelta(0), is_utc=True)


def _select() -> Select[tuple[object, ...]]:
    return (
        select(
            *(_REQUEST[name].label(f"request_{name}") for name in _OWN),
            _REQUEST.accessibility,
            _REQUEST.organisation_type,
            _REQUEST.contact_name,
            _REQUEST.contact_email,
            _REQUEST.contact_locale,
            _REQUEST.contact_phone,
            _REQUEST.contact_removed_at,
            _REQUEST.time_zone.label("group_zone"),
            _REQUEST.offering_id.label("asked_offering"),
            _ORGANISATION.name.label("organisation"),
            _ORGANISATION.country,
            _ORGANISATION.subdivision,
            *OFFERING,
            *STATION,
        )
        .join_from(VisitRequest, Station, _STATION.id == _REQUEST.station_id)
        .join(Organisation, _ORGANISATION.id == _REQUEST.organisation_id)
        .outerjoin(Offering, _OFFERING.id == _REQUEST.offering_id)
    )


def visit_by_reference(session: Session, reference: str) -> VisitFacts | None:
    """The request of exactly that reference, None where there is none."""
    row = session.execute(_select().where(_REQUEST.reference == reference)).mappings().first()
    return _with_rest(session, [row])[0] if row else None


def is_open_request(session: Session, reference: str) -> bool:
    """Whether a request without a time of that reference waits for an answer: then its booking, if any, is parked."""
    mine = (_REQUEST.reference == reference, _REQUEST.status.in_(sorted(OPEN_REQUEST)))
    return session.execute(select(_REQUEST.id).where(*mine)).first() is not None


@dataclass(frozen=True)
class Sought:
    """By what a desk narrows its list; empty: any. `stations`: codes, None for all."""

    stations: Collection[str] | None = None
    statuses: Collection[str] = ()
    language: str = ""
    kind: str = ""
    without_speaker: bool = False
    after: tuple[datetime, str] | None = None
    """Deadline and reference of the last one of the page before."""


def visits_waiting(session: Session, sought: Sought, most: int) -> list[VisitFacts]:
    """Open requests, the first deadline first; three statements."""
    statuses = [one for one in sorted(OPEN_REQUEST) if not sought.statuses or one.value in sought.statuses]
    statement = _select().where(_REQUEST.status.in_(statuses))
    if sought.stations is not None:
        statement = statement.where(_STATION.code.in_(sought.stations))
    if sought.language:
        statement = statement.where(_REQUEST.language == sought.language)
    if sought.kind:
        statement = statement.where(_OFFERING.kind == Kind(sought.kind))
    if sought.without_speaker:
        statement = statement.where(_REQUEST.no_speaker_at.is_not(None))
    if sought.after:
        statement = statement.where(tuple_(_REQUEST.answer_by, _REQUEST.reference) > sought.after)
    ordered = statement.order_by(_REQUEST.answer_by, _REQUEST.reference).limit(most)
    return _with_rest(session, session.execute(ordered).mappings().all())


def visits_due(session: Session, now: datetime, most: int) -> list[VisitFacts]:
    """Open requests whose deadline is over."""
    over = (_REQUEST.status.in_(sorted(OPEN_REQUEST)), _REQUEST.answer_by <= now)
    ordered = _select().where(*over).order_by(_REQUEST.id).limit(most)
    return _with_rest(session, session.execute(ordered).mappings().all())


def visits_without_speaker(session: Session, now: datetime, most: int) -> list[VisitFacts]:
    """SPK-01: requests for whose topic an expert was sought long enough, and that nobody has looked at since."""
    over = (
        _REQUEST.status == RequestStatus.REQUESTED,
        _REQUEST.speaker_by <= now,
        _REQUEST.no_speaker_at.is_(None),
    )
    ordered = _select().where(*over).order_by(_REQUEST.id).limit(most)
    return _with_rest(session, session.execute(ordered).mappings().all())


def visits_like(session: Session, stations: Collection[str] | None, text: str, most: int) -> list[VisitFacts]:
    """Requests whose reference, organisation, contact or address holds the text, the newest first; not those booked."""
    lower = text.lower()
    found = or_(
        _REQUEST.reference.contains(text.upper(), autoescape=True),
        _ORGANISATION.name_key.contains(name_key(text), autoescape=True),
        func.lower(_REQUEST.contact_email).contains(lower, autoescape=True),
        func.lower(_REQUEST.contact_name).contains(lower, autoescape=True),
        _REQUEST.contact_name.contains(text, autoescape=True),  # SQLite lowers the letters of ASCII only
        _REQUEST.group_key.contains(name_key(text), autoescape=True),
    )
    statement = _select().where(found, _REQUEST.status != RequestStatus.BOOKED)
    if stations is not None:
        statement = statement.where(_STATION.code.in_(stations))
    ordered = statement.order_by(_REQUEST.created_at.desc(), _REQUEST.id).limit(most)
    return _with_rest(session, session.execute(ordered).mappings().all())


def visits_of_address(session: Session, email: str) -> list[VisitFacts]:
    """The open requests of an address, in whatever case it was typed."""
    same = func.lower(_REQUEST.contact_email) == func.lower(email)
    statement = _select().where(same, _REQUEST.status.in_(sorted(OPEN_REQUEST)))
    ordered = statement.order_by(_REQUEST.created_at, _REQUEST.id).limit(100)
    return _with_rest(session, session.execute(ordered).mappings().all())


def details_of(session: Session, references: Collection[str]) -> Mapping[str, VisitDetails]:
    """What was said beyond a booking, by reference; one statement."""
    rows = session.execute(select(*_DETAIL).where(_DETAIL.reference.in_(references))).mappings()
    return {row["reference"]: _details(row) for row in rows}


def _details(row: RowMapping) -> VisitDetails:
    values: dict[str, Any] = {name: value for name, value in row.items() if name != "reference"}
    return VisitDetails(**{**values, "topics": tuple(values["topics"])})


def _with_rest(session: Session, rows: Sequence[RowMapping]) -> list[VisitFacts]:
    """The requests of these rows, with wishes and details: two statements more, whatever their number."""
    if not rows:
        return []
    wishes: dict[int, list[datetime]] = {row["request_id"]: [] for row in rows}
    statement = select(_WISH.request_id, _WISH.starts_at).where(_WISH.request_id.in_(list(wishes)))
    for request_id, starts_at in session.execute(statement.order_by(_WISH.request_id, _WISH.position)):
        wishes[request_id].append(starts_at)
    details = details_of(session, [row["request_reference"] for row in rows])
    return [
        replace(
            _facts(row),
            wishes=tuple(wishes[row["request_id"]]),
            details=details.get(row["request_reference"], NO_DETAILS),
        )
        for row in rows
    ]


def _facts(row: RowMapping) -> VisitFacts:
    return VisitFacts(
        **{name: row[f"request_{name}"] for name in _OWN},
        accessibility=tuple(row["accessibility"]),
        station=station_facts(row),
        offering=offering_facts(row) if row["asked_offering"] else None,
        contact=Contact(
            row["contact_name"],
            row["contact_email"],
            row["contact_locale"],
            row["group_zone"],
            phone=row["contact_phone"],
            removed_at=row["contact_removed_at"],
        ),
        organisation=row["organisation"],
        organisation_type=row["organisation_type"],
        country=row["country"],
        subdivision=row["subdivision"],
    )
