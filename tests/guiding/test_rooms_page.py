"""The page on which a guide keeps standing rooms."""

import re

import pytest
from flask.testing import FlaskClient

from booking.db import db
from booking.scheduling.queries.rooms import rooms_of
from booking.scheduling.services.assign import assign_guide
from tests.builders import NOW
from tests.scheduling.asked import Scene
from tests.signing_in import sign_in

ZOOM = "https://zoom.example.org/1"


def post(client: FlaskClient, path: str, **data: str) -> tuple[int, str]:
    """Send a form of the page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/guide/rooms").text)
    assert token is not None
    answer = client.post(path, data={"csrf_token": token[1], **data})
    return answer.status_code, answer.text


def test_a_room_is_kept_shown_and_given_up(client: FlaskClient) -> None:
    scene = Scene(1)
    sign_in(client, scene.accounts[0])
    assert post(client, "/guide/rooms", platform="Zoom", url=" https://ZOOM.example.org/1 ")[0] == 303
    assert ZOOM in client.get("/guide/rooms?done=saved").text
    assert [room.url for room in rooms_of(db.session(), scene.guides[0].id)] == [ZOOM]
    assert post(client, "/guide/rooms/remove", platform="Zoom")[0] == 303
    assert rooms_of(db.session(), scene.guides[0].id) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://zoom.example.org/1",
        "https://ada:secret@zoom.example.org/1",
        "https://zoom.example.org/1\r\nX-Evil: 1",
        "javascript:alert(1)",
        "https://",
        "",
        "https://zoom.example.org/" + "x" * 500,
    ],
)
def test_an_address_that_is_none_is_refused_in_a_sentence(client: FlaskClient, url: str) -> None:
    scene = Scene(1)
    sign_in(client, scene.accounts[0])
    status, page = post(client, "/guide/rooms", platform="Zoom", url=url)
    assert status == 422
    assert 'id="url-e"' in page
    assert rooms_of(db.session(), scene.guides[0].id) == []


def test_a_platform_that_is_not_on_the_list_is_refused(client: FlaskClient) -> None:
    scene = Scene(1)
    sign_in(client, scene.accounts[0])
    assert post(client, "/guide/rooms", platform="Carrier pigeon", url=ZOOM)[0] == 422


def test_the_room_of_a_colleague_and_one_that_is_taken_are_refused_in_sentences(client: FlaskClient) -> None:
    scene = Scene(2)
    sign_in(client, scene.accounts[0])
    post(client, "/guide/rooms", platform="Zoom", url=ZOOM)
    other = client.application.test_client()
    sign_in(other, scene.accounts[1])
    status, page = post(other, "/guide/rooms", platform="Zoom", url=ZOOM)
    assert status == 409
    assert "room of a colleague" in page
    there = scene.event(meeting_url="https://own.example.org/room")
    assign_guide(there.code, scene.guides[0].code, now=NOW, actor="account:1")
    assign_guide(scene.event().code, scene.guides[1].code, now=NOW, actor="account:1")
    status, page = post(other, "/guide/rooms", platform="Zoom", url="https://own.example.org/room")
    assert status == 409
    assert there.code in page


def test_who_is_no_guide_has_no_rooms(client: FlaskClient) -> None:
    assert client.get("/guide/rooms").status_code == 303
