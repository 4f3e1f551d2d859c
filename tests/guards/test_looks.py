"""Every page of staff is looked at: by axe, with keys, in every width, from both sides (tests/browser)."""

from flask import Flask

from tests.browser.staff_states import STATES


def pages_of_staff(app: Flask) -> set[str]:
    """The endpoints that can be read below /desk and /guide."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/desk/", "/guide/")) and "GET" in (rule.methods or ())
    }


def test_every_page_of_staff_is_among_the_looks(app: Flask) -> None:
    looked_at = {look.endpoint(app) for _who, look in STATES.values()}
    assert pages_of_staff(app) - looked_at == set()


def test_a_look_that_names_a_page_names_one_that_is_there(app: Flask) -> None:
    lost = [name for name, (_who, look) in STATES.items() if look.path and not look.endpoint(app)]
    assert lost == []
