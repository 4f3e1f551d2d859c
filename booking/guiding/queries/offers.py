"""Whose offer it is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.db import table_of
from booking.scheduling.models import Offer

_OFFER = table_of(Offer).c


def was_asked(session: Session, offer_id: int, guide_id: int) -> bool:
    """Whether the offer is, or was, made to this guide."""
    statement = select(_OFFER.id).where(_OFFER.id == offer_id, _OFFER.guide_id == guide_id)
    return session.execute(statement).first() is not None
