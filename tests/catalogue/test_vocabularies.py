"""Words that a desk adds, calls otherwise, and takes away while nothing uses them."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.catalogue.models import VocabularyTerm
from booking.db import db
from booking.i18n import Translated, theme_name
from tests.builders import make_event, make_offering, make_station, save
from tests.catalogue.desk import Desk, trail

pytestmark = pytest.mark.usefixtures("app", "_at_now")
OCEANS: dict[str, Any] = {"vocabulary": "theme", "en": "Life below water", "fr": "La vie aquatique"}


@pytest.fixture
def desk(client: FlaskClient) -> Desk:
    """A coordinator of Vienna."""
    make_station()
    return Desk(client)


def words() -> list[tuple[int, str, str, dict[str, str]]]:
    """All of them."""
    db.session.expire_all()
    found = db.session.scalars(select(VocabularyTerm).order_by(VocabularyTerm.id))
    return [(one.version, one.vocabulary, one.code, dict(one.label)) for one in found]


def number() -> str:
    """The number of the only word."""
    return str(db.session.scalars(select(VocabularyTerm.id)).one())


def test_a_word_is_added_and_called_so_everywhere(desk: Desk) -> None:
    assert desk.post("/vocabularies", **OCEANS).status_code == 303
    label = {"en": "Life below water", "fr": "La vie aquatique"}
    assert words() == [(1, "theme", "life-below-water", label)]
    assert trail("term.add") == [("term:theme/life-below-water", None, {"label": label})]
    assert theme_name("life-below-water", "fr") == "La vie aquatique"
    assert theme_name("life-below-water", "ru") == "Life below water"
    assert theme_name("something-else", "en") == "something else"


def test_a_word_is_called_otherwise_once(desk: Desk) -> None:
    desk.post("/vocabularies", **OCEANS)
    sent = {"term": number(), "en": "Oceans", "ar": "المحيطات"}
    assert desk.post("/vocabularies/change", version="1", **sent).status_code == 303
    assert words() == [(2, "theme", "life-below-water", {"ar": "المحيطات", "en": "Oceans"})]
    late = desk.post("/vocabularies/change", version="1", **{**sent, "en": "Seas"})
    assert late.status_code == 409
    assert all(told in late.text for told in ('value="Seas"', ">Oceans</td>", desk.account.name))
    assert words()[0][3]["en"] == "Oceans"


def test_a_word_that_is_used_stays_until_nothing_uses_it(desk: Desk, client: FlaskClient) -> None:
    desk.post("/vocabularies", **OCEANS)
    offering = make_offering(make_station("GVA"), theme="life-below-water")
    make_event(offering)
    page = desk.get(f"/vocabularies?term={number()}").text
    assert ("2 uses" in page, "/vocabularies/remove" in page) == (True, False)
    refused = desk.post("/vocabularies/remove", term=number(), version="1")
    assert (refused.status_code, "It stands in 2 places" in refused.text, len(words())) == (409, True, 1)
    assert client.get("/healthz").status_code == 200


def test_a_word_that_nothing_uses_is_taken_away(desk: Desk) -> None:
    desk.post("/vocabularies", **OCEANS)
    term = number()
    assert desk.post("/vocabularies/remove", term=term, version="1").status_code == 303
    assert words() == []
    assert desk.post("/vocabularies/remove", term=term, version="1").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"en": ""}, "en"),
        ({"en": "中文"}, "en"),
        ({"en": "a\x00b"}, "en"),
        ({"en": "x" * 201}, "en"),
        ({"vocabulary": "station"}, "vocabulary"),
    ],
)
def test_a_word_without_a_name_or_a_vocabulary_is_none(desk: Desk, wrong: dict[str, str], field: str) -> None:
    answer = desk.post("/vocabularies", **{**OCEANS, **wrong})
    assert (answer.status_code, f'id="new-{field}-e"' in answer.text, words()) == (422, True, [])


def test_a_word_is_not_kept_twice(desk: Desk) -> None:
    desk.post("/vocabularies", **OCEANS)
    again = desk.post("/vocabularies", **{**OCEANS, "en": "Life, below WATER"})
    assert (again.status_code, len(words())) == (422, 1)
    assert desk.post("/vocabularies", **{**OCEANS, "vocabulary": "audience"}).status_code == 303


@pytest.mark.parametrize("term", ["", "0", "-1", "one", "9" * 30])
def test_a_word_that_is_not_there_is_not_changed(desk: Desk, term: str) -> None:
    assert desk.post("/vocabularies/change", term=term, version="1", en="Oceans").status_code in {409, 422}
    assert desk.get(f"/vocabularies?term={term}").status_code == 200


def test_our_own_themes_are_told_in_every_language_and_not_opened(desk: Desk) -> None:
    save(VocabularyTerm(vocabulary="theme", code="refugees", label=Translated("Refugees")))
    page = desk.get(f"/vocabularies?term={number()}&lang=fr").text
    assert ("Réfugiés" in page, 'name="term"' in page) == (True, False)
