"""Partners of joint events whose own premises are closed then: the event takes place, and they take part from afar."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import zones
from booking.catalogue.terms import Format
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Closure, Event, EventPartner
from booking.scheduling.queries.desk import UPCOMING
from booking.scheduling.queries.partners import IN_TOUCH, Invited, JointEvent, Partner, invited
from booking.scheduling.terms import ClosureType

_CLOSURE, _EVENT, _PARTNER = table_of(Closure).c, table_of(Event).c, table_of(EventPartner).c


def parts_of(session: Session, station_id: int, now: datetime) -> list[Invited]:
    """The events to come of others in which the station takes part, or is asked to; one statement."""
    mine = (_PARTNER.station_id == station_id) & _PARTNER.state.in_(sorted(IN_TOUCH))
    return invited(session, mine & (_EVENT.starts_at > now) & _EVENT.status.in_(UPCOMING))


def local_day(one: Invited) -> date:
    """The day of the event on the partner's own calendar."""
    return zones.local_date(one.event.starts_at, one.partner.time_zone)


def shuts(blocks_formats: Collection[str], allows: Collection[str], event: JointEvent) -> bool:
    """Whether a closure like that keeps people out of the partner's premises at such an event."""
    return not {Format.IN_PERSON, event.format}.isdisjoint(blocks_formats) and event.kind not in allows


def reasons_closed(
    session: Session, event: JointEvent, partners: Collection[Partner], now: datetime
) -> Mapping[int, Translated]:
    """Why the premises of partners are closed when the event takes place, by the partner's id; one statement."""
    asked = {one.station_id: one for one in partners if one.state in IN_TOUCH}
    if not asked:
        return {}
    columns = (*(_CLOSURE[name] for name in ("station_id", "starts_on", "ends_on", "announced_on")), _CLOSURE.allows)
    mine = (_CLOSURE.station_id.in_(asked), _CLOSURE.lifted_at.is_(None), _CLOSURE.type != ClosureType.OFFICIAL_HOLIDAY)
    statement = select(*columns, _CLOSURE.blocks_formats, _CLOSURE.message).where(*mine).order_by(_CLOSURE.starts_on)
    found = {}
    for row in session.execute(statement):
        one = asked[row.station_id]
        day, today = local_day(Invited(one, event)), zones.local_date(now, one.time_zone)
        is_then = row.starts_on <= day and (row.ends_on is None or day <= row.ends_on) and row.announced_on <= today
        if is_then and shuts(row.blocks_formats, row.allows, event):
            found[one.id] = row.message
    return found
