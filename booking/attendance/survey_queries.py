"""Replies to surveys, pooled over all stations and times."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from booking.attendance.models import SurveyResult
from booking.db import table_of

_RESULT = table_of(SurveyResult).c


@dataclass(frozen=True)
class Pooled:
    """Replies to a question; `asked` are those of rows that say how many were positive."""

    survey: str
    code: str
    question: str
    replies: int
    asked: int
    positive: int


def pooled(session: Session) -> list[Pooled]:
    """Every question of every survey, by survey and code; one statement."""
    asked = func.sum(case((_RESULT.positive.is_not(None), _RESULT.respondents), else_=0))
    positive = func.coalesce(func.sum(_RESULT.positive), 0)
    keys = (_RESULT.survey_code, _RESULT.question_code)
    statement = select(*keys, func.max(_RESULT.question), func.sum(_RESULT.respondents), asked, positive)
    rows = session.execute(statement.group_by(*keys).order_by(*keys))
    return [Pooled(*row[:3], *(int(number) for number in row[3:])) for row in rows]
