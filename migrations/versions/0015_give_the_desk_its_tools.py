"""What a desk keeps: merged spellings of organisations, saved views, messages to groups, telephone, meeting point."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    spelling = "the organisation that this is another spelling of"
    phone = "where the desk booked"
    point = "where a group that comes is met, if not at the visitors' entrance"
    op.add_column("organisation", sa.Column("merged_into_id", sa.Integer(), nullable=True, comment=spelling))
    op.add_column("booking", sa.Column("contact_phone", sa.Text(), server_default="", nullable=False, comment=phone))
    op.add_column("event", sa.Column("meeting_point", sa.Text(), server_default="", nullable=False, comment=point))
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor", "id"])
    _make_merges()
    _make_views()
    _make_messages()


def _make_merges() -> None:
    moved = "ids of bookings and earlier spellings, labels changed"
    kept = op.f("fk_organisation_merge_kept_id_organisation")
    merged = op.f("fk_organisation_merge_merged_id_organisation")
    op.create_table(
        "organisation_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, comment="account:7"),
        sa.Column("moved", sa.JSON(), nullable=False, comment=moved),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["organisation.id"], name=kept),
        sa.ForeignKeyConstraint(["merged_id"], ["organisation.id"], name=merged),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_merge")),
        sqlite_strict=True,
    )
    op.create_index("ix_organisation_merge_at", "organisation_merge", ["at"])


def _make_views() -> None:
    bare = "opened where the page is asked for bare"
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False, comment="events, requests, search"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False, comment="of the page's address"),
        sa.Column("station_code", sa.Text(), nullable=False, comment="whose desk sees it too; empty: nobody else"),
        sa.Column("is_default", sa.Boolean(), nullable=False, comment=bare),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saved_view_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sqlite_strict=True,
    )
    op.create_index("ix_saved_view_account_id", "saved_view", ["account_id"])
    op.create_index("ix_saved_view_station_code", "saved_view", ["station_code"])


def _make_messages() -> None:
    digest = "SHA-256 of the texts and of whom they go to"
    event = op.f("fk_desk_message_event_event_id_event")
    message = op.f("fk_desk_message_event_message_id_desk_message")
    op.create_table(
        "desk_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, comment="account:7"),
        sa.Column("digest", sa.Text(), nullable=False, comment=digest),
        sa.Column("texts", sa.JSON(), nullable=False, comment="subject and text by locale, as they were written"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_message")),
        sa.UniqueConstraint("digest", name=op.f("uq_desk_message_digest")),
        sqlite_strict=True,
    )
    op.create_table(
        "desk_message_event",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=event),
        sa.ForeignKeyConstraint(["message_id"], ["desk_message.id"], name=message),
        sa.PrimaryKeyConstraint("message_id", "event_id", name=op.f("pk_desk_message_event")),
        sqlite_strict=True,
    )
    op.create_index("ix_desk_message_event_event_id", "desk_message_event", ["event_id"])


def downgrade() -> None:
    """Take back."""
    for table in ("desk_message_event", "desk_message", "saved_view", "organisation_merge"):
        op.drop_table(table)
    op.drop_index("ix_audit_entry_actor", table_name="audit_entry")
    op.drop_column("event", "meeting_point")
    op.drop_column("booking", "contact_phone")
    op.drop_column("organisation", "merged_into_id")
