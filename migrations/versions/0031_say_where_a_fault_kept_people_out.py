"""Events know of a technical fault: whoever could not connect for it did not stay away (NSH-01)."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

SAID_LAST = """
UPDATE event SET had_fault = {yes} WHERE 'technical-fault' = (
  SELECT o.course FROM observation o WHERE o.event_id = event.id AND o.source IN ('guide', 'desk')
  ORDER BY o.id DESC LIMIT 1)
"""


def upgrade() -> None:
    """Apply."""
    said = "its guide or the desk says: a technical fault; nobody stayed away (NSH-01)"
    op.add_column(
        "event", sa.Column("had_fault", sa.Boolean(), server_default=sa.false(), nullable=False, comment=said)
    )
    op.execute(SAID_LAST.format(yes="true" if op.get_bind().dialect.name == "postgresql" else "1"))


def downgrade() -> None:
    """Take back."""
    op.drop_column("event", "had_fault")
