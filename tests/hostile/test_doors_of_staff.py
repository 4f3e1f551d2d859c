"""Every page of staff that changes something, asked by somebody who may, but without the proof of having asked."""

import re
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g

from booking.accounts.access import audience_of
from booking.accounts.models import Account
from booking.db import db
from tests.guards.matrix import Call
from tests.guards.world import World, make_world
from tests.hostile.test_doors import OF_STAFF, changing
from tests.hostile.walk import hidden, rows
from tests.signing_in import sign_in

FILLED_BY_ANYTHING = re.compile("/(offers|sign-in)/")
"""Their secret need not be right: the door is before it."""


def calls(app: Flask) -> list[Call]:
    """Every form of staff."""
    found = [rule for rule in app.url_map.iter_rules() if OF_STAFF.match(rule.rule)]
    forms = [rule for rule in found if "POST" in (rule.methods or ())]
    return [Call("POST", rule, audience_of(app.view_functions[rule.endpoint]) or "") for rule in forms]


def address(call: Call, own: World) -> str:
    """Where the form goes, for a thing of the own station."""
    if FILLED_BY_ANYTHING.match(call.rule.rule):
        return re.sub("<[^>]*>", "1", call.rule.rule)
    return call.path({**own.names, "sign_in": "1", "token": "1"})


def lacking(token: str, theirs: str) -> dict[str, dict[str, Any]]:
    """What somebody else may make a browser send."""
    good = {"csrf_token": token}
    return {
        "no token": {"data": {}},
        "another session's": {"data": {"csrf_token": theirs}},
        "cross-site": {"data": good, "headers": {"Sec-Fetch-Site": "cross-site"}},
        "origin": {"data": good, "headers": {"Origin": "https://evil.example"}},
        "text": {"data": urlencode(good), "content_type": "text/plain"},
        "in the address": {"data": {}, "query_string": good},
    }


def test_there_are_pages_of_staff_to_try(app: Flask) -> None:
    rules = {call.rule.rule for call in calls(app)}
    assert {"/sign-in", "/sign-out", "/account/password", "/desk/people/invite"} <= rules
    assert not rules & {rule for rule, _method in changing(app)}


def test_without_the_proof_nothing_happens(app: Flask) -> None:
    own = make_world("VIE")
    stranger = app.test_client()
    theirs = hidden(stranger.get("/sign-in"), "csrf_token")
    for call in calls(app):
        role = call.audience if call.audience in own.people else "coordinator"
        client = sign_in(app.test_client(), db.session.get_one(Account, own.people[role]))
        g.pop("csrf_token", None)  # tests share one context: else it would be the stranger's
        token = hidden(client.get("/account"), "csrf_token")
        before = rows()
        for name, sent in lacking(token, theirs).items():
            answer = client.post(address(call, own), **sent)
            assert answer.status_code in {400, 403, 415}, (str(call), name)
        assert rows() == before, str(call)
