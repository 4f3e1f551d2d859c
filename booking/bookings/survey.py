"""What would a change or a cancellation hit? One event, it and the following ones of its series, or all of them.

Only events to come are ever in it: past, held and cancelled ones are never touched. What was moved by hand is listed,
and stays as it is unless the desk chooses it as well.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from booking import i18n
from booking.bookings.planning import EventsWish, Place, guide_of, place_of, require_language
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.queries.planning import guide_against, on_calendar
from booking.bookings.rules.planning import NEVER, Collision, OnCalendar, collisions, reason_named
from booking.bookings.terms import SWEPT, BookingStatus, Conflict
from booking.scheduling.queries.desk import DeskEvent, NamedGuide, desk_event, etag_of, events_of_series
from booking.scheduling.queries.hosts import hosts_with
from booking.scheduling.series import Occurrence, occurrence, places
from booking.scheduling.services.events import Busy, clashes
from booking.scheduling.services.series import Plan
from booking.scheduling.terms import UnknownEvent, Visibility


class Scope(StrEnum):
    """How far a change goes."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True)
class EventChange:
    """What is to be different; None leaves as it is. `starts` is the wall time of the event that is looked at.

    All others in the scope move by as much on the clocks. `guide` "" takes everybody off. `release`: an event whose
    guide cannot come along, or that the new guide cannot give, has none; otherwise it stops the change.
    """

    starts: datetime | None = None
    language: str | None = None
    capacity: int | None = None
    title: str | None = None
    guide: str | None = None
    visibility: Visibility | None = None
    release: bool = False


NOTHING = EventChange()


@dataclass(frozen=True)
class Item:
    """An event in the scope, where it would go, and what stands against that."""

    event: DeskEvent
    to: Occurrence
    is_exception: bool
    is_chosen: bool
    collisions: tuple[Collision, ...] = ()
    named: str = ""
    cannot: frozenset[int] = frozenset()
    """Those of its guides who cannot come along, and the new one where that one cannot give it."""

    @property
    def is_moved(self) -> bool:
        """Whether it gets another time."""
        return self.to.local != self.event.starts_local

    def is_stopped(self, change: EventChange) -> bool:
        """Whether it makes the change impossible."""
        guide = Collision.GUIDE in self.collisions and not change.release
        return guide or not NEVER.isdisjoint(self.collisions)


@dataclass(frozen=True)
class Survey:
    """What a change would hit."""

    event: DeskEvent
    scope: Scope
    change: EventChange
    place: Place
    guide: NamedGuide | None
    by: timedelta
    """How far events move on the clocks."""
    starts: Mapping[int, datetime]
    """For which start of the series' pattern each event of it stands, by the event's id."""
    items: tuple[Item, ...]
    bookings: tuple[BookingFacts, ...]
    """Of the events chosen, those whose groups are told should it be cancelled or get another time."""

    @property
    def chosen(self) -> list[Item]:
        """What is changed."""
        return [item for item in self.items if item.is_chosen]

    @property
    def stopped(self) -> list[Item]:
        """What makes the change impossible."""
        return [item for item in self.chosen if item.is_stopped(self.change)]

    @property
    def people(self) -> int:
        """How many the groups bring."""
        return sum(booking.size or 0 for booking in self.bookings)

    @property
    def guides(self) -> list[NamedGuide]:
        """Who gives the events chosen, each once."""
        return sorted({guide for item in self.chosen for guide in item.event.guides}, key=lambda one: one.id)

    @property
    def state(self) -> str:
        """A short name of the events' present state: a change that was confirmed for another one is refused."""
        told = ";".join(f"{item.event.code}:{etag_of(item.event)}" for item in self.items)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


class Stopped(Conflict):
    """The change cannot be made for all of the events chosen; nothing was changed."""

    def __init__(self, survey: Survey) -> None:
        super().__init__(", ".join(item.event.code for item in survey.stopped))
        self.survey = survey


class Overtaken(Conflict):
    """Somebody changed the events after they were looked at; nothing was changed."""

    def __init__(self, survey: Survey) -> None:
        super().__init__(survey.event.code)
        self.survey = survey


class NoSeries(Conflict):
    """The event belongs to no series that was made from a pattern: it can be changed alone only."""


