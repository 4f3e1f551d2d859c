"""Surveys as desks have written them, what the groups of an event are asked, and replies, pooled."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from booking import i18n
from booking.attendance.models import SurveyResult
from booking.attendance.survey_models import Survey, SurveyQuestion, SurveyUse
from booking.attendance.surveys import SHIPPED, Asking, Question
from booking.attendance.terms import QuestionKind
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Event, Series

_RESULT, _SURVEY, _QUESTION = table_of(SurveyResult).c, table_of(Survey), table_of(SurveyQuestion)
_USE, _EVENT = table_of(SurveyUse), table_of(Event)
_STATION, _OFFERING, _SERIES = table_of(Station), table_of(Offering), table_of(Series)


@dataclass(frozen=True)
class Pooled:
    """Replies to a question; `asked` are those of rows that say how many were positive."""

    survey: str
    code: str
    question: str
    replies: int
    asked: int
    positive: int


@dataclass(frozen=True)
class QuestionRecord:
    """A question of a desk's survey."""

    code: str
    position: int
    kind: QuestionKind
    text: Translated
    retired_at: datetime | None


@dataclass(frozen=True)
class SurveyRecord:
    """A survey with its questions, those that are asked first; `station` is a code, empty where it is every desk's."""

    id: int
    code: str
    station: str
    title: Translated
    version: int
    questions: tuple[QuestionRecord, ...] = ()
    offerings: tuple[str, ...] = ()
    series: tuple[str, ...] = ()

    @property
    def asked(self) -> list[QuestionRecord]:
        """What it asks by now, in its order."""
        return [one for one in self.questions if one.retired_at is None]


@dataclass(frozen=True)
class Place:
    """An offering or a series that a survey may be asked after; `survey` is the code of the one that is."""

    code: str
    station: str
    title: Translated
    survey: str


def pooled(session: Session) -> list[Pooled]:
    """Every question of every survey, by survey and code; one statement."""
    asked = func.sum(case((_RESULT.positive.is_not(None), _RESULT.respondents), else_=0))
    positive = func.coalesce(func.sum(_RESULT.positive), 0)
    keys = (_RESULT.survey_code, _RESULT.question_code)
    statement = select(*keys, func.max(_RESULT.question), func.sum(_RESULT.respondents), asked, positive)
    rows = session.execute(statement.group_by(*keys).order_by(*keys))
    return [Pooled(*row[:3], *(int(number) for number in row[3:])) for row in rows]


def asking(session: Session, event_id: int) -> Asking:
    """What the groups of an event are asked: by its series, else by its offering, else what is shipped."""
    is_use = or_(_USE.c.series_id == _EVENT.c.series_id, _USE.c.offering_id == _EVENT.c.offering_id)
    chosen = select(_SURVEY.c.code, _USE.c.series_id, *_question_columns()).select_from(
        _EVENT.join(_USE, is_use)
        .join(_SURVEY, _SURVEY.c.id == _USE.c.survey_id)
        .join(_QUESTION, _QUESTION.c.survey_id == _SURVEY.c.id)
    )
    rows = session.execute(chosen.where(_EVENT.c.id == event_id).order_by(_QUESTION.c.position, _QUESTION.c.id)).all()
    of_series = [row for row in rows if row.series_id is not None]
    records = [QuestionRecord(*tuple(row)[2:]) for row in of_series or rows]
    return as_asked((of_series or rows)[0].code, records) if records else SHIPPED


def _question_columns() -> tuple[object, ...]:
    question = _QUESTION.c
    return question.code, question.position, question.kind, question.text, question.retired_at


def as_asked(survey: str, records: Collection[QuestionRecord], locale: str = "") -> Asking:
    """Questions as a group reads them, in the page's language or another one that is named."""
    asked = [(one.retired_at is None, _worded(one, locale)) for one in records]
    now = tuple(question for is_asked, question in asked if is_asked)
    former = tuple(question for is_asked, question in asked if not is_asked)
    return Asking(survey, now, former) if now else replace(SHIPPED, former=())


def _worded(one: QuestionRecord, locale: str) -> Question:
    page = i18n.current_locale()
    text, lang = one.text.in_locale(locale or page)
    return Question(one.code, str(one.text), text, one.kind, "" if lang == page else lang)


