"""Refuse what a CHECK cannot: a guide in two places, an audit trail that is altered."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OVERLAP = """
CREATE TRIGGER assignment_guide_is_in_one_place_{when}
BEFORE {action} ON assignment WHEN NEW.status = 'active'
BEGIN
  SELECT RAISE(ABORT, 'ex_assignment_guide_is_in_one_place') WHERE EXISTS (
    SELECT 1 FROM assignment AS other
    WHERE other.guide_id = NEW.guide_id AND other.status = 'active' {not_itself}
      AND other.starts_at < NEW.busy_until AND NEW.starts_at < other.busy_until
  );
END
"""

APPEND_ONLY = """
CREATE TRIGGER audit_entry_is_never_{verb}
BEFORE {action} ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'the audit trail is never altered');
END
"""

EXCLUSION = """
ALTER TABLE assignment ADD CONSTRAINT ex_assignment_guide_is_in_one_place EXCLUDE USING gist (
  int4range(guide_id, guide_id, '[]') WITH =, tstzrange(starts_at, busy_until) WITH &&
) WHERE (status = 'active')
"""

POSTGRES_FUNCTION = """
CREATE FUNCTION refuse_to_alter_the_audit_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is never altered';
END
$$
"""

POSTGRES_TRIGGER = """
CREATE TRIGGER audit_entry_is_never_altered BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_alter_the_audit_trail()
"""

SQLITE_TRIGGERS = (
    "assignment_guide_is_in_one_place_insert",
    "assignment_guide_is_in_one_place_update",
    "audit_entry_is_never_changed",
    "audit_entry_is_never_deleted",
)


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(EXCLUSION)
        op.execute(POSTGRES_FUNCTION)
        op.execute(POSTGRES_TRIGGER)
        return
    op.execute(OVERLAP.format(when="insert", action="INSERT", not_itself=""))
    op.execute(OVERLAP.format(when="update", action="UPDATE", not_itself="AND other.id <> NEW.id"))
    op.execute(APPEND_ONLY.format(verb="changed", action="UPDATE"))
    op.execute(APPEND_ONLY.format(verb="deleted", action="DELETE"))


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE assignment DROP CONSTRAINT ex_assignment_guide_is_in_one_place")
        op.execute("DROP TRIGGER audit_entry_is_never_altered ON audit_entry")
        op.execute("DROP FUNCTION refuse_to_alter_the_audit_trail()")
        return
    for name in SQLITE_TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
