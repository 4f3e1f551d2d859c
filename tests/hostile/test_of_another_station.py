"""What Vienna's coordinator may not reach: things of Geneva, named in bodies rather than in addresses."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking.bookings.models import SavedView
from booking.bookings.services.limits import LimitWish, make_limit
from booking.bookings.services.merge import MergeOrder, merge_organisations
from booking.bookings.services.saved_views import ViewFacts, save_view
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station, VocabularyTerm
from booking.catalogue.services.materials import add_material
from booking.catalogue.services.offerings import By
from booking.catalogue.terms import Format, Level, MaterialWish
from booking.db import db
from booking.i18n import Translated
from booking.notices.models import Notice
from booking.scheduling.models import Assignment, Event, Series
from booking.scheduling.terms import EventStatus, Measure, Per
from tests.attendance.making import make_item, make_survey_row
from tests.builders import (
    NOW,
    make_booking,
    make_event,
    make_guide,
    make_offering,
    make_organisation,
    make_station,
    make_visit_row,
    save,
)
from tests.hostile.walk import hidden, rows
from tests.signing_in import api_token, make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def here(app: Flask) -> Event:  # noqa: ARG001  the database is there first
    """Vienna's, with a group."""
    event = make_event(make_offering(make_station()))
    make_booking(event, make_organisation("Invented School of Vienna"), size=12)
    return event


@pytest.fixture
def there(app: Flask) -> Event:  # noqa: ARG001  the database is there first
    """Geneva's, with a group."""
    event = make_event(make_offering(make_station("GVA")))
    make_booking(event, make_organisation("Invented School of Geneva"), size=13)
    return event


class Desk:
    """Vienna's coordinator, in a browser and by a token."""

    def __init__(self, app: Flask) -> None:
        account = make_account("coordinator", "VIE")
        self.client: FlaskClient = sign_in(app.test_client(), account)
        self.headers, self.account = api_token(account), account
        self.token = hidden(self.client.get("/account"), "csrf_token")

    def post(self, address: str, **values: object) -> TestResponse:
        """Send a form."""
        return self.client.post(address, data={**values, "csrf_token": self.token})

    def call(self, method: str, address: str, body: object) -> TestResponse:
        """Call the API."""
        return self.client.open(f"/api/v1{address}", method=method, json=body, headers=self.headers)


@pytest.fixture
def desk(app: Flask, here: Event) -> Desk:  # noqa: ARG001  its station
    return Desk(app)


def make_wide_limit() -> str:
    """Of all stations, and too small for every group."""
    return make_limit(LimitWish(Measure.PEOPLE, Per.EVENT, NOW.date(), most=5), now=NOW, actor="test")


@pytest.mark.usefixtures("there")
def test_a_limit_of_all_stations_shows_a_desk_its_own_groups_alone(desk: Desk) -> None:
    page = desk.client.get(f"/desk/limits/{make_wide_limit()}").text
    assert "Invented School of Vienna" in page
    assert "Geneva" not in page


@pytest.mark.usefixtures("there")
def test_who_has_all_stations_sees_all_its_groups(app: Flask) -> None:
    everywhere = sign_in(app.test_client(), make_account("coordinator"))
    page = everywhere.get(f"/desk/limits/{make_wide_limit()}").text
    assert "Invented School of Geneva" in page


def test_an_event_is_given_to_no_guide_of_another_station(desk: Desk, here: Event, there: Event) -> None:
    guide = make_guide(make_station("NBO")).code
    before = rows()
    for method, address in (("PUT", f"/events/{here.code}/assignment"), ("PATCH", f"/events/{here.code}")):
        assert desk.call(method, address, {"guide": guide}).status_code in {404, 409, 422}
    assert desk.post(f"/desk/events/{here.code}/guide", guide=guide).status_code == 422
    assert desk.call("PUT", f"/events/{there.code}/assignment", {"guide": None}).status_code == 404
    assert not db.session.scalars(select(Assignment)).all()
    assert rows() == before


def test_a_closure_takes_choices_for_its_own_events_alone(desk: Desk, there: Event) -> None:
    body = {
        "station": "VIE",
        "type": "premises-closed",
        "starts_on": "2026-12-10",
        "ends_on": "2026-12-20",
        "answer_by": "2026-12-05T18:00",
        "choices": {there.code: "cancel"},
        "rest": "cancel",
    }
    answer = desk.call("POST", "/closures", body)
    assert answer.status_code in {201, 409, 422}, answer.text
    db.session.expire_all()
    assert db.session.get_one(Event, there.id).status == "open"
    mails = db.session.scalars(select(Notice.payload)).all()
    assert "Geneva" not in str(mails)


