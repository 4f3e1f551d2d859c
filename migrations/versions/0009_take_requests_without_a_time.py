"""Requests that hold no time yet: wishes, details, test calls; notes belong to a reference; topics of speakers."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ORGANISATIONS = ("school", "university", "ngo", "member-state", "dignitary", "individual", "other")
STATES = ("requested", "needs_information", "proposed", "booked", "refused", "withdrawn", "expired")
KINDS = ("question", "answer", "proposal", "refusal", "exception")
MORE_KINDS = (*KINDS, "suggestion", "counter", "taken-back")
OPEN = "('requested', 'needs_information', 'proposed')"


def upgrade() -> None:
    """Apply."""
    _visit_detail()
    _guide_topic()
    _visit_request()
    _visit_wish()
    _test_call()
    op.drop_index("ix_request_note_booking_id", table_name="request_note")
    op.rename_table("request_note", "request_note_of_booking")
    _request_note()
    op.execute(
        "INSERT INTO request_note (id, reference, station_code, at, actor, kind, rules, text) "
        "SELECT note.id, booking.reference, station.code, note.at, note.actor, note.kind, '', note.text "
        "FROM request_note_of_booking AS note JOIN booking ON booking.id = note.booking_id "
        "JOIN event ON event.id = booking.event_id JOIN station ON station.id = event.station_id"
    )
    op.drop_table("request_note_of_booking")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE request_note RENAME CONSTRAINT pk_request_note_new TO pk_request_note")
        op.execute("SELECT setval(pg_get_serial_sequence('request_note', 'id'), max(id)) FROM request_note")


def downgrade() -> None:
    """Take back; what was said about requests that never became bookings is lost."""
    op.drop_index("ix_request_note_kind_at", table_name="request_note")
    op.drop_index("ix_request_note_reference", table_name="request_note")
    op.rename_table("request_note", "request_note_of_all")
    _note_of_booking()
    op.execute(
        "INSERT INTO request_note (id, booking_id, at, actor, kind, text) "
        "SELECT note.id, booking.id, note.at, note.actor, note.kind, note.text "
        "FROM request_note_of_all AS note JOIN booking ON booking.reference = note.reference "
        "WHERE note.kind IN ('question', 'answer', 'proposal', 'refusal', 'exception')"
    )
    op.drop_table("request_note_of_all")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE request_note RENAME CONSTRAINT pk_request_note_old TO pk_request_note")
    for name in ("test_call", "visit_wish", "visit_request", "guide_topic", "visit_detail"):
        op.drop_table(name)


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _name_of_key(name: str) -> str:
    """On PostgreSQL the old table still has its own name of the key while the new one is made."""
    return name if op.get_bind().dialect.name == "postgresql" else "pk_request_note"


def _request_note() -> None:
    op.create_table(
        "request_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False, comment="of the request or the booking"),
        sa.Column("station_code", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, comment="account:7, group"),
        sa.Column("kind", _enum("note_kind", MORE_KINDS), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False, comment="ids of the rules to which an exception is made"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(_name_of_key("pk_request_note_new"))),
        sqlite_strict=True,
    )
    op.create_index("ix_request_note_kind_at", "request_note", ["kind", "at"])
    op.create_index("ix_request_note_reference", "request_note", ["reference"])


def _note_of_booking() -> None:
    op.create_table(
        "request_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, comment="account:7, group"),
        sa.Column("kind", _enum("note_kind", KINDS), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_request_note_booking_id_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f(_name_of_key("pk_request_note_old"))),
        sqlite_strict=True,
    )
    op.create_index("ix_request_note_booking_id", "request_note", ["booking_id"])


def _visit_detail() -> None:
    op.create_table(
        "visit_detail",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("second_language", sa.Text(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("prior_knowledge", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("platform", _enum("platform", ("ours", "theirs")), nullable=False),
        sa.Column("recording", sa.Boolean(), nullable=False, comment="REC-01: wished, and agreed in the group"),
        sa.Column("heard_from", sa.Text(), nullable=False),
        sa.Column("vehicle", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_visit_detail")),
        sqlite_strict=True,
    )


def _guide_topic() -> None:
    op.create_table(
        "guide_topic",
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_guide_topic_guide_id_guide")),
        sa.PrimaryKeyConstraint("guide_id", "topic", name=op.f("pk_guide_topic")),
        sqlite_strict=True,
    )


def _visit_request() -> None:
    op.create_table(
        "visit_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("status", _enum("request_status", STATES), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=True, comment="empty: they want advice"),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_type", _enum("organisation_type", ORGANISATIONS), nullable=False),
        sa.Column("group_label", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False, comment="the label, normalised"),
        sa.Column("size", sa.Integer(), nullable=False, comment="people, adults included"),
        sa.Column("accompanying_adults", sa.Integer(), nullable=False),
        sa.Column("youngest_age", sa.Integer(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("contact_locale", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False, comment="IANA zone of the group"),
        sa.Column("technical_contact", sa.Boolean(), nullable=False),
        sa.Column("technical_name", sa.Text(), nullable=False),
        sa.Column("technical_email", sa.Text(), nullable=False),
        sa.Column("accessibility", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("suggested_theme", sa.Text(), nullable=False, comment="the topic that the desk suggests instead"),
        sa.Column("requested_on", sa.Date(), nullable=False, comment="local day of the station"),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("answer_by", UTCDateTime(), nullable=True, comment="deadline of whoever must answer"),
        sa.Column("speaker_by", UTCDateTime(), nullable=True, comment="SPK-01: until when an expert is sought"),
        sa.Column("no_speaker_at", UTCDateTime(), nullable=True, comment="SPK-01: when the search ended without one"),
        sa.Column("generation", sa.Integer(), nullable=False, comment="raised to revoke the links"),
        sa.Column("version", sa.Integer(), nullable=False, comment="ETag"),
        sa.CheckConstraint(f"answer_by IS NOT NULL OR status NOT IN {OPEN}", name=op.f("ck_visit_request_answer_by")),
        sa.CheckConstraint("accompanying_adults >= 0", name=op.f("ck_visit_request_adults")),
        sa.CheckConstraint("size >= 1", name=op.f("ck_visit_request_size")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_visit_request_offering_id_offering")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_visit_request_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_visit_request_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_visit_request_reference")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_visit_request_answer_by",
        "visit_request",
        ["answer_by"],
        unique=False,
        postgresql_where=sa.text(f"status IN {OPEN}"),
        sqlite_where=sa.text(f"status IN {OPEN}"),
    )
    op.create_index("ix_visit_request_contact_email", "visit_request", ["contact_email"], unique=False)
    op.create_index("ix_visit_request_offering_id", "visit_request", ["offering_id"], unique=False)
    op.create_index("ix_visit_request_organisation_id", "visit_request", ["organisation_id"], unique=False)


def _visit_wish() -> None:
    op.create_table(
        "visit_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name=op.f("ck_visit_wish_position")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["visit_request.id"], name=op.f("fk_visit_wish_request_id_visit_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_wish")),
        sa.UniqueConstraint("request_id", "position", name=op.f("uq_visit_wish_request_id_position")),
        sqlite_strict=True,
    )


def _test_call() -> None:
    op.create_table(
        "test_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False, comment="for which it was arranged: another one ends it"),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="https address of the meeting"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="iCalendar SEQUENCE of the last invitation"),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 120", name=op.f("ck_test_call_minutes")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_test_call_booking_id_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_call")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_test_call_booking_id")),
        sqlite_strict=True,
    )
