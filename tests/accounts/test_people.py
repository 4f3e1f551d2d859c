"""An administrator looks after the people of the own stations, and of no other."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking.accounts.models import Account, AccountRole, AuditEntry
from booking.accounts.terms import EVERYWHERE, Role
from booking.catalogue.models import Station
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.scheduling.models import Guide
from tests.accounts.browsing import at, give_password, is_in, mails, make_guide_person, make_person, send, trail
from tests.builders import make_guide, make_station, save
from tests.hostile.walk import hidden
from tests.signing_in import change, sign_in

pytestmark = pytest.mark.usefixtures("stopped")

ACTS = ("shut-out", "let-in", "sign-out", "reset-second-factor", "mail-link")


@pytest.fixture
def administrator(client: FlaskClient) -> Account:
    """The administrator of Vienna, signed in."""
    for code in ("VIE", "GVA"):
        make_station(code)
    account = make_person(Role.ADMINISTRATOR, "VIE")
    sign_in(client, account)
    return account


def roles(account: Account) -> set[str]:
    """What somebody is, and where."""
    columns = (AccountRole.role, AccountRole.station_code)
    found = db.session.execute(select(*columns).where(AccountRole.account_id == account.id))
    return {f"{role.value}@{code}" for role, code in found}


def act(client: FlaskClient, account: Account, name: str, data: dict[str, str] | None = None) -> int:
    """An act on somebody; the status of the answer."""
    return send(client, f"/desk/people/{account.id}/{name}", data, page="/desk/people/invite").status_code


def give(client: FlaskClient, account: Account, *wanted: str, seen: set[str] | None = None) -> int:
    """Let somebody have these roles here, on a page that showed those `seen` (None: those of now); the status."""
    page = client.get("/desk/people/invite").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    shown = {role for role in roles(account) if role.endswith("@VIE")} if seen is None else seen
    data = {"csrf_token": token, "role": list(wanted), "seen": " ".join(shown)}
    return client.post(f"/desk/people/{account.id}/roles", data=data).status_code


@pytest.mark.usefixtures("administrator")
def test_the_list_shows_the_own_stations_people_and_no_others(client: FlaskClient) -> None:
    here, both, there = make_person(Role.GUIDE, "VIE"), make_person(Role.GUIDE, "GVA"), make_person(Role.GUIDE, "GVA")
    everywhere = make_person(Role.COORDINATOR, EVERYWHERE)
    save(AccountRole(account_id=both.id, role=Role.GUIDE, station_code="VIE"))
    page = client.get("/desk/people").text
    assert here.email in page
    assert both.email in page
    assert there.email not in page
    assert everywhere.email not in page


def test_an_administrator_of_all_stations_sees_everybody(client: FlaskClient) -> None:
    make_station("VIE")
    sign_in(client, make_person(Role.ADMINISTRATOR, EVERYWHERE))
    people = [make_person(Role.GUIDE, "VIE"), make_person(Role.COORDINATOR, EVERYWHERE), make_person(None)]
    page = client.get("/desk/people").text
    assert all(one.email in page for one in people)


@pytest.mark.usefixtures("administrator")
def test_an_invitation_makes_an_account_and_mails_a_link_for_a_day(client: FlaskClient) -> None:
    data = {"email": "Noor@example.org", "name": "Noor Velasco", "role": "guide", "station": "VIE", "locale": "en"}
    assert send(client, "/desk/people/invite", data).status_code == 303
    account = db.session.scalars(select(Account).where(Account.email == "Noor@example.org")).one()
    assert (account.name, account.locale, account.password_hash, roles(account)) == (
        "Noor Velasco",
        "en",
        "",
        {"guide@VIE"},
    )
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.kind, notice.recipient) == ("account_invitation", "Noor@example.org")
    link = notice.payload["url"].removeprefix("http://localhost")
    guest = client.application.test_client()
    with at(60 * 23):
        assert send(guest, link, {"password": "another lantern orbit"}).status_code == 303
        give_password(guest, account, "another lantern orbit")
        assert is_in(guest)


@pytest.mark.usefixtures("administrator")
def test_whoever_has_an_account_already_gets_the_role_and_no_link(client: FlaskClient) -> None:
    known = make_guide_person(email="noor@example.org")
    data = {"email": "NOOR@example.org", "name": "N", "role": "coordinator", "station": "VIE", "locale": "en"}
    send(client, "/desk/people/invite", data)
    assert roles(known) == {"guide@VIE", "coordinator@VIE"}
    assert mails() == []


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize("station", ["GVA", "", "NOWHERE", "vie"])
def test_nobody_is_invited_to_a_station_that_is_not_ones_own(client: FlaskClient, station: str) -> None:
    data = {"email": "noor@example.org", "name": "N", "role": "guide", "station": station, "locale": "en"}
    assert send(client, "/desk/people/invite", data).status_code == 422
    assert db.session.scalars(select(Account).where(Account.email == "noor@example.org")).all() == []


def test_roles_are_given_and_taken_here_and_every_sign_in_ends(client: FlaskClient, administrator: Account) -> None:
    person = make_guide_person()
    save(AccountRole(account_id=person.id, role=Role.GUIDE, station_code="GVA"))
    elsewhere = sign_in(client.application.test_client(), person)
    assert give(client, person, "coordinator@VIE") == 303
    assert roles(person) == {"guide@GVA", "coordinator@VIE"}
    assert not is_in(elsewhere)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert (entry.actor, entry.role, entry.action) == (f"account:{administrator.id}", "administrator", "change roles")
    assert (entry.before, entry.after) == ({"roles": ["guide@VIE"]}, {"roles": ["coordinator@VIE"]})


@pytest.mark.usefixtures("administrator")
def test_saving_the_roles_there_are_changes_nothing(client: FlaskClient) -> None:
    person = make_guide_person()
    elsewhere = sign_in(client.application.test_client(), person)
    assert give(client, person, "guide@VIE") == 303
    assert is_in(elsewhere)
    assert trail() == []


@pytest.mark.usefixtures("administrator")
def test_a_role_that_a_colleague_has_taken_away_is_not_given_back_unseen(client: FlaskClient) -> None:
    person = make_guide_person()
    save(AccountRole(account_id=person.id, role=Role.COORDINATOR, station_code="VIE"))
    old = hidden(client.get(f"/desk/people/{person.id}"), "seen")
    assert give(client, person, "guide@VIE") == 303
    wanted = {
        "csrf_token": hidden(client.get("/desk/people/invite"), "csrf_token"),
        "role": ["guide@VIE", "coordinator@VIE", "administrator@VIE"],
    }
    second = client.post(f"/desk/people/{person.id}/roles", data={**wanted, "seen": old})
    assert second.status_code == 409
    assert roles(person) == {"guide@VIE"}
    assert second.text.count(" checked") == 3
    again = client.post(f"/desk/people/{person.id}/roles", data={**wanted, "seen": hidden(second, "seen")})
    assert again.status_code == 303
    assert roles(person) == {"guide@VIE", "coordinator@VIE", "administrator@VIE"}
    assert give(client, person, seen=set()) == 409
    assert give(client, person, *roles(person), seen=set()) == 303


@pytest.mark.usefixtures("administrator")
def test_taking_the_last_role_takes_the_person_off_the_list(client: FlaskClient) -> None:
    person = make_guide_person()
    assert give(client, person) == 303
    assert roles(person) == set()
    assert client.get(f"/desk/people/{person.id}").status_code == 404


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize("wanted", ["administrator@GVA", "guide@", "king@VIE", "guide", "", "guide@VIE@GVA"])
def test_roles_that_are_not_ones_to_give_are_not_given(client: FlaskClient, wanted: str) -> None:
    person = make_guide_person()
    assert give(client, person, "guide@VIE", wanted) == 404
    assert roles(person) == {"guide@VIE"}


def test_nobody_changes_the_own_roles_or_resets_the_own_second_factor(
    client: FlaskClient, administrator: Account
) -> None:
    assert give(client, administrator, "administrator@VIE", "guide@VIE") == 404
    assert {act(client, administrator, name) for name in ACTS} == {404}
    assert is_in(client)


@pytest.mark.usefixtures("administrator")
def test_people_of_other_stations_are_nobody(client: FlaskClient) -> None:
    stranger = make_person(Role.GUIDE, "GVA")
    elsewhere = sign_in(client.application.test_client(), stranger)
    pages = [client.get(f"/desk/people/{number}") for number in (stranger.id, 999_999)]
    assert [page.status_code for page in pages] == [404, 404]
    assert {act(client, stranger, name) for name in ACTS} == {404}
    assert give(client, stranger, "guide@VIE") == 404
    assert is_in(elsewhere)


@pytest.mark.usefixtures("administrator")
def test_who_works_elsewhere_too_keeps_the_account_but_not_the_roles_here(client: FlaskClient) -> None:
    person = make_guide_person()
    save(AccountRole(account_id=person.id, role=Role.GUIDE, station_code="GVA"))
    assert {act(client, person, name) for name in ACTS} == {404}
    assert give(client, person) == 303
    assert roles(person) == {"guide@GVA"}


@pytest.mark.usefixtures("administrator")
def test_shutting_out_holds_at_the_next_request_until_let_in_again(client: FlaskClient) -> None:
    person = make_guide_person()
    elsewhere = sign_in(client.application.test_client(), person)
    assert act(client, person, "shut-out") == 303
    assert not is_in(elsewhere)
    assert give_password(elsewhere, person).status_code == 422
    assert act(client, person, "let-in") == 303
    assert not is_in(elsewhere)
    give_password(elsewhere, person)
    assert is_in(elsewhere)
    assert trail()[:2] == ["shut out", "let in again"]


@pytest.mark.usefixtures("administrator")
def test_signing_somebody_out_ends_every_sign_in(client: FlaskClient) -> None:
    person = make_guide_person()
    devices = [sign_in(client.application.test_client(), person) for _ in range(3)]
    assert act(client, person, "sign-out") == 303
    assert not any(is_in(one) for one in devices)
    assert is_in(client)


@pytest.mark.usefixtures("administrator")
def test_a_reset_second_factor_is_set_up_anew_and_the_person_is_told(client: FlaskClient) -> None:
    person = make_person()
    elsewhere = sign_in(client.application.test_client(), person)
    assert act(client, person, "reset-second-factor") == 303
    assert mails() == ["second_factor_changed"]
    assert not is_in(elsewhere)
    give_password(elsewhere, person)
    assert elsewhere.get("/account").headers["Location"].startswith("/account/second-factor")
    assert trail()[0] == "reset second factor"


@pytest.mark.usefixtures("administrator")
def test_a_link_is_mailed_for_a_first_password_or_a_new_one(client: FlaskClient) -> None:
    person = make_guide_person()
    act(client, person, "mail-link")
    change(person, password_hash="")
    act(client, person, "mail-link")
    assert mails() == ["password_reset", "account_invitation"]


@pytest.mark.usefixtures("administrator")
def test_ten_links_a_day_are_mailed_to_somebody(client: FlaskClient) -> None:
    settings = client.application.extensions["booking.settings"]
    person, limited = make_guide_person(), replace(settings, rate_limits=True)
    client.application.extensions["booking.settings"] = limited
    try:
        statuses = [act(client, person, "mail-link") for _ in range(11)]
    finally:
        client.application.extensions["booking.settings"] = settings
    assert statuses == [303] * 10 + [429]
    assert len(mails()) == 10


@pytest.mark.usefixtures("administrator")
def test_who_is_invited_to_what_they_are_already_stays_signed_in(client: FlaskClient) -> None:
    person = make_guide_person()
    elsewhere = sign_in(client.application.test_client(), person)
    again = {"email": person.email, "name": "Ana", "locale": "en", "role": "guide", "station": "VIE"}
    assert send(client, "/desk/people/invite", again, page="/desk/people/invite").status_code == 303
    assert is_in(elsewhere)
    other = {**again, "role": "coordinator"}
    assert send(client, "/desk/people/invite", other, page="/desk/people/invite").status_code == 303
    assert not is_in(elsewhere)


def guide_of(account: Account) -> str | None:
    """The code of the guide that somebody is."""
    return db.session.scalars(select(Guide.code).where(Guide.account_id == account.id)).one_or_none()


@pytest.mark.usefixtures("administrator")
def test_a_person_is_said_to_be_a_guide_of_the_own_station_and_then_no_more(
    client: FlaskClient,
) -> None:
    station = db.session.scalars(select(Station).where(Station.code == "VIE")).one()
    guide, person = make_guide(station, name="Noor Velasco"), make_guide_person()
    assert "Noor Velasco" in client.get(f"/desk/people/{person.id}").text
    assert act(client, person, "guide", {"guide": guide.code}) == 303
    assert guide_of(person) == guide.code
    assert act(client, make_guide_person(), "guide", {"guide": guide.code}) == 422
    assert act(client, person, "guide", {"guide": make_guide(station).code}) == 422
    assert act(client, person, "no-guide") == 303
    assert guide_of(person) is None
    assert trail() == ["tie to guide", "untie from guide"]


@pytest.mark.usefixtures("administrator")
def test_guides_of_another_station_are_not_ones_to_give(client: FlaskClient) -> None:
    station = db.session.scalars(select(Station).where(Station.code == "GVA")).one()
    guide, person = make_guide(station, name="Noor Velasco"), make_guide_person()
    assert "Noor Velasco" not in client.get(f"/desk/people/{person.id}").text
    for code in (guide.code, "VIE-X99999", ""):
        assert act(client, person, "guide", {"guide": code}) == 422
    assert guide_of(person) is None
    with transaction() as session:
        session.execute(update(Guide).where(Guide.id == guide.id).values(account_id=person.id))
    assert act(client, person, "no-guide") == 404
    assert guide_of(person) == guide.code


@pytest.mark.parametrize("role", [Role.GUIDE, Role.COORDINATOR])
def test_nobody_else_sees_the_people(client: FlaskClient, role: Role) -> None:
    sign_in(client, make_person(role, EVERYWHERE))
    assert client.get("/desk/people").status_code == 404
    assert "/desk/people" not in client.get("/account").text