def test_a_place_takes_no_offering_of_another_station(desk: Desk, there: Event) -> None:
    code = db.session.get_one(Offering, there.offering_id).code
    answer = desk.post("/desk/limits/places", station="VIE", name="Rotunda", offerings=code)
    assert answer.status_code == 422
    db.session.expire_all()
    assert db.session.get_one(Offering, there.offering_id).venue_id is None


def test_a_limit_names_nothing_of_another_station(desk: Desk, there: Event) -> None:
    offering = db.session.get_one(Offering, there.offering_id).code
    body = {"measure": "people", "per": "event", "starts_on": "2026-12-14", "most": 5}
    for named in ({"station": "GVA"}, {"offering_id": offering}, {"station": "VIE", "offering_id": offering}, {}):
        assert desk.call("POST", "/limits", {**body, **named}).status_code == 422, named


@pytest.mark.usefixtures("there")
def test_a_message_to_a_list_reaches_no_group_of_another_station(desk: Desk) -> None:
    words = {"subject_en": "Your tour", "text_en": "Bring maps."}
    for list_ in ("?station=GVA", "", "?status=confirmed"):
        assert "Geneva" not in desk.post(f"/desk/messages{list_}", **words).text


@pytest.mark.usefixtures("there")
def test_no_webhook_hears_of_another_station(desk: Desk) -> None:
    body = {"url": "https://hooks.example.org/in", "stations": ["GVA"], "types": ["booking.confirmed"]}
    assert desk.call("POST", "/webhooks", body).status_code == 422
    assert desk.call("POST", "/webhooks", {**body, "stations": []}).status_code == 422


@pytest.mark.usefixtures("there")
def test_a_view_is_shared_with_the_own_desk_alone(desk: Desk) -> None:
    answer = desk.post("/desk/views", name="Mine", page="events", query="", station="GVA")
    assert answer.status_code == 422
    assert not db.session.scalar(select(func.count()).select_from(SavedView))


def test_a_colleague_does_not_say_what_somebody_sees_first(desk: Desk) -> None:
    other = make_account("coordinator", "VIE")
    shared = ViewFacts(0, other.id, "events", "Ours", "", "VIE", is_default=True, version=1)
    number = save_view(shared, now=NOW, actor="test")
    answer = desk.post(f"/desk/views/{number}", name="All of ours", station="VIE", version="1")
    assert answer.status_code == 303
    view = db.session.get_one(SavedView, number)
    assert (view.name, view.is_default) == ("All of ours", True)


def test_material_is_added_for_no_offering_of_another_station(desk: Desk, there: Event) -> None:
    code = db.session.get_one(Offering, there.offering_id).code
    before = rows()
    values = {"title-en": "Plan", "level": "all", "language": "en", "url": "https://example.org/plan", "version": "0"}
    assert desk.post("/desk/library", **values, station="VIE", offering=code).status_code == 404
    assert desk.post("/desk/library", **values, station="GVA").status_code == 422
    assert rows() == before


def test_a_survey_is_asked_after_nothing_of_another_station(desk: Desk, here: Event, there: Event) -> None:
    """A series that Geneva holds events of as well is not Vienna's alone."""
    shared, own = (Series(code=code, title=Translated("Mondays"), pattern=None) for code in ("S-1", "S-2"))
    save(shared, own)
    for event, series in ((here, shared), (there, shared), (make_event(make_offering(make_station("NYC"))), own)):
        event.series_id = series.id
    db.session.commit()
    theirs = make_survey_row(db.session.get_one(Station, there.station_id)).code
    offering = db.session.get_one(Offering, there.offering_id).code
    before = rows()
    words = {"title": "Garden survey", "en-1": "Was the garden green?", "kind-1": "yes-or-no", "version": "1"}
    for named in ({"offerings": offering}, {"series": "S-1"}, {"series": "S-2"}, {"station": "GVA"}):
        assert desk.post("/desk/surveys/new", **words, **named).status_code == 422, named
    assert desk.post(f"/desk/surveys/{theirs}", **words).status_code == 404
    assert rows() == before


