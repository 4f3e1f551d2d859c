"""Guides and speakers as facts, what an event asks of them, and what a person cannot do whenever it may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from booking.catalogue.terms import OfferingFacts
from booking.scheduling.minutes import Pattern
from booking.scheduling.rules import role_for, skill_needed
from booking.scheduling.terms import NO_LIMITS, HostRole, Limits, Reason, Skill, Unfit


class OtherHours(NamedTuple):
    """Hours of one day of the home station that are worked beside the weekly pattern, or taken out of it."""

    day: date
    opens: int
    closes: int
    works: bool


@dataclass(frozen=True, slots=True)
class HostFacts:
    """A guide or speaker. Days and hours are those of the home station's clocks: `zone` is its IANA zone."""

    id: int
    station_id: int
    role: HostRole
    languages: frozenset[str]
    zone: str
    hours: Pattern = ()
    """The working week; whoever gave none has the home station's virtual hours here."""
    days_off: tuple[tuple[date, date], ...] = ()
    """First and last day, both included: nothing is worked on them, other hours neither."""
    other_hours: tuple[OtherHours, ...] = ()
    """Where hours are both added and taken out, they are out."""
    limits: Limits = NO_LIMITS
    leads: frozenset[Skill] | None = None
    """None: nothing recorded, may lead everything."""
    online_at: frozenset[int] = frozenset()
    """Other stations for which events are given online."""
    on_site_at: frozenset[int] = frozenset()
    """Other stations at whose premises events are given as well."""
    preferred: Pattern = ()
    """The hours of the week liked best."""
    code: str = ""
    seniority: int = 0

    @property
    def stations(self) -> frozenset[int]:
        """Every station that the host gives anything for."""
        return self.online_at | self.on_site_at | {self.station_id}


class Need(NamedTuple):
    """What an event asks of whoever gives it, whenever it is; the language without its region."""

    station_id: int
    role: HostRole
    language: str
    skill: Skill | None = None
    on_site: bool = False


class Taken(NamedTuple):
    """Time at which a host cannot be had, in minutes since 1970; that of an event ends with the pause after it."""

    host_id: int
    start: int
    end: int
    is_event: bool = True
    pause: int = 0
    code: str = ""

    @property
    def finish(self) -> int:
        """The end of the event itself."""
        return self.end - self.pause


def need_of(offering: OfferingFacts, language: str) -> Need:
    """What an offering given in a language asks of its host."""
    skill = skill_needed(offering.kind, offering.audience, offering.theme)
    return Need(offering.station_id, role_for(offering.kind), language, skill, on_site=not offering.is_virtual)


def cannot(host: HostFacts, need: Need) -> Iterator[Unfit]:
    """What stands against a host at any time: role, language, skill, station."""
    if host.role is not need.role:
        yield Unfit(Reason.ROLE)
    if need.language not in host.languages:
        yield Unfit(Reason.LANGUAGE)
    if not _leads(host, need):
        yield Unfit(Reason.SKILL)
    if not _gives_at(host, need):
        yield Unfit(Reason.STATION)


def can(host: HostFacts, need: Need) -> bool:
    """Whether nothing stands against it: the host could give it at some time."""
    return need.language in host.languages and can_lead(host, need)


def can_lead(host: HostFacts, need: Need) -> bool:
    """The same in whichever language."""
    return host.role is need.role and _leads(host, need) and _gives_at(host, need)


def _leads(host: HostFacts, need: Need) -> bool:
    return need.skill is None or host.leads is None or need.skill in host.leads


def _gives_at(host: HostFacts, need: Need) -> bool:
    station = need.station_id
    return station == host.station_id or station in host.on_site_at or (not need.on_site and station in host.online_at)
