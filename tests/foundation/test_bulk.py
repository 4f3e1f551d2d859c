"""Rows that are made ready and written together read as those that are written one by one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from booking.accounts.models import AuditEntry
from booking.accounts.services import Change, audit_many, lines_ready
from booking.bulk import Rows, ready, run
from booking.db import db, table_of, transaction
from booking.notices.models import Notice
from booking.notices.services import letters_ready, queue, queue_ready, withdraw
from booking.notices.terms import Message, NoticeState
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.builders import NOW, make_event, make_offering, make_station

pytestmark = pytest.mark.usefixtures("app")
SOON = NOW + timedelta(hours=3)
ODD = 'Ähren\tund\n"Zeilen" \\N \\ 100%s %(x)s'


def rows_of(model: type[Any], subject: str) -> list[dict[str, Any]]:
    """What a table holds about a subject, but for the numbers of the rows."""
    own = table_of(model)
    found = db.session.execute(select(own).where(own.c.subject == subject).order_by(own.c.id)).mappings()
    return [{name: value for name, value in row.items() if name not in {"id", "subject"}} for row in found]


def changes(subject: str) -> list[Change]:
    """Lines of the trail with and without a before and an after."""
    told: list[dict[str, object] | None] = [None, {"note": ODD, "size": 3}]
    return [
        Change(at=NOW, actor="desk", action="test", subject=subject, station_code="VIE", before=one, after=told[1])
        for one in told
    ]


def test_lines_of_the_trail() -> None:
    with transaction() as session:
        audit_many(session, changes("one by one"))
        run(session, lines_ready(session, changes("together")))
    assert rows_of(AuditEntry, "together") == rows_of(AuditEntry, "one by one")


def letter_to(name: str, number: int, due_at: datetime) -> Message:
    """A mail whose key is its own."""
    return Message("test", f"{name}-{number}", name, "ada@example.org", "en", {"text": ODD, "number": number}, due_at)


def test_mails_and_one_that_was_withdrawn_is_queued_afresh() -> None:
    found = []
    for name in ("one by one", "together"):
        with transaction() as session:
            queue(session, [letter_to(name, 1, NOW)])
            withdraw(session, name)
            letters = [letter_to(name, number, NOW + timedelta(hours=1)) for number in (1, 2)]
            if name == "together":
                queue_ready(session, letters_ready(session, letters))
            else:
                queue(session, letters)
        own = {"dedupe_key", "message_id"}
        found.append([{key: row[key] for key in row.keys() - own} for row in rows_of(Notice, name)])
    assert found[0] == found[1]
    assert [(row["state"], row["payload"]["text"]) for row in found[1]] == [(NoticeState.QUEUED, ODD)] * 2


def test_an_update_changes_the_rows_it_names_and_no_others() -> None:
    offering = make_offering(make_station())
    first, second, other = (make_event(offering) for _ in range(3))
    own = table_of(Event).c
    values = {
        "status": bindparam("state", type_=own.status.type),
        "status_reason": bindparam("reason"),
        "starts_at": bindparam("start", type_=own.starts_at.type),
        "version": own.version + 1,
    }
    rows = [
        {"row": one.id, "state": EventStatus.PLANNED, "reason": reason, "start": SOON}
        for one, reason in ((first, ODD), (second, ""))
    ]
    with transaction() as session:
        run(session, ready(session, update(table_of(Event)).where(own.id == bindparam("row")).values(values), rows))
    columns = (own.id, own.status, own.status_reason, own.starts_at, own.version)
    assert [tuple(row) for row in db.session.execute(select(*columns).order_by(own.id))] == [
        (first.id, EventStatus.PLANNED, ODD, SOON, 2),
        (second.id, EventStatus.PLANNED, "", SOON, 2),
        (other.id, EventStatus.OPEN, "", other.starts_at, 1),
    ]


def test_of_no_rows_nothing_is_made_and_nothing_run() -> None:
    with transaction() as session:
        assert lines_ready(session, []) == Rows()
        run(session, Rows())
    assert rows_of(AuditEntry, "together") == []
