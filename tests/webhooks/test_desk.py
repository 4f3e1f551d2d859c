"""Coordinators make, change and drop webhooks for their stations; the secret is shown once."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.accounts.models import AuditEntry
from booking.db import db
from booking.http.fetching import RESOLVER
from booking.webhooks.keys import secret_of
from booking.webhooks.models import WebhookDelivery, WebhookEndpoint
from booking.webhooks.terms import DeliveryState, Off
from tests.builders import NOW, make_station
from tests.signing_in import make_account, sign_in
from tests.webhooks.making import make_endpoint, make_message

TYPED = {
    "url": "https://hooks.example.org/in?key=s3cr3t",
    "description": "Our visitor counter",
    "types": "event.created",
}


@pytest.fixture(autouse=True)
def _at_now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """A coordinator of Vienna."""
    for code in ("VIE", "GVA"):
        make_station(code)
    return sign_in(client, make_account("coordinator", "VIE"))


def only() -> WebhookEndpoint:
    db.session.rollback()
    found = db.session.scalars(select(WebhookEndpoint)).one()
    db.session.refresh(found)
    return found


def actions() -> list[str]:
    return [one for one in db.session.scalars(select(AuditEntry.action)) if one.startswith("webhook.")]


def test_a_webhook_is_made_and_its_secret_shown_once(desk: FlaskClient) -> None:
    made = desk.post("/desk/webhooks/new", data={**TYPED, "stations": "VIE"})
    endpoint = only()
    secret = secret_of(endpoint.code, 1)
    assert made.status_code == 200
    assert secret in made.text
    assert "no-store" in made.headers["Cache-Control"]
    page = desk.get(f"/desk/webhooks/{endpoint.code}").text
    assert secret not in page
    assert "Our visitor counter" in desk.get("/desk/webhooks").text
    assert (endpoint.stations, endpoint.types, endpoint.version) == (["VIE"], ["event.created"], 1)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "webhook.make")).one()
    assert "s3cr3t" not in str((entry.after, entry.subject))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"url": "http://hooks.example.org/in"}, "https://"),
        ({"url": "https://169.254.169.254/latest"}, "on the internet"),
        ({"url": "https://[::1]/"}, "on the internet"),
        ({"url": "https://hooks.example.org:22/"}, "without a port"),
        ({"url": ""}, "Fill this in"),
        ({"url": "https://rebound.example.org/"}, "on the internet"),
        ({"types": "booking.exploded"}, "Choose one"),
        ({"types": ""}, "Fill this in"),
        ({"stations": ""}, "Fill this in"),
        ({"stations": "GVA"}, "Choose one"),
    ],
)
def test_what_cannot_be_kept_names_its_field_and_writes_nothing(
    app: Flask, desk: FlaskClient, typed: dict[str, str], said: str
) -> None:
    before, app.extensions[RESOLVER] = app.extensions[RESOLVER], lambda *_: ["10.0.0.1"] if "rebound" in _[0] else []
    answer = desk.post("/desk/webhooks/new", data={**TYPED, "stations": "VIE", **typed})
    app.extensions[RESOLVER] = before
    assert answer.status_code == 422
    assert said in answer.text
    assert "Our visitor counter" in answer.text
    assert db.session.scalars(select(WebhookEndpoint)).all() == []


def test_whoever_looks_after_all_stations_may_leave_them_out(client: FlaskClient) -> None:
    make_station("VIE")
    everywhere = sign_in(client, make_account("administrator"))
    assert everywhere.post("/desk/webhooks/new", data=TYPED).status_code == 200
    assert only().stations == []


def test_one_for_all_stations_is_not_for_the_coordinator_of_one(desk: FlaskClient) -> None:
    for stations in ((), ("GVA",), ("VIE", "GVA")):
        endpoint = make_endpoint(stations=stations, description=f"Foreign {stations}")
        assert desk.get(f"/desk/webhooks/{endpoint.code}").status_code == 404
        assert desk.post(f"/desk/webhooks/messages/{make_message(endpoint).message}").status_code == 404
    assert "Foreign" not in desk.get("/desk/webhooks").text


def test_two_who_change_it_at_once_see_both_and_nothing_typed_is_lost(desk: FlaskClient) -> None:
    code = make_endpoint(stations=("VIE",), description="As it was").code
    first = {**TYPED, "stations": "VIE", "version": "1"}
    assert desk.post(f"/desk/webhooks/{code}", data=first).status_code == 303
    late = desk.post(f"/desk/webhooks/{code}", data={**first, "description": "Typed by the second"})
    assert late.status_code == 409
    assert "Our visitor counter" in late.text
    assert "Typed by the second" in late.text
    assert only().description == "Our visitor counter"
    version = re.search(r'name="version" value="(\d+)"', late.text)
    assert version
    again = {**first, "description": "Typed by the second", "version": version[1]}
    assert desk.post(f"/desk/webhooks/{code}", data=again).status_code == 303
    assert only().description == "Typed by the second"


def test_it_is_switched_off_and_on_tested_given_another_secret_and_taken_away(desk: FlaskClient) -> None:
    code = make_endpoint(stations=("VIE",)).code
    at = f"/desk/webhooks/{code}"
    assert desk.post(f"{at}/switch", data={"to": "off"}).status_code == 303
    assert only().off is Off.BY_HAND
    assert "Switched off by hand" in desk.get(at).text
    assert desk.post(f"{at}/switch", data={"to": "on"}).status_code == 303
    assert only().off is Off.NOT
    assert desk.post(f"{at}/switch", data={"to": "sideways"}).status_code == 422
    assert desk.post(f"{at}/test").status_code == 303
    assert "A test message" in desk.get(at).text
    assert secret_of(code, 2) in desk.post(f"{at}/new-secret").text
    assert "is valid too until" in desk.get(at).text
    assert desk.post(f"{at}/drop").status_code == 303
    assert db.session.scalars(select(WebhookDelivery)).all() == []
    assert desk.get(at).status_code == 404
    assert desk.post(f"{at}/drop").status_code == 404
    assert actions() == [
        *("webhook.switch_off", "webhook.switch_on", "webhook.test", "webhook.new_secret", "webhook.drop"),
    ]


def test_the_log_says_how_each_message_was_answered(desk: FlaskClient) -> None:
    endpoint = make_endpoint(stations=("VIE",))
    sent = make_message(endpoint)
    gone = {"state": DeliveryState.FAILED, "delivered_at": None}
    make_message(endpoint, **gone, attempts=10, status=503)
    make_message(endpoint, **gone, status=None, error="too_slow")
    page = desk.get(f"/desk/webhooks/{endpoint.code}").text
    assert "try 1: 200, 12 ms" in page
    assert "try 10: 503" in page
    assert "no answer within 15 seconds" in page
    assert desk.post(f"/desk/webhooks/messages/{sent.message}").status_code == 303
    db.session.rollback()
    db.session.refresh(sent)
    assert (sent.state, sent.attempts) == (DeliveryState.QUEUED, 0)
