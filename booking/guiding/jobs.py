"""What the worker does for guides at every round; each may run twice, or on two workers, with one effect."""

from datetime import datetime

from booking.bookings.queries.waiting import only_held
from booking.db import db
from booking.scheduling.services.offers import end_offers
from booking.scheduling.services.offers import offer_uncovered as offer


def offer_uncovered(now: datetime) -> int:
    """Offer what nobody gives to the next in turn; not yet what a group is only holding while it says who it is."""
    return offer(now, but_not=only_held(db.session()))


JOBS = (end_offers, offer_uncovered)
