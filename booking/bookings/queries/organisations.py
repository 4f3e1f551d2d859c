"""Organisations as a desk compares them: who has booked, what a merge would move, and what stands in its way."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, false, func, or_, select, union
from sqlalchemy.orm import Session

from booking.bookings.models import Booking, Organisation, OrganisationMerge, VisitRequest
from booking.bookings.names import name_key
from booking.bookings.rules.spelling import Named, near_pairs
from booking.bookings.terms import TAKES_PLACES, BookingStatus, OrganisationType
from booking.catalogue.models import Station
from booking.db import table_of
from booking.scheduling.models import Event

ACTIVE = TAKES_PLACES | {BookingStatus.WAITING}
"""Statuses of which the database takes one only for a group and an event."""
MOST_COMPARED = 20_000

_BOOKING, _EVENT, _STATION = table_of(Booking).c, table_of(Event).c, table_of(Station).c
_REQUEST = table_of(VisitRequest).c
_ORGANISATION, _MERGE = table_of(Organisation).c, table_of(OrganisationMerge).c
_IS_GROUP = (_ORGANISATION.merged_into_id.is_(None), _ORGANISATION.type != OrganisationType.INDIVIDUAL)


@dataclass(frozen=True)
class Spelling:
    """An organisation with what it has booked; `stations` are codes."""

    id: int
    name: str
    country: str
    type: OrganisationType
    bookings: int = 0
    contacts: int = 0
    stations: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Collision:
    """A booking that would be moved, and one of the kept organisation for the same group in the way."""

    booking_id: int
    reference: str
    label: str
    other: str
    """Reference of the one in the way."""
    starts_at: datetime
    time_zone: str
    is_same_event: bool


@dataclass(frozen=True)
class MovedBooking:
    """A booking of an organisation; `station` is a code."""

    id: int
    reference: str
    event_id: int
    station: str


@dataclass(frozen=True)
class MovedRequest:
    """A request without a time, of an organisation; `station` is a code."""

    id: int
    reference: str
    station: str


@dataclass(frozen=True)
class Merged:
    """A merge that was made."""

    id: int
    kept: str
    merged: str
    at: datetime
    actor: str
    undone_at: datetime | None
    bookings: int
    stations: frozenset[str]
    """Codes of those whose bookings it moved."""


def spellings(session: Session, ids: Collection[int]) -> dict[int, Spelling]:
    """These organisations by id, those left out that are merged into another or are a person; two statements."""
    counted = func.count(_BOOKING.id), func.count(func.distinct(func.lower(_BOOKING.contact_email)))
    statement = (
        select(_ORGANISATION.id, _ORGANISATION.name, _ORGANISATION.country, _ORGANISATION.type, *counted)
        .join_from(Organisation, Booking, _BOOKING.organisation_id == _ORGANISATION.id, isouter=True)
        .where(_ORGANISATION.id.in_(ids), *_IS_GROUP)
        .group_by(_ORGANISATION.id, _ORGANISATION.name, _ORGANISATION.country, _ORGANISATION.type)
    )
    stations = stations_of(session, ids)
    return {
        row[0]: Spelling(row[0], row[1], row[2], row[3], row[4], row[5], stations.get(row[0], frozenset()))
        for row in session.execute(statement)
    }


def stations_of(session: Session, ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The codes of the stations where these organisations have ever booked or asked."""
    booked = (
        select(_BOOKING.organisation_id, _STATION.code)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .join(Station, _STATION.id == _EVENT.station_id)
        .where(_BOOKING.organisation_id.in_(ids))
    )
    asked = (
        select(_REQUEST.organisation_id, _STATION.code)
        .join_from(VisitRequest, Station, _STATION.id == _REQUEST.station_id)
        .where(_REQUEST.organisation_id.in_(ids))
    )
    statement = union(booked, asked)
    found: dict[int, set[str]] = {}
    for organisation, code in session.execute(statement):
        found.setdefault(organisation, set()).add(code)
    return {organisation: frozenset(codes) for organisation, codes in found.items()}


def suggested(session: Session, stations: Collection[str] | None, most: int) -> list[tuple[Spelling, Spelling]]:
    """Pairs that may be one organisation, the most alike first, in each the one with more bookings first.

    Those of which at least one has booked at these stations (codes; None: all); five statements at most.
    """
    named = select(_ORGANISATION.id, _ORGANISATION.name_key, _ORGANISATION.country).where(*_IS_GROUP)
    rows = session.execute(named.order_by(_ORGANISATION.id.desc()).limit(MOST_COMPARED)).all()
    pairs = near_pairs(Named(*row) for row in rows)
    own = _own(session, stations, {id_ for pair in pairs for id_ in (pair.one, pair.other)})
    shown = [pair for pair in pairs if own is None or pair.one in own or pair.other in own][:most]
    known = spellings(session, {id_ for pair in shown for id_ in (pair.one, pair.other)})
    both = [(known[pair.one], known[pair.other]) for pair in shown]
    return [(one, other) if one.bookings >= other.bookings else (other, one) for one, other in both]


def _own(session: Session, stations: Collection[str] | None, ids: Collection[int]) -> set[int] | None:
    if stations is None:
        return None
    return {id_ for id_, codes in stations_of(session, ids).items() if codes & set(stations)}


