"""All that a search looks at, read beforehand in a fixed number of statements: values and no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from booking.bookings.rules import Situation, group
from booking.bookings.terms import BookingRequest
from booking.catalogue.terms import Format, Kind, OfferingFacts, StationFacts
from booking.i18n import Translated
from booking.scheduling.hosts import HostFacts, Need, Taken, can_lead, need_of
from booking.scheduling.minutes import Span, instant_of
from booking.scheduling.slots import Timetable
from booking.scheduling.terms import ClosureFacts, EventFacts, EventStatus, LimitFacts, Use, Visibility

_NOTHING = BookingRequest()


@dataclass(frozen=True, slots=True)
class Offered:
    """An offering, its station, its title in all languages, and the languages its station gives for the kind."""

    facts: OfferingFacts
    station: StationFacts
    title: Translated
    given: frozenset[str]
    watch_url: str = ""

    def need(self, language: str) -> Need:
        """What it asks of its host when it is given in a language."""
        return need_of(self.facts, language)


class OpenEvent(NamedTuple):
    """An event on the calendar that anybody may join while it has places; `language` may be a region's variant."""

    id: int
    code: str
    offering_id: int
    title: Translated | None
    status: EventStatus
    visibility: Visibility
    format: Format
    kind: Kind
    theme: str
    language: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    version: int
    time_zone: str
    venue_id: int | None
    own_capacity: int | None
    partner_places: str | None = None
    """The stations that take part, "NBO|Africa/Nairobi VIE|Europe/Vienna"."""

    @property
    def partners(self) -> tuple[tuple[str, str], ...]:
        """The same one by one, in order: code and IANA zone."""
        pairs = (one.partition("|") for one in sorted((self.partner_places or "").split()))
        return tuple((code, zone) for code, _bar, zone in pairs)

    @property
    def base_language(self) -> str:
        """The language without its region."""
        return self.language.partition("-")[0]

    @property
    def facts(self) -> EventFacts:
        """What the rules need to know of it."""
        return EventFacts(**{name: getattr(self, name) for name in EventFacts.__dataclass_fields__})


@dataclass(frozen=True)
class World:
    """The catalogue, who could give it over a span, and the open events of the span in order of start and code."""

    now: datetime
    span: Span
    """A day longer at both ends than the times looked for: pauses and limits of a day reach over midnight."""
    offerings: Mapping[int, Offered]
    closures: Mapping[int, tuple[ClosureFacts, ...]]
    """By station, holidays too."""
    hosts: Mapping[int, Sequence[HostFacts]]
    """By station; whoever gives events for several stands under each."""
    taken: Mapping[int, Sequence[Taken]]
    """By host."""
    events: Sequence[OpenEvent] = ()
    limits: Mapping[int, tuple[LimitFacts, ...]] = field(default_factory=dict)
    """By station."""
    uses: Mapping[date, tuple[Use, ...]] = field(default_factory=dict)
    """By day, where a limit counts what takes place."""
    _tables: dict[int, Timetable] = field(default_factory=dict)
    _spoken: dict[Need, frozenset[str]] = field(default_factory=dict)

    @property
    def stations(self) -> dict[int, StationFacts]:
        """Stations with something on offer, by id."""
        return {offered.station.id: offered.station for offered in self.offerings.values()}

    def timetable(self, station: StationFacts) -> Timetable:
        """The station's open hours and free hosts over the span."""
        if station.id not in self._tables:
            hosts = self.hosts.get(station.id, ())
            self._tables[station.id] = Timetable(station, self.span, hosts, self.taken)
        return self._tables[station.id]

    def spoken(self, offered: Offered) -> frozenset[str]:
        """The languages of the station's hosts for the offering, whether it is offered in them or not."""
        need = offered.need("")
        if need not in self._spoken:
            able = (host for host in self.hosts.get(need.station_id, ()) if can_lead(host, need))
            self._spoken[need] = frozenset(tag for host in able for tag in host.languages)
        return self._spoken[need]

    def is_offered(self, offered: Offered, language: str) -> bool:
        """Whether LANG-01 to LANG-03 let the offering be had in the language."""
        return group.language_is_offered(_NOTHING, self.situation(offered, language), self.now) is None

    def situation(self, offered: Offered, language: str, start: int | None = None) -> Situation:
        """What the rules need to know of an event of one's own, at a minute since 1970 if one is given."""
        starts_at = None if start is None else instant_of(start)
        minutes = offered.facts.duration_min
        found = Situation(
            station=offered.station,
            offering=offered.facts,
            language=language,
            station_languages=offered.given,
            closures=self.closures.get(offered.station.id, ()),
            starts_at=starts_at,
            ends_at=starts_at and starts_at + timedelta(minutes=minutes),
            free_hosts=() if start is None else self._free(offered, language, start),
        )
        return self.limited(found)

    def limited(self, found: Situation) -> Situation:
        """The situation with the station's dated limits, and what its day holds of them."""
        limits = self.limits.get(found.station.id, ())
        uses = self.uses.get(found.day, ()) if limits and found.day else ()
        return replace(found, limits=limits, uses=uses) if limits else found

    def _free(self, offered: Offered, language: str, start: int) -> tuple[int, ...]:
        table = self.timetable(offered.station)
        free = table.hosts_at(offered.need(language), start, offered.facts.duration_min)
        return tuple(host.id for host in free)

    def situation_of(self, event: OpenEvent) -> Situation:
        """What the rules need to know of joining the event in its own language."""
        offered = self.offerings[event.offering_id]
        found = Situation(
            station=offered.station,
            offering=offered.facts,
            event=event.facts,
            language=event.base_language,
            closures=self.closures.get(offered.station.id, ()),
            starts_at=event.starts_at,
            ends_at=event.ends_at,
        )
        return self.limited(found)
