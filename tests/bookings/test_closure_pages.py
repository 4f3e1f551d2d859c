"""The desk's pages of closures: look, choose, send, follow, take back; a group's page meanwhile; no scripts needed."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.links import token_of
from booking.bookings.models import Booking, ClosureOperation
from booking.bookings.terms import BookingStatus
from booking.catalogue.terms import Format, Kind
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Closure, Event
from booking.scheduling.terms import EventStatus
from tests.bookings.closing import Hall, make_hall
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import NOW, make_booking, make_event, make_offering, make_station
from tests.signing_in import make_account, sign_in

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
CHOSEN = re.compile(r'name="choice-([^"]+)" value="([^"]+)" checked')
WHOLE = {
    "station": "VIE",
    "p1-first_on": "2026-12-01",
    "p1-last_on": "2026-12-31",
    "p1-scope": "every-visit",
    "p1-courtesy": "yes",
    "reason": "The heating is out.",
    "phases": "1",
}


@pytest.fixture(autouse=True)
def _at_now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def hall() -> Hall:
    """A visit of one group in Vienna, and a virtual tour that is like it."""
    return make_hall()


@pytest.fixture
def desk(client: FlaskClient, hall: Hall) -> FlaskClient:
    """A browser of Vienna's coordinator."""
    return sign_in(client, make_account("coordinator", hall.station.code))


def looked(desk: FlaskClient, **values: str) -> TestResponse:
    """The page with what the closure would hit."""
    return desk.get("/desk/closures/new", query_string={**WHOLE, **values})


def form_of(page: TestResponse) -> MultiDict[str, str]:
    """What the confirmation of a page would send."""
    found: MultiDict[str, str] = MultiDict(HIDDEN.findall(page.text.partition('action="/desk/closures"')[2]))
    found.update({f"choice-{code}": value for code, value in CHOSEN.findall(page.text)})
    day = re.search(r'name="answer_on" type="date" value="([^"]*)"', page.text)
    hour = re.search(r'name="answer_at" type="time" value="([^"]*)"', page.text)
    if day and hour:
        found.update({"answer_on": day[1], "answer_at": hour[1]})
    return found


def sent(desk: FlaskClient, **values: str) -> TestResponse:
    """Look, and send what was looked at."""
    form = form_of(looked(desk))
    for name, value in values.items():
        form[name] = value
    return desk.post("/desk/closures", data=form)


def booking_of(hall: Hall) -> Booking:
    """The group's booking as it is now."""
    db.session.expire_all()
    return db.session.get_one(Booking, hall.booking.id)


def count(model: type[Closure | ClosureOperation | Notice]) -> int:
    """How many rows."""
    return int(db.session.execute(select(func.count()).select_from(model)).scalar_one())


def test_looking_names_the_group_and_stores_nothing(desk: FlaskClient, hall: Hall) -> None:
    page = looked(desk)
    assert page.status_code == 200
    told = re.sub("</?b>", "", page.text)
    assert "1 visit by 1 group: 10 people, who read 1 language, in 1 country." in told
    assert CHOSEN.findall(page.text) == [(hall.visit.code, "convert")]
    assert "Announce it and send 1 message" in page.text
    assert (count(Closure), count(ClosureOperation), count(Notice)) == (0, 0, 0)
    assert booking_of(hall).status is BookingStatus.CONFIRMED


def test_what_is_sent_is_done_and_followed_on_a_page(desk: FlaskClient, hall: Hall) -> None:
    answer = sent(desk)
    assert answer.status_code == 303
    booking = booking_of(hall)
    assert booking.status is BookingStatus.PROPOSED
    assert booking.event_id != hall.visit.id
    page = desk.get(answer.headers["Location"])
    assert "1 visit, 1 group" in page.text
    assert "1 has not answered" in page.text
    assert f"/desk/bookings/{booking.reference}" in page.text
    listed = desk.get("/desk/closures").text
    assert "The heating is out." in listed
    assert "To come" in listed


