"""What a desk must see to: nobody gives it, nobody is left to ask, no address a day before."""

from datetime import timedelta

import pytest

from booking.catalogue.terms import Format
from booking.db import db
from booking.scheduling.queries.red_list import Trouble, red_list
from booking.scheduling.services.assign import assign_guide
from booking.scheduling.services.offers import end_offers, offer_uncovered
from booking.scheduling.services.rooms import save_room
from tests.builders import NOW, make_event, make_offering, make_station
from tests.scheduling.asked import Scene

pytestmark = pytest.mark.usefixtures("app")


def rows(now: object = NOW, stations: set[str] | None = None) -> list[tuple[str, Trouble]]:
    """Event and trouble."""
    return [(row.code, row.trouble) for row in red_list(db.session(), stations, now)]  # type: ignore[arg-type]


def test_an_event_without_a_guide_says_whether_anybody_is_being_asked() -> None:
    scene = Scene(1)
    event = scene.event()
    assert rows() == [(event.code, Trouble.NO_GUIDE)]
    offer_uncovered(NOW)
    (row,) = red_list(db.session(), None, NOW)
    assert (row.trouble, row.answer_by, row.asked) == (Trouble.ASKING, NOW + timedelta(days=1), 1)
    end_offers(NOW + timedelta(days=1))
    (row,) = red_list(db.session(), None, NOW + timedelta(days=1))
    assert (row.trouble, row.is_exhausted) == (Trouble.NO_GUIDE, True)
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    assert rows() == []


def test_an_online_event_without_an_address_is_there_a_day_before() -> None:
    scene = Scene(1)
    event = scene.event()
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    day_before = event.starts_at - timedelta(hours=24)
    assert rows(day_before - timedelta(seconds=1)) == []
    assert rows(day_before) == [(event.code, Trouble.NO_ADDRESS)]
    save_room(scene.guides[0].id, "Zoom", "https://zoom.example.org/1", now=NOW, actor="account:1")
    assert rows(day_before) == []


def test_an_event_on_site_or_with_its_own_address_needs_no_room() -> None:
    scene = Scene(2)
    visit = make_event(make_offering(scene.station, format=Format.IN_PERSON))
    own = scene.event(meeting_url="https://own.example.org/")
    for event, guide in zip((visit, own), scene.guides, strict=True):
        assign_guide(event.code, guide.code, now=NOW, actor="account:1")
    assert rows(own.starts_at - timedelta(hours=1)) == []


def test_a_desk_sees_its_own_stations() -> None:
    scene = Scene(0)
    event = scene.event()
    make_event(make_offering(make_station("NBO")))
    assert rows(stations={"VIE"}) == [(event.code, Trouble.NO_GUIDE)]
    assert len(rows()) == 2
