"""The heaviest pages of the staff, in the two languages whose letters take two bytes each."""

import pytest
from flask.testing import FlaskClient
from flask_babel import refresh

from booking import clock
from tests.browser.test_looks import MOST_BYTES, weight
from tests.builders import NOW
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")

HEAVIEST = (
    f"/desk/reports?from={NOW.year}-01-01&to={NOW.year}-12-31",
    f"/desk/reports?from={NOW.year}-01-01&to={NOW.year}-11-23&kind=tour&kind=briefing&format=virtual-live&unit=visitors-service",
    "/desk/catalogue/stations/NYC/rules?offering=P-NYC-04",
    "/desk/catalogue/translations?what=",
    "/desk/mail-texts?station=all",
)


def test_no_page_of_the_desk_is_too_heavy_for_a_slow_line(client: FlaskClient) -> None:
    pages = {}
    with clock.frozen(NOW):
        desk = sign_in(client, make_account("administrator"))
        for locale, direction in (("ru", "ltr"), ("ar", "rtl")):
            refresh()  # the context of the test keeps the language of the page before
            for address in HEAVIEST:
                pages[address, locale] = desk.get(f"{address}&lang={locale}").text
                assert f'<html lang="{locale}" dir="{direction}">' in pages[address, locale]
    assert {one: size for one, source in pages.items() if (size := weight(source)) >= MOST_BYTES} == {}
