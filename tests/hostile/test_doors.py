"""Every page that changes something, with everything right but the proof that its reader asked for it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from booking.accounts.services import add_role
from booking.accounts.terms import Role
from booking.bookings.links import join_token, token_of
from booking.catalogue.links import interest_url
from booking.catalogue.models import Interest, Offering, Station
from booking.catalogue.terms import REOPENING, InterestState
from booking.db import db
from booking.notices.models import Notice
from booking.privacy.links import own_data_url
from booking.privacy.queries.own import owner_of
from booking.scheduling.models import Event
from tests.builders import NOW, make_visit_row, save
from tests.hostile.walk import TYPED, Step, booked, booking_form, chosen, hidden, rows, told

SAFE = {"GET", "HEAD", "OPTIONS"}
OF_STAFF = re.compile(r"/(account|desk|forgot-password|guide|offers|sign-in|sign-out)\b")
"""Pages of staff: asked the same in test_doors_of_staff.py."""


@pytest.fixture
def steps(client: FlaskClient, event: Event) -> dict[str, Step]:
    """Every form of the pages, ready to be sent, by the rule of its address."""
    booking, page = booked(client), client.get("/my-booking")
    ask = make_visit_row(db.session.get_one(Station, event.station_id))
    request = f"/requests/{ask.reference}/%s?t={token_of(ask.reference)}"
    own = {"csrf_token": hidden(page, "csrf_token")}
    password = f"/set-password/{add_role('ana@example.org', Role.GUIDE, ['VIE'], actor='test', now=NOW)}"
    waited, entry = interest_of(event)
    move = re.findall(r'type="radio" name="slot" value="([^"]+)"', client.get(booking.place).text)
    return {
        "/choose": Step(client, "/choose", chosen(client)[1]),
        "/book": booking_form(client),
        "/book/release": replace(booking_form(client), address="/book/release"),
        "/bookings/<reference>/size": booking.step("size", size="10", accompanying_adults="1"),
        "/bookings/<reference>/move": booking.step("move", slot=move[0]),
        "/bookings/<reference>/cancel": booking.step("cancel"),
        "/bookings/<reference>/link": booking.step("link"),
        "/bookings/<reference>/proposal": booking.step("proposal", answer="yes"),
        "/bookings/<reference>/offer": booking.step("offer", answer="yes"),
        "/bookings/<reference>/data": booking.step("data"),
        "/my-data/<token>": Step(client, own_data(booking.reference), {**own, "sure": "yes"}),
        "/bookings/<reference>/answer": booking.step("answer", answer="They know a lot."),
        "/join/<token>": Step(client, f"/join/{join_token(booking.reference)}", {**own, "people": "31"}),
        "/join/<token>/survey": Step(
            client, f"/join/{join_token(booking.reference)}/survey", {**own, "took-part": "yes"}
        ),
        "/offerings/<slug>/interest": Step(
            client,
            "/offerings/" + waited + "/interest",
            {**own, "email": "ada@example.org", "locale": "en", "consent": "y"},
        ),
        "/interest/<int:interest_id>": Step(client, f"{entry}", own),
        "/interest/<int:interest_id>/leave": Step(client, entry.replace("?", "/leave?"), own),
        "/request": Step(client, "/request", {**TYPED, **own, "language": "en", "platform": "ours"}),
        "/requests/<reference>/answer": Step(client, request % "answer", {**own, "version": "1", "answer": "Ten."}),
        "/requests/<reference>/suggestion": Step(client, request % "suggestion", {**own, "version": "1"}),
        "/requests/<reference>/counter": Step(client, request % "counter", {**own, "version": "1", "said": "Later."}),
        "/requests/<reference>/withdraw": Step(client, request % "withdraw", {**own, "version": "1"}),
        "/my-booking": Step(client, "/my-booking", {**own, "email": "ada@example.org"}),
        "/set-password/<token>": Step(client, password, {**own, "password": "lantern pepper orbit"}),
    }


def own_data(reference: str) -> str:
    """The page of the contact's own data."""
    owner = owner_of(db.session(), reference)
    assert owner is not None
    return own_data_url(owner, NOW)[0].removeprefix("http://localhost")


def interest_of(event: Event) -> tuple[str, str]:
    """The slug of an offering, and the address of an entry of its list that is to be confirmed."""
    offering = db.session.get_one(Offering, event.offering_id)
    row = Interest(
        offering_id=offering.id,
        email="bea@example.org",
        about=REOPENING,
        locale="en",
        state=InterestState.ASKED,
        asked_at=NOW,
    )
    save(row)
    return offering.slug, interest_url(row.id, row.email).removeprefix("http://localhost")


