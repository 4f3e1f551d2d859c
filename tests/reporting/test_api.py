"""`GET /api/v1/reports`: the tables and saved questions for coordinators of any station."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking.bookings.terms import BookingStatus
from booking.reporting.schemas import ReportOut
from booking.scheduling.terms import EventStatus
from tests.api.calls import API, body_of, fields_of, keeps
from tests.builders import make_booking, make_event, make_offering, make_station
from tests.signing_in import api_token, make_account

pytestmark = pytest.mark.usefixtures("app")
DECEMBER = "from=2026-12-01&to=2026-12-31"


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """Vienna held one tour for 12 people from the Republic of Korea, Nairobi none; the coordinator is Nairobi's."""
    make_station("NBO", languages="en sw")
    event = make_event(make_offering(make_station()), status=EventStatus.HELD)
    make_booking(event, status=BookingStatus.ATTENDED, attended=12)
    client.environ_base["HTTP_AUTHORIZATION"] = api_token(make_account("coordinator", "NBO"))["Authorization"]
    return client


def asked(desk: FlaskClient, query: str) -> TestResponse:
    return desk.get(f"{API}/reports?{query}")


def rows(told: dict[str, list[dict[str, object]]], id_: str) -> object:
    return next(table["rows"] for table in told["tables"] if table["id"] == id_)


def test_a_coordinator_reads_the_figures_of_every_station(desk: FlaskClient) -> None:
    told = body_of(asked(desk, DECEMBER))
    keeps(ReportOut, told)
    assert told["period"] == {"from": "2026-12-01", "to": "2026-12-31"}
    counts = {"events": 1, "events_before": 0, "participants": 12, "participants_before": 0, "unrecorded": 0}
    assert rows(told, "T1.station") == [{"station": "VIE", **counts}, {"is_total": True, "station": "", **counts}]
    assert (told["measures"]["M01"], told["measures"]["M08"], told["not_ready"]) == (1, "", [])


def test_filters_narrow_it(desk: FlaskClient) -> None:
    for query, events in (
        ("station=VIE,NBO", 1),
        ("station=NBO", 0),
        ("kind=tour,briefing", 1),
        ("kind=webinar", 0),
        ("country=KR", 1),
        ("country=FR", 0),
        ("language=en&format=virtual-live", 1),
        ("theme=un75", 0),
        ("series=NONE", 0),
        ("unit=library", 0),
        ("audience=children", 0),
    ):
        told = body_of(asked(desk, f"{DECEMBER}&{query}"))
        assert rows(told, "T1.station")[-1]["events"] == events, query  # type: ignore[index]  # rows


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("to=2026-12-31", "from"),
        ("from=2026-12-31&to=2026-12-01", "to"),
        ("from=1901-01-01&to=2900-12-31", "to"),
        ("from=0001-01-01&to=9999-12-31", "from"),
        ("from=yesterday&to=2026-12-31", "from"),
        (f"{DECEMBER}&station=XYZ", "station"),
        (f"{DECEMBER}&kind={','.join(['tour'] * 10_000)}", "kind"),
    ],
)
def test_what_no_report_is_made_of_names_its_field(desk: FlaskClient, query: str, field: str) -> None:
    assert field in fields_of(asked(desk, query))


def test_it_is_the_coordinators_alone(client: FlaskClient) -> None:
    make_station()
    assert asked(client, DECEMBER).status_code == 401
    guide = api_token(make_account("guide", "VIE"))
    assert client.get(f"{API}/reports?{DECEMBER}", headers=guide).status_code == 404
