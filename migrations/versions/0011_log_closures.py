"""Closures as operations: what each did to events and bookings, who answered, and what undo goes back to."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CHOICES = ("convert", "move", "cancel")
STATES = ("prepared", "done", "undone", "dropped")
STEPS = ("done", "pending", "accepted", "refused", "expired", "undone")


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Apply."""
    due = "local day of the station on which it is announced and carried out"
    op.create_table(
        "closure_operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("state", _words("operation_state", STATES), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False, comment="account:7, command"),
        sa.Column("due_on", sa.Date(), nullable=False, comment=due),
        sa.Column("answer_by", UTCDateTime(), nullable=True, comment="until when places are held"),
        sa.Column("plan", sa.JSON(), nullable=False, comment="the wishes and choices as they were confirmed"),
        sa.Column("withdrawn", sa.JSON(), nullable=False, comment="ids of the mails taken back unsent"),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.Column("undone_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(state = 'done' OR state = 'undone') = (done_at IS NOT NULL)",
            name=op.f("ck_closure_operation_done_has_its_instant"),
        ),
        sa.CheckConstraint(
            "(state = 'undone') = (undone_at IS NOT NULL)", name=op.f("ck_closure_operation_undone_has_its_instant")
        ),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_closure_operation_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_operation")),
        sa.UniqueConstraint("code", name=op.f("uq_closure_operation_code")),
        sqlite_strict=True,
    )
    op.create_index("ix_closure_operation_station_id", "closure_operation", ["station_id"])
    _create_steps()


def _create_steps() -> None:
    op.create_table(
        "closure_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("closure_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("new_event_id", sa.Integer(), nullable=True, comment="where its groups went"),
        sa.Column("choice", _words("choice", CHOICES), nullable=True, comment="empty: a limit was lowered"),
        sa.Column("state", _words("step_state", STEPS), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False, comment="as it was before: what undo restores"),
        sa.Column(
            "left_version", sa.Integer(), server_default="0", nullable=False, comment="the row's version afterwards"
        ),
        sa.Column("answer_by", UTCDateTime(), nullable=True, comment="until when the place is held"),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "booking_id IS NULL OR event_id IS NOT NULL", name=op.f("ck_closure_step_booking_has_its_event")
        ),
        sa.CheckConstraint(
            "(answered_at IS NOT NULL) = (state IN ('accepted', 'refused', 'expired'))",
            name=op.f("ck_closure_step_answered"),
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["closure_operation.id"], name=op.f("fk_closure_step_operation_id_closure_operation")
        ),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_closure_step_closure_id_closure")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_closure_step_event_id_event")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_closure_step_booking_id_booking")),
        sa.ForeignKeyConstraint(["new_event_id"], ["event.id"], name=op.f("fk_closure_step_new_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_step")),
        sqlite_strict=True,
    )
    op.create_index("ix_closure_step_operation_id", "closure_step", ["operation_id", "booking_id"])
    op.create_index("ix_closure_step_booking_id", "closure_step", ["booking_id"])
    op.create_index("ix_closure_step_event_id", "closure_step", ["event_id"])


def downgrade() -> None:
    """Take back."""
    for name in ("event_id", "booking_id", "operation_id"):
        op.drop_index(f"ix_closure_step_{name}", table_name="closure_step")
    op.drop_table("closure_step")
    op.drop_index("ix_closure_operation_station_id", table_name="closure_operation")
    op.drop_table("closure_operation")