def changing(app: Flask) -> Iterator[tuple[str, str]]:
    """Rule and method of every page for groups that can change something."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - SAFE:
            if not rule.rule.startswith("/api/") and not OF_STAFF.match(rule.rule):
                yield rule.rule, method


def test_every_form_is_tried_here(app: Flask, steps: dict[str, Step]) -> None:
    assert {(rule, "POST") for rule in steps} == set(changing(app))


LACKING: dict[str, Callable[[Step, str], dict[str, Any]]] = {
    "no token": lambda step, _theirs: {"data": step.without("csrf_token")},
    "another session's": lambda step, theirs: {"data": {**step.values, "csrf_token": theirs}},
    "cross-site": lambda step, _theirs: {"data": step.values, "headers": {"Sec-Fetch-Site": "cross-site"}},
    "origin": lambda step, _theirs: {"data": step.values, "headers": {"Origin": "https://evil.example"}},
    "text": lambda step, _theirs: {"data": urlencode(step.values), "content_type": "text/plain"},
}


def test_without_the_proof_nothing_happens(client: FlaskClient, steps: dict[str, Step]) -> None:
    stranger = client.application.test_client()
    g.pop("csrf_token", None)  # tests share one context: else it would be the same token
    theirs = hidden(stranger.get("/my-booking"), "csrf_token")
    assert theirs not in {step.values["csrf_token"] for step in steps.values()}
    before = rows()
    for rule, step in steps.items():
        for name, sent in LACKING.items():
            answer = client.post(step.address, **sent(step, theirs))
            assert answer.status_code in {400, 403, 415}, (rule, name)
        token = urlencode({"csrf_token": step.values["csrf_token"]})
        address = f"{step.address}{'&' if '?' in step.address else '?'}{token}"
        assert client.post(address, data=step.without("csrf_token")).status_code == 400, rule
    assert rows() == before


def test_no_other_method_does_it(client: FlaskClient, steps: dict[str, Step]) -> None:
    before = rows()
    for rule, step in steps.items():
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
            headers = {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST"}
            values = {**step.values, "_method": "POST"}
            answer = client.open(step.address, method=method, headers=headers, data=values)
            assert answer.status_code in {200, 404, 405}, (rule, method)
    assert rows() == before


def test_with_the_proof_each_of_them_is_done(client: FlaskClient, steps: dict[str, Step]) -> None:
    """The counterpart: what is refused above is refused for what it lacks."""
    for rule in (
        "/choose",
        "/book/release",
        "/my-booking",
        "/set-password/<token>",
        "/book",
        "/requests/<reference>/withdraw",
    ):
        answer = steps[rule].send(organisation="Otherford School")
        assert answer.status_code == 303, (rule, told(answer))
    for rule in ("size", "move", "cancel"):
        name = f"/bookings/<reference>/{rule}"
        fresh = hidden(client.get(steps[name].address.replace(f"/{rule}", "")), "version")
        assert steps[name].send(version=fresh, late_confirmed="yes").status_code == 303, rule


@pytest.mark.usefixtures("event")
def test_a_host_that_a_client_invents_is_in_no_mail(client: FlaskClient) -> None:
    assert client.get("/", base_url="http://evil.example").status_code == 400
    step = booking_form(client)
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    answer = client.post("/book", data=step.values, headers=headers)
    assert answer.status_code == 303
    assert "evil.example" not in answer.location
    (payload,) = db.session.query(Notice.payload).filter(Notice.kind == "booking_confirmed").one()
    assert payload["manage_url"].startswith("http://localhost/bookings/")


@pytest.fixture
def limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits as they are outside of tests."""
    settings = app.extensions["booking.settings"]
    monkeypatch.setitem(app.extensions, "booking.settings", replace(settings, rate_limits=True))


@pytest.mark.usefixtures("limited")
def test_references_are_not_guessed(client: FlaskClient) -> None:
    tried = [client.get(f"/bookings/VE-{number:04}-0000-00?t=x") for number in range(22)]
    assert [answer.status_code for answer in tried] == [404] * 20 + [429] * 2
    assert 0 < int(tried[-1].headers["Retry-After"]) <= 60
    held = client.get("/book", query_string={"hold": "x"}, headers={"X-Forwarded-For": "1.2.3.4"})
    assert held.status_code == 429


@pytest.mark.usefixtures("limited", "event")
def test_places_are_not_hoarded(client: FlaskClient) -> None:
    answers = [
        booking_form(client).send(group_label=str(number), size="10", contact_email=f"a{number}@example.org")
        for number in range(22)
    ]
    done = [answer.status_code for answer in answers]
    assert done == [303] * 20 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.usefixtures("limited", "event")
def test_times_are_not_held_for_ever(client: FlaskClient) -> None:
    step = Step(client, "/choose", chosen(client)[1])
    done = [step.send(slot="e.NOBODY").status_code for _number in range(122)]
    assert done == [404] * 120 + [429] * 2
