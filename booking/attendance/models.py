"""What was observed: how many came, answers to surveys, and views of online items."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.attendance.terms import Course, Qualifier, Source, UploadState
from booking.db import STRICT, Base, enum_by_value
from booking.i18n import Translated, TranslatedText


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
    month: Mapped[str] = mapped_column(
        default="",
        server_default="",
        comment="YYYY-MM of events whose own codes are not kept; empty: of the event, or of no time",
    )
    station: Mapped[str] = mapped_column(
        default="",
        server_default="",
        comment="code, of answers that are kept by month; empty: of the event, or of none",
    )


class SurveyAnswered(Base):
    """That the group of a booking has answered the survey; what it said stands nowhere beside it."""

    __tablename__ = "survey_answered"
    __table_args__ = (STRICT,)

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True, autoincrement=False)


class OnlineItem(Base):
    """A film, an exhibition or a stream that nobody books, as one platform counts it."""

    __tablename__ = "online_item"
    __table_args__ = (CheckConstraint("items IS NULL OR items >= 0", name="items"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    station_id: Mapped[int | None] = mapped_column(
        ForeignKey("station.id"), comment="whose it is to change; empty: of every desk"
    )
    offering_id: Mapped[int | None] = mapped_column(
        ForeignKey("offering.id"), comment="of the catalogue, where it is there"
    )
    title: Mapped[Translated] = mapped_column(TranslatedText)
    owner: Mapped[str]
    channel: Mapped[str] = mapped_column(comment="the platform that counts")
    measure: Mapped[str]
    items: Mapped[int | None] = mapped_column(comment="how many items a figure covers")
    is_cumulative: Mapped[bool] = mapped_column(
        default=False, server_default="0", comment="a figure contains those before"
    )
    url: Mapped[str] = mapped_column(default="", server_default="")
    published_on: Mapped[date | None]
    is_ended: Mapped[bool] = mapped_column(default=False, server_default="0", comment="not read any more")
    paragraph: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1", comment="raised by every change")


class ViewReading(Base):
    """What a platform's counter said on a day; a missing count is "not recorded", never 0.

    Nothing is overwritten: a correction is another row, and the newest of a day counts.
    """

    __tablename__ = "view_reading"
    __table_args__ = (
        CheckConstraint("value IS NULL OR value >= 0", name="value"),
        CheckConstraint("(qualifier = 'not-recorded') = (value IS NULL)", name="value_or_not_recorded"),
        Index("ix_view_reading_item_id_read_on", "item_id", "read_on"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("online_item.id"))
    read_on: Mapped[date | None] = mapped_column(comment="empty: nobody kept the day")
    qualifier: Mapped[Qualifier] = mapped_column(enum_by_value(Qualifier))
    value: Mapped[int | None]
    recorded_at: Mapped[datetime | None] = mapped_column(comment="empty: before this was kept")
    actor: Mapped[str] = mapped_column(default="", server_default="", comment="account:7; empty: from a file")
    reason: Mapped[str] = mapped_column(default="", server_default="", comment="of a correction: why")


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
    chosen: Mapped[str] = mapped_column(
        default="", server_default="", comment="of a desk: whose number it takes; empty: a number of its own"
    )
    reason: Mapped[str] = mapped_column(default="", server_default="", comment="of a desk: why")
    minutes: Mapped[list[int]] = mapped_column(
        JSON, default=list, server_default="[]", comment="of a platform: how long each connection lasted, nobody named"
    )


class AttendanceUpload(Base):
    """A platform's report of an event, as it came, until its proposal is settled; at most a day.

    Afterwards the row says only that this very file has been here: by its digest it is known again.
    """

    __tablename__ = "attendance_upload"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (content IS NOT NULL)", name="kept_while_open"),
        UniqueConstraint("event_id", "digest"),
        Index(
            "ix_attendance_upload_expires_at",
            "expires_at",
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the file, hexadecimal")
    name: Mapped[str] = mapped_column(comment="of the file; forgotten with it")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, comment="the file as it came; empty once it is settled")
    size: Mapped[int] = mapped_column(comment="bytes")
    state: Mapped[UploadState] = mapped_column(enum_by_value(UploadState))
    uploaded_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    actor: Mapped[str] = mapped_column(comment="account:7")
