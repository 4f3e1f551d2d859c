"""Coordinators look at, declare, change and take back closures over the API, each at their own stations."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking.bookings.closure_schemas import (
    ClosureOut,
    ClosuresOut,
    DeclaredOut,
    OperationOut,
    PreviewOut,
    ReopenedOut,
    UndoneOut,
)
from booking.bookings.services.answering import Answer
from booking.bookings.services.group_answers import take_proposal
from tests.api.calls import API, Json, body_of, fields_of, keeps
from tests.bookings.closing import make_hall
from tests.builders import NOW
from tests.signing_in import api_token, make_account

pytestmark = pytest.mark.usefixtures("app")
DECEMBER: Json = {
    "station": "VIE",
    "type": "premises-closed",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-31",
    "message": "The heating is out.",
    "answer_by": "2026-11-28T18:00:00",
}


class Desk:
    """A coordinator with a token."""

    def __init__(self, client: FlaskClient, station: str = "VIE") -> None:
        self._client = client
        self._token = api_token(make_account("coordinator", station))

    def get(self, path: str) -> TestResponse:
        """Read."""
        return self._client.get(API + path, headers=self._token)

    def send(self, path: str, body: Json | None = None, method: str = "post", **headers: str) -> TestResponse:
        """Send a body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.open(API + path, method=method, json=body, headers=self._token | named)


@pytest.fixture
def desk(client: FlaskClient) -> Desk:
    """A coordinator of Vienna."""
    return Desk(client)


def test_a_closure_is_looked_at_declared_and_taken_back(desk: Desk) -> None:
    hall = make_hall(size=20)
    seen = body_of(desk.send("/closures?preview=true", DECEMBER))
    keeps(PreviewOut, seen)
    assert (seen["groups"], seen["people"], seen["by_language"], seen["by_country"]) == (1, 20, {"en": 1}, {"KR": 1})
    assert seen["hits"][0]["online"]["keeps_guide"] is True
    assert body_of(desk.get("/closures"))["closures"] == []
    done = body_of(desk.send("/closures", DECEMBER | {"state": seen["state"]}, Idempotency_Key="a"), 201)
    keeps(DeclaredOut, done)
    assert done["bookings"] == [hall.booking.reference]
    again = desk.send("/closures", DECEMBER | {"state": seen["state"]}, Idempotency_Key="a")
    assert (body_of(again, 201)["operation"], again.headers["Idempotent-Replayed"]) == (done["operation"], "true")
    listed = body_of(desk.get("/closures?station=VIE"))
    keeps(ClosuresOut, listed)
    assert [one["closure_id"] for one in listed["closures"]] == done["closures"]
    log = body_of(desk.get(f"/closure-operations/{done['operation']}"))
    keeps(OperationOut, log)
    assert (log["answers"], log["may_be_undone"]) == ({"pending": 1}, True)
    undone = body_of(desk.send(f"/closure-operations/{done['operation']}/undo"))
    keeps(UndoneOut, undone)
    assert undone["bookings"] == [hall.booking.reference]
    assert body_of(desk.send(f"/closure-operations/{done['operation']}/undo"), 409)["refusals"]


def test_what_arose_since_the_preview_is_shown_and_nothing_is_done(desk: Desk) -> None:
    make_hall()
    told = body_of(desk.send("/closures", DECEMBER | {"state": "another"}), 409)
    assert told["current"]["groups"] == 1
    assert told["asked"]["message"] == "The heating is out."
    assert body_of(desk.get("/closures"))["closures"] == []


def test_after_an_answer_undo_names_it(desk: Desk) -> None:
    hall = make_hall()
    done = body_of(desk.send("/closures", DECEMBER), 201)
    take_proposal(Answer(hall.booking.reference, 2, NOW))
    told = body_of(desk.send(f"/closure-operations/{done['operation']}/undo"), 409)
    (against,) = told["hindrances"]
    assert (against["subject"], against["why"]) == (hall.booking.reference, "answered")


