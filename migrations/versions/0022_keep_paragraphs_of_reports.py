"""What desks do with a report's paragraphs: choices, own texts, signatures, frozen versions."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _drafts()
    _texts_and_signatures()
    _versions()


def _drafts() -> None:
    order = "of countries and languages: own or english"
    op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False, comment="local day of the stations, included"),
        sa.Column("last_on", sa.Date(), nullable=False, comment="included"),
        sa.Column("list_order", sa.Text(), nullable=False, comment=order),
        sa.Column("qualifiers", sa.JSON(), nullable=False, comment="chosen by a desk, by 13.events"),
        sa.Column("version", sa.Integer(), nullable=False, comment="of the choices: raised by every change of them"),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_report_draft_days_in_order")),
        sa.CheckConstraint("list_order IN ('own', 'english')", name=op.f("ck_report_draft_list_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint("first_on", "last_on", name=op.f("uq_report_draft_first_on_last_on")),
        sqlite_strict=True,
    )


def _texts_and_signatures() -> None:
    unique = op.f("uq_report_text_report_id_paragraph_locale_version")
    op.create_table(
        "report_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("paragraph", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="with marks for figures; empty: the shipped text"),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False, comment="account:7"),
        sa.CheckConstraint("version > 0", name=op.f("ck_report_text_version_is_counted")),
        sa.ForeignKeyConstraint(["report_id"], ["report_draft.id"], name=op.f("fk_report_text_report_id_report_draft")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_text")),
        sa.UniqueConstraint(
            "report_id",
            "paragraph",
            "locale",
            "version",
            name=unique,
        ),
        sqlite_strict=True,
    )
    rounds = "frozen versions there were: what is frozen needs two new ones"
    op.create_table(
        "report_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment=rounds),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of all figures and texts, hexadecimal"),
        sa.Column("actor", sa.Text(), nullable=False, comment="account:7"),
        sa.Column("signed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report_draft.id"], name=op.f("fk_report_signature_report_id_report_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_signature")),
        sa.UniqueConstraint(
            "report_id", "round", "digest", "actor", name=op.f("uq_report_signature_report_id_round_digest_actor")
        ),
        sqlite_strict=True,
    )


def _versions() -> None:
    content = "figures with their events, and texts in every locale"
    changes = "by figure: what is another than in the version before"
    op.create_table(
        "report_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False, comment=content),
        sa.Column("changes", sa.JSON(), nullable=False, comment=changes),
        sa.Column("first_by", sa.Text(), nullable=False, comment="account:7"),
        sa.Column("first_at", UTCDateTime(), nullable=False),
        sa.Column("second_by", sa.Text(), nullable=False),
        sa.Column("second_at", UTCDateTime(), nullable=False, comment="when it was frozen"),
        sa.CheckConstraint("number > 0", name=op.f("ck_report_version_number_is_counted")),
        sa.CheckConstraint("first_by <> second_by", name=op.f("ck_report_version_signed_by_two")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report_draft.id"], name=op.f("fk_report_version_report_id_report_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_version_report_id_number")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Take back."""
    for name in ("report_version", "report_signature", "report_text", "report_draft"):
        op.drop_table(name)
