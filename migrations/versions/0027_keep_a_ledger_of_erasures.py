"""Whose data were erased, as digests, so that a restored backup can be told again."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="of the address, keyed with the server's key"),
        sa.Column(
            "reference",
            sa.Text(),
            nullable=False,
            comment="a booking of the address that was kept until its tour is over",
        ),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False, comment="account:7, group, command"),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("digest", name=op.f("uq_erasure_digest")),
        sqlite_strict=True,
    )
    where = sa.text("done_at IS NULL")
    op.create_index("ix_erasure_waiting", "erasure", ["asked_at"], postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    """Take back."""
    op.drop_table("erasure")
