"""One's own account: the password, the devices, personal tokens."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.accounts import identity
from booking.accounts.models import ApiToken
from booking.accounts.pages import browser_text
from booking.accounts.queries import sign_ins_of
from booking.accounts.services import add_role
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
from tests.signing_in import change, sign_in

pytestmark = pytest.mark.usefixtures("stopped")

NEW = "another lantern orbit"
WHOEVER = "/api/v1/bookings/VE-NONE-00000"


def test_a_new_password_ends_the_other_sign_ins_and_the_person_is_told(client: FlaskClient) -> None:
    account = make_guide_person()
    give_password(client, account)
    elsewhere = client.application.test_client()
    give_password(elsewhere, account)
    with client.session_transaction() as session:
        before = session[identity.SIGN_IN]
    answer = send(client, "/account/password", {"current": PASSWORD, "password": NEW})
    assert answer.headers["Location"] == "/account?done=password"
    assert is_in(client)
    assert not is_in(elsewhere)
    with client.session_transaction() as session:
        assert session[identity.SIGN_IN] != before
    assert mails() == ["password_changed"]
    assert trail()[-1] == "change password"
    give_password(elsewhere, account)
    assert not is_in(elsewhere)
    give_password(elsewhere, account, NEW)
    assert is_in(elsewhere)


@pytest.mark.parametrize(("current", "password"), [("not this one, no", NEW), (PASSWORD, "short"), ("", ""), ("", NEW)])
def test_a_wrong_or_a_weak_password_changes_nothing(client: FlaskClient, current: str, password: str) -> None:
    account = make_guide_person()
    give_password(client, account)
    answer = send(client, "/account/password", {"current": current, "password": password})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert mails() == []
    assert give_password(client.application.test_client(), account).status_code == 303


@pytest.mark.parametrize(("confirmed_at", "shortest"), [(NOW, 12), (None, 15)])
def test_a_password_alone_is_longer_than_one_with_a_second_factor(
    client: FlaskClient, confirmed_at: datetime | None, shortest: int
) -> None:
    sign_in(client, make_person(Role.GUIDE, totp_confirmed_at=confirmed_at))
    assert f"At least {shortest} characters" in client.get("/account/password").text
    words = "orbit-lantern-pepper"
    for length, status in ((shortest - 1, 422), (shortest, 303)):
        answer = send(client, "/account/password", {"current": PASSWORD, "password": words[:length]})
        assert answer.status_code == status


@pytest.mark.parametrize(("role", "shortest"), [(Role.GUIDE, 15), (Role.COORDINATOR, 12)])
def test_the_first_password_too(client: FlaskClient, role: Role, shortest: int) -> None:
    link = "/set-password/" + add_role("ana@example.org", role, ["VIE"], actor="command", now=NOW)
    for length, status in ((shortest - 1, 422), (shortest, 303)):
        assert send(client, link, {"password": "orbit-lantern-pepper"[:length]}).status_code == status


def test_one_sees_where_one_is_signed_in_and_ends_it_there(client: FlaskClient) -> None:
    account = make_guide_person()
    give_password(client, account)
    elsewhere = client.application.test_client()
    elsewhere.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    give_password(elsewhere, account)
    assert "Firefox, Windows" in client.get("/account").text
    other, _own = sign_ins_of(db.session(), account.id, NOW)
    assert send(client, f"/account/sign-ins/{other.id}/end", page="/account").status_code == 303
    assert not is_in(elsewhere)
    assert is_in(client)
    assert trail()[-1] == "end sign-in"


def test_the_sign_ins_of_others_cannot_be_ended(client: FlaskClient) -> None:
    give_password(client, make_guide_person())
    another = make_guide_person()
    elsewhere = client.application.test_client()
    give_password(elsewhere, another)
    (theirs,) = sign_ins_of(db.session(), another.id, NOW)
    assert send(client, f"/account/sign-ins/{theirs.id}/end", page="/account").status_code == 404
    assert send(client, "/account/sign-ins/999999/end", page="/account").status_code == 404
    assert is_in(elsewhere)


@pytest.mark.parametrize(
    ("agent", "text"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36", "Chrome, Android"),
        ("<script>alert(1)</script>", "A browser"),
        ("", "A browser"),
    ],
)
@pytest.mark.usefixtures("app")
def test_browsers_are_named_in_words(agent: str, text: str) -> None:
    assert browser_text(agent) == text


def make_token(client: FlaskClient) -> dict[str, str]:
    """Make a personal token on the page; the header of a call."""
    page = send(client, "/account/tokens", {"name": "Our calendar"}, page="/account")
    found = re.search(r"(ve_[\w-]{43})<", page.text)
    assert found, page.status_code
    assert page.headers["Cache-Control"] == "no-store"
    return {"Authorization": f"Bearer {found[1]}"}


def opens(client: FlaskClient, header: dict[str, str]) -> bool:
    """Whether a page of staff's API lets it in; those that do not know it say 401."""
    with client.application.test_request_context("/api/v1/x", headers=header):
        client.application.preprocess_request()
        return identity.current_staff() is not None


