"""Add what the desk and a group write about a request; deadlines of groups expire as those of desks do."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = ("question", "answer", "proposal", "refusal", "exception")


def upgrade() -> None:
    """Apply."""
    kinds = sa.Enum(*KINDS, name="note_kind", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "request_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, comment="account:7, group"),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_request_note_booking_id_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_note")),
        sqlite_strict=True,
    )
    op.create_index("ix_request_note_booking_id", "request_note", ["booking_id"], unique=False)
    _index_deadlines("answer_by IS NOT NULL")


def downgrade() -> None:
    """Take back."""
    _index_deadlines("status = 'requested'")
    op.drop_table("request_note")


def _index_deadlines(which: str) -> None:
    op.drop_index("ix_booking_answer_by", table_name="booking")
    where = sa.text(which)
    op.create_index("ix_booking_answer_by", "booking", ["answer_by"], postgresql_where=where, sqlite_where=where)
