"""Requests over the API: anybody asks, coordinators list and answer them on the version that they read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.terms import BookingStatus, RequestStatus
from booking.bookings.visit_schemas import RequestOut, RequestsOut, VisitMade
from booking.catalogue.terms import Kind
from tests.api.calls import API, Json, body_of, fields_of, group, keeps, post, rules_of
from tests.bookings.visits import TEN_ON_MONDAY, TEN_ON_TUESDAY, Visit, make_visit
from tests.builders import NOW, make_offering, make_station
from tests.signing_in import api_token, make_account

pytestmark = pytest.mark.usefixtures("app")
WEDNESDAY = (TEN_ON_TUESDAY + timedelta(days=1)).isoformat()


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def asked(**values: Any) -> Json:  # noqa: ANN401  any JSON
    """A body that is fine: advice is wished."""
    return {**group(), "language": "en", "topics": ["refugees"], **values}


def ask(client: FlaskClient, body: Json, key: str = "a") -> TestResponse:
    """Ask with a key."""
    return post(client, "/requests", body, Idempotency_Key=key)


def test_several_wishes_hold_nothing_and_the_same_key_asks_once(client: FlaskClient) -> None:
    offering = make_offering(make_station(), kind=Kind.BRIEFING)
    wishes = ["2026-12-21T18:00", "2026-12-22T18:00+09:00"]
    made = ask(client, asked(offering_id=offering.code, wishes=wishes))
    told = body_of(made, 201)
    keeps(VisitMade, told)
    assert (told["status"], told["event_id"]) == ("requested", None)
    again = ask(client, asked(offering_id=offering.code, wishes=wishes))
    assert (body_of(again, 201), again.headers["Idempotent-Replayed"]) == (told, "true")
    assert fields_of(ask(client, asked(size=10))) == ["Idempotency-Key"]


def test_what_stands_against_a_wish_is_told_and_what_cannot_be_read_named(client: FlaskClient) -> None:
    offering = make_offering(make_station(), kind=Kind.BRIEFING)
    sunday = asked(offering_id=offering.code, wishes=["2026-12-20T18:00", "2026-12-21T18:00"])
    assert rules_of(ask(client, sunday)) == ["TIME-01"]
    assert fields_of(ask(client, asked(offering_id="P-NONE"))) == ["offering_id"]
    assert fields_of(ask(client, asked(wishes=["2026-13-01T10:00"]))) == ["wishes"]


class Desk:
    """A coordinator of Vienna with a token."""

    def __init__(self, client: FlaskClient) -> None:
        self._client, self._token = client, api_token(make_account("coordinator", "VIE"))

    def get(self, path: str = "") -> TestResponse:
        """Read."""
        return self._client.get(f"{API}/desk/requests{path}", headers=self._token)

    def post(self, reference: str, step: str, body: Json, match: str = "") -> TestResponse:
        """Answer."""
        headers = {**self._token, **({"If-Match": f'"{match}"'} if match else {})}
        return self._client.post(f"{API}/desk/requests/{reference}/{step}", json=body, headers=headers)


@pytest.fixture
def visit() -> Visit:
    """A briefing on one of two days."""
    return make_visit()


@pytest.fixture
def desk(client: FlaskClient, visit: Visit) -> Desk:
    """The coordinator of its station."""
    assert visit.station.code == "VIE"
    return Desk(client)


def test_a_desk_lists_its_requests_and_reads_one_with_its_etag(desk: Desk, visit: Visit) -> None:
    told = body_of(desk.get())
    keeps(RequestsOut, told)
    assert [one["reference"] for one in told["requests"]] == [visit.reference]
    assert body_of(desk.get("?kind=tour"))["requests"] == []
    read = desk.get(f"/{visit.reference}")
    keeps(RequestOut, body_of(read))
    assert read.headers["ETag"] == '"1"'
    assert body_of(read)["wishes"] == ["2026-12-21T10:00:00+01:00", "2026-12-22T10:00:00+01:00"]
    assert fields_of(desk.get("?cursor=nonsense")) == ["cursor"]


def test_a_wish_is_accepted_once_and_on_the_version_that_was_read(desk: Desk, visit: Visit) -> None:
    yes = {"starts_at": TEN_ON_MONDAY.isoformat(), "guide": visit.speakers[0].code}
    assert body_of(desk.post(visit.reference, "accept", yes, "7"), 409)["asked"] == yes
    assert fields_of(desk.post(visit.reference, "accept", {**yes, "starts_at": WEDNESDAY})) == ["starts_at"]
    assert fields_of(desk.post(visit.reference, "accept", {"starts_at": yes["starts_at"]})) == ["guide"]
    told = body_of(desk.post(visit.reference, "accept", yes, "1"))
    assert (told["status"], told["starts_at"]) == ("confirmed", "2026-12-21T10:00:00+01:00")
    assert body_of(desk.post(visit.reference, "accept", yes), 409)["current"]["status"] == "confirmed"


def test_a_time_is_proposed_and_taken_back_then_asked_about_and_refused(desk: Desk, visit: Visit) -> None:
    until = (NOW + timedelta(days=3)).isoformat()
    told = body_of(desk.post(visit.reference, "propose", {"starts_at": WEDNESDAY, "until": until}))
    assert (told["status"], visit.booking.status) == ("proposed", BookingStatus.PROPOSED)
    assert body_of(desk.post(visit.reference, "take-back", {"reason": "She is ill."}))["status"] == "requested"
    assert body_of(desk.post(visit.reference, "question", {"question": "How old?"}))["status"] == "needs_information"
    assert body_of(desk.post(visit.reference, "refuse", {"reason": "We are full."}))["status"] == "refused"
    assert visit.status is RequestStatus.REFUSED
    assert fields_of(desk.post(visit.reference, "refuse", {})) == ["reason"]


def test_lists_arrive_for_visits_on_site_only(desk: Desk, visit: Visit) -> None:
    assert desk.post(visit.reference, "list-received", {}).status_code == 409
