"""Erase what is kept of a contact: at once, but for what a tour to come cannot do without; that follows by itself."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, delete, select, text, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.messages import subject_of
from booking.bookings.models import KEEPS_CONTACT_SQL, Booking, Organisation, VisitRequest
from booking.bookings.terms import OPEN_REQUEST
from booking.catalogue.models import Interest
from booking.db import db, insert_into, table_of, transaction
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.privacy.links import digest_of
from booking.privacy.models import Erasure
from booking.privacy.queries.contacts import individuals_due
from booking.privacy.queries.due import SETTLED, Due
from booking.privacy.queries.own import Needed, Owner, is_ahead, needed, owner_of, technical
from booking.privacy.services.contacts import forget_bookings, forget_requests
from booking.privacy.services.letters import forget_letters
from booking.privacy.terms import MARK, Kind

_BOOKING, _REQUEST, _NOTICE = table_of(Booking), table_of(VisitRequest), table_of(Notice)
_ERASURE, _GROUP = table_of(Erasure), table_of(Organisation)
MOST = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks that it be erased, when, and for which reason where a desk does."""

    actor: str
    now: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: how many bookings and requests were emptied, and what is kept until it is over."""

    rows: int
    kept: tuple[Needed, ...]


def erase(owner: Owner, asked: Asked) -> Erased:
    """Erase everything of this contact that no tour to come needs; the worker erases the rest when that is over."""
    with transaction() as session:
        bookings, requests = needed(session, owner, asked.now)
        kept = (*bookings, *requests)
        rows = _forget(session, owner, [one.reference for one in kept], asked.now)
        _write(session, owner, asked, kept)
        references = [one.reference for one in kept]
        audit(
            session,
            at=asked.now,
            actor=asked.actor,
            action="contact.erase",
            subject=subject_of(owner.reference),
            station_code=owner.station,
            after={"rows": rows, "kept": references, "reason": asked.reason},
        )
    return Erased(rows, kept)


def _forget(session: Session, owner: Owner, kept: Collection[str], now: datetime) -> int:
    keeps = text(KEEPS_CONTACT_SQL)
    rows = forget_bookings(session, and_(owner.bookings(), ~is_ahead(now), keeps), now)
    is_over = and_(_REQUEST.c.status.not_in(sorted(OPEN_REQUEST)), _REQUEST.c.reference.not_in(kept))
    rows += forget_requests(session, and_(owner.requests(), is_over, keeps), now)
    if owner.email:
        _forget_address(session, owner, kept, now)
    session.execute(Due(_GROUP, individuals_due(_GROUP, MARK), Kind.CONTACT).removal(MOST))
    return rows


def _forget_address(session: Session, owner: Owner, kept: Collection[str], now: datetime) -> None:
    """Lists of interest, mails, and bookings of others in which the address tests the connection."""
    session.execute(delete(Interest).where(owner.entries()))
    about = and_(owner.letters(), _NOTICE.c.subject.not_in([subject_of(one) for one in kept]))
    waiting = and_(about, _NOTICE.c.state == NoticeState.QUEUED)
    session.execute(update(_NOTICE).where(waiting).values(state=NoticeState.WITHDRAWN))
    forget_letters(session, and_(about, _NOTICE.c.state.in_(SETTLED)))
    helps = and_(technical(owner), ~is_ahead(now))
    session.execute(update(_BOOKING).where(helps).values(technical_name="", technical_email=""))


def _write(session: Session, owner: Owner, asked: Asked, kept: Collection[Needed]) -> None:
    """The line of the ledger; one that is there already says the newest state."""
    last = next(iter(kept), None)
    row = {
        "digest": digest_of(owner),
        "reference": last.reference if last else "",
        "asked_at": asked.now,
        "asked_by": asked.actor,
        "done_at": None if last else asked.now,
    }
    again = {name: row[name] for name in ("reference", "done_at")}
    statement = insert_into(session, Erasure).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=again))


def finish(now: datetime) -> int:
    """Erase what waited for tours that are over by now; how many contacts. Looks without a lock first."""
    waiting = db.session().execute(select(_ERASURE.c.reference, _ERASURE.c.digest).where(_ERASURE.c.done_at.is_(None)))
    done = 0
    for reference, digest in waiting.all():
        owner = owner_of(db.session(), reference)
        if owner is None or not any(needed(db.session(), owner, now)):
            done += 1
            _finish_one(owner, digest, now)
    db.session().rollback()
    return done


def _finish_one(owner: Owner | None, digest: str, now: datetime) -> None:
    if owner is not None:
        erase(owner, Asked("worker", now))
    with transaction() as session:
        open_still = and_(_ERASURE.c.digest == digest, _ERASURE.c.done_at.is_(None))
        session.execute(update(_ERASURE).where(open_still).values(done_at=now, reference=""))


def ledger(session: Session) -> list[tuple[str, datetime]]:
    """What was asked to be erased: digests, and when; the oldest first."""
    rows = session.execute(select(_ERASURE.c.digest, _ERASURE.c.asked_at).order_by(_ERASURE.c.id))
    return [(row.digest, row.asked_at) for row in rows]


def replay(digests: Collection[str], now: datetime) -> int:
    """Erase again whoever these digests are of, after a backup was restored; how many contacts were found."""
    known, found = frozenset(digests), 0
    for owner in _contacts(db.session()):
        if digest_of(owner) in known:
            found += 1
            erase(owner, Asked("command", now, "replayed"))
    return found


def _contacts(session: Session) -> list[Owner]:
    """Everybody of whom something is kept, once."""
    owners: dict[str, Owner] = {}
    for table in (_BOOKING, _REQUEST):
        columns = (table.c.reference, table.c.contact_email, table.c.contact_name)
        for row in session.execute(select(*columns).where(text(KEEPS_CONTACT_SQL))):
            owner = Owner(row.reference, row.contact_email, row.contact_name, "", "", 1)
            owners.setdefault(row.contact_email.lower() or row.reference, owner)
    for address in session.execute(select(table_of(Interest).c.email)).scalars():
        owners.setdefault(address.lower(), replace(Owner("", "", "", "", "", 1), email=address))
    session.rollback()
    return list(owners.values())
