"""The frozen snapshot that a decision rests on: a few statements, whatever is on the calendar."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from booking import i18n, zones
from booking.bookings.models import IS_WAITING, TAKING, Booking, Organisation
from booking.bookings.names import name_key
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.limits import with_uses
from booking.bookings.queries.line import smallest_waiting
from booking.bookings.queries.no_shows import no_shows_of
from booking.bookings.rules import Situation
from booking.bookings.terms import BookingRequest, BookingStatus, Engagement, OrganisationType, UnknownTime, WishedTime
from booking.catalogue.models import Offering, Station
from booking.catalogue.queries import (
    OFFERING,
    STATION,
    languages_given,
    offering_facts,
    own_languages,
    station_facts,
    station_named,
)
from booking.catalogue.terms import PRIVATE_KINDS, Format, LanguagePolicy, OfferingFacts, StationFacts
from booking.db import db, table_of
from booking.scheduling.models import Event
from booking.scheduling.queries.closures import dated_of
from booking.scheduling.queries.events import EVENT, event_facts
from booking.scheduling.queries.hosts import free_hosts, host_engagements
from booking.scheduling.terms import EventStatus, Visibility

_EVENT, _BOOKING, _ORGANISATION = table_of(Event).c, table_of(Booking).c, table_of(Organisation).c
_OFFERING, _STATION = table_of(Offering).c, table_of(Station).c

# Written once: to write a statement anew costs more than to run it.
_BY_EVENT = (
    select(*EVENT, *OFFERING, *STATION, smallest_waiting().label("smallest_waiting"))
    .join_from(table_of(Event), table_of(Offering), _OFFERING.id == _EVENT.offering_id)
    .join(table_of(Station), _STATION.id == _EVENT.station_id)
    .where(_EVENT.code == bindparam("code"))
)
_BY_OFFERING = (
    select(*OFFERING, *STATION)
    .join_from(table_of(Offering), table_of(Station), _STATION.id == _OFFERING.station_id)
    .where(_OFFERING.code == bindparam("code"))
)
_OF_GROUP = (
    select(_BOOKING.reference, _BOOKING.event_id, _EVENT.starts_at, _EVENT.ends_at)
    .join_from(
        table_of(Organisation),
        table_of(Booking),
        func.coalesce(_ORGANISATION.merged_into_id, _ORGANISATION.id) == _BOOKING.organisation_id,
    )
    .join(table_of(Event), _EVENT.id == _BOOKING.event_id)
    .where(
        _ORGANISATION.name_key == bindparam("name_key"),
        _ORGANISATION.country == bindparam("country"),
        _BOOKING.group_key == bindparam("group_key"),
        _BOOKING.is_individual.is_(False),
        or_(
            _BOOKING.status.in_(TAKING),
            and_(_BOOKING.status == IS_WAITING, _BOOKING.event_id == bindparam("event_id")),
        ),
        _BOOKING.reference != bindparam("except_reference"),
        _EVENT.status != EventStatus.CANCELLED,
        or_(
            _BOOKING.event_id == bindparam("event_id"),
            and_(_EVENT.starts_at < bindparam("ends_at"), _EVENT.ends_at > bindparam("starts_at")),
        ),
    )
    .order_by(_EVENT.starts_at, _BOOKING.reference)
)


def situation(
    request: BookingRequest,
    now: datetime,
    *,
    except_reference: str = "",
    own: BookingFacts | None = None,
) -> Situation:
    """Read what is known about a request as of `now`; raises UnknownTime where its event or offering does not exist.

    `except_reference`: a booking that is not counted (it is this one, asked again). `own`: the booking that is changed
    or the hold that is booked; its places, its private event and its host are this group's already.
    """
    session = db.session()
    known = _joined(session, request, except_reference) if request.event else _offered(session, request)
    dated = dated_of(session, [known.station], now)[known.station.id]
    found = replace(
        known,
        language=i18n.base_language(request.language),
        country_known=i18n.is_country(request.country),
        asked_station=station_named(session, request.station) if request.station else None,
        closures=dated.closures,
        limits=dated.limits,
        group_zone=request.contact.time_zone,
    )
    found = _with_own(found, own)
    found = _with_uses(session, found, own, except_reference)
    found = _with_languages(session, found)
    found = _with_group(session, found, request, own.reference if own else except_reference)
    if own is None or _is_asked_anew(own):
        found = _with_no_shows(session, found, request, now)
    return _with_hosts(session, found, request, own)


def bare_situation(request: BookingRequest, now: datetime, *, starts_at: datetime | None = None) -> Situation:
    """As much of it as limits depend on; UnknownTime as `situation`. `starts_at`: the time of an open slot."""
    session = db.session()
    known = _joined(session, request, "") if request.event else _offered(session, request)
    if starts_at is not None:
        known = replace(known, starts_at=starts_at)
    since = min(now, known.starts_at or now)  # a day that is over is explained too
    dated = dated_of(session, [known.station], since)[known.station.id]
    return with_uses(session, replace(known, closures=dated.closures, limits=dated.limits))


def _joined(session: Session, request: BookingRequest, except_reference: str) -> Situation:
    row = session.execute(_BY_EVENT, {"code": request.event}).mappings().first()
    if row is None:
        raise UnknownTime(request.event)
    event = event_facts(row)
    own = _places_of(session, except_reference, event.id) if except_reference else 0
    event = replace(event, taken=event.taken - own) if own else event
    return Situation(
        station=station_facts(row),
        offering=offering_facts(row),
        event=event,
        smallest_waiting=None if own else row["smallest_waiting"],  # places of one's own pass nobody
        starts_at=event.starts_at,
        ends_at=event.ends_at,
    )


def _places_of(session: Session, reference: str, event_id: int) -> int:
    own = (_BOOKING.reference == reference, _BOOKING.event_id == event_id, _BOOKING.status.in_(TAKING))
    return session.execute(select(_BOOKING.size).where(*own)).scalar() or 0


def _offered(session: Session, request: BookingRequest) -> Situation:
    row = session.execute(_BY_OFFERING, {"code": request.offering}).mappings().first()
    if row is None:
        raise UnknownTime(request.offering)
    station, offering = station_facts(row), offering_facts(row)
    if offering.language_policy is LanguagePolicy.LISTED:
        offering = replace(offering, languages=own_languages(session, offering.id))
    start = instant_of(request.starts, station, request.contact.time_zone) if request.starts else None
    if start and offering.format is Format.OFF_SITE:
        return _published(session, offering, station, start)
    end = start + timedelta(minutes=offering.duration_min) if start else None
    return Situation(station=station, offering=offering, starts_at=start, ends_at=end)


def _published(session: Session, offering: OfferingFacts, station: StationFacts, start: datetime) -> Situation:
    """OFF-01: an off-site programme is joined at its published date, if there is one at that time."""
    seen = select(*EVENT, smallest_waiting().label("smallest_waiting"))
    statement = seen.where(_EVENT.offering_id == offering.id, _EVENT.starts_at == start)
    statement = statement.order_by(_EVENT.status != EventStatus.OPEN, _EVENT.id)  # an open one before a cancelled one
    row = session.execute(statement).mappings().first()
    event = event_facts(row) if row else None
    end = event.ends_at if event else start + timedelta(minutes=offering.duration_min)
    found = Situation(station=station, offering=offering, event=event, starts_at=start, ends_at=end)
    return replace(found, smallest_waiting=row["smallest_waiting"]) if row else found


def instant_of(starts: WishedTime, station: StationFacts, group_zone: str) -> datetime:
    """The instant a start means: by its offset; without one, on the group's or the station's clock (TIME-04 asks)."""
    if starts.offset is not None:
        return (starts.local - starts.offset).replace(tzinfo=UTC)
    try:
        return zones.to_instant(starts.local, group_zone or station.time_zone)
    except zones.NonexistentTime:
        return starts.local.replace(tzinfo=UTC)


def _with_own(found: Situation, own: BookingFacts | None) -> Situation:
    if own is None or found.event is None or own.event.id != found.event.id:
        return found
    return replace(found, own_places=own.size or 0, is_own_event=True)


def _with_uses(session: Session, found: Situation, own: BookingFacts | None, except_reference: str) -> Situation:
    """What else takes place that day, where a limit counts it; a booking that moves leaves its own event."""
    leaves = own is not None and own.event.visibility is Visibility.PRIVATE and not found.is_own_event
    given_up = own.event.id if own and leaves else 0
    return with_uses(session, found, without=own.reference if own else except_reference, given_up=given_up)


def _with_languages(session: Session, found: Situation) -> Situation:
    """The station's languages, looked up unless the group takes the language of the event it joins."""
    offering, event = found.offering, found.event
    if offering.language_policy is LanguagePolicy.ANY or found.language is None:
        return found
    if event is not None and i18n.base_language(event.language) == found.language:
        return found
    given = languages_given(session, found.station.id, offering.kind, offering.language_policy)
    if event is not None and offering.language_policy is LanguagePolicy.LISTED:
        offering = replace(offering, languages=own_languages(session, offering.id))
    return replace(found, offering=offering, station_languages=given)


