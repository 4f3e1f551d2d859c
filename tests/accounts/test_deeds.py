"""What somebody did, for the administrator of the station: with before and after, by kind and day, page by page."""

import ast
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from booking import clock
from booking.accounts.deed_words import DEEDS
from booking.accounts.models import Account, AccountRole, AuditEntry
from booking.accounts.terms import Role
from booking.accounts.trail_words import differences
from tests.builders import NOW, make_station, save
from tests.guards.tree import modules
from tests.signing_in import make_account, sign_in

NO_DEEDS = {"booking.settings", "closure.lifted", "closure.undone"}
"""Names like those of deeds: of an extension, of kinds of webhook."""

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def person() -> Account:
    """A coordinator of Vienna's."""
    make_station()
    return make_account(Role.COORDINATOR, "VIE", name="Ilse Invented")


@pytest.fixture
def desk(client: FlaskClient, person: Account) -> FlaskClient:  # noqa: ARG001  the station is there
    """A browser of Vienna's administrator."""
    return sign_in(client, make_account(Role.ADMINISTRATOR, "VIE"))


def did(person: Account, action: str, subject: str, station: str = "VIE", **values: object) -> None:
    """A line of the trail."""
    row = {"at": NOW, "actor": f"account:{person.id}", "action": action, "subject": subject, "station_code": station}
    save(AuditEntry(**{**row, **values}))


def shown(desk: FlaskClient, person: Account, **query: str) -> str:
    """The page."""
    with clock.frozen(NOW):
        answer = desk.get(f"/desk/people/{person.id}/deeds", query_string=query)
    assert answer.status_code == 200
    return answer.text


def test_each_line_says_what_became_different_and_leads_to_the_thing(desk: FlaskClient, person: Account) -> None:
    did(person, "booking.change", "booking:VE-1", before={"size": 20, "late": False}, after={"size": 24, "late": False})
    page = shown(desk, person)
    assert "What <bdi>Ilse Invented</bdi> did" in page
    assert "Changed the number of people" in page
    assert "people: 24, before 20" in page
    assert "late" not in page
    assert 'href="/desk/bookings/VE-1"' in page


def test_it_is_narrowed_by_kind_and_day(desk: FlaskClient, person: Account) -> None:
    did(person, "event.cancel", "event:VIE-1")
    did(person, "booking.cancel", "booking:VE-2", at=NOW - timedelta(days=3))
    assert "VE-2" not in shown(desk, person, kind="event")
    assert "VIE-1" not in shown(desk, person, to="2026-11-21")
    assert "VE-2" in shown(desk, person, **{"from": "2026-11-20", "to": "2026-11-20"})


def test_it_goes_on_page_by_page(desk: FlaskClient, person: Account) -> None:
    for number in range(60):
        did(person, "booking.cancel", f"booking:VE-{number:03}")
    first = shown(desk, person, kind="booking")
    assert "VE-059" in first
    assert "VE-009" not in first
    below = first.partition("below=")[2].partition('"')[0].partition("&")[0]
    second = shown(desk, person, kind="booking", below=below)
    assert "VE-009" in second
    assert "VE-010" not in second
    assert "below=" not in second.partition("</main>")[0]


def test_what_was_done_elsewhere_is_for_that_stations_administrator(desk: FlaskClient, person: Account) -> None:
    save(AccountRole(account_id=person.id, role=Role.COORDINATOR, station_code="GVA"))
    did(person, "event.cancel", "event:GVA-1", station="GVA")
    did(person, "sign out", "account:1", station="")
    did(person, "event.cancel", "event:VIE-1")
    page = shown(desk, person)
    assert "VIE-1" in page
    assert "GVA-1" not in page
    assert "sign out" not in page


def test_people_of_other_stations_are_nobody(desk: FlaskClient) -> None:
    other = make_account(Role.COORDINATOR, "GVA")
    assert desk.get(f"/desk/people/{other.id}/deeds").status_code == 404


def test_a_day_that_is_none_is_said(desk: FlaskClient, person: Account) -> None:
    answer = desk.get(f"/desk/people/{person.id}/deeds", query_string={"from": "yesterday"})
    assert answer.status_code == 422
    assert "Write a date as year, month and day" in answer.text


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"status": "confirmed"}, {"status": "cancelled_by_group"}, ["state: cancelled by the group, before booked"]),
        (None, {"exceptions": ["LEAD-01"]}, ["exceptions: LEAD-01"]),
        ({"late": False}, {"late": True}, ["late: yes, before no"]),
        ({"guides": [1]}, {"guides": []}, ["guides: nothing, before 1"]),
        ({"starts_at": "2026-11-23T09:00:00+00:00"}, None, ["start, before: 2026-11-23 09:00 in UTC"]),
        (None, {"odd_thing": {"a": 1}}, ["odd thing: a 1"]),
        (None, None, []),
    ],
)
def test_before_and_after_are_told_in_words(
    before: dict[str, object] | None, after: dict[str, object] | None, told: list[str]
) -> None:
    assert list(differences(before, after)) == told


def test_every_deed_that_a_service_writes_down_has_its_words() -> None:
    deed = re.compile(r"[a-z_]+\.[a-z_]+(\.undo)?")
    services = [ast.parse(path.read_text(encoding="utf-8")) for path in modules() if "services" in path.parts]
    texts = {node.value for tree in services for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    named = {text for text in texts if isinstance(text, str) and deed.fullmatch(text)}
    assert named - NO_DEEDS - set(DEEDS) == set()
