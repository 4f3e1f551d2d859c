"""Saved questions answered: six statements, however many questions there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from booking.attendance.item_queries import counting_readings
from booking.attendance.models import OnlineItem, SurveyResult
from booking.attendance.terms import FEWEST_REPLIES
from booking.catalogue.models import Station, StationLanguage
from booking.catalogue.terms import Kind
from booking.db import let_go, table_of
from booking.i18n.tables import table
from booking.reporting.queries.filtering import (
    CAME,
    EVENTS,
    GROUPS,
    counted,
    events_source,
    in_period,
    passes,
    replied_in,
)
from booking.reporting.queries.numbers import numbers
from booking.reporting.terms import NO_COUNTRY, Answer, Figure, Filters, Period, Question

Value = int | tuple[str, ...] | tuple[tuple[str, int], ...] | None
Asked = Sequence[tuple[Question, Filters]]

NUMBERS = frozenset(
    {
        Figure.EVENTS,
        Figure.PARTICIPANTS,
        Figure.EVENTS_RECORDED,
        Figure.EVENTS_UNRECORDED,
        Figure.EVENTS_CANCELLED,
        Figure.EVENTS_NO_SHOW,
        Figure.EVENTS_UNDECIDED,
        Figure.GROUPS,
        Figure.GROUPS_LOST,
    }
)
_LISTED = {
    Figure.COUNTRIES: "country",
    Figure.COUNTRIES_NUMBER: "country",
    Figure.REGIONS_NUMBER: "country",
    Figure.STATES_NUMBER: "subdivision",
    Figure.TOPICS: "theme",
    Figure.LANGUAGES: "language",
    Figure.LANGUAGES_NUMBER: "language",
}
_OF_GROUPS = frozenset({Figure.COUNTRIES, Figure.COUNTRIES_NUMBER, Figure.REGIONS_NUMBER, Figure.STATES_NUMBER})
UNITED_STATES = "US"


def answers(
    session: Session, questions: Sequence[Question], period: Period, stations: tuple[str, ...] = ()
) -> dict[str, Answer]:
    """What the questions come to, by their ids; of these stations alone, if any are named.

    Facts are read as they are: `services.reading` brings them up to date first.
    """
    asked = [(question, question.within(period, stations)) for question in questions]
    values: dict[str, Value] = {}
    for ask, figures in (
        (numbers, NUMBERS),
        (_lists, frozenset(_LISTED)),
        (_offered, frozenset({Figure.LANGUAGES_OFFERED})),
        (_items, frozenset({Figure.ITEMS})),
        (_surveys, frozenset({Figure.SURVEY_PER_CENT})),
    ):
        mine = [one for one in asked if one[0].figure in figures and not one[1].is_empty]
        values |= ask(session, mine) if mine else {}
        let_go(session)
    return {question.id: Answer(question, filters, values.get(question.id)) for question, filters in asked}


# Lists: one statement, in which every question has its part.
def _lists(session: Session, asked: Asked) -> dict[str, Value]:
    parts = [_values(str(at), *one) for at, one in enumerate(asked)]
    rows = session.execute(parts[0] if len(parts) == 1 else union_all(*parts)).all()
    pairs: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for part, value, number in rows:
        pairs[part].append((value, number))
    return {question.id: _listed(question, pairs[str(at)]) for at, (question, _) in enumerate(asked)}


def _values(part: str, question: Question, filters: Filters) -> Select[Any]:
    """Each value with its number of events or groups."""
    if question.figure in _OF_GROUPS:
        source: Any = GROUPS.c
        number: ColumnElement[int] = func.count()
        conditions = [CAME, source.country.not_in(("", NO_COUNTRY)), *_few_events(filters)]
        if question.figure is Figure.STATES_NUMBER:
            conditions += [source.country == UNITED_STATES, source.subdivision != ""]
    else:
        source = events_source(filters).c
        number = func.sum(source.counts)
        conditions = [counted(source, question.figure)]
    column = source[_LISTED[question.figure]]
    chosen = select(literal(part).label("part"), column.label("value"), number.label("number"))
    return chosen.where(in_period(source, filters.period), passes(source, filters), *conditions).group_by(column)


def _few_events(filters: Filters) -> list[ColumnElement[bool]]:
    """The events of a series or an offering, whose groups are then looked up instead of looking at all there are."""
    if not filters.series and not filters.offerings:
        return []
    event = EVENTS.c
    few = select(event.event_id).where(in_period(event, filters.period), passes(event, filters))
    return [GROUPS.c.event_id.in_(few)]


def _listed(question: Question, pairs: Iterable[tuple[str, int]]) -> Value:
    ranked = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
    if question.figure is Figure.TOPICS:
        return tuple(ranked[: question.most or None])
    values = {value for value, _ in ranked}
    if question.figure is Figure.REGIONS_NUMBER:
        return len({region_of(country) for country in values} - {""})
    if question.figure in {Figure.COUNTRIES, Figure.LANGUAGES}:
        return tuple(sorted(values))
    return len(values)


def region_of(country: str) -> str:
    """The regional group of the United Nations that a country belongs to; empty for one that has none."""
    row: Mapping[str, str] = table("countries", "code").get(country, {})
    return row.get("regional_group", "")


# The catalogue, online items and surveys.
def _offered(session: Session, asked: Asked) -> dict[str, Value]:
    given, station = table_of(StationLanguage).c, table_of(Station).c
    rows = session.execute(
        select(station.code, given.language, given.tours, given.briefings).join_from(
            StationLanguage, Station, station.id == given.station_id
        )
    ).all()
    return {
        question.id: len({tag for code, tag, tours, briefings in rows if _gives(filters, code, tours, briefings)})
        for question, filters in asked
    }


def _gives(filters: Filters, station: str, tours: bool, briefings: bool) -> bool:  # noqa: FBT001  columns of a row
    """Whether a station's language is one that the filters ask for."""
    is_there = not filters.stations or station in filters.stations
    kinds = filters.kinds or (Kind.TOUR, Kind.BRIEFING)
    return is_there and ((tours and Kind.TOUR in kinds) or (briefings and Kind.BRIEFING in kinds))


