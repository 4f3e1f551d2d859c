"""Joint events of the demonstration: one that two stations hold together, and one that a third is asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, select

from booking.accounts.models import Account
from booking.catalogue.models import Station
from booking.catalogue.terms import Kind
from booking.db import db
from booking.loading.demonstration.people import DESK, address_of
from booking.scheduling.models import Event
from booking.scheduling.queries.partners import home_guides
from booking.scheduling.queries.rooms import ONLINE
from booking.scheduling.services.co_hosts import against_coming, set_co_host
from booking.scheduling.services.partners import Deed, answer, ask_partners
from booking.scheduling.terms import EventStatus, Visibility

FROM_DAYS, LOOKED_AT = 5, 12  # events after that many days
LEADER, WITH, ASKED = "VIE", "NBO", "GVA"
QUESTION = "Would one of you come along and answer questions about your station’s work?"


def hold_together(now: datetime) -> None:
    """Nairobi takes part in one of Vienna's coming events and sends somebody along; Geneva is asked for another.

    None where nobody of Nairobi's could come along to any of the first.
    """
    coming = _coming(now)
    found = next(((event, guide) for event in coming if (guide := _free(event.id))), None)
    if found is None:
        return
    (joint, guide), desk = found, _desk()
    ask_partners(joint.code, [WITH], QUESTION, now=now - timedelta(days=2), actor=desk)
    deed = Deed(joint.code, WITH, now - timedelta(days=1), desk)
    answer(deed, agrees=True, note="With pleasure.")
    set_co_host(deed, guide)
    for event in [one for one in coming if one.id != joint.id][:1]:
        ask_partners(event.code, [ASKED], QUESTION, now=now, actor=desk)


def _desk() -> str:
    """The coordinator of all stations, as the trail names accounts."""
    (name, _role), *_others = DESK
    account = db.session.execute(select(Account.id).where(Account.email == address_of(name))).scalar_one()
    return f"account:{account}"


def _coming(now: datetime) -> Sequence[Row[int, str]]:
    """Id and code of the leader's next open events online, briefings first."""
    statement = (
        select(Event.id, Event.code)
        .join(Station, Station.id == Event.station_id)
        .where(Station.code == LEADER, Event.format.in_(sorted(ONLINE)), Event.visibility == Visibility.OPEN)
        .where(Event.status == EventStatus.OPEN, Event.starts_at > now + timedelta(days=FROM_DAYS))
        .order_by(Event.kind != Kind.BRIEFING, Event.starts_at, Event.id)
        .limit(LOOKED_AT)
    )
    return db.session.execute(statement).all()


def _free(event_id: int) -> str:
    """Code of the first of the partner's people who could come along; empty for nobody."""
    session = db.session()
    station = session.execute(select(Station.id).where(Station.code == WITH)).scalar_one()
    guides = home_guides(session, station)
    against = against_coming(session, event_id, [one.id for one in guides])
    return next((one.code for one in guides if not against.get(one.id)), "")
