"""The link in the mail of an offer: it shows, its buttons answer, and it opens nothing once it is used."""

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking import clock
from booking.accounts.models import Account, AuditEntry
from booking.db import db, transaction
from booking.scheduling.models import Offer
from booking.scheduling.services.cover import ask_for_cover
from booking.scheduling.services.offers import offer_uncovered
from booking.scheduling.terms import OfferStatus
from tests.builders import NOW, make_assignment
from tests.scheduling.asked import Scene, givers, mails, offers_of, pending

pytestmark = pytest.mark.usefixtures("app")


def link() -> str:
    """The path of the link in the mail."""
    url = str(mails("guide_offer")[0].payload["offer"]["url"])
    return url.removeprefix("http://localhost")


def post(client: FlaskClient, path: str, what: str, now: datetime = NOW, **data: str) -> tuple[int, str]:
    """Press a button of the page: the form's token, then the answer."""
    address, query = path.split("?")
    with clock.frozen(now):
        form = client.get(f"{address}?{query}").text
        found = re.search(r'name="csrf_token" value="([^"]+)"', form)
        token = found[1] if found else re.search(r'value="([^"]+)"', client.get("/my-booking").text)[1]  # type: ignore[index]
        answer = client.post(f"{address}/{what}?{query}", data={"csrf_token": token, **data})
    return answer.status_code, answer.text if answer.status_code != 303 else answer.headers["Location"]


def get(client: FlaskClient, path: str, now: datetime = NOW) -> tuple[int, str]:
    """The page."""
    with clock.frozen(now):
        answer = client.get(path)
    return answer.status_code, answer.text


def test_opening_the_link_shows_the_offer_and_changes_nothing(client: FlaskClient) -> None:
    scene = Scene(1)
    event = scene.event(guide_note="Two of them sign")
    offer_uncovered(NOW)
    for _ in range(2):
        status, page = get(client, link())
        assert status == 200
        assert "Mon 14 Dec, 10:00" in page
        assert "Two of them sign" in page
    assert offers_of(event) == [(scene.guides[0].id, OfferStatus.PENDING)]


def test_a_button_takes_it(client: FlaskClient) -> None:
    scene = Scene(1)
    event = scene.event()
    offer_uncovered(NOW)
    status, location = post(client, link(), "accept")
    assert (status, location) == (303, "/offers/answered?done=accepted")
    assert "It is yours" in get(client, location)[1]
    assert givers(event) == [scene.guides[0].id]
    row = db.session.execute(select(AuditEntry).where(AuditEntry.action == "event.assign")).scalar_one()
    assert row.actor == "guide link"


def test_another_declines_with_chips_and_words(client: FlaskClient) -> None:
    scene = Scene(1)
    event = scene.event()
    offer_uncovered(NOW)
    assert post(client, link(), "decline", why="not-free", text="At the dentist's")[0] == 303
    assert offers_of(event) == [(scene.guides[0].id, OfferStatus.DECLINED)]
    assert db.session.execute(select(Offer.decline_reason)).scalar() == "not-free: At the dentist's"


def test_a_reason_that_cannot_be_kept_is_asked_for_again(client: FlaskClient) -> None:
    scene = Scene(1)
    event = scene.event()
    offer_uncovered(NOW)
    assert post(client, link(), "decline", text="x" * 201)[0] == 422
    assert offers_of(event) == [(scene.guides[0].id, OfferStatus.PENDING)]


def test_what_was_used_has_run_out_is_unknown_or_mistyped_is_one_page(client: FlaskClient) -> None:
    scene = Scene(2)
    scene.event()
    scene.event(NOW + timedelta(days=30))
    offer_uncovered(NOW)
    used, other = (mail.payload["offer"]["url"].removeprefix("http://localhost") for mail in mails("guide_offer"))
    assert post(client, used, "accept")[0] == 303
    number, token = other.removeprefix("/offers/").split("?t=")
    tried = [
        get(client, used),
        get(client, other, NOW + timedelta(days=1)),
        get(client, f"/offers/{int(number) + 900}?t={token}"),
        get(client, f"/offers/{number}?t={token[:-1]}"),
        get(client, f"/offers/{number}"),
        get(client, f"/offers/none?t={token}"),
        get(client, f"/offers/{'9' * 40}?t={token}"),
        post(client, used, "accept"),
        post(client, used, "decline"),
        post(client, f"/offers/{number}?t=x", "accept"),
    ]
    assert {status for status, _ in tried} == {404}
    assert len({re.sub(r'href="\?[^"]*"', "", page) for _, page in tried}) == 1


def test_the_link_of_somebody_who_may_not_sign_in_any_more_opens_nothing(client: FlaskClient) -> None:
    scene = Scene(1)
    scene.event()
    offer_uncovered(NOW)
    path = link()
    with transaction() as session:
        session.execute(update(Account).values(is_active=False))
    assert get(client, path)[0] == 404


def test_what_stands_in_the_way_is_said_instead_of_a_button(client: FlaskClient) -> None:
    scene = Scene(1)
    event = scene.event()
    offer_uncovered(NOW)
    path = link()
    page = get(client, path)[1]
    make_assignment(scene.guides[0], scene.event(event.starts_at + timedelta(minutes=70)))
    assert "/accept" in page
    assert "/accept" not in get(client, path)[1]
    status, refused = post(client, path, "accept")
    assert status == 409
    assert "You cannot take this one" in refused
    assert offers_of(event)[0] == (scene.guides[0].id, OfferStatus.PENDING)


def test_cover_names_the_colleague_who_asks(client: FlaskClient) -> None:
    scene = Scene(2)
    event = scene.event()
    make_assignment(scene.guides[0], event)
    ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1")
    assert "Guide 0 asks for cover." in get(client, link())[1]
    assert len(pending(event)) == 1


def test_the_page_is_kept_by_nobody_and_tells_no_other_site_of_itself(client: FlaskClient) -> None:
    scene = Scene(1)
    scene.event()
    offer_uncovered(NOW)
    with clock.frozen(NOW):
        headers = client.get(link()).headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
