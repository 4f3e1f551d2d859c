"""Joint events at the desks: the pages of who leads and of who takes part, and two coordinators on one."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking import clock
from booking.accounts.terms import Role
from booking.bookings.services.series import Order, cancel_events
from booking.bookings.survey import Scope
from booking.scheduling.services.co_hosts import set_co_host
from booking.scheduling.terms import PartnerState
from tests.builders import NOW, make_guide
from tests.scheduling.joint import Joint, busy, make_joint
from tests.signing_in import make_account, sign_in


@pytest.fixture
def joint(app: Flask) -> Iterator[Joint]:
    """An event of New York; forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield make_joint()
    app.config["WTF_CSRF_ENABLED"] = True


def desk(app: Flask, joint: Joint, station: str) -> FlaskClient:
    """A browser of a coordinator of that station."""
    client = app.test_client()
    sign_in(client, joint.desk[station])
    return client


def path(joint: Joint, rest: str = "") -> str:
    return f"/desk/events/{joint.event.code}{rest}"


def test_a_desk_asks_another_answers_and_both_read_how_it_stands(app: Flask, joint: Joint) -> None:
    leader, partner = desk(app, joint, "NYC"), desk(app, joint, "NBO")
    assert partner.get(path(joint)).status_code == 404
    asked = leader.post(path(joint, "/partners"), data={"stations": ["NBO", "VIE"], "question": "Will you speak?"})
    assert (asked.status_code, asked.headers["Location"]) == (303, path(joint) + "?done=asked")
    board = partner.get("/desk/").text
    assert "Joint events to answer" in board
    assert "New York asks whether Nairobi takes part." in board
    page = partner.get(path(joint)).text
    assert "Will you speak?" in page
    assert "17:00 in Nairobi" in page
    assert "09:00 in New York" in page
    answered = partner.post(
        path(joint, "/partners/NBO/answer"), data={"version": "1", "answer": "agree", "note": "From 17:00 on"}
    )
    assert answered.status_code == 303
    assert "Your station takes part." in partner.get(answered.headers["Location"]).text
    seen = leader.get(path(joint)).text
    assert "takes part" in seen
    assert "From 17:00 on" in seen
    assert "Joint events to answer" not in partner.get("/desk/").text


def test_a_partner_reads_nothing_of_the_groups_and_changes_nothing_of_the_event(app: Flask, joint: Joint) -> None:
    joint.agree()
    partner = desk(app, joint, "NBO")
    page = partner.get(path(joint)).text
    assert re.findall(r'action="([^"]+)"', page.split("<main")[1]) == [
        path(joint, "/partners/NBO/guide"),
        path(joint, "/partners/NBO/withdraw"),
    ]
    for rest in ("/change", "/cancel", "/guide", "/place", "/partners", "/partners/NBO/end"):
        assert partner.post(path(joint, rest), data={"version": "2"}).status_code == 404


def test_a_partner_sends_a_guide_along(app: Flask, joint: Joint) -> None:
    joint.agree()
    guide = make_guide(joint.nairobi, hours=(0, 1440), name="Wanjiru Invented")
    mute = make_guide(joint.nairobi, "sw", hours=(0, 1440), name="Otieno Invented")
    partner, version = desk(app, joint, "NBO"), str(joint.partner().version)
    page = partner.get(path(joint)).text
    assert page.index("Wanjiru") < page.index("Otieno Invented (")
    refused = partner.post(path(joint, "/partners/NBO/guide"), data={"version": version, "guide": mute.code})
    assert (refused.status_code, busy(joint.event)) == (409, {joint.host.code: False})
    sent = partner.post(path(joint, "/partners/NBO/guide"), data={"version": version, "guide": guide.code})
    assert (sent.status_code, busy(joint.event)[guide.code]) == (303, True)
    assert "Wanjiru Invented comes along." in desk(app, joint, "NYC").get(path(joint)).text
    late = partner.post(path(joint, "/partners/NBO/guide"), data={"version": version, "guide": ""})
    assert late.status_code == 409
    assert guide.code in busy(joint.event)


