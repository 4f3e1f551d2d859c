"""Limits of capacity by date, venues, and an event's own places while a limit binds it."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime
from booking.i18n import TranslatedText

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FORMATS = ("virtual-live", "virtual-recorded", "in-person", "off-site", "hybrid", "on-demand")


def _names(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", TranslatedText(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_venue_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("station_id", "code", name=op.f("uq_venue_station_id_code")),
        sqlite_strict=True,
    )
    # Written out: SQLite takes a foreign key with the column only.
    for table in ("offering", "event"):
        key = f"CONSTRAINT fk_{table}_venue_id_venue REFERENCES venue (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN venue_id INTEGER {key}")
    for table, said in (
        ("offering", "empty: the station's premises"),
        ("event", "where it differs from the offering's; empty: as the offering"),
    ):
        if op.get_bind().dialect.name == "postgresql":
            op.execute(sa.text(f"COMMENT ON COLUMN {table}.venue_id IS '{said.replace(chr(39), 2 * chr(39))}'"))
    own = "its places were it not for a limit; empty: none binds it, and capacity is its own"
    op.add_column("event", sa.Column("own_capacity", sa.Integer(), nullable=True, comment=own))
    _make_limits()


def _make_limits() -> None:
    share = "percent IS NULL OR (measure = 'people' AND per = 'event')"
    op.create_table(
        "capacity_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("format", _names(*FORMATS, name="format"), nullable=True),
        sa.Column("offering_id", sa.Integer(), nullable=True),
        sa.Column("measure", _names("people", "groups", "events", name="measure"), nullable=False),
        sa.Column("per", _names("group", "event", "day", name="per"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="local day of the station, included"),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="included; empty: until further notice"),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True, comment="of an event's own places, 25 to 100"),
        sa.Column("reason", TranslatedText(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True, comment="taken back: it binds nothing any more"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_capacity_limit_days_in_order")),
        sa.CheckConstraint("most IS NOT NULL OR percent IS NOT NULL", name=op.f("ck_capacity_limit_says_something")),
        sa.CheckConstraint("most IS NULL OR most >= 0", name=op.f("ck_capacity_limit_most")),
        sa.CheckConstraint("percent IS NULL OR percent BETWEEN 25 AND 100", name=op.f("ck_capacity_limit_percent")),
        sa.CheckConstraint(share, name=op.f("ck_capacity_limit_share_of_an_event")),
        sa.CheckConstraint("per = 'day' OR measure <> 'events'", name=op.f("ck_capacity_limit_events_per_day")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_capacity_limit_station_id_station")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_capacity_limit_venue_id_venue")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_capacity_limit_offering_id_offering")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_limit")),
        sa.UniqueConstraint("code", name=op.f("uq_capacity_limit_code")),
        sqlite_strict=True,
    )
    op.create_index("ix_capacity_limit_station_id_starts_on", "capacity_limit", ["station_id", "starts_on"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("capacity_limit")
    op.drop_column("event", "own_capacity")
    for table in ("event", "offering"):
        op.drop_column(table, "venue_id")
    op.drop_table("venue")
