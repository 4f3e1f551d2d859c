"""Requests without a time at the desk, as a coordinator's browser sees them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking import clock
from booking.bookings.services.visit_answer import suggest_topic
from booking.bookings.services.visit_ask import ask_for_visit
from booking.bookings.services.visit_end import end_speaker_searches
from booking.bookings.services.visit_group import counter, withdraw_visit
from booking.bookings.terms import BookingStatus, OrganisationType, RequestStatus
from booking.catalogue.terms import Kind
from booking.scheduling.models import GuideTopic
from tests.bookings.requested import make_asked, typed
from tests.bookings.test_book import at
from tests.bookings.visits import TEN_ON_MONDAY, TEN_ON_TUESDAY, Visit, asking, make_visit
from tests.builders import (
    NOW,
    make_assignment,
    make_event,
    make_guide,
    make_offering,
    make_station,
    make_visit_row,
    save,
)
from tests.signing_in import make_account, sign_in

TIMES = {"proposed_on": "2026-12-23", "proposed_at": "10:00", "until_on": "2026-11-26", "language": "en"}


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def visit() -> Visit:
    """A briefing on one of two days; the first speaker has the topic."""
    return make_visit()


@pytest.fixture
def desk(client: FlaskClient, visit: Visit) -> FlaskClient:
    """A browser of Vienna's coordinator."""
    return sign_in(client, make_account("coordinator", visit.station.code))


def path(visit: Visit, step: str = "") -> str:
    """The page, or where one of its forms goes."""
    return f"/desk/visits/{visit.reference}{step}"


def form(visit: Visit, **values: str) -> dict[str, str]:
    """What goes along with every form."""
    return {"version": str(visit.facts.version), "seen": visit.status.value, **values}


def test_wishes_stand_side_by_side_with_who_is_free_and_has_the_topic(desk: FlaskClient, visit: Visit) -> None:
    make_assignment(visit.speakers[0], make_event(visit.offering, TEN_ON_MONDAY))
    page = desk.get(path(visit)).text
    monday, tuesday = page.split("<h3>")[1:3]
    assert "Mon 21 Dec, 10:00 in Vienna" in monday
    assert "Speaker 0 Invented" not in monday
    assert "Speaker 1 Invented (other topics)" in monday
    assert tuesday.index("Speaker 0 Invented") < tuesday.index("Speaker 1 Invented (other topics)")
    assert "has the topic, free at 1 of 2 times" in page
    assert "A project week." in page


def test_a_wish_is_accepted_from_its_own_form(desk: FlaskClient, visit: Visit) -> None:
    sent = form(visit, starts_at=TEN_ON_TUESDAY.isoformat(), guide=visit.speakers[0].code)
    answer = desk.post(path(visit, "/accept"), data=sent, follow_redirects=True)
    assert "Accepted. The group and the guide are being written to." in answer.text
    assert visit.booking.status is BookingStatus.CONFIRMED
    again = desk.post(path(visit, "/accept"), data=sent, follow_redirects=True)
    assert "Somebody else was first." in again.text


def test_without_a_guide_or_with_a_time_nobody_wished_nothing_is_accepted(desk: FlaskClient, visit: Visit) -> None:
    answer = desk.post(path(visit, "/accept"), data=form(visit, starts_at=TEN_ON_TUESDAY.isoformat()))
    assert (answer.status_code, "Choose who gives it." in answer.text) == (422, True)
    other = (TEN_ON_TUESDAY + timedelta(days=1)).isoformat()
    answer = desk.post(path(visit, "/accept"), data=form(visit, starts_at=other, guide=visit.speakers[0].code))
    assert (answer.status_code, "none of the times they wish" in answer.text) == (422, True)
    assert visit.status is RequestStatus.REQUESTED


def test_a_time_is_proposed_and_taken_back(desk: FlaskClient, visit: Visit) -> None:
    sent = form(visit, **TIMES, offering=visit.offering.code, said="Would Wednesday do?")
    page = desk.post(path(visit, "/propose"), data=sent, follow_redirects=True)
    assert "Proposed. The time is held" in page.text
    assert "Take the proposal back" in page.text
    empty = desk.post(path(visit, "/take-back"), data={"version": str(visit.booking.version), "seen": "proposed"})
    assert empty.status_code == 422
    back = {"version": str(visit.booking.version), "seen": "proposed", "reason": "She is ill."}
    page = desk.post(path(visit, "/take-back"), data=back, follow_redirects=True)
    assert "Taken back." in page.text
    assert visit.status is RequestStatus.REQUESTED


def test_what_cannot_be_proposed_is_said_and_kept(desk: FlaskClient, visit: Visit) -> None:
    soon = {**TIMES, "proposed_on": "2026-11-24", "offering": visit.offering.code, "said": "Tomorrow?"}
    answer = desk.post(path(visit, "/propose"), data=form(visit, **soon))
    assert answer.status_code == 409
    assert "working days" in answer.text
    assert typed(answer, "said") == "Tomorrow?"


