"""Facts for reports: a row for each event and group, filled from what there is, and triggers that name what changes."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

EVENT = (
    *("code", "station_id", "offering_id", "series_id", "twin_id", "unit", "format", "kind", "theme", "audience"),
    *("language", "starts_at", "starts_on", "status", "status_reason", "partner", "topics_raised", "attended"),
)
BOOKING = (
    *("event_id", "organisation_id", "organisation_type", "status", "late", "size", "theme", "language", "attended"),
    "attended_source",
)
GROUP = ("type", "country", "subdivision")
KNOWN = "{row}.organisation_id IS NOT NULL AND {row}.status <> 'on_hold'"
WAS, IS = KNOWN.format(row="OLD"), KNOWN.format(row="NEW")
OF_GROUP = "SELECT DISTINCT event_id FROM booking WHERE organisation_id = NEW.id"

# Name, table, when, which rows, and the events that are due.
TRIGGERS = (
    ("event_made_is_due", "event", "INSERT", "", "VALUES (NEW.id)"),
    ("event_changed_is_due", "event", EVENT, "", "VALUES (NEW.id)"),
    ("event_deleted_is_due", "event", "DELETE", "", "VALUES (OLD.id)"),
    ("booking_made_is_due", "booking", "INSERT", IS, "VALUES (NEW.event_id)"),
    ("booking_changed_is_due", "booking", BOOKING, f"({WAS} OR {IS})", "VALUES (NEW.event_id)"),
    ("booking_moved_is_due", "booking", ("event_id",), WAS, "VALUES (OLD.event_id)"),
    ("booking_deleted_is_due", "booking", "DELETE", WAS, "VALUES (OLD.event_id)"),
    ("organisation_changed_is_due", "organisation", GROUP, "", OF_GROUP),
)
FILL = "INSERT INTO fact_due (event_id) SELECT id FROM event"
SHARED = ("station", "unit", "offering", "kind", "format", "theme", "audience", "language", "series")


def upgrade() -> None:
    """Apply: what there is already is named, and written before the first report is read."""
    _tables()
    op.execute("INSERT INTO fact_keeper (id, rounds) VALUES (1, 0)")
    op.execute(FILL)
    is_postgres = op.get_bind().dialect.name == "postgresql"
    differs = "IS DISTINCT FROM" if is_postgres else "IS NOT"
    for name, table, when, rows, due in TRIGGERS:
        conditions = [rows] if rows else []
        if isinstance(when, tuple):
            conditions.append(f"({' OR '.join(f'OLD.{one} {differs} NEW.{one}' for one in when)})")
        event = when if isinstance(when, str) else f"UPDATE OF {', '.join(when)}"
        condition = f"WHEN ({' AND '.join(conditions)})" if conditions else ""
        make = _make_on_postgres if is_postgres else _make_on_sqlite
        make(name, f"{event} ON {table}", condition, f"INSERT INTO fact_due (event_id) {due}")


def _make_on_sqlite(name: str, event: str, condition: str, insert: str) -> None:
    op.execute(f"CREATE TRIGGER {name} AFTER {event} {condition} BEGIN {insert}; END")


def _make_on_postgres(name: str, event: str, condition: str, insert: str) -> None:
    body = f"BEGIN {insert}; RETURN NULL; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$")
    op.execute(f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW {condition} EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    """Take back."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for name, table, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgres else f"DROP TRIGGER {name}")
        if is_postgres:
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("fact_keeper", "fact_due", "group_fact", "event_fact"):
        op.drop_table(table)


def _text(name: str, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, comment=comment)


def _number(name: str, comment: str | None = None, *, is_known: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=not is_known, comment=comment)


def _tables() -> None:
    whose = "official number of people who came; empty: not recorded"
    op.create_table(
        "event_fact",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        _text("code"),
        *(_text(name) for name in SHARED),
        _text("partner"),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="local day of the station"),
        _number("month", "of that day: 202007"),
        _text("status"),
        _text("status_reason"),
        _text("raised", "topics noted afterwards, each between semicolons; empty: none"),
        _number("counts", "1, or 0: the half of a hybrid pair that its twin counts for"),
        _number("groups", "that came, where it was held"),
        _number("booked", "people that these had announced"),
        _number("attended", whose, is_known=False),
        _number("unrecorded", "groups of an event held whose number nobody has said"),
        sa.CheckConstraint("counts IN (0, 1)", name=op.f("ck_event_fact_counts")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_fact")),
        sqlite_strict=True,
    )
    op.create_index("ix_event_fact_starts_on", "event_fact", ["starts_on"])
    op.create_table(
        "group_fact",
        sa.Column("booking_id", sa.Integer(), autoincrement=False, nullable=False),
        _number("event_id"),
        *(_text(name) for name in SHARED),
        sa.Column("starts_on", sa.Date(), nullable=False),
        _number("month"),
        _text("raised"),
        _text("event_status"),
        _text("organisation_type"),
        _text("country", "ISO 3166-1 alpha-2; ZZ: not collected"),
        _text("subdivision", "ISO 3166-2"),
        _text("topic", "theme that the group asked for"),
        _text("language_asked"),
        _text("status"),
        _number("late", "1: changed or cancelled after the deadline"),
        _number("came", "1: the event was held, and the group was there"),
        _number("booked", "people announced"),
        _number("attended", is_known=False),
        _text("attended_source"),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_group_fact")),
        sqlite_strict=True,
    )
    op.create_index("ix_group_fact_event_id", "group_fact", ["event_id"])
    op.create_index("ix_group_fact_starts_on", "group_fact", ["starts_on"])
    op.create_table(
        "fact_due",
        sa.Column("id", sa.Integer(), nullable=False),
        _number("event_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_due")),
        sqlite_strict=True,
    )
    op.create_table(
        "fact_keeper",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        _number("rounds", "raised whenever facts were written"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_keeper")),
        sqlite_strict=True,
    )
