"""The words that the desk writes into mails, every version of them."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "mail_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False, comment="its code; empty: of all stations"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "wording", sa.Text(), nullable=False, comment="JSON, read by hand: one that is broken spoils no other"
        ),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False, comment="account:7"),
        sa.CheckConstraint("version > 0", name=op.f("ck_mail_text_version_is_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_text")),
        sa.UniqueConstraint(
            "kind", "locale", "station", "version", name=op.f("uq_mail_text_kind_locale_station_version")
        ),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("mail_text")
