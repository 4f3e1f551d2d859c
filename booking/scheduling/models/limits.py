"""Limits of capacity as dated rows."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from booking.catalogue.terms import Format
from booking.db import STRICT, Base, enum_by_value
from booking.i18n import Translated, TranslatedText
from booking.scheduling.terms import Measure, Per


class CapacityLimit(Base):
    """How many people, groups or events a scope takes on some days; an empty part of the scope means all."""

    __tablename__ = "capacity_limit"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="days_in_order"),
        CheckConstraint("most IS NOT NULL OR percent IS NOT NULL", name="says_something"),
        CheckConstraint("most IS NULL OR most >= 0", name="most"),
        CheckConstraint("percent IS NULL OR percent BETWEEN 25 AND 100", name="percent"),
        CheckConstraint("percent IS NULL OR (measure = 'people' AND per = 'event')", name="share_of_an_event"),
        CheckConstraint("per = 'day' OR measure <> 'events'", name="events_per_day"),
        Index("ix_capacity_limit_station_id_starts_on", "station_id", "starts_on"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    format: Mapped[Format | None] = mapped_column(enum_by_value(Format))
    offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"))
    measure: Mapped[Measure] = mapped_column(enum_by_value(Measure))
    per: Mapped[Per] = mapped_column(enum_by_value(Per))
    starts_on: Mapped[date] = mapped_column(comment="local day of the station, included")
    ends_on: Mapped[date | None] = mapped_column(comment="included; empty: until further notice")
    most: Mapped[int | None]
    percent: Mapped[int | None] = mapped_column(comment="of an event's own places, 25 to 100")
    reason: Mapped[Translated] = mapped_column(TranslatedText)
    made_by: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(comment="taken back: it binds nothing any more")
    version: Mapped[int] = mapped_column(default=1)
