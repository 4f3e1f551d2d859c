"""Reads the world of a search: ten statements, whatever guides, days and events there are, for wanted columns only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from booking.bookings.offers import Criteria
from booking.bookings.rules.request import JOINABLE
from booking.bookings.world import Offered, OpenEvent, World
from booking.catalogue.models import Offering, OfferingLanguage, Station, StationLanguage
from booking.catalogue.queries import OFFERING, STATION, offering_facts, station_facts
from booking.catalogue.terms import Basis, Kind, LanguagePolicy, OfferingFacts, StationFacts
from booking.db import table_of
from booking.i18n import base_language
from booking.scheduling.models import Event
from booking.scheduling.queries.closures import closures_of_all
from booking.scheduling.queries.hosts import hosts_of, taken_between
from booking.scheduling.slots import DAY, HostFacts, Span, instant_of
from booking.scheduling.terms import Visibility

_EVENT, _OFFERING = table_of(Event).c, table_of(Offering).c
_EVENT_COLUMNS = tuple(_EVENT[name] for name in OpenEvent._fields)


def world(session: Session, criteria: Criteria, wished: Span, now: datetime, last: date) -> World:
    """All that a search of these criteria looks at, between two minutes; days off are read to the day `last`."""
    offerings = _offerings(session)
    stations = {one.station.id: one.station for one in offerings.values()}
    hosts = hosts_of(session, list(stations), min(now.date(), last), last)
    known = World(
        now=now,
        span=_padded(wished),
        offerings=offerings,
        closures=closures_of_all(session, stations.values(), now),
        hosts=_by_station(hosts),
        taken={},
    )
    return around(session, known, criteria, wished)


def around(session: Session, known: World, criteria: Criteria, wished: Span) -> World:
    """The same world between other minutes: two statements, for hosts and events that suit the criteria."""
    span = _padded(wished)
    stations = known.stations
    hosts = [
        host.id
        for station_id, hosts in known.hosts.items()
        if not criteria.stations or stations[station_id].code in criteria.stations
        for host in hosts
        if _speaks(host, criteria)
    ]
    taken = taken_between(session, hosts, instant_of(span.base), instant_of(span.end))
    events = _events(session, criteria, wished, known.now)
    return replace(known, span=span, taken=taken, events=events, _tables={})


def _padded(wished: Span) -> Span:
    """A day longer at both ends: pauses and the limits of a day reach over midnight."""
    return Span(wished.base - DAY, wished.end + DAY)


def _speaks(host: HostFacts, criteria: Criteria) -> bool:
    return not criteria.languages or not host.languages.isdisjoint(map(base_language, criteria.languages))


def _by_station(hosts: Iterable[HostFacts]) -> Mapping[int, list[HostFacts]]:
    found: dict[int, list[HostFacts]] = defaultdict(list)
    for host in hosts:
        found[host.station_id].append(host)
    return found


def _offerings(session: Session) -> dict[int, Offered]:
    """The whole catalogue with its stations and languages, in order of code: three statements."""
    statement = select(*OFFERING, *STATION, _OFFERING.watch_url).join(Station, Station.id == _OFFERING.station_id)
    given, own = _given(session), _own(session)
    found: dict[int, Offered] = {}
    stations: dict[int, StationFacts] = {}
    for row in session.execute(statement.order_by(_OFFERING.code)).mappings():
        facts = offering_facts(row, own.get(row["offering_id"], ()))
        station = stations.setdefault(facts.station_id, station_facts(row))
        languages = frozenset(given.get((station.id, _list_for(facts)), ()))
        found[facts.id] = Offered(facts, station, row["offering_title"], languages, row["watch_url"])
    return found


def _list_for(facts: OfferingFacts) -> str:
    """Which of the station's lists counts: that of briefings, of tours, or of tours in official languages."""
    if facts.kind is Kind.BRIEFING:
        return "briefings"
    return "official" if facts.language_policy is LanguagePolicy.OFFICIAL else "tours"


def _given(session: Session) -> dict[tuple[int, str], set[str]]:
    """The languages of every station, by station and list: tours, briefings, official."""
    table = table_of(StationLanguage).c
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in session.execute(select(table.station_id, table.language, table.basis, table.tours, table.briefings)):
        is_official = row.tours and row.basis is Basis.OFFICIAL
        lists = {"tours": row.tours, "briefings": row.briefings, "official": is_official}
        for name in (name for name, given in lists.items() if given):
            found[row.station_id, name].add(row.language)
    return found


def _own(session: Session) -> dict[int, set[str]]:
    """The languages of offerings with a list of their own."""
    table = table_of(OfferingLanguage).c
    found: dict[int, set[str]] = defaultdict(set)
    for row in session.execute(select(table.offering_id, table.language)):
        found[row.offering_id].add(row.language)
    return found


def _events(session: Session, criteria: Criteria, wished: Span, now: datetime) -> list[OpenEvent]:
    """The open events that the filters leave, full ones too, in order of start and code."""
    begin = max(instant_of(wished.base), now)
    statement = (
        select(*_EVENT_COLUMNS)
        .where(_EVENT.starts_at >= begin, _EVENT.starts_at < instant_of(wished.end))
        .where(_EVENT.status.in_(sorted(JOINABLE)), _EVENT.visibility == Visibility.OPEN)
        .order_by(_EVENT.starts_at, _EVENT.code)
    )
    return [OpenEvent._make(row) for row in session.execute(_filtered(statement, criteria))]


def _filtered(statement: Select[tuple[object, ...]], criteria: Criteria) -> Select[tuple[object, ...]]:
    wanted = ((_EVENT.kind, criteria.kinds), (_EVENT.format, criteria.formats), (_EVENT.theme, criteria.themes))
    for column, values in wanted:
        statement = statement.where(column.in_(values)) if values else statement
    if criteria.languages:
        tags = [base_language(tag) or tag for tag in criteria.languages]
        statement = statement.where(or_(_EVENT.language.in_(tags), *(_EVENT.language.like(f"{tag}-%") for tag in tags)))
    return statement
