"""The pages of a guide's working day."""

from booking.guiding.views import attendance, offers, report, rooms, today, tours, week
from booking.guiding.views.answers import blueprint as offer_links
from booking.guiding.views.blueprint import blueprint

__all__ = ["attendance", "blueprint", "offer_links", "offers", "report", "rooms", "today", "tours", "week"]
