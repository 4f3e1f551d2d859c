"""A guide answers an offer."""

from datetime import datetime

from booking.bookings.services.accept import confirm_hosted
from booking.db import transaction
from booking.scheduling.services.accept import accept_offer
from booking.scheduling.services.assign import again_if_hosts_changed
from booking.scheduling.services.offers import decline

__all__ = ["accept", "decline"]


def accept(offer_id: int, guide_id: int, *, now: datetime, actor: str) -> str:
    """Take the event; its code. Of several who accept at once the first has it.

    A group that waited for nothing but a guide is booked with it, in the same transaction. Raises OfferGone, HostTaken.
    """
    return again_if_hosts_changed(lambda: _accept_once(offer_id, guide_id, now, actor))


def _accept_once(offer_id: int, guide_id: int, now: datetime, actor: str) -> str:
    with transaction() as session:
        event_id, code = accept_offer(session, offer_id, guide_id, now=now, actor=actor)
        confirm_hosted(session, [event_id], now, actor)
    return code
