"""The group's form and page of a request without a time, as a browser without scripts sees them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking import clock
from booking.bookings.models import Booking, VisitRequest
from booking.bookings.services.visit_answer import ask_about_visit, refuse_visit, suggest_topic
from booking.bookings.services.visit_book import Chosen, propose_for_visit
from booking.bookings.terms import BookingStatus, RequestStatus
from booking.catalogue.terms import Kind
from booking.db import db
from tests.bookings.visits import TEN_ON_TUESDAY, Visit, make_visit
from tests.builders import NOW, make_guide, make_offering, make_station

UNTIL = NOW + timedelta(days=3)
GROUP = {
    "language": "en",
    "time_zone": "Asia/Seoul",
    "organisation": "Inventedford School",
    "organisation_type": "school",
    "country": "KR",
    "size": "24",
    "accompanying_adults": "2",
    "youngest_age": "14",
    "contact_name": "Ada Invented",
    "contact_email": "ada@example.org",
    "contact_locale": "en",
    "tech_is_me": "yes",
    "platform": "ours",
    "topics": "refugees",
}
WISHES = {"wish1_on": "2026-12-21", "wish1_at": "18:00", "wish2_on": "2026-12-22", "wish2_at": "19:00"}


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def slug() -> str:
    """A briefing of Vienna, as addresses name it."""
    return make_offering(make_station(), kind=Kind.BRIEFING).slug


def number_of(model: type[Booking | VisitRequest]) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_class_asks_with_two_wishes_and_has_its_page(client: FlaskClient, slug: str) -> None:
    form = client.get(f"/request?offering={slug}&size=24&language=en")
    assert f'<option value="{slug}" selected>' in form.text
    key = re.search(r'name="key" value="([^"]+)"', form.text)
    assert key
    sent = {**GROUP, **WISHES, "offering": slug, "key": key[1]}
    answer = client.post("/request", data=sent)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "We have your request" in page.text
    assert "Mon 21 Dec, 18:00 in Seoul" in page.text
    assert "Mon 21 Dec, 10:00 in Vienna" in page.text
    assert client.post("/request", data=sent).location == answer.location
    assert (number_of(VisitRequest), number_of(Booking)) == (1, 0)


def test_what_stands_against_each_wish_is_said_beside_it(client: FlaskClient, slug: str) -> None:
    wrong = {**GROUP, **WISHES, "offering": slug, "wish1_at": "04:00"}
    answer = client.post("/request", data=wrong)
    assert answer.status_code == 409
    assert 'id="wish1_at-e"' in answer.text
    assert 'id="wish2_at-e"' not in answer.text
    assert "Nothing stands against this time." in answer.text
    assert 'value="Inventedford School"' in answer.text
    assert number_of(VisitRequest) == 0


def test_times_are_checked_before_anything_else_is_filled_in(client: FlaskClient, slug: str) -> None:
    asked = {"offering": slug, "language": "en", "time_zone": "Asia/Seoul", "topics": "refugees", **WISHES}
    answer = client.post("/request", data={**asked, "check": "yes"})
    assert answer.status_code == 200
    assert answer.text.count("Nothing stands against this time.") == 2
    late = client.post("/request", data={**asked, "check": "yes", "wish2_at": "05:00"})
    assert (late.status_code, late.text.count("Nothing stands against this time.")) == (200, 1)
    assert number_of(VisitRequest) == 0


@pytest.mark.usefixtures("slug")
def test_advice_is_asked_for_without_an_offering(client: FlaskClient) -> None:
    answer = client.post("/request", data=GROUP)
    assert answer.status_code == 303
    assert "Advice on what to choose" in client.get(answer.location).text


def test_one_time_of_one_offering_is_kept_for_the_group(client: FlaskClient, slug: str) -> None:
    one = {name: value for name, value in WISHES.items() if name.startswith("wish1")}
    answer = client.post("/request", data={**GROUP, **one, "offering": slug})
    assert urlsplit(answer.location).path.startswith("/bookings/")
    assert (number_of(VisitRequest), number_of(Booking)) == (0, 1)


def test_a_day_without_a_time_and_a_time_that_clocks_skip_are_named(client: FlaskClient, slug: str) -> None:
    half = client.post("/request", data={**GROUP, "offering": slug, "wish1_on": "2026-12-21"})
    assert (half.status_code, "Give both a day and a time." in half.text) == (422, True)
    skipped = {**GROUP, "offering": slug, "time_zone": "Europe/Vienna", "wish1_on": "2027-03-28", "wish1_at": "02:30"}
    answer = client.post("/request", data=skipped)
    assert (answer.status_code, "The clocks skip this time on that day." in answer.text) == (422, True)


@pytest.fixture
def visit() -> Visit:
    """A request that waits."""
    return make_visit()


def at(visit: Visit, step: str = "") -> str:
    """The address of the group's page."""
    return f"/requests/{visit.reference}{step}?t={visit.token}"


