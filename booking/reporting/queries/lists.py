"""What reports list beside figures: offerings, closures, languages, surveys, views, exceptions and requests."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from booking import zones
from booking.attendance.item_queries import counting_readings
from booking.attendance.models import OnlineItem, SurveyResult
from booking.bookings.models import RequestNote, VisitRequest
from booking.bookings.refusal_models import RefusalCount
from booking.bookings.terms import NoteKind
from booking.catalogue.models import Offering, Station, StationLanguage
from booking.catalogue.terms import OfferingStatus
from booking.db import let_go, table_of
from booking.reporting.models import EventFact
from booking.reporting.queries.filtering import passes, replied_in
from booking.reporting.terms import Filters, Period
from booking.scheduling.models import Closure
from booking.scheduling.terms import ClosureType, EventStatus

_FACT, _STATION, _OFFERING = table_of(EventFact).c, table_of(Station).c, table_of(Offering).c
_CLOSURE, _RESULT, _VIEW = table_of(Closure).c, table_of(SurveyResult).c, table_of(OnlineItem).c
_REFUSAL = table_of(RefusalCount).c
_NOTE, _REQUEST, _GIVEN = table_of(RequestNote).c, table_of(VisitRequest).c, table_of(StationLanguage).c


class NewOffering(NamedTuple):
    """An offering that began in the period. `since` is the day it was made or, where that was not kept, first held."""

    station: str
    title: Any  # Translated
    kind: str
    format: str
    audience: str
    theme: str
    status: str
    since: date | None


class ClosureUse(NamedTuple):
    """A closure or partial reopening of the period, and what was held on site in spite of it."""

    station: str
    code: str
    type: str
    starts_on: date
    ends_on: date | None
    announced_on: date
    message: Any  # Translated
    kind: str  # of what was held; empty: nothing was
    events: int
    people: int | None


class SurveySum(NamedTuple):
    """Replies to one question of a survey, pooled; `asked` are those of rows that say how many were positive."""

    survey: str
    question_code: str
    question: str
    replies: int
    asked: int
    positive: int
    countries: int | None


class View(NamedTuple):
    """A figure of an online item, as its platform counted it."""

    title: Any  # Translated
    owner: str
    channel: str
    items: int | None
    measure: str
    qualifier: str
    value: int | None
    is_cumulative: bool
    read_on: date | None
    note: str


def new_offerings(session: Session, filters: Filters) -> list[NewOffering]:
    """Offerings made in the period; of those whose day was not kept, the ones first held in it, or yet to open."""
    first = select(_FACT.offering, func.min(_FACT.starts_on).label("first")).group_by(_FACT.offering).subquery("begun")
    names = ("kind", "format", "audience", "theme", "status")
    since = (_OFFERING.created_at, first.c.first, _STATION.time_zone)
    columns = (_STATION.code, _OFFERING.title, *(_OFFERING[name] for name in names), *since)
    joined = select(*columns).join_from(table_of(Offering), table_of(Station), _STATION.id == _OFFERING.station_id)
    wanted = _named(filters, units=_OFFERING.unit, kinds=_OFFERING.kind, stations=_STATION.code)
    wanted += _named(filters, formats=_OFFERING.format, themes=_OFFERING.theme, audiences=_OFFERING.audience)
    order = (_STATION.code, _OFFERING.code)
    rows = _rows(session, joined.outerjoin(first, first.c.offering == _OFFERING.code).where(*wanted).order_by(*order))
    found = [(row, _since(*row[7:])) for row in rows]
    return [
        NewOffering._make((*row[:7], since))
        for row, since in found
        if _began(since, filters.period) or (since is None and row[6] == OfferingStatus.AWAITING_REOPENING)
    ]


def _since(made: datetime | None, first: date | None, zone: str) -> date | None:
    return zones.local_date(made, zone) if made else first


def _began(since: date | None, period: Period) -> bool:
    return since is not None and period.first <= since <= period.last


def closures_used(session: Session, filters: Filters) -> list[ClosureUse]:
    """Closures and partial reopenings of the period by station and day, each with the kinds held on site meanwhile."""
    period = filters.period
    on_site = and_(
        _FACT.station == _STATION.code,
        _FACT.format == "in-person",
        _FACT.status == EventStatus.HELD.value,
        _FACT.starts_on.between(period.first, period.last),
        _FACT.starts_on >= _CLOSURE.starts_on,
        or_(_CLOSURE.ends_on.is_(None), _FACT.starts_on <= _CLOSURE.ends_on),
        passes(_FACT, filters),
    )
    keys = [_CLOSURE[name] for name in ("code", "type", "starts_on", "ends_on", "announced_on", "message")]
    columns = (
        _STATION.code,
        *keys,
        func.coalesce(_FACT.kind, ""),
        func.count(_FACT.event_id),
        func.sum(_FACT.attended),
    )
    in_force = (
        _CLOSURE.type != ClosureType.OFFICIAL_HOLIDAY,
        _CLOSURE.starts_on <= period.last,
        or_(_CLOSURE.ends_on.is_(None), _CLOSURE.ends_on >= period.first),
        *_named(filters, stations=_STATION.code),
    )
    joined = select(*columns).join_from(table_of(Closure), table_of(Station), _STATION.id == _CLOSURE.station_id)
    grouped = (
        joined.outerjoin(table_of(EventFact), on_site).where(*in_force).group_by(_STATION.code, _CLOSURE.id, _FACT.kind)
    )
    return [ClosureUse(*row) for row in _rows(session, grouped.order_by(_STATION.code, _CLOSURE.starts_on, _FACT.kind))]


def languages_given(session: Session, filters: Filters) -> list[tuple[str, str, bool, bool]]:
    """What stations give: station, language, for tours, for briefings."""
    columns = (_STATION.code, _GIVEN.language, _GIVEN.tours, _GIVEN.briefings)
    joined = select(*columns).join_from(table_of(StationLanguage), table_of(Station), _STATION.id == _GIVEN.station_id)
    wanted = [*_named(filters, stations=_STATION.code), *_named(filters, languages=_GIVEN.language)]
    return [tuple(row) for row in _rows(session, joined.where(*wanted).order_by(_STATION.code, _GIVEN.language))]


def survey_sums(session: Session, filters: Filters) -> list[SurveySum]:
    """Surveys about events of the period, and answers kept without their event, as far as filters reach them."""
    of_event = (_FACT.starts_on.between(filters.period.first, filters.period.last), passes(_FACT, filters))
    are_wanted = and_(*of_event) if _asks_for_events(filters) else or_(_without_event(filters), and_(*of_event))
    asked = func.sum(case((_RESULT.positive.is_not(None), _RESULT.respondents), else_=0))
    keys = (_RESULT.survey_code, _RESULT.question_code)
    sums = (
        func.max(_RESULT.question),
        func.sum(_RESULT.respondents),
        asked,
        func.coalesce(func.sum(_RESULT.positive), 0),
        func.max(_RESULT.countries),
    )
    joined = select(*keys, *sums).join_from(
        table_of(SurveyResult), table_of(EventFact), _FACT.event_id == _RESULT.event_id, isouter=True
    )
    rows = _rows(session, joined.where(are_wanted).group_by(*keys).order_by(*keys))
    return [SurveySum(*row) for row in rows]


def _without_event(filters: Filters) -> ColumnElement[bool]:
    """Answers that are kept by month, station and unit, or that are about no event at all."""
    wanted = _named(filters, stations=_RESULT.station, units=_RESULT.unit)
    return and_(_RESULT.event_id.is_(None), replied_in(_RESULT.month, filters.period), *wanted)


def _asks_for_events(filters: Filters) -> bool:
    """Whether a filter asks for what is known of events alone."""
    return replace(filters, stations=(), units=()) != Filters(filters.period)


def views(session: Session, period: Period) -> list[View]:
    """Figures of online items read in the period, and those without a day; of running totals the last."""
    reading = counting_readings((period.first, period.last)).subquery("reading")
    names = ("title", "owner", "channel", "items", "measure")
    columns = (*(_VIEW[name] for name in names), reading.c.qualifier, reading.c.value, _VIEW.is_cumulative)
    joined = select(*columns, reading.c.read_on, _VIEW.note).join_from(
        table_of(OnlineItem), reading, reading.c.item_id == _VIEW.id
    )
    return [View(*row) for row in _rows(session, joined.order_by(_VIEW.code, reading.c.read_on))]


def exceptions_made(session: Session, filters: Filters) -> Counter[tuple[str, str]]:
    """Rules that coordinators did not keep, with a reason, on days of the period: numbers by station and rule."""
    around = (_NOTE.at >= _instant(filters.period.first, -1), _NOTE.at < _instant(filters.period.last, 2))
    columns = (_NOTE.station_code, _NOTE.rules, _NOTE.at, func.coalesce(_STATION.time_zone, "UTC"))
    joined = select(*columns).join_from(
        table_of(RequestNote), table_of(Station), _STATION.code == _NOTE.station_code, isouter=True
    )
    wanted = (_NOTE.kind == NoteKind.EXCEPTION, *around, *_named(filters, stations=_NOTE.station_code))
    found: Counter[tuple[str, str]] = Counter()
    for station, rules, at, zone in _rows(session, joined.where(*wanted)):
        if filters.period.first <= zones.local_date(at, zone) <= filters.period.last:
            found.update((station, rule) for rule in rules.replace(",", " ").split() or [""])
    return found


def _instant(day: date, days: int) -> datetime:
    """The midnight of a day nearby, or of the first or last day that there is."""
    number = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return zones.to_instant(datetime.combine(date.fromordinal(number), datetime.min.time()), "UTC")


def refusals(session: Session, filters: Filters) -> dict[tuple[str, str, str, str], int]:
    """Requests that a rule refused on days of the period: numbers by station, rule, kind and language."""
    keys = (_REFUSAL.station, _REFUSAL.rule, _REFUSAL.kind, _REFUSAL.language)
    wanted = _named(filters, stations=_REFUSAL.station, kinds=_REFUSAL.kind, languages=_REFUSAL.language)
    of_days = _REFUSAL.day.between(filters.period.first, filters.period.last)
    rows = _rows(session, select(*keys, func.sum(_REFUSAL.number)).where(of_days, *wanted).group_by(*keys))
    return {(station, rule, kind, language): int(number) for station, rule, kind, language, number in rows}


def requests_ended(session: Session, filters: Filters) -> list[tuple[str, str, int]]:
    """Requests without a time that were asked for in the period: station, status, number."""
    columns = (_STATION.code, _REQUEST.status, func.count())
    joined = select(*columns).join_from(table_of(VisitRequest), table_of(Station), _STATION.id == _REQUEST.station_id)
    wanted = [
        _REQUEST.requested_on.between(filters.period.first, filters.period.last),
        *_named(filters, stations=_STATION.code),
    ]
    rows = _rows(session, joined.where(*wanted).group_by(_STATION.code, _REQUEST.status))
    return [(station, status.value, number) for station, status, number in rows]


def _named(filters: Filters, **columns: Any) -> list[Any]:  # noqa: ANN401  columns by the filter's name
    """A condition for each of these filters that names values."""
    return [column.in_(getattr(filters, name)) for name, column in columns.items() if getattr(filters, name)]


def _rows(session: Session, statement: Any) -> Sequence[Any]:  # noqa: ANN401  any statement that reads
    rows: Sequence[Any] = session.execute(statement).all()
    let_go(session)
    return rows
