"""What was observed afterwards: answers to surveys and views of online items."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.attendance.terms import Course, Qualifier, Source
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


class Observation(Base):
    """One saying of how many came, to an event or to one booking of it, by one source; the newest of a source counts.

    Empty is "not recorded", never 0. Nothing is overwritten: a correction is another row.
    """

    __tablename__ = "observation"
    __table_args__ = (
        CheckConstraint("attended IS NULL OR attended >= 0", name="attended"),
        Index("ix_observation_event_id", "event_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), comment="empty: the event as a whole")
    source: Mapped[Source] = mapped_column(enum_by_value(Source))
    attended: Mapped[int | None] = mapped_column(comment="people, accompanying adults included, staff not")
    course: Mapped[Course] = mapped_column(enum_by_value(Course), default=Course.HELD)
    recorded_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(comment="account:7, group")
