"""Merging two spellings at the desk: what is suggested, what would move, and parting them again."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking import clock
from booking.bookings.models import Booking, OrganisationMerge
from booking.db import db, transaction
from booking.scheduling.models import Event
from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation, make_station
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _now(app: Flask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def event() -> Event:
    """Of Vienna's."""
    return make_event(make_offering(make_station()), capacity=100)


@pytest.fixture
def desk(client: FlaskClient, event: Event) -> FlaskClient:  # noqa: ARG001  its station
    """A browser of Vienna's coordinator."""
    return sign_in(client, make_account("coordinator", "VIE"))


@pytest.fixture
def pair(event: Event) -> tuple[int, int]:
    """Two spellings in one event; the first has booked more often."""
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    make_booking(event, kept)
    make_booking(event, kept, group_label="8c", group_key="8c")
    make_booking(event, merged)
    return kept.id, merged.id


def state(page: str) -> str:
    """What the preview showed, by name."""
    found = re.search(r'name="state" value="([^"]+)"', page)
    assert found
    return found[1]


def test_from_the_suggestion_to_the_merge_and_back(desk: FlaskClient, pair: tuple[int, int]) -> None:
    kept, merged = pair
    listed = desk.get("/desk/organisations").text
    assert f"kept={kept}&amp;merged={merged}" in listed
    preview = desk.get("/desk/organisations/merge", query_string={"kept": kept, "merged": merged})
    assert "1 booking moves to Inventedford School." in preview.text
    (label,) = re.findall(r'name="(label-[^"]+)"', preview.text)
    sent = {"kept": kept, "merged": merged, "state": state(preview.text), label: "9a"}
    assert desk.post("/desk/organisations/merge", data=sent).status_code == 303
    assert set(db.session.scalars(select(Booking.organisation_id))) == {kept}
    assert "9a" in set(db.session.scalars(select(Booking.group_label)))
    (undo,) = re.findall(r'action="(/desk/organisations/merges/\d+/part)"', desk.get("/desk/organisations").text)
    assert desk.post(undo).status_code == 303
    assert set(db.session.scalars(select(Booking.organisation_id))) == {kept, merged}
    assert desk.post(undo).status_code == 409


def test_what_was_typed_stays_where_a_label_tells_nothing_apart(desk: FlaskClient, pair: tuple[int, int]) -> None:
    kept, merged = pair
    preview = desk.get("/desk/organisations/merge", query_string={"kept": kept, "merged": merged}).text
    (label,) = re.findall(r'name="(label-[^"]+)"', preview)
    sent = {"kept": kept, "merged": merged, "state": state(preview), label: "8C"}
    refused = desk.post("/desk/organisations/merge", data=sent)
    assert refused.status_code == 409
    assert 'value="8C"' in refused.text
    assert db.session.scalars(select(OrganisationMerge)).all() == []


def test_what_has_changed_since_is_shown_again(desk: FlaskClient, pair: tuple[int, int]) -> None:
    kept, merged = pair
    refused = desk.post("/desk/organisations/merge", data={"kept": kept, "merged": merged, "state": "older"})
    assert refused.status_code == 409
    assert "Nothing was merged: look again." in refused.text


def test_two_are_found_by_name_and_chosen(desk: FlaskClient, pair: tuple[int, int]) -> None:
    page = desk.get("/desk/organisations", query_string={"q": "INVENTED"}).text
    assert page.count('name="kept"') == 2
    assert desk.get("/desk/organisations/merge", query_string={"kept": pair[0]}).status_code == 303
    for query in ({"kept": 999_999, "merged": pair[1]}, {"kept": pair[0], "merged": pair[0]}):
        assert desk.get("/desk/organisations/merge", query_string=query).status_code == 404


def test_others_bookings_are_not_moved(desk: FlaskClient, pair: tuple[int, int]) -> None:
    kept, merged = pair
    foreign = make_event(make_offering(make_station("GVA")))
    with transaction() as session:
        session.execute(update(Booking).where(Booking.organisation_id == merged).values(event_id=foreign.id))
    refused = desk.get("/desk/organisations/merge", query_string={"kept": kept, "merged": merged})
    assert refused.status_code == 409
    assert "It has booked at other stations too" in refused.text
