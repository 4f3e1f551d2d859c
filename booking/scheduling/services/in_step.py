"""What follows from a change of events or of who gives them: rooms, offers, what guides and partner desks are told.

One function, to be called last in the transaction of any such change; what is in step already costs a few reads.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, exists, or_, update
from sqlalchemy.orm import Session

from booking.db import table_of
from booking.scheduling.models import Assignment, Event, Offer, gives
from booking.scheduling.queries.uncovered import ASKED_IN_TURN, is_given
from booking.scheduling.services.offers import forget_rounds, withdraw_offers
from booking.scheduling.services.partner_mails import tell_of_changes
from booking.scheduling.services.rooms import keep_rooms
from booking.scheduling.services.telling import UPCOMING, tell_guides
from booking.scheduling.terms import AssignmentStatus, EventStatus

_EVENT, _ASSIGNMENT, _OFFER = table_of(Event), table_of(Assignment), table_of(Offer)


def keep_in_step(session: Session, event_ids: Collection[int], now: datetime, *, actor: str) -> None:
    """Let rooms follow, take back offers that are none any more, tell the guides. Raises RoomTaken.

    An event that a group had asked for, and that waited for a guide, is open as soon as there is one.
    """
    ids = sorted(set(event_ids))
    if not ids:
        return
    waited = (_EVENT.c.id.in_(ids), _EVENT.c.status == EventStatus.PLANNED, is_given())
    session.execute(update(_EVENT).where(*waited).values(status=EventStatus.OPEN))
    keep_rooms(session, ids)
    _drop_offers(session, ids, now, actor)
    tell_guides(session, ids, now)
    tell_of_changes(session, ids, now, actor=actor)


def release(session: Session, event_ids: Collection[int], now: datetime, *, actor: str) -> None:
    """The events need nobody any more: their guides and rooms are free, and told so."""
    if not event_ids:
        return
    active = (_ASSIGNMENT.c.event_id.in_(event_ids), _ASSIGNMENT.c.status == AssignmentStatus.ACTIVE)
    session.execute(update(_ASSIGNMENT).where(*active).values(status=AssignmentStatus.CANCELLED))
    keep_in_step(session, event_ids, now, actor=actor)


def moved(session: Session, event_ids: Collection[int], now: datetime, *, actor: str) -> None:
    """The events have another time, and their assignments too: what was offered of the old one is offered no more."""
    if not event_ids:
        return
    withdraw_offers(session, _OFFER.c.event_id.in_(event_ids), now, actor)
    forget_rounds(session, event_ids)
    keep_in_step(session, event_ids, now, actor=actor)


def _drop_offers(session: Session, ids: Collection[int], now: datetime, actor: str) -> None:
    """Offers of events that are over, that somebody gives by now, or for which nobody seeks cover any more."""
    given = exists().where(_ASSIGNMENT.c.event_id == _OFFER.c.event_id, *gives())
    by_whom_it_is_sought = given.where(_ASSIGNMENT.c.guide_id == _OFFER.c.from_guide_id)
    in_turn = _OFFER.c.reason.in_(ASKED_IN_TURN)
    over = exists().where(_EVENT.c.id == _OFFER.c.event_id, _EVENT.c.status.not_in(UPCOMING))
    pointless = or_(over, and_(in_turn, given), and_(~in_turn, ~by_whom_it_is_sought))
    withdraw_offers(session, and_(_OFFER.c.event_id.in_(ids), pointless), now, actor)
