"""Coordinators hold an event together over the API: asked, answered, somebody sent along, taken back."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.event_schemas import CoHostIn, EventOut, PartnerChangeIn
from booking.scheduling.terms import PartnerState
from tests.api.calls import API, Json, body_of, keeps
from tests.api.test_stations import examples
from tests.builders import NOW, make_guide
from tests.scheduling.joint import Joint, busy, make_joint
from tests.signing_in import api_token

pytestmark = pytest.mark.usefixtures("app")


class Desks:
    """Coordinators of New York, which leads the event, of Nairobi and of Vienna, each with a token."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self.joint: Joint = make_joint()
        self._tokens = {station: api_token(account) for station, account in self.joint.desk.items()}

    def call(self, who: str, method: str, rest: str = "", body: Any = None, seen: str = "") -> TestResponse:  # noqa: ANN401  any JSON
        """What the desk of a station asks for, of the event."""
        headers = self._tokens[who] | ({"If-Match": seen} if seen else {})
        path = f"{API}/events/{self.joint.event.code}{rest}"
        with clock.frozen(NOW):
            return self._client.open(path, method=method, json=body, headers=headers)


@pytest.fixture
def desks(client: FlaskClient) -> Desks:
    """Three desks and an event of the first."""
    return Desks(client)


NAIROBI = "/partners/NBO"


def partner(answer: TestResponse, status: int = 200) -> Json:
    """What the answer says of the only partner."""
    told = body_of(answer, status)
    event = told if status == 200 else told["current"]
    (found,) = event["partners"]
    return dict(found)


def test_the_examples_of_the_document_ask_agree_decline_and_send_somebody_along(desks: Desks) -> None:
    asked, agreed, declined = examples(PartnerChangeIn)
    assert desks.call("NBO", "GET").status_code == 404
    first = desks.call("NYC", "PUT", NAIROBI, asked)
    keeps(EventOut, body_of(first))
    assert (partner(first), first.headers["ETag"]) == (
        {"station": "NBO", "state": "asked", "co_host": None, "version": 1},
        '"1"',
    )
    assert partner(desks.call("NBO", "GET"))["state"] == "asked"
    assert partner(desks.call("NBO", "PUT", NAIROBI, agreed))["state"] == "agreed"
    (sent,) = examples(CoHostIn)
    make_guide(desks.joint.nairobi, hours=(0, 1440), code=sent["guide"])
    assert partner(desks.call("NBO", "PUT", f"{NAIROBI}/co-host", sent))["co_host"] == sent["guide"]
    assert desks.call("NYC", "PUT", "/partners/VIE", asked).status_code == 200
    answer = body_of(desks.call("VIE", "PUT", "/partners/VIE", declined))
    assert [(one["station"], one["state"]) for one in answer["partners"]] == [("NBO", "agreed"), ("VIE", "declined")]


def test_an_old_if_match_is_409_with_the_state_and_what_was_asked(desks: Desks) -> None:
    desks.joint.agree()
    one, other = (make_guide(desks.joint.nairobi, hours=(0, 1440)).code for _ in range(2))
    seen = f'"{partner(desks.call("NBO", "GET"))["version"]}"'
    first = desks.call("NBO", "PUT", f"{NAIROBI}/co-host", {"guide": one}, seen)
    assert partner(first)["co_host"] == one
    late = desks.call("NBO", "PUT", f"{NAIROBI}/co-host", {"guide": other}, seen)
    assert partner(late, 409)["co_host"] == one
    assert body_of(late, 409)["asked"] == {"guide": other}
    assert late.headers["ETag"] == first.headers["ETag"] != seen
    again = desks.call("NBO", "PUT", f"{NAIROBI}/co-host", {"guide": other}, late.headers["ETag"])
    assert partner(again)["co_host"] == other
    assert desks.call("NYC", "DELETE", f"{NAIROBI}?reason=Full", seen=seen).status_code == 409
    assert desks.joint.partner().state is PartnerState.AGREED


def test_an_answer_to_what_was_taken_back_is_409_with_the_state(desks: Desks) -> None:
    desks.joint.ask()
    assert partner(desks.call("NYC", "DELETE", f"{NAIROBI}?reason=Full"))["state"] == "taken-back"
    late = desks.call("NBO", "PUT", NAIROBI, {"state": "agreed"})
    assert partner(late, 409)["state"] == "taken-back"
    assert body_of(late, 409)["asked"] == {"state": "agreed"}
    assert partner(desks.call("NBO", "PUT", f"{NAIROBI}/co-host", {"guide": None}), 409)["state"] == "taken-back"
    assert partner(desks.call("NYC", "PUT", NAIROBI, {"state": "asked"}))["state"] == "asked"


def test_a_partner_withdraws_and_who_came_along_is_free(desks: Desks) -> None:
    desks.joint.agree()
    guide = make_guide(desks.joint.nairobi, hours=(0, 1440)).code
    desks.call("NBO", "PUT", f"{NAIROBI}/co-host", {"guide": guide})
    gone = partner(desks.call("NBO", "DELETE", f"{NAIROBI}?reason=Ill"))
    assert (gone["state"], gone["co_host"]) == ("withdrawn", None)
    assert busy(desks.joint.event) == {desks.joint.host.code: False}


def test_who_cannot_come_along_is_refused_with_the_reason(desks: Desks) -> None:
    desks.joint.agree()
    mute = make_guide(desks.joint.nairobi, "sw", hours=(0, 1440)).code
    for code, why in ((mute, "The guide cannot come along"), (desks.joint.host.code, "own station’s guides")):
        answer = desks.call("NBO", "PUT", f"{NAIROBI}/co-host", {"guide": code})
        assert why in body_of(answer, 409)["detail"]
    assert busy(desks.joint.event) == {desks.joint.host.code: False}


@pytest.mark.parametrize(
    ("who", "rest", "body"),
    [
        ("NBO", NAIROBI, {"state": "asked"}),
        ("NYC", NAIROBI, {"state": "agreed"}),
        ("VIE", NAIROBI, {"state": "agreed"}),
        ("VIE", "/partners/VIE", {"state": "agreed"}),
        ("NYC", f"{NAIROBI}/co-host", {"guide": None}),
        ("VIE", f"{NAIROBI}/co-host", {"guide": None}),
    ],
)
def test_what_is_another_desks_to_say_is_as_unknown_as_what_there_is_not(
    desks: Desks, who: str, rest: str, body: Json
) -> None:
    desks.joint.ask()
    assert desks.call(who, "PUT", rest, body).status_code == 404
    assert desks.joint.partner().state is PartnerState.ASKED


@pytest.mark.parametrize(
    ("rest", "body"),
    [
        (NAIROBI, {"state": "withdrawn"}),
        (NAIROBI, {}),
        (f"{NAIROBI}/co-host", {}),
        (f"{NAIROBI}/co-host", {"guide": 5}),
    ],
)
def test_what_cannot_be_read_is_422(desks: Desks, rest: str, body: Json) -> None:
    desks.joint.ask()
    assert desks.call("NBO", "PUT", rest, body).status_code == 422
