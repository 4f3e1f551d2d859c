"""What is being offered to a guide, and for which events colleagues have been asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.orm import Session, aliased

from booking.accounts.models import Account
from booking.catalogue.models import Offering, Station
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Assignment, Event, Guide, Offer
from booking.scheduling.queries.events import EVENT, event_facts
from booking.scheduling.terms import AssignmentStatus, EventFacts, EventStatus, OfferReason, OfferStatus

_EVENT, _OFFERING, _STATION = table_of(Event).c, table_of(Offering).c, table_of(Station).c
_OFFER, _GUIDE, _ASSIGNMENT = table_of(Offer).c, table_of(Guide).c, table_of(Assignment).c
_COLLEAGUE = aliased(Guide, name="colleague")
UPCOMING = (EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED)


@dataclass(frozen=True)
class Clash:
    """An event of the guide's own that keeps from taking another; `pause_min`: minutes that lie between two."""

    code: str
    starts_at: datetime
    ends_at: datetime
    pause_min: int


@dataclass(frozen=True)
class OfferShown:
    """An event offered to a guide, who may answer until `expires_at`. Zones are IANA names."""

    id: int
    guide_id: int
    account_id: int | None
    """Of the guide."""
    event: EventFacts
    title: Translated
    station_code: str
    station_name: str
    station_zone: str
    pause_min: int
    reason: OfferReason
    from_name: str
    """The colleague who seeks cover."""
    offered_at: datetime
    expires_at: datetime
    note: str
    clash: Clash | None = None


def _pending(now: datetime) -> Select[Any]:
    """Offers that wait for an answer and whose event can still be given."""
    return (
        select(
            *(_OFFER[name].label(f"offer_{name}") for name in ("id", "guide_id", "reason", "offered_at", "expires_at")),
            _GUIDE.account_id,
            _COLLEAGUE.name.label("from_name"),
            _EVENT.title.label("own_title"),
            _EVENT.guide_note,
            _OFFERING.title.label("offering_title"),
            _STATION.code.label("station_code"),
            _STATION.name.label("station_name"),
            _STATION.time_zone.label("station_zone"),
            _STATION.buffer_min,
            *EVENT,
        )
        .join_from(Offer, Event, _EVENT.id == _OFFER.event_id)
        .join(Guide, _GUIDE.id == _OFFER.guide_id)
        .join(Offering, _OFFERING.id == _EVENT.offering_id)
        .join(Station, _STATION.id == _EVENT.station_id)
        .outerjoin(_COLLEAGUE, _COLLEAGUE.id == _OFFER.from_guide_id)
        .where(_OFFER.status == OfferStatus.PENDING, _OFFER.expires_at > now)
        .where(_EVENT.status.in_(UPCOMING), _EVENT.ends_at > now)
    )


def pending_for(session: Session, guide_id: int, now: datetime) -> list[OfferShown]:
    """What the guide is being asked for, soonest event first; two statements."""
    statement = _pending(now).where(_OFFER.guide_id == guide_id).order_by(_EVENT.starts_at, _OFFER.id)
    return _with_clashes(session, [_shown(row) for row in session.execute(statement).mappings()])


def pending_offer(session: Session, offer_id: int, now: datetime) -> OfferShown | None:
    """The offer of that id while it waits for the answer of a guide who may still sign in, else None."""
    allowed = _pending(now).join(Account, table_of(Account).c.id == _GUIDE.account_id)
    allowed = allowed.where(_OFFER.id == offer_id, _GUIDE.is_active.is_(True), table_of(Account).c.is_active.is_(True))
    row = session.execute(allowed).mappings().first()
    return _with_clashes(session, [_shown(row)])[0] if row else None


def _shown(row: RowMapping) -> OfferShown:
    return OfferShown(
        id=row["offer_id"],
        guide_id=row["offer_guide_id"],
        account_id=row["account_id"],
        event=event_facts(row),
        title=row["own_title"] or row["offering_title"],
        station_code=row["station_code"],
        station_name=row["station_name"],
        station_zone=row["station_zone"],
        pause_min=row["buffer_min"],
        reason=row["offer_reason"],
        from_name=row["from_name"] or "",
        offered_at=row["offer_offered_at"],
        expires_at=row["offer_expires_at"],
        note=row["guide_note"],
    )


def _with_clashes(session: Session, offers: Sequence[OfferShown]) -> list[OfferShown]:
    """The same, each with the event of the same guide that stands in its way."""
    if not offers:
        return []
    last = max(offer.event.ends_at + timedelta(minutes=offer.pause_min) for offer in offers)
    own = (
        select(_ASSIGNMENT.guide_id, _ASSIGNMENT.starts_at, _ASSIGNMENT.busy_until, _EVENT.code, _EVENT.ends_at)
        .join_from(Assignment, Event, _EVENT.id == _ASSIGNMENT.event_id)
        .where(_ASSIGNMENT.guide_id.in_({offer.guide_id for offer in offers}))
        .where(_ASSIGNMENT.status == AssignmentStatus.ACTIVE)
        .where(_ASSIGNMENT.busy_until > min(offer.event.starts_at for offer in offers))
        .where(_ASSIGNMENT.starts_at < last)
        .order_by(_ASSIGNMENT.starts_at)
    )
    taken = session.execute(own).all()
    return [replace(offer, clash=_clash(offer, taken)) for offer in offers]


def _clash(offer: OfferShown, taken: Sequence[Any]) -> Clash | None:
    until = offer.event.ends_at + timedelta(minutes=offer.pause_min)
    met = (
        Clash(row.code, row.starts_at, row.ends_at, offer.pause_min)
        for row in taken
        if row.guide_id == offer.guide_id and row.starts_at < until and row.busy_until > offer.event.starts_at
    )
    return next(met, None)


def asked_for_cover(session: Session, event_ids: Collection[int]) -> frozenset[int]:
    """Those of the events for which colleagues are being asked."""
    waiting = (_OFFER.event_id.in_(event_ids), _OFFER.status == OfferStatus.PENDING)
    statement = select(_OFFER.event_id).where(*waiting, _OFFER.reason == OfferReason.COVER)
    return frozenset(session.execute(statement).scalars())
