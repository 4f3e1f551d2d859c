"""A test call knows the start of the event for which it was arranged, so that it goes with it."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    comment = "of the event for which it was arranged: it goes with it"
    op.add_column("test_call", sa.Column("event_starts_at", UTCDateTime(), nullable=True, comment=comment))


def downgrade() -> None:
    """Take back."""
    op.drop_column("test_call", "event_starts_at")
