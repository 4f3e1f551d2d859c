"""How often rules refuse requests, for the report; and indexes in the order in which the report adds facts up."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OF_EVENTS = ("station", "unit", "kind", "format", "month", "status", "starts_on", "counts", "attended", "unrecorded")
OF_COUNTRIES = ("station", "country", "subdivision", "starts_on", "kind", "unit", "attended")
OF_STATUSES = ("station", "status", "late", "starts_on")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "refusal_count",
        sa.Column("day", sa.Date(), nullable=False, comment="local day of the station"),
        sa.Column("station", sa.Text(), nullable=False, comment="empty: none was named"),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="of what was asked for; empty: advice"),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_refusal_count_number")),
        sa.PrimaryKeyConstraint("day", "station", "rule", "kind", "language", name=op.f("pk_refusal_count")),
        sqlite_strict=True,
    )
    for table in ("event_fact", "group_fact"):
        op.drop_index(f"ix_{table}_starts_on", table)
    came, in_series = sa.text("came = 1"), sa.text("came = 1 AND series <> ''")
    op.create_index("ix_event_fact_sums", "event_fact", list(OF_EVENTS))
    op.create_index("ix_group_fact_statuses", "group_fact", list(OF_STATUSES))
    for name, columns, where in (
        ("ix_group_fact_countries", OF_COUNTRIES, came),
        ("ix_group_fact_series", ("series", "country", "starts_on"), in_series),
    ):
        op.create_index(name, "group_fact", list(columns), postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    """Take back."""
    for name in ("series", "countries", "statuses"):
        op.drop_index(f"ix_group_fact_{name}", "group_fact")
    op.drop_index("ix_event_fact_sums", "event_fact")
    for table in ("event_fact", "group_fact"):
        op.create_index(f"ix_{table}_starts_on", table, ["starts_on"])
    op.drop_table("refusal_count")
