"""The second factor: setting it up, its codes, recovery codes."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.accounts import identity, totp
from booking.accounts.models import Account, RecoveryCode, SignIn
from booking.accounts.queries import account_by_id
from booking.accounts.services import add_role, second_factor
from booking.accounts.terms import Role
from booking.db import db
from tests.accounts.browsing import (
    PASSWORD,
    at,
    code_of,
    give_code,
    give_password,
    is_in,
    mails,
    make_guide_person,
    make_person,
    send,
    trail,
)
from tests.builders import NOW
from tests.signing_in import make_sign_in, sign_in

pytestmark = pytest.mark.usefixtures("stopped")

SET_UP = "/account/second-factor"


def facts(account: Account) -> tuple[int, bool]:
    """Generation, and whether it is set up."""
    row = db.session.execute(select(Account.totp_generation, Account.totp_confirmed_at).where(Account.id == account.id))
    generation, confirmed_at = row.one()
    return generation, confirmed_at is not None


def test_password_and_code_let_in(client: FlaskClient) -> None:
    account = make_person()
    answer = give_password(client, account, next="/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    asked = client.get("/account")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in/code?next=/account")
    assert give_code(client, code_of(account)).status_code == 303
    assert is_in(client)
    assert trail()[-2:] == ["sign in", "give second factor"]


def test_the_token_changes_with_the_second_factor(client: FlaskClient) -> None:
    account = make_person()
    give_password(client, account)
    with client.session_transaction() as session:
        before = session[identity.SIGN_IN]
    give_code(client, code_of(account))
    with client.session_transaction() as session:
        assert session[identity.SIGN_IN] != before
        session[identity.SIGN_IN] = before
    assert not is_in(client)


@pytest.mark.parametrize(("steps", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_wrong(client: FlaskClient, steps: int, is_good: bool) -> None:  # noqa: FBT001
    account = make_person()
    give_password(client, account)
    give_code(client, code_of(account, steps=steps))
    assert is_in(client) is is_good


def test_a_code_works_once(client: FlaskClient) -> None:
    account = make_person()
    give_password(client, account)
    code = code_of(account)
    assert give_code(client, code).status_code == 303
    thief = client.application.test_client()
    give_password(thief, account)
    again = give_code(thief, code)
    assert again.status_code == 422
    assert "This code has passed." in again.text
    assert not is_in(thief)


def test_an_older_code_than_the_one_used_last_is_refused(client: FlaskClient) -> None:
    account = make_person()
    give_password(client, account)
    give_code(client, code_of(account, steps=1))
    other = client.application.test_client()
    give_password(other, account)
    assert give_code(other, code_of(account, steps=-1)).status_code == 422
    assert give_code(other, code_of(account, steps=0)).status_code == 422
    with at(1):
        assert give_code(other, code_of(account)).status_code == 303


def test_the_code_of_somebody_else_is_refused(client: FlaskClient) -> None:
    account, other = make_person(), make_person()
    give_password(client, account)
    assert give_code(client, code_of(other)).status_code == 422
    assert not is_in(client)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "12345",
        "1234567",
        "abcdef",
        "\u0661\u0662\u0663\u0664\u0665\u0666",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "12345\u200b6",
    ],
)
def test_what_is_no_code_is_refused_with_a_sentence(client: FlaskClient, code: str) -> None:
    give_password(client, make_person())
    answer = give_code(client, code)
    assert answer.status_code in {400, 422}
    assert not is_in(client)


def test_a_code_may_be_typed_with_a_space(client: FlaskClient) -> None:
    account = make_person()
    give_password(client, account)
    code = code_of(account)
    assert give_code(client, f"{code[:3]} {code[3:]}").status_code == 303


def test_there_are_ten_minutes_for_the_code(client: FlaskClient) -> None:
    account = make_person()
    give_password(client, account)
    with at(9.9):
        assert client.get("/sign-in/code").status_code == 200
    with at(10):
        assert client.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_without_the_password_no_code_is_asked_for(client: FlaskClient) -> None:
    for page in ("/sign-in/code", "/sign-in/recovery-code"):
        assert client.get(page).headers["Location"] == "/sign-in"
    assert client.get(SET_UP).headers["Location"].startswith("/sign-in?")
    assert client.get(f"{SET_UP}.svg").status_code == 303


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_who_needs_one_sets_it_up_before_anything_else(client: FlaskClient, role: Role) -> None:
    account = make_person(role, totp_confirmed_at=None, totp_generation=0)
    give_password(client, account)
    assert client.get("/account?x=y").headers["Location"] == f"{SET_UP}?next=/account?x%3Dy"
    assert client.get(f"{SET_UP}.svg").content_type == "image/svg+xml"
    page = send(client, SET_UP, {"code": code_of(account), "next": "/account"})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert len(set(re.findall(r"<li>([A-Z2-7-]{32})</li>", page.text))) == 10
    assert facts(account) == (1, True)
    assert is_in(client)
    assert trail()[-1] == "set up second factor"
    assert mails() == ["second_factor_changed"]


def test_the_picture_and_the_text_hold_the_secret_and_nobody_keeps_them(client: FlaskClient) -> None:
    account = make_person(totp_confirmed_at=None, totp_generation=0)
    give_password(client, account)
    secret = totp.secret_of(account.id, 1)
    page = client.get(SET_UP)
    assert " ".join(secret[at : at + 4] for at in range(0, 32, 4)) in page.text
    picture = client.get(f"{SET_UP}.svg")
    for shown in (page, picture):
        assert shown.headers["Cache-Control"] == "no-store"
    assert "script" not in picture.text
    assert "img-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_secret_is_nowhere_in_the_database(client: FlaskClient) -> None:
    account = make_person(totp_confirmed_at=None, totp_generation=0)
    give_password(client, account)
    send(client, SET_UP, {"code": code_of(account)})
    row = db.session.execute(select(Account.__table__).where(Account.id == account.id)).one()
    assert totp.secret_of(account.id, 1) not in str(row)


def test_a_wrong_first_code_sets_nothing_up(client: FlaskClient) -> None:
    account = make_person(totp_confirmed_at=None, totp_generation=0)
    give_password(client, account)
    answer = send(client, SET_UP, {"code": code_of(account, generation=2)})
    assert answer.status_code == 422
    assert facts(account) == (0, False)
    assert not is_in(client)


def test_a_guide_may_set_one_up_and_do_without_it_again(client: FlaskClient) -> None:
    account = make_guide_person()
    give_password(client, account)
    send(client, SET_UP, {"code": code_of(account)})
    assert facts(account) == (1, True)
    send(client, f"{SET_UP}/off", page="/account")
    assert facts(account) == (2, False)
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert mails() == ["second_factor_changed"] * 2


def test_a_coordinator_may_not_do_without(client: FlaskClient) -> None:
    account = make_person()
    give_password(client, account)
    give_code(client, code_of(account))
    assert send(client, f"{SET_UP}/off", page="/account").status_code == 404
    assert facts(account) == (1, True)


def test_another_app_ends_the_one_before_and_the_other_sign_ins(client: FlaskClient) -> None:
    account = make_person()
    give_password(client, account)
    give_code(client, code_of(account))
    elsewhere = sign_in(client.application.test_client(), account)
    assert send(client, SET_UP, {"code": code_of(account, generation=2)}).status_code == 200
    assert facts(account) == (2, True)
    assert is_in(client)
    assert not is_in(elsewhere)
    give_password(elsewhere, account)
    with at(2):
        assert give_code(elsewhere, code_of(account, generation=1)).status_code == 422
        assert give_code(elsewhere, code_of(account, generation=2)).status_code == 303


def test_the_password_is_asked_for_again_before_the_second_factor_is_changed(client: FlaskClient) -> None:
    account = make_person()
    sign_in(client, account)  # long ago, and the device was left open
    confirm = "/account/confirm?next=/account/second-factor"
    assert client.get(SET_UP).headers["Location"] == confirm
    assert client.get(f"{SET_UP}.svg").status_code == 303
    assert send(client, "/account/recovery-codes", page="/account").status_code == 303
    assert send(client, f"{SET_UP}/off", page="/account").status_code == 303
    wrong = send(client, "/account/confirm", {"password": "not this one, no"}, page=confirm)
    assert wrong.status_code == 422
    right = send(client, "/account/confirm", {"password": PASSWORD, "next": SET_UP}, page=confirm)
    assert right.headers["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200
    with at(10):
        assert client.get(SET_UP).headers["Location"] == confirm


def codes_of(account: Account) -> list[str]:
    """Ten fresh recovery codes."""
    known = account_by_id(db.session(), account.id)
    assert known
    return second_factor.renew_codes(known, NOW)


def test_a_recovery_code_lets_in_once_and_the_person_is_told(client: FlaskClient) -> None:
    account = make_person()
    first, *others = codes_of(account)
    give_password(client, account)
    assert send(client, "/sign-in/recovery-code", {"code": first.lower()}).status_code == 303
    assert is_in(client)
    again = client.application.test_client()
    give_password(again, account)
    assert send(again, "/sign-in/recovery-code", {"code": first}).status_code == 422
    assert not is_in(again)
    assert send(again, "/sign-in/recovery-code", {"code": others[0].replace("-", " ")}).status_code == 303
    assert mails()[-1] == "second_factor_changed"


@pytest.mark.usefixtures("app")
def test_recovery_codes_are_long_and_kept_as_hashes() -> None:
    codes = codes_of(make_person())
    kept = " ".join(db.session.scalars(select(RecoveryCode.code_hash)))
    assert len(codes) == 10
    assert all(len(code.replace("-", "")) == 26 for code in codes)  # 128 bits in base32
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_recovery_codes_of_somebody_else_and_old_ones_are_refused(client: FlaskClient) -> None:
    account = make_person()
    of_another, old = codes_of(make_person())[0], codes_of(account)[0]
    codes_of(account)
    give_password(client, account)
    for code in (of_another, old, "A" * 26, "x"):
        assert send(client, "/sign-in/recovery-code", {"code": code}).status_code == 422
    assert not is_in(client)


def test_a_new_password_does_not_pass_the_second_factor_by(client: FlaskClient) -> None:
    account = make_person()
    link = "/set-password/" + add_role(account.email, Role.COORDINATOR, ["VIE"], actor="command", now=NOW)
    assert send(client, link, {"password": "another lantern orbit"}).status_code == 303
    assert not is_in(client)
    give_password(client, account, "another lantern orbit")
    assert client.get("/account").headers["Location"].startswith("/sign-in/code")


@pytest.mark.usefixtures("app")
def test_a_sign_in_that_ended_meanwhile_is_not_completed() -> None:
    account = make_person()
    known = account_by_id(db.session(), account.id)
    make_sign_in(account, NOW, second_factor_at=None, ended_at=NOW)
    sign_in_id = db.session.scalars(select(SignIn.id)).one()
    assert known
    later = NOW + timedelta(minutes=1)
    with at(1):
        assert second_factor.give_code(known, sign_in_id, code_of(account), later) is None
        assert second_factor.set_up(known, sign_in_id, code_of(account, generation=2), later) is None
    assert facts(account) == (1, True)
