"""What the paragraphs are made from: answers of saved questions, closures, the catalogue, series."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering, Station, StationLanguage
from booking.db import let_go, table_of
from booking.reporting.measures import measures
from booking.reporting.models import EventFact
from booking.reporting.narrative.closing import Reopening, Shut, reopenings
from booking.reporting.narrative.wording import bindings
from booking.reporting.queries.answers import answers
from booking.reporting.queries.filtering import counted, in_period, passes
from booking.reporting.terms import Answer, Figure, Period, Question
from booking.scheduling.models import Closure, Series
from booking.scheduling.terms import ClosureType

_FACT = table_of(EventFact).c


@dataclass(frozen=True, slots=True)
class Offered:
    """An offering as the paragraphs name it."""

    code: str
    station: str
    kind: str
    format: str
    theme: str
    audience: str
    status: str
    titles: Mapping[str, str]
    is_of_period: bool
    """Events of it were held, or it was made in the period; one whose making nobody noted counts as made in any."""
    was_held: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A series as far as its events were held in the period, those of a question's filters alone."""

    code: str
    titles: Mapping[str, str]
    partner: str
    themes: tuple[str, ...]
    months: tuple[int, ...]
    first: date


@dataclass(frozen=True, slots=True)
class Received:
    """What was counted while a station was open to groups with a booking."""

    reopening: Reopening
    visits: Answer
    visitors: Answer


@dataclass(frozen=True)
class Read:
    """Everything, read in a fixed number of statements and two for each reopening."""

    period: Period
    stations: Mapping[str, str]
    """English names by code, in the order of the codes."""
    shuts: Mapping[str, tuple[Shut, ...]]
    offerings: tuple[Offered, ...]
    languages: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    """Those of tours and of briefings, by station."""
    answers: Mapping[str, Answer]
    """By paragraph and variable, 13.events."""
    received: tuple[Received, ...]
    series: Mapping[str, Told]
    """By paragraph and variable whose filters they pass."""
    raised: tuple[tuple[str, int], ...]
    """Topics noted after the briefings of paragraph 16, the most frequent first."""


def question_of(name: str) -> Question:
    """The saved question of a variable, 13.events, under the variable's name."""
    number, _, variable = name.partition(".")
    bound = bindings()[number][variable]
    found = next(one for one in measures() if one.id == bound["question"])
    return replace(found, id=name, figure=Figure(bound.get("figure", found.figure)))


def names_bound() -> tuple[str, ...]:
    """Every variable with a saved question, but those of paragraph 12, which are asked for each reopening."""
    return tuple(
        f"{number}.{variable}"
        for number, bound in bindings().items()
        for variable, value in bound.items()
        if isinstance(value, dict) and number != "12"
    )


def read(session: Session, period: Period) -> Read:
    """All of it, as the facts are now."""
    rows = session.execute(select(Station.id, Station.code, Station.name).order_by(Station.code)).all()
    codes = {id_: code for id_, code, _ in rows}
    shuts = _shuts(session, codes, period)
    raised = _raised(session, period)
    found = answers(session, _questions(raised), period)
    received = tuple(
        _received(session, one) for one in reopenings([one for all_ in shuts.values() for one in all_], period)
    )
    return Read(
        period,
        {code: name for _, code, name in rows},
        shuts,
        _offerings(session, codes, period),
        _languages(session, codes),
        found,
        received,
        _series(session, period),
        raised,
    )


def _questions(raised: tuple[tuple[str, int], ...]) -> list[Question]:
    """The saved questions; that of what was raised asks for the topic that was raised most."""
    asked = {name: question_of(name) for name in names_bound()}
    if raised:
        one = asked["16.raised_count"]
        asked[one.id] = replace(one, filters={**one.filters, "raised": (raised[0][0],)})
    return list(asked.values())


def _shuts(session: Session, codes: Mapping[int, str], period: Period) -> dict[str, tuple[Shut, ...]]:
    found = select(Closure.station_id, Closure.type, Closure.starts_on, Closure.ends_on).where(
        Closure.type != ClosureType.OFFICIAL_HOLIDAY, Closure.lifted_at.is_(None), Closure.starts_on <= period.last
    )
    shuts: dict[str, list[Shut]] = defaultdict(list)
    for station, type_, first, last in session.execute(found):
        shuts[codes[station]].append(Shut(codes[station], type_ is ClosureType.PARTIAL_REOPENING, first, last))
    return {code: tuple(shuts[code]) for code in codes.values()}


