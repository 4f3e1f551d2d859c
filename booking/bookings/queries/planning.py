"""What the desk's planning rests on: an offering with its station, and what is on the calendar at many times."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import zones
from booking.bookings.queries.limits import uses_of_days
from booking.bookings.rules.planning import OnCalendar
from booking.catalogue.models import Offering, Station
from booking.catalogue.queries import OFFERING, STATION, offering_facts, own_languages, station_facts
from booking.catalogue.terms import LanguagePolicy, OfferingFacts, StationFacts
from booking.db import table_of
from booking.scheduling.fitness import Company, Wanted
from booking.scheduling.hosts import need_of
from booking.scheduling.minutes import minute_of
from booking.scheduling.models import Event, MeetingRoom, RoomUse
from booking.scheduling.queries.closures import dated_of
from booking.scheduling.queries.hosts import hosts_with, taken_between
from booking.scheduling.terms import AssignmentStatus, EventStatus, Unfit

_EVENT, _OFFERING, _STATION = table_of(Event).c, table_of(Offering).c, table_of(Station).c
_ROOM, _USE = table_of(MeetingRoom).c, table_of(RoomUse).c
_AROUND = timedelta(days=8)
"""Limits of a week and nights of rest reach so far beyond the times that are asked."""


def offering_at_station(session: Session, code: str) -> tuple[OfferingFacts, StationFacts] | None:
    """An offering, its own languages included, and the station that gives it; None where there is none of that code."""
    statement = (
        select(*OFFERING, *STATION)
        .join_from(Offering, Station, _STATION.id == _OFFERING.station_id)
        .where(_OFFERING.code == code)
    )
    row = session.execute(statement).mappings().first()
    if row is None:
        return None
    offering = offering_facts(row)
    if offering.language_policy is LanguagePolicy.LISTED:
        offering = replace(offering, languages=own_languages(session, offering.id))
    return offering, station_facts(row)


def on_calendar(
    session: Session,
    place: tuple[OfferingFacts, StationFacts],
    language: str,
    times: Sequence[datetime],
    now: datetime,
    but: Collection[int] = (),
) -> OnCalendar:
    """What is there already around these instants, but for some events (by id); two statements.

    One more where a dated limit counts the events of a day.
    """
    offering, station = place
    dated = dated_of(session, [station], now)[station.id]
    if not times:
        return OnCalendar(station, offering, dated.closures)
    statement = select(_EVENT.starts_at, _EVENT.ends_at).where(
        _EVENT.offering_id == offering.id,
        _EVENT.language == language,
        _EVENT.status != EventStatus.CANCELLED,
        _EVENT.id.not_in(but),
        _EVENT.starts_at < max(times) + timedelta(minutes=offering.duration_min),
        _EVENT.ends_at > min(times),
    )
    same = tuple((row.starts_at, row.ends_at) for row in session.execute(statement))
    days = [zones.local_date(one, station.time_zone) for one in (min(times), max(times))]
    uses = uses_of_days(session, dated.limits, (days[0], days[1]))
    others = tuple(one for one in uses if one.event_id not in but)
    return OnCalendar(station, offering, dated.closures, same, dated.limits, others)


def guide_against(
    session: Session,
    guide_id: int,
    place: tuple[OfferingFacts, StationFacts],
    language: str,
    times: Collection[datetime],
    but: Collection[int] = (),
) -> Mapping[datetime, tuple[Unfit, ...]]:
    """What stands against a guide's giving the offering at each of these instants, some events (by id) given up."""
    if not times:
        return {}
    offering, station = place
    start, end = min(times) - _AROUND, max(times) + _AROUND
    hosts = hosts_with(session, [guide_id], start.date(), end.date())
    taken = taken_between(session, [guide_id], start, end, but)
    need, length = need_of(offering, language), timedelta(minutes=offering.duration_min)
    keyed = dict(enumerate(times))
    wanted = {
        key: Wanted(need, minute_of(one), minute_of(one + length), station.buffer_min) for key, one in keyed.items()
    }
    judged = Company(hosts, taken).judge(wanted)
    return {keyed[key]: found.get(guide_id, ()) for key, found in judged.items()}


def rooms_taken(session: Session, guide_id: int, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """When the guide's standing rooms are in use between two instants, pauses included."""
    statement = (
        select(_USE.starts_at, _USE.busy_until)
        .join_from(RoomUse, MeetingRoom, _ROOM.id == _USE.room_id)
        .where(_ROOM.guide_id == guide_id, _USE.status == AssignmentStatus.ACTIVE)
        .where(_USE.starts_at < end, _USE.busy_until > start)
    )
    return [(row.starts_at, row.busy_until) for row in session.execute(statement)]
