"""Does a closure make sense? The wishes and what is known in, a refusal or nothing out; nothing is read or stored."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import combinations

from booking import zones
from booking.bookings.closing import ClosureRefused, ClosureWish
from booking.bookings.closing_terms import Hurdle
from booking.catalogue.terms import StationFacts
from booking.scheduling.terms import PRE_BOOKED_GROUP, ClosureFacts, ClosureType


def check_wishes(
    wishes: Sequence[ClosureWish], station: StationFacts, closures: Sequence[ClosureFacts], now: datetime
) -> None:
    """Raise ClosureRefused for the first thing that cannot be meant; `closures` are those in force or to come."""
    day = zones.local_date(now, station.time_zone)
    for wish in wishes:
        if hurdle := _hurdle(wish, day):
            raise ClosureRefused(hurdle)
        if there := _in_the_way(wish, closures):
            raise ClosureRefused(Hurdle.OVERLAP, there)
    if len({wish.station for wish in wishes}) > 1 or any(_meet(*pair) for pair in combinations(wishes, 2)):
        raise ClosureRefused(Hurdle.PHASES)


def _hurdle(wish: ClosureWish, today: date) -> Hurdle | None:
    if wish.ends_on is not None and wish.ends_on < wish.starts_on:
        return Hurdle.ORDER
    if wish.starts_on < today:
        return Hurdle.PAST
    if wish.announced_on > wish.starts_on:
        return Hurdle.ANNOUNCED_LATE
    stops = wish.blocks_formats or wish.distanced_capacity is not None or PRE_BOOKED_GROUP in wish.allows
    return None if stops else Hurdle.NOTHING_STOPPED


def _in_the_way(wish: ClosureWish, closures: Sequence[ClosureFacts]) -> ClosureFacts | None:
    """A closure on the same days; a new lockdown may come into a partial reopening, nothing else into anything."""
    for one in closures:
        is_other = one.type is not ClosureType.OFFICIAL_HOLIDAY and one.code != wish.extends
        harder = wish.type is ClosureType.PREMISES_CLOSED and one.type is ClosureType.PARTIAL_REOPENING
        if is_other and not harder and _meet(wish, one):
            return one
    return None


def _meet(one: ClosureWish, other: ClosureWish | ClosureFacts) -> bool:
    last, other_last = one.ends_on or date.max, other.ends_on or date.max
    return one.starts_on <= other_last and other.starts_on <= last
