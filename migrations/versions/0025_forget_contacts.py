"""Forget contacts: when theirs were, how long a station keeps them; a trail that may be shortened after two years."""

import sqlalchemy as sa
from alembic import op

from booking.db import UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEEPS_CONTACT = (
    "contact_removed_at IS NULL AND (contact_name <> '' OR contact_email <> '' OR contact_phone <> '' "
    "OR technical_name <> '' OR technical_email <> '' OR group_label <> '' OR note <> '')"
)
ADDRESS_IN_KEY = "UPDATE notice SET dedupe_key = 'my_links:' || id WHERE dedupe_key LIKE 'my_links:%@%'"
"""Two of these at once are not kept apart by the minute any more: they have been sent."""

NEVER_DELETED = """
CREATE TRIGGER audit_entry_is_never_deleted
BEFORE DELETE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'the audit trail is never altered');
END
"""
# The database's own clock decides: whatever a program believes, younger lines stay. Retention takes them a month later.
KEPT = """
CREATE TRIGGER audit_entry_is_kept_for_two_years
BEFORE DELETE ON audit_entry WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%S', 'now', '-700 days')
BEGIN
  SELECT RAISE(ABORT, 'the audit trail is kept for two years');
END
"""
KEPT_ON_POSTGRES = """
CREATE FUNCTION keep_the_audit_trail_for_two_years() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is kept for two years';
END
$$
"""
TRIGGER_ON_POSTGRES = """
CREATE TRIGGER audit_entry_is_kept_for_two_years BEFORE DELETE ON audit_entry
FOR EACH ROW WHEN (OLD.at > clock_timestamp() - interval '700 days')
EXECUTE FUNCTION keep_the_audit_trail_for_two_years()
"""
NEVER_ALTERED = """
CREATE TRIGGER audit_entry_is_never_altered BEFORE UPDATE{or_delete} ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_alter_the_audit_trail()
"""


def upgrade() -> None:
    """Apply."""
    told = "days after a group's last tour until its contact is forgotten"
    days = sa.Column("contact_days", sa.Integer(), server_default="180", nullable=False, comment=told)
    op.add_column("station", days)
    removed = "when what it held of people was forgotten; empty: it holds it"
    for table in ("booking", "visit_request"):
        op.add_column(table, sa.Column("contact_removed_at", UTCDateTime(), nullable=True, comment=removed))
    where = sa.text(KEEPS_CONTACT)
    op.create_index("ix_booking_keeps_contact", "booking", ["event_id"], postgresql_where=where, sqlite_where=where)
    op.execute(ADDRESS_IN_KEY)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_entry_is_never_altered ON audit_entry")
        op.execute(NEVER_ALTERED.format(or_delete=""))
        op.execute(KEPT_ON_POSTGRES)
        op.execute(TRIGGER_ON_POSTGRES)
        return
    op.execute("DROP TRIGGER audit_entry_is_never_deleted")
    op.execute(KEPT)


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_entry_is_kept_for_two_years ON audit_entry")
        op.execute("DROP FUNCTION keep_the_audit_trail_for_two_years()")
        op.execute("DROP TRIGGER audit_entry_is_never_altered ON audit_entry")
        op.execute(NEVER_ALTERED.format(or_delete=" OR DELETE"))
    else:
        op.execute("DROP TRIGGER audit_entry_is_kept_for_two_years")
        op.execute(NEVER_DELETED)
    op.drop_index("ix_booking_keeps_contact", "booking")
    for table in ("visit_request", "booking"):
        op.drop_column(table, "contact_removed_at")
    op.drop_column("station", "contact_days")