def test_the_second_of_two_coordinators_sees_both_answers(app: Flask, joint: Joint) -> None:
    joint.agree()
    sent = {"version": "1", "answer": "decline", "note": "Nobody is free"}
    answer = desk(app, joint, "NBO").post(path(joint, "/partners/NBO/answer"), data=sent)
    assert answer.status_code == 409
    assert "It is now: takes part." in answer.text
    assert "You wrote: Nobody is free" in answer.text
    assert joint.partner().state is PartnerState.AGREED
    again = desk(app, joint, "NYC").post(path(joint, "/partners"), data={"stations": ["NBO"], "question": "Come along"})
    assert again.status_code == 409
    assert "You wrote: Come along" in again.text


def test_either_side_withdraws_with_a_reason(app: Flask, joint: Joint) -> None:
    joint.agree("NBO")
    joint.agree("VIE")
    leader, partner = desk(app, joint, "NYC"), desk(app, joint, "NBO")
    bare = partner.post(path(joint, "/partners/NBO/withdraw"), data={"version": "2"})
    assert (bare.status_code, joint.partner().state) == (422, PartnerState.AGREED)
    gone = partner.post(path(joint, "/partners/NBO/withdraw"), data={"nbo-version": "2", "nbo-reason": "Ill"})
    assert gone.headers["Location"] == "/desk/?done=withdrawn"
    assert "Withdrawn." in partner.get("/desk/?done=withdrawn").text
    assert partner.get(path(joint)).status_code == 404
    ended = leader.post(path(joint, "/partners/VIE/end"), data={"vie-version": "2", "vie-reason": "The panel is full"})
    assert ended.status_code == 303
    assert joint.partner("VIE").state is PartnerState.TAKEN_BACK
    late = leader.post(path(joint, "/partners/VIE/end"), data={"vie-version": "2", "vie-reason": "Really full"})
    assert late.status_code == 409
    assert "You wrote: Really full" in late.text


def test_a_page_that_comes_back_damaged_says_so_and_can_be_sent_again(app: Flask, joint: Joint) -> None:
    joint.agree()
    for station, rest in (("NBO", "/partners/NBO/withdraw"), ("NYC", "/partners/NBO/end")):
        sent = {"nbo-version": "2\0", "nbo-reason": "Ill"}
        answer = desk(app, joint, station).post(path(joint, rest), data=sent)
        assert (answer.status_code, joint.partner().state) == (422, PartnerState.AGREED)
        assert "The page came back damaged." in answer.text
        assert 'name="nbo-version" value="2"' in answer.text
        assert 'value="Ill"' in answer.text


def test_whoever_coordinates_both_stations_answers_on_a_page_of_its_own(app: Flask, joint: Joint) -> None:
    joint.ask()
    client = app.test_client()
    sign_in(client, make_account(Role.COORDINATOR))
    page = client.get(path(joint)).text
    assert "Change the event" in page
    assert path(joint) + "?at=NBO" in page
    assert "Does Nairobi take part?" in client.get(path(joint) + "?at=NBO").text


def test_an_event_that_is_restored_keeps_its_stations_and_says_that_who_came_along_does_not_come_back(
    app: Flask, joint: Joint
) -> None:
    joint.agree()
    guide = make_guide(joint.nairobi, hours=(0, 1440))
    set_co_host(joint.deed(), guide.code)
    leader, now = desk(app, joint, "NYC"), clock.now()
    cancel_events(Order(joint.event.code, Scope.ONE, now, "account:0"), "The line is down.")
    page = leader.get(path(joint)).text
    assert "does not come back by itself" in page
    version = re.findall(r'name="version" value="(\d+)"', page.split(path(joint, "/restore"))[1])[0]
    assert leader.post(path(joint, "/restore"), data={"version": version}).status_code == 303
    assert joint.partner().state is PartnerState.AGREED
    assert busy(joint.event) == {joint.host.code: False}


def test_an_event_that_has_begun_shows_that_nothing_is_left_to_answer(app: Flask, joint: Joint) -> None:
    joint.ask()
    client = desk(app, joint, "NBO")
    with clock.frozen(joint.event.starts_at):
        sign_in(client, joint.desk["NBO"])
        assert "nothing is left to answer" in client.get(path(joint)).text
        late = client.post(path(joint, "/partners/NBO/answer"), data={"version": "1", "answer": "agree"})
    assert late.status_code == 409
    assert "Nothing was changed" in late.text
