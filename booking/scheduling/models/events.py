"""Events, the series that they belong to, and when the premises are closed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from booking.catalogue.terms import Format, Kind
from booking.db import STRICT, Base, enum_by_value
from booking.i18n import Translated, TranslatedText
from booking.scheduling.terms import ClosureType, EventStatus, Visibility


class Closure(Base):
    """A closure, a partial reopening or an official holiday of a station."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="days_in_order"),
        CheckConstraint("distanced_capacity IS NULL OR distanced_capacity >= 0", name="distanced_capacity"),
        Index("ix_closure_station_id_starts_on", "station_id", "starts_on"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    type: Mapped[ClosureType] = mapped_column(enum_by_value(ClosureType))
    starts_on: Mapped[date] = mapped_column(comment="local day of the station, included")
    ends_on: Mapped[date | None] = mapped_column(comment="included; empty: until further notice")
    announced_on: Mapped[date]
    blocks_formats: Mapped[list[str]]
    allows: Mapped[list[str]]
    distanced_capacity: Mapped[int | None] = mapped_column(comment="CAP-04: largest group on site")
    source: Mapped[str] = mapped_column(default="")
    message: Mapped[Translated] = mapped_column(TranslatedText)
    conditions: Mapped[Translated | None] = mapped_column(TranslatedText, comment="CLO-07: mask, certificate")
    lifted_at: Mapped[datetime | None]


class Series(Base):
    """Events that are reported together, and the weekly pattern that made them, if one did."""

    __tablename__ = "series"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    partner: Mapped[str] = mapped_column(default="")
    pattern: Mapped[dict[str, Any] | None]
    summary: Mapped[Translated | None] = mapped_column(TranslatedText)
    english_of: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}", comment="per field and locale: which English was translated"
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1", comment="of its texts and what belongs to it")


class SeriesMaterial(Base):
    """A material that belongs to a series."""

    __tablename__ = "series_material"
    __table_args__ = (STRICT,)

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), primary_key=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), primary_key=True)


class Event(Base):
    """A dated occurrence. `version` counts changes of time, place, format or language, never bookings."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="taken_within_capacity"),
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        Index("ix_event_station_id_starts_at", "station_id", "starts_at"),
        Index("ix_event_starts_at", "starts_at"),
        Index("ix_event_offering_id_starts_at", "offering_id", "starts_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), comment="the other half of a hybrid event")
    unit: Mapped[str]
    title: Mapped[Translated | None] = mapped_column(TranslatedText, comment="where it differs from the offering's")
    format: Mapped[Format] = mapped_column(enum_by_value(Format))
    kind: Mapped[Kind] = mapped_column(enum_by_value(Kind))
    theme: Mapped[str]
    audience: Mapped[str]
    language: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    time_zone: Mapped[str]
    starts_local: Mapped[str] = mapped_column(
        comment="wall time of the station, YYYY-MM-DDTHH:MM, kept should a zone's rules change"
    )
    starts_on: Mapped[date] = mapped_column(comment="local day of the station: reports and closures go by it")
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    status: Mapped[EventStatus] = mapped_column(enum_by_value(EventStatus))
    status_reason: Mapped[str] = mapped_column(default="")
    visibility: Mapped[Visibility] = mapped_column(enum_by_value(Visibility), default=Visibility.OPEN)
    version: Mapped[int] = mapped_column(default=1)
    platform: Mapped[str] = mapped_column(default="")
    meeting_url: Mapped[str] = mapped_column(default="")
    partner: Mapped[str] = mapped_column(default="")
    topics_raised: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(default="")
    occurrence_on: Mapped[date | None] = mapped_column(
        comment="local day that the pattern of its series gave; empty: made by hand"
    )
    venue_id: Mapped[int | None] = mapped_column(
        ForeignKey("venue.id"), comment="where it differs from the offering's; empty: as the offering"
    )
    own_capacity: Mapped[int | None] = mapped_column(
        comment="its places were it not for a limit; empty: none binds it, and capacity is its own"
    )
    guide_note: Mapped[str] = mapped_column(
        default="", server_default="", comment="about the group, for whoever gives or takes over the event"
    )
    meeting_point: Mapped[str] = mapped_column(
        default="", server_default="", comment="where a group that comes is met, if not at the visitors' entrance"
    )
    attended: Mapped[int | None] = mapped_column(
        comment="official number of people where the event is counted as a whole; empty: not recorded"
    )
    attended_source: Mapped[str] = mapped_column(
        default="", server_default="", comment="whose word the official number is; empty: as it was loaded, or none"
    )
    attended_reason: Mapped[str] = mapped_column(default="", server_default="", comment="why another was chosen")
    had_fault: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        comment="its guide or the desk says: a technical fault; nobody stayed away (NSH-01)",
    )