def test_an_item_stands_for_no_offering_of_another_station(desk: Desk, here: Event, there: Event) -> None:
    save(*(VocabularyTerm(vocabulary=one, code=one, label=Translated(one)) for one in ("channel", "measure")))
    geneva = db.session.get_one(Station, there.station_id)
    film = make_offering(geneva, format=Format.ON_DEMAND)
    theirs = make_item(geneva, offering_id=film.id).code
    everybodys = make_item(None, offering_id=film.id)
    words = {"en": "Film", "channel": "channel", "measure": "measure", "owner": "library", "version": "1"}
    before = rows()
    for named in ({"offering": film.code}, {"station": "GVA"}):
        assert desk.post("/desk/items/new", **words, **named).status_code == 422, named
    own = make_item(db.session.get_one(Station, here.station_id)).code
    assert desk.post(f"/desk/items/{own}", **words, offering=film.code).status_code == 422
    for address in (f"/desk/items/{theirs}", f"/desk/items/{theirs}/readings"):
        assert desk.post(address, **words).status_code == 404
    assert rows() == before | {"online_item": before["online_item"] + 1}
    assert desk.post(f"/desk/items/{everybodys.code}", **words, offering=film.code).status_code == 303


def test_nothing_is_put_beside_what_is_of_another_station(desk: Desk, there: Event) -> None:
    geneva = db.session.get_one(Station, there.station_id)
    offering = db.session.get_one(Offering, there.offering_id).code
    series = Series(code="S-1", title=Translated("Mondays"), pattern=None)
    save(series)
    there.series_id = series.id
    db.session.commit()
    wish = MaterialWish({"en": "Plan"}, Level.ALL, "en", "https://example.org/plan")
    sheet = add_material(geneva.code, wish, By("test", NOW))
    before = rows()
    use = {"material": str(sheet), "act": "attach"}
    for address in (f"/desk/offerings/{offering}/material", "/desk/series/S-1/material"):
        assert desk.post(address, **use).status_code == 404, address
    for address in (f"/desk/offerings/{offering}/images", "/desk/series/S-1/texts", f"/desk/library/{sheet}"):
        assert desk.post(address, **{"title-en": "Ours", "version": "1"}).status_code == 404, address
    assert desk.post(f"/desk/library/{sheet}/retire", version="1").status_code == 404
    assert rows() == before


def test_no_organisation_of_another_station_is_merged_into_ones_own(desk: Desk, there: Event) -> None:
    kept, theirs = make_organisation("Invented Lyceum"), make_organisation("Invented Lyceum of G")
    make_booking(there, theirs)
    before = rows()
    answer = desk.call("POST", "/desk/organisations/merges", {"kept": kept.id, "merged": theirs.id})
    assert answer.status_code == 409
    assert rows() == before


def test_whoever_could_merge_two_spellings_can_part_them(desk: Desk, here: Event, there: Event) -> None:
    """Even where the one that was kept has booked elsewhere too: nothing of theirs was moved."""
    kept, merged = make_organisation("Invented Lyceum"), make_organisation("Invented Lyceeum")
    for event, organisation in ((there, kept), (here, merged)):
        make_booking(event, organisation)
    reach = frozenset({"VIE"})
    made = merge_organisations(MergeOrder(kept.id, merged.id, NOW, "test", reach=reach))
    assert desk.call("POST", f"/desk/organisations/merges/{made}/part", {}).status_code == 200


def test_nobody_parts_what_another_station_merged(desk: Desk, there: Event) -> None:
    kept, merged = make_organisation("Invented Lyceum"), make_organisation("Invented Lyceeum")
    make_booking(there, merged)
    made = merge_organisations(MergeOrder(kept.id, merged.id, NOW, "test"))
    assert desk.call("POST", f"/desk/organisations/merges/{made}/part", {}).status_code == 404


def test_a_request_is_given_to_no_guide_of_another_station(desk: Desk, here: Event) -> None:
    station = db.session.get_one(Station, here.station_id)
    asked = make_event(make_offering(station), status=EventStatus.PLANNED)
    request = make_booking(asked, status=BookingStatus.REQUESTED, answer_by=NOW + timedelta(days=7))
    theirs = make_guide(make_station("GVA")).code
    before = rows()
    answer = desk.call("POST", f"/desk/requests/{request.reference}/accept", {"guide": theirs})
    assert answer.status_code == 422, answer.text
    assert rows() == before


def test_a_request_is_answered_with_no_offering_of_another_station(desk: Desk, here: Event, there: Event) -> None:
    station = db.session.get_one(Station, here.station_id)
    make_guide(db.session.get_one(Station, there.station_id))
    request = make_visit_row(station)
    theirs = db.session.get_one(Offering, there.offering_id).code
    before = rows()
    body = {"starts_at": "2026-12-22T10:00", "until": "2026-12-10T10:00", "offering_id": theirs, "language": "en"}
    answer = desk.call("POST", f"/desk/requests/{request.reference}/propose", body)
    assert answer.status_code == 422, answer.text
    assert rows() == before
