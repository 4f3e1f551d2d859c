"""Finding a time: the one search of the pages and the API, "why not?", and the nearest times that fit instead.

A page of times takes ten statements, four of them for the catalogue; two more read a wider stretch where nothing fits.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from booking.bookings import nearest as near
from booking.bookings import reasons
from booking.bookings.listing import on_demand, page, slot_of
from booking.bookings.offers import Criteria, SearchResult, Slot, WhyNot
from booking.bookings.queries.situation import situation
from booking.bookings.queries.world import around, world
from booking.bookings.rules import Situation, last_bookable_day
from booking.bookings.search import Found, Search
from booking.bookings.slot_ids import EventSlot, event_slot_id, open_slot_id, read
from booking.bookings.terms import BookingRequest, Contact, OrganisationType, UnknownTime, WishedTime
from booking.bookings.wishes import days_wished, span_of
from booking.bookings.world import World
from booking.catalogue.queries import Catalogue, catalogue
from booking.db import db
from booking.scheduling.minutes import Span, instant_of, minute_of

SEEN_AROUND = timedelta(weeks=4)
"""How far from the wish the nearest times are looked for."""
SEEN_FIRST = timedelta(days=2)
"""How far instead of a refused time: where enough fits as near as that, nothing farther can be nearer."""
LONGEST_HORIZON = timedelta(days=366)
UTC_ZONE = "UTC"


def search(criteria: Criteria, now: datetime, known: Catalogue | None = None) -> SearchResult:
    """A page of times for a class, soonest first; for an empty first page why nothing fits, and the nearest that do.

    The catalogue is read unless it is `known`. Raises BadCursor, and UnknownZone for a zone that nobody knows.
    """
    found = _search(db.session(), known or catalogue(db.session()), criteria, now)
    times, cursor = page(found)
    if criteria.cursor or times:
        return _page(found, times, cursor)
    return SearchResult(
        slots=(),
        blocked=reasons.blocked(found, found.wishes.wished),
        refusals=reasons.reasons(found),
        alternatives=_nearest(db.session(), found.world, criteria, found.wishes.wished.base),
        on_demand=tuple(on_demand(found)),
    )


def _search(session: Session, known: Catalogue, criteria: Criteria, now: datetime) -> Search:
    first, last = days_wished(criteria, now)
    latest = (now + LONGEST_HORIZON).date()
    wished = span_of(first, min(last, max(first, latest)), criteria.time_zone, now)
    found = world(session, known, now, max(latest, instant_of(wished.end).date()))
    return Search.over(around(session, found, criteria, wished), criteria, wished)


def _page(found: Search, times: list[Found], cursor: str | None) -> SearchResult:
    wished, criteria = found.wishes.wished, found.criteria
    begin = times[0].minute if criteria.cursor and times else wished.base
    end = times[-1].minute + 1 if cursor else wished.end
    return SearchResult(
        slots=tuple(slot_of(found.world, one, criteria.size) for one in times),
        next_cursor=cursor,
        blocked=reasons.blocked(found, Span(begin, end)) if times else (),
        on_demand=() if criteria.cursor else tuple(on_demand(found)),
    )


def _nearest(
    session: Session, known: World, criteria: Criteria, minute: int, n: int = near.ENOUGH, without: str = ""
) -> tuple[Slot, ...]:
    """The nearest to a minute, within weeks of it, or of the last day that can be booked."""
    wished = _stretch(known, minute, SEEN_AROUND)
    wide = around(session, known, Criteria(), wished)
    return near.nearest(wide, criteria, minute, wished, n=n, without=without)


def _close_by(
    session: Session, known: World, criteria: Criteria, minute: int, n: int, without: str
) -> tuple[Slot, ...]:
    """The same within two days, no wish given up: the whole answer where there are `n`, and read with little."""
    wished = _stretch(known, minute, SEEN_FIRST)
    if not wished.base <= minute < wished.end:
        return ()  # moved to the days that can be booked: what is nearest does not lie around it
    return near.nearest(
        around(session, known, Criteria(), wished), criteria, minute, wished, n=n, without=without, steps=1
    )


def _stretch(known: World, minute: int, each_way: timedelta) -> Span:
    """So far each way, inside of what can still be booked."""
    now = known.now
    last = max((last_bookable_day(station, now) for station in known.stations.values()), default=now.date())
    end = minute_of(datetime(last.year, last.month, last.day, tzinfo=UTC)) + 2 * 1440
    centre, reach = min(max(minute, minute_of(now)), end), each_way // timedelta(minutes=1)
    return Span(max(centre - reach, minute_of(now) + 1), min(centre + reach, end))


def nearest(
    criteria: Criteria,
    starts_at: datetime,
    now: datetime,
    *,
    n: int = near.ENOUGH,
    without: str = "",
    known: Catalogue | None = None,
) -> tuple[Slot, ...]:
    """At most `n` times nearest to an instant that the criteria, or ever fewer of their wishes, leave; soonest first.

    `without`: the id of a time that is not meant, usually that of the one refused. Reads the catalogue unless `known`.
    """
    session, minute = db.session(), minute_of(starts_at)
    found = world(session, known or catalogue(session), now, (now + LONGEST_HORIZON).date())
    close = _close_by(session, found, criteria, minute, n, without)
    return close if len(close) == n else _nearest(session, found, criteria, minute, n, without)


def criteria_of(request: BookingRequest) -> Criteria:
    """What a booking request says, as criteria: the same offering, language, size, ages and clock."""
    return Criteria(
        languages=(request.language,) if request.language else (),
        size=request.size,
        youngest_age=request.youngest_age,
        organisation_type=request.organisation_type,
        offering=request.offering,
        time_zone=request.contact.time_zone or UTC_ZONE,
    )


def alternatives(
    request: BookingRequest, found: Situation, now: datetime, known: Catalogue | None = None
) -> tuple[Slot, ...]:
    """The three nearest times for a request that was refused in this situation; the time refused is none of them."""
    criteria = replace(criteria_of(request), offering=found.offering.code)
    return nearest(criteria, found.starts_at or now, now, without=_slot_id(found), known=known)


def _slot_id(found: Situation) -> str:
    """The id of the time that a situation is about; empty where no language or time was understood."""
    if found.event:
        return event_slot_id(found.event.code)
    if found.language is None or found.starts_at is None:
        return ""
    return open_slot_id(found.offering.code, found.language, found.starts_at)


def why_not(slot: str, criteria: Criteria, now: datetime) -> WhyNot:
    """The decision's reasons against a time for this class, none where it can be had, and the nearest that fit.

    Raises UnknownTime for a text that names no time, or one of an event or offering that is not there.
    """
    asked = request_for(slot, criteria)
    known = situation(asked, now)
    refusals = tuple(reasons.decided(asked, known, now).refusals)
    wanted = replace(criteria, offering=known.offering.code)
    instead = nearest(wanted, known.starts_at or now, now, without=slot) if refusals else ()
    return WhyNot(refusals, instead)


def request_for(slot: str, criteria: Criteria) -> BookingRequest:
    """The request that choosing a time amounts to; UnknownTime for a text that names none."""
    named = read(slot)
    if named is None:
        raise UnknownTime(slot)
    asked = BookingRequest(
        size=criteria.size,
        language=criteria.languages[0] if criteria.languages else "",
        youngest_age=criteria.youngest_age,
        organisation_type=criteria.organisation_type or OrganisationType.SCHOOL,
        contact=Contact(time_zone=criteria.time_zone),
    )
    if isinstance(named, EventSlot):
        return replace(asked, event=named.event)
    start = named.starts_at
    wished = WishedTime(f"{start:%Y-%m-%dT%H:%MZ}", start.replace(tzinfo=None), timedelta(), is_utc=True)
    return replace(asked, offering=named.offering, language=named.language, starts=wished)
