"""What the worker does for reports."""

from booking.reporting.services.upkeep import keep_facts

JOBS = (keep_facts,)
"""Each is called with the instant of its round."""