def _received(session: Session, one: Reopening) -> Received:
    asked = [
        replace(question, filters={**question.filters, "stations": (one.station,)}, months=())
        for question in map(question_of, ("12.visits", "12.visitors"))
    ]
    found = answers(session, asked, one.period)
    return Received(one, found["12.visits"], found["12.visitors"])


def _offerings(session: Session, codes: Mapping[int, str], period: Period) -> tuple[Offered, ...]:
    columns = table_of(Offering).c
    held = set(session.scalars(select(_FACT.offering).distinct().where(_held(period))))
    rows = session.execute(
        select(
            columns.code,
            columns.station_id,
            *(columns[name] for name in ("kind", "format", "theme", "audience", "status", "title", "created_at")),
        )
        .where(columns.unit == "visitors-service")
        .order_by(columns.code)
    )
    return tuple(_offered(row, codes, row.code in held, period) for row in rows)


def _offered(row: Any, codes: Mapping[int, str], was_held: bool, period: Period) -> Offered:  # noqa: ANN401, FBT001  a row; a column of it
    made = row.created_at
    is_new = made is None or period.first <= made.date() <= period.last
    return Offered(
        row.code,
        codes[row.station_id],
        row.kind.value,
        row.format.value,
        row.theme,
        row.audience,
        row.status.value,
        dict(row.title),
        is_new,
        was_held,
    )


def _held(period: Period) -> Any:  # noqa: ANN401  a condition
    return counted(_FACT, Figure.EVENTS) & in_period(_FACT, period)


def _languages(session: Session, codes: Mapping[int, str]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    given = table_of(StationLanguage).c
    rows = session.execute(select(given.station_id, given.language, given.tours, given.briefings)).all()
    return {
        code: (
            frozenset(tag for station, tag, tours, _ in rows if station == id_ and tours),
            frozenset(tag for station, tag, _, briefings in rows if station == id_ and briefings),
        )
        for id_, code in codes.items()
    }


IN_SERIES = ("17.people", "17.repeats", "18.people1", "18.people2")


def _series(session: Session, period: Period) -> dict[str, Told]:
    """The series of the questions that are about one, in one statement for their events and one for their titles."""
    asked = {name: question_of(name).within(period) for name in IN_SERIES}
    rows = session.execute(
        select(_FACT.series, _FACT.partner, _FACT.theme, _FACT.month, func.min(_FACT.starts_on).label("first"))
        .where(_held(period), or_(*(passes(_FACT, filters) for filters in asked.values())))
        .group_by(_FACT.series, _FACT.partner, _FACT.theme, _FACT.month)
        .order_by(func.min(_FACT.starts_on), _FACT.theme)
    ).all()
    codes = {row.series for row in rows}
    found = session.execute(select(Series.code, Series.title, Series.partner).where(Series.code.in_(codes))).all()
    titles = {code: (dict(title), partner) for code, title, partner in found}
    let_go(session)
    told = {}
    for name, filters in asked.items():
        mine = [row for row in rows if row.series in filters.series]
        if filters.months:
            mine = [row for row in mine if row.month % 100 in filters.months]
        if mine:
            told[name] = _told(mine, *titles.get(mine[0].series, ({}, "")))
    return told


def _told(rows: list[Any], titles: Mapping[str, str], partner: str) -> Told:
    return Told(
        rows[0].series,
        titles,
        next((row.partner for row in rows if row.partner), partner),
        tuple(dict.fromkeys(row.theme for row in rows)),
        tuple(month % 100 for month in sorted({row.month for row in rows})),
        rows[0].first,
    )


def _raised(session: Session, period: Period) -> tuple[tuple[str, int], ...]:
    filters = replace(question_of("16.raised_count").within(period), raised=())
    is_asked = _held(period) & passes(_FACT, filters) & (_FACT.raised != "")
    rows = session.execute(select(_FACT.raised, func.count()).where(is_asked).group_by(_FACT.raised))
    found: Counter[str] = Counter()
    for topics, number in rows:
        found.update(dict.fromkeys(set(_parted(topics)), number))
    let_go(session)
    return tuple(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _parted(topics: str) -> Iterable[str]:
    return (one.strip() for one in topics.split(";") if one.strip())
