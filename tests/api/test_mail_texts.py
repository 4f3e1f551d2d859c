"""The words of mails over the API: read, written with If-Match, refused with the name of each part."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking.accounts.terms import EVERYWHERE, Role
from booking.catalogue.models import Station
from booking.http.openapi import document
from tests.api.calls import API, Json, body_of, fields_of
from tests.builders import make_station
from tests.signing_in import api_token, make_account

ONE = f"{API}/mail-texts/booking_confirmed"
Headers = dict[str, str]


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


@pytest.fixture
def desk(app: Flask, station: Station) -> Headers:  # noqa: ARG001  a row needs its database
    """The token of Vienna's coordinator."""
    return api_token(make_account(Role.COORDINATOR, station.code))


@pytest.fixture
def administrator(app: Flask, station: Station) -> Headers:  # noqa: ARG001  a row needs its database
    """The token of an administrator of all stations."""
    return api_token(make_account(Role.ADMINISTRATOR, EVERYWHERE))


def part(told: Json, name: str) -> Json:
    """One part of an answer."""
    return next(one for one in told["parts"] if one["name"] == name)


def test_words_are_read_and_written(client: FlaskClient, desk: Headers) -> None:
    read = client.get(f"{ONE}?locale=fr", headers=desk)
    told = body_of(read)
    assert (told["kind"], told["locale"], told["station"], told["version"]) == ("booking_confirmed", "fr", "VIE", 0)
    assert part(told, "subject")["text"] == part(told, "subject")["otherwise"] == "Réservé\u00a0: {time}"
    new = {"parts": {"subject": "Bienvenue, {organisation}"}}
    written = client.put(f"{ONE}?locale=fr", json=new, headers=desk | {"If-Match": read.headers["ETag"]})
    assert written.headers["ETag"] == '"1"'
    assert part(body_of(written), "subject") == {
        "name": "subject",
        "label": "Subject",
        "text": "Bienvenue, {organisation}",
        "otherwise": "Réservé\u00a0: {time}",
        "own": True,
        "outdated": False,
        "placeholders": sorted(part(told, "subject")["placeholders"]),
        "required": [],
    }
    assert body_of(client.get(f"{API}/mail-texts", headers=desk))["own_words"] == [
        {
            "kind": "booking_confirmed",
            "locale": "fr",
            "station": "VIE",
            "version": 1,
            "parts": ["subject"],
            "outdated": False,
        }
    ]


def test_the_example_of_the_document_can_be_sent(client: FlaskClient, administrator: Headers, app: Flask) -> None:
    schema = document(app)["components"]["schemas"]["MailTextIn"]["properties"]["parts"]
    assert schema["examples"]
    for number, example in enumerate(schema["examples"], 1):
        written = client.put(f"{ONE}?station=all", json={"parts": example}, headers=administrator)
        told = body_of(written)
        assert {name: part(told, name)["text"] for name in example} == example
        assert told["version"] == number


def test_an_old_version_is_answered_with_both(client: FlaskClient, desk: Headers) -> None:
    client.put(ONE, json={"parts": {"subject": "Theirs"}}, headers=desk)
    for match in ('"0"', '"7"', '"x"'):
        told = body_of(client.put(ONE, json={"parts": {"subject": "Mine"}}, headers=desk | {"If-Match": match}), 409)
        assert (told["current"]["version"], told["current"]["parts"]["subject"]) == (1, "Theirs")
        assert told["asked"] == {"parts": {"subject": "Mine"}}
    assert body_of(client.put(ONE, json={"parts": {}}, headers=desk | {"If-Match": '"1"'}))["version"] == 2


def test_what_is_wrong_is_told_part_by_part(client: FlaskClient, desk: Headers) -> None:
    parts = {"subject": "a\nb", "closing": "{tme} and {", "nothing": "x", "opening": "fine"}
    answer = client.put(ONE, json={"parts": parts}, headers=desk)
    assert fields_of(answer) == ["parts.nothing", "parts.subject", "parts.closing"]
    assert fields_of(client.put(ONE, json={"parts": {"closing": "x" * 10_001}}, headers=desk)) == ["parts.closing"]
    assert client.put(ONE, json={"parts": {"closing": 7}}, headers=desk).status_code == 422
    assert client.put(ONE, json={}, headers=desk).status_code == 422
    assert client.put(ONE, json=json.loads('{"parts": {"closing": ["x"]}}'), headers=desk).status_code == 422
    assert body_of(client.get(ONE, headers=desk))["version"] == 0


def test_words_of_others_are_none(client: FlaskClient, desk: Headers, administrator: Headers) -> None:
    make_station("GVA")
    for address in ("?station=GVA", "?station=XXX", "?locale=xx"):
        assert client.get(ONE + address, headers=desk).status_code == 404
        assert client.put(ONE + address, json={"parts": {}}, headers=desk).status_code == 404
    assert client.put(f"{ONE}?station=all", json={"parts": {"subject": "x"}}, headers=desk).status_code == 404
    client.put(f"{ONE}?station=GVA", json={"parts": {"subject": "x"}}, headers=administrator)
    assert body_of(client.get(f"{API}/mail-texts", headers=desk))["own_words"] == []
    assert client.get(f"{API}/mail-texts").status_code == 401
