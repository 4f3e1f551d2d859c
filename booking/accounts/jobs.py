"""What the worker does for accounts."""

from booking.accounts.services.attempts import forget_old_counters
from booking.accounts.services.sign_ins import forget_old

JOBS = (forget_old_counters, forget_old)
