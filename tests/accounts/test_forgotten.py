"""A forgotten password."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.accounts.models import Account
from booking.accounts.passwords import is_password
from booking.db import db
from booking.notices.models import Notice
from tests.accounts.browsing import at, give_password, is_in, mails, make_guide_person, make_person, send, trail
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("stopped")

NEW = "another lantern orbit"


def link() -> str:
    """The path in the last mail."""
    payload = db.session.scalars(select(Notice.payload).order_by(Notice.id.desc())).first()
    assert payload
    return str(payload["url"]).removeprefix("http://localhost")


def ask(client: FlaskClient, email: str) -> tuple[int, str, str]:
    """Ask for a link; the answer."""
    answer = send(client, "/forgot-password", {"email": email})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def test_a_mail_brings_a_link_that_sets_a_new_password(client: FlaskClient) -> None:
    account = make_guide_person()
    ask(client, account.email)
    assert mails() == ["password_reset"]
    assert re.fullmatch(r"/set-password/[\w-]{43}", link())
    assert send(client, link(), {"password": NEW}).status_code == 303
    assert is_password(NEW, db.session.scalars(select(Account.password_hash)).one())
    assert mails() == ["password_reset", "password_changed"]
    assert trail() == ["ask for password", "set password"]
    give_password(client, account, NEW)
    assert is_in(client)


def test_an_address_of_nobody_is_answered_alike_and_gets_no_mail(client: FlaskClient) -> None:
    known, shut = (
        make_guide_person(email="ana@example.org"),
        make_guide_person(email="eve@example.org", is_active=False),
    )
    of_demonstration = make_guide_person(email="max@example.org", second_factor_waived=True)
    addresses = [known.email, shut.email, of_demonstration.email, "bob@example.org", "not an address"]
    answers = [ask(client, email) for email in addresses]
    assert len(set(answers)) == 1
    assert mails() == ["password_reset"]


def test_every_sign_in_ends_with_the_new_password(client: FlaskClient) -> None:
    account = make_person()
    elsewhere = sign_in(client.application.test_client(), account)
    assert is_in(elsewhere)
    ask(client, account.email)
    send(client, link(), {"password": NEW})
    assert not is_in(elsewhere)


def test_a_link_lasts_ten_minutes_and_a_newer_one_ends_it(client: FlaskClient) -> None:
    account = make_guide_person()
    ask(client, account.email)
    first = link()
    ask(client, account.email)
    assert client.get(first).status_code == 404
    assert client.get(link()).status_code == 200
    with at(10):
        assert client.get(link()).status_code == 404


def test_the_mail_goes_out_by_the_worker_and_not_in_the_request(client: FlaskClient) -> None:
    account = make_guide_person()
    ask(client, account.email)
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.recipient, notice.attempts, notice.sent_at) == (account.email, 0, None)


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("is_known", [True, False])
def test_five_a_day_are_mailed_and_the_sixth_is_told_to_wait(client: FlaskClient, is_known: bool) -> None:  # noqa: FBT001
    email = make_guide_person().email if is_known else "bob@example.org"
    answers = [ask(client, email)[0] for _ in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(mails()) == (5 if is_known else 0)
