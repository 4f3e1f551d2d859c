"""What is due to be forgotten at an instant, table by table, as conditions that the run and a look share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Delete,
    Select,
    Table,
    Text,
    Update,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from booking.accounts.models import Account, ApiToken, AuditEntry, OneTimeLink, RecoveryCode, SignIn
from booking.attendance.models import Observation, ViewReading
from booking.bookings.models import Booking, DeskMessage, Organisation, OrganisationMerge, SavedView, VisitRequest
from booking.db import Base, table_of
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.privacy.columns import PERSONAL, names_of
from booking.privacy.models import Erasure
from booking.privacy.queries.contacts import bookings_due, cutoffs, events_due, individuals_due, requests_due
from booking.privacy.terms import AFTER, MARK, Kind, Way
from booking.scheduling.models import (
    Assignment,
    BusyInterval,
    DayOff,
    Event,
    EventPartner,
    Guide,
    MeetingRoom,
    Offer,
    PrivateCalendar,
    RosterProposal,
)
from booking.scheduling.terms import AssignmentStatus

_ACCOUNT, _GUIDE = table_of(Account), table_of(Guide)
SETTLED = (NoticeState.SENT, NoticeState.FAILED, NoticeState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Due:
    """Rows of a table that are due, by a condition on that table alone, and what of a row goes."""

    table: Table
    which: ColumnElement[bool]
    kind: Kind

    @property
    def key(self) -> Column[Any]:
        """The first column of the primary key: rows of which it is the same go together."""
        return next(iter(self.table.primary_key))

    def look(self) -> Select[Any]:
        """Its keys."""
        return select(self.key).where(self.which).correlate(None)

    def chosen(self, most: int) -> ColumnElement[bool]:
        """At most so many keys of them, as a condition; what makes them due is asked again of each row changed."""
        return and_(self.key.in_(self.look().limit(most)), self.which)

    def removal(self, most: int) -> Delete | Update:
        """What forgets at most so many of them."""
        if PERSONAL[self.table.name].way is Way.DELETED:
            return delete(self.table).where(self.chosen(most))
        return update(self.table).where(self.chosen(most)).values(emptied(self.table, self.kind))


def emptied(table: Table, kind: Kind) -> dict[str, Any]:
    """What the columns of a kind hold afterwards."""
    marked = PERSONAL[table.name].replaced
    mark = literal(MARK) + cast(table.c.id, Text) if marked else ""
    return {name: mark if name in marked else _blank(table.c[name]) for name in names_of(table.name, kind)}


def _blank(column: Column[Any]) -> object:
    return {} if isinstance(column.type, JSON) else ""


def contacts_due(session: Session, now: datetime) -> tuple[Due, Due]:
    """Bookings, and requests that no booking came of or whose booking has been forgotten."""
    limits = cutoffs(session, now)
    return (
        Due(table_of(Booking), bookings_due(limits), Kind.CONTACT),
        Due(table_of(VisitRequest), requests_due(limits), Kind.CONTACT),
    )


def letters_due(now: datetime) -> Due:
    """Mails that were sent, given up or taken back so long ago: their facts and their address."""
    notice, old = table_of(Notice), now - AFTER[Kind.LETTER]
    settled = and_(notice.c.state.in_(SETTLED), func.coalesce(notice.c.sent_at, notice.c.next_try_at) < old)
    return Due(notice, and_(notice.c.recipient != "", notice.c.due_at < old, settled), Kind.LETTER)


def others_due(session: Session, now: datetime) -> Sequence[Due]:
    """Everything else, in an order in which what follows from another comes after it."""
    return (*_of_groups(session, now), *_of_work(now), *_secrets(now), *_of_staff(now), _trail(now))


def _due(model: type[Base], kind: Kind, *which: ColumnElement[bool]) -> Due:
    return Due(table_of(model), and_(*which), kind)


def _of_groups(session: Session, now: datetime) -> Sequence[Due]:
    message, merge = table_of(DeskMessage).c, table_of(OrganisationMerge).c
    organisation, old = table_of(Organisation), now - AFTER[Kind.LETTER]
    return (
        _due(Organisation, Kind.CONTACT, individuals_due(organisation, MARK)),
        _due(Event, Kind.CONTACT, events_due(cutoffs(session, now))),
        _due(DeskMessage, Kind.LETTER, message.at < old, cast(message.texts, Text) != "{}"),
        _due(OrganisationMerge, Kind.LETTER, merge.at < old, cast(merge.moved, Text) != "{}"),
    )


def _of_work(now: datetime) -> Sequence[Due]:
    """Reasons: why somebody was away, and why a desk decided something."""
    absent, long_ago = now - AFTER[Kind.ABSENCE], now - AFTER[Kind.REASON]
    day, busy, offer = table_of(DayOff).c, table_of(BusyInterval).c, table_of(Offer).c
    event, said, partner = table_of(Event).c, table_of(Observation).c, table_of(EventPartner).c
    reading = table_of(ViewReading).c
    return (
        _due(DayOff, Kind.ABSENCE, day.reason != "", day.ends_on < absent.date()),
        _due(BusyInterval, Kind.ABSENCE, busy.ends_at < absent),
        _due(
            Offer, Kind.ABSENCE, offer.decline_reason != "", func.coalesce(offer.answered_at, offer.expires_at) < absent
        ),
        _due(RosterProposal, Kind.ABSENCE, table_of(RosterProposal).c.created_at < absent),
        _due(Event, Kind.REASON, event.attended_reason != "", event.ends_at < long_ago),
        _due(Observation, Kind.REASON, said.reason != "", said.recorded_at < long_ago),
        _due(ViewReading, Kind.REASON, reading.reason != "", reading.recorded_at < long_ago),
        _due(EventPartner, Kind.REASON, or_(partner.question != "", partner.answer != ""), partner.asked_at < long_ago),
    )


def _secrets(now: datetime) -> Sequence[Due]:
    ended = now - AFTER[Kind.ACCESS]
    token, sign_in = table_of(ApiToken).c, table_of(SignIn).c
    return (
        _due(OneTimeLink, Kind.ACCESS, table_of(OneTimeLink).c.expires_at < ended),
        _due(RecoveryCode, Kind.ACCESS, table_of(RecoveryCode).c.used_at < ended),
        _due(ApiToken, Kind.ACCESS, or_(token.revoked_at < ended, token.expires_at < ended)),
        _due(SignIn, Kind.ACCESS, or_(sign_in.ended_at < ended, sign_in.expires_at < ended)),
    )


def _of_staff(now: datetime) -> Sequence[Due]:
    """People who were shut out, and guides who give nothing any more; then what was theirs."""
    left, account, guide = now - AFTER[Kind.STAFF], _ACCOUNT.c, _GUIDE.c
    trail, given = table_of(AuditEntry).c, table_of(Assignment).c
    heard_of = exists().where(trail.subject == literal("account:") + cast(account.id, Text), trail.at >= left)
    gives = exists().where(given.guide_id == guide.id, given.status == AssignmentStatus.ACTIVE, given.starts_at >= left)
    gone = select(account.id).where(account.email.like(f"{MARK}%"))
    nameless = select(guide.id).where(guide.is_active.is_(False), guide.name == "")
    shut_out = select(account.id).where(account.is_active.is_(False))
    idle = select(guide.id).where(or_(guide.is_active.is_(False), guide.account_id.in_(shut_out)))
    room = table_of(MeetingRoom).c
    return (
        _due(
            Account,
            Kind.STAFF,
            *(account.is_active.is_(False), account.email.like("%@%"), account.created_at < left, ~heard_of),
        ),
        _due(Guide, Kind.STAFF, guide.is_active.is_(False), guide.name != "", ~gives),
        _due(PrivateCalendar, Kind.STAFF, table_of(PrivateCalendar).c.guide_id.in_(idle)),
        _due(MeetingRoom, Kind.STAFF, room.guide_id.in_(nameless), room.url.not_like(f"{MARK}%")),
        *(
            _due(model, kind, table_of(model).c.account_id.in_(gone))
            for model, kind in ((SavedView, Kind.STAFF), (ApiToken, Kind.ACCESS), (RecoveryCode, Kind.ACCESS))
        ),
    )


def _trail(now: datetime) -> Due:
    return _due(AuditEntry, Kind.TRAIL, table_of(AuditEntry).c.at < now - AFTER[Kind.TRAIL])


def anything_due(session: Session, now: datetime) -> bool:
    """Whether there is anything; one statement after that for the stations, without a lock."""
    every = (*contacts_due(session, now), letters_due(now), *others_due(session, now))
    found = session.execute(select(or_(*(exists(one.look()) for one in every)))).scalar()
    session.rollback()
    return bool(found)


def erased_since(session: Session, since: datetime) -> bool:
    """Whether somebody's data were erased since then: the file is to be written anew."""
    done = select(exists().where(table_of(Erasure).c.done_at >= since))
    found = session.execute(done).scalar()
    session.rollback()
    return bool(found)
