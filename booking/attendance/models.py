"""What was observed afterwards: answers to surveys and views of online items."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.attendance.terms import Qualifier
from booking.db import STRICT, Base, enum_by_value


class SurveyResult(Base):
    """Replies to one question, of one event or of none; results are pooled, never averaged."""

    __tablename__ = "survey_result"
    __table_args__ = (
        CheckConstraint("respondents >= 0", name="respondents"),
        CheckConstraint("positive IS NULL OR (positive >= 0 AND positive <= respondents)", name="positive"),
        UniqueConstraint("survey_code", "event_key", "question_code"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_code: Mapped[str]
    unit: Mapped[str]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    event_key: Mapped[str] = mapped_column(default="", comment="the event's code, empty where there is none")
    question_code: Mapped[str] = mapped_column(default="")
    question: Mapped[str]
    respondents: Mapped[int]
    positive: Mapped[int | None]
    countries: Mapped[int | None]
    origin: Mapped[str] = mapped_column(default="")


class ViewCount(Base):
    """A figure that a platform counted for an online item; a missing one is "not recorded", never 0."""

    __tablename__ = "view_count"
    __table_args__ = (
        CheckConstraint("value IS NULL OR value >= 0", name="value"),
        CheckConstraint("(qualifier = 'not-recorded') = (value IS NULL)", name="value_or_not_recorded"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    owner: Mapped[str]
    channel: Mapped[str]
    items: Mapped[int | None] = mapped_column(comment="how many items the figure covers")
    measure: Mapped[str]
    qualifier: Mapped[Qualifier] = mapped_column(enum_by_value(Qualifier))
    value: Mapped[int | None]
    paragraph: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    read_on: Mapped[date | None]
