"""Surveys that desks write, for an offering or a series; and of which station the answers kept by month are."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime
from booking.i18n import TranslatedText

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Answers by month have named their station first in their key."""
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=True, comment="whose it is to change; empty: of every desk"),
        sa.Column("title", TranslatedText(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False, comment="raised by every change"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_survey_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("code", name=op.f("uq_survey_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "survey_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "yes-or-no", "how-much", name="question_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("text", TranslatedText(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True, comment="asked no more: taken away, or worded otherwise"),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_question_survey_id_survey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_question")),
        sa.UniqueConstraint("survey_id", "code", name=op.f("uq_survey_question_survey_id_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "survey_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(offering_id IS NULL) <> (series_id IS NULL)", name=op.f("ck_survey_use_one_of_both")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_use_survey_id_survey")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_survey_use_offering_id_offering")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_survey_use_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_use")),
        sa.UniqueConstraint("offering_id", name=op.f("uq_survey_use_offering_id")),
        sa.UniqueConstraint("series_id", name=op.f("uq_survey_use_series_id")),
        sqlite_strict=True,
    )
    comment = "code, of answers that are kept by month; empty: of the event, or of none"
    op.add_column("survey_result", sa.Column("station", sa.Text(), server_default="", nullable=False, comment=comment))
    _name_stations()


def _name_stations() -> None:
    connection = op.get_bind()
    result = sa.table("survey_result", *(sa.column(name) for name in ("id", "event_key", "month", "station")))
    kept = sa.select(result.c.id, result.c.event_key).where(result.c.month != "")
    for row in connection.execute(kept).all():
        named = sa.update(result).where(result.c.id == row.id).values(station=row.event_key.partition(" ")[0])
        connection.execute(named)


def downgrade() -> None:
    """Take back."""
    op.drop_column("survey_result", "station")
    op.drop_table("survey_use")
    op.drop_table("survey_question")
    op.drop_table("survey")
