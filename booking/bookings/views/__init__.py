"""The pages of a group: find a time, hold it, book it, and what can be done with a booking; no scripts needed."""

from booking.bookings.views import (
    about,
    board,
    book,
    closure_log,
    closures,
    desk_book,
    desk_bookings,
    desk_events,
    event_desk,
    find,
    joint,
    limits,
    links,
    manage,
    offering,
    organisations,
    outside,
    preparation,
    requests,
    saved,
    series,
    series_texts,
    visit_desk,
    visit_form,
    visit_page,
)
from booking.bookings.views.blueprint import blueprint

board_blueprint = board.blueprint
closures_blueprint = closures.blueprint
desk_blueprint = series.blueprint
limits_blueprint = limits.blueprint

__all__ = [
    "about",
    "blueprint",
    "board",
    "board_blueprint",
    "book",
    "closure_log",
    "closures",
    "closures_blueprint",
    "desk_blueprint",
    "desk_book",
    "desk_bookings",
    "desk_events",
    "event_desk",
    "find",
    "joint",
    "limits",
    "limits_blueprint",
    "links",
    "manage",
    "offering",
    "organisations",
    "outside",
    "preparation",
    "requests",
    "saved",
    "series",
    "series_texts",
    "visit_desk",
    "visit_form",
    "visit_page",
]
