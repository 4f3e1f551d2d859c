"""A guide asks for cover of an event: every colleague who could give it is asked at once, the first to accept has it.

Until somebody accepts, the guide keeps it; the group notices nothing but, on the day, another name.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.db import table_of, transaction
from booking.scheduling.models import Assignment, Event, Guide, Offer, gives
from booking.scheduling.queries.uncovered import Asked, asked
from booking.scheduling.services.assign import UPCOMING
from booking.scheduling.services.offers import Plan, able_guides, answer_by, make_offers, withdraw_offers
from booking.scheduling.terms import OfferReason, OfferStatus, UnknownEvent

_EVENT, _ASSIGNMENT = table_of(Event), table_of(Assignment)
_GUIDE, _OFFER = table_of(Guide), table_of(Offer)
SICK_LONGEST = timedelta(hours=2)
"""How long colleagues of somebody who is ill may take to answer; less when the event is near."""


def ask_for_cover(event_code: str, guide_id: int, *, now: datetime, actor: str, note: str = "") -> int:
    """Ask everybody who could, until the event begins; how many were asked, 0 where nobody is free.

    `note`, about the group, goes along and stays with the event. Raises UnknownEvent where the event is not the guide's
    or has begun.
    """
    with transaction() as session:
        event = own_event(session, event_code, guide_id, now)
        if note:
            session.execute(update(_EVENT).where(_EVENT.c.id == event.id).values(guide_note=note))
        waiting = _being_asked(session, event.id)
        colleagues = [one for one in able_guides(session, [event.id])[event.id] if one not in {guide_id, *waiting}]
        plan = _plan(session, event, guide_id, colleagues, OfferReason.COVER, event.starts_at)
        count = make_offers(session, plan, now, actor=actor)
        after = {"guide": guide_id, "asked": count}
        audit(session, at=now, actor=actor, action="cover.ask", subject=f"event:{event_code}", after=after)
    return count


def withdraw_cover(event_code: str, guide_id: int, *, now: datetime, actor: str) -> None:
    """Keep the event after all. Raises UnknownEvent where it is not the guide's, such as when somebody has it now."""
    with transaction() as session:
        event = own_event(session, event_code, guide_id, now)
        mine = and_(_OFFER.c.event_id == event.id, _OFFER.c.from_guide_id == guide_id)
        withdraw_offers(session, mine, now, actor)
        after = {"guide": guide_id}
        audit(session, at=now, actor=actor, action="cover.withdraw", subject=f"event:{event_code}", after=after)


def offer_to_all(session: Session, event: Row[Any], guide_id: int, now: datetime, actor: str) -> int:
    """The guide is ill and the event nobody's, its row locked: offer it to everybody who could; how many."""
    colleagues = [one for one in able_guides(session, [event.id])[event.id] if one != guide_id]
    until = min(answer_by(now, event.starts_at, SICK_LONGEST), event.ends_at)
    plan = _plan(session, event, guide_id, colleagues, OfferReason.SICK, until)
    return make_offers(session, plan, now, actor=actor)


def own_event(session: Session, event_code: str, guide_id: int, now: datetime, *, has_begun: bool = False) -> Row[Any]:
    """The guide's own event that is still to begin (or, `has_begun`, to end), locked; UnknownEvent for any other."""
    statement = select(_EVENT).where(_EVENT.c.code == event_code).with_for_update(key_share=True)
    event = session.execute(statement).first()
    if event is None or event.status not in UPCOMING:
        raise UnknownEvent(event_code)
    if (event.ends_at if has_begun else event.starts_at) <= now:
        raise UnknownEvent(event_code)
    mine = (_ASSIGNMENT.c.event_id == event.id, _ASSIGNMENT.c.guide_id == guide_id)
    if session.execute(select(_ASSIGNMENT.c.id).where(*mine, *gives())).first() is None:
        raise UnknownEvent(event_code)
    return event


def _being_asked(session: Session, event_id: int) -> set[int]:
    waiting = (_OFFER.c.event_id == event_id, _OFFER.c.status == OfferStatus.PENDING)
    return set(session.execute(select(_OFFER.c.guide_id).where(*waiting)).scalars())


def _plan(
    session: Session, event: Row[Any], guide_id: int, guides: Sequence[int], reason: OfferReason, until: datetime
) -> Plan:
    """Cover is asked for beside the rounds; whoever is ill begins a new one."""
    before = asked(session, [event.id]).get(event.id, Asked())
    number = before.round + 1 if reason is OfferReason.SICK else max(before.round, 1)
    name = session.execute(select(_GUIDE.c.name).where(_GUIDE.c.id == guide_id)).scalar_one()
    return Plan(event.id, event.code, guides, reason, number, until, guide_id, name)
