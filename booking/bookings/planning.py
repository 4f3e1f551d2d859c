"""What would the desk's events meet? A wish in, every start with what stands against it out; nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking import i18n, zones
from booking.bookings.queries.planning import guide_against, offering_at_station, on_calendar, rooms_taken
from booking.bookings.rules import Situation
from booking.bookings.rules.group import language_is_offered
from booking.bookings.rules.planning import (
    NEVER,
    WITHOUT_GUIDE,
    Collision,
    OnCalendar,
    collisions,
    reason_named,
    with_one_more,
)
from booking.bookings.rules.request import language_is_known, offering_has_started, offering_needs_booking
from booking.bookings.terms import BookingRefused, BookingRequest, UnknownTime
from booking.catalogue.queries import languages_given
from booking.catalogue.terms import OfferingFacts, StationFacts
from booking.scheduling.queries.desk import NamedGuide, guides_for
from booking.scheduling.series import Occurrence, Pattern, occurrences
from booking.scheduling.terms import Unfit, Visibility

Place = tuple[OfferingFacts, StationFacts]


class UnknownGuide(LookupError):
    """Nobody of that code works for the station."""


@dataclass(frozen=True)
class EventsWish:
    """What the desk wants on the calendar: a series by its `rhythm`, or one event that starts at the instant `once`."""

    offering: str
    language: str
    capacity: int
    rhythm: Pattern | None = None
    once: datetime | None = None
    title: str = ""
    partner: str = ""
    guide: str = ""
    visibility: Visibility = Visibility.OPEN


@dataclass(frozen=True)
class Line:
    """One start of what is wanted, and what stands against it. `local` is the station's wall time (naive)."""

    local: datetime
    starts_at: datetime | None
    is_twice: bool = False
    collisions: tuple[Collision, ...] = ()
    named: str = ""
    """The name of the holiday, or what the closure says."""
    unfit: tuple[Unfit, ...] = ()
    """Why the guide named cannot give it."""

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.local:%Y-%m-%dT%H:%M}"

    @property
    def may_be(self) -> bool:
        """Whether it can be made, should the desk want it."""
        return NEVER.isdisjoint(self.collisions)

    @property
    def is_meant(self) -> bool:
        """Whether it is made unless the desk says otherwise: nothing stands against it but the guide's own calendar."""
        return WITHOUT_GUIDE.issuperset(self.collisions)


@dataclass(frozen=True)
class Preview:
    """What would be made, and where."""

    wish: EventsWish
    station: StationFacts
    offering: OfferingFacts
    guide: NamedGuide | None
    lines: tuple[Line, ...]


def look(session: Session, wish: EventsWish, now: datetime) -> Preview:
    """Every start with what stands against it, storing nothing; a fixed number of statements.

    Raises UnknownTime, UnknownGuide, BookingRefused (the offering, its language), BadPattern.
    """
    offering, station = place = place_of(session, wish)
    require_language(session, place, wish.language, now)
    guide = guide_of(session, wish, station)
    all_of_them = _occurrences(wish, station.time_zone)
    times = [one.starts_at for one in all_of_them if one.starts_at]
    known = on_calendar(session, place, wish.language, times, now)
    unfit = _unfit(session, guide, place, wish.language, times)
    rooms = _rooms(session, guide, place, times)
    lines = _lines(all_of_them, known, now)
    return Preview(wish, station, offering, guide, tuple(_with_guide(line, unfit, rooms) for line in lines))


def place_of(session: Session, wish: EventsWish) -> Place:
    """The offering and its station; UnknownTime where there is no such offering."""
    found = offering_at_station(session, wish.offering)
    if found is None:
        raise UnknownTime(wish.offering)
    return found


def guide_of(session: Session, wish: EventsWish, station: StationFacts) -> NamedGuide | None:
    """The guide named, if one is; UnknownGuide where nobody of that code works for the station."""
    if not wish.guide:
        return None
    found = next((one for one in guides_for(session, [station.id]) if one.code == wish.guide), None)
    if found is None:
        raise UnknownGuide(wish.guide)
    return found


def require_language(session: Session, place: Place, language: str, now: datetime) -> None:
    """That the offering is given at set times at all, and in this language: BookingRefused otherwise."""
    offering, station = place
    found = Situation(
        station,
        offering,
        language=i18n.base_language(language),
        station_languages=languages_given(session, station.id, offering.kind, offering.language_policy),
    )
    asked = BookingRequest(language=language, offering=offering.code)
    rules = (language_is_known, offering_needs_booking, offering_has_started, language_is_offered)
    refusals = [refusal for rule in rules if (refusal := rule(asked, found, now))]
    if refusals:
        raise BookingRefused(refusals)


def _occurrences(wish: EventsWish, zone: str) -> list[Occurrence]:
    if wish.rhythm is not None:
        return [one for one in occurrences(wish.rhythm, zone) if one.local not in wish.rhythm.without]
    assert wish.once is not None  # noqa: S101  one of the two is given
    local = zones.to_local(wish.once, zone).replace(tzinfo=None, fold=0)
    return [Occurrence(local, wish.once)]


def _lines(all_of_them: Sequence[Occurrence], known: OnCalendar, now: datetime) -> list[Line]:
    """Each start with what stands against it; what is planned counts in the limits of its own day."""
    lines: list[Line] = []
    for one in all_of_them:
        lines.append(_line(one, known, now))
        if lines[-1].may_be and one.starts_at:
            known = with_one_more(known, one.starts_at)
    return lines


def _line(one: Occurrence, known: OnCalendar, now: datetime) -> Line:
    against = collisions(one.starts_at, known, now)
    named = [reason_named(each, one.starts_at, known, now) for each in against if one.starts_at]
    return Line(one.local, one.starts_at, one.is_twice, against, next(filter(None, named), ""))


def _unfit(
    session: Session, guide: NamedGuide | None, place: Place, language: str, times: Sequence[datetime]
) -> Mapping[datetime, tuple[Unfit, ...]]:
    return guide_against(session, guide.id, place, language, times) if guide else {}


def _rooms(session: Session, guide: NamedGuide | None, place: Place, times: Sequence[datetime]) -> frozenset[datetime]:
    """The times at which the guide's standing room is taken."""
    if guide is None or not times or not place[0].is_virtual:
        return frozenset()
    pause = timedelta(minutes=place[0].duration_min + place[1].buffer_min)
    taken = rooms_taken(session, guide.id, min(times), max(times) + pause)
    return frozenset(one for one in times if any(start < one + pause and one < end for start, end in taken))


def _with_guide(line: Line, unfit: Mapping[datetime, tuple[Unfit, ...]], rooms: frozenset[datetime]) -> Line:
    start = line.starts_at
    if start is None:
        return line
    reasons = unfit.get(start, ())
    more = [*([Collision.GUIDE] if reasons else []), *([Collision.ROOM] if start in rooms else [])]
    return replace(line, collisions=(*line.collisions, *more), unfit=reasons)
