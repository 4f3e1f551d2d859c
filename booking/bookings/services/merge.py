"""Two spellings of one organisation become one, and are parted again where that was a mistake.

Locks in everybody's order: both organisations by id, then the events of the bookings that move. Whoever books for a
spelling holds the organisation that was kept (`organisation_of`), and comes before a merge, or after it.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit_many
from booking.bookings.messages import subject_of
from booking.bookings.models import Booking, Organisation, OrganisationMerge, VisitRequest
from booking.bookings.names import name_key
from booking.bookings.queries.organisations import (
    Collision,
    MovedBooking,
    MovedRequest,
    Spelling,
    bookings_of,
    collisions,
    requests_of,
    spellings,
)
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.writing import lock_events
from booking.bookings.terms import Conflict
from booking.db import db, table_of, transaction

UNDONE_FOR = timedelta(days=1)
LABEL_LENGTH = 60

_BOOKING, _ORGANISATION, _MERGE = table_of(Booking), table_of(Organisation), table_of(OrganisationMerge)
_REQUEST = table_of(VisitRequest)


class UnknownOrganisation(LookupError):
    """No organisation of that id that could be merged: unknown, a person, or another's spelling already."""


class OutOfReach(Conflict):
    """It has booked at other stations too: their desks would have to agree."""


class LabelTaken(Conflict):
    """A label does not keep two bookings of one event apart."""


class MergedElsewhere(Conflict):
    """Somebody has changed what would be merged since it was looked at."""


@dataclass(frozen=True)
class MergePreview:
    """What would be moved, and what stands in its way; `state` names what was seen."""

    kept: Spelling
    merged: Spelling
    collisions: tuple[Collision, ...]
    state: str


@dataclass(frozen=True)
class MergeOrder:
    """What the desk wants merged. `labels`: by reference, a new group label for each booking that would collide."""

    kept: int
    merged: int
    now: datetime
    actor: str
    labels: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    """The `MergePreview.state` that was confirmed; empty for any."""
    reach: frozenset[str] | None = None
    """Codes of the stations that the coordinator looks after; None: all."""


def preview_merge(kept: int, merged: int, reach: frozenset[str] | None) -> MergePreview:
    """Look, storing nothing. Raises UnknownOrganisation, OutOfReach."""
    return _look(db.session(), kept, merged, reach)


def _look(session: Session, kept: int, merged: int, reach: frozenset[str] | None) -> MergePreview:
    known = spellings(session, {kept, merged})
    if len(known) != 2 or known[kept].country != known[merged].country:  # noqa: PLR2004  both of them
        raise UnknownOrganisation(kept, merged)
    if reach is not None and not known[merged].stations <= reach:
        raise OutOfReach(known[merged].name)
    found = collisions(session, kept, merged)
    moved = [one.reference for one in bookings_of(session, merged)]
    moved += [one.reference for one in requests_of(session, merged)]
    seen = repr((kept, merged, moved, [(one.reference, one.other) for one in found]))
    return MergePreview(known[kept], known[merged], tuple(found), hashlib.sha256(seen.encode()).hexdigest()[:16])


def proposed_label(collision: Collision, merged: Spelling) -> str:
    """What tells the two groups apart from then on: the label there is, with the spelling that goes."""
    parts = [collision.label, merged.name] if collision.label else [merged.name]
    return ", ".join(parts)[:LABEL_LENGTH].strip()


def merge_organisations(order: MergeOrder) -> int:
    """Move the bookings of one to the other, whose name stays; the id of the merge.

    Raises UnknownOrganisation, OutOfReach, LabelTaken, MergedElsewhere (what was confirmed is not so any more).
    """
    return again_if_stale(lambda: _merge_once(order))


def _merge_once(order: MergeOrder) -> int:
    with transaction() as session:
        _lock(session, [order.kept, order.merged])
        moved, asked = bookings_of(session, order.merged), requests_of(session, order.merged)
        lock_events(session, sorted({one.event_id for one in moved}))
        seen = _look(session, order.kept, order.merged, order.reach)
        if order.state not in {"", seen.state}:
            raise MergedElsewhere(order.state)
        labels = _relabel(session, seen, order)
        _move(session, seen, order.now)
        _move_requests(session, [one.id for one in asked], order.kept, order.now)
        spelt = _flatten(session, order)
        facts = {
            "bookings": [one.id for one in moved],
            "requests": [one.id for one in asked],
            "labels": labels,
            "spellings": spelt,
        }
        row = {"kept_id": order.kept, "merged_id": order.merged, "at": order.now, "actor": order.actor, "moved": facts}
        made: int = session.execute(insert(_MERGE).values(row).returning(_MERGE.c.id)).scalar_one()
        _record(session, order, "organisation.merge", (order.merged, order.kept), [*moved, *asked], labels)
    return made


def _lock(session: Session, ids: Collection[int]) -> None:
    statement = select(_ORGANISATION.c.id).where(_ORGANISATION.c.id.in_(ids)).order_by(_ORGANISATION.c.id)
    session.execute(statement.with_for_update(key_share=True)).all()


def _relabel(session: Session, seen: MergePreview, order: MergeOrder) -> dict[str, list[str]]:
    """New labels for what would collide; by booking id, the label before and after."""
    labels: dict[str, list[str]] = {}
    rows = []
    for one in seen.collisions:
        label = order.labels.get(one.reference) or proposed_label(one, seen.merged)
        if name_key(label) == name_key(one.label):
            raise LabelTaken(one.reference)
        labels[str(one.booking_id)] = [one.label, label]
        rows.append({"row": one.booking_id, "label": label, "key": name_key(label)})
    if rows:
        values: dict[str, Any] = {"group_label": bindparam("label"), "group_key": bindparam("key")}
        statement = update(_BOOKING).where(_BOOKING.c.id == bindparam("row")).values(values)
        _or_taken(session, statement, rows)
    return labels


