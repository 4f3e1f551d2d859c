"""Count what a group answers to the survey: pooled by station and month, so that no row is one group's."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import zones
from booking.attendance.models import SurveyAnswered, SurveyResult
from booking.attendance.surveys import POSITIVE, Asking, Question
from booking.bookings.queries.bookings import BookingFacts
from booking.db import insert_into, table_of, transaction

_ANSWERED, _RESULT = table_of(SurveyAnswered).c, table_of(SurveyResult).c


def has_answered(session: Session, booking_id: int) -> bool:
    """Whether the group of that booking has answered."""
    found = select(_ANSWERED.booking_id).where(_ANSWERED.booking_id == booking_id)
    return session.execute(found).scalar() is not None


def answer(booking: BookingFacts, asked: Asking, answers: Mapping[str, str]) -> bool:
    """Count the answers, by code of the question; False, and nothing is counted, where the group has answered already.

    Nothing says when or what a group answered, only that it has: not even the trail.
    """
    with transaction() as session:
        first = insert_into(session, SurveyAnswered).values(booking_id=booking.id).on_conflict_do_nothing()
        if session.execute(first.returning(_ANSWERED.booking_id)).scalar() is None:
            return False
        for question in (*asked.questions, *asked.former):
            if question.code in answers:
                _count(session, booking, asked.survey, question, answers[question.code])
        return True


def _count(session: Session, booking: BookingFacts, survey: str, question: Question, chosen: str) -> None:
    station = booking.station
    month = zones.local_date(booking.event.starts_at, station.time_zone).strftime("%Y-%m")
    is_positive = int(chosen in POSITIVE[question.kind])
    row = insert_into(session, SurveyResult).values(
        survey_code=survey,
        unit=booking.offering.unit,
        event_key=f"{station.code} {month} {booking.offering.unit}",
        month=month,
        station=station.code,
        question_code=question.code,
        question=question.english,
        respondents=1,
        positive=is_positive,
        origin="",
    )
    more = {"respondents": _RESULT.respondents + 1, "positive": _RESULT.positive + is_positive}
    keys = ["survey_code", "event_key", "question_code"]
    session.execute(row.on_conflict_do_update(index_elements=keys, set_=more))
