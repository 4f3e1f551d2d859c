"""Look before closing: everything that a closure would hit, with every way it can go on; nothing is stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.bookings.closing import ClosureRefused, ClosureWish, EventHit, Over, Preview, Stays
from booking.bookings.closing_checks import check_wishes
from booking.bookings.closing_terms import Hurdle
from booking.bookings.closing_ways import WEEKS_LATER, Ways
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.queries.closing import Days, InRange, events_in, fingerprint, groups_in, targets, untouched
from booking.bookings.terms import SWEPT, BookingStatus, OrganisationType
from booking.bulk import many_things
from booking.catalogue.queries import catalogue, station_named
from booking.catalogue.terms import Format, StationFacts
from booking.db import db, let_go
from booking.scheduling.minutes import DAY, Span, instant_of, minute_of, weeks_around
from booking.scheduling.queries.closures import closures_of
from booking.scheduling.queries.desk import NamedGuide, guides_for, guides_of
from booking.scheduling.queries.hosts import hosts_of, taken_between
from booking.scheduling.slots import Timetable
from booking.scheduling.terms import PRE_BOOKED_GROUP, ClosureFacts, Visibility

_LATER = timedelta(weeks=WEEKS_LATER + 1)


def preview(wish: ClosureWish | Sequence[ClosureWish], now: datetime) -> Preview:
    """What a closure, or the phases of a reopening, would hit, and what could be done; a fixed number of statements.

    Raises ClosureRefused for what makes no sense; its `hurdle` says why.
    """
    wishes = (wish,) if isinstance(wish, ClosureWish) else tuple(wish)
    session = db.session()
    station = station_named(session, wishes[0].station) if wishes else None
    if station is None:
        raise ClosureRefused(Hurdle.UNKNOWN)
    closures = closures_of(session, station, now)
    check_wishes(wishes, station, closures, now)
    seen = fingerprint(session, station.id, days_of(wishes), now)
    let_go(session)  # whoever acts on this compares that name once more under the locks
    with many_things():
        return _look(session, station, wishes, closures, seen, now)


def days_of(wishes: Iterable[ClosureWish]) -> list[Days]:
    """First and last day of each."""
    return [(one.starts_on, one.ends_on) for one in wishes]


def _look(
    session: Session,
    station: StationFacts,
    wishes: tuple[ClosureWish, ...],
    closures: Sequence[ClosureFacts],
    seen: str,
    now: datetime,
) -> Preview:
    days, formats = days_of(wishes), _formats(wishes)
    found = events_in(session, station.id, days, formats, now)
    ids = [one.event.id for one in found]
    let_go(session)
    bookings: dict[int, list[BookingFacts]] = defaultdict(list)
    for booking in bookings_in(session, ids, SWEPT - {BookingStatus.ON_HOLD}):
        bookings[booking.event.id].append(booking)
    guides = guides_of(session, ids)
    let_go(session)
    hits = [hit for one in found if (hit := _hit(one, wishes, bookings[one.event.id], tuple(guides[one.event.id])))]
    gone = {hit.event.id for hit in hits if hit.is_whole}
    return Preview(
        station,
        wishes,
        tuple(_with_ways(session, station, wishes, closures, hits)),
        tuple(
            Stays(one.event, one.title, one.offering, tuple(bookings[one.event.id]))
            for one in found
            if _stays(one, _phase(one, wishes))
        ),
        untouched(session, station.id, days, formats, now),
        tuple(_over(found, wishes, bookings, gone)),
        seen,
    )


def _formats(wishes: Iterable[ClosureWish]) -> set[str]:
    return {str(Format.IN_PERSON), *(name for wish in wishes for name in wish.blocks_formats)}


def _phase(one: InRange, wishes: Sequence[ClosureWish]) -> ClosureWish:
    return next(wish for wish in wishes if wish.covers(one.starts_on))


def _stays(one: InRange, wish: ClosureWish) -> bool:
    return one.event.format in wish.blocks_formats and one.event.kind in wish.allows


def _hit(
    one: InRange, wishes: Sequence[ClosureWish], bookings: Sequence[BookingFacts], guides: tuple[NamedGuide, ...]
) -> EventHit | None:
    """The event as the closure hits it; None where it stays as it is."""
    wish = _phase(one, wishes)
    if one.event.kind in wish.allows:
        return None
    is_whole = one.event.format in wish.blocks_formats
    leaving = [booking for booking in bookings if is_whole or _leaves(booking, one, wish)]
    if not is_whole and not leaving:
        return None
    if not is_whole and one.event.visibility is Visibility.PRIVATE:
        is_whole = len(leaving) == len(bookings)
    placed = tuple(booking for booking in leaving if booking.status is not BookingStatus.WAITING)
    line = tuple(booking for booking in leaving if booking.status is BookingStatus.WAITING)
    return EventHit(
        one.event,
        one.offering,
        one.title,
        placed,
        line,
        guides,
        is_whole,
        wishes.index(wish),
    )


def _leaves(booking: BookingFacts, one: InRange, wish: ClosureWish) -> bool:
    """Whether a group may not come though the event takes place: individuals (CLO-02), or more than the limit."""
    if one.event.format != Format.IN_PERSON:
        return False
    alone = PRE_BOOKED_GROUP in wish.allows and booking.organisation_type == OrganisationType.INDIVIDUAL
    limit = wish.distanced_capacity
    return alone or (wish.larger and limit is not None and (booking.size or 0) > limit)


def _over(
    found: Sequence[InRange],
    wishes: Sequence[ClosureWish],
    bookings: Mapping[int, Sequence[BookingFacts]],
    gone: set[int],
) -> Iterable[Over]:
    for one in found:
        limit = _phase(one, wishes).distanced_capacity
        if limit is None or one.event.format != Format.IN_PERSON or one.event.id in gone:
            continue
        wish = _phase(one, wishes)
        for booking in bookings[one.event.id]:
            is_over = (booking.size or 0) > limit and booking.status is not BookingStatus.WAITING
            if is_over and not _leaves(booking, one, wish):
                yield Over(booking, limit)


def _with_ways(
    session: Session,
    station: StationFacts,
    wishes: Sequence[ClosureWish],
    closures: Sequence[ClosureFacts],
    hits: Sequence[EventHit],
) -> list[EventHit]:
    """The events with every way in which each can go on."""
    if not hits:
        return []
    ends = [wish.ends_on for wish in wishes if wish.ends_on]
    last = max(hit.event.starts_at for hit in hits) + timedelta(days=1)
    if ends:
        later = datetime.combine(max(ends), last.timetz(), last.tzinfo) + _LATER
        last = max(last, later)
    first = min(hit.event.starts_at for hit in hits)
    wished = [_facts(wish) for wish in wishes]
    let_go(session)
    there = targets(session, {hit.offering.id for hit in hits}, max(ends), last.date()) if ends else {}
    finder = Ways(
        station,
        catalogue(session),
        _timetable(session, station, Span(minute_of(first) - DAY, minute_of(last) + DAY)),
        [*(one for one in closures if one.code not in {wish.extends for wish in wishes}), *wished],
        there,
        groups_in(session, [one.id for some in there.values() for one in some]) if there else {},
        {guide.id: guide for guide in guides_for(session, [station.id])},
    )
    let_go(session)
    return [finder.of(hit, wishes[hit.phase].ends_on) for hit in hits]


def _timetable(session: Session, station: StationFacts, span: Span) -> Timetable:
    weeks = weeks_around(span)
    first, last = instant_of(weeks.base), instant_of(weeks.end)
    hosts = hosts_of(session, [station.id], first.date(), last.date())
    return Timetable(station, span, hosts, taken_between(session, [host.id for host in hosts], first, last))


def _facts(wish: ClosureWish) -> ClosureFacts:
    return ClosureFacts(
        "",
        wish.type,
        wish.starts_on,
        wish.ends_on,
        wish.announced_on,
        frozenset(wish.blocks_formats),
        frozenset(wish.allows),
        wish.distanced_capacity,
        wish.message,
    )
