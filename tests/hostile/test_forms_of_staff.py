"""Every form of staff with what nobody should type: never a 5xx, never half written."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.accounts.models import Account, AccountRole, RateCounter
from booking.db import Base, db, table_of
from booking.scheduling.models import Assignment, Event, Guide
from tests.hostile.inputs import REFUSED, TURNS
from tests.hostile.test_doors import OF_STAFF, changing
from tests.hostile.walk import FORM, Step, Values, post

ODD: dict[str, str | bytes] = {
    "A01 1 MB": "x" * 1_000_000,
    "A02 10,001 signs": "x" * 10_001,
    "A08 5,000 digits": "9" * 5_000,
    "A08 300 digits": "9" * 300,
    "A08 20 digits": "9" * 20,
    "A09": "-1",
    "A10": "0",
    "A11": "2147483648",
    "A12": "9223372036854775808",
    "A13": "1e3",
    "A14 full width": "\uff11\uff12",
    "A19 NUL": "a\x00b",
    "A20 half a character": b"a%ed%a0%80",
    "A21 no UTF-8": b"%ff%fe",
    "A23 zero width": "\u200b\u200d\u2060\ufeff",
    "A26 a second line": "Schule\r\nInjected: yes",
    "A27": "<script>alert(1)</script>",
    "A31": "%s%n{0}%(a)s{{7*7}}",
    "A37": "%' OR '1'='1",
    "A49 two": "a,b@x.org",
    "A52": "/\\evil.example",
    "A58": "https://ok@evil.example",
    "A92": "en\r\nSet-Cookie:a=b",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "no day": "2026-02-30",
    "a day of a gap": "2027-03-28",
    "week 53": "9999-W53",
    "no time": "24:00",
    "nothing": "",
}
EACH = ("A19 NUL", "A08 300 digits", "A12", "A14 full width", "year 9999", "A26 a second line")
KEPT = {"csrf_token", "username"}
"""What no view reads: the token, and the name by which a password manager files a password."""
OURS = {
    *("back", "act", "confirmed", "course", "digest", "event", "events", "guide", "key", "material", "next"),
    *("off", "on_day", "opens", "scope", "seen", "state", "term", "version", "week"),
    *("seen_guide_note", "seen_meeting_point", "seen_meeting_url"),
}
"""Fields that no page lets anybody type."""
MEANT_ONCE_OR_MORE = OURS | {"day", "languages", "leads", "role"}
TELLS = re.compile('class="(?:msg|error)|role="alert"|aria-invalid')
EXTRA = {
    **dict.fromkeys(("role_id", "is_admin", "station_id", "account_id", "guide_id", "id", "is_active"), "1"),
    "taken": "0",
    "actor": "command",
    "status": "cancelled",
    "second_factor_waived": "1",
}
PARTS = {
    "the catalogue": "/desk/catalogue/",
    "what is booked": "/desk/(book|closures|events|messages|organisations|requests|series|visits)",
    "the rest of the desk": "/desk/",
    "the rest": "/",
}
"""Tried apart, so that several processes can share them; a form is of the first that fits."""
EACH_ON_POSTGRESQL = ("A19 NUL", "A12")
"""What a database may judge differently: the rest never comes as far."""
WHO_MAY = (
    select(Account.email, Account.is_active, Account.second_factor_waived),
    select(Account.email, AccountRole.role, AccountRole.station_code).join(
        AccountRole, AccountRole.account_id == Account.id
    ),
    select(Guide.id, Guide.account_id, Guide.station_id),
    select(Event.starts_at, Event.status, Event.taken, Event.capacity, Event.station_id),
    select(Assignment.starts_at, Assignment.guide_id, Assignment.status),
)
ANSWERED = REFUSED | {200, 303, 404, 409}


@contextmanager
def undone(step: Step, done: list[str]) -> Iterator[None]:
    """What an answer below 400 has done is undone, in the database and in the browser; of a refusal nothing is."""
    db.session.remove()
    savepoint = db.engine.begin_nested()  # type: ignore[attr-defined]  # in a test the engine is a connection
    cookie = step.client.get_cookie("session")
    yield
    db.session.remove()
    (savepoint.rollback if done else savepoint.commit)()
    if cookie:
        step.client.set_cookie("session", cookie.value)


def contents() -> dict[str, int]:
    """A number for what each table holds; tries are counted and sign-ins seen, whatever becomes of them."""
    passed_over = {table_of(RateCounter).name}
    tables = [table for table in Base.metadata.sorted_tables if table.name not in passed_over]
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":  # in one statement: a hundred would be a hundred ways to the server
        each = (
            f"""SELECT '{one.name}', md5(string_agg(told, '|' ORDER BY told)) FROM
            (SELECT (to_jsonb(one) - 'seen_at')::text AS told FROM "{one.name}" AS one) AS rows"""
            for one in tables
        )
        found = {name: hash(told) for name, told in connection.exec_driver_sql(" UNION ALL ".join(each))}
    else:
        found = {}
        for table in tables:
            columns = ", ".join(f'"{column.name}"' for column in table.c if column.name != "seen_at")
            rows = connection.exec_driver_sql(f'SELECT {columns} FROM "{table.name}"')
            found[table.name] = hash(str(sorted(map(repr, rows))))
    db.session.remove()
    return found


def sent(step: Step, values: Values) -> TestResponse:
    """The answer to a form; what it did is undone."""
    done: list[str] = []
    with undone(step, done):
        answer = post(step.client, step.address, values)
        done += ["done"] if answer.status_code < 400 else []
    return answer


def written(step: Step, values: Values) -> tuple[int, list[list[str]]]:
    """The status of an answer, and who may do what after it; what it did is undone."""
    done = ["done"]
    with undone(step, done):
        answer = post(step.client, step.address, values)
        seen = [sorted(map(repr, db.session.execute(one))) for one in WHO_MAY]
    return answer.status_code, seen


def fields(step: Step) -> list[str]:
    """What somebody could change in a form."""
    return [name for name in step.values if name not in KEPT]


def check(step: Step, row: str, answer: TestResponse) -> None:
    """It is answered, and leads nowhere else."""
    assert answer.status_code in ANSWERED, (step.address, row, answer.status_code)
    assert "evil.example" not in answer.headers.get("Location", ""), (step.address, row)


def test_every_form_of_staff_is_tried_here(shared_app: Flask, forms: dict[str, Step]) -> None:
    found = set(forms)
    wanted = {
        rule.rule
        for rule in shared_app.url_map.iter_rules()
        if OF_STAFF.match(rule.rule) and "POST" in (rule.methods or ())
    }
    assert wanted - found == set(), "say in forms_of_staff.py on which page the form is, and what is typed into it"
    assert found & {rule for rule, _method in changing(shared_app)} == {"/set-password/<token>"}


def in_turn(rows: Sequence[str], number: int) -> Sequence[str]:
    """What is tried at the form or field of that number."""
    turns = min(TURNS, len(rows))
    return rows[number % turns :: turns]


@pytest.mark.parametrize("part", PARTS)
def test_no_form_is_half_read_or_breaks(forms: dict[str, Step], part: str) -> None:
    is_postgresql = db.engine.dialect.name == "postgresql"
    each, at_once = (EACH_ON_POSTGRESQL, EACH_ON_POSTGRESQL) if is_postgresql else (EACH, tuple(ODD))
    form, place = count(), count()
    now = contents()
    for rule, step in forms.items():
        if part != next(name for name, begins in PARTS.items() if re.match(begins, rule)):
            continue
        names, before = fields(step), now
        for row in in_turn(at_once, next(form)):
            check(step, row, sent(step, {**step.values, **dict.fromkeys(names, ODD[row])}))
        for name in names:
            for row in in_turn(each, next(place)):
                answer = sent(step, {**step.values, name: ODD[row]})
                check(step, row, answer)
                if answer.status_code == 422 and name not in OURS and "<form" in answer.text:
                    assert TELLS.search(answer.text), (step.address, name, row)
        now = contents()
        assert now == before, step.address


@pytest.mark.page
def test_a_field_that_arrives_twice_is_not_half_read(forms: dict[str, Step]) -> None:
    half_read = []
    for rule, step in forms.items():
        before = contents()
        for name in set(fields(step)) - MEANT_ONCE_OR_MORE:
            answer = sent(step, {**step.values, name: f"{quote_plus(step.values[name])}&{name}=x".encode()})
            if answer.status_code not in REFUSED | {404, 409}:
                half_read.append((rule, name, answer.status_code))
        assert contents() == before, rule
    assert half_read == []


@pytest.mark.page
def test_fields_that_nobody_asked_for_are_passed_over(forms: dict[str, Step]) -> None:
    """The same is written with them and without."""
    for rule, step in forms.items():
        plain, odd = (written(step, values) for values in (step.values, {**EXTRA, **step.values}))
        assert odd == plain, rule


@pytest.mark.page
def test_what_staff_send_by_other_methods_does_nothing(forms: dict[str, Step]) -> None:
    for rule, step in forms.items():
        before = contents()
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
            headers = {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST"}
            values = {**step.values, "_method": "POST"}
            answer = step.client.open(step.address, method=method, headers=headers, data=values)
            assert answer.status_code in {200, 303, 404, 405, 422}, (rule, method)
        assert contents() == before, rule


BODIES: dict[str, dict[str, Any]] = {
    "A03": {"data": b"text=" + b"x" * 600_000, "content_type": FORM},
    "A04": {"data": b"&".join(b"a%d=1" % number for number in range(2_000)), "content_type": FORM},
    "A05": {"data": b"[" * 100_000, "content_type": "application/json"},
    "A69": {"data": b"size=5", "content_type": "text/plain"},
    "A89": {"data": b"x" * 6_000_000, "content_type": FORM},
}


@pytest.mark.parametrize("row", BODIES)
def test_a_body_that_is_no_form_is_refused_by_every_page(forms: dict[str, Step], row: str) -> None:
    before = contents()
    for rule, step in forms.items():
        assert step.client.post(step.address, **BODIES[row]).status_code in {400, 413, 415}, rule
    assert contents() == before
