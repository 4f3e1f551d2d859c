"""What must be true of joint events at any moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select

from booking.catalogue.models import Station
from booking.db import table_of
from booking.scheduling.models import Assignment, Event, EventPartner, Guide, co_hosts
from booking.scheduling.queries.partners import IN_TOUCH
from booking.scheduling.queries.rooms import ONLINE
from booking.scheduling.terms import PartnerState

_EVENT, _PARTNER, _STATION = table_of(Event).c, table_of(EventPartner).c, table_of(Station).c
_ASSIGNMENT, _GUIDE = table_of(Assignment).c, table_of(Guide).c


def _named() -> Select[Any]:
    """Partners with the codes of event and station."""
    return (
        select(_EVENT.code, _STATION.code.label("station"))
        .join_from(EventPartner, Event, _EVENT.id == _PARTNER.event_id)
        .join(Station, _STATION.id == _PARTNER.station_id)
        .order_by(_EVENT.code, _STATION.code)
    )


def partners_on_site(_now: datetime) -> Select[Any]:
    """Stations that are to take part in an event that is not online."""
    return _named().where(_EVENT.format.not_in(sorted(ONLINE)), _PARTNER.state.in_(sorted(IN_TOUCH)))


def partners_of_themselves(_now: datetime) -> Select[Any]:
    """Stations that take part in an event of their own."""
    return _named().where(_PARTNER.station_id == _EVENT.station_id)


def co_hosts_of_nobody(_now: datetime) -> Select[Any]:
    """Guides who come along for a station that does not take part."""
    agreed = exists().where(
        _PARTNER.event_id == _ASSIGNMENT.event_id,
        _PARTNER.station_id == _GUIDE.station_id,
        _PARTNER.state == PartnerState.AGREED,
    )
    return (
        select(_GUIDE.code, _EVENT.code.label("event"))
        .join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
        .join(Event, _EVENT.id == _ASSIGNMENT.event_id)
        .where(*co_hosts(), ~agreed)
        .order_by(_GUIDE.code, _EVENT.code)
    )
