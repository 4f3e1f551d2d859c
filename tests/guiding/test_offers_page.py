"""The page of what a guide is asked to take."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.db import db
from booking.scheduling.models import Offer
from booking.scheduling.services.offers import offer_uncovered
from booking.scheduling.terms import OfferStatus
from tests.builders import NOW, make_assignment
from tests.scheduling.asked import Scene, givers, offers_of, pending
from tests.signing_in import sign_in


@pytest.fixture
def scene(client: FlaskClient) -> Scene:
    """Two guides, the first signed in."""
    found = Scene(2)
    sign_in(client, found.accounts[0])
    return found


def post(client: FlaskClient, offer: int, what: str, **data: object) -> int:
    """Press a button of the page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/guide/offers").text)
    assert token is not None
    with clock.frozen(NOW):
        answer = client.post(f"/guide/offers/{offer}/{what}", data={"csrf_token": token[1], **data})
    return answer.status_code


def page(client: FlaskClient) -> str:
    """What stands on it."""
    with clock.frozen(NOW):
        return client.get("/guide/offers").text


def test_it_names_the_event_the_deadline_and_what_stands_in_the_way(client: FlaskClient, scene: Scene) -> None:
    event = scene.event()
    assert "Nobody is waiting for an answer of yours." in page(client)
    offer_uncovered(NOW)
    shown = page(client)
    assert "Mon 14 Dec, 10:00" in shown
    assert "Tue 24 Nov, 10:00" in shown
    assert "All times in Vienna" in shown
    assert "/accept" in shown
    make_assignment(scene.guides[0], scene.event(event.starts_at + timedelta(minutes=70)))
    shown = page(client)
    assert "You cannot take this one" in shown
    assert "/accept" not in shown


def test_an_offer_is_taken(client: FlaskClient, scene: Scene) -> None:
    event = scene.event()
    offer_uncovered(NOW)
    assert post(client, pending(event)[0], "accept") == 303
    assert givers(event) == [scene.guides[0].id]


def test_an_offer_is_declined_with_chips_and_words(client: FlaskClient, scene: Scene) -> None:
    event = scene.event()
    offer_uncovered(NOW)
    assert post(client, pending(event)[0], "decline", why=["too-soon", "not-free"], text="At the dentist's") == 303
    assert offers_of(event) == [(scene.guides[0].id, OfferStatus.DECLINED)]
    said = db.session.execute(select(Offer.decline_reason)).scalar()
    assert said == "not-free too-soon: At the dentist's"


def test_the_offer_of_a_colleague_is_as_unknown_as_one_that_is_none(client: FlaskClient, scene: Scene) -> None:
    event = scene.event()
    offer_uncovered(NOW)
    (offer,) = pending(event)
    sign_in(client, scene.accounts[1])
    assert "Mon 14 Dec" not in page(client)
    assert [post(client, number, what) for number in (offer, 999) for what in ("accept", "decline")] == [404] * 4
    assert offers_of(event) == [(scene.guides[0].id, OfferStatus.PENDING)]
