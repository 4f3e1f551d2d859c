"""Filters of the desk's lists under a name: kept, shared, opened first, renamed, deleted, and out of date."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.models import AuditEntry
from booking.bookings.models import SavedView
from booking.bookings.services.saved_views import MOST
from booking.db import db, transaction
from tests.builders import NOW, make_event, make_offering, make_station
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _now(app: Flask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """A browser of Vienna's coordinator; Geneva has another."""
    make_station()
    make_station("GVA")
    return sign_in(app.test_client(), make_account("coordinator", "VIE"))


@pytest.fixture
def colleague(app: Flask, desk: FlaskClient) -> FlaskClient:  # noqa: ARG001  the station is there
    """A second coordinator of Vienna's."""
    return sign_in(app.test_client(), make_account("coordinator", "VIE"))


@pytest.fixture
def stranger(app: Flask, desk: FlaskClient) -> FlaskClient:  # noqa: ARG001  as above
    """Geneva's."""
    return sign_in(app.test_client(), make_account("coordinator", "GVA"))


def keep(desk: FlaskClient, name: str = "German ones", **values: str) -> TestResponse:
    """Keep the list of events in German."""
    given = {"page": "events", "query": "language=de&week=2026-W51&lang=ar", "name": name}
    return desk.post("/desk/views", data={**given, **values})


def view() -> SavedView:
    """The only one."""
    db.session.expire_all()
    return db.session.scalars(select(SavedView)).one()


def test_a_filter_is_kept_under_a_name_without_its_week(desk: FlaskClient) -> None:
    make_event(make_offering(make_station("NYC")))
    answer = keep(desk)
    assert (answer.status_code, view().query) == (303, "language=de")
    page = desk.get(answer.location)
    assert page.status_code == 200
    assert re.search(r'<option value="de" selected', page.text)
    assert "German ones" in page.text
    assert [line.action for line in db.session.scalars(select(AuditEntry))] == ["view.save"]


def test_it_is_ones_own_until_it_is_shared(desk: FlaskClient, colleague: FlaskClient, stranger: FlaskClient) -> None:
    keep(desk, "Mine")
    assert "Mine" not in colleague.get("/desk/views").text
    desk.post(f"/desk/views/{view().id}", data={"name": "Ours", "station": "VIE", "version": "1"})
    assert "Ours" in colleague.get("/desk/views").text
    assert "Ours" not in stranger.get("/desk/views").text
    address = f"/desk/views/{view().id}"
    assert stranger.post(f"{address}/delete").status_code == 404
    assert colleague.post(f"{address}/delete").status_code == 303
    assert db.session.scalars(select(SavedView)).all() == []


def test_nobody_shares_with_another_stations_desk(desk: FlaskClient) -> None:
    assert keep(desk, station="GVA").status_code == 422
    assert db.session.scalars(select(SavedView)).all() == []


def test_one_view_is_opened_first_where_the_list_is_asked_for_bare(desk: FlaskClient, colleague: FlaskClient) -> None:
    keep(desk, "First", is_default="yes", station="VIE")
    bare = desk.get("/desk/events")
    assert (bare.status_code, bare.location) == (302, f"/desk/events?language=de&view={view().id}")
    assert desk.get("/desk/events?week=2026-W51").status_code == 200
    assert colleague.get("/desk/events").status_code == 200
    keep(desk, "Second", query="language=fr", is_default="yes")
    defaults = select(SavedView.name).where(SavedView.is_default.is_(True))
    assert db.session.scalars(defaults).all() == ["Second"]


def test_requests_and_searches_are_kept_too(desk: FlaskClient) -> None:
    for page, query in (("requests", "status=requested"), ("search", "q=School"), ("", "station=VIE&language=de")):
        answer = keep(desk, page or "German week", page=page or "board", query=query)
        assert answer.location.startswith(f"/desk/{page}?{query}&view=")
        assert desk.get(answer.location).status_code == 200
    assert keep(desk, page="secrets").status_code == 422


def test_a_view_that_names_what_is_there_no_more_says_so(desk: FlaskClient) -> None:
    answer = keep(desk, query="station=GONE")
    page = desk.get(answer.location)
    assert page.status_code == 422
    assert "names something that is not there any more" in page.text


def test_of_two_who_rename_it_the_second_sees_both(desk: FlaskClient, colleague: FlaskClient) -> None:
    keep(desk, station="VIE")
    address = f"/desk/views/{view().id}"
    assert colleague.post(address, data={"name": "Theirs", "station": "VIE", "version": "1"}).status_code == 303
    second = desk.post(address, data={"name": "Mine", "station": "VIE", "version": "1"})
    assert second.status_code == 409
    assert "it is “Theirs” now" in unescape(second.text)
    assert 'value="Mine"' in second.text
    assert desk.post(address, data={"name": "Mine", "station": "VIE", "version": "2"}).status_code == 303


@pytest.mark.parametrize("name", ["", "x" * 61, "two\nlines"])
def test_a_name_that_is_none_is_said(desk: FlaskClient, name: str) -> None:
    assert keep(desk, name).status_code == 422


def test_nobody_keeps_more_than_anybody_could_choose_from(desk: FlaskClient) -> None:
    keep(desk)
    owner = view().account_id
    with transaction() as session:
        rows = (SavedView(account_id=owner, page="events", name=str(n), query="") for n in range(MOST - 1))
        session.add_all(rows)
    refused = keep(desk)
    assert refused.status_code == 409
    assert "delete one first" in refused.text
