"""Whose public holidays are proposed to a station; words of vocabularies that two desks may change."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = {
    "holiday_country": "ISO 3166-1: whose public holidays are proposed",
    "holiday_subdivision": "of that country",
}


def upgrade() -> None:
    """Apply."""
    for name, comment in COLUMNS.items():
        column = sa.Column(name, sa.Text(), nullable=False, server_default="", comment=comment)
        op.add_column("station", column)
    raised = "raised by every change at the desk"
    version = sa.Column("version", sa.Integer(), nullable=False, server_default="1", comment=raised)
    op.add_column("vocabulary_term", version)


def downgrade() -> None:
    """Take back."""
    op.drop_column("vocabulary_term", "version")
    for name in reversed(COLUMNS):
        op.drop_column("station", name)
