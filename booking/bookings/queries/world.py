"""Reads the world of a search: a fixed number of statements, whatever guides, days and events there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from booking.bookings.offers import Criteria
from booking.bookings.queries.limits import uses_of_days
from booking.bookings.rules.request import JOINABLE
from booking.bookings.world import Offered, OpenEvent, World
from booking.catalogue.queries import Catalogue
from booking.catalogue.terms import Kind, LanguagePolicy, OfferingFacts
from booking.db import table_of
from booking.i18n import Translated, base_language
from booking.scheduling.hosts import HostFacts
from booking.scheduling.minutes import DAY, Span, instant_of, weeks_around
from booking.scheduling.models import Event
from booking.scheduling.queries.closures import dated_of
from booking.scheduling.queries.hosts import hosts_of, taken_between
from booking.scheduling.queries.partners import stations_taking_part
from booking.scheduling.terms import Use, Visibility

_EVENT = table_of(Event).c
_EVENT_COLUMNS = (
    *(_EVENT[name] for name in OpenEvent._fields if name != "partner_places"),
    stations_taking_part().label("partner_places"),
)


def world(session: Session, known: Catalogue, now: datetime, last: date) -> World:
    """The catalogue, its closures and hosts, days off up to the day `last`: four statements, no calendar yet."""
    stations = known.stations.values()
    dated = dated_of(session, stations, now)
    return World(
        now=now,
        span=Span(0, 0),
        offerings=_offerings(known),
        closures={station_id: one.closures for station_id, one in dated.items()},
        limits={station_id: one.limits for station_id, one in dated.items()},
        hosts=_by_station(hosts_of(session, [station.id for station in stations], min(now.date(), last), last)),
        taken={},
    )


def around(session: Session, known: World, criteria: Criteria, wished: Span) -> World:
    """The world with its calendar between two minutes: two statements, for hosts and events that suit the criteria.

    One more where a dated limit counts what takes place.
    """
    span = _padded(wished)
    stations = known.stations
    hosts = {
        host.id
        for station_id, hosts in known.hosts.items()
        if not criteria.stations or stations[station_id].code in criteria.stations
        for host in hosts
        if _speaks(host, criteria)
    }
    weeks = weeks_around(span)
    taken = taken_between(session, hosts, instant_of(weeks.base), instant_of(weeks.end))
    events = _events(session, criteria, wished, known.now)
    uses = uses_of_days(session, {one for limits in known.limits.values() for one in limits}, _days(span))
    return replace(known, span=span, taken=taken, events=events, uses=_by_day(uses), _tables={})


def _days(span: Span) -> tuple[date, date]:
    return instant_of(span.base).date(), instant_of(span.end).date()


def _by_day(uses: Iterable[Use]) -> Mapping[date, tuple[Use, ...]]:
    found: dict[date, list[Use]] = defaultdict(list)
    for one in uses:
        found[one.day].append(one)
    return {day: tuple(those) for day, those in found.items()}


def _padded(wished: Span) -> Span:
    """A day longer at both ends: pauses and the limits of a day reach over midnight."""
    return Span(wished.base - DAY, wished.end + DAY)


def _speaks(host: HostFacts, criteria: Criteria) -> bool:
    return not criteria.languages or not host.languages.isdisjoint(map(base_language, criteria.languages))


def _by_station(hosts: Iterable[HostFacts]) -> Mapping[int, list[HostFacts]]:
    """Under each station for which a host gives anything."""
    found: dict[int, list[HostFacts]] = defaultdict(list)
    for host in hosts:
        for station_id in host.stations:
            found[station_id].append(host)
    return found


def _offerings(known: Catalogue) -> dict[int, Offered]:
    """The whole catalogue in order of code."""
    stations = {station.id: station for station in known.stations.values()}
    return {
        facts.id: Offered(
            facts=facts,
            station=stations[facts.station_id],
            title=Translated(facts.titles),
            given=_given(known, facts),
            watch_url=known.watch_urls.get(facts.code, ""),
        )
        for facts in known.offerings.values()
    }


def _given(known: Catalogue, facts: OfferingFacts) -> frozenset[str]:
    """The languages in which the station gives the kind: for briefings its own list, else that of its tours."""
    if facts.kind is Kind.BRIEFING:
        return frozenset(known.briefings.get(facts.station_id, ()))
    tours = frozenset(known.tours.get(facts.station_id, ()))
    official = facts.language_policy is LanguagePolicy.OFFICIAL
    return tours.intersection(known.official.get(facts.station_id, ())) if official else tours


def _events(session: Session, criteria: Criteria, wished: Span, now: datetime) -> list[OpenEvent]:
    """The open events that the filters leave, full ones too, in order of start and code."""
    begin = max(instant_of(wished.base), now)
    statement = (
        select(*_EVENT_COLUMNS)
        .where(_EVENT.starts_at >= begin, _EVENT.starts_at < instant_of(wished.end))
        .where(_EVENT.status.in_(sorted(JOINABLE)), _EVENT.visibility == Visibility.OPEN)
        .order_by(_EVENT.starts_at, _EVENT.code)
    )
    return [OpenEvent._make(row) for row in session.execute(_filtered(statement, criteria)).all()]


def _filtered(statement: Select[tuple[object, ...]], criteria: Criteria) -> Select[tuple[object, ...]]:
    wanted = ((_EVENT.kind, criteria.kinds), (_EVENT.format, criteria.formats), (_EVENT.theme, criteria.themes))
    for column, values in wanted:
        statement = statement.where(column.in_(values)) if values else statement
    if criteria.languages:
        tags = [base_language(tag) or tag for tag in criteria.languages]
        statement = statement.where(or_(_EVENT.language.in_(tags), *(_EVENT.language.like(f"{tag}-%") for tag in tags)))
    return statement
