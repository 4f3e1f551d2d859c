"""Write a survey: its questions, and the offerings and series whose groups are asked it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.attendance.survey_models import Survey, SurveyQuestion, SurveyUse
from booking.attendance.survey_queries import QuestionRecord, SurveyRecord, survey_named
from booking.attendance.surveys import SURVEY
from booking.attendance.terms import QuestionKind
from booking.catalogue.models import Offering, Station
from booking.catalogue.services.stations import Edit, Taken
from booking.catalogue.terms import Overtaken
from booking.db import Base, table_of, transaction
from booking.i18n import Translated
from booking.scheduling.models import Series

_SURVEY, _QUESTION, _USE = table_of(Survey), table_of(SurveyQuestion), table_of(SurveyUse)


class UnknownSurvey(LookupError):
    """There is no such survey."""


@dataclass(frozen=True)
class QuestionWish:
    """A question; `code` names the one that it was, empty for a new one."""

    code: str
    kind: QuestionKind
    text: Translated


@dataclass(frozen=True)
class SurveyWish:
    """What a survey is to be; questions in their order, offerings, series and station by code."""

    title: Translated
    station: str
    questions: tuple[QuestionWish, ...]
    offerings: tuple[str, ...] = ()
    series: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reach:
    """The offerings and series whose survey this person may choose: all others stay as they are."""

    offerings: Collection[str]
    series: Collection[str]


def make_survey(edit: Edit, wish: SurveyWish, reach: Reach) -> None:
    """A new survey under the code of `edit`. Raises Taken, Overtaken."""
    if edit.code == SURVEY:
        raise Taken("title")
    with transaction() as session:
        values = {"code": edit.code, "title": wish.title, "station_id": _station(session, wish.station)}
        try:
            made = session.execute(insert(_SURVEY).values(**values).returning(_SURVEY.c.id)).scalar_one()
        except IntegrityError as error:
            raise Taken("title") from error
        _write_questions(session, made, (), wish.questions, edit.now)
        _attach(session, made, wish, reach)
        _note(session, edit, "survey.make", wish, None)


def change_survey(edit: Edit, wish: SurveyWish, reach: Reach) -> bool:
    """Make it so; False where it is. A question that is worded otherwise, or answered otherwise, is a new one.

    Raises UnknownSurvey, Overtaken.
    """
    with transaction() as session:
        session.execute(select(_SURVEY.c.id).where(_SURVEY.c.code == edit.code).with_for_update()).all()
        there = survey_named(session, edit.code)
        if there is None:
            raise UnknownSurvey(edit.code)
        if there.version != edit.version:
            raise Overtaken(edit.code)
        before = wish_of(there)
        if _within(before, reach) == _within(wish, reach):
            return False
        values = {"title": wish.title, "station_id": _station(session, wish.station), "version": _SURVEY.c.version + 1}
        session.execute(update(_SURVEY).where(_SURVEY.c.id == there.id).values(**values))
        _write_questions(session, there.id, there.questions, wish.questions, edit.now)
        _attach(session, there.id, wish, reach)
        _note(session, edit, "survey.change", wish, before)
    return True


def wish_of(record: SurveyRecord) -> SurveyWish:
    """The survey as it is."""
    asked = tuple(QuestionWish(one.code, one.kind, one.text) for one in record.asked)
    return SurveyWish(record.title, record.station, asked, record.offerings, record.series)


def _within(wish: SurveyWish, reach: Reach) -> tuple[object, ...]:
    """What of it this person can change."""
    offerings = sorted(set(wish.offerings) & set(reach.offerings))
    return wish.title, wish.station, wish.questions, offerings, sorted(set(wish.series) & set(reach.series))


def _station(session: Session, code: str) -> int | None:
    found: int | None = session.execute(select(table_of(Station).c.id).where(table_of(Station).c.code == code)).scalar()
    return found


def _write_questions(
    session: Session, survey_id: int, there: Sequence[QuestionRecord], wanted: Sequence[QuestionWish], now: datetime
) -> None:
    """Translations and the order change in place; other English words, or other answers, make another question."""
    asked, number, kept = {one.code: one for one in there if one.retired_at is None}, len(there), set()
    for position, one in enumerate(wanted, start=1):
        same = asked.get(one.code) if one.code not in kept else None
        if same and (same.kind, str(same.text)) == (one.kind, str(one.text)):
            kept.add(same.code)
            mine = (_QUESTION.c.survey_id == survey_id, _QUESTION.c.code == same.code)
            session.execute(update(_QUESTION).where(*mine).values(position=position, text=one.text))
            continue
        number += 1
        values = {"code": f"q{number}", "position": position, "kind": one.kind, "text": one.text}
        session.execute(insert(_QUESTION).values(survey_id=survey_id, **values))
    gone = (_QUESTION.c.survey_id == survey_id, _QUESTION.c.code.in_(asked.keys() - kept))
    session.execute(update(_QUESTION).where(*gone).values(retired_at=now))


def _attach(session: Session, survey_id: int, wish: SurveyWish, reach: Reach) -> None:
    """Let it be asked after these; what was asked there before is asked there no more."""
    for model, column, wanted, mine in (
        (Offering, "offering_id", wish.offerings, reach.offerings),
        (Series, "series_id", wish.series, reach.series),
    ):
        known = _ids(session, model, mine)
        chosen = {known[code] for code in wanted if code in known}
        place = _USE.c[column]
        left = (_USE.c.survey_id == survey_id) & place.in_(set(known.values()) - chosen)
        session.execute(delete(_USE).where(left | place.in_(chosen)))
        _ask_after(session, [{"survey_id": survey_id, column: one} for one in sorted(chosen)])


def _ask_after(session: Session, rows: Sequence[Mapping[str, int]]) -> None:
    """Raises Overtaken where somebody chooses another survey for one of them at this moment."""
    try:
        if rows:
            session.execute(insert(_USE), rows)
    except IntegrityError as error:
        raise Overtaken from error


def _ids(session: Session, model: type[Base], codes: Collection[str]) -> dict[str, int]:
    table = table_of(model)
    rows = session.execute(select(table.c.code, table.c.id).where(table.c.code.in_(codes)).order_by(table.c.id))
    return {row.code: row.id for row in rows}


def _note(session: Session, edit: Edit, action: str, wish: SurveyWish, before: SurveyWish | None) -> None:
    audit(
        session,
        at=edit.now,
        actor=edit.actor,
        action=action,
        subject=f"survey:{edit.code}",
        station_code=wish.station,
        before=_told(before) if before else None,
        after=_told(wish),
    )


def _told(wish: SurveyWish) -> Mapping[str, Any]:
    """A survey as the trail keeps it."""
    questions = [{"kind": one.kind.value, "text": dict(one.text)} for one in wish.questions]
    places = {"offerings": list(wish.offerings), "series": list(wish.series)}
    return {"title": dict(wish.title), "station": wish.station, "questions": questions, **places}
