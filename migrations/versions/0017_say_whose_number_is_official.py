"""Of each official number of people who came, whose word it is and why; and the number of an event as a whole."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WHOSE = "whose word the official number is; empty: as it was loaded, or none"
WHY = "why another was chosen"


def upgrade() -> None:
    """Apply."""
    whole = "official number of people where the event is counted as a whole; empty: not recorded"
    op.add_column("event", sa.Column("attended", sa.Integer(), comment=whole))
    for table in ("event", "booking"):
        for name, says in (("attended_source", WHOSE), ("attended_reason", WHY)):
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default="", comment=says))


def downgrade() -> None:
    """Take back."""
    for table in ("booking", "event"):
        for name in ("attended_reason", "attended_source"):
            op.drop_column(table, name)
    op.drop_column("event", "attended")
