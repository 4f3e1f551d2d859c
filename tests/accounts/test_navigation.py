"""The links at the top of the pages of staff: the first of the desk in the header, the others in a menu."""

import re

import pytest
from flask.testing import FlaskClient

from booking.accounts.terms import Role
from booking.i18n import locales
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")


def parts(client: FlaskClient, path: str) -> tuple[str, str]:
    """What stands in the header itself, and what in its menu."""
    page = client.get(path).text
    found = re.search(r'<nav class="main" aria-label="Desk">(.*?)</nav>', page, re.DOTALL)
    assert found
    header, _, menu = found[1].partition("<details")
    return header, menu


def test_the_first_five_stand_in_the_header_and_the_rest_in_a_menu(client: FlaskClient) -> None:
    header, menu = parts(sign_in(client, make_account(Role.ADMINISTRATOR)), "/desk/people")
    assert header.count("<li><a ") == 5
    assert 'href="/desk/"' in header
    assert 'href="/desk/people" aria-current="page"' in menu
    assert '<summary class="here">' in menu


def test_a_menu_is_marked_only_where_the_page_is_in_it(client: FlaskClient) -> None:
    header, menu = parts(sign_in(client, make_account(Role.COORDINATOR)), "/desk/requests")
    assert 'href="/desk/requests" aria-current="page"' in header
    assert "here" not in menu
    assert "/desk/people" not in menu


def test_the_languages_are_at_the_foot(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locales, "COMPLETE_LOCALES", ("en", "fr"))
    page = sign_in(client, make_account(Role.COORDINATOR)).get("/desk/requests").text
    header, _, footer = page.partition("<footer>")
    assert 'hreflang="fr"' in footer
    assert "hreflang" not in header
