"""How many may come, and what says so: every limit of an offering or event on a day, and the one that binds.

`explain` is the one gathering of limits. The decision, the search, the capacity of what is made, the desk's pages and
the API all ask it, so that none of them knows of a limit that another does not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from booking.bookings.rules import waiting
from booking.bookings.rules.situation import Situation, closures_in_force, today
from booking.bookings.terms import BookingRequest, Refusal
from booking.scheduling.terms import LimitFacts, Measure, Per, Use, Visibility


class LimitSource(StrEnum):
    """Where a limit comes from; of two that allow as many, the first is named."""

    CLOSURE = "closure"  # its distancing
    LIMIT = "limit"  # a dated one
    EVENT = "event"  # its places
    OFFERING = "offering"  # its largest group


@dataclass(frozen=True)
class Bound:
    """One limit: what it counts, how many it allows, and how many more people it leaves room for."""

    source: LimitSource
    measure: Measure
    per: Per
    value: int
    code: str
    """Of the offering, event, closure or dated limit."""
    used: int = 0
    """How many of them there are, without this booking's own."""
    room: int | None = None
    """People that still fit; None: as many as like, as far as this goes."""
    percent: int | None = None
    own: int | None = None
    """What `percent` is a share of."""
    reason: Mapping[str, str] = field(default_factory=dict)
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Explanation:
    """Every limit, and the one that binds: whoever has the least room, None where nothing limits."""

    day: date | None
    bounds: tuple[Bound, ...]

    @property
    def binding(self) -> Bound | None:
        """The one that leaves the least room."""
        order = list(LimitSource)
        bound = [one for one in self.bounds if one.room is not None]
        return min(bound, key=lambda one: (one.room, order.index(one.source), one.code), default=None)

    @property
    def people(self) -> int | None:
        """The largest group that still fits; None without a limit."""
        return self.binding.room if self.binding else None

    def lowest(self, *sources: LimitSource) -> Bound | None:
        """The lowest limit of people for one group or event among these sources."""
        found = [one for one in self.bounds if one.source in sources and not _is_counted(one)]
        return min(found, key=lambda one: (one.value, one.code), default=None)

    @property
    def dated(self) -> list[Bound]:
        """The dated ones."""
        return [one for one in self.bounds if one.source is LimitSource.LIMIT]


def _is_counted(bound: Bound) -> bool:
    return bound.per is Per.DAY or bound.measure is not Measure.PEOPLE


def explain(situation: Situation, now: datetime) -> Explanation:
    """All limits of the event, or of an event of one's own of the offering, on its day."""
    return Explanation(situation.day, tuple(_bounds(situation, now)))


def limits_of(situation: Situation) -> list[LimitFacts]:
    """The dated limits that are about it, on its day."""
    offering, event, day = situation.offering, situation.event, situation.day
    if day is None or not situation.limits:
        return []
    venue = event.venue_id if event and event.venue_id is not None else offering.venue_id
    given_as = event.format if event else offering.format
    station = situation.station.id
    return [one for one in situation.limits if one.covers(day) and one.is_of(station, venue, given_as, offering.id)]


def counted_limits(situation: Situation) -> list[LimitFacts]:
    """Those that rest on what else takes place."""
    return [one for one in limits_of(situation) if one.is_counted]


def _bounds(situation: Situation, now: datetime) -> Iterator[Bound]:
    offering, event = situation.offering, situation.event
    if offering.max_group is not None:
        value = offering.max_group
        yield Bound(LimitSource.OFFERING, Measure.PEOPLE, Per.GROUP, value, offering.code, room=value)
    shared = event if event and event.visibility is Visibility.OPEN else None
    if event is not None and shared is not None:
        value = shared.own_places
        yield _of_event(LimitSource.EVENT, value, event.code, situation)
    yield from _of_closures(situation, now)
    for limit in limits_of(situation):
        bound = _counted(limit, situation) if limit.is_counted else _dated(limit, situation)
        if bound is not None:
            yield bound


def _of_event(source: LimitSource, value: int, code: str, situation: Situation) -> Bound:
    event = situation.event
    used = max(0, event.taken - situation.own_places) if event else 0
    return Bound(source, Measure.PEOPLE, Per.EVENT, value, code, used=used, room=max(0, value - used))


def _of_closures(situation: Situation, now: datetime) -> Iterator[Bound]:
    """CAP-04: the largest group on site that distancing allows that day."""
    if situation.day is None or not situation.offering.is_on_site:
        return
    for closure in closures_in_force(situation.closures, situation.day, today(situation.station, now)):
        value = closure.distanced_capacity
        if value is not None:
            yield Bound(
                LimitSource.CLOSURE,
                Measure.PEOPLE,
                Per.GROUP,
                value,
                closure.code,
                room=value,
                reason={"en": closure.message} if closure.message else {},
                starts_on=closure.starts_on,
                ends_on=closure.ends_on,
            )


