"""What the worker does for privacy; it may run twice, or on two workers, with one effect."""

from booking.privacy.services.retain import forget_what_is_due

JOBS = (forget_what_is_due,)
