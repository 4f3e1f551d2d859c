"""Which events to come still need a guide or speaker, and how far the asking has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Station
from booking.db import table_of
from booking.scheduling.models import Assignment, Event, Offer, gives
from booking.scheduling.terms import EventStatus, OfferReason, OfferStatus

_EVENT, _STATION = table_of(Event).c, table_of(Station).c
_ASSIGNMENT, _OFFER = table_of(Assignment).c, table_of(Offer).c
UNIT = "visitors-service"
"""The unit whose guides and speakers the stations plan; others bring their own people."""
ASKED_IN_TURN = (OfferReason.UNCOVERED, OfferReason.SICK)
"""Offers after which nobody is asked again: whoever was asked to cover for a colleague may still be asked."""


def is_given() -> ColumnElement[bool]:
    """Whether somebody gives the event; of the row of `event` in the statement around it."""
    return exists().where(_ASSIGNMENT.event_id == _EVENT.id, *gives())


def needs_host(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions on `event`: still to start, of the stations' own guides, open or with a group, and nobody's yet."""
    has_group = and_(_EVENT.status.in_((EventStatus.PLANNED, EventStatus.CLOSED)), _EVENT.taken > 0)
    return (
        _EVENT.starts_at > now,
        _EVENT.unit == UNIT,
        or_(_EVENT.status == EventStatus.OPEN, has_group),
        ~is_given(),
    )


@dataclass(frozen=True)
class Uncovered:
    """An event that nobody gives, and that nobody is being asked for."""

    id: int
    code: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str


def unasked(session: Session, now: datetime, but_not: Collection[int] = ()) -> list[Uncovered]:
    """The uncovered events for which no answer is waited for, soonest first."""
    pending = exists().where(_OFFER.event_id == _EVENT.id, _OFFER.status == OfferStatus.PENDING)
    statement = (
        select(_EVENT.id, _EVENT.code, _EVENT.starts_at, _EVENT.ends_at, _EVENT.time_zone)
        .where(*needs_host(now), ~pending, _EVENT.id.not_in(but_not))
        .order_by(_EVENT.starts_at, _EVENT.id)
    )
    return [Uncovered(*row) for row in session.execute(statement)]


@dataclass(frozen=True)
class Asked:
    """The round in which an event is offered, and who has been asked in it; round 0: nobody for its present time."""

    round: int = 0
    guides: frozenset[int] = frozenset()


def asked(session: Session, event_ids: Collection[int]) -> dict[int, Asked]:
    """By the event's id, for those that were offered to anybody."""
    latest = (
        select(_OFFER.event_id, func.max(_OFFER.round).label("round"))
        .where(_OFFER.event_id.in_(event_ids))
        .group_by(_OFFER.event_id)
        .subquery()
    )
    in_turn = and_(_OFFER.round == latest.c.round, _OFFER.round > 0, _OFFER.reason.in_(ASKED_IN_TURN))
    statement = (
        select(latest.c.event_id, latest.c.round, _OFFER.guide_id, _OFFER.from_guide_id)
        .join_from(latest, table_of(Offer), and_(_OFFER.event_id == latest.c.event_id, in_turn), isouter=True)
        .order_by(latest.c.event_id)
    )
    found: dict[int, Asked] = {}
    for event_id, number, *guides in session.execute(statement):
        before = found.get(event_id, Asked(number))
        found[event_id] = Asked(number, before.guides | frozenset(filter(None, guides)))
    return found
