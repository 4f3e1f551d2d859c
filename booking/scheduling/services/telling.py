"""What guides are told: a mail with an invitation for every event they are given, that moves, or that they lose.

Nothing is told that is known: what has been queued and sent about an assignment is looked at first. A mail that was
never tried is taken back, not followed by one that contradicts it. UID: one for each assignment, never taken up
again. SEQUENCE: twice the event's version for REQUEST, one more for CANCEL, and always above what went before.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.i18n import premises
from booking.notices.services import queue, told_about, withdraw_all
from booking.notices.terms import Message, Told
from booking.scheduling.links import public_url, uid_of_assignment
from booking.scheduling.queries.engagements import Addressee, engagements
from booking.scheduling.terms import EventStatus

REQUEST, CANCEL = "REQUEST", "CANCEL"
UPCOMING = (EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED)


def subject_of(assignment_id: int) -> str:
    """What a notice about an assignment is about, so that it can be withdrawn."""
    return f"assignment:{assignment_id}"


def tell_guides(session: Session, event_ids: Collection[int], now: datetime) -> None:
    """Queue what the guides of these events do not know yet, in the caller's transaction.

    To be called wherever assignments or times of events have changed; guides without an account are told nothing.
    """
    queue(session, messages_to_guides(session, event_ids, now))


def messages_to_guides(
    session: Session, event_ids: Collection[int], now: datetime, *, people: int | None = None
) -> list[Message]:
    """The same as messages, for a caller who queues others with them; what contradicts them is withdrawn already.

    `people`: how many come, where the event's row does not say so yet.
    """
    known = [_with(one, people) for one in engagements(session, event_ids) if one.event.ends_at > now]
    if not known:
        return []
    told: dict[str, list[Told]] = defaultdict(list)
    for notice in told_about(session, [subject_of(one.assignment_id) for one in known]):
        told[notice.subject].append(notice)
    by_subject = {subject_of(one.assignment_id): one for one in known}
    changed = {subject: one for subject, one in by_subject.items() if _differs(one, told[subject])}
    withdraw_all(session, [subject for subject in changed if told[subject]])
    messages = (_message(one, told[subject], now) for subject, one in changed.items())
    return [message for message in messages if message is not None]


def _with(one: Addressee, people: int | None) -> Addressee:
    return one if people is None else replace(one, event=replace(one.event, taken=people))


def _differs(one: Addressee, told: Sequence[Told]) -> bool:
    """Whether the guide's calendar, once all that stands has been sent, would show something else."""
    last = next((notice.payload["calendar"] for notice in reversed(told) if notice.stands), None)
    if not _is_given(one):
        return last is not None and last["method"] == REQUEST
    return last is None or last["method"] != REQUEST or last["sequence"] < 2 * one.event.version


def _is_given(one: Addressee) -> bool:
    return one.is_active and one.event.status in UPCOMING


def _message(one: Addressee, told: Sequence[Told], now: datetime) -> Message | None:
    """The mail that puts the guide's calendar right; None where what was wrong has been taken back unsent."""
    known = [notice for notice in told if notice.may_be_known]
    if not known and not _is_given(one):
        return None
    if not _is_given(one):
        return _mail("guide_released", one, CANCEL, told, now)
    return _mail("guide_moved" if known else "guide_assigned", one, REQUEST, known, now)


def _mail(kind: str, one: Addressee, method: str, told: Sequence[Told], now: datetime) -> Message:
    sequence = max([2 * one.event.version + (method == CANCEL), *(_sequence_of(notice) + 1 for notice in told)])
    calendar = {
        "method": method,
        "uid": uid_of_assignment(one.assignment_id),
        "sequence": sequence,
        "status": "CONFIRMED" if method == REQUEST else "CANCELLED",
    }
    before = {"starts_at": told[-1].payload["starts_at"]} if kind == "guide_moved" else None
    return Message(
        kind=kind,
        dedupe_key=f"{subject_of(one.assignment_id)}:{sequence}",
        subject=subject_of(one.assignment_id),
        recipient=(told[-1].recipient if told else "") or one.email,  # who was asked is who is told that it is off
        locale=one.locale,
        payload={**facts_told(one), "calendar": calendar, "before": before},
        due_at=now,
    )


def _sequence_of(notice: Told) -> int:
    return int(notice.payload["calendar"]["sequence"])


def facts_told(one: Addressee) -> Mapping[str, Any]:
    """The payload of every mail about an event to a guide: JSON values, instants in UTC."""
    event = one.event
    title, title_lang = one.title.in_locale(one.locale)
    return {
        "for_guide": True,
        "contact_name": one.name,
        "title": title,
        "title_lang": title_lang,
        "kind": str(event.kind),
        "format": str(event.format),
        "language": event.language,
        "theme": event.theme,
        "station": one.station_code,
        "station_name": one.station_name,
        "premises": premises(one.station_code, one.locale, one.station_name),
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "station_zone": one.station_zone,
        "group_zone": one.home_zone,
        "on_site": one.is_on_site,
        "size": event.taken or None,
        "station_contact": one.station_contact,
        "note": one.note,
        "is_co_host": one.is_co_host,
        "is_cancelled": event.status is EventStatus.CANCELLED,
        "guide_url": public_url("/guide/"),
    }
