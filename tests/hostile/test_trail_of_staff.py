"""Whatever staff change by a form stands in the trail; what changes nothing, or is refused, leaves no line there."""

from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import func, select

from booking.accounts.field_words import FIELDS, NAMED_INSIDE
from booking.accounts.models import AuditEntry
from booking.db import db, table_of
from booking.i18n import LOCALES
from tests.hostile.test_forms_of_staff import contents, undone
from tests.hostile.walk import Step, Values, post

TRAIL = table_of(AuditEntry).name
ODD: Values = {"version": "999999", "state": "stale", "starts_on": "0001-01-01", "email": "a,b@x.org", "size": "-1"}


def changed_by(step: Step, values: Values) -> tuple[int, set[str]]:
    """The status of the answer to a form, and the tables that differ after it; what it did is undone."""
    status, tables, _told = done_by(step, values)
    return status, tables


def done_by(step: Step, values: Values) -> tuple[int, set[str], list[str]]:
    """As above, and the keys for which the lines that it wrote have no word."""
    before, done = contents(), ["done"]
    last = db.session.scalar(select(func.max(AuditEntry.id))) or 0
    with undone(step, done):
        status = post(step.client, step.address, values).status_code
        after = contents()
        written = db.session.execute(select(AuditEntry.before, AuditEntry.after).where(AuditEntry.id > last)).all()
    nameless = [key for row in written for side in row for key in without_words(side or {})]
    return status, {name for name, found in after.items() if found != before[name]}, nameless


def without_words(side: Mapping[str, object]) -> Iterator[str]:
    """Keys of a side of a line that would be shown as they are: its own, and those inside them that are no names."""
    for name, value in side.items():
        field, _dot, locale = name.partition(".")
        if field not in FIELDS or locale not in {"", *LOCALES}:
            yield name
        if isinstance(value, dict) and field not in NAMED_INSIDE:
            yield from (f"{name}.{part}" for part in value if part not in LOCALES)


def test_every_form_that_changes_something_leaves_a_line_in_the_trail_whose_keys_have_words(
    forms: dict[str, Step],
) -> None:
    seen = 0
    for rule, step in forms.items():
        status, tables, nameless = done_by(step, step.values)
        seen += bool(tables)
        assert not tables or TRAIL in tables, (rule, status, tables)
        assert nameless == [], (rule, "keys without a word in booking/accounts/field_words.py")
        assert status < 400 or not tables, (rule, status, tables)
    assert seen > 40


def test_a_form_that_is_refused_changes_nothing_and_leaves_no_line(forms: dict[str, Step]) -> None:
    refused = 0
    for rule, step in forms.items():
        odd = {name: value for name, value in ODD.items() if name in step.values}
        if odd:
            status, tables = changed_by(step, {**step.values, **odd})
            refused += status >= 400
            assert status < 400 or not tables, (rule, status, tables)
    assert refused > 10


def test_the_look_at_the_trail_sees_a_change_that_is_not_told(
    forms: dict[str, Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.accounts.services.people.audit", lambda *_args, **_values: None)
    step = forms["/desk/people/<int:account_id>/shut-out"]
    status, tables = changed_by(step, step.values)
    assert status == 303
    assert tables
    assert TRAIL not in tables
