"""Refuse two events in one meeting room: an exclusion constraint on PostgreSQL, triggers on SQLite."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OVERLAP = """
CREATE TRIGGER room_use_is_one_at_a_time_{when}
BEFORE {action} ON room_use WHEN NEW.status = 'active'
BEGIN
  SELECT RAISE(ABORT, 'ex_room_use_is_one_at_a_time') WHERE EXISTS (
    SELECT 1 FROM room_use AS other
    WHERE other.room_id = NEW.room_id AND other.status = 'active' {not_itself}
      AND other.starts_at < NEW.busy_until AND NEW.starts_at < other.busy_until
  );
END
"""

EXCLUSION = """
ALTER TABLE room_use ADD CONSTRAINT ex_room_use_is_one_at_a_time EXCLUDE USING gist (
  int4range(room_id, room_id, '[]') WITH =, tstzrange(starts_at, busy_until) WITH &&
) WHERE (status = 'active')
"""


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(EXCLUSION)
        return
    op.execute(OVERLAP.format(when="insert", action="INSERT", not_itself=""))
    op.execute(OVERLAP.format(when="update", action="UPDATE", not_itself="AND other.id <> NEW.id"))


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE room_use DROP CONSTRAINT ex_room_use_is_one_at_a_time")
        return
    op.execute("DROP TRIGGER room_use_is_one_at_a_time_insert")
    op.execute("DROP TRIGGER room_use_is_one_at_a_time_update")
