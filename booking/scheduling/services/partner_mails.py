"""What the desks of joint events are told: that they are asked, what was answered, and what becomes of the event."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, update
from sqlalchemy.orm import Session

from booking.accounts.queries import DeskReader, desks_of
from booking.db import table_of
from booking.i18n import Translated, premises, station_name
from booking.notices.services import queue, told_about, withdraw_all
from booking.notices.terms import Message
from booking.scheduling.links import public_url
from booking.scheduling.models import Event, EventPartner
from booking.scheduling.queries.partners import IN_TOUCH, Invited, JointEvent, Partner, invited
from booking.scheduling.terms import EventStatus

ASKED, ANSWERED, ENDED, CHANGED = "partner_asked", "partner_answered", "partner_ended", "partner_event"
FORMAT, CLOSED = "format", "closed"
"""What is told where it is neither an answer nor another time."""
_EVENT, _PARTNER = table_of(Event).c, table_of(EventPartner)


def subject_of(partner_id: int) -> str:
    """What a notice about a partner is about, so that it can be withdrawn."""
    return f"partner:{partner_id}"


def tell_partner(session: Session, kind: str, found: Invited, now: datetime, *, actor: str) -> None:
    """Write to the desk of the partner; to nobody who knows it from doing it."""
    _queue(session, kind, [found], now, actor)


def tell_leader(session: Session, found: Invited, now: datetime, *, actor: str) -> None:
    """Write to the desk that leads the event what the partner's has answered."""
    readers = desks_of(session, [found.event.station]).get(found.event.station) or [_office(found.event)]
    zone = found.event.time_zone
    queue(session, [_message(ANSWERED, found, one, zone, now) for one in readers if one.account_id != _who(actor)])


def tell_ended(session: Session, found: Invited, now: datetime, *, actor: str) -> None:
    """The desk that leads needs the partner no more; who has not read the question yet is not written to at all."""
    subject = subject_of(found.partner.id)
    known = any(notice.may_be_known for notice in told_about(session, [subject]))
    withdraw_all(session, [subject])
    if known:
        tell_partner(session, ENDED, found, now, actor=actor)


def tell_of_changes(session: Session, event_ids: Collection[int], now: datetime, *, actor: str) -> None:
    """Write to the partners of these events whose time is another, or that are called off or take place after all.

    One statement where nothing is different from what the partners know.
    """
    is_off = _EVENT.status == EventStatus.CANCELLED
    knows_it_off = _PARTNER.c.told_cancelled.is_(True)
    differs = or_(
        and_(is_off, ~knows_it_off),
        and_(~is_off, or_(knows_it_off, _PARTNER.c.told_starts_at != _EVENT.starts_at)),
    )
    which = and_(
        _PARTNER.c.event_id.in_(event_ids), _PARTNER.c.state.in_(sorted(IN_TOUCH)), _EVENT.ends_at > now, differs
    )
    found = invited(session, which)
    if not found:
        return
    _queue(session, CHANGED, found, now, actor)
    for one in found:
        known = {"told_starts_at": one.event.starts_at, "told_cancelled": one.event.status is EventStatus.CANCELLED}
        session.execute(update(_PARTNER).where(_PARTNER.c.id == one.partner.id).values(known))


def tell_of_format(session: Session, event_ids: Collection[int], now: datetime, *, actor: str) -> None:
    """Write to the partners of these events that they are held in another format.

    Who has to learn of another time is told by `tell_of_changes`, and reads the format there.
    """
    same_time = and_(_PARTNER.c.told_starts_at == _EVENT.starts_at, _PARTNER.c.told_cancelled.is_(False))
    mine = and_(_PARTNER.c.event_id.in_(event_ids), _PARTNER.c.state.in_(sorted(IN_TOUCH)))
    found = invited(session, and_(mine, same_time)) if event_ids else []
    _queue(session, CHANGED, found, now, actor, FORMAT)


def tell_closed(session: Session, found: Collection[Invited], reason: Translated, now: datetime, *, actor: str) -> None:
    """Write to the desks that lead these events that the premises of the partner are closed then, and why."""
    desks = desks_of(session, {one.event.station for one in found})
    queue(
        session,
        [
            _message(ANSWERED, one, reader, one.event.time_zone, now, CLOSED, reason.in_locale(reader.locale)[0])
            for one in found
            for reader in desks.get(one.event.station) or [_office(one.event)]
            if reader.account_id != _who(actor)
        ],
    )


def _queue(session: Session, kind: str, found: Iterable[Invited], now: datetime, actor: str, state: str = "") -> None:
    those = list(found)
    desks = desks_of(session, {one.partner.station for one in those})
    queue(
        session,
        [
            _message(kind, one, reader, one.partner.time_zone, now, state)
            for one in those
            for reader in desks.get(one.partner.station, ())
            if reader.account_id != _who(actor)
        ],
    )


def _who(actor: str) -> int:
    """The account of an actor; 0 for any other."""
    kind, _colon, number = actor.partition(":")
    return int(number) if kind == "account" and number.isdecimal() else 0


def _office(event: JointEvent) -> DeskReader:
    """The station's own address, where its desk has nobody."""
    return DeskReader(0, "", event.contact_email, "en")


def _message(
    kind: str, found: Invited, reader: DeskReader, zone: str, now: datetime, said: str = "", text: str | None = None
) -> Message:
    """`said`: what is told in place of the partner's answer or of what has changed; `text`: what is written with it."""
    partner, event = found.partner, found.event
    state = f"{event.starts_at.isoformat()}:{_change(partner, event)}" if kind == CHANGED else str(partner.version)
    own = _own_facts(partner, event, reader, kind)
    own |= ({"state": said} if said else {}) | ({} if text is None else {"text": text})
    return Message(
        kind=kind,
        dedupe_key=f"{kind}:{partner.id}:{state}{said}:{reader.account_id}:{now.isoformat()}",
        subject=subject_of(partner.id),
        recipient=reader.email,
        locale=reader.locale,
        payload={**_facts(event, reader.locale), **own, "group_zone": zone},
        due_at=now,
    )


def _own_facts(partner: Partner, event: JointEvent, reader: DeskReader, kind: str) -> dict[str, Any]:
    return {
        "contact_name": reader.name,
        "partner": station_name(partner.station, reader.locale, partner.name),
        "state": _change(partner, event) if kind == CHANGED else partner.state.value,
        "text": {ASKED: partner.question, CHANGED: ""}.get(kind, partner.answer),
        "desk_url": public_url(f"/desk/events/{event.code}"),
    }


def _change(partner: Partner, event: JointEvent) -> str:
    """What is different from what the partner's desk knows."""
    if event.status is EventStatus.CANCELLED:
        return "cancelled"
    return "restored" if partner.told_cancelled else "moved"


def _facts(event: JointEvent, locale: str) -> dict[str, Any]:
    """What a mail tells of the event: JSON values, instants in UTC."""
    title, title_lang = event.title.in_locale(locale)
    return {
        "title": title,
        "title_lang": title_lang,
        "kind": str(event.kind),
        "format": str(event.format),
        "language": event.language,
        "theme": event.theme,
        "station": event.station,
        "station_name": event.station_name,
        "premises": premises(event.station, locale, event.station_name),
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "station_zone": event.time_zone,
        "on_site": False,
        "size": event.taken or None,
        "station_contact": event.contact_email,
    }
