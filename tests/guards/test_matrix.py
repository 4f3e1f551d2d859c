"""Every address, asked by nobody and by every role, for the things of the own station and of another one."""

from collections.abc import Iterator

import pytest
from flask import Flask, abort

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.models import Account
from booking.db import db
from tests.builders import NOW
from tests.guards.matrix import OF_NO_STATION, READ_BY_ALL, ask, body, calls, may
from tests.guards.world import UNKNOWN, World, make_world

ROLES = ("guide", "coordinator", "administrator")
STAFF = ("staff", *ROLES)
NOT_FOUND, REDIRECTED, UNAUTHORISED = 404, 303, 401
REFUSED_FORM = frozenset({400, 415, 422})
"""Where a form is read before the thing is looked for; then nothing is told about the thing either."""


@pytest.fixture
def worlds(app: Flask) -> Iterator[tuple[World, World]]:
    """Two stations; forms need no token, since this is about who asks."""
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield make_world("VIE"), make_world("GVA")
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.mark.page
def test_nobody_is_sent_to_sign_in(app: Flask, worlds: tuple[World, World]) -> None:
    own, _other = worlds
    names = {**UNKNOWN, **own.names}
    for call in calls(app, *STAFF):
        answer = ask(app, call, names, None)
        if call.is_api:
            assert answer.status_code == UNAUTHORISED, call
        else:
            assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (REDIRECTED, "/sign-in"), call


@pytest.mark.page
@pytest.mark.parametrize("role", ROLES)
def test_an_address_of_another_role_is_none(app: Flask, worlds: tuple[World, World], role: str) -> None:
    own, _other = worlds
    asked = [call for call in calls(app, *ROLES) if not may(role, call.audience)]
    found = {str(call): ask(app, call, own.names, own.people[role]).status_code for call in asked}
    assert {call: status for call, status in found.items() if status != NOT_FOUND} == {}
    assert found


@pytest.mark.parametrize("role", ROLES)
def test_the_own_things_are_found(app: Flask, worlds: tuple[World, World], role: str) -> None:
    own, _other = worlds
    asked = [call for call in calls(app, *STAFF) if may(role, call.audience)]
    asked += [] if role == "guide" else calls(app, "holder")
    found = {str(call): ask(app, call, own.names, own.people[role]).status_code for call in asked}
    assert {call: status for call, status in found.items() if status in {401, 404, 405} or status >= 500} == {}


def told_apart(app: Flask, worlds: tuple[World, World], role: str) -> dict[str, list[int]]:
    """The addresses at which somebody with this role can tell a thing of the other station from one that is not."""
    own, other = worlds
    foreign, found = {**UNKNOWN, **other.names}, {}
    for call in calls(app, *STAFF, "holder"):
        if (call.method == "GET" and call.rule.rule in READ_BY_ALL) or call.thing in OF_NO_STATION:
            continue
        if call.thing and (may(role, call.audience) or call.audience == "holder"):
            answers = [ask(app, call, names, own.people[role]) for names in (foreign, UNKNOWN)]
            allowed = {NOT_FOUND} if call.method == "GET" else {NOT_FOUND, *REFUSED_FORM}
            if body(answers[0]) != body(answers[1]) or {one.status_code for one in answers} - allowed:
                found[str(call)] = [one.status_code for one in answers]
    return found


@pytest.mark.page
@pytest.mark.parametrize("role", ROLES)
def test_things_of_another_station_are_answered_as_those_that_are_not(
    app: Flask, worlds: tuple[World, World], role: str
) -> None:
    assert told_apart(app, worlds, role) == {}


@pytest.mark.page
def test_coordinators_read_what_all_stations_share(app: Flask, worlds: tuple[World, World]) -> None:
    own, other = worlds
    shared = [call for call in calls(app, "coordinator") if call.method == "GET" and call.rule.rule in READ_BY_ALL]
    statuses = {str(call): ask(app, call, other.names, own.people["coordinator"]).status_code for call in shared}
    assert set(statuses.values()) == {200}
    assert len(statuses) == len(READ_BY_ALL)


@pytest.mark.page
def test_the_matrix_sees_a_page_that_does_not_ask_for_the_station(app: Flask, worlds: tuple[World, World]) -> None:
    def careless(account_id: int) -> str:
        return db.session.get_one(Account, account_id).email if account_id < 1_000_000 else abort(404)

    kept = app.view_functions["accounts.person"]
    app.view_functions["accounts.person"] = open_to("administrator")(careless)
    try:
        assert told_apart(app, worlds, "administrator") == {"GET /desk/people/<int:account_id>": [200, 404]}
    finally:
        app.view_functions["accounts.person"] = kept


@pytest.mark.page
def test_the_things_of_a_colleague_are_none_of_a_guides(app: Flask, worlds: tuple[World, World]) -> None:
    own, _other = worlds
    asked = [call for call in calls(app, "guide") if call.thing]
    colleague = make_world("NBO").people["guide"]
    statuses = {str(call): ask(app, call, own.names, colleague).status_code for call in asked}
    assert {call: status for call, status in statuses.items() if status not in {NOT_FOUND, *REFUSED_FORM}} == {}
    assert statuses
