"""Add sign-ins, the work of guides, offers, rooms, feeds, rosters and observations."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _make_links(purposes: tuple[str, ...]) -> None:
    """The table of one-time links anew, since SQLite cannot change a CHECK; a link lasts ten minutes."""
    op.drop_table("one_time_link")
    kinds = sa.Enum(*purposes, name="link_purpose", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("purpose", kinds, nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_link_account_id_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_link")),
        sqlite_strict=True,
    )


def upgrade() -> None:
    """Apply."""
    _make_links(("set-password", "sign-in"))
    op.create_table(
        "roster_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False, comment="ISO 8601, 2026-W50"),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False, comment="account:7, command"),
        sa.Column("rows", sa.JSON(), nullable=False, comment="events, guides proposed, guides seen, reasons"),
        sa.Column("applied_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_proposal")),
        sqlite_strict=True,
    )
    op.create_index("ix_roster_proposal_created_at", "roster_proposal", ["created_at"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("used_at", UTCDateTime(), nullable=True, comment="last"),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_token_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
        sqlite_strict=True,
    )
    op.create_index("ix_api_token_account_id", "api_token", ["account_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
        sqlite_strict=True,
    )
    op.create_index("ix_recovery_code_account_id", "recovery_code", ["account_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False, comment="absolute, whatever is done meanwhile"),
        sa.Column("second_factor_at", UTCDateTime(), nullable=True, comment="empty: the password alone so far"),
        sa.Column("ip_prefix", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False, comment="of the browser, shortened"),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
        sqlite_strict=True,
    )
    op.create_index("ix_sign_in_account_id", "sign_in", ["account_id"], unique=False)
    op.create_index("ix_sign_in_expires_at", "sign_in", ["expires_at"], unique=False)
    op.create_table(
        "availability_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False, comment="local day of the home station"),
        sa.Column("opens", sa.Integer(), nullable=False, comment="minutes since the local midnight"),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False, comment="true: works then too; false: does not work then"),
        sa.CheckConstraint(
            "opens >= 0 AND opens < closes AND closes <= 1440", name=op.f("ck_availability_exception_hours")
        ),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_availability_exception_guide_id_guide")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability_exception")),
        sa.UniqueConstraint(
            "guide_id", "on_day", "opens", name=op.f("uq_availability_exception_guide_id_on_day_opens")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False, comment="raised to revoke the address"),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("(guide_id IS NULL) <> (station_id IS NULL)", name=op.f("ck_calendar_feed_of_one")),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_calendar_feed_guide_id_guide")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_calendar_feed_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("guide_id", name=op.f("uq_calendar_feed_guide_id")),
        sa.UniqueConstraint("station_id", name=op.f("uq_calendar_feed_station_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "guide_station",
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("on_site", sa.Boolean(), nullable=False, comment="also at its premises; else online only"),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_guide_station_guide_id_guide")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_guide_station_station_id_station")),
        sa.PrimaryKeyConstraint("guide_id", "station_id", name=op.f("pk_guide_station")),
        sqlite_strict=True,
    )
    op.create_table(
        "meeting_room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False, comment="https, normalised: one address is one room"),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=True, comment="whose standing room it is"),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_meeting_room_guide_id_guide")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_room")),
        sa.UniqueConstraint("url", name=op.f("uq_meeting_room_url")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_meeting_room_guide_id_platform",
        "meeting_room",
        ["guide_id", "platform"],
        unique=True,
        postgresql_where=sa.text("guide_id IS NOT NULL"),
        sqlite_where=sa.text("guide_id IS NOT NULL"),
    )
    op.create_table(
        "private_calendar",
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False, comment="a secret: never logged, audited or shown whole"),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("next_read_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True, comment="when it was last read well"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("problem", sa.Text(), nullable=False, comment="code of what is wrong; empty: nothing"),
        sa.Column("told_at", UTCDateTime(), nullable=True, comment="when the guide was told of the problem"),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_private_calendar_guide_id_guide")),
        sa.PrimaryKeyConstraint("guide_id", name=op.f("pk_private_calendar")),
        sqlite_strict=True,
    )
    op.create_index("ix_private_calendar_next_read_at", "private_calendar", ["next_read_at"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "uncovered", "cover", "sick", name="offer_reason", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("from_guide_id", sa.Integer(), nullable=True, comment="who seeks cover"),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "accepted",
                "declined",
                "expired",
                "withdrawn",
                name="offer_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "round",
            sa.Integer(),
            nullable=False,
            comment="how often the event was offered to everybody before, plus one",
        ),
        sa.Column("offered_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("offered_at < expires_at", name=op.f("ck_offer_times_in_order")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_offer_event_id_event")),
        sa.ForeignKeyConstraint(["from_guide_id"], ["guide.id"], name=op.f("fk_offer_from_guide_id_guide")),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_offer_guide_id_guide")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sqlite_strict=True,
    )
    op.create_index("ix_offer_event_id", "offer", ["event_id"], unique=False)
    op.create_index(
        "ix_offer_expires_at",
        "offer",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
        sqlite_where=sa.text("status = 'pending'"),
    )
    op.create_index("ix_offer_guide_id_status", "offer", ["guide_id", "status"], unique=False)
    op.create_index(
        "uq_offer_one_pending",
        "offer",
        ["event_id", "guide_id"],
        unique=True,
        postgresql_where=sa.text("status = 'pending'"),
        sqlite_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "room_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("busy_until", UTCDateTime(), nullable=False, comment="end of the event and the station's buffer"),
        sa.Column(
            "status",
            sa.Enum(
                "active", "cancelled", name="assignment_status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.CheckConstraint("starts_at < busy_until", name=op.f("ck_room_use_times_in_order")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_room_use_event_id_event")),
        sa.ForeignKeyConstraint(["room_id"], ["meeting_room.id"], name=op.f("fk_room_use_room_id_meeting_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_use")),
        sqlite_strict=True,
    )
    op.create_index("ix_room_use_event_id", "room_use", ["event_id"], unique=False)
    op.create_index("ix_room_use_room_id_starts_at", "room_use", ["room_id", "starts_at"], unique=False)
    op.create_table(
        "written_entry",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False, comment="guide, desk, public"),
        sa.Column("fingerprint", sa.Text(), nullable=False, comment="of everything that the text is made from"),
        sa.Column("entry", sa.Text(), nullable=False, comment="BEGIN:VEVENT to END:VEVENT, folded, CRLF"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_written_entry_event_id_event")),
        sa.PrimaryKeyConstraint("event_id", "audience", name=op.f("pk_written_entry")),
        sqlite_strict=True,
    )
    op.create_table(
        "observation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True, comment="empty: the event as a whole"),
        sa.Column(
            "source",
            sa.Enum(
                "teacher",
                "guide",
                "platform",
                "desk",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attended", sa.Integer(), nullable=True, comment="people, accompanying adults included, staff not"),
        sa.Column(
            "course",
            sa.Enum(
                "held",
                "late",
                "cut-short",
                "no-show",
                "technical-fault",
                name="course",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, comment="account:7, group"),
        sa.CheckConstraint("attended IS NULL OR attended >= 0", name=op.f("ck_observation_attended")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_observation_booking_id_booking")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_observation_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sqlite_strict=True,
    )
    op.create_index("ix_observation_event_id", "observation", ["event_id"], unique=False)
    op.add_column(
        "account",
        sa.Column("locale", sa.Text(), server_default="", nullable=False, comment="of the person's mails and pages"),
    )
    op.add_column(
        "account",
        sa.Column(
            "totp_generation",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="the secret is derived from the server's key and this; 0: never set up",
        ),
    )
    op.add_column(
        "account", sa.Column("totp_confirmed_at", UTCDateTime(), nullable=True, comment="empty: no second factor yet")
    )
    op.add_column(
        "account",
        sa.Column("totp_last_step", sa.Integer(), nullable=True, comment="of the code used last: none works twice"),
    )
    op.add_column(
        "account",
        sa.Column(
            "second_factor_waived",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="accounts of the demonstration only",
        ),
    )
    op.add_column(
        "assignment",
        sa.Column(
            "is_locked",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="the roster leaves it as it is",
        ),
    )
    op.add_column(
        "availability",
        sa.Column(
            "is_preferred",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="hours the guide likes best; the roster heeds them",
        ),
    )
    op.add_column(
        "event",
        sa.Column(
            "occurrence_on",
            sa.Date(),
            nullable=True,
            comment="local day that the pattern of its series gave; empty: made by hand",
        ),
    )
    op.add_column(
        "event",
        sa.Column(
            "guide_note",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="about the group, for whoever gives or takes over the event",
        ),
    )
    op.add_column(
        "guide",
        sa.Column("max_events_per_week", sa.Integer(), nullable=True, comment="Monday to Sunday of the home station"),
    )
    op.add_column("guide", sa.Column("max_minutes_per_day", sa.Integer(), nullable=True))
    op.add_column("guide", sa.Column("max_minutes_per_week", sa.Integer(), nullable=True))
    op.add_column(
        "guide",
        sa.Column(
            "min_rest_min",
            sa.Integer(),
            nullable=True,
            comment="minutes between the last event of a day and the first of the next",
        ),
    )
    op.add_column(
        "guide",
        sa.Column(
            "leads",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="Skill values; empty: nothing recorded, may lead everything",
        ),
    )
    op.add_column(
        "guide",
        sa.Column(
            "seniority", sa.Integer(), server_default="0", nullable=False, comment="years; the roster's last tie-break"
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("guide", "seniority")
    op.drop_column("guide", "leads")
    op.drop_column("guide", "min_rest_min")
    op.drop_column("guide", "max_minutes_per_week")
    op.drop_column("guide", "max_minutes_per_day")
    op.drop_column("guide", "max_events_per_week")
    op.drop_column("event", "guide_note")
    op.drop_column("event", "occurrence_on")
    op.drop_column("availability", "is_preferred")
    op.drop_column("assignment", "is_locked")
    op.drop_column("account", "second_factor_waived")
    op.drop_column("account", "totp_last_step")
    op.drop_column("account", "totp_confirmed_at")
    op.drop_column("account", "totp_generation")
    op.drop_column("account", "locale")
    op.drop_index("ix_observation_event_id", table_name="observation")
    op.drop_table("observation")
    op.drop_table("written_entry")
    op.drop_index("ix_room_use_room_id_starts_at", table_name="room_use")
    op.drop_index("ix_room_use_event_id", table_name="room_use")
    op.drop_table("room_use")
    op.drop_index(
        "uq_offer_one_pending",
        table_name="offer",
        postgresql_where=sa.text("status = 'pending'"),
        sqlite_where=sa.text("status = 'pending'"),
    )
    op.drop_index("ix_offer_guide_id_status", table_name="offer")
    op.drop_index(
        "ix_offer_expires_at",
        table_name="offer",
        postgresql_where=sa.text("status = 'pending'"),
        sqlite_where=sa.text("status = 'pending'"),
    )
    op.drop_index("ix_offer_event_id", table_name="offer")
    op.drop_table("offer")
    op.drop_index("ix_private_calendar_next_read_at", table_name="private_calendar")
    op.drop_table("private_calendar")
    op.drop_index(
        "uq_meeting_room_guide_id_platform",
        table_name="meeting_room",
        postgresql_where=sa.text("guide_id IS NOT NULL"),
        sqlite_where=sa.text("guide_id IS NOT NULL"),
    )
    op.drop_table("meeting_room")
    op.drop_table("guide_station")
    op.drop_table("calendar_feed")
    op.drop_table("availability_exception")
    op.drop_index("ix_sign_in_expires_at", table_name="sign_in")
    op.drop_index("ix_sign_in_account_id", table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index("ix_recovery_code_account_id", table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_index("ix_api_token_account_id", table_name="api_token")
    op.drop_table("api_token")
    op.drop_index("ix_roster_proposal_created_at", table_name="roster_proposal")
    op.drop_table("roster_proposal")
    _make_links(("set-password",))
