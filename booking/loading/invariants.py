"""What must be true of the whole database at any time: each invariant is one statement that finds its breaches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.models import AccountRole
from booking.attendance.models import SurveyResult
from booking.bookings.models import Booking, Organisation
from booking.bookings.queries.closing_breaches import half_done, overdue, promised_nothing
from booking.bookings.queries.limits import lowest_limit
from booking.bookings.rules.waiting import LAST_OFFER
from booking.bookings.terms import TAKES_PLACES, BookingStatus
from booking.catalogue.models import Offering, OfferingLanguage, Station, StationLanguage
from booking.catalogue.terms import Kind, LanguagePolicy
from booking.db import table_of
from booking.loading import visit_invariants as visits
from booking.notices.models import Notice
from booking.reporting.queries.breaches import wrong_facts
from booking.scheduling.models import Assignment, CapacityLimit, Closure, Event, Guide, Offer, RoomUse, gives
from booking.scheduling.queries import joint_breaches as joint
from booking.scheduling.terms import (
    AssignmentStatus,
    ClosureType,
    EventStatus,
    Measure,
    OfferReason,
    OfferStatus,
    Per,
    Visibility,
)
from booking.webhooks.queries.breaches import unsaid_failures, untaken_messages, untold_changes

_BOOKING, _EVENT, _STATION = table_of(Booking).c, table_of(Event).c, table_of(Station).c
_OFFERING, _CLOSURE, _NOTICE = table_of(Offering).c, table_of(Closure).c, table_of(Notice).c
_ASSIGNMENT, _GUIDE, _GROUP = table_of(Assignment).c, table_of(Guide).c, table_of(Organisation).c
_USE, _OFFER, _LIMIT = table_of(RoomUse).c, table_of(Offer).c, table_of(CapacityLimit).c

TAKING = sorted(TAKES_PLACES)
TO_COME = (EventStatus.PLANNED, EventStatus.OPEN, EventStatus.CLOSED)
TOLD = (BookingStatus.CONFIRMED, BookingStatus.REQUESTED)
"""Statuses of a booking that its group must have been told."""


@dataclass(frozen=True)
class Invariant:
    """A name, the statement that finds breaches as of a moment, and the sentence for one of its rows."""

    name: str
    breaches: Callable[[datetime], Select[Any]]
    sentence: str


def breaches(session: Session, now: datetime) -> Iterator[str]:
    """A line for each breach, in the order of the invariants."""
    for invariant in INVARIANTS:
        for row in session.execute(invariant.breaches(now)).mappings():
            yield f"{invariant.name}: {invariant.sentence.format(**row)}"
    yield from _wrong_clocks(session)


# Places.
def _places_taken() -> ColumnElement[int]:
    """What the bookings of an event take."""
    taking = and_(_BOOKING.event_id == _EVENT.id, _BOOKING.status.in_(TAKING))
    return select(func.coalesce(func.sum(_BOOKING.size), 0)).where(taking).correlate(table_of(Event)).scalar_subquery()


def _miscounted(_now: datetime) -> Select[Any]:
    counted = _places_taken()
    return select(_EVENT.code, _EVENT.taken, counted.label("counted")).where(_EVENT.taken != counted).order_by("code")


def _overbooked(_now: datetime) -> Select[Any]:
    counted = _places_taken()
    over = or_(counted > _EVENT.capacity, _EVENT.taken > _EVENT.capacity)
    return select(_EVENT.code, _EVENT.capacity, counted.label("counted")).where(over).order_by("code")


def _booked_twice(_now: datetime) -> Select[Any]:
    taking = and_(_BOOKING.status.in_(TAKING), _BOOKING.is_individual.is_(False))
    return (
        select(_EVENT.code, _GROUP.name, func.count().label("times"))
        .select_from(table_of(Booking))
        .join(Event, _EVENT.id == _BOOKING.event_id)
        .join(Organisation, _GROUP.id == _BOOKING.organisation_id)
        .where(taking)
        .group_by(_EVENT.code, _GROUP.id, _GROUP.name, _BOOKING.group_key)
        .having(func.count() > 1)
        .order_by(_EVENT.code)
    )


def _passed_by(now: datetime) -> Select[Any]:
    waits = (_BOOKING.status == BookingStatus.WAITING, _BOOKING.size <= _EVENT.capacity - _EVENT.taken)
    moves = (_EVENT.status == EventStatus.OPEN, _EVENT.starts_at > now + LAST_OFFER)
    joined = select(_BOOKING.reference, _EVENT.code).join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
    free_of_limits = ~exists().where(*_counts_on_its_day())  # else it may be a limit that keeps them waiting
    return joined.where(*waits, *moves, _EVENT.visibility == Visibility.OPEN, free_of_limits).order_by(
        _BOOKING.reference
    )


def _counts_on_its_day() -> tuple[ColumnElement[bool], ...]:
    """A limit that counts people or groups on the event's day, or groups in it."""
    return (
        or_(_LIMIT.station_id.is_(None), _LIMIT.station_id == _EVENT.station_id),
        _LIMIT.ended_at.is_(None),
        _LIMIT.starts_on <= _EVENT.starts_on,
        or_(_LIMIT.ends_on.is_(None), _LIMIT.ends_on >= _EVENT.starts_on),
        or_(_LIMIT.per == Per.DAY, _LIMIT.measure == Measure.GROUPS),
    )


