"""Webhooks over the API, as coordinators call it."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from booking import clock
from booking.webhooks.keys import secret_of
from booking.webhooks.schemas import (
    MessageSentOut,
    MessagesOut,
    SecretOut,
    WebhookMadeOut,
    WebhookOut,
    WebhookProblem,
    WebhooksOut,
)
from tests.api.calls import body_of, fields_of, keeps
from tests.builders import NOW, make_station
from tests.signing_in import api_token, make_account
from tests.webhooks.making import make_endpoint, make_message

AT = "/api/v1/webhooks"
ASKED = {"url": "https://hooks.example.org/in", "stations": ["VIE"], "types": ["event.created", "event.created"]}


pytestmark = pytest.mark.usefixtures("app", "_at_now")


@pytest.fixture
def _at_now() -> Iterator[None]:
    with clock.frozen(NOW):
        make_station("VIE")
        make_station("GVA")
        yield


@pytest.fixture
def mine(_at_now: None) -> dict[str, str]:
    """The token of a coordinator of Vienna."""
    return api_token(make_account("coordinator", "VIE"))


def test_one_is_made_read_changed_and_dropped(client: FlaskClient, mine: dict[str, str]) -> None:
    answer = client.post(AT, json=ASKED, headers=mine)
    made = keeps(WebhookMadeOut, body_of(answer, 201))
    assert made.secret == secret_of(made.webhook, 1)
    assert made.types == ["event.created"]
    one = client.get(f"{AT}/{made.webhook}", headers=mine)
    assert keeps(WebhookOut, body_of(one)).on
    assert one.headers["ETag"] == answer.headers["ETag"]
    listed = keeps(WebhooksOut, body_of(client.get(AT, headers=mine)))
    assert [entry.webhook for entry in listed.webhooks] == [made.webhook]
    changed = client.patch(f"{AT}/{made.webhook}", json={"description": "Counter", "on": False}, headers=mine)
    told = keeps(WebhookOut, body_of(changed))
    assert (told.description, told.on, told.off_reason) == ("Counter", False, "by_hand")
    assert changed.headers["ETag"] != one.headers["ETag"]
    assert client.delete(f"{AT}/{made.webhook}", headers=mine).status_code == 204
    assert client.get(f"{AT}/{made.webhook}", headers=mine).status_code == 404


def test_an_old_match_is_409_with_both_states(client: FlaskClient, mine: dict[str, str]) -> None:
    code = make_endpoint(stations=("VIE",), description="As it is").code
    answer = client.patch(f"{AT}/{code}", json={"description": "Other"}, headers={**mine, "If-Match": '"7"'})
    told = keeps(WebhookProblem, body_of(answer, 409))
    assert told.current
    assert (told.current.description, told.asked) == ("As it is", {"description": "Other"})
    fresh = {**mine, "If-Match": answer.headers["ETag"]}
    assert body_of(client.patch(f"{AT}/{code}", json={"description": "Other"}, headers=fresh))["description"] == "Other"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"url": "http://hooks.example.org"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"stations": []}, "stations"),
        ({"stations": ["GVA"]}, "stations"),
        ({"types": []}, "types"),
        ({"types": ["booking.exploded"]}, "types"),
        ({"description": "x" * 10_001}, "description"),
    ],
)
def test_what_cannot_be_kept_names_its_field(
    client: FlaskClient, mine: dict[str, str], asked: dict[str, object], field: str
) -> None:
    assert set(fields_of(client.post(AT, json={**ASKED, **asked}, headers=mine))) == {field}
    assert body_of(client.get(AT, headers=mine))["webhooks"] == []


def test_secrets_tests_and_messages(client: FlaskClient, mine: dict[str, str]) -> None:
    endpoint = make_endpoint(stations=("VIE",))
    at = f"{AT}/{endpoint.code}"
    new = keeps(SecretOut, body_of(client.post(f"{at}/secret", headers=mine)))
    assert new.secret == secret_of(endpoint.code, 2)
    sent = keeps(MessageSentOut, body_of(client.post(f"{at}/test", headers=mine)))
    old = make_message(endpoint)
    again = client.post(f"{AT}/messages/{old.message}/send-again", headers=mine)
    assert body_of(again)["message"] == old.message
    found = keeps(MessagesOut, body_of(client.get(f"{at}/messages", headers=mine)))
    assert [(one.message, one.type, one.state) for one in found.messages] == [
        (old.message, "event.created", "queued"),
        (sent.message, "webhook.test", "queued"),
    ]


def test_messages_come_in_pages(client: FlaskClient, mine: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.webhooks.api.MOST_ON_PAGE", 2)
    endpoint = make_endpoint(stations=("VIE",))
    wanted = [make_message(endpoint).message for _ in range(3)][::-1]
    at = f"{AT}/{endpoint.code}/messages"
    first = body_of(client.get(at, headers=mine))
    second = body_of(client.get(at, query_string={"cursor": first["next"]}, headers=mine))
    assert [one["message"] for one in (*first["messages"], *second["messages"])] == wanted
    assert second["next"] is None
    assert client.get(at, query_string={"cursor": "9" * 30}, headers=mine).status_code == 422
