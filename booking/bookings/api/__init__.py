"""The JSON API of bookings: finding, holding, booking, and what a group may do with its booking."""

from booking.bookings.api import bookings, holds, times

blueprints = (times.blueprint, holds.blueprint, bookings.blueprint)
