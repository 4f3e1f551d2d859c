"""Answers of groups to the survey afterwards: counted by station and month, and who has answered."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    month = "YYYY-MM of events whose own codes are not kept; empty: of the event, or of no time"
    op.add_column("survey_result", sa.Column("month", sa.Text(), server_default="", nullable=False, comment=month))
    op.create_table(
        "survey_answered",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_survey_answered_booking_id_booking")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_survey_answered")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("survey_answered")
    op.drop_column("survey_result", "month")
