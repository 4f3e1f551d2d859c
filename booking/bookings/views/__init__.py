"""The pages of a group: find a time, hold it, book it, and what can be done with a booking; no scripts needed."""

from booking.bookings.views import book, find, links, manage, offering
from booking.bookings.views.blueprint import blueprint

__all__ = ["blueprint", "book", "find", "links", "manage", "offering"]
