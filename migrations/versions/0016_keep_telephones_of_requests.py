"""A request for which a desk was rung up keeps the telephone number, as a booking does."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    column = sa.Column("contact_phone", sa.Text(), nullable=False, server_default="", comment="where the desk booked")
    op.add_column("visit_request", column)


def downgrade() -> None:
    """Take back."""
    op.drop_column("visit_request", "contact_phone")
