"""Offer events that nobody gives to those who could, one after the other; take their answers.

One offer of an uncovered event waits at a time: each is made under the lock of the event's row, which is looked at once
more, so that any number of workers may do it. When everybody has been asked, the event is on the red list, and only a
person starts anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Row, exists, insert, literal, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit, audit_many
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw_all
from booking.notices.terms import Message
from booking.scheduling.links import offer_url
from booking.scheduling.models import Event, Offer
from booking.scheduling.queries.engagements import reachable, with_account
from booking.scheduling.queries.fairness import Fairness, fairness
from booking.scheduling.queries.fitness import fitness
from booking.scheduling.queries.uncovered import Asked, Uncovered, asked, needs_host, unasked
from booking.scheduling.services.telling import facts_told
from booking.scheduling.terms import OfferGone, OfferReason, OfferStatus

_EVENT, _OFFER = table_of(Event), table_of(Offer)
AT_LEAST = timedelta(minutes=15)
AT_ONCE = 50
"""Offers made in one round of the worker: what else it does waits no longer than a second or two."""
MAIL = "guide_offer"
Ended = Row[tuple[int, int, int]]
"""Offer, event and guide by id."""


def answer_by(now: datetime, starts_at: datetime, longest: timedelta) -> datetime:
    """Until when a guide may answer: at most `longest`, at most a quarter of the time left, but at least 15 minutes."""
    return now + max(min(longest, (starts_at - now) / 4), AT_LEAST)


def longest_wait() -> timedelta:
    """How long a guide may take when there is time (setting BOOKING_OFFER_HOURS)."""
    return timedelta(hours=current_app.extensions["booking.settings"].offer_hours)


@dataclass(frozen=True)
class Plan:
    """Offers to make of one event, all at once."""

    event_id: int
    event_code: str
    guides: Sequence[int]
    reason: OfferReason
    round: int
    expires_at: datetime
    from_guide: int | None = None
    from_name: str = ""


def offer_uncovered(now: datetime, but_not: Collection[int] = ()) -> int:
    """Offer each event that nobody gives, and nobody is being asked for, to the next in the fair order; how many.

    `but_not`: ids of events that need nobody yet.
    """
    session = db.session()
    events = unasked(session, now, but_not)
    if not events:
        return 0
    able, before = able_guides(session, [event.id for event in events]), asked(session, [event.id for event in events])
    candidates = {guide for guides in able.values() for guide in guides}
    order = fairness(session, candidates, events)
    made = 0
    for event in events:
        made += _offer_next(event, able[event.id], before.get(event.id, Asked()), order, now)
        if made == AT_ONCE:
            break
    return made


def able_guides(session: Session, event_ids: Collection[int]) -> dict[int, list[int]]:
    """By event: the guides and speakers who could give it, in order of id.

    Only those with an account: nobody else could read the question, or answer it.
    """
    judged, able = fitness(session, event_ids), with_account(session)
    return {
        event_id: sorted(guide for guide, against in judged.get(event_id, {}).items() if not against and guide in able)
        for event_id in event_ids
    }


def _offer_next(event: Uncovered, able: Sequence[int], before: Asked, order: Fairness, now: datetime) -> bool:
    """Ask the next one; nobody where somebody else has done so, or the event needs nobody any more."""
    left = order.in_order(set(able) - before.guides, event)
    if not left:
        return False
    until = min(answer_by(now, event.starts_at, longest_wait()), event.starts_at)
    plan = Plan(event.id, event.code, left[:1], OfferReason.UNCOVERED, max(before.round, 1), until)
    with transaction() as session:
        made = _still_uncovered(session, event, now) and make_offers(session, plan, now, actor="worker")
    if made:
        order.note(left[0], event, now)
    return bool(made)


def _still_uncovered(session: Session, event: Uncovered, now: datetime) -> bool:
    """Lock the event, and look once more whether it is the one that was read, nobody's and offered to nobody."""
    statement = select(_EVENT.c.id).where(_EVENT.c.id == event.id, _EVENT.c.starts_at == event.starts_at)
    if session.execute(statement.with_for_update(key_share=True)).first() is None:
        return False
    pending = exists().where(_OFFER.c.event_id == _EVENT.c.id, _OFFER.c.status == OfferStatus.PENDING)
    wanted = select(_EVENT.c.id).where(_EVENT.c.id == event.id, *needs_host(now), ~pending)
    return session.execute(wanted).first() is not None


def make_offers(session: Session, plan: Plan, now: datetime, *, actor: str) -> int:
    """Write the offers with their mails and lines of the trail, under the event's lock; how many guides are asked."""
    row = {
        "event_id": plan.event_id,
        "reason": plan.reason,
        "from_guide_id": plan.from_guide,
        "status": OfferStatus.PENDING,
        "round": plan.round,
        "offered_at": now,
        "expires_at": plan.expires_at,
    }
    rows = [{**row, "guide_id": guide} for guide in plan.guides]
    if not rows:
        return 0
    made = session.execute(insert(_OFFER).returning(_OFFER.c.id, _OFFER.c.guide_id), rows).all()
    queue(session, _mails(session, plan, {row.guide_id: row.id for row in made}, now))
    audit_many(
        session,
        [
            Change(
                at=now,
                actor=actor,
                action="offer.make",
                subject=f"event:{plan.event_code}",
                after={"offer": row.id, "guide": row.guide_id, "reason": plan.reason.value, "round": plan.round},
            )
            for row in made
        ],
    )
    return len(made)