def test_a_token_is_shown_once_and_kept_as_its_hash(client: FlaskClient) -> None:
    account = make_guide_person()
    give_password(client, account)
    header = make_token(client)
    token = header["Authorization"].removeprefix("Bearer ")
    row = db.session.scalars(select(ApiToken)).one()
    assert (row.account_id, row.name) == (account.id, "Our calendar")
    assert token not in row.token_hash
    assert token not in client.get("/account").text
    assert "Our calendar" in client.get("/account").text
    assert trail()[-1] == "make token"


def test_a_token_has_its_owners_roles_and_ends_with_them(client: FlaskClient) -> None:
    account = make_person()
    give_password(client, account)
    give_code(client, code_of(account))
    header = make_token(client)
    assert opens(client, header)
    change(account, totp_confirmed_at=None)
    assert not opens(client, header)
    change(account, totp_confirmed_at=NOW)
    assert opens(client, header)
    change(account, is_active=False)
    assert not opens(client, header)


def test_a_token_is_revoked_by_its_owner_alone_and_lasts_a_year(client: FlaskClient) -> None:
    give_password(client, make_guide_person())
    header = make_token(client)
    with at(60 * 24 * 364):
        assert opens(client, header)
    with at(60 * 24 * 366):
        assert not opens(client, header)
    token_id = db.session.scalars(select(ApiToken.id)).one()
    another = sign_in(client.application.test_client(), make_guide_person())
    assert send(another, f"/account/tokens/{token_id}/revoke", page="/account").status_code == 404
    assert opens(client, header)
    assert send(client, f"/account/tokens/{token_id}/revoke", page="/account").status_code == 303
    assert not opens(client, header)
    assert trail()[-1] == "revoke token"


def test_one_sees_when_a_token_was_used_last(client: FlaskClient) -> None:
    give_password(client, make_guide_person())
    header = make_token(client)
    assert "used last: never" in client.get("/account").text
    with at(30):
        assert opens(client, header)
        assert "used last: Mon 23 Nov 2026, 09:30 in UTC" in client.get("/account").text


def test_the_password_is_asked_for_again_before_a_token_is_made(client: FlaskClient) -> None:
    sign_in(client, make_person())
    answer = send(client, "/account/tokens", {"name": "Our calendar"}, page="/account")
    assert answer.headers["Location"].startswith("/account/confirm")
    assert db.session.scalars(select(ApiToken)).all() == []


@pytest.mark.parametrize("header", ["Bearer ve_x", "Bearer ve_" + "A" * 43, "Bearer", "Basic eDp5", "Bearer ve_\u00e9"])
def test_a_token_of_nobody_opens_nothing(client: FlaskClient, header: str) -> None:
    assert client.get(WHOEVER, headers={"Authorization": header}).status_code in {401, 404}


@pytest.mark.parametrize("role", list(Role))
def test_the_page_of_the_account_is_for_every_role(client: FlaskClient, role: Role) -> None:
    assert is_in(sign_in(client, make_person(role)))
