"""Lists of interest: an address joins by a link in its mail, is written to exactly once, and is then forgotten."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit, count_attempt
from booking.catalogue.links import interest_url, public_url
from booking.catalogue.models import Interest
from booking.catalogue.queries.editing import Edited, edited
from booking.catalogue.queries.interest import InterestFacts, entries, entry
from booking.catalogue.rules import opening_day
from booking.catalogue.services.offerings import By
from booking.catalogue.terms import REOPENING, InterestState, InterestWish, NotReopened, NotThere, OfferingStatus
from booking.db import insert_into, table_of, transaction
from booking.notices.services import queue
from booking.notices.terms import Message
from booking.zones import day_bounds

HOUR_S = 3600
PER_ADDRESS, PER_IP = 5, 30
UNCONFIRMED_FOR, TOLD_FOR, WAITING_FOR = timedelta(days=3), timedelta(days=30), timedelta(days=730)
"""After so long an address is forgotten: never confirmed, written to, or nothing reopened."""
AT_ONCE = 200
"""Reminders that one round of the worker writes."""

_INTEREST = table_of(Interest)


def interest_attempt(email: str, ip: str | None, now: datetime) -> None:
    """Somebody leaves an address: five an hour for one, thirty for an ip. Raises TooManyAttempts."""
    count_attempt("interest of ip", ip or "unknown", limit=PER_IP, window_s=HOUR_S, now=now)
    count_attempt("interest", email.lower(), limit=PER_ADDRESS, window_s=HOUR_S, now=now)


def opens_at(offering: Edited, wish: InterestWish) -> datetime | None:
    """When bookings for the wished day open: the beginning of that day at the station; None for a reopening."""
    if wish.wished_on is None:
        return None
    return day_bounds(opening_day(wish.wished_on, offering.horizon_days), offering.time_zone)[0]


def ask(wish: InterestWish, now: datetime) -> None:
    """Somebody leaves an address: a mail asks its owner to confirm. Whoever waits already is told so, by mail only.

    Raises NotThere where there is no such offering.
    """
    with transaction() as session:
        offering = edited(session, wish.offering)
        if offering is None:
            raise NotThere(wish.offering)
        interest_id, stamp = _written(session, offering, wish, now)
        found = entry(session, interest_id)
        assert found is not None  # noqa: S101  it was written just now
        kind = "interest_known" if found.state is InterestState.WAITING else "interest_confirm"
        queue(session, [_message(found, kind, now, key=f"{kind}:{stamp}")])


def _written(session: Session, offering: Edited, wish: InterestWish, now: datetime) -> tuple[int, str]:
    """The row of the address, new or as it was, its id; and what tells this asking from an earlier one."""
    email = wish.email.lower()
    about = wish.wished_on.isoformat() if wish.wished_on else REOPENING
    asked = {"locale": wish.locale, "organisation": wish.organisation, "size": wish.size, "asked_at": now}
    row = {
        **asked,
        "offering_id": offering.id,
        "email": email,
        "about": about,
        "wished_on": wish.wished_on,
        "opens_at": opens_at(offering, wish),
        "state": InterestState.ASKED,
    }
    again = insert_into(session, Interest).values(row)
    afresh = {**asked, "state": InterestState.ASKED, "confirmed_at": None, "told_at": None}
    not_waiting = _INTEREST.c.state != InterestState.WAITING
    keys = ["offering_id", "email", "about"]
    written = again.on_conflict_do_update(index_elements=keys, set_=afresh, where=not_waiting)
    found = session.execute(written.returning(_INTEREST.c.id)).scalar()
    if found is None:
        same = (_INTEREST.c.offering_id == offering.id, _INTEREST.c.email == email, _INTEREST.c.about == about)
        found = session.execute(select(_INTEREST.c.id).where(*same)).scalar_one()
    return found, now.isoformat()


def confirm(interest_id: int, now: datetime) -> None:
    """Its owner has followed the link: from now on the address waits. Twice is once; NotThere where it is gone."""
    with transaction() as session:
        mine = update(_INTEREST).where(_INTEREST.c.id == interest_id, _INTEREST.c.state == InterestState.ASKED)
        session.execute(mine.values(state=InterestState.WAITING, confirmed_at=now))
        if entry(session, interest_id) is None:
            raise NotThere(str(interest_id))


def leave(interest_id: int) -> None:
    """Take the address off the list and forget it; twice is once."""
    with transaction() as session:
        session.execute(delete(_INTEREST).where(_INTEREST.c.id == interest_id))


def tell(offering: str, by: By) -> int:
    """Write to everybody who waits for the offering, each once, however often and by whom it is asked; how many.

    Raises NotThere, and NotReopened while the offering still awaits its reopening.
    """
    with transaction() as session:
        found = edited(session, offering)
        if found is None:
            raise NotThere(offering)
        if found.wish.status is OfferingStatus.AWAITING_REOPENING:
            raise NotReopened(offering)
        waiting = (_INTEREST.c.offering_id == found.id, _INTEREST.c.about == REOPENING)
        told = _claimed(session, and_(*waiting), by.now)
        queue(session, [_message(one, "interest_reopened", by.now) for one in told])
        if told:
            audit(
                session,
                at=by.now,
                actor=by.actor,
                action="interest.tell",
                subject=f"offering:{offering}",
                station_code=found.station,
                after={"told": len(told)},
            )
    return len(told)


def remind_of_openings(now: datetime) -> None:
    """Write to those whose day can be booked from now on; a job of the worker, harmless in several at once."""
    with transaction() as session:
        due = (
            select(_INTEREST.c.id)
            .where(_INTEREST.c.state == InterestState.WAITING, _INTEREST.c.opens_at <= now)
            .order_by(_INTEREST.c.opens_at)
            .limit(AT_ONCE)
        )
        told = _claimed(session, _INTEREST.c.id.in_(due), now)
        queue(session, [_message(one, "interest_opening", now) for one in told])


def forget(now: datetime) -> None:
    """Take out addresses that never confirmed, were written to, or have waited for years; a job of the worker."""
    ends: Sequence[tuple[InterestState, ColumnElement[Any], timedelta]] = (
        (InterestState.ASKED, _INTEREST.c.asked_at, UNCONFIRMED_FOR),
        (InterestState.TOLD, _INTEREST.c.told_at, TOLD_FOR),
        (InterestState.WAITING, func.coalesce(_INTEREST.c.opens_at, _INTEREST.c.confirmed_at), WAITING_FOR),
    )
    old = or_(*(and_(_INTEREST.c.state == state, at < now - kept) for state, at, kept in ends))
    with transaction() as session:
        session.execute(delete(_INTEREST).where(old))


def _claimed(session: Session, which: ColumnElement[bool], now: datetime) -> list[InterestFacts]:
    """Those of the waiting that this call and no other writes to: the one UPDATE decides."""
    mine = update(_INTEREST).where(which, _INTEREST.c.state == InterestState.WAITING)
    changed = mine.values(state=InterestState.TOLD, told_at=now).returning(_INTEREST.c.id)
    ids: Iterable[int] = session.execute(changed, execution_options={"synchronize_session": False}).scalars()
    return entries(session, list(ids))


def _message(one: InterestFacts, kind: str, now: datetime, key: str = "told") -> Message:
    title, lang = one.title.in_locale(one.locale)
    on = f"?on={one.wished_on.isoformat()}" if one.wished_on else ""
    return Message(
        kind=kind,
        dedupe_key=f"interest:{one.id}:{one.asked_at.isoformat()}:{key}",
        subject=f"interest:{one.id}",
        recipient=one.email,
        locale=one.locale,
        payload={
            "title": title,
            "title_lang": "" if lang == one.locale else lang,
            "station": one.station,
            "station_name": one.station_name,
            "station_zone": one.time_zone,
            "station_contact": one.contact_email,
            "day": one.wished_on.isoformat() if one.wished_on else "",
            "opens": one.opens_at.isoformat() if one.opens_at else None,
            "url": interest_url(one.id, one.email),
            "book_url": public_url(f"/offerings/{one.slug}{on}"),
        },
        due_at=now,
    )
