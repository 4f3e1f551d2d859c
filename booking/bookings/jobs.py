"""What the worker does for bookings at every round; each may run twice, or on two workers, with one effect."""

from booking.bookings.services.accept import confirm_waiting
from booking.bookings.services.expire import end_holds, end_requests
from booking.bookings.services.remind import remind
from booking.bookings.services.tidy import forget_keys

JOBS = (confirm_waiting, end_holds, end_requests, remind, forget_keys)
