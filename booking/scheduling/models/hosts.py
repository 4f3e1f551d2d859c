"""Guides and speakers: what they can give, when they work, and where they are met."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import STRICT, Base, enum_by_value
from booking.scheduling.terms import HostRole


class Guide(Base):
    """A guide or a speaker. Without a weekly pattern, one works the virtual hours of the station."""

    __tablename__ = "guide"
    __table_args__ = (Index("ix_guide_station_id", "station_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    role: Mapped[HostRole] = mapped_column(enum_by_value(HostRole))
    name: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    max_events_per_day: Mapped[int | None]
    max_events_per_week: Mapped[int | None] = mapped_column(comment="Monday to Sunday of the home station")
    max_minutes_per_day: Mapped[int | None]
    max_minutes_per_week: Mapped[int | None]
    min_rest_min: Mapped[int | None] = mapped_column(
        comment="minutes between the last event of a day and the first of the next"
    )
    leads: Mapped[list[str] | None] = mapped_column(
        JSON(none_as_null=True), comment="Skill values; empty: nothing recorded, may lead everything"
    )
    seniority: Mapped[int] = mapped_column(default=0, server_default="0", comment="years; the roster's last tie-break")


class GuideLanguage(Base):
    """A language that a guide or speaker works in."""

    __tablename__ = "guide_language"
    __table_args__ = (STRICT,)

    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)


class GuideTopic(Base):
    """A topic on which a speaker briefs: the code of a theme."""

    __tablename__ = "guide_topic"
    __table_args__ = (STRICT,)

    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)


class Availability(Base):
    """A stretch of a guide's working week, in minutes of the station's day."""

    __tablename__ = "availability"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name="hours"),
        UniqueConstraint("guide_id", "weekday", "opens"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"))
    weekday: Mapped[int] = mapped_column(comment="0 = Monday")
    opens: Mapped[int]
    closes: Mapped[int]
    is_preferred: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="hours the guide likes best; the roster heeds them"
    )


class GuideStation(Base):
    """Another station for which a guide gives events, at its premises or only online."""

    __tablename__ = "guide_station"
    __table_args__ = (STRICT,)

    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), primary_key=True)
    on_site: Mapped[bool] = mapped_column(default=False, comment="also at its premises; else online only")


class AvailabilityException(Base):
    """One day on which a guide's week is different: hours worked beside the pattern, or hours taken out of it."""

    __tablename__ = "availability_exception"
    __table_args__ = (
        CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name="hours"),
        UniqueConstraint("guide_id", "on_day", "opens"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"))
    on_day: Mapped[date] = mapped_column(comment="local day of the home station")
    opens: Mapped[int] = mapped_column(comment="minutes since the local midnight")
    closes: Mapped[int]
    works: Mapped[bool] = mapped_column(comment="true: works then too; false: does not work then")


class DayOff(Base):
    """Days on which a guide does not work, both included, local days of the station."""

    __tablename__ = "day_off"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days_in_order"),
        Index("ix_day_off_guide_id_starts_on", "guide_id", "starts_on"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")


class PrivateCalendar(Base):
    """The secret address of a guide's own calendar, and how the last reading of it went."""

    __tablename__ = "private_calendar"
    __table_args__ = (Index("ix_private_calendar_next_read_at", "next_read_at"), STRICT)

    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"), primary_key=True)
    url: Mapped[str] = mapped_column(comment="a secret: never logged, audited or shown whole")
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    next_read_at: Mapped[datetime]
    read_at: Mapped[datetime | None] = mapped_column(comment="when it was last read well")
    failures: Mapped[int] = mapped_column(default=0, comment="in a row")
    problem: Mapped[str] = mapped_column(default="", comment="code of what is wrong; empty: nothing")
    told_at: Mapped[datetime | None] = mapped_column(comment="when the guide was told of the problem")


class BusyInterval(Base):
    """Time taken elsewhere, read from a guide's private calendar: nothing but the interval is kept."""

    __tablename__ = "busy_interval"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        Index("ix_busy_interval_guide_id_starts_at", "guide_id", "starts_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