def sent(visit: Visit, **values: str) -> dict[str, str]:
    """What goes along with the forms of that page."""
    return {"version": str(visit.facts.version), **values}


def test_only_its_own_token_opens_a_request(client: FlaskClient, visit: Visit) -> None:
    assert client.get(at(visit)).status_code == 200
    for path in (f"/requests/{visit.reference}", f"/requests/{visit.reference}?t=x", "/requests/VE-XXXX-9?t=x"):
        assert client.get(path).status_code == 404


def test_the_link_of_the_mail_leads_to_the_request_and_later_to_the_booking(client: FlaskClient, visit: Visit) -> None:
    link = f"/bookings/{visit.reference}?t={visit.token}"
    assert urlsplit(client.get(link).location).path == f"/requests/{visit.reference}"
    propose_for_visit(visit.answer, Chosen(TEN_ON_TUESDAY, visit.speakers[0].code, until=UNTIL))
    page = client.get(link)
    assert "We propose this time" in page.text
    assert urlsplit(client.get(at(visit)).location).path == f"/bookings/{visit.reference}"
    counter = re.search(r'href="(/requests/[^"]+/counter[^"]*)"', page.text)
    assert counter
    path = counter[1].replace("&amp;", "&")
    version = re.search(r'name="version" value="(\d+)"', client.get(path).text)
    assert version
    other = {"version": version[1], "wish1_on": "2026-12-23", "wish1_at": "18:00", "said": "A day later."}
    assert urlsplit(client.post(path, data=other).location).path == f"/requests/{visit.reference}"
    assert (visit.status, visit.booking.status) == (RequestStatus.REQUESTED, BookingStatus.WITHDRAWN)
    assert urlsplit(client.get(link).location).path == f"/requests/{visit.reference}"
    assert client.post(path, data=other).status_code == 409


def test_a_question_is_read_and_answered(client: FlaskClient, visit: Visit) -> None:
    ask_about_visit(visit.answer, "How old are they?")
    assert "How old are they?" in client.get(at(visit)).text
    assert client.post(at(visit, "/answer"), data=sent(visit)).status_code == 422
    old = sent(visit, answer="Fourteen.")
    assert client.post(at(visit, "/answer"), data=old).status_code == 303
    assert visit.status is RequestStatus.REQUESTED
    late = client.post(at(visit, "/answer"), data=old)
    assert (late.status_code, "answered meanwhile" in late.text) == (409, True)


def test_a_suggested_topic_is_taken(client: FlaskClient, visit: Visit) -> None:
    suggest_topic(visit.answer, "human-rights", UNTIL, "Our speaker knows this well.")
    page = client.get(at(visit)).text
    assert "human rights" in page.casefold()
    assert "Our speaker knows this well." in page
    assert client.post(at(visit, "/suggestion"), data=sent(visit)).status_code == 303
    assert visit.facts.theme == "human-rights"


def test_a_refusal_is_read_and_a_request_withdrawn(client: FlaskClient, visit: Visit) -> None:
    assert client.post(at(visit, "/withdraw"), data=sent(visit)).status_code == 303
    assert "Your request is withdrawn" in client.get(at(visit)).text
    assert client.post(at(visit, "/withdraw"), data=sent(visit)).status_code == 409


def test_the_reason_of_a_refusal_is_read(client: FlaskClient, visit: Visit) -> None:
    refuse_visit(visit.answer, "Nobody is here that week.")
    assert "Nobody is here that week." in client.get(at(visit)).text


def test_the_start_page_leads_to_it_with_what_was_said(client: FlaskClient, slug: str) -> None:
    page = client.get(f"/?offering={slug}&size=24&language=fr")
    found = re.search(r'href="(/request\?[^"]+)"', page.text)
    assert found
    form = client.get(found[1].replace("&amp;", "&")).text
    assert 'name="size" type="number" value="24"' in form
    make_guide(make_station("GVA"), "en")