def test_a_closure_ends_earlier_later_and_is_lifted_once(desk: Desk) -> None:
    make_hall()
    (code,) = body_of(desk.send("/closures", DECEMBER | {"rest": "cancel"}), 201)["closures"]
    first = desk.get(f"/closures/{code}")
    keeps(ClosureOut, body_of(first))
    shorter = body_of(desk.send(f"/closures/{code}", {"ends_on": "2026-12-05"}, "patch"))
    keeps(ReopenedOut, shorter)
    assert len(shorter["left_cancelled"]) == 1
    old = desk.send(f"/closures/{code}", {"ends_on": "2026-12-03"}, "patch", If_Match=first.headers["ETag"])
    assert body_of(old, 409)["current"]["ends_on"] == "2026-12-05"
    longer = desk.send(f"/closures/{code}?preview=true", {"ends_on": "2027-01-10"}, "patch")
    keeps(PreviewOut, body_of(longer))
    assert body_of(desk.send(f"/closures/{code}", {"ends_on": "2027-01-10"}, "patch"), 201)["closures"] == [code]
    keeps(ReopenedOut, body_of(desk.send(f"/closures/{code}/lift")))
    assert "lifted already" in body_of(desk.send(f"/closures/{code}/lift"), 409)["detail"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": "2026-11-30"}, "ends_on"),
        ({"starts_on": "2026-11-22", "ends_on": None}, "starts_on"),
        ({"announced_on": "2026-12-02"}, "announced_on"),
        ({"answer_by": None}, "answer_by"),
        ({"answer_by": "2026-11-01T10:00:00Z"}, "answer_by"),
        ({"type": "official-holiday"}, "type"),
        ({"station": "GVA"}, "station"),
        ({"blocks_formats": []}, "blocks_formats"),
        ({"blocks_formats": ["virtual-live"]}, "blocks_formats"),
        ({"distanced_capacity": -1}, "distanced_capacity"),
        ({"messages": {"xx": "?"}}, "messages.xx.[key]"),
        ({"rest": "explode"}, "rest"),
        (
            {"phases": [{"type": "partial-reopening", "starts_on": "2026-12-31", "distanced_capacity": 9}]},
            "phases",
        ),
    ],
)
def test_what_cannot_be_meant_names_its_field_and_writes_nothing(desk: Desk, wrong: Json, field: str) -> None:
    make_hall()
    assert fields_of(desk.send("/closures", DECEMBER | wrong)) == [field]
    assert body_of(desk.get("/closures"))["closures"] == []


def test_closures_that_overlap_are_refused_with_the_one_that_is_there(desk: Desk) -> None:
    make_hall()
    body_of(desk.send("/closures", DECEMBER), 201)
    told = body_of(desk.send("/closures", DECEMBER | {"starts_on": "2026-12-24", "ends_on": None}), 409)
    assert told["detail"] == "A closure covers these days already: Tue 1 Dec 2026 to Thu 31 Dec 2026."


def test_a_coordinator_of_another_station_sees_none_of_it(client: FlaskClient, desk: Desk) -> None:
    make_hall()
    done = body_of(desk.send("/closures", DECEMBER), 201)
    other = Desk(client, "GVA")
    (code,) = done["closures"]
    assert body_of(other.get("/closures"))["closures"] == []
    for path in (f"/closures/{code}", f"/closure-operations/{done['operation']}", "/closures?station=VIE"):
        body_of(other.get(path), 404)
    for path in (f"/closures/{code}/lift", f"/closure-operations/{done['operation']}/undo"):
        body_of(other.send(path), 404)
    assert fields_of(other.send("/closures", DECEMBER)) == ["station"]


def test_the_examples_of_the_document_work(desk: Desk) -> None:
    make_hall()
    described = body_of(desk.get("/openapi.json"))["components"]["schemas"]["ClosureIn"]
    examples: list[dict[str, Any]] = described["examples"]
    for example in examples:
        keeps(PreviewOut, body_of(desk.send("/closures?preview=true", example)))
    body_of(desk.send("/closures", examples[0]), 201)
    body_of(desk.send("/closures", examples[1]), 201)
    assert len(body_of(desk.get("/closures"))["closures"]) == 3