def _or_taken(session: Session, statement: Any, rows: Sequence[dict[str, Any]] | None = None) -> None:  # noqa: ANN401  an UPDATE
    try:
        session.connection().execute(statement, rows)
    except IntegrityError as error:
        raise LabelTaken from error


def _move(session: Session, seen: MergePreview, now: datetime) -> None:
    """The version goes up: whoever changes one of these bookings at this moment decides afresh."""
    values: dict[str, Any] = {
        "organisation_id": seen.kept.id,
        "organisation_type": func.coalesce(_BOOKING.c.organisation_type, seen.merged.type.value),
        "version": _BOOKING.c.version + 1,
        "changed_at": now,
    }
    _or_taken(session, update(_BOOKING).where(_BOOKING.c.organisation_id == seen.merged.id).values(values))


def _move_requests(session: Session, ids: Sequence[int], to: int, now: datetime) -> None:
    """Those that hold no time; what a desk has typed about one of them is looked at once more."""
    values: dict[str, Any] = {"organisation_id": to, "version": _REQUEST.c.version + 1, "changed_at": now}
    session.execute(update(_REQUEST).where(_REQUEST.c.id.in_(ids)).values(values))


def _flatten(session: Session, order: MergeOrder) -> list[int]:
    """No spelling of a spelling: all are those of the one that is kept. The ids of those that were merged before."""
    mine = _ORGANISATION.c.merged_into_id == order.merged
    earlier = list(session.execute(select(_ORGANISATION.c.id).where(mine).order_by(_ORGANISATION.c.id)).scalars())
    which = _ORGANISATION.c.id.in_([*earlier, order.merged])
    session.execute(update(_ORGANISATION).where(which).values(merged_into_id=order.kept))
    return earlier


def _record(
    session: Session,
    order: MergeOrder,
    action: str,
    pair: tuple[int, int],
    moved: Sequence[MovedBooking | MovedRequest],
    labels: Mapping[str, list[str]],
) -> None:
    """A line for the organisation, and one for each reference that is another's now; ids, never names of people."""
    before, after = ({"organisation": one} for one in pair)
    stations = {one.reference: one.station for one in moved}
    told: dict[str, object] = {**after, "bookings": len(stations), "labels": len(labels)}

    def line(action: str, subject: str, after: Mapping[str, object], station: str = "") -> Change:
        return Change(
            at=order.now,
            actor=order.actor,
            action=action,
            subject=subject,
            station_code=station,
            before=before,
            after=after,
        )

    lines = [line("booking.regroup", subject_of(reference), after, code) for reference, code in stations.items()]
    audit_many(session, [line(action, f"organisation:{order.merged}", told), *lines])


def undo_merge(merge_id: int, *, now: datetime, actor: str) -> None:
    """Part them again, within a day: what was moved goes back. What was booked since stays with the one that was kept.

    Raises Conflict where it is undone already, a day has passed, or one of them was merged with another since.
    """
    again_if_stale(lambda: _undo_once(merge_id, now, actor))


def _undo_once(merge_id: int, now: datetime, actor: str) -> None:
    with transaction() as session:
        row = session.execute(select(_MERGE).where(_MERGE.c.id == merge_id)).first()
        if row is None or row.undone_at or row.at <= now - UNDONE_FOR:
            raise Conflict(merge_id)
        _lock(session, [row.kept_id, row.merged_id, *row.moved["spellings"]])
        undone = update(_MERGE).where(_MERGE.c.id == merge_id, _MERGE.c.undone_at.is_(None)).values(undone_at=now)
        if session.execute(undone.returning(_MERGE.c.id)).first() is None or not _as_left(session, row):
            raise Conflict(merge_id)
        moved = [one for one in bookings_of(session, row.kept_id) if one.id in set(row.moved["bookings"])]
        lock_events(session, sorted({one.event_id for one in moved}))
        _give_back(session, row, [one.id for one in moved], now)
        asked = [one for one in requests_of(session, row.kept_id) if one.id in set(row.moved.get("requests", ()))]
        _move_requests(session, [one.id for one in asked], row.merged_id, now)
        order = MergeOrder(row.kept_id, row.merged_id, now, actor)
        _record(
            session, order, "organisation.part", (row.kept_id, row.merged_id), [*moved, *asked], row.moved["labels"]
        )


def _as_left(session: Session, row: Any) -> bool:  # noqa: ANN401  a row of the table
    wanted = {row.merged_id: row.kept_id, row.kept_id: None}
    found = select(_ORGANISATION.c.id, _ORGANISATION.c.merged_into_id).where(_ORGANISATION.c.id.in_(wanted))
    return {one.id: one.merged_into_id for one in session.execute(found)} == wanted


def _give_back(session: Session, row: Any, bookings: Sequence[int], now: datetime) -> None:  # noqa: ANN401  as above
    values: dict[str, Any] = {"organisation_id": row.merged_id, "version": _BOOKING.c.version + 1, "changed_at": now}
    session.execute(update(_BOOKING).where(_BOOKING.c.id.in_(bookings)).values(values))
    for id_, (before, after) in row.moved["labels"].items():
        mine = (_BOOKING.c.id == int(id_), _BOOKING.c.group_key == name_key(after), _BOOKING.c.id.in_(bookings))
        session.execute(update(_BOOKING).where(*mine).values(group_label=before, group_key=name_key(before)))
    ids = row.moved["spellings"]
    session.execute(update(_ORGANISATION).where(_ORGANISATION.c.id == row.merged_id).values(merged_into_id=None))
    session.execute(update(_ORGANISATION).where(_ORGANISATION.c.id.in_(ids)).values(merged_into_id=row.merged_id))
