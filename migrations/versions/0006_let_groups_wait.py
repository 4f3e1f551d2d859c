"""Groups in line for a full event: since when, and why they were passed over."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    joined = "when it joined the line of a full event"
    skipped = "when places last came free that were too few for it"
    op.add_column("booking", sa.Column("waiting_since", UTCDateTime(), nullable=True, comment=joined))
    op.add_column("booking", sa.Column("skipped_at", UTCDateTime(), nullable=True, comment=skipped))
    op.add_column("booking", sa.Column("skipped_places", sa.Integer(), nullable=True, comment="how many those were"))
    op.execute("UPDATE booking SET waiting_since = created_at WHERE status = 'waiting'")
    where = sa.text("status = 'waiting'")
    columns = ["event_id", "waiting_since"]
    op.create_index("ix_booking_waiting", "booking", columns, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_booking_waiting", table_name="booking")
    for name in ("skipped_places", "skipped_at", "waiting_since"):
        op.drop_column("booking", name)
