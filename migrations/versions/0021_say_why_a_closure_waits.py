"""Of a prepared closure that could not be carried out: when that was tried last, and what was in the way."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COLUMNS = {
    "stuck_why": "Stuck; empty: it could be",
    "stuck_about": "codes of the events or the closure in the way, with blanks between them",
}


def upgrade() -> None:
    """Apply."""
    when = "when it could not be carried out the last time"
    op.add_column("closure_operation", sa.Column("stuck_at", UTCDateTime(), comment=when))
    for name, says in COLUMNS.items():
        op.add_column("closure_operation", sa.Column(name, sa.Text(), nullable=False, server_default="", comment=says))


def downgrade() -> None:
    """Take back."""
    for name in (*COLUMNS, "stuck_at"):
        op.drop_column("closure_operation", name)
