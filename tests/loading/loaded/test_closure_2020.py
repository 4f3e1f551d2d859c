"""The autumn of 2020 again: Geneva closes on 1 October, every group is offered the same hour online."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from booking.bookings.closing import CannotUndo, ClosureWish, Declared, Order
from booking.bookings.closing_terms import Choice, Hurdle, StepState
from booking.bookings.models import Booking
from booking.bookings.queries.closing_log import operations_known, steps_of
from booking.bookings.services.answering import Answer
from booking.bookings.services.closure_declare import declare
from booking.bookings.services.closure_preview import preview
from booking.bookings.services.closure_undo import undo
from booking.bookings.services.expire import end_requests
from booking.bookings.services.group_answers import decline_proposal, take_proposal
from booking.bookings.terms import BookingStatus
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.terms import ClosureType

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2020, 9, 28, 9, tzinfo=UTC)
ANSWER_BY = datetime(2020, 9, 30, 16, tzinfo=UTC)
WISH = ClosureWish(
    "GVA",
    ClosureType.PREMISES_CLOSED,
    date(2020, 10, 1),
    None,
    NOW.date(),
    allows=("courtesy-visit",),
    message="The Palais des Nations is closed to the public again.",
    messages={"fr": "Le Palais des Nations est de nouveau fermé au public."},
)
STOPPED = "SELECT id FROM event WHERE status_reason LIKE '%C-GVA-03%' AND format = 'in-person'"
MINE = f"event_id IN ({STOPPED}) AND status = 'cancelled_by_station'"
REWIND = (
    "DELETE FROM closure WHERE code = 'C-GVA-03'",
    (
        "UPDATE booking SET status = 'confirmed', invited = :yes, contact_email = lower(reference) || '@example.org', "
        f"contact_locale = CASE WHEN id % 2 = 0 THEN 'fr' ELSE 'en' END WHERE {MINE}"
    ),
    (
        "UPDATE event SET status = 'open', taken = (SELECT coalesce(sum(size), 0) FROM booking WHERE "
        f"event_id = event.id AND status = 'confirmed') WHERE id IN ({STOPPED})"
    ),
    "UPDATE event SET status_reason = '' WHERE status_reason LIKE '%C-GVA-03%'",
)


@pytest.fixture
def groups(app: Flask) -> set[str]:  # noqa: ARG001  the database it works on
    """As it was on 28 September: nobody knows of the closure yet; the groups that it is going to hit."""
    session = db.session()
    sqlite = session.get_bind().dialect.name == "sqlite"
    known = set(session.execute(text(f"SELECT reference FROM booking WHERE {MINE}")).scalars())
    for statement in REWIND:
        session.execute(text(statement), {"yes": 1 if sqlite else True} if ":yes" in statement else {})
    session.commit()
    return known


def declared() -> Declared:
    """The closure, as the coordinator confirmed it."""
    seen = preview(WISH, NOW)
    return declare(Order((WISH,), NOW, "account:1", ANSWER_BY, rest=Choice.CONVERT, state=seen.state))


def states() -> dict[str, Any]:
    """Status and version by reference."""
    db.session.expire_all()
    return {row.reference: row for row in db.session.execute(select(Booking)).scalars()}


def test_the_preview_names_each_group_and_an_hour_online_for_it(groups: set[str]) -> None:
    seen = preview(WISH, NOW)
    assert len(groups) >= 3
    assert {booking.reference for booking in seen.bookings} == groups
    assert all(hit.online and hit.online.starts_at == hit.event.starts_at for hit in seen.hits if hit.bookings)


def test_each_group_is_written_to_once_in_its_language_with_its_invitation_updated(groups: set[str]) -> None:
    declared()
    told = db.session.execute(select(Notice).where(Notice.kind == "closure_proposed")).scalars().all()
    assert sorted(one.subject.removeprefix("booking:") for one in told) == sorted(groups)
    assert {one.locale for one in told} == {"en", "fr"}
    assert {one.payload["reason"] for one in told if one.locale == "fr"} == {WISH.messages["fr"]}
    calendars = [one.payload["calendar"] for one in told]
    assert {(one["method"], one["sequence"], one["status"]) for one in calendars} == {("REQUEST", 1, "TENTATIVE")}
    assert len({one["uid"] for one in calendars}) == len(groups)


def test_one_accepts_one_refuses_the_rest_expire_and_then_nothing_can_be_undone(groups: set[str]) -> None:
    done = declared()
    first, second, *rest = sorted(groups)
    take_proposal(Answer(first, states()[first].version, NOW + timedelta(hours=1)))
    decline_proposal(Answer(second, states()[second].version, NOW + timedelta(hours=2)))
    assert end_requests(ANSWER_BY + timedelta(minutes=1)) == len(rest)
    found = states()
    assert found[first].status is BookingStatus.CONFIRMED
    assert {found[one].status for one in (second, *rest)} == {BookingStatus.CANCELLED_BY_STATION}
    (operation,) = operations_known(db.session(), None, code=done.operation)
    answers = {one.reference: one.state for one in steps_of(db.session(), operation.id) if one.reference}
    expired = dict.fromkeys(rest, StepState.EXPIRED)
    assert answers == {first: StepState.ACCEPTED, second: StepState.REFUSED, **expired}
    with pytest.raises(CannotUndo) as refused:
        undo(done.operation, now=ANSWER_BY + timedelta(hours=1), actor="account:1")
    assert refused.value.hurdle is Hurdle.ANSWERED
    assert len(refused.value.hindrances) == len(groups)


def test_before_the_first_answer_all_of_it_is_undone_and_nobody_was_written_to(groups: set[str]) -> None:
    done = declared()
    undone = undo(done.operation, now=NOW + timedelta(minutes=5), actor="account:1")
    assert (set(undone.bookings), undone.told) == (groups, ())
    assert {states()[one].status for one in groups} == {BookingStatus.CONFIRMED}
