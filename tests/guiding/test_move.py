"""A guide gives a tour another time: asked before groups are told, refused in a sentence, never anybody else's."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.models import AuditEntry
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.scheduling.models import Assignment, Event, Guide
from tests.builders import NOW, make_booking, make_closure, make_guide, make_holiday, make_offering, make_station
from tests.guiding.signed_in import give, guide_at_work, send, text_of, vienna

MOVE = "/guide/week/move"
TEN, ELEVEN = vienna(10, 10, month=12), vienna(10, 11, month=12)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def station(client: FlaskClient) -> Station:
    """Vienna, 08:00 to 20:00 online, 09:00 to 17:00 on site."""
    assert client.application.testing
    return make_station()


@pytest.fixture
def tour(station: Station) -> Offering:
    """An hour online."""
    return make_offering(station)


@pytest.fixture
def guide(client: FlaskClient, station: Station) -> Guide:
    """Whose browser it is."""
    return guide_at_work(client, station)


def move(client: FlaskClient, event: Event | str, to: datetime, **more: str) -> TestResponse:
    """Send the form."""
    code = event if isinstance(event, str) else event.code
    return send(client, MOVE, event=code, day=f"{to:%Y-%m-%d}", time=f"{to:%H:%M}", **more)


def start_of(event: Event) -> datetime:
    """When it starts, read afresh."""
    return db.session.execute(select(Event.starts_at).where(Event.id == event.id)).scalar_one()


def refused(answer: TestResponse) -> str:
    """The sentence of a refusal."""
    assert answer.status_code == 409
    found = re.search(r'role="alert".*?<p>(.*?)</p>', answer.text, re.DOTALL)
    assert found
    assert "Nothing was moved." in answer.text
    return found[1].replace("&#39;", "’")


def test_a_tour_without_groups_is_moved_at_once_and_the_page_says_where_it_is(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    event = give(guide, tour, TEN)
    answer = move(client, event, ELEVEN)
    assert answer.status_code == 303
    assert "is on Thu 10 Dec, 11:00 now." in text_of(client.get(answer.headers["Location"]))
    assert start_of(event) == ELEVEN
    until = db.session.execute(select(Assignment.busy_until).where(Assignment.event_id == event.id)).scalar_one()
    assert until == ELEVEN + timedelta(minutes=75)


def test_groups_are_asked_about_before_they_are_told(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    event = give(guide, tour, TEN)
    for _ in range(2):
        make_booking(event)
    asked = move(client, event, ELEVEN)
    assert asked.status_code == 200
    assert "to Thu 10 Dec, 11:00? 2 groups will be told." in text_of(asked)
    assert start_of(event) == TEN
    form = asked.text.split('<form class="summary', 1)[1].split("</form>", 1)[0]
    fields = dict(re.findall(r'name="(event|day|time|version|confirmed)" value="([^"]*)"', form))
    answer = send(client, MOVE, **fields)
    assert "2 groups are being told." in text_of(client.get(answer.headers["Location"]))
    assert start_of(event) == ELEVEN
    kinds = db.session.execute(select(Notice.kind).where(Notice.kind == "booking_moved")).scalars()
    assert len(list(kinds)) == 2


def test_the_trail_names_the_guide(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    event = give(guide, tour, TEN)
    move(client, event, ELEVEN)
    told = select(AuditEntry.actor).where(
        AuditEntry.action == "event.move", AuditEntry.subject == f"event:{event.code}"
    )
    account = db.session.execute(select(Guide.account_id).where(Guide.id == guide.id)).scalar_one()
    assert db.session.execute(told).scalar_one() == f"account:{account}"


def test_what_the_guide_gives_then_is_named(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    event = give(guide, tour, TEN)
    give(guide, tour, vienna(10, 12, month=12))
    said = refused(move(client, event, ELEVEN + timedelta(minutes=15)))
    assert "at Thu 10 Dec, 12:00, and need 15 free minutes between two tours." in said
    assert start_of(event) == TEN


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (NOW - timedelta(hours=1), "That time is over."),
        (vienna(10, 7, 30, month=12), "That is outside the station’s hours, 08:00 to 20:00 on working days."),
        (vienna(10, 19, 30, month=12), "That is outside the station’s hours, 08:00 to 20:00 on working days."),
        (vienna(12, 11, month=12), "That is outside the station’s hours, 08:00 to 20:00 on working days."),
        (vienna(9, 11, month=12), "That day is an official holiday: Invented Day."),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_a_sentence(
    client: FlaskClient, guide: Guide, tour: Offering, station: Station, to: datetime, said: str
) -> None:
    make_holiday(station, date(2026, 12, 9), "Invented Day")
    event = give(guide, tour, TEN)
    assert refused(move(client, event, to)) == said
    assert start_of(event) == TEN


def test_an_hour_that_the_clocks_skip_is_refused(client: FlaskClient, station: Station) -> None:
    with transaction() as session:
        session.execute(
            update(Station).where(Station.id == station.id).values(virtual_opens=0, working_weekdays="0123456")
        )
    guide = guide_at_work(client, station)
    event = give(guide, make_offering(station), TEN)
    answer = send(client, MOVE, event=event.code, day="2027-03-28", time="02:30")
    assert refused(answer) == "The clocks skip that hour on this day."


def test_on_site_the_closure_is_told(client: FlaskClient, guide: Guide, station: Station) -> None:
    visit = give(guide, make_offering(station, format=Format.IN_PERSON), TEN)
    make_closure(station, date(2026, 12, 11), date(2026, 12, 11))
    said = refused(move(client, visit, vienna(11, 10, month=12)))
    assert said == "The premises are closed then. The premises are closed."
    assert start_of(visit) == TEN


def test_a_tour_that_changed_since_the_grid_was_drawn_is_left_where_it_is(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    event = give(guide, tour, TEN, version=3)
    assert "This tour was changed meanwhile." in refused(move(client, event, ELEVEN, version="2"))
    assert start_of(event) == TEN
    assert move(client, event, ELEVEN, version="3").status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"event": "", "day": "2026-12-10", "time": "11:00"},
        {"day": "", "time": "11:00"},
        {"day": "soon", "time": "11:00"},
        {"day": "2026-12-10", "time": "25:00"},
        {"day": "2026-12-10", "time": ""},
    ],
)
def test_what_cannot_be_read_comes_back_with_a_sentence(
    client: FlaskClient, guide: Guide, tour: Offering, form: dict[str, str]
) -> None:
    event = give(guide, tour, TEN)
    answer = send(client, MOVE, **{"event": event.code, **form})
    assert answer.status_code == 422
    assert 'id="move" open' in answer.text or "event" in form
    assert start_of(event) == TEN


def test_a_tour_of_another_station_is_not_the_guides_to_move(client: FlaskClient, guide: Guide) -> None:
    event = give(guide, make_offering(make_station("NYC", "en", "en")), datetime(2026, 12, 10, 15, 0, tzinfo=UTC))
    assert move(client, event, ELEVEN).status_code == 404
    assert start_of(event) == datetime(2026, 12, 10, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("code", ["VIE", "NBO"])
def test_nobody_moves_the_tour_of_another_guide(
    client: FlaskClient, tour: Offering, station: Station, code: str
) -> None:
    event = give(make_guide(station), tour, TEN)
    guide_at_work(client, station if code == "VIE" else make_station(code, "en", "en"))
    assert move(client, event, ELEVEN, confirmed="yes").status_code == 404
    assert move(client, "VIE-NONE", ELEVEN, confirmed="yes").status_code == 404
    assert start_of(event) == TEN


def test_what_has_begun_is_not_moved(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    event = give(guide, tour, vienna(23, 9, 30))
    assert move(client, event, ELEVEN).status_code == 404
