"""The desk's pages of attendance, and the page on which a group joins."""

from booking.attendance.views import event, grid, item, items, join, report
from booking.attendance.views.blueprint import blueprint

__all__ = ["blueprint", "event", "grid", "item", "items", "join", "report"]
