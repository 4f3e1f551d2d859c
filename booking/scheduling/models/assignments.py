"""Who gives an event: assignments, offers to guides, meeting rooms, the roster, and calendar feeds."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import STRICT, Base, enum_by_value, table_of
from booking.scheduling.terms import AssignmentStatus, OfferReason, OfferStatus


class Assignment(Base):
    """A guide gives an event. Two active ones of a guide never overlap, the buffer added to the end.

    The database refuses it: by an exclusion constraint on PostgreSQL, by triggers on SQLite (migration 0002).
    """

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("starts_at < busy_until", name="times_in_order"),
        Index("ix_assignment_event_id", "event_id"),
        Index("ix_assignment_guide_id_starts_at", "guide_id", "starts_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"))
    starts_at: Mapped[datetime]
    busy_until: Mapped[datetime] = mapped_column(comment="end of the event and the station's buffer")
    status: Mapped[AssignmentStatus] = mapped_column(enum_by_value(AssignmentStatus), default=AssignmentStatus.ACTIVE)
    is_locked: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="the roster leaves it as it is"
    )
    is_co_host: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="comes along for a partner station; the event is another's"
    )


def gives() -> tuple[ColumnElement[bool], ...]:
    """Conditions on `assignment`: the event is that guide's to give; who comes along for a partner is left out."""
    columns = table_of(Assignment).c
    return columns.status == AssignmentStatus.ACTIVE, columns.is_co_host.is_(False)


def co_hosts() -> tuple[ColumnElement[bool], ...]:
    """Conditions on `assignment`: the guide comes along for a partner station."""
    columns = table_of(Assignment).c
    return columns.status == AssignmentStatus.ACTIVE, columns.is_co_host.is_(True)


class Offer(Base):
    """An event offered to one guide: because nobody gives it, or because the one who does seeks cover or is ill.

    Of an uncovered event one offer at a time waits, in a fair order; cover is offered to all at once, and the first who
    accepts has it. The link in the mail is signed with the offer's id.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("offered_at < expires_at", name="times_in_order"),
        Index("ix_offer_event_id", "event_id"),
        Index("ix_offer_guide_id_status", "guide_id", "status"),
        Index(
            "ix_offer_expires_at",
            "expires_at",
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
        Index(
            "uq_offer_one_pending",
            "event_id",
            "guide_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"))
    reason: Mapped[OfferReason] = mapped_column(enum_by_value(OfferReason))
    from_guide_id: Mapped[int | None] = mapped_column(ForeignKey("guide.id"), comment="who seeks cover")
    status: Mapped[OfferStatus] = mapped_column(enum_by_value(OfferStatus), default=OfferStatus.PENDING)
    round: Mapped[int] = mapped_column(
        default=1, comment="how often the event was offered to everybody before, plus one"
    )
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    decline_reason: Mapped[str] = mapped_column(default="")


class MeetingRoom(Base):
    """An online address at which events are held: a guide's standing room on a platform, or an event's own."""

    __tablename__ = "meeting_room"
    __table_args__ = (
        Index(
            "uq_meeting_room_guide_id_platform",
            "guide_id",
            "platform",
            unique=True,
            postgresql_where=text("guide_id IS NOT NULL"),
            sqlite_where=text("guide_id IS NOT NULL"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True, comment="https, normalised: one address is one room")
    platform: Mapped[str]
    guide_id: Mapped[int | None] = mapped_column(ForeignKey("guide.id"), comment="whose standing room it is")


class RoomUse(Base):
    """An event takes a room. Two active uses of a room never overlap, the buffer added to the end (OVL-01).

    The database refuses it, as it does for assignments (migration 0004).
    """

    __tablename__ = "room_use"
    __table_args__ = (
        CheckConstraint("starts_at < busy_until", name="times_in_order"),
        Index("ix_room_use_event_id", "event_id"),
        Index("ix_room_use_room_id_starts_at", "room_id", "starts_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_room.id"))
    starts_at: Mapped[datetime]
    busy_until: Mapped[datetime] = mapped_column(comment="end of the event and the station's buffer")
    status: Mapped[AssignmentStatus] = mapped_column(enum_by_value(AssignmentStatus), default=AssignmentStatus.ACTIVE)


class RosterProposal(Base):
    """A roster that was proposed for a week: kept so that what is accepted is what was seen."""

    __tablename__ = "roster_proposal"
    __table_args__ = (Index("ix_roster_proposal_created_at", "created_at"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(comment="ISO 8601, 2026-W50")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(comment="account:7, command")
    rows: Mapped[dict[str, Any]] = mapped_column(JSON, comment="events, guides proposed, guides seen, reasons")
    applied_at: Mapped[datetime | None]


class CalendarFeed(Base):
    """A calendar that a guide or a station's desk subscribes to; its address is signed with id and generation."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint("(guide_id IS NULL) <> (station_id IS NULL)", name="of_one"),
        UniqueConstraint("guide_id"),
        UniqueConstraint("station_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int | None] = mapped_column(ForeignKey("guide.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    generation: Mapped[int] = mapped_column(default=1, comment="raised to revoke the address")
    created_at: Mapped[datetime]


class WrittenEntry(Base):
    """An event as it stands in a feed, written once for each state of it: writing is two thirds of a feed's cost."""

    __tablename__ = "written_entry"
    __table_args__ = (STRICT,)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(primary_key=True, comment="guide, desk, public")
    fingerprint: Mapped[str] = mapped_column(comment="of everything that the text is made from")
    entry: Mapped[str] = mapped_column(comment="BEGIN:VEVENT to END:VEVENT, folded, CRLF")
