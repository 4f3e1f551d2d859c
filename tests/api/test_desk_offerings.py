"""Coordinators make and change offerings over the API and read the library; the public sees pictures and materials."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from booking.catalogue.desk_schemas import CHANGE, EXAMPLE
from booking.catalogue.pictures import prepared
from booking.catalogue.services.materials import add_material
from booking.catalogue.services.pictures import add_picture
from tests.api.calls import API, body_of
from tests.builders import make_offering, make_station
from tests.catalogue.making import BY, PDF, drawn, now_of, plan
from tests.signing_in import api_token, make_account

pytestmark = pytest.mark.usefixtures("app")
PATH = f"{API}/catalogue/offerings"


@pytest.fixture
def token() -> dict[str, str]:
    """A coordinator of Vienna."""
    make_station()
    return api_token(make_account("coordinator", "VIE"))


def test_the_examples_of_the_document_make_an_offering_and_change_it(
    client: FlaskClient, token: dict[str, str]
) -> None:
    answer = client.post(PATH, json=EXAMPLE, headers=token)
    made = body_of(answer, 201)
    languages = sorted(EXAMPLE["languages"])
    assert {name: made[name] for name in EXAMPLE if name not in {"title", "languages"}} == {
        name: value for name, value in EXAMPLE.items() if name not in {"title", "languages"}
    }
    assert (made["titles"], made["languages"], made["slug"]) == (
        {"en": "Tour of the rose garden"},
        languages,
        "tour-of-the-rose-garden",
    )
    path, match = f"{PATH}/{made['offering_id']}", {"If-Match": answer.headers["ETag"]}
    changed = body_of(client.patch(path, json=CHANGE, headers=token | match))
    assert changed == {**made, **CHANGE}
    stale = client.patch(path, json={"max_group": 10}, headers=token | match)
    assert (stale.status_code, stale.get_json()["current"]["max_group"]) == (409, 15)
    assert body_of(client.get(path, headers=token)) == changed


def test_null_takes_a_limit_away_and_of_others_says_nothing(client: FlaskClient, token: dict[str, str]) -> None:
    made = body_of(client.post(PATH, json=EXAMPLE, headers=token), 201)
    change = {"max_age": None, "theme": None}
    changed = body_of(client.patch(f"{PATH}/{made['offering_id']}", json=change, headers=token))
    assert changed == {**made, "max_age": None}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"min_group": 30}, "min_group"),
        ({"min_age": 13}, "min_age"),
        ({"languages": []}, "languages"),
        ({"languages": ["xx-"]}, "languages"),
        ({"duration_min": 0}, "duration_min"),
        ({"duration_min": "45"}, "duration_min"),
        ({"watch_url": "https://example.org/f"}, "watch_url"),
        ({"format": "on-demand", "watch_url": "javascript:alert(1)"}, "watch_url"),
        ({"title": "a\r\nb"}, "title"),
        ({"kind": "circus"}, "kind"),
        ({"max_group": 10**12}, "max_group"),
    ],
)
def test_what_does_not_fit_is_told_with_its_field(
    client: FlaskClient, token: dict[str, str], values: dict[str, Any], field: str
) -> None:
    answer = client.post(PATH, json={**EXAMPLE, **values}, headers=token)
    assert answer.status_code == 422
    assert {error["field"].partition(".")[0] for error in answer.get_json()["errors"]} == {field}


def test_another_station_is_unknown(client: FlaskClient, token: dict[str, str]) -> None:
    other = make_offering(make_station("GVA"))
    assert client.post(PATH, json={**EXAMPLE, "station": "GVA"}, headers=token).status_code == 404
    assert client.patch(f"{PATH}/{other.code}", json=CHANGE, headers=token).status_code == 404
    assert now_of(other.code).version == 1


def test_the_public_is_told_of_pictures_and_materials(client: FlaskClient, token: dict[str, str]) -> None:
    made = body_of(client.post(PATH, json=EXAMPLE, headers=token), 201)
    code = made["offering_id"]
    add_picture(code, prepared(drawn()), {"en": "A rose"}, BY)
    add_picture(code, prepared(drawn(90)), {}, BY)
    add_material("VIE", plan(), BY, code)
    add_material("VIE", plan(url="", content=PDF, titles={"en": "Sheet"}), BY, code)
    (found,) = body_of(client.get(f"{API}/offerings"))["offerings"]
    assert [one["alternative_text"] for one in found["images"]] == ["A rose"]
    assert [(one["title"], one["media_type"]) for one in found["materials"]] == [
        ("Lesson plan", None),
        ("Sheet", "application/pdf"),
    ]
    for address in (found["images"][0]["small_address"], found["materials"][1]["address"]):
        assert client.get(address.removeprefix("http://localhost")).status_code == 200
    shared = body_of(client.get(f"{API}/materials", headers=token))["materials"]
    assert [one["offerings"] for one in shared] == [[code], [code]]
