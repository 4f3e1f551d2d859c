"""A guide asks colleagues to take over an event, or no longer does."""

from booking.scheduling.services.cover import ask_for_cover, withdraw_cover

__all__ = ["ask_for_cover", "withdraw_cover"]
