"""A page of the list of times: cursors, and what is told of each time."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from booking.bookings import rules
from booking.bookings.offers import LARGEST_PAGE, BadCursor, OnDemand, Slot
from booking.bookings.search import Found, Search
from booking.bookings.slot_ids import event_slot_id, open_slot_id
from booking.bookings.world import OpenEvent, World
from booking.catalogue.terms import Format, LanguagePolicy
from booking.scheduling.minutes import instant_of, minute_of

_CURSOR = re.compile(r"(?P<minute>[0-9]{1,10})~(?P<key>[eo]\.[A-Za-z0-9_.-]{1,70})")


def read_cursor(text: str) -> tuple[int, str] | None:
    """The start behind which the list goes on, None for the beginning; BadCursor for any other text."""
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if not found:
        raise BadCursor(f"{text!r:.100} is no cursor")
    return int(found["minute"]), found["key"]


def page(search: Search) -> tuple[list[Found], str | None]:
    """The times of one page, and the cursor of the next one if there is more."""
    limit = min(max(search.criteria.limit, 1), LARGEST_PAGE)
    found = list(islice(search.found(read_cursor(search.criteria.cursor)), limit + 1))
    more = len(found) > limit
    last = found[limit - 1] if more else None
    return found[:limit], f"{last.minute}~{last.key}" if last else None


def slot_of(world: World, found: Found, size: int | None) -> Slot:
    """What a visitor is told of a time; `size` people ask for it."""
    return _joined(world, found, found.event) if found.event else _own(world, found, size or 0)


def _joined(world: World, found: Found, event: OpenEvent) -> Slot:
    facts, station = found.offered.facts, found.offered.station
    return Slot(
        slot=event_slot_id(event.code),
        event_id=event.id,
        event=event.code,
        offering_id=facts.id,
        offering=facts.code,
        slug=facts.slug,
        title=event.title or found.offered.title,
        station=station.code,
        time_zone=station.time_zone,
        format=event.format,
        kind=event.kind,
        theme=event.theme,
        language=event.language,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        duration_min=minute_of(event.ends_at) - found.minute,
        places_left=min([event.capacity - event.taken, *_room(world, event)]),
        capacity=event.capacity,
        is_private=False,
        needs_person=False,
        partners=event.partners,
    )


def _room(world: World, event: OpenEvent) -> list[int]:
    """What dated limits leave of its places."""
    bounds = rules.explain(world.situation_of(event), world.now).dated
    return [one.room for one in bounds if one.room is not None]


def _own(world: World, found: Found, size: int) -> Slot:
    facts, station = found.offered.facts, found.offered.station
    starts_at, ends_at = instant_of(found.minute), instant_of(found.minute + facts.duration_min)
    situation = world.limited(replace(world.situation(found.offered, found.language), starts_at=starts_at))
    places = max(rules.private_capacity(situation, world.now), size)
    room = rules.explain(situation, world.now).people
    return Slot(
        slot=open_slot_id(facts.code, found.language, starts_at),
        event_id=None,
        event="",
        offering_id=facts.id,
        offering=facts.code,
        slug=facts.slug,
        title=found.offered.title,
        station=station.code,
        time_zone=station.time_zone,
        format=facts.format,
        kind=facts.kind,
        theme=facts.theme,
        language=found.language,
        starts_at=starts_at,
        ends_at=ends_at,
        duration_min=facts.duration_min,
        places_left=places if room is None else max(min(places, room), size),
        capacity=places,
        is_private=True,
        needs_person=facts.kind in rules.DECIDED_BY_A_PERSON,
    )


def on_demand(search: Search) -> Iterator[OnDemand]:
    """Films and exhibitions that suit the class and need no time, by code."""
    for offered in sorted(search.world.offerings.values(), key=lambda one: one.facts.code):
        facts = offered.facts
        languages = facts.languages if facts.language_policy is LanguagePolicy.LISTED else offered.given
        if facts.format is Format.ON_DEMAND and search.wants_offering(offered) and search.speaks_one_of(languages):
            yield OnDemand(
                offering=facts.code,
                slug=facts.slug,
                title=offered.title,
                station=offered.station.code,
                kind=facts.kind,
                theme=facts.theme,
                languages=tuple(sorted(languages)),
                watch_url=offered.watch_url,
            )
