"""Stations, what they offer, and in which languages."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.catalogue.terms import Basis, Format, Kind, LanguagePolicy, OfferingStatus
from booking.db import STRICT, Base, enum_by_value
from booking.i18n import Translated, TranslatedText


class Station(Base):
    """A duty station with its Visitors Service; hours are minutes since local midnight."""

    __tablename__ = "station"
    __table_args__ = (
        CheckConstraint("virtual_opens < virtual_closes AND virtual_closes <= 1440", name="virtual_hours"),
        CheckConstraint("on_site_opens < on_site_closes AND on_site_closes <= 1440", name="on_site_hours"),
        CheckConstraint("slot_step_min >= 5 AND hold_min >= 1 AND people_per_adult >= 1", name="positive_settings"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    time_zone: Mapped[str]
    working_weekdays: Mapped[str] = mapped_column(default="01234", comment="digits, 0 = Monday")
    virtual_opens: Mapped[int]
    virtual_closes: Mapped[int]
    on_site_opens: Mapped[int]
    on_site_closes: Mapped[int]
    version: Mapped[int] = mapped_column(
        default=1, comment="raised by whatever changes what may be booked: closures, hours"
    )
    contact_email: Mapped[str] = mapped_column(default="")
    booking_horizon_days: Mapped[int] = mapped_column(default=270, comment="LEAD-02")
    buffer_min: Mapped[int] = mapped_column(default=15, comment="OVL-01: minutes between two events of a guide")
    slot_step_min: Mapped[int] = mapped_column(default=30, comment="open slots start at multiples of this")
    minor_age: Mapped[int] = mapped_column(default=18, comment="SUP-01")
    people_per_adult: Mapped[int] = mapped_column(default=20, comment="SUP-01")
    free_change_days: Mapped[int] = mapped_column(default=6, comment="CAN-01, working days")
    list_due_days: Mapped[int] = mapped_column(default=3, comment="SEC-01, working days")
    id_age: Mapped[int] = mapped_column(default=18, comment="SEC-01: identity document from this age")
    registration_age: Mapped[int | None] = mapped_column(
        comment="SEC-01: registration from this age, where there is one"
    )
    speaker_days: Mapped[int] = mapped_column(default=5, comment="SPK-01, working days")
    no_show_min: Mapped[int] = mapped_column(default=15, comment="NSH-01, minutes after the start")
    attendance_days: Mapped[int] = mapped_column(default=5, comment="ATT-01, working days")
    distancing_gap_min: Mapped[int] = mapped_column(default=30, comment="CAP-04: minutes between two halves of a group")
    hold_min: Mapped[int] = mapped_column(default=10, comment="minutes a chosen time is held")
    request_answer_days: Mapped[int] = mapped_column(default=5, comment="working days to answer a request")
    earliest_comfort: Mapped[int] = mapped_column(default=480, comment="TIME-05, minutes of the group's day")
    latest_comfort: Mapped[int] = mapped_column(default=1230, comment="TIME-05, minutes of the group's day")
    contact_days: Mapped[int] = mapped_column(
        default=180, server_default="180", comment="days after a group's last tour until its contact is forgotten"
    )
    holiday_country: Mapped[str] = mapped_column(
        default="", server_default="", comment="ISO 3166-1: whose public holidays are proposed"
    )
    holiday_subdivision: Mapped[str] = mapped_column(default="", server_default="", comment="of that country")


class StationLanguage(Base):
    """A language that a station gives, for tours, for briefings or for both."""

    __tablename__ = "station_language"
    __table_args__ = (UniqueConstraint("station_id", "language"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    language: Mapped[str] = mapped_column(comment="BCP 47, base language")
    basis: Mapped[Basis] = mapped_column(enum_by_value(Basis))
    tours: Mapped[bool] = mapped_column(default=True)
    briefings: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(default="")


class Offering(Base):
    """What can be asked for; an empty limit means that there is none."""

    __tablename__ = "offering"
    __table_args__ = (
        CheckConstraint("min_group IS NULL OR max_group IS NULL OR min_group <= max_group", name="group_limits"),
        CheckConstraint("min_age IS NULL OR max_age IS NULL OR min_age <= max_age", name="age_limits"),
        CheckConstraint("duration_min >= 0", name="duration"),
        Index("ix_offering_station_id", "station_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    unit: Mapped[str]
    title: Mapped[Translated] = mapped_column(TranslatedText)
    summary: Mapped[Translated | None] = mapped_column(TranslatedText)
    details: Mapped[dict[str, Any] | None] = mapped_column(comment="per locale: happens (minute, text), needs (texts)")
    kind: Mapped[Kind] = mapped_column(enum_by_value(Kind))
    format: Mapped[Format] = mapped_column(enum_by_value(Format))
    theme: Mapped[str]
    audience: Mapped[str]
    language_policy: Mapped[LanguagePolicy] = mapped_column(enum_by_value(LanguagePolicy))
    duration_min: Mapped[int]
    min_group: Mapped[int | None]
    max_group: Mapped[int | None]
    lead_working_days: Mapped[int | None]
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), comment="empty: the station's premises")
    status: Mapped[OfferingStatus] = mapped_column(enum_by_value(OfferingStatus), default=OfferingStatus.ACTIVE)
    source: Mapped[str] = mapped_column(default="")
    price_note: Mapped[Translated | None] = mapped_column(TranslatedText)
    watch_url: Mapped[str] = mapped_column(default="", comment="on demand: where it is watched")
    created_at: Mapped[datetime | None]
    english_of: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}", comment="per field and locale: which English was translated"
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1", comment="raised by every change at the desk")


class Venue(Base):
    """A place of a station where events are given; what names none is in the station's premises."""

    __tablename__ = "venue"
    __table_args__ = (UniqueConstraint("station_id", "code"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    code: Mapped[str]
    name: Mapped[Translated] = mapped_column(TranslatedText)


class OfferingLanguage(Base):
    """A language of an offering with a list of its own."""

    __tablename__ = "offering_language"
    __table_args__ = (STRICT,)

    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)


class VocabularyTerm(Base):
    """A word that a desk may add: unit, audience, theme, platform, channel, measure."""

    __tablename__ = "vocabulary_term"
    __table_args__ = (UniqueConstraint("vocabulary", "code"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    vocabulary: Mapped[str]
    code: Mapped[str]
    label: Mapped[Translated] = mapped_column(TranslatedText)
    version: Mapped[int] = mapped_column(default=1, server_default="1", comment="raised by every change at the desk")
