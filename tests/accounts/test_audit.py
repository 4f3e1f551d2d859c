"""The audit trail."""

from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from booking.accounts.models import AuditEntry
from booking.accounts.services import Change, audit, audit_many
from booking.db import db, transaction
from booking.http.logs import request_id
from tests.builders import NOW


def write(subject: str) -> None:
    """One line in a transaction of its own."""
    with transaction() as session:
        audit(session, at=NOW, actor="group", action="book", subject=subject, station_code="VIE", after={"size": 28})


def test_a_change_leaves_who_did_what_to_what(app: Flask) -> None:
    with app.test_request_context():
        asked_as = request_id()
        write("booking:VE-1")
    (entry,) = db.session.scalars(select(AuditEntry))
    told = (entry.at, entry.actor, entry.action, entry.subject, entry.station_code, entry.before, entry.after)
    assert told == (NOW, "group", "book", "booking:VE-1", "VIE", None, {"size": 28})
    assert entry.request_id == asked_as


@pytest.mark.usefixtures("app")
def test_outside_a_request_there_is_no_request_id() -> None:
    write("booking:VE-1")
    assert db.session.scalars(select(AuditEntry.request_id)).one() == ""


@pytest.mark.usefixtures("app")
def test_a_change_that_is_rolled_back_leaves_nothing() -> None:
    with suppress(ZeroDivisionError), transaction() as session:
        audit(session, at=NOW, actor="group", action="book", subject="booking:VE-1")
        raise ZeroDivisionError
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


@pytest.mark.usefixtures("app")
def test_several_changes_are_several_lines() -> None:
    with transaction() as session:
        audit_many(session, [Change(at=NOW, actor="worker", action="end", subject=f"booking:{i}") for i in range(3)])
        audit_many(session, [])
    assert db.session.scalars(select(AuditEntry.subject).order_by(AuditEntry.id)).all() == [
        "booking:0",
        "booking:1",
        "booking:2",
    ]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("statement", [update(AuditEntry).values(actor="nobody"), delete(AuditEntry)])
def test_nobody_alters_the_trail(statement: object) -> None:
    write("booking:VE-1")
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(statement)  # type: ignore[call-overload]  # either kind of statement
    assert db.session.scalars(select(AuditEntry.actor)).all() == ["group"]
