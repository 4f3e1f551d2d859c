"""Sick today: one step releases the rest of the day, and for some minutes another takes it back.

Every event from now to the end of the local day is nobody's and is offered at once to all who could give it; what is
known about the group goes along. The day is off, so that nothing else is offered to somebody who is ill.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, delete, exists, insert, select
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import audit
from booking.catalogue.models import Station
from booking.db import table_of, transaction
from booking.guiding.queries.sick import REPORT, UNDO, UNDO_FOR, last_report
from booking.scheduling.models import Assignment, DayOff, Event, Guide, Offer, gives
from booking.scheduling.services.assign import UPCOMING, give_if_nobodys
from booking.scheduling.services.cover import offer_to_all
from booking.scheduling.services.events import givers_of_events, take_off
from booking.scheduling.services.in_step import keep_in_step
from booking.scheduling.services.offers import withdraw_offers
from booking.scheduling.terms import AssignmentStatus, HostTaken, TooLate

SICK = "sick"

_EVENT, _ASSIGNMENT, _OFFER = table_of(Event), table_of(Assignment), table_of(Offer)
_GUIDE, _STATION, _DAY_OFF = table_of(Guide), table_of(Station), table_of(DayOff)
__all__ = ["UNDO_FOR", "report_sick", "undo_sick"]


def report_sick(guide_id: int, *, now: datetime, actor: str) -> tuple[str, ...]:
    """Release what the guide gives from now to the end of the day at home; the codes of the events, soonest first."""
    with transaction() as session:
        guide = _locked(session, guide_id)
        day = zones.local_date(now, guide.time_zone)
        events = _rest_of_day(session, guide_id, now, zones.day_bounds(day, guide.time_zone)[1])
        _take_day_off(session, guide_id, day)
        _drop_pending(session, guide_id, now, zones.day_bounds(day, guide.time_zone)[1], actor)
        given = _let_go(session, guide_id, events, now, actor)
        asked = {event.code: offer_to_all(session, event, guide_id, now, actor) for event in given}
        subject = f"guide:{guide.code}"
        audit(session, at=now, actor=actor, action=REPORT, subject=subject, after={"day": str(day), "asked": asked})
    return tuple(asked)


def undo_sick(guide_id: int, *, now: datetime, actor: str) -> tuple[str, ...]:
    """Come after all: take back what nobody else has accepted yet; the codes of those events.

    Raises TooLate where nothing was reported within the last minutes (UNDO_FOR).
    """
    with transaction() as session:
        guide = _locked(session, guide_id)
        report = last_report(session, guide.code, now)
        if report is None:
            raise TooLate(guide.code)
        day = zones.parse_day(str(report["day"]))
        mine = (_DAY_OFF.c.guide_id == guide_id, _DAY_OFF.c.starts_on == day, _DAY_OFF.c.reason == SICK)
        session.execute(delete(_DAY_OFF).where(*mine))
        codes = _still_nobodys(session, list(report["asked"]), now)
        taken = tuple(code for code in codes if _taken_back(session, code, guide_id, now, actor))
        subject = f"guide:{guide.code}"
        audit(session, at=now, actor=actor, action=UNDO, subject=subject, after={"events": list(taken)})
    return taken


def _taken_back(session: Session, code: str, guide_id: int, now: datetime, actor: str) -> bool:
    try:
        with session.begin_nested():
            return give_if_nobodys(session, code, guide_id, now=now, actor=actor)
    except HostTaken:
        return False


def _locked(session: Session, guide_id: int) -> Row[int, str, str]:
    statement = (
        select(_GUIDE.c.id, _GUIDE.c.code, _STATION.c.time_zone)
        .join(Station, _STATION.c.id == _GUIDE.c.station_id)
        .where(_GUIDE.c.id == guide_id)
    )
    return session.execute(statement.with_for_update(of=_GUIDE, key_share=True)).one()


def _rest_of_day(session: Session, guide_id: int, now: datetime, end: datetime) -> Sequence[Row[Any]]:
    """The events that are not over and begin before the end of the day, locked by id."""
    mine = (_ASSIGNMENT.c.guide_id == guide_id, _ASSIGNMENT.c.status == AssignmentStatus.ACTIVE)
    statement = (
        select(_EVENT)
        .where(_EVENT.c.id.in_(select(_ASSIGNMENT.c.event_id).where(*mine)))
        .where(_EVENT.c.ends_at > now, _EVENT.c.starts_at < end, _EVENT.c.status.in_(UPCOMING))
        .order_by(_EVENT.c.id)
    )
    found = session.execute(statement.with_for_update(key_share=True)).all()
    return sorted(found, key=lambda event: (event.starts_at, event.id))


def _let_go(session: Session, guide_id: int, events: Sequence[Row[Any]], now: datetime, actor: str) -> list[Row[Any]]:
    """Nobody gives the guide's events any more; where the guide only came along, whoever gives it goes on without."""
    ids = [event.id for event in events]
    pairs = givers_of_events(session, ids)
    given = {event_id for event_id, giver in pairs if giver == guide_id}
    take_off(session, {pair for pair in pairs if pair[0] in given} | {(event_id, guide_id) for event_id in ids})
    keep_in_step(session, ids, now, actor=actor)
    return [event for event in events if event.id in given]


def _take_day_off(session: Session, guide_id: int, day: date) -> None:
    known = exists().where(_DAY_OFF.c.guide_id == guide_id, _DAY_OFF.c.starts_on <= day, _DAY_OFF.c.ends_on >= day)
    if not session.execute(select(known)).scalar():
        values = {"guide_id": guide_id, "starts_on": day, "ends_on": day, "reason": SICK}
        session.execute(insert(_DAY_OFF).values(values))


def _drop_pending(session: Session, guide_id: int, now: datetime, end: datetime, actor: str) -> None:
    """What the guide is being asked for that day, and what colleagues are being asked for in the guide's place."""
    today = select(_EVENT.c.id).where(_EVENT.c.starts_at < end, _EVENT.c.ends_at > now)
    whose = (_OFFER.c.guide_id == guide_id) | (_OFFER.c.from_guide_id == guide_id)
    withdraw_offers(session, and_(_OFFER.c.event_id.in_(today), whose), now, actor)


def _still_nobodys(session: Session, codes: Sequence[str], now: datetime) -> list[str]:
    given = exists().where(_ASSIGNMENT.c.event_id == _EVENT.c.id, *gives())
    statement = select(_EVENT.c.code).where(_EVENT.c.code.in_(codes), _EVENT.c.ends_at > now, ~given)
    return list(session.execute(statement.order_by(_EVENT.c.id)).scalars())