def test_a_double_click_does_it_once(desk: FlaskClient) -> None:
    form = form_of(looked(desk))
    first, second = (desk.post("/desk/closures", data=form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert (count(Closure), count(ClosureOperation)) == (1, 1)


def test_each_visit_goes_the_way_that_was_chosen(desk: FlaskClient, hall: Hall) -> None:
    assert sent(desk, **{f"choice-{hall.visit.code}": "cancel"}).status_code == 303
    assert booking_of(hall).status is BookingStatus.CANCELLED_BY_STATION


def test_a_button_chooses_for_all_and_keeps_them_unsent(desk: FlaskClient, hall: Hall) -> None:
    form = form_of(looked(desk))
    page = desk.post("/desk/closures/look", data={**form, "all": "move"})
    assert page.status_code == 200
    assert CHOSEN.findall(page.text) == [(hall.visit.code, "move")]
    assert ("rest", "move") in HIDDEN.findall(page.text)
    assert count(Closure) == 0


def test_the_mails_are_read_before_they_are_sent(desk: FlaskClient, hall: Hall) -> None:
    db.session.execute(update(Booking).where(Booking.id == hall.booking.id).values(contact_locale="ar"))
    db.session.commit()
    form = form_of(looked(desk, reason_ar="التدفئة معطلة."))
    page = desk.post("/desk/closures/look", data={**form, "read": "yes"})
    assert page.status_code == 200
    assert '<pre class="letter" lang="ar" dir="rtl"' in page.text
    assert "التدفئة معطلة." in page.text.partition('id="letters"')[2]
    assert count(Notice) == 0


def test_of_many_visits_a_page_shows_some_and_keeps_the_choices_for_the_rest(desk: FlaskClient, hall: Hall) -> None:
    for number in range(45):
        make_booking(make_event(hall.on_site, TEN_IN_VIENNA + timedelta(minutes=5 * number)), invited=True)
    page = looked(desk)
    assert len(CHOSEN.findall(page.text)) == 40
    assert "40 of 46 shown" in page.text
    first = CHOSEN.findall(page.text)[0][0]
    form = form_of(page)
    form[f"choice-{first}"] = "cancel"
    rest = desk.post("/desk/closures/look", data={**form, "turn": "2"})
    assert len(CHOSEN.findall(rest.text)) == 6
    assert (f"choice-{first}", "cancel") in HIDDEN.findall(rest.text)


def test_what_arose_meanwhile_is_shown_and_nothing_is_done(desk: FlaskClient, hall: Hall) -> None:
    form = form_of(looked(desk))
    make_booking(make_event(hall.on_site, TEN_IN_VIENNA + timedelta(hours=3)), invited=True)
    answer = desk.post("/desk/closures", data=form)
    assert answer.status_code == 409
    assert "This has changed since you looked" in answer.text
    assert "<b>2 visits</b> by <b>2 groups</b>" in answer.text
    assert count(Closure) == 0
    assert desk.post("/desk/closures", data=form_of(answer)).status_code == 303


def test_a_courtesy_visit_that_it_hits_is_decided_by_itself(desk: FlaskClient, hall: Hall) -> None:
    protocol = make_offering(hall.station, kind=Kind.COURTESY_VISIT, format=Format.IN_PERSON)
    visit = make_event(protocol, TEN_IN_VIENNA + timedelta(hours=4))
    make_booking(visit, invited=True)
    stays = looked(desk)
    assert "Allowed during this closure." in stays.text
    without = {name: value for name, value in WHOLE.items() if name != "p1-courtesy"}
    page = desk.get("/desk/closures/new", query_string=without)
    assert "Say what becomes of it." in page.text
    answer = desk.post("/desk/closures", data=form_of(page))
    assert answer.status_code == 409
    assert "say first what becomes of the visits that are marked" in answer.text
    form = form_of(answer)
    form[f"choice-{visit.code}"] = "cancel"
    assert desk.post("/desk/closures", data=form).status_code == 303


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"p1-last_on": "2026-11-30"}, "The last day is before the first."),
        ({"p1-first_on": "2026-11-01"}, "what has taken place cannot be closed"),
        ({"announced_on": "2026-12-02"}, "Announce it on its first day at the latest."),
        ({"p1-scope": "larger"}, "Write how many may come in one group."),
        ({"reason": ""}, "Fill this in."),
        ({"p1-first_on": "soon"}, "Write a date"),
        ({"p1-limit": "-1"}, "Write a number from 1."),
        (
            {"p1-first_on": "2026-12-01", "phases": "2", "p2-first_on": "2026-12-20", "p2-scope": "walk-ins"},
            "Two phases share a day.",
        ),
        ({"station": "GVA"}, "Choose one from the list."),
    ],
)
@pytest.mark.usefixtures("hall")
def test_what_makes_no_sense_is_said_at_its_field(desk: FlaskClient, values: dict[str, str], sentence: str) -> None:
    page = looked(desk, **values)
    assert page.status_code == 422
    assert sentence in page.text
    assert WHOLE["p1-scope"] in page.text
    assert "The heating is out." in page.text or "reason" in values


