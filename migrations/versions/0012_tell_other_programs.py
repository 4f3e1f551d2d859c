"""Webhooks: endpoints, changes nobody was told of yet (written by triggers), and messages."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BOOKING = ("status", "event_id", "size", "accompanying_adults", "youngest_age", "language", "theme")
EVENT = ("status", "starts_at", "ends_at", "language", "capacity", "format", "visibility", "offering_id")
CLOSURE = ("lifted_at", "type", "starts_on", "ends_on", "distanced_capacity")
ATTENDANCE = "NEW.action = 'attendance.record'"
COLUMNS = "untold_change (thing, row_id, name, station, was, became, moved, at)"
LISTENED = "EXISTS (SELECT 1 FROM webhook_endpoint WHERE off = '')"

# Name, when, which rows: and what is kept of each.
MADE_BOOKING = "'booking', NEW.id, '', '', '', NEW.status, {no}, {now}"
CHANGED_BOOKING = "'booking', NEW.id, '', '', OLD.status, NEW.status, OLD.event_id <> NEW.event_id, {now}"
MADE_EVENT = "'event', NEW.id, '', '', '', NEW.status, {no}, {now}"
CHANGED_EVENT = "'event', NEW.id, '', '', OLD.status, NEW.status, OLD.starts_at <> NEW.starts_at, {now}"
MADE_CLOSURE = "'closure', NEW.id, '', '', '', 'made', {no}, {now}"
LIFTED = "CASE WHEN OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL THEN 'lifted' ELSE 'changed' END"
CHANGED_CLOSURE = f"'closure', NEW.id, '', '', 'made', {LIFTED}, {{no}}, {{now}}"
ATTENDED = "'attendance', 0, substr(NEW.subject, 7), NEW.station_code, '', '', {no}, {now}"
TRIGGERS = (
    ("booking_made_is_told", "booking", "INSERT", "NEW.status <> 'on_hold'", MADE_BOOKING),
    ("booking_changed_is_told", "booking", BOOKING, "", CHANGED_BOOKING),
    ("event_made_is_told", "event", "INSERT", "", MADE_EVENT),
    ("event_changed_is_told", "event", EVENT, "", CHANGED_EVENT),
    ("closure_made_is_told", "closure", "INSERT", "", MADE_CLOSURE),
    ("closure_changed_is_told", "closure", CLOSURE, "", CHANGED_CLOSURE),
    ("attendance_is_told", "audit_entry", "INSERT", ATTENDANCE, ATTENDED),
)


def upgrade() -> None:
    """Apply."""
    _tables()
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for name, table, when, where, kept in TRIGGERS:
        event = when if isinstance(when, str) else f"UPDATE OF {', '.join(when)}"
        differs = "IS DISTINCT FROM" if is_postgres else "IS NOT"
        rows = where if isinstance(when, str) else " OR ".join(f"OLD.{one} {differs} NEW.{one}" for one in when)
        make = _make_on_postgres if is_postgres else _make_on_sqlite
        make(name, f"{event} ON {table}", rows, kept)


def _make_on_sqlite(name: str, event: str, rows: str, kept: str) -> None:
    values = kept.format(no="0", now="strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'")
    condition = f"({rows}) AND {LISTENED}" if rows else LISTENED
    insert = f"INSERT INTO {COLUMNS} VALUES ({values})"  # noqa: S608  all of it stands above
    op.execute(f"CREATE TRIGGER {name} AFTER {event} WHEN {condition} BEGIN {insert}; END")


def _make_on_postgres(name: str, event: str, rows: str, kept: str) -> None:
    values = kept.format(no="false", now="clock_timestamp()")
    insert = f"INSERT INTO {COLUMNS} VALUES ({values})"  # noqa: S608  all of it stands above
    body = f"BEGIN IF {LISTENED} THEN {insert}; END IF; RETURN NULL; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$")
    condition = f" WHEN ({rows})" if rows else ""
    op.execute(f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW{condition} EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    """Take back."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for name, table, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgres else f"DROP TRIGGER {name}")
        if is_postgres:
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("webhook_delivery", "untold_change", "webhook_endpoint"):
        op.drop_table(table)


def _tables() -> None:
    off = sa.Enum("", "by_hand", "gone", "failing", name="off", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="random; the secret is derived from it"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("stations", sa.JSON(), nullable=False, comment="codes; none: every station"),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False, comment="is told when it is switched off"),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False, comment="of the secret"),
        sa.Column("old_secret_until", UTCDateTime(), nullable=True, comment="so long the secret before signs too"),
        sa.Column("off", off, nullable=False, comment="why nothing is sent; empty: it is"),
        sa.Column("failing_since", UTCDateTime(), nullable=True, comment="nothing has arrived since"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("paused_until", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, comment="ETag"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_webhook_endpoint_made_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
        sa.UniqueConstraint("code", name=op.f("uq_webhook_endpoint_code")),
        sqlite_strict=True,
    )
    things = ("booking", "event", "closure", "attendance")
    thing = sa.Enum(*things, name="thing", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "untold_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thing", thing, nullable=False),
        sa.Column("row_id", sa.Integer(), server_default="0", nullable=False, comment="of a booking or event"),
        sa.Column("name", sa.Text(), server_default="", nullable=False, comment="code of a closure or event"),
        sa.Column("station", sa.Text(), server_default="", nullable=False),
        sa.Column("was", sa.Text(), server_default="", nullable=False, comment="status before, or what was done"),
        sa.Column("became", sa.Text(), server_default="", nullable=False),
        sa.Column("moved", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_untold_change")),
        sqlite_strict=True,
    )
    states = ("queued", "sending", "delivered", "failed")
    state = sa.Enum(*states, name="delivery_state", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False, comment="the header webhook-id"),
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="what it is about, such as booking:VE-..."),
        sa.Column("body", sa.Text(), nullable=False, comment="JSON as it is signed and sent"),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "next_try_at", UTCDateTime(), nullable=False, comment="free to claim from: due, end of a wait or of a lease"
        ),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True, comment="of the last answer"),
        sa.Column("error", sa.Text(), nullable=False, comment="why there was none the last time"),
        sa.Column("took_ms", sa.Integer(), nullable=True),
        sa.Column("delivered_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'delivered') = (delivered_at IS NOT NULL)",
            name=op.f("ck_webhook_delivery_delivered_has_its_instant"),
        ),
        sa.CheckConstraint(
            "(state = 'sending') = (claimed_by IS NOT NULL)", name=op.f("ck_webhook_delivery_sending_has_its_worker")
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["webhook_endpoint.id"], name=op.f("fk_webhook_delivery_endpoint_id_webhook_endpoint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("message", name=op.f("uq_webhook_delivery_message")),
        sqlite_strict=True,
    )
    op.create_index("ix_webhook_delivery_claim", "webhook_delivery", ["state", "next_try_at"], unique=False)
    op.create_index("ix_webhook_delivery_endpoint_id", "webhook_delivery", ["endpoint_id"], unique=False)
