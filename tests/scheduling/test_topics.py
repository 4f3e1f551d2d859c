"""Speakers name the topics on which they brief; guides are not asked."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking.accounts.terms import Role
from booking.db import db
from booking.scheduling.queries.topics import topics_of
from booking.scheduling.terms import HostRole
from tests.builders import make_guide, make_offering, make_station
from tests.signing_in import make_account, sign_in


@pytest.fixture(autouse=True)
def _open(app: Flask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


def test_a_speaker_names_topics_and_takes_them_back(client: FlaskClient) -> None:
    station = make_station()
    make_offering(station, theme="climate-change")
    speaker = make_guide(station, "en", HostRole.SPEAKER)
    browser = sign_in(client, make_account(Role.GUIDE, "VIE", guide=speaker))
    assert 'value="climate-change"' in browser.get("/guide/profile").text
    for topics in (["climate-change", "refugees"], ["refugees"], []):
        answer = browser.post("/guide/profile/abilities", data={"languages": "en", "topics": topics})
        assert answer.status_code == 303
        db.session.rollback()
        assert topics_of(db.session(), [speaker.id]).get(speaker.id, frozenset()) == frozenset(topics)
    wrong = browser.post("/guide/profile/abilities", data={"languages": "en", "topics": "nonsense"})
    assert wrong.status_code == 422


def test_a_guide_is_not_asked_for_topics(client: FlaskClient) -> None:
    station = make_station()
    guide = make_guide(station, "en")
    browser = sign_in(client, make_account(Role.GUIDE, "VIE", guide=guide))
    assert 'name="topics"' not in browser.get("/guide/profile").text
    assert browser.post("/guide/profile/abilities", data={"languages": "en", "topics": "refugees"}).status_code == 422
