"""Observations know whose number a desk took and why; official numbers know their source; reports wait for a day."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OWN_WORDS = """
UPDATE booking SET attended_source = (
  SELECT o.source FROM observation o WHERE o.booking_id = booking.id AND o.source IN ('guide', 'desk')
  ORDER BY o.id DESC LIMIT 1)
WHERE attended_source = '' AND id IN (
  SELECT booking_id FROM observation WHERE booking_id IS NOT NULL AND source IN ('guide', 'desk'))
"""
WHOLE = """
UPDATE event SET
  attended = (SELECT o.attended FROM observation o WHERE o.event_id = event.id AND o.booking_id IS NULL
    AND o.source IN ('guide', 'desk') ORDER BY o.id DESC LIMIT 1),
  attended_source = (SELECT o.source FROM observation o WHERE o.event_id = event.id AND o.booking_id IS NULL
    AND o.source IN ('guide', 'desk') ORDER BY o.id DESC LIMIT 1)
WHERE attended_source = '' AND id IN (
  SELECT event_id FROM observation WHERE booking_id IS NULL AND source IN ('guide', 'desk'))
"""
"""What was said last by a guide or a desk was the official number until now."""

IS_KEPT = "(state = 'open') = (content IS NOT NULL)"


def upgrade() -> None:
    """Apply."""
    chosen = "of a desk: whose number it takes; empty: a number of its own"
    op.add_column("observation", sa.Column("chosen", sa.Text(), nullable=False, server_default="", comment=chosen))
    why = "of a desk: why"
    op.add_column("observation", sa.Column("reason", sa.Text(), nullable=False, server_default="", comment=why))
    lasted = "of a platform: how long each connection lasted, nobody named"
    op.add_column("observation", sa.Column("minutes", sa.JSON(), nullable=False, server_default="[]", comment=lasted))
    op.execute(OWN_WORDS)
    op.execute(WHOLE)
    _uploads()


def _uploads() -> None:
    states = sa.Enum(
        *("open", "accepted", "rejected", "expired"),
        name="upload_state",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    op.create_table(
        "attendance_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the file, hexadecimal"),
        sa.Column("name", sa.Text(), nullable=False, comment="of the file; forgotten with it"),
        sa.Column("content", sa.LargeBinary(), comment="the file as it came; empty once it is settled"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("state", states, nullable=False),
        sa.Column("uploaded_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime()),
        sa.Column("actor", sa.Text(), nullable=False, comment="account:7"),
        sa.CheckConstraint(
            "(state = 'open') = (content IS NOT NULL)", name=op.f("ck_attendance_upload_kept_while_open")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_attendance_upload_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_upload")),
        sa.UniqueConstraint("event_id", "digest", name=op.f("uq_attendance_upload_event_id_digest")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_attendance_upload_expires_at",
        "attendance_upload",
        ["expires_at"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("attendance_upload")
    for name in ("minutes", "reason", "chosen"):
        op.drop_column("observation", name)
