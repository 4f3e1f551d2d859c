"""Stations take part in each other's events, and lend them a guide."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

STATES = ("asked", "agreed", "declined", "withdrawn", "taken-back")


def upgrade() -> None:
    """Apply."""
    along = "comes along for a partner station; the event is another's"
    op.add_column(
        "assignment", sa.Column("is_co_host", sa.Boolean(), server_default=sa.false(), nullable=False, comment=along)
    )
    states = sa.Enum(*STATES, name="partner_state", native_enum=False, create_constraint=True, length=40)
    leads, said, told = (
        "never the one that leads the event",
        "who agreed, declined or withdrew",
        "what was written with it",
    )
    start, off = "the start that the partner's desk knows of", "the partner's desk knows that the event is called off"
    op.create_table(
        "event_partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False, comment=leads),
        sa.Column("state", states, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False, comment="account:7"),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("question", sa.Text(), server_default="", nullable=False, comment="what the leading desk wrote"),
        sa.Column("answered_by", sa.Text(), server_default="", nullable=False, comment=said),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False, comment=told),
        sa.Column("told_starts_at", UTCDateTime(), nullable=False, comment=start),
        sa.Column("told_cancelled", sa.Boolean(), server_default=sa.false(), nullable=False, comment=off),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False, comment="of two answers one is given"),
        sa.CheckConstraint(
            "(state = 'asked') = (answered_at IS NULL)", name=op.f("ck_event_partner_answered_or_asked")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_partner_event_id_event")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_event_partner_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_partner")),
        sa.UniqueConstraint("event_id", "station_id", name=op.f("uq_event_partner_event_id_station_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_event_partner_station_id_state", "event_partner", ["station_id", "state"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("event_partner")
    op.drop_column("assignment", "is_co_host")