def test_a_date_to_answer_that_is_past_is_said_and_the_choices_stay(desk: FlaskClient, hall: Hall) -> None:
    answer = sent(desk, answer_on="2026-01-01", **{f"choice-{hall.visit.code}": "move"})
    assert answer.status_code == 422
    assert "Give the groups some days to answer." in answer.text
    assert CHOSEN.findall(answer.text) == [(hall.visit.code, "move")]
    assert count(Closure) == 0


def test_a_phase_is_added_without_losing_what_was_typed(desk: FlaskClient) -> None:
    page = desk.get("/desk/closures/new", query_string={**WHOLE, "add": "2"})
    assert page.status_code == 200
    assert "The heating is out." in page.text
    assert 'name="p2-first_on"' in page.text
    assert 'role="alert"' not in page.text


def test_a_reopening_in_phases_is_declared_in_one_go(desk: FlaskClient) -> None:
    second = {"p2-first_on": "2027-01-01", "p2-last_on": "2027-01-31", "p2-scope": "limit", "p2-limit": "8"}
    page = looked(desk, phases="2", **{**second, "p2-conditions": "Bring a mask."})
    assert page.status_code == 200
    assert desk.post("/desk/closures", data=form_of(page)).status_code == 303
    declared = db.session.execute(select(Closure.distanced_capacity).order_by(Closure.starts_on)).scalars().all()
    assert declared == [None, 8]
    assert "Groups of 8 people at most." in desk.get("/desk/closures").text


def test_closures_that_meet_name_each_other(desk: FlaskClient) -> None:
    sent(desk)
    code = db.session.execute(select(Closure.code)).scalar_one()
    page = looked(desk, **{"p1-first_on": "2026-12-20", "p1-last_on": "2027-01-10"})
    assert page.status_code == 422
    assert code in page.text


def test_it_is_prepared_for_a_later_day_and_called_off(desk: FlaskClient) -> None:
    form = form_of(looked(desk, announced_on="2026-11-25"))
    answer = desk.post("/desk/closures", data=form)
    assert answer.status_code == 303
    assert count(Closure) == 0
    assert "nobody has been told yet" in desk.get("/desk/closures").text
    place = answer.headers["Location"].partition("?")[0]
    assert "Call it off" in desk.get(place).text
    assert desk.post(f"{place}/undo").status_code == 303
    assert "nobody has been told yet" not in desk.get("/desk/closures").text


