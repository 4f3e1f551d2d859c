"""The JSON API of bookings: finding, holding, booking, and what a group may do with its booking."""

from booking.bookings.api import (
    bookings,
    closures,
    desk,
    event_bookings,
    events,
    holds,
    joint,
    limits,
    mail_texts,
    times,
    visits,
)
from booking.bookings.api.answers import try_again
from booking.bookings.terms import Conflict

blueprints = (
    times.blueprint,
    holds.blueprint,
    bookings.blueprint,
    events.blueprint,
    closures.blueprint,
    mail_texts.blueprint,
    limits.blueprint,
    desk.blueprint,
    visits.blueprint,
)
assert joint.blueprint is event_bookings.blueprint is events.blueprint  # noqa: S101  calls among those of events
for _one in blueprints:
    _one.register_error_handler(Conflict, try_again)
