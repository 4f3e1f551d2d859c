"""Who could give what a group wishes: by topic, language and free time (SPK-01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.bookings.queries.situation import is_hosted
from booking.bookings.queries.visit_requests import VisitFacts
from booking.catalogue.terms import Kind, OfferingFacts
from booking.i18n import base_language
from booking.scheduling.hosts import can, need_of
from booking.scheduling.queries.desk import NamedGuide, guides_for
from booking.scheduling.queries.hosts import free_hosts, hosts_of
from booking.scheduling.queries.topics import topics_of
from booking.scheduling.rules import GENERAL_THEMES


@dataclass(frozen=True)
class Speaker:
    """A guide or speaker who could give it in the language that is asked for."""

    guide: NamedGuide
    knows: bool
    """It is one of their topics; a tour asks for none."""
    free_at: frozenset[datetime] = field(default_factory=frozenset)
    """Of the times wished."""

    @property
    def is_found(self) -> bool:
        """Free at some wish, with the topic."""
        return self.knows and bool(self.free_at)


def speakers_for(session: Session, visit: VisitFacts, now: datetime) -> list[Speaker]:
    """Who could give the request, those with the topic who are free most often first; none where nobody need.

    Of a group without wishes whoever has topic and language counts as free at any time. Fixed statements a wish.
    """
    offering = visit.offering
    if offering is None or not is_hosted(offering):
        return []
    starts = [start for start in visit.wishes if start > now]
    free = {start: frozenset(_free(session, visit, offering, start)) for start in starts}
    able = _able(session, visit, offering, now)
    topics = topics_of(session, able)
    named = [guide for guide in guides_for(session, [visit.station.id]) if guide.id in able]
    found = [_speaker(guide, visit, free, topics) for guide in named]
    return sorted(found, key=lambda one: (not one.knows, -len(one.free_at), one.guide.shown))


def _free(session: Session, visit: VisitFacts, offering: OfferingFacts, start: datetime) -> Sequence[int]:
    interval = (start, start + timedelta(minutes=offering.duration_min))
    return free_hosts(session, visit.station, offering, base_language(visit.language) or visit.language, interval)


def _able(session: Session, visit: VisitFacts, offering: OfferingFacts, now: datetime) -> frozenset[int]:
    need = need_of(offering, base_language(visit.language) or visit.language)
    hosts = hosts_of(session, [visit.station.id], now.date(), now.date())
    return frozenset(host.id for host in hosts if can(host, need))


def _speaker(
    guide: NamedGuide,
    visit: VisitFacts,
    free: Mapping[datetime, frozenset[int]],
    topics: Mapping[int, frozenset[str]],
) -> Speaker:
    wanted = {visit.theme, *visit.details.topics} - GENERAL_THEMES
    is_briefing = visit.offering is not None and visit.offering.kind is Kind.BRIEFING
    knows = not is_briefing or not wanted or bool(wanted & topics.get(guide.id, frozenset()))
    return Speaker(guide, knows, frozenset(start for start, ids in free.items() if guide.id in ids))
