"""A partner's guide comes along to a joint event: it takes the guide's time like any other event."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.db import table_of, transaction
from booking.scheduling.models import EventPartner
from booking.scheduling.queries.fitness import fitness
from booking.scheduling.queries.partners import Partner, home_guides, partner_at
from booking.scheduling.services.assign import UPCOMING, again_if_hosts_changed, give, guide_of_code, lock_event
from booking.scheduling.services.events import take_off
from booking.scheduling.services.in_step import keep_in_step
from booking.scheduling.services.partners import Deed
from booking.scheduling.terms import Apart, NotJoint, PartnerOvertaken, PartnerState, Reason, Unfit, UnknownEvent

_PARTNER = table_of(EventPartner)
OF_HOSTS = frozenset({Reason.ROLE, Reason.SKILL, Reason.STATION})
"""What is asked of whoever gives the event, not of who comes along."""


class GuideUnfit(NotJoint):
    """The guide cannot come along; `reasons` say why."""

    def __init__(self, reasons: tuple[Unfit, ...]) -> None:
        super().__init__(Apart.UNFIT)
        self.reasons = reasons


def against_coming(session: Session, event_id: int, guide_ids: list[int]) -> dict[int, tuple[Unfit, ...]]:
    """What stands against these guides' coming along, by id; empty where nothing does. Five statements.

    The same as against giving it, but for what only the host must be: of the station, its guide or speaker, skilled.
    """
    found = fitness(session, [event_id], guide_ids).get(event_id, {})
    return {guide: tuple(one for one in all_ if one.reason not in OF_HOSTS) for guide, all_ in found.items()}


def set_co_host(deed: Deed, guide_code: str) -> None:
    """Let this guide of the partner come along, and nobody else of it; empty: nobody.

    Raises PartnerOvertaken, GuideUnfit, NotJoint, HostTaken, UnknownEvent. That nobody is in two places, the database
    itself refuses.
    """
    again_if_hosts_changed(lambda: _set_once(deed, guide_code))


def _set_once(deed: Deed, guide_code: str) -> None:
    with transaction() as session:
        guide = guide_of_code(session, guide_code) if guide_code else None
        event = lock_event(session, deed.event, guide)
        if event is None:
            raise UnknownEvent(deed.event)
        if event.status not in UPCOMING or event.starts_at <= deed.now:
            raise NotJoint(Apart.OVER)
        partner = _agreed(session, event.id, deed)
        before = [one.code for one in partner.co_hosts]
        if before == list(filter(None, [guide_code])):
            return
        take_off(session, [(event.id, one.id) for one in partner.co_hosts])
        if guide_code:
            _require_fit(session, event.id, partner, guide)
            give(session, event, guide or 0, as_co_host=True)
        session.execute(update(_PARTNER).where(_PARTNER.c.id == partner.id).values(version=_PARTNER.c.version + 1))
        keep_in_step(session, [event.id], deed.now, actor=deed.actor)
        _trail(session, deed, before, guide_code)


def _agreed(session: Session, event_id: int, deed: Deed) -> Partner:
    """The partner, looked at under the lock of the event: it still takes part."""
    found = partner_at(session, event_id, deed.station)
    if found is None:
        raise NotJoint(Apart.NOT_ASKED)
    if deed.seen not in {None, found.version}:
        raise PartnerOvertaken(deed.event)
    if found.state is not PartnerState.AGREED:
        raise NotJoint(Apart.NOT_AGREED)
    return found


def _require_fit(session: Session, event_id: int, partner: Partner, guide: int | None) -> None:
    """One of the partner's own, free then, with the language and room within all limits; the guide's row is locked."""
    if guide is None or guide not in {one.id for one in home_guides(session, partner.station_id)}:
        raise NotJoint(Apart.NOT_THEIRS)
    reasons = against_coming(session, event_id, [guide]).get(guide, ())
    if reasons:
        raise GuideUnfit(reasons)


def _trail(session: Session, deed: Deed, before: list[str], guide_code: str) -> None:
    audit(
        session,
        at=deed.now,
        actor=deed.actor,
        action="partner.guide",
        subject=f"event:{deed.event}",
        station_code=deed.station,
        before={"guides": before},
        after={"guides": list(filter(None, [guide_code])), "partner": deed.station},
    )
