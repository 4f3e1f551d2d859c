"""Files, pictures and materials of offerings, lists of interest, and which English each translation was made from."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime
from booking.i18n import TranslatedText

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ENGLISH = "per field and locale: which English was translated"


def upgrade() -> None:
    """Apply."""
    _versions()
    _files()
    _materials()
    _interest()


def _versions() -> None:
    for table in ("offering", "series"):
        column = sa.Column("english_of", sa.JSON(), nullable=False, server_default="{}", comment=ENGLISH)
        op.add_column(table, column)
    raised = {"offering": "raised by every change at the desk", "series": "of its texts and what belongs to it"}
    for table, comment in raised.items():
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1", comment=comment))
    op.add_column("series", sa.Column("summary", TranslatedText(), nullable=True))


def _files() -> None:
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.Text(), nullable=False, comment="hexadecimal"),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
        sqlite_strict=True,
    )
    seen = "what the picture shows, for who cannot see it"
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="the first is the one in lists"),
        sa.Column("large", sa.Text(), nullable=False),
        sa.Column("small", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False, comment="pixels of the large one"),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("small_width", sa.Integer(), nullable=False),
        sa.Column("alt", TranslatedText(), nullable=False, comment=seen),
        sa.Column("english_of", sa.JSON(), nullable=False, comment=ENGLISH),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0 AND small_width > 0", name=op.f("ck_picture_sizes")),
        sa.ForeignKeyConstraint(["large"], ["stored_file.sha256"], name=op.f("fk_picture_large_stored_file")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_picture_offering_id_offering")),
        sa.ForeignKeyConstraint(["small"], ["stored_file.sha256"], name=op.f("fk_picture_small_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("offering_id", "large", name=op.f("uq_picture_offering_id_large")),
        sqlite_strict=True,
    )


def _materials() -> None:
    kinds = sa.Enum("link", "file", name="material_kind", native_enum=False, create_constraint=True, length=40)
    levels = ("primary", "secondary", "university", "all")
    op.create_table(
        "material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False, comment="whose it is to change"),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("title", TranslatedText(), nullable=False),
        sa.Column("english_of", sa.JSON(), nullable=False, comment=ENGLISH),
        sa.Column(
            "level",
            sa.Enum(*levels, name="level", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False, comment="of what it says, BCP 47"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True, comment="taken out of the library"),
        sa.CheckConstraint("(kind = 'link') = (url <> '')", name=op.f("ck_material_link_has_its_address")),
        sa.CheckConstraint("(kind = 'file') = (file IS NOT NULL)", name=op.f("ck_material_file_has_its_bytes")),
        sa.ForeignKeyConstraint(["file"], ["stored_file.sha256"], name=op.f("fk_material_file_stored_file")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_material_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
        sqlite_strict=True,
    )
    op.create_index("ix_material_station_id", "material", ["station_id"], unique=False)
    for of in ("offering", "series"):
        _belongs(of)
    op.create_index("ix_material_offering_offering_id", "material_offering", ["offering_id"], unique=False)


def _belongs(of: str) -> None:
    """What a material is shown with."""
    table = "material_offering" if of == "offering" else "series_material"
    columns = ("material_id", "offering_id") if of == "offering" else ("series_id", "material_id")
    op.create_table(
        table,
        *(sa.Column(name, sa.Integer(), nullable=False) for name in columns),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name=op.f(f"fk_{table}_material_id_material")),
        sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_{table}_{of}_id_{of}")),
        sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}")),
        sqlite_strict=True,
    )


def _interest() -> None:
    states = sa.Enum(
        "asked", "waiting", "told", name="interest_state", native_enum=False, create_constraint=True, length=40
    )
    wished = "LEAD-02: the day whose bookings are not open yet"
    opens = "LEAD-02: when they open, and the reminder is due"
    told, day = "(state = 'told') = (told_at IS NOT NULL)", "(about = 'reopening') = (opens_at IS NULL)"
    op.create_table(
        "interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False, comment="in its one spelling, lower case"),
        sa.Column("about", sa.Text(), nullable=False, comment="reopening, or the day wished for as YYYY-MM-DD"),
        sa.Column("wished_on", sa.Date(), nullable=True, comment=wished),
        sa.Column("opens_at", UTCDateTime(), nullable=True, comment=opens),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True, comment="people, adults included"),
        sa.Column("state", states, nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True, comment="by the link in the first mail"),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(told, name=op.f("ck_interest_told_has_its_instant")),
        sa.CheckConstraint(day, name=op.f("ck_interest_day_has_its_opening")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_interest_offering_id_offering")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
        sa.UniqueConstraint("offering_id", "email", "about", name=op.f("uq_interest_offering_id_email_about")),
        sqlite_strict=True,
    )
    op.create_index("ix_interest_state_opens_at", "interest", ["state", "opens_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    for table in ("interest", "series_material", "material_offering", "material", "picture", "stored_file"):
        op.drop_table(table)
    op.drop_column("series", "summary")
    for table in ("offering", "series"):
        op.drop_column(table, "version")
        op.drop_column(table, "english_of")
