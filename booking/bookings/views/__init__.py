"""The pages of a group: find a time, hold it, book it, and what can be done with a booking; no scripts needed."""

from booking.bookings.views import (
    board,
    book,
    desk_bookings,
    desk_events,
    find,
    links,
    manage,
    offering,
    outside,
    requests,
    series,
    series_texts,
)
from booking.bookings.views.blueprint import blueprint

board_blueprint = board.blueprint
desk_blueprint = series.blueprint

__all__ = [
    "blueprint",
    "board",
    "board_blueprint",
    "book",
    "desk_blueprint",
    "desk_bookings",
    "desk_events",
    "find",
    "links",
    "manage",
    "offering",
    "outside",
    "requests",
    "series",
    "series_texts",
]