def organisations_like(session: Session, text: str, most: int) -> list[Spelling]:
    """Organisations whose name holds the text as it stands, by name; a percent sign means itself."""
    found = select(_ORGANISATION.id).where(_ORGANISATION.name_key.contains(name_key(text), autoescape=True), *_IS_GROUP)
    ids = session.execute(found.order_by(_ORGANISATION.name_key, _ORGANISATION.id).limit(most)).scalars().all()
    known = spellings(session, ids)
    return [known[id_] for id_ in ids if id_ in known]


def collisions(session: Session, kept: int, merged: int) -> list[Collision]:
    """What the groups of one organisation would do twice were it the other: one event, or two at one time."""
    other, place = table_of(Booking).alias("other"), table_of(Event).alias("place")
    overlap = and_(
        place.c.starts_at < _EVENT.ends_at,
        place.c.ends_at > _EVENT.starts_at,
        _BOOKING.status.in_(sorted(TAKES_PLACES)),
        other.c.status.in_(sorted(TAKES_PLACES)),
    )
    same = other.c.event_id == _BOOKING.event_id
    statement = (
        select(
            *(_BOOKING.id, _BOOKING.reference, _BOOKING.group_label, other.c.reference.label("other")),
            *(_EVENT.starts_at, _EVENT.time_zone, same.label("is_same_event")),
        )
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .join(other, and_(other.c.organisation_id == kept, other.c.group_key == _BOOKING.group_key))
        .join(place, place.c.id == other.c.event_id)
        .where(
            _BOOKING.organisation_id == merged,
            _BOOKING.is_individual == false(),
            other.c.is_individual == false(),
            _BOOKING.status.in_(sorted(ACTIVE)),
            other.c.status.in_(sorted(ACTIVE)),
            or_(same, overlap),
        )
        .order_by(_EVENT.starts_at, _BOOKING.id, other.c.id)
    )
    found = [Collision(*row) for row in session.execute(statement)]
    return list({one.booking_id: one for one in reversed(found)}.values())[::-1]


def bookings_of(session: Session, organisation: int) -> list[MovedBooking]:
    """Its bookings, by id."""
    statement = (
        select(_BOOKING.id, _BOOKING.reference, _BOOKING.event_id, _STATION.code)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .join(Station, _STATION.id == _EVENT.station_id)
        .where(_BOOKING.organisation_id == organisation)
        .order_by(_BOOKING.id)
    )
    return [MovedBooking(*row) for row in session.execute(statement)]


def requests_of(session: Session, organisation: int) -> list[MovedRequest]:
    """Its requests without a time, by id."""
    statement = (
        select(_REQUEST.id, _REQUEST.reference, _STATION.code)
        .join_from(VisitRequest, Station, _STATION.id == _REQUEST.station_id)
        .where(_REQUEST.organisation_id == organisation)
        .order_by(_REQUEST.id)
    )
    return [MovedRequest(*row) for row in session.execute(statement)]


def merges(session: Session, since: datetime, most: int, merge_id: int | None = None) -> list[Merged]:
    """What was merged since an instant, the newest first; only the one of this id, if given. Three statements."""
    kept, merged = table_of(Organisation).alias("kept"), table_of(Organisation).alias("merged")
    columns = (_MERGE.id, kept.c.name, merged.c.name, _MERGE.at, _MERGE.actor, _MERGE.undone_at, _MERGE.moved)
    statement = (
        select(*columns)
        .join_from(OrganisationMerge, kept, kept.c.id == _MERGE.kept_id)
        .join(merged, merged.c.id == _MERGE.merged_id)
        .where(_MERGE.at > since)
        .order_by(_MERGE.id.desc())
        .limit(most)
    )
    if merge_id is not None:
        statement = statement.where(_MERGE.id == merge_id)
    rows = session.execute(statement).all()
    codes = _stations_of_bookings(session, {booking for row in rows for booking in row.moved["bookings"]})
    asked = _stations_of_requests(session, {one for row in rows for one in row.moved.get("requests", ())})
    return [Merged(*row[:6], len(row.moved["bookings"]), _at(row.moved, codes, asked)) for row in rows]


def _at(moved: Mapping[str, Collection[int]], booked: Mapping[int, str], asked: Mapping[int, str]) -> frozenset[str]:
    """The stations of what was moved; merges of the past moved no requests."""
    codes = [booked.get(one) for one in moved["bookings"]] + [asked.get(one) for one in moved.get("requests", ())]
    return frozenset(filter(None, codes))


def _stations_of_requests(session: Session, ids: Collection[int]) -> dict[int, str]:
    statement = (
        select(_REQUEST.id, _STATION.code)
        .join_from(VisitRequest, Station, _STATION.id == _REQUEST.station_id)
        .where(_REQUEST.id.in_(ids))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _stations_of_bookings(session: Session, ids: Collection[int]) -> dict[int, str]:
    statement = (
        select(_BOOKING.id, _STATION.code)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .join(Station, _STATION.id == _EVENT.station_id)
        .where(_BOOKING.id.in_(ids))
    )
    return {row[0]: row[1] for row in session.execute(statement)}