def _dated(limit: LimitFacts, situation: Situation) -> Bound | None:
    """People in one event."""
    event = situation.event
    shared = event is not None and event.visibility is Visibility.OPEN
    own = event.own_places if event and shared else situation.offering.max_group
    value = limit.allowed(own)
    if value is None:
        return None
    used = max(0, event.taken - situation.own_places) if event else 0
    room = max(0, value - used)
    return _bound(limit, value, used, room, own if limit.percent is not None else None)


def _counted(limit: LimitFacts, situation: Situation) -> Bound | None:
    value = limit.most
    if value is None:
        return None
    used = used_of(limit, situation.uses, situation.day, situation.event.id if situation.event else 0)
    if limit.measure is Measure.PEOPLE:
        return _bound(limit, value, used, max(0, value - used))
    if limit.measure is Measure.EVENTS and situation.event is not None:
        return _bound(limit, value, used, None)  # it is one of them
    return _bound(limit, value, used, 0 if used >= value else None)


def _bound(limit: LimitFacts, value: int, used: int, room: int | None, own: int | None = None) -> Bound:
    return Bound(
        LimitSource.LIMIT,
        limit.measure,
        limit.per,
        value,
        limit.code,
        used,
        room,
        limit.percent,
        own,
        limit.reason,
        limit.starts_on,
        limit.ends_on,
    )


def used_of(limit: LimitFacts, uses: tuple[Use, ...], day: date | None, event_id: int = 0) -> int:
    """How many people, groups or events there are already within a limit: on a day, or in one event."""
    mine = [
        one
        for one in uses
        if (one.day == day and limit.is_of(one.station_id, one.venue_id, one.format, one.offering_id))
        and (limit.per is Per.DAY or one.event_id == event_id)
    ]
    if limit.measure is Measure.EVENTS:
        return len(mine)
    return sum(one.people if limit.measure is Measure.PEOPLE else one.groups for one in mine)


def private_capacity(situation: Situation, now: datetime) -> int:
    """Places of the event made for one group: the lower of the offering's maximum and the limits."""
    largest = situation.offering.max_group or 0
    lowest = explain(situation, now).lowest(LimitSource.CLOSURE, LimitSource.LIMIT)
    return largest if lowest is None else min(largest, lowest.value)


def within_limits(situation: Situation, own: int, now: datetime) -> int:
    """Places of an event on the calendar that would have so many of its own, by distancing and dated limits."""
    lowest = explain(situation, now).lowest(LimitSource.CLOSURE, LimitSource.LIMIT)
    return own if lowest is None else min(own, lowest.value)


# Step 9: capacity.
def distance_is_kept(request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """CAP-04: the largest group that distancing or a dated limit allows; of several limits the lowest wins."""
    size = request.size
    if situation.day is None or size is None:
        return None
    lowest = explain(situation, now).lowest(LimitSource.CLOSURE, LimitSource.LIMIT)
    if lowest is None or size <= lowest.value:
        return None
    values = {"max": lowest.value, "size": size, "gap": situation.station.distancing_gap_min}
    return Refusal("CAP-04", "size", {**values, "station": situation.station.code, **_told(lowest, situation)})


def limits_are_kept(request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """CAP-02: what dated limits count: people, groups and events of a day, people and groups of an event.

    Of an event without room for the group that is said already, and who stands in line takes nothing.
    """
    size, event = request.size, situation.event
    if not situation.limits or size is None or (event and not waiting.has_room(request, situation, now)):
        return None
    bounds = [one for one in explain(situation, now).dated if size <= one.value or _is_counted(one)]
    bound = min((one for one in bounds if one.room is not None and size > one.room), key=_tightness, default=None)
    if bound is None:
        return None
    values: dict[str, object] = {
        "places": bound.room,
        "size": size,
        "max": bound.value,
        "line": False,
        "counted": bound.measure,
    }
    values |= {"per": bound.per, "offering": situation.offering.code, "date": situation.day}
    return Refusal("CAP-02", "starts_at" if bound.room == 0 else "size", values | _told(bound, situation))


def _tightness(bound: Bound) -> tuple[int, str]:
    return bound.room or 0, bound.code


def _told(bound: Bound, situation: Situation) -> dict[str, object]:
    """What the sentence of a dated limit says beside its number."""
    if bound.source is not LimitSource.LIMIT:
        return {}
    return {"limit": bound.code, "reason": bound.reason, "on_site": situation.offering.is_on_site}