def _mails(session: Session, plan: Plan, offers: dict[int, int], now: datetime) -> list[Message]:
    return [
        Message(
            kind=MAIL,
            dedupe_key=f"offer:{offers[one.guide_id]}",
            subject=subject_of(offers[one.guide_id]),
            recipient=one.email,
            locale=one.locale,
            payload={
                **facts_told(one),
                "offer": {
                    "url": offer_url(offers[one.guide_id]),
                    "until": plan.expires_at.isoformat(),
                    "reason": plan.reason.value,
                    "from": plan.from_name,
                },
            },
            due_at=now,
        )
        for one in reachable(session, plan.event_id, offers)
    ]


def subject_of(offer_id: int) -> str:
    """What a notice about an offer is about, so that it can be withdrawn."""
    return f"offer:{offer_id}"


def decline(offer_id: int, guide_id: int, *, now: datetime, actor: str, reason: str = "") -> None:
    """Say no, with a reason or without; the next is asked at the worker's next round. Raises OfferGone."""
    with transaction() as session:
        event_code = answered(session, offer_id, guide_id, OfferStatus.DECLINED, now, reason)
        said = {"offer": offer_id, "guide": guide_id, "has_reason": bool(reason)}
        audit(session, at=now, actor=actor, action="offer.decline", subject=f"event:{event_code}", after=said)


def answered(
    session: Session, offer_id: int, guide_id: int, status: OfferStatus, now: datetime, reason: str = ""
) -> str:
    """Take the guide's answer, if the offer still waits for it; the event's code. Raises OfferGone."""
    waits = (
        _OFFER.c.id == offer_id,
        _OFFER.c.guide_id == guide_id,
        _OFFER.c.status == OfferStatus.PENDING,
        _OFFER.c.expires_at > now,
    )
    values = {"status": status, "answered_at": now, "decline_reason": reason}
    event_id = session.execute(update(_OFFER).where(*waits).values(values).returning(_OFFER.c.event_id)).scalar()
    if event_id is None:
        raise OfferGone(offer_id)
    withdraw_all(session, [subject_of(offer_id)])
    return str(session.execute(select(_EVENT.c.code).where(_EVENT.c.id == event_id)).scalar_one())


def end_offers(now: datetime) -> int:
    """Offers that nobody answered in time run out, and are asked of nobody any more; how many. A job of the worker."""
    due = (_OFFER.c.status == OfferStatus.PENDING, _OFFER.c.expires_at <= now)
    if db.session.execute(select(literal(1)).where(*due).limit(1)).first() is None:
        return 0
    with transaction() as session:
        chosen = select(_OFFER.c.id).where(*due).order_by(_OFFER.c.id).with_for_update(skip_locked=True)
        ended = _end(session, session.execute(chosen).scalars().all(), OfferStatus.EXPIRED)
        _trail(session, ended, "offer.expire", now, "worker")
    return len(ended)


def withdraw_offers(session: Session, which: ColumnElement[bool], now: datetime, actor: str) -> int:
    """Take back those of the offers (a condition on `offer`) that still wait, in the caller's transaction; how many."""
    waiting = select(_OFFER.c.id).where(which, _OFFER.c.status == OfferStatus.PENDING).order_by(_OFFER.c.id)
    ended = _end(session, session.execute(waiting).scalars().all(), OfferStatus.WITHDRAWN)
    _trail(session, ended, "offer.withdraw", now, actor)
    return len(ended)


def forget_rounds(session: Session, event_ids: Collection[int]) -> None:
    """The events have another time: who was asked for the old one may be asked again."""
    session.execute(update(_OFFER).where(_OFFER.c.event_id.in_(event_ids)).values(round=0))


def _end(session: Session, ids: Sequence[int], status: OfferStatus) -> Sequence[Ended]:
    """Those of the offers that still waited; their mails are taken back where they are unsent."""
    if not ids:
        return []
    pending = (_OFFER.c.id.in_(ids), _OFFER.c.status == OfferStatus.PENDING)
    statement = update(_OFFER).where(*pending).values(status=status)
    ended = session.execute(statement.returning(_OFFER.c.id, _OFFER.c.event_id, _OFFER.c.guide_id)).all()
    withdraw_all(session, [subject_of(row.id) for row in ended])
    return ended


def _trail(session: Session, ended: Sequence[Ended], action: str, now: datetime, actor: str) -> None:
    if not ended:
        return
    codes = select(_EVENT.c.id, _EVENT.c.code).where(_EVENT.c.id.in_([row.event_id for row in ended]))
    code_of = {row.id: row.code for row in session.execute(codes)}
    audit_many(
        session,
        [
            Change(
                at=now,
                actor=actor,
                action=action,
                subject=f"event:{code_of[row.event_id]}",
                after={"offer": row.id, "guide": row.guide_id},
            )
            for row in ended
        ],
    )
