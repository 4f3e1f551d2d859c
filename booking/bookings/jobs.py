"""What the worker does for bookings at every round; each may run twice, or on two workers, with one effect."""

from booking.bookings.services.accept import confirm_waiting
from booking.bookings.services.closure_due import announce_closures
from booking.bookings.services.connection import follow_bookings
from booking.bookings.services.expire import end_holds, end_lines, end_requests
from booking.bookings.services.participant_list import remind_of_lists
from booking.bookings.services.remind import remind
from booking.bookings.services.tidy import forget_keys
from booking.bookings.services.visit_end import end_speaker_searches, end_visits
from booking.bookings.services.waiting import offer_free_places

JOBS = (
    announce_closures,
    confirm_waiting,
    end_holds,
    end_requests,
    end_visits,
    follow_bookings,
    remind_of_lists,
    end_speaker_searches,
    end_lines,
    offer_free_places,
    remind,
    forget_keys,
)