def _with_group(session: Session, found: Situation, request: BookingRequest, except_reference: str) -> Situation:
    """The same group's booking of this event, and its events at overlapping times."""
    if not request.organisation or request.organisation_type == OrganisationType.INDIVIDUAL or not found.starts_at:
        return found
    here = found.event.id if found.event else 0
    group = {
        "name_key": name_key(request.organisation),
        "country": request.country,
        "group_key": name_key(request.group_label),
        "except_reference": except_reference,
        "event_id": here,
        "starts_at": found.starts_at,
        "ends_at": found.ends_at,
    }
    rows = session.execute(_OF_GROUP, group).all()
    return replace(
        found,
        booked_here=next((row.reference for row in rows if row.event_id == here), ""),
        engagements=tuple(Engagement(row.starts_at, row.ends_at, row.reference, row.event_id) for row in rows),
    )


def _is_asked_anew(own: BookingFacts) -> bool:
    """A hold that becomes a booking, and places that a group in line is offered: nothing was decided on them yet."""
    is_offered = own.status is BookingStatus.PROPOSED and own.waiting_since is not None
    return is_offered or own.status is BookingStatus.ON_HOLD


def _with_no_shows(session: Session, found: Situation, request: BookingRequest, now: datetime) -> Situation:
    """NSH-01 looks at what is asked for anew; what is booked already has been decided on."""
    group = (request.organisation, request.country, request.organisation_type)
    return replace(found, no_shows=len(no_shows_of(session, request.contact.email, group, now)))


def is_hosted(offering: OfferingFacts) -> bool:
    """Whether guides or speakers of a Visitors Service give it as an event of its own."""
    return offering.unit == "visitors-service" and offering.kind in PRIVATE_KINDS


def _with_hosts(session: Session, found: Situation, request: BookingRequest, own: BookingFacts | None) -> Situation:
    """Who could give an open slot, and whether the host asked for is taken."""
    start, end = found.starts_at, found.ends_at
    if start is None or end is None:
        return found
    if request.host:
        taken = host_engagements(session, request.host, start, end, found.station.buffer_min)
        found = replace(found, host_engagements=tuple(Engagement(*interval) for interval in taken))
    if found.event is not None or found.language is None or not is_hosted(found.offering):
        return found
    given_up = own.event.id if own and own.event.visibility is Visibility.PRIVATE else 0
    free = free_hosts(session, found.station, found.offering, found.language, (start, end), given_up)
    return replace(found, free_hosts=free)
