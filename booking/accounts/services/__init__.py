"""What every domain uses: the audit trail and the counters of attempts; and a file for each use case of accounts."""

from booking.accounts.services.attempts import count_attempt, forget_old_counters, take_back
from booking.accounts.services.links import add_role, set_password
from booking.accounts.services.trail import Change, audit, audit_many, lines_ready

__all__ = [
    "Change",
    "add_role",
    "audit",
    "audit_many",
    "count_attempt",
    "forget_old_counters",
    "lines_ready",
    "set_password",
    "take_back",
]
