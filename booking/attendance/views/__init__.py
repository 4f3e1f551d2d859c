"""The desk's pages of attendance."""

from booking.attendance.views import event, grid, report
from booking.attendance.views.blueprint import blueprint

__all__ = ["blueprint", "event", "grid", "report"]
