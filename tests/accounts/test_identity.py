"""Who is let in where."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask, g, session
from flask.testing import FlaskClient

from booking import clock
from booking.accounts import identity
from booking.accounts.access import open_to
from booking.accounts.models import SignIn
from booking.accounts.terms import Role
from booking.db import db
from tests.builders import NOW
from tests.signing_in import api_token, change, make_account, make_sign_in, sign_in


def at(minutes: float) -> AbstractContextManager[None]:
    """The clock, stopped some minutes after NOW."""
    return clock.frozen(NOW + timedelta(minutes=minutes))


def test_nobody_is_sent_to_sign_in_and_comes_back_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/account?show=tokens")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/account?show%3Dtokens")


def test_whoever_is_signed_in_sees_the_own_account(client: FlaskClient) -> None:
    account = make_account(Role.GUIDE, "VIE")
    page = sign_in(client, account).get("/account")
    assert page.status_code == 200
    assert account.email in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_sign_in_ends_after_an_hour_of_rest_and_not_before(client: FlaskClient) -> None:
    sign_in(client, make_account(), NOW)
    for minutes, status in ((59, 200), (118, 200), (179, 303)):
        with at(minutes):
            assert client.get("/account").status_code == status


def test_a_sign_in_ends_after_twelve_hours_whatever_is_done(client: FlaskClient) -> None:
    sign_in(client, make_account(), NOW)
    for minutes in range(30, 12 * 60, 30):
        with at(minutes):
            assert client.get("/account").status_code == 200
    with at(12 * 60):
        assert client.get("/account").status_code == 303


def test_a_sign_in_whose_person_is_shut_out_is_over(client: FlaskClient) -> None:
    account = make_account()
    sign_in(client, account)
    change(account, is_active=False)
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "é" * 43, 7, None, ["a"]])
def test_a_token_that_is_none_of_ours_is_nobodys(client: FlaskClient, token: object) -> None:
    with client.session_transaction() as kept:
        kept[identity.SIGN_IN] = token
    assert client.get("/account").status_code == 303


def test_a_password_alone_is_not_enough_where_a_second_factor_is_set_up(app: Flask) -> None:
    token = make_sign_in(make_account(Role.GUIDE), second_factor_at=None)
    with app.test_request_context("/account"):
        session[identity.SIGN_IN] = token
        assert identity.current_person() is not None
        assert identity.current_staff() is None


@pytest.mark.parametrize(
    ("role", "is_in"), [(Role.GUIDE, True), (Role.COORDINATOR, False), (Role.ADMINISTRATOR, False)]
)
def test_coordinators_and_administrators_need_a_second_factor(app: Flask, role: Role, is_in: bool) -> None:  # noqa: FBT001
    token = make_sign_in(make_account(role, totp_confirmed_at=None), second_factor_at=None)
    with app.test_request_context("/account"):
        session[identity.SIGN_IN] = token
        assert (identity.current_staff() is not None) is is_in


def test_a_personal_token_opens_the_api_and_no_page(app: Flask) -> None:
    account = make_account(Role.COORDINATOR, "VIE")
    header = api_token(account)
    with app.test_request_context("/api/v1/events", headers=header):
        staff = identity.current_staff()
        assert staff
        assert (staff.account_id, staff.stations(Role.COORDINATOR)) == (account.id, frozenset({"VIE"}))
        g.pop("_login_user")  # the test's application context stays
    with app.test_request_context("/account", headers=header):
        assert identity.current_staff() is None


def test_the_session_opens_no_api(app: Flask) -> None:
    token = make_sign_in(make_account())
    with app.test_request_context("/api/v1/events"):
        session[identity.SIGN_IN] = token
        assert identity.current_staff() is None


def test_a_request_is_looked_up_once(app: Flask) -> None:
    token = make_sign_in(make_account())
    with app.test_request_context("/account"):
        session[identity.SIGN_IN] = token
        first = identity.current_person()
        db.session.query(SignIn).delete()
        assert identity.current_person() is first


def test_the_remember_cookie_of_flask_login_is_neither_read_nor_set(client: FlaskClient) -> None:
    client.set_cookie("remember_token", "1|forged")
    answer = sign_in(client, make_account()).get("/account")
    assert answer.status_code == 200
    assert "remember_token" not in answer.headers.get("Set-Cookie", "")


def test_what_is_not_declared_is_open_to_nobody_and_roles_are_asked_for(app: Flask) -> None:
    """With views of its own, since they say what the roles are tried on."""
    client = app.test_client()
    view = open_to("administrator")(lambda: "in")
    app_views = {**app.view_functions, "accounts.account": view}
    kept, app.view_functions = app.view_functions, app_views
    try:
        for role, status in ((Role.GUIDE, 404), (Role.COORDINATOR, 404), (Role.ADMINISTRATOR, 200)):
            assert sign_in(client, make_account(role)).get("/account").status_code == status
        app_views["accounts.account"] = lambda: "in"
        assert client.get("/account").status_code == 404
    finally:
        app.view_functions = kept
