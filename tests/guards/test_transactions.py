"""Only `transaction()` of booking/db.py commits, and only use cases open it."""

import ast

import pytest

from tests.guards.tree import ROOT, calls, findings, imported, modules, modules_of

THE_ONLY_PLACE = ROOT / "booking" / "db.py"
MIGRATING = ROOT / "booking" / "schema.py"  # brings the database up to date, before there is any session
COMMITTING = {"commit", "begin"}
WITHOUT_TRANSACTIONS = {"terms", "rules", "models", "queries", "forms", "views", "api"}


def committing_calls(text: str) -> list[str]:
    """Calls that begin or end a transaction by hand; a savepoint inside one is allowed."""
    functions = [call.func for call in calls(ast.parse(text)) if isinstance(call.func, ast.Attribute)]
    return [f"{function.lineno}: .{function.attr}()" for function in functions if function.attr in COMMITTING]


def opened_transactions(text: str) -> list[str]:
    """Imports of `transaction`."""
    return [f"{line}: {name}" for line, name in imported(ast.parse(text)) if name == "booking.db.transaction"]


def test_nobody_commits_but_the_transaction_of_db() -> None:
    assert findings([path for path in modules() if path not in {THE_ONLY_PLACE, MIGRATING}], committing_calls) == []


def test_pages_rules_and_reads_open_no_transaction() -> None:
    assert findings(modules_of(*WITHOUT_TRANSACTIONS), opened_transactions) == []


@pytest.mark.parametrize("line", ["db.session.commit()", "with db.session.begin(): pass", "session().commit()"])
def test_the_guard_sees_a_commit(line: str) -> None:
    assert len(committing_calls(line)) == 1


def test_the_guard_lets_savepoints_pass_and_sees_an_import() -> None:
    assert committing_calls("with session.begin_nested(): pass") == []
    assert opened_transactions("from booking.db import Base, transaction") == ["1: booking.db.transaction"]
