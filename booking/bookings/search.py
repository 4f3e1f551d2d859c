"""Which times suit a class and can be booked: open events and open slots in one list, soonest first.

The rules decide: what does not depend on the minute is asked of them once for each offering and language, what depends
on the day once for each day; hours and hosts come as sets of minutes. `queries.search` reads the world and asks here.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from booking import zones
from booking.bookings import rules
from booking.bookings.offers import Criteria
from booking.bookings.rules import group, limits, request, time
from booking.bookings.terms import BookingRequest, OrganisationType
from booking.bookings.wishes import Wishes
from booking.bookings.world import Offered, OpenEvent, World
from booking.catalogue.terms import ON_SITE_FORMATS, PRIVATE_KINDS, VIRTUAL_FORMATS, Format, Kind, OfferingFacts
from booking.i18n import base_language
from booking.scheduling.minutes import Span, chronological, day_number, day_of, local_days, minute_of
from booking.scheduling.terms import ClosureType

PRIVATE_FORMATS = VIRTUAL_FORMATS | ON_SITE_FORMATS
HOSTED_UNIT = "visitors-service"
"""Guides and speakers are the Visitors Services': other units publish their events, nobody gives them on demand."""
PREFERRED_LANGUAGE = "en"
ALWAYS = (request.offering_needs_booking, request.offering_has_started, time.requester_is_official)
FITTING = (group.group_is_not_too_large, group.ages_fit)


class Found(NamedTuple):
    """A start in the list: its order and cursor first, then what starts."""

    minute: int
    key: str
    event: OpenEvent | None
    offered: Offered
    language: str


class Choice(NamedTuple):
    """An offering as an event of one's own in one language, and the starts it can have."""

    key: str
    offered: Offered
    language: str
    starts: int


def asked_by(criteria: Criteria) -> BookingRequest:
    """The request that the criteria amount to, as far as they say: the rules are asked with it."""
    return BookingRequest(
        size=criteria.size,
        language=criteria.languages[0] if criteria.languages else "",
        youngest_age=criteria.youngest_age,
        organisation_type=criteria.organisation_type or OrganisationType.SCHOOL,
        theme=criteria.themes[0] if criteria.themes else "",
    )


def is_given_on_demand(facts: OfferingFacts) -> bool:
    """Whether a group can be given an event of its own at a time it chooses."""
    return facts.kind in PRIVATE_KINDS and facts.format in PRIVATE_FORMATS and facts.unit == HOSTED_UNIT


