"""What the worker does for attendance at every round; each may run twice, or on two workers, with one effect."""

from booking.attendance.services.say import settle_sayings

JOBS = (settle_sayings,)
