"""Signing in by password, and out again."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.accounts import identity
from booking.accounts.models import Account, SignIn
from booking.accounts.passwords import hashed, is_outdated
from booking.accounts.terms import Role
from booking.db import db
from tests.accounts.browsing import (
    PASSWORD,
    at,
    give_password,
    is_in,
    make_guide_person,
    make_person,
    send,
    trail,
)
from tests.signing_in import change, sign_in

pytestmark = pytest.mark.usefixtures("stopped")


def cookie(client: FlaskClient) -> str:
    """The session as the browser holds it."""
    found = client.get_cookie("session")
    assert found
    return found.value


def test_a_guide_signs_in_by_password_and_begins_at_the_first_page(client: FlaskClient) -> None:
    answer = give_password(client, make_guide_person())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff")
    assert client.get("/staff").status_code == 303
    assert is_in(client)
    assert trail()[-1] == "sign in"


def test_the_address_may_be_typed_in_any_case(client: FlaskClient) -> None:
    make_guide_person(email="Ana@example.org")
    answer = send(client, "/sign-in", {"email": " aNA@EXAMPLE.org ", "password": PASSWORD})
    assert answer.status_code == 303
    assert is_in(client)


def test_where_one_wanted_to_go_one_goes(client: FlaskClient) -> None:
    account = make_guide_person()
    page = client.get("/account/password").headers["Location"]
    assert 'name="next" value="/account/password"' in client.get(page).text
    assert give_password(client, account, next="/account/password").headers["Location"] == "/account/password"


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.example",
        "/\\evil.example",
        "\t//evil",
        "https:evil.example",
        "http:///evil",
        "/%0a/evil",
        "javascript:alert(1)",
        "https://ok@evil.example",
        "/account\r\nX: y",
        "/é",
        "/" + "a" * 3000,
    ],
)
def test_nobody_is_sent_to_another_site(client: FlaskClient, wish: str) -> None:
    account = make_guide_person()
    assert "evil" not in client.get("/sign-in", query_string={"next": wish}).text
    assert give_password(client, account, next=wish).headers["Location"] == "/staff"
    signed_in = client.get("/sign-in", query_string={"next": wish})
    assert signed_in.headers.get("Location", "/staff") == "/staff"


def test_a_wrong_password_and_an_address_of_nobody_are_answered_alike(client: FlaskClient) -> None:
    known = make_guide_person(email="ana@example.org")
    nobody, none_set = Account(email="bob@example.org"), make_guide_person(email="eve@example.org", password_hash="")
    shut = make_guide_person(email="max@example.org", is_active=False)
    answers = [give_password(client, known, "a wrong one, quite"), give_password(client, nobody)]
    answers += [
        give_password(client, none_set),
        give_password(client, shut),
        give_password(client, none_set, "x" * 200),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({len(answer.text) for answer in answers}) == 1
    assert all("E-mail and password do not belong together." in answer.text for answer in answers)
    assert not is_in(client)


def test_what_was_typed_stays_but_the_password(client: FlaskClient) -> None:
    account = make_guide_person()
    answer = give_password(client, account, "a wrong one, quite")
    assert account.email in answer.text
    assert "a wrong one" not in answer.text


def test_the_same_work_is_done_for_an_address_of_nobody(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def look(_given: str, kept: str) -> bool:
        checked.append(kept)
        return False

    monkeypatch.setattr("booking.accounts.passwords.is_password", look)
    give_password(client, Account(email="bob@example.org"))
    give_password(client, make_guide_person(password_hash=""))
    assert len(checked) == 2
    assert all(kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for kept in checked)


def test_a_session_that_somebody_foisted_on_the_browser_is_left_behind(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session.update({identity.SIGN_IN: "known to the attacker", "csrf_token": "known too", "lang": "fr", "x": "y"})
    before = cookie(client)
    answer = client.get("/sign-in")
    assert answer.status_code == 200
    give_password(client, make_guide_person())
    with client.session_transaction() as session:
        assert session[identity.SIGN_IN] != "known to the attacker"
        assert session.get("csrf_token") != "known too"
        assert set(session) <= {identity.SIGN_IN, "sure_at", "lang", "csrf_token"}
        assert session["lang"] == "fr"
    client.set_cookie("session", before)
    assert not is_in(client)


def test_signing_in_again_ends_the_sign_in_before(client: FlaskClient) -> None:
    account = make_guide_person()
    give_password(client, account)
    before = cookie(client)
    send(client, "/sign-in", {"email": account.email, "password": PASSWORD}, page="/account")
    assert is_in(client)
    client.set_cookie("session", before)
    assert not is_in(client)


def test_signing_out_ends_it_here_and_for_whoever_kept_the_cookie(client: FlaskClient) -> None:
    give_password(client, make_guide_person())
    kept = cookie(client)
    answer = send(client, "/sign-out", page="/account")
    assert answer.headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert not is_in(client)
    client.set_cookie("session", kept)
    assert not is_in(client)
    assert trail()[-1] == "sign out"


@pytest.mark.parametrize(
    "change_of_state", [{"is_active": False}, {"password_hash": "another"}], ids=["shut out", "password"]
)
def test_a_kept_cookie_is_of_no_use_after_the_person_is_shut_out(
    client: FlaskClient, change_of_state: dict[str, object]
) -> None:
    account = make_guide_person()
    give_password(client, account)
    change(account, **change_of_state)
    assert is_in(client) is ("is_active" not in change_of_state)


@pytest.mark.parametrize("forged", ["", "x", "a.b.c", "e30.Zm9v.YmFy", "eyJhbGciOiJub25lIn0.e30.", "A" * 8000, "é"])
def test_a_forged_session_is_nobodys(client: FlaskClient, forged: str) -> None:
    answer = client.get("/account", headers={"Cookie": f"session={forged}".encode().decode("latin-1")})
    assert answer.status_code == 303


def test_a_session_with_one_bit_changed_is_nobodys(client: FlaskClient) -> None:
    give_password(client, make_guide_person())
    good = cookie(client)
    for place in range(0, len(good) - 1, max(1, len(good) // 20)):  # the last sign holds bits that say nothing
        bad = good[:place] + chr(ord(good[place]) ^ 1) + good[place + 1 :]
        client.set_cookie("session", bad)
        assert client.get("/account").status_code in {303, 400}


def test_only_a_hash_of_the_token_is_kept_and_of_the_address_its_network(client: FlaskClient) -> None:
    give_password(client, make_guide_person())
    with client.session_transaction() as session:
        token = session[identity.SIGN_IN]
    row = db.session.scalars(select(SignIn)).one()
    assert token not in (row.token_hash, row.agent, row.ip_prefix)
    assert row.ip_prefix == "127.0.0.0/24"
    assert len(row.token_hash) == 64


def test_a_hash_made_with_other_costs_is_made_again(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    account = make_guide_person()
    monkeypatch.setattr("booking.accounts.passwords.is_outdated", lambda _kept: True)
    before = account.password_hash
    give_password(client, account)
    after = db.session.scalars(select(Account.password_hash)).one()
    assert after != before
    assert not is_outdated(after)


@pytest.mark.parametrize("role", list(Role))
def test_whoever_is_signed_in_is_not_asked_again(client: FlaskClient, role: Role) -> None:
    sign_in(client, make_person(role))
    assert client.get("/sign-in").headers["Location"] == "/staff"
    with at(1):
        assert client.get("/sign-in?next=/account").headers["Location"] == "/account"


def test_hashes_of_one_password_differ() -> None:
    assert hashed(PASSWORD) != hashed(PASSWORD)
