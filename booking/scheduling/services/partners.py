"""Joint events: a desk asks other stations to take part, they answer, and either side withdraws.

Each is one transaction under the lock of the event's row, hosts before it by id: who comes along for a partner that
withdraws is free in the same transaction, and nobody is added for a partner that has withdrawn (`co_hosts`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.catalogue.models import Station
from booking.db import table_of, transaction
from booking.scheduling.models import EventPartner
from booking.scheduling.queries.partners import IN_TOUCH, Invited, JointEvent, Partner, joint_event, partners_of
from booking.scheduling.services.assign import again_if_hosts_changed, lock_event
from booking.scheduling.services.events import take_off
from booking.scheduling.services.in_step import keep_in_step
from booking.scheduling.services.partner_mails import ASKED, tell_ended, tell_leader, tell_partner
from booking.scheduling.terms import Apart, NotJoint, PartnerOvertaken, PartnerState, UnknownEvent

_PARTNER, _STATION = table_of(EventPartner), table_of(Station).c


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something about one partner of an event, when, and the version of its row that was seen (None: any)."""

    event: str
    """Code."""
    station: str
    """Code of the partner."""
    now: datetime
    actor: str
    seen: int | None = None


def ask_partners(event_code: str, stations: Collection[str], question: str, *, now: datetime, actor: str) -> None:
    """Ask these stations (codes) to take part. Raises NotJoint, UnknownEvent.

    PartnerOvertaken where one of them was asked meanwhile; nobody is asked then. HostTaken where its hosts do not stay
    the same while they are being locked.
    """
    again_if_hosts_changed(lambda: _ask_all(event_code, stations, question, now, actor))


def _ask_all(event_code: str, stations: Collection[str], question: str, now: datetime, actor: str) -> None:
    with transaction() as session:
        event = _held(session, event_code, now)
        if not event.is_online:
            raise NotJoint(Apart.ON_SITE)
        if event.station in stations:
            raise NotJoint(Apart.OWN)
        ids = _ids_of(session, stations)
        known = {one.station: one for one in _all(session, event)}
        if any(known[code].state in IN_TOUCH for code in ids if code in known):
            raise PartnerOvertaken(event_code)
        for code, station_id in sorted(ids.items()):
            _ask(session, event, station_id, known.get(code), question, now, actor)
            fresh = _named(session, event, code)
            tell_partner(session, ASKED, Invited(fresh, event), now, actor=actor)
            _trail(session, Deed(event_code, code, now, actor), "partner.ask", known.get(code), fresh)


def answer(deed: Deed, *, agrees: bool, note: str) -> None:
    """The partner's desk says yes or no. Raises PartnerOvertaken, NotJoint, UnknownEvent, HostTaken as above."""
    again_if_hosts_changed(lambda: _answer(deed, note, agrees=agrees))


def _answer(deed: Deed, note: str, *, agrees: bool) -> None:
    with transaction() as session:
        event = _held(session, deed.event, deed.now)
        before = _seen(session, event, deed, {PartnerState.ASKED})
        state = PartnerState.AGREED if agrees else PartnerState.DECLINED
        after = _write(session, event, before, state, note, deed)
        tell_leader(session, Invited(after, event), deed.now, actor=deed.actor)
        _trail(session, deed, "partner.agree" if agrees else "partner.decline", before, after)


def withdraw(deed: Deed, reason: str) -> None:
    """The partner takes part no more; who came along for it is free. Raises as `answer`."""
    again_if_hosts_changed(lambda: _end(deed, reason, PartnerState.WITHDRAWN, frozenset({PartnerState.AGREED})))


def take_back(deed: Deed, reason: str) -> None:
    """The station that leads the event needs the partner no more. Raises as `answer`."""
    again_if_hosts_changed(lambda: _end(deed, reason, PartnerState.TAKEN_BACK, IN_TOUCH))


