"""Refuse what a CHECK cannot: the station that leads an event among those that take part in it."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NAME = "ck_event_partner_is_another_station"
LEADS_IT = "SELECT 1 FROM event WHERE id = NEW.event_id AND station_id = NEW.station_id"
TAKES_PART = "SELECT 1 FROM event_partner WHERE event_id = NEW.id AND station_id = NEW.station_id"
TRIGGERS = (
    ("event_partner_is_another_station_insert", "INSERT ON event_partner", LEADS_IT),
    ("event_partner_is_another_station_update", "UPDATE OF event_id, station_id ON event_partner", LEADS_IT),
    ("event_leader_is_no_partner", "UPDATE OF station_id ON event", TAKES_PART),
)

# FOR SHARE on PostgreSQL: the event does not change its leader before the partner's row is there for all to see.
ON_POSTGRES = f"""
CREATE FUNCTION {{name}}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM {{found}} FOR SHARE;
  IF FOUND THEN
    RAISE EXCEPTION '{NAME}' USING ERRCODE = 'check_violation', CONSTRAINT = '{NAME}';
  END IF;
  RETURN NEW;
END
$body$
"""
ON_SQLITE = f"""
CREATE TRIGGER {{name}} BEFORE {{when}}
BEGIN
  SELECT RAISE(ABORT, '{NAME}') WHERE EXISTS ({{found}});
END
"""


def upgrade() -> None:
    """Apply."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for name, when, found in TRIGGERS:
        if is_postgres:
            op.execute(ON_POSTGRES.format(name=name, found=found.replace("SELECT", "", 1)))
            op.execute(f"CREATE TRIGGER {name} BEFORE {when} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(ON_SQLITE.format(name=name, when=when, found=found))


def downgrade() -> None:
    """Take back."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for name, when, _found in TRIGGERS:
        if is_postgres:
            op.execute(f"DROP TRIGGER {name} ON {when.rpartition(' ')[2]}")
            op.execute(f"DROP FUNCTION {name}()")
        else:
            op.execute(f"DROP TRIGGER {name}")
