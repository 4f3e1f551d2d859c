"""Surveys that a desk has written: their questions, and the offerings and series whose groups are asked them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.attendance.terms import QuestionKind
from booking.db import STRICT, Base, enum_by_value
from booking.i18n import Translated, TranslatedText


class Survey(Base):
    """A few questions under a name."""

    __tablename__ = "survey"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    station_id: Mapped[int | None] = mapped_column(
        ForeignKey("station.id"), comment="whose it is to change; empty: of every desk"
    )
    title: Mapped[Translated] = mapped_column(TranslatedText)
    version: Mapped[int] = mapped_column(default=1, server_default="1", comment="raised by every change")


class SurveyQuestion(Base):
    """A question; worded otherwise it is another one, so that what is pooled answers the same words."""

    __tablename__ = "survey_question"
    __table_args__ = (UniqueConstraint("survey_id", "code"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    code: Mapped[str]
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(enum_by_value(QuestionKind))
    text: Mapped[Translated] = mapped_column(TranslatedText)
    retired_at: Mapped[datetime | None] = mapped_column(comment="asked no more: taken away, or worded otherwise")


class SurveyUse(Base):
    """Whose groups are asked: those of an offering, or of a series, which goes before its offering."""

    __tablename__ = "survey_use"
    __table_args__ = (
        CheckConstraint("(offering_id IS NULL) <> (series_id IS NULL)", name="one_of_both"),
        UniqueConstraint("offering_id"),
        UniqueConstraint("series_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