def _end(deed: Deed, reason: str, state: PartnerState, possible: Collection[PartnerState]) -> None:
    with transaction() as session:
        event = _held(session, deed.event, deed.now)
        before = _seen(session, event, deed, possible)
        after = _write(session, event, before, state, reason, deed)
        take_off(session, [(event.id, guide.id) for guide in before.co_hosts])
        keep_in_step(session, [event.id], deed.now, actor=deed.actor)
        told = Invited(after, event)
        if state is PartnerState.WITHDRAWN:
            tell_leader(session, told, deed.now, actor=deed.actor)
        else:
            tell_ended(session, told, deed.now, actor=deed.actor)
        _trail(session, deed, "partner.withdraw" if state is PartnerState.WITHDRAWN else "partner.end", before, after)


def _held(session: Session, code: str, now: datetime) -> JointEvent:
    """The event with its row and its hosts' locked. Raises UnknownEvent, NotJoint (over), HostsChanged."""
    lock_event(session, code)
    event = joint_event(session, code)
    if event is None:
        raise UnknownEvent(code)
    if not event.is_to_come(now):
        raise NotJoint(Apart.OVER)
    return event


def _all(session: Session, event: JointEvent) -> tuple[Partner, ...]:
    return partners_of(session, [event.id]).get(event.id, ())


def _named(session: Session, event: JointEvent, station: str) -> Partner:
    found = next((one for one in _all(session, event) if one.station == station), None)
    if found is None:
        raise NotJoint(Apart.NOT_ASKED)
    return found


def _seen(session: Session, event: JointEvent, deed: Deed, possible: Collection[PartnerState]) -> Partner:
    """The partner's row, if it is as it was seen and in one of these states."""
    found = _named(session, event, deed.station)
    if found.state not in possible or deed.seen not in {None, found.version}:
        raise PartnerOvertaken(deed.event)
    return found


def _ids_of(session: Session, codes: Collection[str]) -> dict[str, int]:
    rows = session.execute(select(_STATION.code, _STATION.id).where(_STATION.code.in_(codes)))
    found: dict[str, int] = {code: station_id for code, station_id in rows}  # noqa: C416  rows are no pairs to dict()
    if len(found) < len(set(codes)):
        raise NotJoint(Apart.UNKNOWN)
    return found


def _ask(
    session: Session, event: JointEvent, station_id: int, before: Partner | None, question: str, now: datetime, who: str
) -> None:
    values = {
        "state": PartnerState.ASKED,
        "question": question,
        "asked_by": who,
        "asked_at": now,
        "answered_by": "",
        "answered_at": None,
        "answer": "",
        "told_starts_at": event.starts_at,
        "told_cancelled": False,
    }
    if before is None:
        session.execute(insert(_PARTNER).values(event_id=event.id, station_id=station_id, **values))
    else:
        again = update(_PARTNER).where(_PARTNER.c.id == before.id)
        session.execute(again.values(version=_PARTNER.c.version + 1, **values))


def _write(session: Session, event: JointEvent, before: Partner, state: PartnerState, note: str, deed: Deed) -> Partner:
    values = {"state": state, "answer": note, "answered_by": deed.actor, "answered_at": deed.now}
    statement = update(_PARTNER).where(_PARTNER.c.id == before.id)
    session.execute(statement.values(version=_PARTNER.c.version + 1, **values))
    return _named(session, event, before.station)


def _trail(session: Session, deed: Deed, action: str, before: Partner | None, after: Partner) -> None:
    audit(
        session,
        at=deed.now,
        actor=deed.actor,
        action=action,
        subject=f"event:{deed.event}",
        station_code=deed.station,
        before=_told(before) if before else None,
        after=_told(after),
    )


def _told(one: Partner) -> Mapping[str, Any]:
    """For the trail: what was written may name people, so it stays in the row."""
    return {"partner": one.station, "status": one.state.value, "guides": [guide.code for guide in one.co_hosts]}
