"""The outbox can be paused: after a restore nothing is sent until somebody says so."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "outbox_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_pause")),
        sa.CheckConstraint("id = 1", name=op.f("ck_outbox_pause_one")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("outbox_pause")
