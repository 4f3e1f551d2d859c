"""The pages of the roster at the desk: the week, a proposal beside it, and accepting it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking import clock
from booking.accounts.terms import Role
from booking.db import db, transaction
from booking.scheduling.models import Assignment, Event, Guide, RosterProposal
from booking.scheduling.services.assign import assign_guide
from booking.scheduling.terms import AssignmentStatus
from tests.builders import NOW, make_day_off, make_event, make_guide, make_offering, make_station
from tests.scheduling.asked import Scene, givers
from tests.signing_in import make_account, sign_in

WEEK = "2026-W51"


@pytest.fixture(autouse=True)
def _at_the_tests_time() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """The coordinator of Vienna."""
    return sign_in(client, make_account(Role.COORDINATOR, "VIE"))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, 14, hour, minute, tzinfo=UTC)


def token_in(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def propose(desk: FlaskClient, **data: str) -> str:
    """The address of a new proposal."""
    token = token_in(desk.get(f"/desk/roster?week={WEEK}").text)
    answer = desk.post("/desk/roster", data={"csrf_token": token, "week": WEEK, **data})
    assert answer.status_code == 303
    return answer.headers["Location"]


def fields(page: str) -> dict[str, str]:
    """What a browser would send: the chosen options and the ticked boxes."""
    chosen = {}
    for name, options in re.findall(r'<select id="\w+" name="([^"]+)">(.*?)</select>', page, re.DOTALL):
        selected = re.search(r'value="([^"]*)" selected', options)
        assert selected is not None
        chosen[name] = selected[1]
    ticked = re.findall(r'type="checkbox" name="([^"]+)" value="([^"]+)" checked', page)
    return {**chosen, **dict(ticked), "csrf_token": token_in(page)}


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_week_shows_who_gives_what_and_how_many_have_nobody(desk: FlaskClient) -> None:
    scene = Scene(1)
    covered, free = scene.event(at(9)), scene.event(at(11))
    assign_guide(covered.code, scene.guides[0].code, now=NOW, actor="command")
    page = desk.get(f"/desk/roster?week={WEEK}")
    assert page.status_code == 200
    told = text_of(page.text)
    assert "Mon 14 Dec to Sun 20 Dec 2026" in told
    assert "2 events, 1 has nobody." in told
    assert "Guide 0" in told
    assert f"/desk/events/{free.code}" in page.text
    assert f"week={WEEK[:-2]}50" in page.text
    assert f"week={WEEK[:-2]}52" in page.text


def test_without_a_week_the_present_one_is_shown_and_a_bad_one_is_said(desk: FlaskClient) -> None:
    make_station()
    assert "2026-W48" in desk.get("/desk/roster").text
    bad = desk.get("/desk/roster?week=2027-W53")
    assert (bad.status_code, "That is no week of the calendar" in bad.text) == (422, True)


def test_a_proposal_is_accepted_as_it_stands(desk: FlaskClient) -> None:
    scene = Scene(2)
    events = [scene.event(at(9)), scene.event(at(9)), scene.event(at(9, 30))]
    address = propose(desk)
    page = desk.get(address).text
    told = text_of(page)
    assert "2 of 3 events have somebody. No better roster exists." in told
    assert "Everybody who could give it is needed elsewhere: Guide 0 for " in told
    assert "Give 2 events to 2 guides" in told
    assert desk.post(address, data=fields(page)).status_code == 303
    assert sorted(len(givers(event)) for event in events) == [0, 1, 1]
    after = desk.get(address).text
    assert "This roster was accepted on" in after
    assert '<button class="btn">' not in after


def test_the_coordinator_chooses_another_and_locks_it(desk: FlaskClient) -> None:
    scene = Scene(2)
    event = scene.event(at(9))
    address = propose(desk)
    sent = fields(desk.get(address).text)
    first = sent[f"guide-{event.id}"]
    other = next(guide for guide in scene.guides if guide.code != first)
    sent |= {f"guide-{event.id}": other.code, f"lock-{event.id}": "yes"}
    assert desk.post(address, data=sent).status_code == 303
    assert givers(event) == [other.id]
    active = select(Assignment.is_locked).where(Assignment.status == AssignmentStatus.ACTIVE)
    assert db.session.execute(active).scalar_one() is True
    assert "locked" in desk.get(f"/desk/roster?week={WEEK}").text


def test_only_guides_who_can_are_offered_and_others_are_named_with_the_reason(desk: FlaskClient) -> None:
    scene = Scene(2)
    away = scene.guides[0]
    make_day_off(away, at(9).date())
    event = scene.event(at(9))
    page = desk.get(propose(desk)).text
    options = re.findall(rf'name="guide-{event.id}">(.*?)</select>', page, re.DOTALL)[0]
    assert away.code not in options
    assert "Guide 0 has the day off." in text_of(page)


def test_what_changed_meanwhile_is_shown_and_the_rest_given_on_a_second_click(desk: FlaskClient) -> None:
    scene = Scene(3)
    taken, rest = scene.event(at(9)), scene.event(at(11))
    address = propose(desk)
    sent = fields(desk.get(address).text)
    other = next(guide for guide in scene.guides if guide.code != sent[f"guide-{taken.id}"])
    assign_guide(taken.code, other.code, now=NOW, actor="account:8")
    answer = desk.post(address, data=sent)
    assert answer.status_code == 409
    told = text_of(answer.text)
    assert "Nothing was changed: this is different by now" in told
    assert "Give 1 event to 1 guide" in told
    assert f"({taken.code}): {other.name} has it by now." in told
    assert givers(rest) == []
    again = fields(answer.text)
    assert again["leave"] == str(taken.id)
    assert desk.post(address, data=again).status_code == 303
    assert givers(taken) == [other.id]
    assert len(givers(rest)) == 1


def test_what_was_left_out_stays_so_when_something_else_changes(desk: FlaskClient) -> None:
    scene = Scene(1)
    events = [scene.event(at(hour)) for hour in (9, 11, 13)]
    address = propose(desk)
    sent: dict[str, object] = dict(fields(desk.get(address).text))
    for count, event in enumerate(events[:2], 1):
        with transaction() as session:
            session.execute(update(Event).where(Event.id == event.id).values(version=2))
        answer = desk.post(address, data=sent)
        assert answer.status_code == 409
        left = re.findall(r'name="leave" value="(\d+)"', answer.text)
        assert len(left) == count
        sent["leave"] = left
    assert desk.post(address, data=sent).status_code == 303
    assert [len(givers(event)) for event in events] == [0, 0, 1]


def test_what_the_coordinator_typed_is_kept_when_it_is_refused(desk: FlaskClient) -> None:
    scene = Scene(2)
    events = [scene.event(at(9)), scene.event(at(9, 30))]
    address = propose(desk)
    sent = fields(desk.get(address).text)
    sent |= {f"guide-{event.id}": scene.guides[1].code for event in events}
    answer = desk.post(address, data=sent)
    assert answer.status_code == 409
    kept = fields(answer.text)
    assert [kept[f"guide-{event.id}"] for event in events] == [scene.guides[1].code] * 2
    assert f"gives {events[1].code} at that time" in text_of(answer.text)


def test_a_proposal_that_was_accepted_is_not_accepted_again(desk: FlaskClient) -> None:
    scene = Scene(1)
    event = scene.event(at(9))
    address = propose(desk)
    sent = fields(desk.get(address).text)
    assert desk.post(address, data=sent).status_code == 303
    with transaction() as session:
        session.execute(update(Assignment).where(Assignment.event_id == event.id).values(is_locked=False))
    again = desk.post(address, data=sent)
    assert (again.status_code, "It was accepted already." in again.text) == (409, True)


def test_an_event_that_moved_stands_at_its_new_time_and_cannot_be_given(desk: FlaskClient) -> None:
    scene = Scene(1)
    event = scene.event(at(9))
    address = propose(desk)
    sent = fields(desk.get(address).text)
    later = {"version": 2, "starts_at": at(13), "ends_at": at(14), "starts_local": "2026-12-14T14:00"}
    with transaction() as session:
        session.execute(update(Event).where(Event.id == event.id).values(later))
    answer = desk.post(address, data=sent)
    assert answer.status_code == 409
    assert "it was changed; propose a new roster for it" in text_of(answer.text)
    assert "14:00 to 15:00" in answer.text


def test_the_rosters_of_other_stations_are_not_there(desk: FlaskClient, client: FlaskClient) -> None:
    geneva = make_station("GVA")
    make_station()
    make_guide(geneva)
    event = make_event(make_offering(geneva), at(9))
    abroad = sign_in(client.application.test_client(), make_account(Role.COORDINATOR, "GVA"))
    address = propose(abroad)
    assert event.code not in desk.get(f"/desk/roster?week={WEEK}").text
    assert [desk.get(path).status_code for path in (address, "/desk/roster/999999")] == [404, 404]
    token = token_in(desk.get(f"/desk/roster?week={WEEK}").text)
    assert desk.post(address, data={"csrf_token": token}).status_code == 404
    everywhere = sign_in(client.application.test_client(), make_account(Role.COORDINATOR))
    everything = propose(everywhere)
    assert [one.get(everything).status_code for one in (everywhere, abroad)] == [200, 404]
    assert len(db.session.execute(select(RosterProposal.id)).all()) == 2


def test_a_guide_finds_no_roster(client: FlaskClient) -> None:
    scene = Scene(1)
    sign_in(client, scene.accounts[0])
    assert client.get(f"/desk/roster?week={WEEK}").status_code == 404


@pytest.mark.parametrize("data", [{"leave": "x"}, {"leave": "9" * 30}, {"leave": "-1"}])
def test_nonsense_in_the_form_is_refused(desk: FlaskClient, data: dict[str, str]) -> None:
    scene = Scene(1)
    event = scene.event(at(9))
    address = propose(desk)
    sent = fields(desk.get(address).text)
    assert desk.post(address, data={**sent, **data}).status_code == 422
    assert desk.post(address, data={**sent, f"guide-{event.id}": "XXX"}).status_code == 422
    assert desk.post("/desk/roster", data={**sent, "week": "2026"}).status_code == 422
    assert givers(event) == []


def test_loads_are_shown_with_numbers(desk: FlaskClient) -> None:
    scene = Scene(1)
    scene.event(at(9))
    scene.event(at(11), ends_at=at(12, 30))
    page = desk.get(propose(desk)).text
    assert "2 events this week, 2:30 hours in the month" in text_of(page)
    assert '<meter id="m1" min="0" max="150" value="150">' in page


def test_a_name_is_text_and_never_markup(desk: FlaskClient) -> None:
    scene = Scene(1)
    with transaction() as session:
        session.execute(update(Guide).values(name="<script>alert(1)</script>"))
    scene.event(at(9))
    assert "<script>alert" not in desk.get(propose(desk)).text
