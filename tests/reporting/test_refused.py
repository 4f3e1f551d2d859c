"""What rules refuse is counted as a number, and stands in the report as demand that was not met."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.bookings.refusal_models import RefusalCount
from booking.bookings.slot_ids import event_slot_id
from booking.catalogue.models import Offering
from booking.db import db
from booking.reporting.services.reading import report
from booking.reporting.table_terms import Cell
from booking.reporting.terms import Filters, Period
from tests.api.calls import API, body_of, book, group, own_slot, post
from tests.builders import NOW, make_event, make_guide, make_offering, make_station

pytestmark = pytest.mark.usefixtures("app")
TODAY = Filters(Period(NOW.date(), NOW.date()))


@pytest.fixture(autouse=True)
def _at_now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def tour() -> Offering:
    """A tour of Vienna, in English, French and German."""
    station = make_station()
    make_guide(station, languages="en de fr")
    return make_offering(station)


def counted() -> dict[tuple[str, str, str, str], int]:
    """Numbers by station, rule, kind and language, as the report tells them."""
    rows = report(TODAY, NOW).table("T10.rules").rows
    return {row.values[:4]: row.values[4].value for row in rows if isinstance(row.values[4], Cell)}  # type: ignore[misc]  # texts, and a number


def test_a_language_that_is_not_given_is_counted_each_time_that_it_is_asked_for(
    client: FlaskClient, tour: Offering
) -> None:
    for _ in range(2):
        told = body_of(book(client, group(slot=own_slot(tour, language="ar"))), 409)
        assert [one["rule"] for one in told["refusals"]] == ["LANG-01"]
    assert counted() == {("VIE", "LANG-01", "tour", "ar"): 2}
    days = set(db.session.execute(select(RefusalCount.day)).scalars())
    assert days == {date(2026, 11, 23)}


def test_looking_and_mistyping_count_nothing(client: FlaskClient, tour: Offering) -> None:
    wanted = group(slot=own_slot(tour, language="ar"))
    assert post(client, "/requests/check", wanted).status_code in {200, 409}
    assert client.get(f"{API}/slots/why-not?slot={wanted['slot']}").status_code == 200
    assert book(client, group(slot=own_slot(tour), size=None)).status_code in {409, 422}
    assert counted() == {}


def test_a_full_event_is_no_lack_and_a_group_too_large_is(client: FlaskClient, tour: Offering) -> None:
    event = make_event(tour, capacity=20)
    assert book(client, group(slot=event_slot_id(event.code))).status_code == 409  # 24 people
    assert counted() == {}
    assert book(client, group(slot=own_slot(tour), size=36)).status_code == 409
    assert counted() == {("VIE", "CAP-01", "tour", "en"): 1}


def test_a_request_with_several_times_is_counted_once(client: FlaskClient, tour: Offering) -> None:
    wish = {"offering_id": tour.code, "language": "ar", "wishes": ["2026-12-14T18:00", "2026-12-15T18:00"]}
    told = body_of(post(client, "/requests", group(**wish), Idempotency_Key="a"), 409)
    assert {one["rule"] for one in told["refusals"]} == {"LANG-01"}
    assert counted() == {("VIE", "LANG-01", "tour", "ar"): 1}
