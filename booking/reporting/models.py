"""Facts: what reports count, stored once for each event and each group, without a name of anybody.

They follow the live tables: triggers name events in `fact_due`, and `services.upkeep` writes their facts anew.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import STRICT, Base

# Indexes hold whole columns in the order in which the report groups by them: it reads these alone, and sorts nothing.
_OF_EVENTS = ("station", "unit", "kind", "format", "month", "status", "starts_on", "counts", "attended", "unrecorded")
_OF_COUNTRIES = ("station", "country", "subdivision", "starts_on", "kind", "unit", "attended")
_CAME, _IN_SERIES = text("came = 1"), text("came = 1 AND series <> ''")


class EventFact(Base):
    """An event as reports count it. Codes as they are stored elsewhere; empty text: none."""

    __tablename__ = "event_fact"
    __table_args__ = (
        CheckConstraint("counts IN (0, 1)", name="counts"),
        Index("ix_event_fact_sums", *_OF_EVENTS),
        STRICT,
    )

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str]
    station: Mapped[str]
    unit: Mapped[str]
    offering: Mapped[str]
    kind: Mapped[str]
    format: Mapped[str]
    theme: Mapped[str]
    audience: Mapped[str]
    language: Mapped[str]
    series: Mapped[str]
    partner: Mapped[str]
    starts_at: Mapped[datetime]
    starts_on: Mapped[date] = mapped_column(comment="local day of the station")
    month: Mapped[int] = mapped_column(comment="of that day: 202007")
    status: Mapped[str]
    status_reason: Mapped[str]
    raised: Mapped[str] = mapped_column(comment="topics noted afterwards, each between semicolons; empty: none")
    counts: Mapped[int] = mapped_column(comment="1, or 0: the half of a hybrid pair that its twin counts for")
    groups: Mapped[int] = mapped_column(comment="that came, where it was held")
    booked: Mapped[int] = mapped_column(comment="people that these had announced")
    attended: Mapped[int | None] = mapped_column(comment="official number of people who came; empty: not recorded")
    unrecorded: Mapped[int] = mapped_column(comment="groups of an event held whose number nobody has said")


class GroupFact(Base):
    """A group's booking that ever was more than a hold, with what its event is filtered by."""

    __tablename__ = "group_fact"
    __table_args__ = (
        Index("ix_group_fact_event_id", "event_id"),
        Index("ix_group_fact_statuses", "station", "status", "late", "starts_on"),
        Index("ix_group_fact_countries", *_OF_COUNTRIES, postgresql_where=_CAME, sqlite_where=_CAME),
        Index(
            "ix_group_fact_series",
            *("series", "country", "starts_on"),
            postgresql_where=_IN_SERIES,
            sqlite_where=_IN_SERIES,
        ),
        STRICT,
    )

    booking_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int]
    station: Mapped[str]
    unit: Mapped[str]
    offering: Mapped[str]
    kind: Mapped[str]
    format: Mapped[str]
    theme: Mapped[str]
    audience: Mapped[str]
    language: Mapped[str]
    series: Mapped[str]
    starts_on: Mapped[date]
    month: Mapped[int]
    raised: Mapped[str]
    event_status: Mapped[str]
    organisation_type: Mapped[str]
    country: Mapped[str] = mapped_column(comment="ISO 3166-1 alpha-2; ZZ: not collected")
    subdivision: Mapped[str] = mapped_column(comment="ISO 3166-2")
    topic: Mapped[str] = mapped_column(comment="theme that the group asked for")
    language_asked: Mapped[str]
    status: Mapped[str]
    late: Mapped[int] = mapped_column(comment="1: changed or cancelled after the deadline")
    came: Mapped[int] = mapped_column(comment="1: the event was held, and the group was there")
    booked: Mapped[int] = mapped_column(comment="people announced")
    attended: Mapped[int | None]
    attended_source: Mapped[str]


class FactDue(Base):
    """An event whose facts may be out of date: written by triggers, in the transaction of the change, never changed."""

    __tablename__ = "fact_due"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]


class FactKeeper(Base):
    """One row: its lock lets one process at a time write facts, its number says whether they have changed."""

    __tablename__ = "fact_keeper"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rounds: Mapped[int] = mapped_column(default=0, comment="raised whenever facts were written")