def test_where_nobody_was_found_the_proposal_of_a_tour_and_of_another_topic_is_filled_in(
    desk: FlaskClient, visit: Visit
) -> None:
    for start in (TEN_ON_MONDAY, TEN_ON_TUESDAY):
        make_assignment(visit.speakers[0], make_event(visit.offering, start))
    save(GuideTopic(guide_id=visit.speakers[1].id, topic="human-rights"))
    tour = make_offering(visit.station)
    assert visit.facts.speaker_by is not None
    assert end_speaker_searches(visit.facts.speaker_by) == 1
    listed = desk.get("/desk/requests?status=no-speaker").text
    assert visit.reference in listed
    assert "No speaker found" in listed
    page = desk.get(path(visit)).text
    assert "Nobody was found for" in page
    assert f'<option value="{tour.code}" selected>' in page
    assert '<option value="human-rights" selected>' in page
    sent = form(visit, theme="human-rights", until_on="2026-11-26", said="Our expert knows this.")
    assert desk.post(path(visit, "/suggest"), data=sent).status_code == 303
    assert (visit.status, visit.facts.suggested_theme) == (RequestStatus.PROPOSED, "human-rights")
    assert "Take the suggestion back" in desk.get(path(visit)).text


def test_questions_and_refusals_go_to_the_group_and_stand_in_the_history(desk: FlaskClient, visit: Visit) -> None:
    assert desk.post(path(visit, "/ask"), data=form(visit)).status_code == 422
    assert desk.post(path(visit, "/ask"), data=form(visit, question="How old?")).status_code == 303
    assert "How old?" in desk.get(path(visit)).text
    assert desk.post(path(visit, "/refuse"), data=form(visit, reason="We are full.")).status_code == 303
    page = desk.get(path(visit)).text
    assert "We are full." in page
    assert "Propose a time" not in page


def test_whoever_comes_second_sees_both_states_and_keeps_what_was_typed(desk: FlaskClient, visit: Visit) -> None:
    seen = form(visit, question="How old are they?")
    suggest_topic(visit.answer, "human-rights", NOW + timedelta(days=2))
    counter(visit.by_group, [at(TEN_ON_TUESDAY)], "No, refugees.")
    answer = desk.post(path(visit, "/ask"), data=seen)
    assert answer.status_code == 409
    assert "Nothing of yours was done." in answer.text
    assert "The group would rather have something else, the group" in answer.text
    assert typed(answer, "question") == "How old are they?"


def test_a_request_for_advice_is_handed_on_to_another_desk(client: FlaskClient) -> None:
    station, other = make_station(), make_station("GVA")
    row = make_visit_row(station)
    desk = sign_in(client, make_account("coordinator", station.code))
    sent = {"version": "1", "seen": "requested", "station": other.code}
    assert desk.post(f"/desk/visits/{row.reference}/hand-on", data=sent).location == "/desk/requests"
    assert desk.get(f"/desk/visits/{row.reference}").status_code == 404


def test_a_courtesy_visit_takes_a_delegation_protocol_and_a_guide_who_leads_it(client: FlaskClient) -> None:
    station = make_station()
    offering = make_offering(station, kind=Kind.COURTESY_VISIT)
    able, unable = (make_guide(station, "en", leads=leads) for leads in (["protocol"], ["children"]))
    asked = replace(asking(offering), organisation_type=OrganisationType.MEMBER_STATE)
    made = ask_for_visit(asked, [at(TEN_ON_MONDAY), at(TEN_ON_TUESDAY)], key="c", now=NOW)
    desk = sign_in(client, make_account("coordinator", station.code))
    page = desk.get(f"/desk/visits/{made.reference}").text
    assert f'value="{able.code}"' in page
    assert f'value="{unable.code}"' not in page
    sent = {"version": "1", "seen": "requested", "starts_at": TEN_ON_MONDAY.isoformat(), "guide": able.code}
    refused = desk.post(f"/desk/visits/{made.reference}/accept", data=sent)
    assert (refused.status_code, "goes through protocol" in refused.text) == (422, True)
    assert desk.post(f"/desk/visits/{made.reference}/accept", data={**sent, "permitted": "yes"}).status_code == 303


def test_one_list_shows_requests_with_and_without_a_time_a_page_at_a_time(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.bookings.views.desk_bookings.ON_PAGE", 2)
    asked = make_asked()
    rows = [make_visit_row(asked.station, answer_by=NOW + timedelta(days=days)) for days in (1, 2, 20)]
    desk = sign_in(client, make_account("coordinator", asked.station.code))
    first = desk.get("/desk/requests")
    shown = re.findall(r'<bdi class="num">(VE-[^<]+)</bdi>', first.text)
    more = re.search(r'href="(/desk/requests\?[^"]*after=[^"]*)"', first.text)
    assert more
    second = desk.get(more[1].replace("&amp;", "&"))
    shown += re.findall(r'<bdi class="num">(VE-[^<]+)</bdi>', second.text)
    assert shown == [rows[0].reference, rows[1].reference, asked.reference, rows[2].reference]
    assert 'class="later"' not in second.text
    only = desk.get("/desk/requests?kind=briefing").text
    assert (asked.reference in only, rows[0].reference in only) == (True, False)
    assert desk.get("/desk/requests?after=nonsense").status_code == 404


def test_search_finds_both_kinds_and_one_link_leads_to_either(desk: FlaskClient, visit: Visit) -> None:
    assert f"/desk/visits/{visit.reference}" in desk.get(f"/desk/search?q={visit.reference}").text
    for old in (f"/desk/requests/{visit.reference}", f"/desk/bookings/{visit.reference}"):
        assert desk.get(old).location == f"/desk/visits/{visit.reference}"
    withdraw_visit(visit.by_group)
    assert visit.reference in desk.get("/desk/search?q=Inventedford").text
