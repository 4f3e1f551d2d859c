"""Joint events and a closure: of those that it stops, and of those of others in which the closed station takes part.

Of the former, partners go along to the event that takes the groups, and come back by undo. One that goes on nowhere is
called off for its partners too; the row of each stays, so that undo finds it. The latter take place as they would.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from booking.bookings.models import ClosureStep
from booking.bookings.queries.closing_log import Step
from booking.bookings.services.closure_plan import Closing
from booking.db import table_of
from booking.scheduling.models import Event, EventPartner
from booking.scheduling.queries.partners_closed import local_day, parts_of, shuts
from booking.scheduling.queries.rooms import ONLINE
from booking.scheduling.services.partner_mails import tell_closed, tell_of_format
from booking.scheduling.services.partners_along import Along, agreed_partners, along_now, bring_along, take_partners
from booking.scheduling.terms import LeftOut

_STEP, _PARTNER, _NEW = table_of(ClosureStep).c, table_of(EventPartner).c, table_of(Event).alias("new_event").c


def partners_go_along(session: Session, operation: int, now: datetime, actor: str) -> None:
    """To each event that an operation made for a joint one; who is not free then is left out. Raises HostTaken.

    One statement where nothing that it stopped is joint.
    """
    is_joint = exists().where(_PARTNER.event_id == _STEP.event_id)
    made = (_STEP.operation_id == operation, _STEP.booking_id.is_(None), _NEW.id == _STEP.new_event_id)
    statement = select(_STEP.event_id, _STEP.new_event_id, _STEP.was).where(*made, is_joint)
    rows = session.execute(statement.where(_NEW.format.in_(sorted(ONLINE))).order_by(_STEP.event_id)).all()
    found = [row for row in rows if row.was["whole"] and not row.was["there"]]
    if not found:
        return
    take_partners(session, {row.event_id: row.new_event_id for row in found})
    along = [Along(one["assignment"], one["guide"], row.new_event_id) for row in found for one in row.was["co_hosts"]]
    bring_along(session, along, now, actor)
    tell_of_format(session, [row.new_event_id for row in found], now, actor=actor)


def tell_leaders(session: Session, closing: Closing) -> None:
    """The desks that lead events in which the closed station takes part: it still does, but not from its premises.

    One statement where it takes part in nothing.
    """
    parts, order = parts_of(session, closing.preview.station.id, closing.order.now), closing.order
    for wish in order.wishes:
        mine = [
            one for one in parts if wish.covers(local_day(one)) and shuts(wish.blocks_formats, wish.allows, one.event)
        ]
        tell_closed(session, mine, wish.reason, order.now, actor=order.actor)


def who_came_along(session: Session, stopped: Sequence[Step]) -> list[Along]:
    """Who is to come along to the events again that an operation had stopped: asked before anybody is let go.

    Whom a partner sends by now, else whom it had sent; nobody for one that takes part no more.
    """
    whole = [one for one in stopped if one.event_id and one.was["whole"]]
    origin = {one.new_event_id or 0: one.event_id or 0 for one in _made(whole)}
    agreed = agreed_partners(session, [*origin, *(one.event_id or 0 for one in whole)])
    if not agreed:
        return []
    now = along_now(session, list(origin))
    sent = {
        (one.event_id or 0, guide["station"]): Along(guide["assignment"], guide["guide"], one.event_id or 0)
        for one in whole
        for guide in one.was.get("co_hosts", ())
    }
    found = []
    for event, station in sorted(agreed):
        mine = origin.get(event, event)
        before = [sent[mine, station]] if (mine, station) in sent else []
        found += [replace(one, event_id=mine) for one in now.get((event, station)) or before]
    return found


def partners_come_back(
    session: Session, stopped: Sequence[Step], along: Sequence[Along], now: datetime, actor: str
) -> list[LeftOut]:
    """The events stand again: partners are theirs as before, and who can comes along; the others are named."""
    goes = {one.new_event_id or 0: one.event_id or 0 for one in _made(stopped)}
    take_partners(session, goes)
    left = bring_along(session, along, now, actor)
    tell_of_format(session, list(goes.values()), now, actor=actor)
    return left


def _made(stopped: Sequence[Step]) -> list[Step]:
    """Of those, the ones for which an event was made that took all their groups."""
    return [one for one in stopped if one.new_event_id and one.was["whole"] and not one.was["there"]]
