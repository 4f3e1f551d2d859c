"""The pages on which guides and desks find the addresses of their calendars, and end old ones."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.accounts.models import AuditEntry
from booking.catalogue.models import Station
from booking.db import db
from booking.scheduling.models import Guide
from tests.builders import NOW, make_guide, make_station
from tests.signing_in import make_account, sign_in, sign_out

GUIDE, DESK = "/guide/calendars", "/desk/calendars"


@pytest.fixture(autouse=True)
def _at_now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def station(client: FlaskClient) -> Station:  # noqa: ARG001  the database is there first
    return make_station("VIE")


@pytest.fixture
def guide(station: Station) -> Guide:
    return make_guide(station)


def post(client: FlaskClient, page: str, path: str) -> int:
    """Press the button of a page; the status."""
    token = client.get(page).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(path, data={"csrf_token": token}).status_code


def feeds_on(client: FlaskClient, page: str) -> list[str]:
    """The secret addresses that a page shows, without the site."""
    parts = client.get(page).text.split('value="http://localhost/calendars/')[1:]
    return ["/calendars/" + part.partition('"')[0] for part in parts]


def test_a_guide_makes_an_address_subscribes_and_ends_it_with_another(client: FlaskClient, guide: Guide) -> None:
    account = make_account("guide", "VIE", guide=guide)
    sign_in(client, account)
    assert feeds_on(client, GUIDE) == []
    assert post(client, GUIDE, f"{GUIDE}/feed") == 303
    [first] = feeds_on(client, GUIDE)
    assert f'href="webcal://localhost{first}"' in client.get(GUIDE).text
    sign_out(client)
    assert client.get(first).status_code == 200
    sign_in(client, account)
    assert post(client, GUIDE, f"{GUIDE}/feed") == 303
    [second] = feeds_on(client, GUIDE)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    trail = db.session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.actor)).all()
    assert set(trail) == {("feed.new_address", f"guide:{guide.code}", f"account:{account.id}")}


def test_the_page_says_by_which_clocks_times_without_a_zone_are_read(client: FlaskClient, guide: Guide) -> None:
    sign_in(client, make_account("guide", "VIE", guide=guide))
    page = client.get(GUIDE).text
    assert "Times without a time zone are read by the clocks in Vienna." in page
    assert "We keep from when to when, never what, where or with whom." in page


@pytest.mark.parametrize("path", ["feed", "private", "private/remove"])
def test_an_account_that_is_nobody_s_guide_has_no_calendars(client: FlaskClient, station: Station, path: str) -> None:
    sign_in(client, make_account("guide", station.code))
    assert client.get(GUIDE).status_code == 404
    token = client.get("/account").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post(f"{GUIDE}/{path}", data={"csrf_token": token}).status_code == 404


def test_a_coordinator_makes_addresses_for_the_own_desk_only(client: FlaskClient, station: Station) -> None:
    other = make_station("NYC")
    sign_in(client, make_account("coordinator", station.code))
    page = client.get(DESK).text
    assert ("Vienna" in page, "New York" in page) == (True, False)
    assert "http://localhost/stations/VIE/events.ics" in page
    assert post(client, DESK, f"{DESK}/{station.code}") == 303
    [feed] = feeds_on(client, DESK)
    assert client.get(feed).status_code == 200
    assert post(client, DESK, f"{DESK}/{other.code}") == post(client, DESK, f"{DESK}/XXX") == 404


def test_a_guide_s_pages_are_not_open_to_others(client: FlaskClient, station: Station) -> None:
    assert client.get(GUIDE).status_code == client.get(DESK).status_code == 303
    sign_in(client, make_account("guide", station.code))
    assert client.get(DESK).status_code == 404
