"""A guide takes the event that was offered: of several who accept at once, the first has it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.db import table_of
from booking.scheduling.models import Assignment, Event, Offer, gives
from booking.scheduling.services.assign import hand_over, lock_event
from booking.scheduling.services.offers import answered
from booking.scheduling.terms import OfferGone, OfferReason, OfferStatus, UnknownEvent

_EVENT, _ASSIGNMENT, _OFFER = table_of(Event).c, table_of(Assignment).c, table_of(Offer).c


def accept_offer(session: Session, offer_id: int, guide_id: int, *, now: datetime, actor: str) -> tuple[int, str]:
    """Give the event to the guide, in the caller's transaction; its id and code.

    The hosts and the event are locked before the offer is looked at: whoever comes second finds it withdrawn. Raises
    OfferGone, HostTaken, RoomTaken, and HostsChanged where the caller must begin anew.
    """
    offer = session.execute(
        select(_OFFER.reason, _OFFER.from_guide_id, _OFFER.event_id, _EVENT.code)
        .join_from(table_of(Offer), table_of(Event), _EVENT.id == _OFFER.event_id)
        .where(_OFFER.id == offer_id, _OFFER.guide_id == guide_id, _EVENT.ends_at > now)
    ).first()
    if offer is None:
        raise OfferGone(offer_id)
    try:
        lock_event(session, offer.code, guide_id)
        answered(session, offer_id, guide_id, OfferStatus.ACCEPTED, now)
        _require_still_offered(session, offer.event_id, offer.reason, offer.from_guide_id)
        hand_over(session, offer.code, guide_id, now=now, actor=actor)
    except UnknownEvent as error:
        raise OfferGone(offer_id) from error
    return offer.event_id, offer.code


def _require_still_offered(session: Session, event_id: int, reason: OfferReason, from_guide: int | None) -> None:
    """The event is still nobody's, or still that of the colleague who seeks cover."""
    theirs = select(_ASSIGNMENT.guide_id).where(_ASSIGNMENT.event_id == event_id, *gives())
    holders = set(session.execute(theirs).scalars())
    if holders != ({from_guide} if reason is OfferReason.COVER else set()):
        raise OfferGone(event_id)
