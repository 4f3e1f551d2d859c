"""Tables of closures as operations: what was confirmed, and what was done with each event and each booking."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from booking.bookings.closing_terms import Choice, OperationState, StepState
from booking.db import STRICT, Base, enum_by_value


class ClosureOperation(Base):
    """A declaration of closures with all that it did to events and bookings: its log, and what undo goes back to."""

    __tablename__ = "closure_operation"
    __table_args__ = (
        CheckConstraint("(state = 'done' OR state = 'undone') = (done_at IS NOT NULL)", name="done_has_its_instant"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone_has_its_instant"),
        Index("ix_closure_operation_station_id", "station_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    state: Mapped[OperationState] = mapped_column(enum_by_value(OperationState))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(comment="account:7, command")
    due_on: Mapped[date] = mapped_column(comment="local day of the station on which it is announced and carried out")
    answer_by: Mapped[datetime | None] = mapped_column(comment="until when places are held")
    plan: Mapped[dict[str, Any]] = mapped_column(comment="the wishes and choices as they were confirmed")
    withdrawn: Mapped[dict[str, Any]] = mapped_column(comment="ids of the mails taken back unsent")
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(default="", server_default="")
    stuck_at: Mapped[datetime | None] = mapped_column(comment="when it could not be carried out the last time")
    stuck_why: Mapped[str] = mapped_column(default="", server_default="", comment="Stuck; empty: it could be")
    stuck_about: Mapped[str] = mapped_column(
        default="", server_default="", comment="codes of the events or the closure in the way, with blanks between them"
    )


class ClosureStep(Base):
    """What an operation did: a row for each closure, for each event it hit, and for each booking of theirs."""

    __tablename__ = "closure_step"
    __table_args__ = (
        CheckConstraint("booking_id IS NULL OR event_id IS NOT NULL", name="booking_has_its_event"),
        CheckConstraint("(answered_at IS NOT NULL) = (state IN ('accepted', 'refused', 'expired'))", name="answered"),
        Index("ix_closure_step_operation_id", "operation_id", "booking_id"),
        Index("ix_closure_step_booking_id", "booking_id"),
        Index("ix_closure_step_event_id", "event_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("closure_operation.id"))
    closure_id: Mapped[int] = mapped_column(ForeignKey("closure.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    new_event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), comment="where its groups went")
    choice: Mapped[Choice | None] = mapped_column(enum_by_value(Choice), comment="empty: a limit was lowered")
    state: Mapped[StepState] = mapped_column(enum_by_value(StepState))
    was: Mapped[dict[str, Any]] = mapped_column(comment="as it was before: what undo restores")
    left_version: Mapped[int] = mapped_column(default=0, server_default="0", comment="the row's version afterwards")
    answer_by: Mapped[datetime | None] = mapped_column(comment="until when the place is held")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="", server_default="")