def test_undo_restores_before_an_answer_and_is_refused_after_one(desk: FlaskClient, hall: Hall) -> None:
    first = sent(desk).headers["Location"].partition("?")[0]
    assert desk.post(f"{first}/undo").status_code == 303
    assert booking_of(hall).status is BookingStatus.CONFIRMED
    assert booking_of(hall).event_id == hall.visit.id
    assert db.session.get_one(Event, hall.visit.id).status is EventStatus.OPEN
    second = sent(desk).headers["Location"].partition("?")[0]
    booking = booking_of(hall)
    answered = _accepted(desk.application.test_client(), booking)
    assert answered.status_code == 303
    refused = desk.post(f"{second}/undo")
    assert refused.status_code == 409
    assert f"{booking.reference}: the group has accepted." in refused.text
    assert booking_of(hall).status is BookingStatus.CONFIRMED
    assert "1 has accepted" in desk.get(second).text


def _accepted(group: FlaskClient, booking: Booking) -> TestResponse:
    place = f"/bookings/{booking.reference}?t={token_of(booking.reference, booking.generation)}"
    page = group.get(place).text
    assert "The premises in Vienna had to close" in page
    assert "The heating is out." in page
    assert "Your hour is kept for you, live and online, until" in page
    assert "Accept the virtual visit" in page
    data = {"answer": "yes", "version": str(booking.version)}
    return group.post(place.replace("?", "/proposal?"), data=data)


def test_a_closure_is_shortened_and_then_lifted_and_not_twice(desk: FlaskClient) -> None:
    sent(desk)
    code = db.session.execute(select(Closure.code)).scalar_one()
    page = desk.get(f"/desk/closures/{code}")
    (version,) = {value for name, value in HIDDEN.findall(page.text) if name == "version"}
    short = desk.post(f"/desk/closures/{code}/end", data={"last_on": "2026-12-24", "version": version})
    assert short.status_code == 303
    again = desk.post(f"/desk/closures/{code}/end", data={"last_on": "2026-12-23", "version": version})
    assert again.status_code == 409
    assert "Somebody has changed this closure meanwhile" in again.text
    assert "2026-12-23" in again.text
    later = desk.post(f"/desk/closures/{code}/end", data={"last_on": "2027-12-23"})
    assert later.status_code == 422
    assert "Choose a day before its present last day" in later.text
    assert desk.post(f"/desk/closures/{code}/lift", data={}).status_code == 303
    twice = desk.post(f"/desk/closures/{code}/lift", data={})
    assert twice.status_code == 409
    assert "lifted already" in twice.text


def test_a_closure_that_goes_on_is_looked_at_first(desk: FlaskClient, hall: Hall) -> None:
    sent(desk)
    code = db.session.execute(select(Closure.code)).scalar_one()
    make_booking(make_event(hall.on_site, TEN_IN_VIENNA + timedelta(weeks=6)), invited=True)
    link = re.search(r'href="(/desk/closures/new\?[^"]+)"', desk.get(f"/desk/closures/{code}").text)
    assert link
    place = link[1].replace("&amp;", "&") + "&p1-last_on=2027-02-28"
    page = desk.get(place)
    assert page.status_code == 200
    assert "The closure goes on" in page.text
    assert "<b>1 visit</b> by <b>1 group</b>" in page.text
    assert desk.post("/desk/closures", data=form_of(page)).status_code == 303


def test_what_is_of_another_station_is_unknown(desk: FlaskClient) -> None:
    place = sent(desk).headers["Location"].partition("?")[0]
    code = db.session.execute(select(Closure.code)).scalar_one()
    make_station("GVA")
    other = sign_in(desk.application.test_client(), make_account("coordinator", "GVA"))
    assert {
        other.get(place).status_code,
        other.post(f"{place}/undo").status_code,
        other.get(f"/desk/closures/{code}").status_code,
        other.post(f"/desk/closures/{code}/lift").status_code,
        other.post(f"/desk/closures/{code}/end").status_code,
    } == {404}
    assert code not in other.get("/desk/closures").text
    assert looked(other).status_code == 422
