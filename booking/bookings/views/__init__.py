"""The pages of a group: find a time, hold it, book it, and what can be done with a booking; no scripts needed."""

from booking.bookings.views import book, desk_events, find, links, manage, offering, series
from booking.bookings.views.blueprint import blueprint

desk_blueprint = series.blueprint

__all__ = ["blueprint", "book", "desk_blueprint", "desk_events", "find", "links", "manage", "offering", "series"]
