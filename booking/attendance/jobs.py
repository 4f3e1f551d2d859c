"""What the worker does for attendance at every round; each may run twice, or on two workers, with one effect."""

from booking.attendance.services.miss import write_to_missed
from booking.attendance.services.remind import remind_of_numbers
from booking.attendance.services.say import settle_sayings
from booking.attendance.services.thank import thank
from booking.attendance.services.uploads import forget_reports

JOBS = (settle_sayings, remind_of_numbers, forget_reports, thank, write_to_missed)