def survey(
    session: Session,
    code: str,
    change: EventChange,
    scope: Scope,
    chosen: Collection[str] | None,
    plan: Plan | None,
    now: datetime,
) -> Survey:
    """Look at the events of the scope. `chosen`: codes of those to change; None for all but what was moved by hand.

    `plan`: of the event's series. Raises UnknownEvent, Conflict for an event that is over, NoSeries, UnknownGuide,
    BookingRefused for a language that is not given.
    """
    event = desk_event(session, code)
    if event is None:
        raise UnknownEvent(code)
    if not event.is_to_come(now):
        raise Conflict(code)
    wish = EventsWish(event.offering, change.language or event.language, event.capacity, guide=change.guide or "")
    place = place_of(session, wish)
    if change.language:
        require_language(session, place, change.language, now)
    by = change.starts - event.starts_local if change.starts else timedelta()
    starts, events = _in_scope(session, event, scope, plan, now)
    bare = [_item(one, event, by, starts, chosen, scope) for one in events]
    found = Survey(event, scope, change, place, guide_of(session, wish, place[1]), by, starts, tuple(bare), ())
    told = SWEPT - {BookingStatus.ON_HOLD}
    bookings = bookings_in(session, [item.event.id for item in found.chosen], told)
    return replace(found, items=tuple(_judged(session, found, wish.language, now)), bookings=tuple(bookings))


def _in_scope(
    session: Session, event: DeskEvent, scope: Scope, plan: Plan | None, now: datetime
) -> tuple[dict[int, datetime], list[DeskEvent]]:
    if scope is Scope.ONE:
        return {}, [event]
    if plan is None or event.series_id is None:
        raise NoSeries(event.code)
    series = events_of_series(session, event.series_id)
    starts = places(plan.rhythm, [(one.id, one.starts_local, one.occurrence_on) for one in series])
    first = starts[event.id] if scope is Scope.FOLLOWING else datetime.min  # noqa: DTZ901  wall times are naive
    return starts, [one for one in series if one.is_to_come(now) and starts[one.id] >= first]


def _item(
    one: DeskEvent,
    event: DeskEvent,
    by: timedelta,
    starts: Mapping[int, datetime],
    chosen: Collection[str] | None,
    scope: Scope,
) -> Item:
    is_exception = starts.get(one.id, one.starts_local) != one.starts_local
    by_itself = one.id == event.id or not is_exception or scope is Scope.ONE
    to = occurrence(one.starts_local + by, one.time_zone) if by else Occurrence(one.starts_local, one.starts_at)
    return Item(one, to, is_exception, by_itself if chosen is None else one.code in chosen)


def _judged(session: Session, found: Survey, language: str, now: datetime) -> Iterable[Item]:
    """The items with what stands against them; only what is chosen is asked about."""
    chosen = found.chosen
    times = [item.to.starts_at for item in chosen if item.to.starts_at]
    ids = [item.event.id for item in found.items]
    known = on_calendar(session, found.place, language, times, now, but=ids)
    cannot = _cannot(session, found, language, times)
    return [_with_collisions(item, known, cannot.get(item.event.id, frozenset()), now) for item in found.items]


def _cannot(session: Session, found: Survey, language: str, times: Sequence[datetime]) -> dict[int, frozenset[int]]:
    """By event: who of its guides cannot come along, or the new guide where that one cannot give it."""
    chosen = [item for item in found.chosen if item.to.starts_at]
    if found.guide is not None:
        ids = [item.event.id for item in chosen]
        against = guide_against(session, found.guide.id, found.place, language, times, but=ids)
        return {
            item.event.id: frozenset({found.guide.id})
            for item in chosen
            if item.to.starts_at and against.get(item.to.starts_at)
        }
    if found.change.guide is not None:
        return {}
    mute = _mute(session, found, language)
    busy = clashes(session, [_busy(item, found) for item in chosen if item.is_moved])
    return {
        item.event.id: frozenset({one.id for one in item.event.guides} & mute) | frozenset(busy.get(item.event.id, ()))
        for item in chosen
    }


def _mute(session: Session, found: Survey, language: str) -> set[int]:
    """Guides who do not speak the new language."""
    if found.change.language is None:
        return set()
    day = found.event.starts_local.date()
    hosts = hosts_with(session, [guide.id for guide in found.guides], day, day)
    return {one.id for one in hosts if i18n.base_language(language) not in one.languages}


def _busy(item: Item, found: Survey) -> Busy:
    starts_at = item.to.starts_at
    assert starts_at is not None  # noqa: S101  asked of items that have one
    pause = timedelta(minutes=found.place[1].buffer_min)
    return Busy(item.event.id, starts_at, starts_at + (item.event.ends_at - item.event.starts_at) + pause)


def _with_collisions(item: Item, known: OnCalendar, cannot: frozenset[int], now: datetime) -> Item:
    if not item.is_chosen:
        return item
    start = item.to.starts_at
    against = collisions(start, known, now) if item.is_moved else ()
    if item.to.local.date() == item.event.starts_local.date():
        against = tuple(one for one in against if one is not Collision.LIMIT)  # one of that day's already
    if cannot:
        against = (*against, Collision.GUIDE)
    named = [reason_named(each, start, known, now) for each in against if start]
    return replace(item, collisions=against, named=next(filter(None, named), ""), cannot=cannot)
