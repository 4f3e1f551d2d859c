"""The desk's pages of limits: look before it is written, nobody's change is lost, and places are named."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.accounts.terms import Role
from booking.bookings.queries.limit_rows import venues_of
from booking.catalogue.models import Offering
from booking.db import db
from booking.scheduling.models import CapacityLimit, Event
from booking.scheduling.terms import Per
from tests.bookings.limited import DECEMBER_14, people
from tests.builders import make_booking, make_event, make_offering, make_organisation, make_station
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")

NUMBERS = {"counts": "people-event", "most": "15", "starts_on": "2026-12-14", "ends_on": "", "reason": "Small room"}


@pytest.fixture
def event() -> Event:
    """Vienna's, with 22 people of one school."""
    found = make_event(make_offering(make_station()))
    make_booking(found, make_organisation("Inventedton School"), size=22)
    return found


@pytest.fixture
def desk(client: FlaskClient, event: Event) -> FlaskClient:  # noqa: ARG001  the station of it
    """Vienna's coordinator."""
    return sign_in(client, make_account(Role.COORDINATOR, "VIE"))


def rows() -> int:
    """How many limits there are."""
    return db.session.execute(select(func.count()).select_from(CapacityLimit)).scalar_one()


def hidden(page: str, name: str) -> str:
    """A hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_limit_is_looked_at_then_made_and_its_page_lists_who_stays(desk: FlaskClient, event: Event) -> None:
    look = desk.get("/desk/limits/preview", query_string={**NUMBERS, "station": "VIE"})
    assert "Inventedton School" in look.text
    assert "7 too many" in look.text
    assert rows() == 0
    token = hidden(look.text, "csrf_token")
    done = desk.post(
        "/desk/limits/make", data={**NUMBERS, "station": "VIE", "csrf_token": token}, follow_redirects=True
    )
    assert "The limit holds." in done.text
    assert "over the limit, and stays" in done.text
    assert "At most 15 people" in desk.get("/desk/limits").text
    assert "What binds: a dated limit." in desk.get(f"/desk/events/{event.code}").text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"most": ""}, "Write a number, or a share."),
        ({"ends_on": "2026-12-01"}, "The last day is before the first."),
        ({"counts": "people-day", "percent": "50"}, "A share is of the places of one event"),
        ({"station": ""}, "Choose one of your duty stations."),
        ({"station": "GVA"}, "Choose one from the list."),
        ({"percent": "20"}, "Write a number from 25."),
    ],
)
def test_what_cannot_be_meant_keeps_what_was_typed(desk: FlaskClient, values: dict[str, str], sentence: str) -> None:
    answer = desk.get("/desk/limits/preview", query_string={**NUMBERS, "station": "VIE", **values})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Small room" in answer.text
    assert rows() == 0


def test_the_second_of_two_coordinators_sees_both_and_can_send_again(desk: FlaskClient) -> None:
    code = people(Per.EVENT, 15, station="VIE")
    address = f"/desk/limits/{code}"
    sent = {"most": "12", "starts_on": "2026-12-14", "reason": "", "version": "1"}
    token = hidden(desk.get(address).text, "csrf_token")
    assert "7 too many" in desk.get(f"{address}/preview", query_string={**sent, "most": "15"}).text
    first = desk.post(f"{address}/change", data={**sent, "csrf_token": token})
    assert first.status_code == 303
    second = desk.post(f"{address}/change", data={**sent, "most": "10", "csrf_token": token})
    assert second.status_code == 409
    assert "Somebody has changed this limit" in second.text
    assert 'value="10"' in second.text
    assert hidden(second.text, "version") == "2"
    ended = desk.post(f"{address}/end", data={"version": "1", "csrf_token": token})
    assert ended.status_code == 409
    done = desk.post(f"{address}/end", data={"version": "2", "csrf_token": token}, follow_redirects=True)
    assert "The limit is taken back." in done.text


def test_a_limit_of_all_stations_is_read_but_not_changed_by_the_desk_of_one(desk: FlaskClient) -> None:
    code = people(Per.EVENT, 15)
    page = desk.get(f"/desk/limits/{code}")
    assert (page.status_code, "Take back this limit" in page.text) == (200, False)
    assert desk.get(f"/desk/limits/{code}/preview").status_code == 404


def test_a_place_is_named_with_what_is_given_there_and_a_limit_can_be_about_it(desk: FlaskClient, event: Event) -> None:
    code = _offering_code(event)
    token = hidden(desk.get("/desk/limits").text, "csrf_token")
    sent = {"station": "VIE", "name": "Rotunda", "offerings": code, "csrf_token": token}
    assert desk.post("/desk/limits/places", data=sent).status_code == 303
    (place,) = venues_of(db.session(), ["VIE"])
    assert (str(place.name), place.offerings) == ("Rotunda", (code,))
    people(Per.EVENT, 25, station="VIE", venue=place.code)
    assert db.session.execute(select(Event.capacity).where(Event.id == event.id)).scalar_one() == 25
    desk.post("/desk/limits/places", data={**sent, "offerings": ""})
    assert db.session.execute(select(Event.capacity).where(Event.id == event.id)).scalar_one() == 35


def _offering_code(event: Event) -> str:
    return db.session.execute(select(Offering.code).where(Offering.id == event.offering_id)).scalar_one()


def test_an_offering_is_explained_for_a_day(desk: FlaskClient, event: Event) -> None:
    people(Per.EVENT, percent=50, reason={"en": "Distance"})
    address = f"/desk/offerings/{_offering_code(event)}/limits"
    page = desk.get(address, query_string={"on": DECEMBER_14.isoformat()})
    assert "Room for 17 people. What binds: a dated limit." in page.text
    assert "50% of 35" in page.text
    assert desk.get(address, query_string={"on": "soon"}).status_code == 422