def surveys_of_desks(session: Session, stations: Collection[str] | None) -> list[SurveyRecord]:
    """The surveys of these stations (None: of all) and of every desk, by code; three statements."""
    wanted = [] if stations is None else [or_(_SURVEY.c.station_id.is_(None), _STATION.c.code.in_(stations))]
    return _records(session, *wanted)


def survey_named(session: Session, code: str) -> SurveyRecord | None:
    """One survey."""
    return next(iter(_records(session, _SURVEY.c.code == code)), None)


def _records(session: Session, *conditions: ColumnElement[bool]) -> list[SurveyRecord]:
    station = func.coalesce(_STATION.c.code, "")
    joined = _SURVEY.join(_STATION, _STATION.c.id == _SURVEY.c.station_id, isouter=True)
    columns = (_SURVEY.c.id, _SURVEY.c.code, station, _SURVEY.c.title, _SURVEY.c.version)
    found = select(*columns).select_from(joined).where(*conditions).order_by(_SURVEY.c.code)
    records = [SurveyRecord(*row) for row in session.execute(found)]
    ids, questions = [one.id for one in records], defaultdict[int, list[QuestionRecord]](list)
    asked = select(_QUESTION.c.survey_id, *_question_columns()).where(_QUESTION.c.survey_id.in_(ids))
    for row in session.execute(asked.order_by(_QUESTION.c.position, _QUESTION.c.id)):
        questions[row[0]].append(QuestionRecord(*row[1:]))
    uses = select(_USE.c.survey_id, _OFFERING.c.code, _SERIES.c.code).select_from(
        _USE.join(_OFFERING, _OFFERING.c.id == _USE.c.offering_id, isouter=True).join(
            _SERIES, _SERIES.c.id == _USE.c.series_id, isouter=True
        )
    )
    places: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for survey_id, offering, series in session.execute(uses.where(_USE.c.survey_id.in_(ids)).order_by(_USE.c.id)):
        places[survey_id][0 if offering else 1].append(offering or series)
    return [
        replace(
            one,
            questions=tuple(questions[one.id]),
            offerings=tuple(sorted(places[one.id][0])),
            series=tuple(sorted(places[one.id][1])),
        )
        for one in records
    ]


def places_to_ask(session: Session, stations: Collection[str] | None) -> tuple[list[Place], list[Place]]:
    """Offerings and series of these stations (None: of all), each with its survey; two statements.

    A series that another station has events of as well is not theirs alone, so that it is not among them.
    """
    of_desk = [] if stations is None else [_STATION.c.code.in_(stations)]
    elsewhere = func.sum(case((_STATION.c.code.in_(stations or ()), 0), else_=1))
    survey = func.coalesce(_SURVEY.c.code, "")
    offered = (
        _OFFERING.join(_STATION, _STATION.c.id == _OFFERING.c.station_id)
        .join(_USE, _USE.c.offering_id == _OFFERING.c.id, isouter=True)
        .join(_SURVEY, _SURVEY.c.id == _USE.c.survey_id, isouter=True)
    )
    columns = (_OFFERING.c.code, _STATION.c.code, _OFFERING.c.title, survey)
    is_held = _OFFERING.c.format != Format.ON_DEMAND
    offerings = select(*columns).select_from(offered).where(is_held, *of_desk)
    held = (
        _SERIES.join(_EVENT, _EVENT.c.series_id == _SERIES.c.id)
        .join(_STATION, _STATION.c.id == _EVENT.c.station_id)
        .join(_USE, _USE.c.series_id == _SERIES.c.id, isouter=True)
        .join(_SURVEY, _SURVEY.c.id == _USE.c.survey_id, isouter=True)
    )
    of_series = select(_SERIES.c.code, func.min(_STATION.c.code), _SERIES.c.title, func.min(survey)).select_from(held)
    grouped = of_series.group_by(_SERIES.c.code, _SERIES.c.title).order_by(_SERIES.c.code)
    if stations is not None:
        grouped = grouped.having(elsewhere == 0)
    return [Place(*row) for row in session.execute(offerings.order_by(_STATION.c.code, _OFFERING.c.code))], [
        Place(*row) for row in session.execute(grouped)
    ]
