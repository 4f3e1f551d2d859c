"""The rows of a declaration, made ready before any lock is taken: under it they are only written."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from booking.accounts.services import lines_ready
from booking.bookings.closing import ClosureWish
from booking.bookings.closing_terms import StepState
from booking.bookings.models import ClosureOperation, ClosureStep
from booking.bookings.queries.closing import Before, before_closing
from booking.bookings.services.closure_events import (
    GIVE,
    GIVEN,
    MAKE,
    MOVE,
    Guides,
    event_named,
    events_to_make,
    guides_to_move,
)
from booking.bookings.services.closure_plan import Chosen, Closing, messages
from booking.bookings.services.closure_record import lines_of
from booking.bookings.terms import BookingStatus
from booking.bulk import Rows, ready
from booking.db import let_go, table_of
from booking.notices.services import letters_ready
from booking.scheduling.models import Closure

_OPERATION, _CLOSURE, _STEP = table_of(ClosureOperation), table_of(Closure), table_of(ClosureStep)
_MADE = {
    "operation_id": select(_OPERATION.c.id).where(_OPERATION.c.code == bindparam("operation")).scalar_subquery(),
    "closure_id": select(_CLOSURE.c.id).where(_CLOSURE.c.code == bindparam("closure")).scalar_subquery(),
    "new_event_id": event_named("new_event"),
}
"""What is written with it has no id yet, but a code."""


@dataclass(frozen=True)
class Ready:
    """A declaration and all its rows."""

    closing: Closing
    code: str
    """Of the operation."""
    codes: tuple[str, ...]
    """Of the closures, in the order of the wishes."""
    events: Rows
    guides: Guides
    moved: Rows
    given: Rows
    steps: Rows
    lines: Rows
    letters: Rows


def make_ready(session: Session, closing: Closing, code: str) -> Ready:
    """Read what undo must know, and make the rows; nothing is written."""
    before = before_closing(session, [one.hit.event.id for one in closing.chosen])
    codes = tuple(wish.extends or _new_code(wish) for wish in closing.order.wishes)
    ends = _ends(session, closing.order.wishes)
    let_go(session)
    guides = guides_to_move(closing, before)
    return Ready(
        closing,
        code,
        codes,
        ready(session, MAKE, events_to_make(closing, before)),
        guides,
        ready(session, MOVE, guides.kept),
        ready(session, GIVE, guides.new, GIVEN),
        steps_ready(session, _steps(closing, code, codes, before, ends)),
        lines_ready(session, lines_of(closing, code, codes)),
        letters_ready(session, messages(closing)),
    )


def _new_code(wish: ClosureWish) -> str:
    return f"C-{wish.station}-{wish.starts_on:%y%m%d}-{secrets.token_hex(2).upper()}"


def steps_ready(session: Session, rows: list[dict[str, object]]) -> Rows:
    """Lines of an operation's log, as `step` makes them."""
    return ready(session, insert(_STEP), rows, _MADE)


def _steps(
    closing: Closing,
    code: str,
    codes: tuple[str, ...],
    before: Mapping[int, Before],
    ends: Mapping[str, dict[str, object]],
) -> list[dict[str, object]]:
    rows = [step(code, closure, ends.get(closure, {})) for closure in codes]
    for one in closing.chosen:
        event = before[one.hit.event.id]
        there = step(code, codes[one.hit.phase], {}, one) | {"left_version": event.version + one.hit.is_whole}
        was = {**event.kept, "whole": one.hit.is_whole, "there": bool(one.way and one.way.event)}
        rows.append({**there, "was": was})
        rows.extend(_booking_steps(closing, one, there))
    return rows


def _ends(session: Session, wishes: Iterable[ClosureWish]) -> dict[str, dict[str, object]]:
    """When the closures that go on would have ended, by code."""
    known = select(_CLOSURE.c.code, _CLOSURE.c.ends_on).where(_CLOSURE.c.code.in_([wish.extends for wish in wishes]))
    return {row.code: {"ends_on": row.ends_on.isoformat() if row.ends_on else None} for row in session.execute(known)}


def step(operation: str, closure: str, was: Mapping[str, object], one: Chosen | None = None) -> dict[str, object]:
    """A line of an operation's log; operation, closure and new event by their codes."""
    return {
        "operation": operation,
        "closure": closure,
        "event_id": one.hit.event.id if one else None,
        "booking_id": None,
        "new_event": one.code or None if one else None,
        "choice": one.choice if one else None,
        "state": StepState.DONE,
        "was": was,
        "left_version": 0,
        "answer_by": None,
        "answered_at": None,
    }


def _booking_steps(closing: Closing, one: Chosen, event: dict[str, object]) -> list[dict[str, object]]:
    """Places are held until an answer; whoever is in line goes along, but not where the event goes on without it."""
    rows = []
    for booking in (*one.hit.bookings, *one.hit.line):
        waits = booking.status is BookingStatus.WAITING
        goes = one.way is not None and (one.hit.is_whole or not waits)
        was = {
            "status": booking.status.value,
            "answer_by": booking.answer_by.isoformat() if booking.answer_by else None,
            "waiting_since": booking.waiting_since.isoformat() if booking.waiting_since else None,
            "language": booking.language,
            "invited": booking.invited,
            "size": booking.size,
        }
        own = {
            "booking_id": booking.id,
            "new_event": event["new_event"] if goes else None,
            "state": StepState.PENDING if goes and not waits else StepState.DONE,
            "answer_by": closing.answer_by(one) if goes and not waits else None,
            "left_version": booking.version + 1,
            "was": was,
        }
        rows.append({**event, **own})
    return rows
