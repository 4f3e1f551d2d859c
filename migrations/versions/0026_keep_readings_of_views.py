"""Online items and the readings of their views: a table each, so that a reading has a day and a history."""

import json

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime
from booking.i18n import TranslatedText

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

QUALIFIERS = ("exact", "about", "more-than", "at-least", "nearly", "not-recorded")
QUALIFIER = sa.Enum(*QUALIFIERS, name="qualifier", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Apply. A figure of which nobody kept the day stays one; what its note called cumulative is marked so."""
    op.create_table(
        "online_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=True, comment="whose it is to change; empty: of every desk"),
        sa.Column("offering_id", sa.Integer(), nullable=True, comment="of the catalogue, where it is there"),
        sa.Column("title", TranslatedText(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False, comment="the platform that counts"),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=True, comment="how many items a figure covers"),
        sa.Column(
            "is_cumulative", sa.Boolean(), server_default="0", nullable=False, comment="a figure contains those before"
        ),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("is_ended", sa.Boolean(), server_default="0", nullable=False, comment="not read any more"),
        sa.Column("paragraph", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False, comment="raised by every change"),
        sa.CheckConstraint("items IS NULL OR items >= 0", name=op.f("ck_online_item_items")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_online_item_station_id_station")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_online_item_offering_id_offering")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_online_item")),
        sa.UniqueConstraint("code", name=op.f("uq_online_item_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "view_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True, comment="empty: nobody kept the day"),
        sa.Column("qualifier", QUALIFIER, nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=True, comment="empty: before this was kept"),
        sa.Column("actor", sa.Text(), server_default="", nullable=False, comment="account:7; empty: from a file"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False, comment="of a correction: why"),
        sa.CheckConstraint("value IS NULL OR value >= 0", name=op.f("ck_view_reading_value")),
        sa.CheckConstraint(
            "(qualifier = 'not-recorded') = (value IS NULL)", name=op.f("ck_view_reading_value_or_not_recorded")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["online_item.id"], name=op.f("fk_view_reading_item_id_online_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_reading")),
        sqlite_strict=True,
    )
    op.create_index("ix_view_reading_item_id_read_on", "view_reading", ["item_id", "read_on"])
    _carry_over()
    op.drop_table("view_count")


def _carry_over() -> None:
    connection = op.get_bind()
    item = sa.table(
        "online_item",
        *(sa.column(name) for name in ("id", "code", "owner", "channel", "measure", "items", "paragraph", "note")),
        sa.column("title", TranslatedText()),
        sa.column("is_cumulative", sa.Boolean()),
    )
    reading = sa.table(
        "view_reading",
        *(sa.column(name) for name in ("item_id", "qualifier", "value")),
        sa.column("read_on", sa.Date()),
    )
    names = ("id", "code", "owner", "channel", "measure", "items", "paragraph", "note", "qualifier", "value")
    old = sa.table("view_count", *(sa.column(name) for name in (*names, "title")), sa.column("read_on", sa.Date()))
    for row in connection.execute(sa.select(old).order_by(old.c.id)).mappings().all():
        kept = {name: row[name] for name in names[:8]}
        is_cumulative = row["note"].casefold().startswith("cumulative")
        connection.execute(sa.insert(item).values(**kept, title={"en": row["title"]}, is_cumulative=is_cumulative))
        said = {"qualifier": row["qualifier"], "value": row["value"], "read_on": row["read_on"]}
        connection.execute(sa.insert(reading).values(item_id=row["id"], **said))
    if connection.dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('online_item', 'id'), coalesce(max(id), 1)) FROM online_item")


def downgrade() -> None:
    """Take back: of each item the newest reading stays."""
    op.create_table(
        "view_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=True, comment="how many items the figure covers"),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("qualifier", QUALIFIER, nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("paragraph", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.CheckConstraint("value IS NULL OR value >= 0", name=op.f("ck_view_count_value")),
        sa.CheckConstraint(
            "(qualifier = 'not-recorded') = (value IS NULL)", name=op.f("ck_view_count_value_or_not_recorded")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_count")),
        sa.UniqueConstraint("code", name=op.f("uq_view_count_code")),
        sqlite_strict=True,
    )
    _carry_back()
    op.drop_index("ix_view_reading_item_id_read_on", "view_reading")
    op.drop_table("view_reading")
    op.drop_table("online_item")


def _carry_back() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT i.id, i.code, i.title, i.owner, i.channel, i.items, i.measure, r.qualifier, r.value, i.paragraph,"
            " i.note, r.read_on FROM online_item i JOIN view_reading r ON r.item_id = i.id"
            " WHERE r.id = (SELECT max(n.id) FROM view_reading n WHERE n.item_id = i.id) ORDER BY i.id"
        )
    )
    old = sa.table("view_count", *(sa.column(name) for name in rows.keys()))  # noqa: SIM118  a result is no mapping
    for row in rows.mappings().all():
        title = json.loads(row["title"]) if isinstance(row["title"], str) else row["title"]
        connection.execute(sa.insert(old).values(**{**row, "title": title.get("en", row["code"])}))
