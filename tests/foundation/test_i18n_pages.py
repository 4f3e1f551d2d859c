"""Tests of the page's language: who gets which, and that nothing in a request can break the choice."""

import pytest
from flask import Flask, render_template_string, session
from flask.testing import FlaskClient

from booking import i18n
from booking.i18n import locales

PAGE = "{{ page_locale }} {{ page_direction }} {{ page_locales | map('first') | join(',') }}"


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser before a site whose French is complete and whose other translations are not."""
    monkeypatch.setattr(locales, "COMPLETE_LOCALES", ("en", "fr"))
    site = Flask("booking")
    site.config.update(SECRET_KEY="for this test", TESTING=True)
    i18n.init_app(site)
    site.add_url_rule("/", view_func=lambda: render_template_string(PAGE))
    site.add_url_rule("/api/v1/stations", "api", i18n.current_locale)
    return site.test_client()


def _seen(browser: FlaskClient, address: str = "/", accept: str | None = None) -> str:
    answer = browser.get(address, headers={"Accept-Language": accept} if accept is not None else {})
    assert answer.status_code == 200
    assert set(answer.headers.keys()) <= {"Content-Type", "Content-Length", "Set-Cookie", "Vary"}
    return answer.text


def test_english_is_spoken_to_who_wishes_nothing(visitor: FlaskClient) -> None:
    assert _seen(visitor) == "en ltr en,fr"


@pytest.mark.parametrize(
    ("accept", "locale"),
    [
        pytest.param("fr", "fr", id="French"),
        pytest.param("fr-CA,fr;q=0.8,en;q=0.5", "fr", id="Canadian French"),
        pytest.param("pl,fr;q=0.3", "fr", id="a language that we lack, then French"),
        pytest.param("ar,fr;q=0.3", "fr", id="a language that is not complete yet, then French"),
        pytest.param("en;q=0.2,fr;q=0.9", "fr", id="French rather than English"),
        pytest.param("pl", "en", id="only a language that we lack"),
        pytest.param("", "en", id="nothing"),
        pytest.param("fr;q=nan, ;;q=,*;q=9", "en", id="junk"),
        pytest.param("fr," * 2700, "en", id="8 kB"),
        pytest.param("../de", "en", id="a path"),
        pytest.param("\xff\xfe", "en", id="no ASCII"),
    ],
)
def test_the_browsers_wish_is_met_with_a_complete_language(visitor: FlaskClient, accept: str, locale: str) -> None:
    assert _seen(visitor, accept=accept).split()[0] == locale


def test_the_address_beats_the_browser_and_may_name_a_language_that_is_not_complete(visitor: FlaskClient) -> None:
    assert _seen(visitor, "/?lang=ar", accept="fr").startswith("ar rtl")


def test_a_choice_is_kept_until_the_next(visitor: FlaskClient) -> None:
    assert _seen(visitor, "/?lang=fr").startswith("fr")
    assert _seen(visitor, accept="en").startswith("fr")
    assert _seen(visitor, "/?lang=es").startswith("es")
    assert _seen(visitor).startswith("es")


@pytest.mark.parametrize("wish", ["xx", "../de", "en%0d%0aSet-Cookie:a=b", "", "EN", "%00", "%ff", "en_US", "a" * 5000])
def test_an_unknown_language_in_the_address_changes_nothing(visitor: FlaskClient, wish: str) -> None:
    assert _seen(visitor, f"/?lang={wish}", accept="fr").startswith("fr")
    assert "Set-Cookie" not in visitor.get(f"/?lang={wish}").headers


def test_a_session_with_junk_in_it_is_as_good_as_none(visitor: FlaskClient) -> None:
    with visitor.session_transaction() as kept:
        kept["lang"] = {"not": "a language"}
    assert _seen(visitor).startswith("en")


def test_a_program_gets_the_language_it_asks_for_and_no_cookie(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/stations?lang=ru")
    assert answer.text == "ru"
    assert "Set-Cookie" not in answer.headers


def test_the_choice_is_written_only_when_it_changes(visitor: FlaskClient) -> None:
    visitor.get("/?lang=fr")
    assert "Set-Cookie" not in visitor.get("/?lang=fr").headers
    with visitor:
        visitor.get("/")
        assert session["lang"] == "fr"


def test_english_is_spoken_where_there_is_no_page() -> None:
    assert i18n.current_locale() == "en"
    site = Flask("booking")
    i18n.init_app(site)
    with site.app_context():
        assert i18n.current_locale() == "en"


def test_only_arabic_runs_from_right_to_left() -> None:
    assert [locale for locale in i18n.LOCALES if i18n.direction(locale) == "rtl"] == ["ar"]


def test_complete_are_english_and_languages_with_a_compiled_catalogue() -> None:
    compiled = {path.parts[-3] for path in locales.TRANSLATIONS.rglob("messages.mo")}
    assert "en" in i18n.COMPLETE_LOCALES
    assert set(i18n.COMPLETE_LOCALES) - {"en"} <= compiled
