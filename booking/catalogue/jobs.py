"""What the worker does for the catalogue."""

from booking.catalogue.services.interest import forget, remind_of_openings

JOBS = (remind_of_openings, forget)
"""Each is called with the instant of its round."""
