"""The pages of a guide's working day."""

from booking.guiding.views import attendance, offers, today, tours, week
from booking.guiding.views.blueprint import blueprint

__all__ = ["attendance", "blueprint", "offers", "today", "tours", "week"]
