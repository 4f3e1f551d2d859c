"""What several use cases write: references, keys, organisations, places, and private events with their hosts."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    ScalarSelect,
    Update,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking import zones
from booking.bookings.models import Booking, IdempotencyKey, Organisation, RequestNote, VisitDetail
from booking.bookings.names import name_key
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.limits import lowest_limit
from booking.bookings.rules import Situation, private_capacity
from booking.bookings.services.hosting import take_host
from booking.bookings.services.waiting import offer_places
from booking.bookings.terms import (
    NO_DETAILS,
    BookingRequest,
    KeyReused,
    NoteKind,
    OrganisationType,
    ParticipantList,
    VisitDetails,
)
from booking.catalogue.models import Station
from booking.catalogue.terms import Format, StationFacts
from booking.db import core, insert_for, table_of
from booking.scheduling.models import Closure, Event, Guide
from booking.scheduling.services.in_step import release
from booking.scheduling.terms import EventStatus, Visibility

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no letter that is taken for another
_EVENT, _GUIDE = table_of(Event), table_of(Guide)
_BOOKING, _KEY, _STATION = table_of(Booking), table_of(IdempotencyKey), table_of(Station)
_ORGANISATION, _CLOSURE, _NOTE = table_of(Organisation), table_of(Closure), table_of(RequestNote)
_DETAIL = table_of(VisitDetail)

# Written once: to write a statement anew costs more than to run it.
_KEPT = select(_KEY.c.request_hash, _KEY.c.answer).where(_KEY.c.key_hash == bindparam("key_hash"))
_INSERT_BOOKING = insert(_BOOKING)
_NAMED = (_ORGANISATION.c.name_key == bindparam("key"), _ORGANISATION.c.country == bindparam("where"))
_HOLD = (
    update(_ORGANISATION)
    .where(_ORGANISATION.c.merged_into_id.is_(None))
    .values(name_key=_ORGANISATION.c.name_key)  # changes nothing, but locks and returns the row
    .returning(_ORGANISATION.c.id)
)
_HOLD_ORGANISATION = _HOLD.where(*_NAMED)
_HOLD_KEPT = _HOLD.where(_ORGANISATION.c.id == bindparam("kept"))
_SPELLING_OF = select(_ORGANISATION.c.merged_into_id).where(*_NAMED)


class Stale(Exception):
    """What was decided on has changed meanwhile: roll back, read afresh, decide again."""


class Replayed(Exception):
    """The key has been used: the first answer is given again."""


def code(length: int) -> str:
    """Random letters and digits, five bits each."""
    return "".join(ALPHABET[byte & 31] for byte in secrets.token_bytes(length))


def new_reference() -> str:
    """A booking reference nobody can guess: fifty random bits, readable over the phone."""
    text = code(10)
    return f"VE-{text[:4]}-{text[4:8]}-{text[8:]}"


# Idempotency keys.
@dataclass(frozen=True)
class Key:
    """An idempotency key with the request it was sent with, both as hashes; one caller's key is not another's."""

    key_hash: str
    request_hash: str

    @classmethod
    def of(cls, key: str, caller: str, request: object) -> "Key":
        """The key of a caller (an account or a contact's address) for a request, a dataclass or JSON value."""
        value = asdict(request) if hasattr(request, "__dataclass_fields__") else request  # type: ignore[call-overload]
        text = json.dumps(value, sort_keys=True, default=str)
        return cls(_sha256(f"{caller.casefold()}|{key}"), _sha256(text))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def answer_to(session: Session, key: Key) -> dict[str, Any] | None:
    """The answer kept for the key, None where it is new; raises KeyReused for another request."""
    row = session.execute(_KEPT, {"key_hash": key.key_hash}).first()
    if row is None:
        return None
    if row.request_hash != key.request_hash:
        raise KeyReused
    answer: dict[str, Any] = json.loads(row.answer)
    return answer


def put_key(session: Session, key: Key, answer: Mapping[str, object], now: datetime) -> None:
    """Take the key first: a twin in flight waits here and then finds it taken (Replayed)."""
    row = {
        "key_hash": key.key_hash,
        "request_hash": key.request_hash,
        "reference": str(answer["reference"]),
        "answer": json.dumps(answer),
        "created_at": now,
    }
    connection = core(session)
    if connection.execute(_insert_key(connection.dialect.name), row).first() is None:
        raise Replayed


@cache
def _insert_key(dialect: str) -> Any:  # noqa: ANN401  two dialects' own classes
    # What it returns tells whether it wrote: PostgreSQL's driver gives no number of rows for an INSERT.
    return insert_for(dialect, _KEY).on_conflict_do_nothing(index_elements=["key_hash"]).returning(_KEY.c.key_hash)


def changed(session: Session, statement: Any, values: Mapping[str, object] | None = None) -> int:  # noqa: ANN401  any UPDATE
    """How many rows an UPDATE changed (of an INSERT, PostgreSQL's driver does not tell)."""
    result = core(session).execute(statement, values)
    assert isinstance(result, CursorResult)  # noqa: S101  what UPDATE gives
    return result.rowcount


@dataclass(frozen=True)
class Organised:
    """The row of an organisation; of one that is new here nobody else can have booked anything yet."""

    id: int
    is_new: bool


def organisation_of(session: Session, request: BookingRequest) -> Organised:
    """The row of the organisation, made where it is new; holding it makes one group's bookings wait for each other."""
    values: dict[str, object] = {
        "name": request.organisation,
        "name_key": name_key(request.organisation),
        "type": OrganisationType(request.organisation_type),
        "country": request.country,
        "subdivision": request.subdivision,
    }
    connection = core(session)
    made = connection.execute(_insert_organisation(connection.dialect.name), values).scalar()
    if made is not None:
        return Organised(made, is_new=True)
    known = {"key": values["name_key"], "where": request.country}
    held = connection.execute(_HOLD_ORGANISATION, known).scalar()
    return Organised(held or _hold_kept(session, known), is_new=False)


def _hold_kept(session: Session, known: Mapping[str, object]) -> int:
    """The organisation of which this name is another spelling; Stale where they are merged or parted at this moment.

    Only that one is held, since a merge holds both by id: what it wrote is looked at again once it is held.
    """
    connection = core(session)
    kept = connection.execute(_SPELLING_OF, known).scalar()
    held: int | None = connection.execute(_HOLD_KEPT, {"kept": kept}).scalar()
    if held is None or connection.execute(_SPELLING_OF, known).scalar() != held:
        raise Stale
    return held


@cache
def _insert_organisation(dialect: str) -> Any:  # noqa: ANN401  two dialects' own classes
    statement = insert_for(dialect, _ORGANISATION).on_conflict_do_nothing(index_elements=["name_key", "country"])
    return statement.returning(_ORGANISATION.c.id)


def group_values(organisation: Organised, request: BookingRequest, language: str) -> dict[str, object]:
    """The columns of a booking that say who comes and what they need."""
    on_site = request.participant_list
    return {
        "organisation_id": organisation.id,
        "is_individual": request.organisation_type == OrganisationType.INDIVIDUAL,
        "organisation_type": OrganisationType(request.organisation_type),
        "group_label": request.group_label,
        "group_key": name_key(request.group_label),
        "size": request.size,
        "accompanying_adults": request.accompanying_adults,
        "youngest_age": request.youngest_age,
        "theme": request.theme,
        "language": language,
        "contact_name": request.contact.name,
        "contact_email": request.contact.email,
        "contact_phone": request.contact.phone,
        "contact_locale": request.contact.locale,
        "time_zone": request.contact.time_zone,
        "technical_contact": request.technical_contact,
        "technical_name": request.technical_name,
        "technical_email": request.technical_email,
        "accessibility": list(request.accessibility),
        "note": request.note,
        "participant_list": ParticipantList(on_site),
    }


def insert_booking(session: Session, values: Mapping[str, object]) -> None:
    """One booking; the same group's second one in an event makes the situation Stale (DUP-01 then says so)."""
    try:
        core(session).execute(_INSERT_BOOKING, dict(values))
    except IntegrityError as error:
        raise Stale from error


def keep_details(session: Session, reference: str, details: VisitDetails) -> None:
    """What was said beyond a booking, under the reference of the request and of what comes of it."""
    if details != NO_DETAILS:
        session.execute(insert(_DETAIL), {"reference": reference, **asdict(details), "topics": list(details.topics)})


def keep_exception(
    session: Session, booking: BookingFacts, reason: str, rules: Sequence[str], now: datetime, actor: str
) -> None:
    """Why rules were not kept when it was booked, and which; the group does not read it."""
    of = {"reference": booking.reference, "station_code": booking.station.code, "rules": " ".join(rules)}
    session.execute(insert(_NOTE), {**of, "at": now, "actor": actor, "kind": NoteKind.EXCEPTION, "text": reason})


# Events.
def take_places(session: Session, event_id: int, version: int, places: int, statuses: Sequence[EventStatus]) -> None:
    """The one conditional UPDATE that decides about places, last of all; raises Stale where it changed nothing.

    Its condition uses columns of that row alone: on PostgreSQL another table would not be looked at again after a wait.
    """
    wanted = {"event": event_id, "seen": version, "places": places}
    if changed(session, _take_places(tuple(statuses)), wanted) != 1:
        raise Stale


@cache
def _take_places(statuses: tuple[EventStatus, ...]) -> Update:
    return (
        update(_EVENT)
        .where(_EVENT.c.id == bindparam("event"), _EVENT.c.version == bindparam("seen"))
        .where(or_(*(_EVENT.c.status == status for status in statuses)))
        .where(_EVENT.c.taken + bindparam("places") <= _EVENT.c.capacity)
        .values(taken=_EVENT.c.taken + bindparam("places"))
    )


def lock_events(session: Session, ids: Sequence[int]) -> None:
    """Lock existing event rows in the order of their ids, before any booking of theirs is touched.

    FOR NO KEY UPDATE, as everywhere: a booking just inserted refers to its event's row, and must not be waited for by
    somebody whom it waits for itself.
    """
    statement = select(_EVENT.c.id).where(_EVENT.c.id.in_(ids)).order_by(_EVENT.c.id)
    session.execute(statement.with_for_update(key_share=True)).all()


def lock_hosts(session: Session, ids: Sequence[int]) -> None:
    """Lock hosts in the order of their ids: before an event, where one is freed and another host asked for."""
    statement = select(_GUIDE.c.id).where(_GUIDE.c.id.in_(ids)).order_by(_GUIDE.c.id)
    session.execute(statement.with_for_update(key_share=True)).all()


def lock_organisation_of(session: Session, booking_id: int) -> None:
    """Lock the group's organisation: before an event, as whoever books for it does."""
    statement = (
        select(_ORGANISATION.c.id)
        .join(Booking, _BOOKING.c.organisation_id == _ORGANISATION.c.id)
        .where(_BOOKING.c.id == booking_id)
    )
    session.execute(statement.with_for_update(of=_ORGANISATION, key_share=True)).all()


def give_places_back(session: Session, event_id: int, places: int, *, private: bool, now: datetime, actor: str) -> None:
    """Free places after a status UPDATE changed a booking; the private event of nobody is cancelled, its host free.

    Where distancing or a dated limit allows fewer than were taken, what is freed is not sold again beyond the limit.
    Those in line for an event of several groups are offered what is free, before anybody else can see it.
    """
    left = _EVENT.c.taken - places
    capacity: ColumnElement[int] = _EVENT.c.capacity
    for limit, of_it in ((_distanced_limit(), _EVENT.c.format == Format.IN_PERSON), (lowest_limit(), true())):
        above = and_(of_it, limit.is_not(None), capacity > limit)
        capacity = case((above, case((left > limit, left), else_=limit)), else_=capacity)
    session.execute(update(_EVENT).where(_EVENT.c.id == event_id).values(taken=left, capacity=capacity))
    if not private:
        offer_places(session, event_id, now, actor=actor)
        return
    alone = (_EVENT.c.id == event_id, _EVENT.c.visibility == Visibility.PRIVATE, _EVENT.c.taken == 0)
    values = {"status": EventStatus.CANCELLED, "version": _EVENT.c.version + 1}
    if changed(session, update(_EVENT).where(*alone).values(values)):
        release(session, [event_id], now, actor=actor)


def _distanced_limit() -> ScalarSelect[int]:
    """The largest on-site group that closures in force allow on the day of the event being updated, or NULL."""
    covers = (
        _CLOSURE.c.station_id == _EVENT.c.station_id,
        _CLOSURE.c.starts_on <= _EVENT.c.starts_on,
        or_(_CLOSURE.c.ends_on.is_(None), _CLOSURE.c.ends_on >= _EVENT.c.starts_on),
        _CLOSURE.c.lifted_at.is_(None),
    )
    return select(func.min(_CLOSURE.c.distanced_capacity)).where(*covers).correlate(_EVENT).scalar_subquery()


@dataclass(frozen=True)
class MadeEvent:
    """The private event made for an open slot; without a host it is planned, and a person decides."""

    id: int
    code: str
    host_id: int | None


def event_code(situation: Situation) -> str:
    """A new code for the event of an open slot: station, day, and six letters or digits."""
    assert situation.starts_at is not None  # noqa: S101  REQ-01 has refused a request without a time
    day = zones.local_date(situation.starts_at, situation.station.time_zone)
    return f"{situation.station.code}-{day:%y%m%d}-{code(6)}"


def make_private_event(
    session: Session, situation: Situation, size: int, now: datetime, *, theme: str = "", code: str = ""
) -> MadeEvent:
    """An open slot becomes an event: station row shared, a free host, the event; the database refuses an overlap."""
    hold_station(session, situation.station)
    values = _private_event(situation, size, now, theme) | {"code": code or event_code(situation)}
    event_id: int = session.execute(insert(_EVENT).values(values).returning(_EVENT.c.id)).scalar_one()
    host = take_host(session, situation, event_id)
    if situation.free_hosts and host is None:
        raise Stale
    if host is None:
        session.execute(update(_EVENT).where(_EVENT.c.id == event_id).values(status=EventStatus.PLANNED))
    return MadeEvent(event_id, str(values["code"]), host)


def hold_station(session: Session, station: StationFacts) -> None:
    """A closure takes this row for writing: we come before it, and are swept by it, or after it, and see it."""
    statement = select(_STATION.c.version).where(_STATION.c.id == station.id).with_for_update(read=True)
    if session.execute(statement).scalar_one() != station.version:
        raise Stale


def _private_event(situation: Situation, size: int, now: datetime, theme: str) -> dict[str, object]:
    offering, station = situation.offering, situation.station
    assert situation.starts_at is not None  # noqa: S101  REQ-01 has refused a request without a time
    local = zones.to_local(situation.starts_at, station.time_zone)
    places, own = max(private_capacity(situation, now), size), offering.max_group or 0
    return {
        "station_id": station.id,
        "offering_id": offering.id,
        "unit": offering.unit,
        "format": offering.format,
        "kind": offering.kind,
        "theme": theme or offering.theme,
        "audience": offering.audience,
        "language": situation.language,
        "starts_at": situation.starts_at,
        "ends_at": situation.ends_at,
        "time_zone": station.time_zone,
        "starts_local": f"{local:%Y-%m-%dT%H:%M}",
        "starts_on": local.date(),
        "capacity": places,
        "own_capacity": own if own > places else None,
        "taken": size,
        "status": EventStatus.OPEN,
        "visibility": Visibility.PRIVATE,
    }
