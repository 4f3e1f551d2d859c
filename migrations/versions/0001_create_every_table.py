"""Create every table."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime
from booking.i18n import TranslatedText

ACTIVE = (
    "status IN ('on_hold', 'requested', 'needs_information', 'proposed', 'waiting', "
    "'confirmed', 'attended', 'no_show', 'not_recorded')"
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False, comment="normalised"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False, comment="argon2id; empty: none set yet"),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, comment="account:7, group, worker, command"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("station_code", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="booking:VE-..., event:NYC-0001, closure:C-GVA-03"),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sqlite_strict=True,
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("key_hash", sa.Text(), nullable=False, comment="SHA-256 of caller and key"),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False, comment="the booking it made"),
        sa.Column("answer", sa.Text(), nullable=False, comment="the body without its token, which is derived again"),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_idempotency_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="name of the templates in templates/mail"),
        sa.Column("dedupe_key", sa.Text(), nullable=False, comment="the same message asked for twice is one"),
        sa.Column("subject", sa.Text(), nullable=False, comment="what it is about, such as booking:123"),
        sa.Column("recipient", sa.Text(), nullable=False, comment="e-mail address"),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False, comment="the facts; sentences are made when it is sent"),
        sa.Column("message_id", sa.Text(), nullable=False, comment="fixed when queued: a second sending is recognised"),
        sa.Column("due_at", UTCDateTime(), nullable=False, comment="not sent before"),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                "withdrawn",
                name="notice_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="claims so far"),
        sa.Column(
            "next_try_at",
            UTCDateTime(),
            nullable=False,
            comment="free to claim from: due, end of a back-off or of a lease",
        ),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True, comment="why the last try failed, without personal data"),
        sa.CheckConstraint(
            "(state = 'sending') = (claimed_by IS NOT NULL)", name=op.f("ck_notice_sending_has_its_worker")
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notice_sent_has_its_instant")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_notice_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_notice_dedupe_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_notice_claim", "notice", ["state", "next_try_at"], unique=False)
    op.create_index(op.f("ix_notice_subject"), "notice", ["subject"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False, comment="NFKC, case-folded, spaces collapsed"),
        sa.Column(
            "type",
            sa.Enum(
                "school",
                "university",
                "ngo",
                "member-state",
                "dignitary",
                "individual",
                "other",
                name="organisation_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.Text(), nullable=False, comment="ISO 3166-1 alpha-2; ZZ: not collected"),
        sa.Column("subdivision", sa.Text(), nullable=False, comment="ISO 3166-2"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name_key", "country", name=op.f("uq_organisation_name_key_country")),
        sqlite_strict=True,
    )
    op.create_table(
        "rate_counter",
        sa.Column("key", sa.Text(), nullable=False, comment="scope and SHA-256 of the subject"),
        sa.Column("window_ends_at", UTCDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_counter")),
        sqlite_strict=True,
    )
    op.create_index("ix_rate_counter_window_ends_at", "rate_counter", ["window_ends_at"], unique=False)
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", TranslatedText(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("pattern", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("code", name=op.f("uq_series_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "station",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("working_weekdays", sa.Text(), nullable=False, comment="digits, 0 = Monday"),
        sa.Column("virtual_opens", sa.Integer(), nullable=False),
        sa.Column("virtual_closes", sa.Integer(), nullable=False),
        sa.Column("on_site_opens", sa.Integer(), nullable=False),
        sa.Column("on_site_closes", sa.Integer(), nullable=False),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="raised by whatever changes what may be booked: closures, hours",
        ),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("booking_horizon_days", sa.Integer(), nullable=False, comment="LEAD-02"),
        sa.Column("buffer_min", sa.Integer(), nullable=False, comment="OVL-01: minutes between two events of a guide"),
        sa.Column("slot_step_min", sa.Integer(), nullable=False, comment="open slots start at multiples of this"),
        sa.Column("minor_age", sa.Integer(), nullable=False, comment="SUP-01"),
        sa.Column("people_per_adult", sa.Integer(), nullable=False, comment="SUP-01"),
        sa.Column("free_change_days", sa.Integer(), nullable=False, comment="CAN-01, working days"),
        sa.Column("list_due_days", sa.Integer(), nullable=False, comment="SEC-01, working days"),
        sa.Column("id_age", sa.Integer(), nullable=False, comment="SEC-01: identity document from this age"),
        sa.Column(
            "registration_age",
            sa.Integer(),
            nullable=True,
            comment="SEC-01: registration from this age, where there is one",
        ),
        sa.Column("speaker_days", sa.Integer(), nullable=False, comment="SPK-01, working days"),
        sa.Column("no_show_min", sa.Integer(), nullable=False, comment="NSH-01, minutes after the start"),
        sa.Column("attendance_days", sa.Integer(), nullable=False, comment="ATT-01, working days"),
        sa.Column(
            "distancing_gap_min", sa.Integer(), nullable=False, comment="CAP-04: minutes between two halves of a group"
        ),
        sa.Column("hold_min", sa.Integer(), nullable=False, comment="minutes a chosen time is held"),
        sa.Column("request_answer_days", sa.Integer(), nullable=False, comment="working days to answer a request"),
        sa.Column("earliest_comfort", sa.Integer(), nullable=False, comment="TIME-05, minutes of the group's day"),
        sa.Column("latest_comfort", sa.Integer(), nullable=False, comment="TIME-05, minutes of the group's day"),
        sa.CheckConstraint(
            "on_site_opens < on_site_closes AND on_site_closes <= 1440", name=op.f("ck_station_on_site_hours")
        ),
        sa.CheckConstraint(
            "slot_step_min >= 5 AND hold_min >= 1 AND people_per_adult >= 1", name=op.f("ck_station_positive_settings")
        ),
        sa.CheckConstraint(
            "virtual_opens < virtual_closes AND virtual_closes <= 1440", name=op.f("ck_station_virtual_hours")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
        sa.UniqueConstraint("code", name=op.f("uq_station_code")),
        sa.UniqueConstraint("name", name=op.f("uq_station_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "view_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=True, comment="how many items the figure covers"),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column(
            "qualifier",
            sa.Enum(
                "exact",
                "about",
                "more-than",
                "at-least",
                "nearly",
                "not-recorded",
                name="qualifier",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("paragraph", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(qualifier = 'not-recorded') = (value IS NULL)", name=op.f("ck_view_count_value_or_not_recorded")
        ),
        sa.CheckConstraint("value IS NULL OR value >= 0", name=op.f("ck_view_count_value")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_count")),
        sa.UniqueConstraint("code", name=op.f("uq_view_count_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "vocabulary_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vocabulary", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", TranslatedText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabulary_term")),
        sa.UniqueConstraint("vocabulary", "code", name=op.f("uq_vocabulary_term_vocabulary_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "worker_heartbeat",
        sa.Column("worker_id", sa.Text(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_worker_heartbeat")),
        sqlite_strict=True,
    )
    op.create_table(
        "account_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "guide",
                "coordinator",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("station_code", sa.Text(), nullable=False, comment="empty: every station"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_role_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_role")),
        sa.UniqueConstraint(
            "account_id", "role", "station_code", name=op.f("uq_account_role_account_id_role_station_code")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "premises-closed",
                "partial-reopening",
                "official-holiday",
                name="closure_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="local day of the station, included"),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="included; empty: until further notice"),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("blocks_formats", sa.JSON(), nullable=False),
        sa.Column("allows", sa.JSON(), nullable=False),
        sa.Column("distanced_capacity", sa.Integer(), nullable=True, comment="CAP-04: largest group on site"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("message", TranslatedText(), nullable=False),
        sa.Column("conditions", TranslatedText(), nullable=True, comment="CLO-07: mask, certificate"),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "distanced_capacity IS NULL OR distanced_capacity >= 0", name=op.f("ck_closure_distanced_capacity")
        ),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_closure_days_in_order")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_closure_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("code", name=op.f("uq_closure_code")),
        sqlite_strict=True,
    )
    op.create_index("ix_closure_station_id_starts_on", "closure", ["station_id", "starts_on"], unique=False)
    op.create_table(
        "guide",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("guide", "speaker", name="host_role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("max_events_per_day", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_guide_account_id_account")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_guide_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide")),
        sa.UniqueConstraint("code", name=op.f("uq_guide_code")),
        sqlite_strict=True,
    )
    op.create_index("ix_guide_station_id", "guide", ["station_id"], unique=False)
    op.create_table(
        "offering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("title", TranslatedText(), nullable=False),
        sa.Column("summary", TranslatedText(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=True, comment="per locale: happens (minute, text), needs (texts)"),
        sa.Column(
            "kind",
            sa.Enum(
                "tour",
                "briefing",
                "webinar",
                "programme",
                "courtesy-visit",
                "training",
                "film",
                "exhibition",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "format",
            sa.Enum(
                "virtual-live",
                "virtual-recorded",
                "in-person",
                "off-site",
                "hybrid",
                "on-demand",
                name="format",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column(
            "language_policy",
            sa.Enum(
                "station",
                "official",
                "listed",
                "any",
                name="language_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("duration_min", sa.Integer(), nullable=False),
        sa.Column("min_group", sa.Integer(), nullable=True),
        sa.Column("max_group", sa.Integer(), nullable=True),
        sa.Column("lead_working_days", sa.Integer(), nullable=True),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "limited",
                "suspended",
                "awaiting-reopening",
                name="offering_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("price_note", TranslatedText(), nullable=True),
        sa.Column("watch_url", sa.Text(), nullable=False, comment="on demand: where it is watched"),
        sa.Column("created_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("duration_min >= 0", name=op.f("ck_offering_duration")),
        sa.CheckConstraint(
            "min_age IS NULL OR max_age IS NULL OR min_age <= max_age", name=op.f("ck_offering_age_limits")
        ),
        sa.CheckConstraint(
            "min_group IS NULL OR max_group IS NULL OR min_group <= max_group", name=op.f("ck_offering_group_limits")
        ),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_offering_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering")),
        sa.UniqueConstraint("code", name=op.f("uq_offering_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_offering_slug")),
        sqlite_strict=True,
    )
    op.create_index("ix_offering_station_id", "offering", ["station_id"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("set-password", name="link_purpose", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_link_account_id_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_link")),
        sqlite_strict=True,
    )
    op.create_table(
        "station_language",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False, comment="BCP 47, base language"),
        sa.Column(
            "basis",
            sa.Enum("official", "unofficial", name="basis", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("tours", sa.Boolean(), nullable=False),
        sa.Column("briefings", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_station_language_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_language")),
        sa.UniqueConstraint("station_id", "language", name=op.f("uq_station_language_station_id_language")),
        sqlite_strict=True,
    )
    op.create_table(
        "availability",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False, comment="0 = Monday"),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name=op.f("ck_availability_hours")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_availability_weekday")),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_availability_guide_id_guide")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
        sa.UniqueConstraint("guide_id", "weekday", "opens", name=op.f("uq_availability_guide_id_weekday_opens")),
        sqlite_strict=True,
    )
    op.create_table(
        "busy_interval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_busy_interval_times_in_order")),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_busy_interval_guide_id_guide")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_interval")),
        sqlite_strict=True,
    )
    op.create_index("ix_busy_interval_guide_id_starts_at", "busy_interval", ["guide_id", "starts_at"], unique=False)
    op.create_table(
        "day_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_day_off_days_in_order")),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_day_off_guide_id_guide")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_off")),
        sqlite_strict=True,
    )
    op.create_index("ix_day_off_guide_id_starts_on", "day_off", ["guide_id", "starts_on"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("twin_id", sa.Integer(), nullable=True, comment="the other half of a hybrid event"),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("title", TranslatedText(), nullable=True, comment="where it differs from the offering's"),
        sa.Column(
            "format",
            sa.Enum(
                "virtual-live",
                "virtual-recorded",
                "in-person",
                "off-site",
                "hybrid",
                "on-demand",
                name="format",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "tour",
                "briefing",
                "webinar",
                "programme",
                "courtesy-visit",
                "training",
                "film",
                "exhibition",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column(
            "starts_local",
            sa.Text(),
            nullable=False,
            comment="wall time of the station, YYYY-MM-DDTHH:MM, kept should a zone's rules change",
        ),
        sa.Column(
            "starts_on", sa.Date(), nullable=False, comment="local day of the station: reports and closures go by it"
        ),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "open",
                "closed",
                "held",
                "cancelled",
                "no-show",
                name="event_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum("open", "private", name="visibility", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("meeting_url", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("topics_raised", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_event_times_in_order")),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name=op.f("ck_event_taken_within_capacity")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_event_offering_id_offering")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_event_series_id_series")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_event_station_id_station")),
        sa.ForeignKeyConstraint(["twin_id"], ["event.id"], name=op.f("fk_event_twin_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("code", name=op.f("uq_event_code")),
        sqlite_strict=True,
    )
    op.create_index("ix_event_offering_id_starts_at", "event", ["offering_id", "starts_at"], unique=False)
    op.create_index("ix_event_starts_at", "event", ["starts_at"], unique=False)
    op.create_index("ix_event_station_id_starts_at", "event", ["station_id", "starts_at"], unique=False)
    op.create_table(
        "guide_language",
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_guide_language_guide_id_guide")),
        sa.PrimaryKeyConstraint("guide_id", "language", name=op.f("pk_guide_language")),
        sqlite_strict=True,
    )
    op.create_table(
        "offering_language",
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_offering_language_offering_id_offering")
        ),
        sa.PrimaryKeyConstraint("offering_id", "language", name=op.f("pk_offering_language")),
        sqlite_strict=True,
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("busy_until", UTCDateTime(), nullable=False, comment="end of the event and the station's buffer"),
        sa.Column(
            "status",
            sa.Enum(
                "active", "cancelled", name="assignment_status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.CheckConstraint("starts_at < busy_until", name=op.f("ck_assignment_times_in_order")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_assignment_event_id_event")),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_assignment_guide_id_guide")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sqlite_strict=True,
    )
    op.create_index("ix_assignment_event_id", "assignment", ["event_id"], unique=False)
    op.create_index("ix_assignment_guide_id_starts_at", "assignment", ["guide_id", "starts_at"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("is_individual", sa.Boolean(), nullable=False, comment="DUP-01 and OVL-02 do not apply"),
        sa.Column(
            "organisation_type",
            sa.Enum(
                "school",
                "university",
                "ngo",
                "member-state",
                "dignitary",
                "individual",
                "other",
                name="organisation_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
            comment="who asked this time; empty: as the organisation",
        ),
        sa.Column("group_label", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False, comment="the label, normalised"),
        sa.Column(
            "status",
            sa.Enum(
                "on_hold",
                "requested",
                "needs_information",
                "proposed",
                "waiting",
                "confirmed",
                "attended",
                "no_show",
                "not_recorded",
                "refused",
                "withdrawn",
                "expired",
                "cancelled_by_group",
                "cancelled_by_station",
                name="booking_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "invited", sa.Boolean(), nullable=False, comment="a calendar has an entry that a cancellation must end"
        ),
        sa.Column("late", sa.Boolean(), nullable=False, comment="CAN-01: changed or cancelled after the deadline"),
        sa.Column(
            "size", sa.Integer(), nullable=True, comment="people announced, adults included; empty: not recorded"
        ),
        sa.Column("accompanying_adults", sa.Integer(), nullable=False),
        sa.Column("youngest_age", sa.Integer(), nullable=True),
        sa.Column(
            "attended", sa.Integer(), nullable=True, comment="official number of people who came; empty: not recorded"
        ),
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
        sa.Column(
            "participant_list",
            sa.Enum(
                "not-required",
                "pending",
                "received",
                "missing",
                name="participant_list",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("list_received_at", UTCDateTime(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True, comment="local day of the station"),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("hold_expires_at", UTCDateTime(), nullable=True),
        sa.Column("answer_by", UTCDateTime(), nullable=True, comment="deadline of a request"),
        sa.Column("generation", sa.Integer(), nullable=False, comment="raised to revoke the links"),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="iCalendar SEQUENCE of the last invitation"),
        sa.Column("version", sa.Integer(), nullable=False, comment="ETag"),
        sa.CheckConstraint("status <> 'on_hold' OR hold_expires_at IS NOT NULL", name=op.f("ck_booking_hold_ends")),
        sa.CheckConstraint("accompanying_adults >= 0", name=op.f("ck_booking_adults")),
        sa.CheckConstraint("attended IS NULL OR attended >= 0", name=op.f("ck_booking_attended")),
        sa.CheckConstraint("size IS NULL OR size >= 0", name=op.f("ck_booking_size")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_booking_event_id_event")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_booking_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("reference", name=op.f("uq_booking_reference")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_booking_answer_by",
        "booking",
        ["answer_by"],
        unique=False,
        postgresql_where=sa.text("status = 'requested'"),
        sqlite_where=sa.text("status = 'requested'"),
    )
    op.create_index("ix_booking_contact_email", "booking", ["contact_email"], unique=False)
    op.create_index("ix_booking_event_id", "booking", ["event_id"], unique=False)
    op.create_index(
        "ix_booking_hold_expires_at",
        "booking",
        ["hold_expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'on_hold'"),
        sqlite_where=sa.text("status = 'on_hold'"),
    )
    op.create_index("ix_booking_organisation_id", "booking", ["organisation_id"], unique=False)
    op.create_index(
        "uq_booking_one_per_group_and_event",
        "booking",
        ["event_id", "organisation_id", "group_key"],
        unique=True,
        postgresql_where=sa.text(f"organisation_id IS NOT NULL AND NOT is_individual AND {ACTIVE}"),
        sqlite_where=sa.text(f"organisation_id IS NOT NULL AND is_individual = 0 AND {ACTIVE}"),
    )
    op.create_table(
        "survey_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_code", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("event_key", sa.Text(), nullable=False, comment="the event's code, empty where there is none"),
        sa.Column("question_code", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("respondents", sa.Integer(), nullable=False),
        sa.Column("positive", sa.Integer(), nullable=True),
        sa.Column("countries", sa.Integer(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "positive IS NULL OR (positive >= 0 AND positive <= respondents)", name=op.f("ck_survey_result_positive")
        ),
        sa.CheckConstraint("respondents >= 0", name=op.f("ck_survey_result_respondents")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_survey_result_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_result")),
        sa.UniqueConstraint(
            "survey_code",
            "event_key",
            "question_code",
            name=op.f("uq_survey_result_survey_code_event_key_question_code"),
        ),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("survey_result")
    op.drop_index(
        "uq_booking_one_per_group_and_event",
        table_name="booking",
        postgresql_where=sa.text(f"organisation_id IS NOT NULL AND NOT is_individual AND {ACTIVE}"),
        sqlite_where=sa.text(f"organisation_id IS NOT NULL AND is_individual = 0 AND {ACTIVE}"),
    )
    op.drop_index("ix_booking_organisation_id", table_name="booking")
    op.drop_index(
        "ix_booking_hold_expires_at",
        table_name="booking",
        postgresql_where=sa.text("status = 'on_hold'"),
        sqlite_where=sa.text("status = 'on_hold'"),
    )
    op.drop_index("ix_booking_event_id", table_name="booking")
    op.drop_index("ix_booking_contact_email", table_name="booking")
    op.drop_index(
        "ix_booking_answer_by",
        table_name="booking",
        postgresql_where=sa.text("status = 'requested'"),
        sqlite_where=sa.text("status = 'requested'"),
    )
    op.drop_table("booking")
    op.drop_index("ix_assignment_guide_id_starts_at", table_name="assignment")
    op.drop_index("ix_assignment_event_id", table_name="assignment")
    op.drop_table("assignment")
    op.drop_table("offering_language")
    op.drop_table("guide_language")
    op.drop_index("ix_event_station_id_starts_at", table_name="event")
    op.drop_index("ix_event_starts_at", table_name="event")
    op.drop_index("ix_event_offering_id_starts_at", table_name="event")
    op.drop_table("event")
    op.drop_index("ix_day_off_guide_id_starts_on", table_name="day_off")
    op.drop_table("day_off")
    op.drop_index("ix_busy_interval_guide_id_starts_at", table_name="busy_interval")
    op.drop_table("busy_interval")
    op.drop_table("availability")
    op.drop_table("station_language")
    op.drop_table("one_time_link")
    op.drop_index("ix_offering_station_id", table_name="offering")
    op.drop_table("offering")
    op.drop_index("ix_guide_station_id", table_name="guide")
    op.drop_table("guide")
    op.drop_index("ix_closure_station_id_starts_on", table_name="closure")
    op.drop_table("closure")
    op.drop_table("account_role")
    op.drop_table("worker_heartbeat")
    op.drop_table("vocabulary_term")
    op.drop_table("view_count")
    op.drop_table("station")
    op.drop_table("series")
    op.drop_index("ix_rate_counter_window_ends_at", table_name="rate_counter")
    op.drop_table("rate_counter")
    op.drop_table("organisation")
    op.drop_index(op.f("ix_notice_subject"), table_name="notice")
    op.drop_index("ix_notice_claim", table_name="notice")
    op.drop_table("notice")
    op.drop_index("ix_idempotency_key_created_at", table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index("ix_audit_entry_at", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("account")