@dataclass(frozen=True)
class Search:
    """One search: what is looked for, and the world it is looked for in."""

    world: World
    criteria: Criteria
    wishes: Wishes
    _days: dict[tuple[int, Format, Kind, int | None], frozenset[int]] = field(default_factory=dict)

    @classmethod
    def over(cls, world: World, criteria: Criteria, wished: Span) -> "Search":
        """A search for what starts in a part of the world's span; the days of the criteria are not looked at."""
        return cls(world, criteria, Wishes(criteria, world.span, wished))

    @cached_property
    def asked(self) -> BookingRequest:
        """The criteria as the rules know them."""
        return asked_by(self.criteria)

    def wants(self, offered: Offered, kind: Kind, given_as: Format, theme: str, partners: Iterable[str] = ()) -> bool:
        """Whether the filters leave it: station (who takes part in it counts too), offering, kind, format, theme."""
        criteria, facts = self.criteria, offered.facts
        return (
            (not criteria.stations or not {offered.station.code, *partners}.isdisjoint(criteria.stations))
            and (not criteria.offering or criteria.offering in (facts.code, facts.slug))
            and (not criteria.kinds or kind in criteria.kinds)
            and (not criteria.formats or given_as in criteria.formats)
            and (not criteria.themes or theme in criteria.themes)
        )

    def wants_offering(self, offered: Offered) -> bool:
        """The same for an offering as it stands in the catalogue."""
        facts = offered.facts
        return self.wants(offered, facts.kind, facts.format, facts.theme)

    def found(self, after: tuple[int, str] | None = None) -> Iterator[Found]:
        """Everything that suits and can be booked, soonest first, behind the cursor."""
        begin = after[0] if after else None
        both = heapq.merge(self.events(begin), self._open_slots(begin), key=lambda one: one[:2])
        return (one for one in both if after is None or one[:2] > after)

    def events(self, begin: int | None = None) -> Iterator[Found]:
        """The open events that the class can join, from a minute since 1970 on."""
        fitting = {number: self.fits_shared(offered) for number, offered in self.world.offerings.items()}
        for event in self.world.events:
            minute = minute_of(event.starts_at)
            if fitting[event.offering_id] and (begin is None or minute >= begin) and self.has_room(event):
                offered = self.world.offerings[event.offering_id]
                day = zones.local_date(event.starts_at, offered.station.time_zone)
                if day_number(day) in self.open_days(offered):
                    yield Found(minute, f"e.{event.code}", event, offered, event.language)

    def has_room(self, event: OpenEvent) -> bool:
        """Whether the event is wished for and has places; its day is another question."""
        free = event.capacity - event.taken >= (self.criteria.size or 1)
        return free and self.suits(event) and self._is_within_limits(event)

    def _is_within_limits(self, event: OpenEvent) -> bool:
        """Whether dated limits leave the class a place in it."""
        station = self.world.offerings[event.offering_id].station
        if not self.world.limits.get(station.id):
            return True
        asked = replace(self.asked, size=self.criteria.size or 1)
        return limits.limits_are_kept(asked, self.world.situation_of(event), self.world.now) is None

    def suits(self, event: OpenEvent) -> bool:
        """Whether the class would take this event if it could: filters, language, days and hours."""
        offered = self.world.offerings[event.offering_id]
        if not self.wants(offered, event.kind, event.format, event.theme, [code for code, _zone in event.partners]):
            return False
        if not self._speaks(event.base_language):
            return False
        return self.wishes.suit(event.starts_at, event.ends_at, on_site=offered.facts.is_on_site)

    def _speaks(self, language: str) -> bool:
        return self.speaks_one_of([language])

    def speaks_one_of(self, languages: Iterable[str]) -> bool:
        """Whether one of these is asked for, or none in particular."""
        return not self._wanted or not self._wanted.isdisjoint(languages)

    @cached_property
    def _wanted(self) -> frozenset[str | None]:
        """The languages asked for, without their regions."""
        return frozenset(map(base_language, self.criteria.languages))

    def _open_slots(self, begin: int | None) -> Iterator[Found]:
        choices = sorted(self.choices(), key=lambda choice: choice.key)
        starts = [choice.starts for choice in choices]
        for minute, place in chronological(starts, self.world.span, begin):
            choice = choices[place]
            yield Found(minute, choice.key, None, choice.offered, choice.language)

    def choices(self) -> Iterator[Choice]:
        """What can be had as an event of one's own, with its starts; in a second language where the first is not."""
        for offered in self.world.offerings.values():
            if is_given_on_demand(offered.facts) and self.wants_offering(offered):
                yield from self._languages_of(offered)

    def _languages_of(self, offered: Offered) -> Iterator[Choice]:
        possible, before = self.opening(offered), 0
        for language in self.languages(offered) if possible else ():
            starts = possible & self._hosts(offered, language) & ~before
            before |= starts
            yield Choice(f"o.{offered.facts.code}.{language}", offered, language, starts)

    def languages(self, offered: Offered) -> list[str]:
        """The languages to try for an event of one's own, first choice first; none where the group does not suit."""
        suits = self._fits(offered, (*ALWAYS, *FITTING, group.group_is_not_too_small))
        return [tag for tag in self.preferred(offered) if self.world.is_offered(offered, tag)] if suits else []

    def fits_shared(self, offered: Offered) -> bool:
        """Whether size and ages suit a shared event."""
        return self._fits(offered, (*ALWAYS, *FITTING))

    def _fits(self, offered: Offered, asked: Sequence[rules.Rule]) -> bool:
        situation, now = self.world.situation(offered, PREFERRED_LANGUAGE), self.world.now
        return not any(rule(self.asked, situation, now) for rule in asked)

    def preferred(self, offered: Offered) -> list[str]:
        """The languages to try in order: those asked for, else English and all that somebody speaks."""
        if self.criteria.languages:
            return list(dict.fromkeys(base_language(tag) or tag for tag in self.criteria.languages))
        return sorted(self.world.spoken(offered), key=lambda tag: (tag != PREFERRED_LANGUAGE, tag))

    def _hosts(self, offered: Offered, language: str) -> int:
        table = self.world.timetable(offered.station)
        return table.free_starts(offered.need(language), offered.facts.duration_min)

    def opening(self, offered: Offered) -> int:
        """The starts that suit the class on days and hours at which the station gives the offering."""
        days = self._days_within_limits(offered)
        return self.in_hours(offered) & self.world.timetable(offered.station).on_days(days)

    def _days_within_limits(self, offered: Offered) -> frozenset[int]:
        """Of the open days those on which dated limits leave room for another event of this size."""
        days = self.open_days(offered)
        if not self.world.limits.get(offered.station.id):
            return days
        asked = replace(self.asked, size=self.criteria.size or 1)
        rules_of_day = (limits.distance_is_kept, limits.limits_are_kept)
        situation = self.world.situation(offered, PREFERRED_LANGUAGE)
        now = self.world.now

        def allow(day: date) -> bool:
            found = self.world.limited(replace(situation, starts_at=_noon(situation, day)))
            return not any(rule(asked, found, now) for rule in rules_of_day)

        return frozenset(number for number in days if allow(day_of(number)))

    def in_hours(self, offered: Offered) -> int:
        """The starts that suit the class within the station's hours, whatever the day."""
        facts = offered.facts
        hours = rules.hours_of(offered.station, facts.format)
        opening = self.world.timetable(offered.station).open_hours(hours, facts.duration_min)
        return opening & self.wishes.starts(facts.duration_min, on_site=facts.is_on_site)

    def open_days(self, offered: Offered) -> frozenset[int]:
        """Numbers of the station's days on which lead time, closures, holidays and distance allow the offering."""
        facts = offered.facts
        key = (facts.station_id, facts.format, facts.kind, facts.lead_working_days)
        if key not in self._days:
            self._days[key] = frozenset(self._allowed_days(offered))
        return self._days[key]

    def bookable_days(self, offered: Offered) -> range:
        """Numbers of the days from the end of the lead time to the end of the horizon that the wishes touch."""
        station, now = offered.station, self.world.now
        off = rules.holidays(self.world.closures[station.id])
        first = rules.first_bookable_day(station, offered.facts.lead_working_days or 0, off, now)
        last = rules.last_bookable_day(station, now)
        touched = local_days(station.time_zone, self.wishes.wished)
        return range(max(day_number(first), touched.start), min(day_number(last) + 1, touched.stop))

    def _allowed_days(self, offered: Offered) -> Iterator[int]:
        closures = self.world.closures[offered.station.id]
        off = {day_number(day) for day in rules.holidays(closures)}
        days = (day for day in self.bookable_days(offered) if day not in off)
        if all(closure.type is ClosureType.OFFICIAL_HOLIDAY for closure in closures):
            return days
        situation = self.world.situation(offered, PREFERRED_LANGUAGE)
        return (day for day in days if self._receives(situation, day_of(day)))

    def _receives(self, situation: rules.Situation, day: date) -> bool:
        """Whether the premises receive this group that day: CLO-01, CLO-02, CAP-04."""
        told_by = rules.today(situation.station, self.world.now)
        in_force = rules.closures_in_force(situation.closures, day, told_by)
        if any(rules.closes(closure, situation.offering.format, situation.offering.kind) for closure in in_force):
            return False
        bare = replace(situation, starts_at=_noon(situation, day), limits=())
        asked = replace(self.asked, size=self.criteria.size or 0)
        if limits.distance_is_kept(asked, bare, self.world.now) is not None:
            return False
        return self._receives_individuals(situation, day)

    def _receives_individuals(self, situation: rules.Situation, day: date) -> bool:
        if not situation.offering.is_on_site or self.asked.organisation_type != OrganisationType.INDIVIDUAL:
            return True
        at_noon = replace(situation, starts_at=_noon(situation, day))
        return time.group_has_booked(self.asked, at_noon, self.world.now) is None


def _noon(situation: rules.Situation, day: date) -> datetime:
    """An instant of the station's day."""
    return zones.day_bounds(day, situation.station.time_zone)[0] + timedelta(hours=12)
