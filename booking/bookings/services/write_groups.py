"""The desk writes to the groups of events: one text, one mail for each group, however often it is sent.

A group is told apart by its address, its organisation and its label; who has bookings in several of the events reads
one mail, about the first of them. The notice's key is the group and the text: two clicks, two coordinators, or a
process that dies between, and still nobody reads it twice.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit_many
from booking.bookings.messages import message, subject_of
from booking.bookings.models import DeskMessage, DeskMessageEvent
from booking.bookings.names import name_key
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.terms import BookingStatus, Conflict
from booking.db import db, insert_into, table_of, transaction
from booking.i18n import DEFAULT_LOCALE
from booking.notices.models import Notice
from booking.notices.services import queue
from booking.notices.terms import Claimed, Message
from booking.scheduling.models import Event

KIND = "desk_message"
WITH_PLACE = frozenset(
    {
        BookingStatus.REQUESTED,
        BookingStatus.NEEDS_INFORMATION,
        BookingStatus.PROPOSED,
        BookingStatus.CONFIRMED,
        BookingStatus.ATTENDED,
        BookingStatus.NO_SHOW,
        BookingStatus.NOT_RECORDED,
    }
)
"""Who is written to, unless those in line are as well."""
MOST_EVENTS = 500

_MESSAGE, _OF_EVENT = table_of(DeskMessage), table_of(DeskMessageEvent)
_NOTICE, _EVENT = table_of(Notice).c, table_of(Event).c


class Overtaken(Conflict):
    """Others are in the events now than when the preview was shown."""


@dataclass(frozen=True)
class Text:
    """What is written, in one language; placeholders of `notices.placeholders` in it."""

    subject: str
    text: str


@dataclass(frozen=True)
class Draft:
    """A message before it is sent: texts by locale, of which English there must be, and to whom."""

    texts: Mapping[str, Text]
    events: frozenset[int]
    """Ids."""
    in_line: bool = False
    """Those who wait for places too."""

    @property
    def wording(self) -> str:
        """Names the texts alone: who has read them is not written to again."""
        return _sha256({locale: asdict(text) for locale, text in sorted(self.texts.items())})

    @property
    def digest(self) -> str:
        """Names the texts, and the events whose groups read them."""
        return _sha256([self.wording, sorted(self.events), self.in_line])


@dataclass(frozen=True)
class Recipients:
    """Who would be written to, who has had this very text, and whose address is not known."""

    groups: tuple[BookingFacts, ...]
    """The first booking of each."""
    told: int
    without_address: int

    @property
    def state(self) -> str:
        """Names who they are."""
        return _sha256([one.reference for one in self.groups])[:16]

    @property
    def locales(self) -> Counter[str]:
        """How many read each language."""
        return Counter(one.contact.locale for one in self.groups)


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def recipients(draft: Draft) -> Recipients:
    """Who would read it, storing nothing; two statements."""
    return _recipients(db.session(), draft)


def _recipients(session: Session, draft: Draft) -> Recipients:
    statuses = WITH_PLACE | ({BookingStatus.WAITING} if draft.in_line else set())
    found = sorted(bookings_in(session, sorted(draft.events), statuses), key=lambda one: (one.event.starts_at, one.id))
    first: dict[tuple[str, str, str], BookingFacts] = {}
    for one in found:
        if one.contact.email:
            first.setdefault(_group(one), one)
    keys = {_key(one, draft): one for one in first.values()}
    known = set(session.execute(select(_NOTICE.dedupe_key).where(_NOTICE.dedupe_key.in_(keys))).scalars())
    fresh = tuple(one for key, one in keys.items() if key not in known)
    return Recipients(fresh, len(known), sum(1 for one in found if not one.contact.email))


def _group(booking: BookingFacts) -> tuple[str, str, str]:
    return booking.contact.email.casefold(), name_key(booking.organisation), name_key(booking.group_label)


def _key(booking: BookingFacts, draft: Draft) -> str:
    return f"{KIND}:{draft.wording[:24]}:{_sha256(_group(booking))[:24]}"


def write_to_groups(draft: Draft, *, state: str, now: datetime, actor: str) -> int:
    """Queue the mails; how many groups are written to. `state`: the `Recipients.state` that was confirmed.

    Sent again it writes to nobody: 0. Raises Overtaken where others would read it than the preview said.
    """
    with transaction() as session:
        message_id, is_new = _kept(session, draft, now, actor)
        found = _recipients(session, draft)
        if not found.groups and not is_new:
            return 0
        if state not in {"", found.state}:
            raise Overtaken(found.state)
        _keep_events(session, message_id, found.groups)
        _record(session, found.groups, message_id, now, actor)
        queue(session, [_message(one, draft, now) for one in found.groups])
    return len(found.groups)


def _kept(session: Session, draft: Draft, now: datetime, actor: str) -> tuple[int, bool]:
    """The row of the message, locked: a twin in flight waits here. And whether it was made just now."""
    texts = {locale: asdict(text) for locale, text in draft.texts.items()}
    row = {"at": now, "actor": actor, "digest": draft.digest, "texts": texts}
    made = insert_into(session, DeskMessage).values(row).on_conflict_do_nothing(index_elements=["digest"])
    new: int | None = session.execute(made.returning(_MESSAGE.c.id)).scalar()
    if new is not None:
        return new, True
    known = select(_MESSAGE.c.id).where(_MESSAGE.c.digest == draft.digest).with_for_update(key_share=True)
    return session.execute(known).scalar_one(), False


def _keep_events(session: Session, message_id: int, groups: Sequence[BookingFacts]) -> None:
    counted = Counter(one.event.id for one in groups)
    rows = [{"message_id": message_id, "event_id": event, "groups": n} for event, n in sorted(counted.items())]
    if rows:
        more = insert_into(session, DeskMessageEvent)
        added = {"groups": _OF_EVENT.c.groups + more.excluded.groups}
        session.execute(more.on_conflict_do_update(index_elements=["message_id", "event_id"], set_=added), rows)


def _record(session: Session, groups: Sequence[BookingFacts], message_id: int, now: datetime, actor: str) -> None:
    """A line for each event and each booking: that something was written, not what."""

    def line(subject: str, station: str, action: str, **after: object) -> Change:
        told = {"message": message_id, **after}
        return Change(at=now, actor=actor, action=action, subject=subject, station_code=station, after=told)

    counted = Counter((one.event.code, one.station.code) for one in groups)
    events = [line(f"event:{code}", at, "event.message", groups=n) for (code, at), n in sorted(counted.items())]
    mine = [line(subject_of(one.reference), one.station.code, "booking.message") for one in groups]
    audit_many(session, [*events, *mine])


def letter_values(booking: BookingFacts, draft: Draft) -> Claimed:
    """The mail to a group as a worker would hold it, for a preview."""
    told = _message(booking, draft, booking.event.starts_at)
    return Claimed(0, told.kind, told.recipient, told.locale, told.payload, "", 0, told.due_at, "")


def _message(booking: BookingFacts, draft: Draft, now: datetime) -> Message:
    """What the group reads: in its language where the desk wrote in it, else in English."""
    locale = booking.contact.locale if booking.contact.locale in draft.texts else DEFAULT_LOCALE
    told = message(KIND, booking, now)
    payload: dict[str, Any] = {**told.payload, "written": asdict(draft.texts[locale])}
    return Message(
        kind=KIND,
        dedupe_key=_key(booking, draft),
        subject=f"message:{draft.wording[:24]}",
        recipient=told.recipient,
        locale=locale,
        payload=payload,
        due_at=now,
    )


@dataclass(frozen=True)
class Written:
    """A message in the history of an event."""

    id: int
    at: datetime
    actor: str
    texts: Mapping[str, Text]
    groups: int


def written_to(session: Session, event_id: int) -> list[Written]:
    """What was written to the groups of an event, the newest first; one statement."""
    statement = (
        select(_MESSAGE.c.id, _MESSAGE.c.at, _MESSAGE.c.actor, _MESSAGE.c.texts, _OF_EVENT.c.groups)
        .join_from(DeskMessage, DeskMessageEvent, _OF_EVENT.c.message_id == _MESSAGE.c.id)
        .where(_OF_EVENT.c.event_id == event_id)
        .order_by(_MESSAGE.c.id.desc())
    )
    return [
        Written(row.id, row.at, row.actor, {locale: Text(**text) for locale, text in row.texts.items()}, row.groups)
        for row in session.execute(statement)
    ]


def ids_of(session: Session, codes: Collection[str]) -> frozenset[int]:
    """The ids of events by their codes."""
    return frozenset(session.execute(select(_EVENT.id).where(_EVENT.code.in_(codes))).scalars())
