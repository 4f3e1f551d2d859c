"""Leave an address, confirm it, leave the list; the desk writes to all who wait."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking import clock
from booking.catalogue.models import Interest, Offering
from booking.catalogue.services.interest import PER_ADDRESS
from booking.catalogue.terms import InterestState, OfferingStatus
from booking.db import db, transaction
from booking.notices.models import Notice
from tests.builders import NOW, make_offering, make_station
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")
GIVEN = {"email": "ada@example.org", "locale": "en", "consent": "yes", "organisation": "Invented School", "size": "25"}


@pytest.fixture(autouse=True)
def _at_now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def offering() -> Offering:
    return make_offering(make_station(), status=OfferingStatus.AWAITING_REOPENING, title={"en": "Garden tour"})


def link() -> str:
    """The address in the last mail."""
    last = db.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert last is not None
    return str(last.payload["url"]).removeprefix("http://localhost")


def states() -> list[str]:
    db.session.rollback()
    return [row.state.value for row in db.session.scalars(select(Interest).order_by(Interest.id))]


def test_what_awaits_the_reopening_says_so_and_takes_addresses(client: FlaskClient, offering: Offering) -> None:
    page = client.get(f"/offerings/{offering.slug}").text
    assert "will start when the premises" in page
    assert f'href="/offerings/{offering.slug}/interest"' in page


def test_an_address_waits_once_its_owner_has_confirmed_it(client: FlaskClient, offering: Offering) -> None:
    answer = client.post(f"/offerings/{offering.slug}/interest", data=GIVEN)
    assert (answer.status_code, "Look into your mail" in answer.text) == (200, True)
    assert states() == ["asked"]
    address = link()
    assert "Confirm the address" in client.get(address).text
    assert states() == ["asked"], "a mail program that follows the link confirms nothing"
    assert "Confirmed." in client.post(address, follow_redirects=True).text
    assert states() == ["waiting"]
    leave = address.replace("?", "/leave?")
    assert "off the list, and forgotten" in client.post(leave).text
    assert states() == []
    assert client.post(leave).status_code == 404


def test_the_answer_is_the_same_for_an_address_that_waits_already(client: FlaskClient, offering: Offering) -> None:
    first = client.post(f"/offerings/{offering.slug}/interest", data=GIVEN)
    client.post(link())
    second = client.post(f"/offerings/{offering.slug}/interest", data=GIVEN)
    assert (first.status_code, first.text) == (second.status_code, second.text)
    kinds = [notice.kind for notice in db.session.scalars(select(Notice).order_by(Notice.id))]
    assert kinds == ["interest_confirm", "interest_known"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("email", {"email": "ada@example.org\r\nBcc: all@example.org"}),
        ("email", {"email": "a@example.org,b@example.org"}),
        ("consent", {"consent": ""}),
        ("size", {"size": "many"}),
        ("locale", {"locale": "xx"}),
        ("on", {"on": "2026-12-01"}),
        ("on", {"on": "9999-12-31x"}),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(
    client: FlaskClient, offering: Offering, field: str, values: dict[str, str]
) -> None:
    data = {name: value for name, value in {**GIVEN, **values}.items() if value}
    answer = client.post(f"/offerings/{offering.slug}/interest", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-e"' in answer.text
    assert 'value="Invented School"' in answer.text
    assert states() == []


def test_a_day_whose_bookings_are_not_open_offers_a_reminder(client: FlaskClient) -> None:
    offering = make_offering(make_station())
    query = f"?offering={offering.slug}&span=dates&from=2027-10-05&to=2027-10-06&language=en&size=20"
    page = unescape(client.get(f"/{query}").text)
    found = re.findall(rf'href="(/offerings/{offering.slug}/interest\?on=[0-9-]+)"', page)
    assert found, re.findall(r"<section class=.panel empty.*?</section>", page, re.DOTALL)
    form = client.get(found[0]).text
    assert re.search(r'name="on" type="date" value="2027-10-0[56]"', form)
    data = {**GIVEN, "on": found[0].rpartition("=")[2]}
    assert client.post(f"/offerings/{offering.slug}/interest", data=data).status_code == 200
    assert db.session.scalars(select(Interest.about)).one() == data["on"]


def test_a_link_with_another_token_opens_nothing(client: FlaskClient, offering: Offering) -> None:
    client.post(f"/offerings/{offering.slug}/interest", data=GIVEN)
    address = link().partition("?")[0]
    for tried in (address, f"{address}?t=", f"{address}?t={'A' * 43}", f"{address}/leave?t=x"):
        answer = client.post(tried)
        assert answer.status_code == 404
    assert states() == ["asked"]


def test_nobody_can_flood_a_mailbox(app: Flask, client: FlaskClient, offering: Offering) -> None:
    kept = app.extensions["booking.settings"]
    app.extensions["booking.settings"] = type(kept)(**{**vars(kept), "rate_limits": True})
    try:
        path = f"/offerings/{offering.slug}/interest"
        statuses = [client.post(path, data=GIVEN).status_code for _ in range(PER_ADDRESS + 1)]
    finally:
        app.extensions["booking.settings"] = kept
    assert statuses == [200] * PER_ADDRESS + [429]


def test_the_desk_writes_to_all_once_it_has_reopened(client: FlaskClient, offering: Offering) -> None:
    for name in ("ada", "ben"):
        client.post(f"/offerings/{offering.slug}/interest", data={**GIVEN, "email": f"{name}@example.org"})
        client.post(link())
    desk = sign_in(client, make_account("coordinator", "VIE"))
    path = f"/desk/catalogue/offerings/{offering.code}/interest"
    page = desk.get(path).text
    assert "ada@example.org" in page
    assert "Write to" not in page
    assert desk.post(path).status_code == 409
    with transaction() as session:
        session.execute(update(Offering).values(status=OfferingStatus.ACTIVE))
    assert "2 addresses wait to be told" in desk.get(path.removesuffix("/interest")).text
    assert "Write to 2 addresses" in desk.get(path).text
    assert [desk.post(path).headers["Location"].rpartition("=")[2] for _ in range(2)] == ["told", "nobody"]
    assert states() == [InterestState.TOLD.value] * 2


def test_who_waits_is_for_the_own_station_alone(client: FlaskClient, offering: Offering) -> None:
    make_station("GVA")
    desk = sign_in(client, make_account("coordinator", "GVA"))
    path = f"/desk/catalogue/offerings/{offering.code}/interest"
    assert (desk.get(path).status_code, desk.post(path).status_code) == (404, 404)