def _items(session: Session, asked: Asked) -> dict[str, Value]:
    """Items made, not their views; of those read outside the period nothing is known."""
    item, period = table_of(OnlineItem).c, asked[0][1].period
    read = counting_readings((period.first, period.last)).subquery("reading")
    wanted = item.id.in_(select(read.c.item_id))
    rows = session.execute(select(item.owner, item.channel, item["items"]).where(wanted)).all()
    return {question.id: _made(question, rows) for question, _ in asked}


def _made(question: Question, rows: Sequence[Row[*tuple[Any, ...]]]) -> int | None:
    known = [
        items
        for owner, channel, items in rows
        if (not question.owners or owner in question.owners) and (not question.channels or channel in question.channels)
    ]
    return sum(known) if None not in known else None


def _surveys(session: Session, asked: Asked) -> dict[str, Value]:
    found = session.execute(pooled(asked[0][1].period)).all()
    return {question.id: _per_cent(question, filters, found) for question, filters in asked}


def pooled(period: Period) -> Select[Any]:
    """Replies of surveys about events of the period, or about none, by survey, question and station."""
    result = table_of(SurveyResult).c
    station = func.coalesce(EVENTS.c.station, result.station)
    return (
        select(
            result.survey_code,
            result.question_code,
            station.label("station"),
            func.max(result.question).label("question"),
            func.sum(result.respondents).label("replies"),
            func.sum(case((result.positive.is_not(None), result.respondents), else_=0)).label("asked"),
            func.sum(result.positive).label("positive"),
            func.max(result.countries).label("countries"),
        )
        .join_from(table_of(SurveyResult), EVENTS, EVENTS.c.event_id == result.event_id, isouter=True)
        .where(or_(and_(result.event_id.is_(None), replied_in(result.month, period)), in_period(EVENTS.c, period)))
        .group_by(result.survey_code, result.question_code, station)
    )


def _per_cent(question: Question, filters: Filters, rows: Sequence[Row[*tuple[Any, ...]]]) -> int | None:
    mine = [
        row
        for row in rows
        if (row.survey_code, row.question_code) == (question.survey, question.survey_question)
        and (not filters.stations or row.station in filters.stations)
    ]
    return per_cent(sum(row.positive or 0 for row in mine), sum(row.asked for row in mine))


def per_cent(positive: int, replies: int) -> int | None:
    """Positive replies of all, pooled and rounded half up; None below ten replies."""
    return None if replies < FEWEST_REPLIES else (200 * positive + replies) // (2 * replies)