def _beyond_limits(now: datetime) -> Select[Any]:
    """Events to come with places free that a dated limit does not allow: what is over a limit already, sells none."""
    allowed = lowest_limit()
    sells = _EVENT.capacity > case((_EVENT.taken > allowed, _EVENT.taken), else_=allowed)
    upcoming = (_EVENT.status.in_(TO_COME), _EVENT.starts_at > now, allowed.is_not(None))
    return select(_EVENT.code, _EVENT.capacity, allowed.label("allowed")).where(*upcoming, sells).order_by(_EVENT.code)


def _out_of_line(_now: datetime) -> Select[Any]:
    lost = (_BOOKING.status == BookingStatus.WAITING, _BOOKING.waiting_since.is_(None))
    return select(_BOOKING.reference).where(*lost).order_by(_BOOKING.reference)


def _endless_line_offers(_now: datetime) -> Select[Any]:
    offered = (_BOOKING.status == BookingStatus.PROPOSED, _BOOKING.waiting_since.is_not(None))
    return select(_BOOKING.reference).where(*offered, _BOOKING.answer_by.is_(None)).order_by(_BOOKING.reference)


# Guides.
def _double_guides(_now: datetime) -> Select[Any]:
    other = table_of(Assignment).alias("other")
    second = table_of(Event).alias("second")
    clash = and_(
        other.c.guide_id == _ASSIGNMENT.guide_id,
        other.c.id > _ASSIGNMENT.id,
        other.c.status == AssignmentStatus.ACTIVE,
        other.c.starts_at < _ASSIGNMENT.busy_until,
        _ASSIGNMENT.starts_at < other.c.busy_until,
    )
    return (
        select(_GUIDE.code, _EVENT.code.label("first"), second.c.code.label("second"))
        .select_from(table_of(Assignment))
        .join(other, clash)
        .join(Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
        .join(Event, _EVENT.id == _ASSIGNMENT.event_id)
        .join(second, second.c.id == other.c.event_id)
        .where(_ASSIGNMENT.status == AssignmentStatus.ACTIVE)
        .order_by(_GUIDE.code, _EVENT.code)
    )


def _assigned() -> Select[Any]:
    """Active assignments with the codes of guide and event."""
    return (
        select(_GUIDE.code, _EVENT.code.label("event"))
        .select_from(table_of(Assignment))
        .join(Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
        .join(Event, _EVENT.id == _ASSIGNMENT.event_id)
        .where(_ASSIGNMENT.status == AssignmentStatus.ACTIVE)
        .order_by(_GUIDE.code, _EVENT.code)
    )


def _guides_at_other_times(_now: datetime) -> Select[Any]:
    differs = or_(_ASSIGNMENT.starts_at != _EVENT.starts_at, _ASSIGNMENT.busy_until < _EVENT.ends_at)
    return _assigned().where(differs)


def _guides_of_cancelled(_now: datetime) -> Select[Any]:
    return _assigned().where(_EVENT.status == EventStatus.CANCELLED)


def _shared_rooms(_now: datetime) -> Select[Any]:
    other, second = table_of(RoomUse).alias("other"), table_of(Event).alias("second")
    clash = and_(
        other.c.room_id == _USE.room_id,
        other.c.id > _USE.id,
        other.c.status == AssignmentStatus.ACTIVE,
        other.c.starts_at < _USE.busy_until,
        _USE.starts_at < other.c.busy_until,
    )
    return (
        select(_EVENT.code, second.c.code.label("other"))
        .select_from(table_of(RoomUse))
        .join(other, clash)
        .join(Event, _EVENT.id == _USE.event_id)
        .join(second, second.c.id == other.c.event_id)
        .where(_USE.status == AssignmentStatus.ACTIVE)
        .order_by(_EVENT.code)
    )


def _rooms_of_cancelled(_now: datetime) -> Select[Any]:
    joined = select(_EVENT.code).join_from(RoomUse, Event, _EVENT.id == _USE.event_id)
    kept = (_USE.status == AssignmentStatus.ACTIVE, _EVENT.status == EventStatus.CANCELLED)
    return joined.where(*kept).order_by(_EVENT.code)


def _needless_offers(_now: datetime) -> Select[Any]:
    given = exists().where(_ASSIGNMENT.event_id == _EVENT.id, *gives())
    waits = (_OFFER.status == OfferStatus.PENDING, _OFFER.reason != OfferReason.COVER, given)
    joined = select(_OFFER.id, _EVENT.code).join_from(Offer, Event, _EVENT.id == _OFFER.event_id)
    return joined.where(*waits).order_by(_OFFER.id)


# Closures.
def _names(column: ColumnElement[Any], word: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a JSON list of words holds the word of another column; words have no signs of their own in LIKE."""
    return cast(column, Text).like(literal('%"') + cast(word, Text) + literal('"%'))


def _inside_closures(now: datetime) -> Select[Any]:
    in_force = and_(
        _CLOSURE.station_id == _EVENT.station_id,
        _CLOSURE.type != ClosureType.OFFICIAL_HOLIDAY,  # a new one leaves what was planned to the desk
        _CLOSURE.lifted_at.is_(None),
        _CLOSURE.announced_on <= now.date(),
        _CLOSURE.starts_on <= _EVENT.starts_on,
        or_(_CLOSURE.ends_on.is_(None), _CLOSURE.ends_on >= _EVENT.starts_on),
    )
    stopped = and_(_names(_CLOSURE.blocks_formats, _EVENT.format), ~_names(_CLOSURE.allows, _EVENT.kind))
    return (
        select(_BOOKING.reference, _EVENT.code.label("event"), _CLOSURE.code)
        .select_from(table_of(Booking))
        .join(Event, _EVENT.id == _BOOKING.event_id)
        .join(Closure, and_(in_force, stopped))
        .where(_BOOKING.status.in_(TAKING), _EVENT.status != EventStatus.CANCELLED)
        .order_by(_BOOKING.reference)
    )


def _booked_in_cancelled(_now: datetime) -> Select[Any]:
    active = and_(_BOOKING.status.in_(TAKING), _EVENT.status == EventStatus.CANCELLED)
    return (
        select(_BOOKING.reference, _EVENT.code)
        .select_from(table_of(Booking))
        .join(Event, _EVENT.id == _BOOKING.event_id)
        .where(active)
        .order_by(_BOOKING.reference)
    )


# What was promised to groups.
def _untold(_now: datetime) -> Select[Any]:
    told = exists().where(_NOTICE.subject == literal("booking:") + _BOOKING.reference)
    untold = and_(_BOOKING.status.in_(TOLD), _BOOKING.contact_email != "", ~told)
    return select(_BOOKING.reference).where(untold).order_by(_BOOKING.reference)


def _endless_holds(_now: datetime) -> Select[Any]:
    endless = and_(_BOOKING.status == BookingStatus.ON_HOLD, _BOOKING.hold_expires_at.is_(None))
    return select(_BOOKING.reference).where(endless).order_by(_BOOKING.reference)


def _endless_requests(_now: datetime) -> Select[Any]:
    endless = and_(_BOOKING.status == BookingStatus.REQUESTED, _BOOKING.answer_by.is_(None))
    return select(_BOOKING.reference).where(endless).order_by(_BOOKING.reference)


# Languages.
def _without_languages(_now: datetime) -> Select[Any]:
    table = table_of(OfferingLanguage).c
    none = ~exists().where(table.offering_id == _OFFERING.id)
    return select(_OFFERING.code).where(_OFFERING.language_policy == LanguagePolicy.LISTED, none).order_by("code")


def _in_other_languages(now: datetime) -> Select[Any]:
    """Events to come in a language that their offering, or their station for that kind, does not give."""
    own, given = table_of(OfferingLanguage).c, table_of(StationLanguage).c
    listed = exists().where(own.offering_id == _OFFERING.id, own.language == _EVENT.language)
    for_kind = or_(
        and_(_EVENT.kind == Kind.BRIEFING, given.briefings.is_(True)),
        and_(_EVENT.kind != Kind.BRIEFING, given.tours.is_(True)),
    )
    at_station = exists().where(given.station_id == _EVENT.station_id, given.language == _EVENT.language, for_kind)
    wrong = or_(~at_station, and_(_OFFERING.language_policy == LanguagePolicy.LISTED, ~listed))
    return (
        select(_EVENT.code, _EVENT.language)
        .join_from(Event, Offering, _OFFERING.id == _EVENT.offering_id)
        .where(_EVENT.status.in_(TO_COME), _EVENT.starts_at > now)
        .where(_OFFERING.language_policy != LanguagePolicy.ANY, wrong)
        .order_by(_EVENT.code)
    )


# Rows that belong to nothing.
def _deserted(_now: datetime) -> Select[Any]:
    active = (*TAKING, BookingStatus.WAITING)
    booked = exists().where(_BOOKING.event_id == _EVENT.id, _BOOKING.status.in_(active))
    private = and_(_EVENT.visibility == Visibility.PRIVATE, _EVENT.status.in_(TO_COME))
    return select(_EVENT.code).where(private, ~booked).order_by(_EVENT.code)


def _strange_offerings(_now: datetime) -> Select[Any]:
    return (
        select(_EVENT.code, _OFFERING.code.label("offering"))
        .join_from(Event, Offering, _OFFERING.id == _EVENT.offering_id)
        .where(_OFFERING.station_id != _EVENT.station_id)
        .order_by(_EVENT.code)
    )


def _one_sided_twins(_now: datetime) -> Select[Any]:
    twin = table_of(Event).alias("twin")
    answers = exists().where(twin.c.id == _EVENT.twin_id, twin.c.twin_id == _EVENT.id)
    return select(_EVENT.code).where(_EVENT.twin_id.is_not(None), ~answers).order_by(_EVENT.code)


def _orphan_roles(_now: datetime) -> Select[Any]:
    table = table_of(AccountRole).c
    known = exists().where(_STATION.code == table.station_code)
    return select(table.id, table.station_code).where(table.station_code != "", ~known).order_by(table.id)


def _orphan_surveys(_now: datetime) -> Select[Any]:
    table = table_of(SurveyResult).c
    named = exists().where(_EVENT.id == table.event_id, _EVENT.code == table.event_key)
    lost = and_(table.event_id.is_(None), table.event_key != "", table.month == "")
    wrong = or_(lost, and_(table.event_id.is_not(None), ~named))
    return select(table.survey_code, table.event_key).where(wrong).order_by(table.survey_code)


INVARIANTS = (
    Invariant("places counted", _miscounted, "event {code} says {taken} are taken, its bookings take {counted}"),
    Invariant("places within capacity", _overbooked, "event {code} has {capacity} places, its bookings take {counted}"),
    Invariant("one booking of a group", _booked_twice, "{name} is booked {times} times in event {code}"),
    Invariant("free places are offered to the line", _passed_by, "booking {reference} waits though {code} has room"),
    Invariant("places within limits", _beyond_limits, "event {code} has {capacity} places, {allowed} are allowed"),
    Invariant("who waits has a place in line", _out_of_line, "booking {reference} waits, and nobody knows since when"),
    Invariant("offer to the line ends", _endless_line_offers, "booking {reference} is offered places for ever"),
    Invariant("guide in one place", _double_guides, "{code} is in {first} and {second} at once, the pause included"),
    Invariant("guide at the event's time", _guides_at_other_times, "{code} is engaged for {event} at another time"),
    Invariant("guide of a cancelled event", _guides_of_cancelled, "{code} is still engaged for {event}"),
    Invariant("room holds one event", _shared_rooms, "{code} and {other} are in one meeting room, the pause included"),
    Invariant("room of a cancelled event", _rooms_of_cancelled, "event {code} is cancelled and still has its room"),
    Invariant("joint event is online", joint.partners_on_site, "{station} takes part in {code}, which is not online"),
    Invariant("partner is another station", joint.partners_of_themselves, "{station} takes part in its own {code}"),
    Invariant("co-host is of a partner", joint.co_hosts_of_nobody, "{code} comes along to {event} for no partner"),
    Invariant("offer of what is free", _needless_offers, "offer {id} is of event {code}, which somebody gives"),
    Invariant(
        "nobody inside a closure", _inside_closures, "booking {reference} is in event {event}, stopped by {code}"
    ),
    Invariant("closure holds what it proposed", promised_nothing, "{code} keeps nothing for booking {reference}"),
    Invariant("operation does what its log says", half_done, "operation {code} and its steps do not agree"),
    Invariant("prepared closure is carried out", overdue, "operation {code} was due on {due_on}"),
    Invariant("nobody in a cancelled event", _booked_in_cancelled, "booking {reference} is still in event {code}"),
    Invariant("group was told", _untold, "booking {reference} has no notice"),
    Invariant("hold ends", _endless_holds, "booking {reference} is on hold for ever"),
    Invariant("request is answered", _endless_requests, "booking {reference} is a request without a deadline"),
    Invariant("offering has a language", _without_languages, "offering {code} has a list of languages with none in it"),
    Invariant("event in a language given", _in_other_languages, "event {code} is in {language}, which is not given"),
    Invariant("private event has a group", _deserted, "event {code} is nobody's and is not cancelled"),
    Invariant("offering of the station", _strange_offerings, "event {code} is of {offering}, of another station"),
    Invariant("twins name each other", _one_sided_twins, "event {code} names a twin that does not name it"),
    Invariant("notice has its booking", visits.orphan_notices, "notice {id} is about {subject}, which is not there"),
    Invariant("key has its booking", visits.orphan_keys, "a key answers with booking {reference}, which is not there"),
    *(Invariant(*one) for one in visits.ALL),
    Invariant("role has its station", _orphan_roles, "role {id} is at {station_code}, which is not there"),
    Invariant("facts agree", wrong_facts, "what reports count of event {code} is not what it and its bookings say"),
    Invariant("changes are told", untold_changes, "since {at} no program has been told of {thing} {which}"),
    Invariant(
        "message that arrived was taken", untaken_messages, "message {message} arrived, and was answered with {status}"
    ),
    Invariant("webhook that fails says since when", unsaid_failures, "webhook {code} fails {failures} times"),
    Invariant(
        "survey has its event", _orphan_surveys, "survey {survey_code} is about {event_key}, which it does not name"
    ),
)


def _wrong_clocks(session: Session) -> Iterator[str]:
    """Events whose instant, wall time and day do not agree: one statement, compared here, as SQLite knows no zones."""
    statement = select(_EVENT.code, _EVENT.starts_at, _EVENT.time_zone, _EVENT.starts_local, _EVENT.starts_on)
    own_zone = statement.add_columns(_STATION.time_zone.label("station_zone"))
    for row in session.execute(own_zone.join_from(Event, Station, _STATION.id == _EVENT.station_id).order_by("code")):
        if row.time_zone != row.station_zone:
            yield f"event on its station's clock: event {row.code} is in {row.time_zone}, not {row.station_zone}"
            continue
        local = zones.to_local(row.starts_at, row.time_zone)
        if (f"{local:%Y-%m-%dT%H:%M}", local.date()) != (row.starts_local, row.starts_on):
            yield (
                f"event on its station's clock: event {row.code} is at {local:%Y-%m-%dT%H:%M} there, "
                f"not at {row.starts_local} on {row.starts_on}"
            )
