"""Sign-in attacks are slowed, and the owner of the account is not locked out by them."""

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking.accounts import limits, passwords
from booking.accounts.models import Account, SignIn
from booking.accounts.services.sign_ins import Device
from booking.db import db
from booking.problems import TooManyAttempts
from tests.accounts.browsing import (
    HASH,
    PASSWORD,
    at,
    code_of,
    give_code,
    give_password,
    is_in,
    make_guide_person,
    make_person,
    send,
)
from tests.builders import NOW
from tests.signing_in import make_sign_in

pytestmark = pytest.mark.usefixtures("stopped", "limited")

WRONG = "a wrong one, quite"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are compared without the work that argon2 is for."""
    monkeypatch.setattr(passwords, "is_password", lambda given, kept: (given, kept) == (PASSWORD, HASH))


def browser(app: Flask, ip: str) -> FlaskClient:
    """Another browser, at this address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = ip
    return client


def attack(app: Flask, account: Account, tries: int, ip: str = "203.0.113.9") -> list[TestResponse]:
    """Wrong passwords from one address."""
    client = browser(app, ip)
    return [give_password(client, account, WRONG) for _ in range(tries)]


def test_the_eleventh_try_within_five_minutes_is_told_to_wait(app: Flask) -> None:
    account = make_guide_person()
    answers = attack(app, account, 12)
    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 300
    with at(5.1):
        assert attack(app, account, 1)[0].status_code == 422


def test_the_right_password_is_refused_too_while_one_must_wait(app: Flask) -> None:
    account = make_guide_person()
    attack(app, account, 10)
    same_place = browser(app, "203.0.113.9")
    assert give_password(same_place, account).status_code == 429


def test_the_owner_signs_in_from_elsewhere_while_attacked(app: Flask) -> None:
    account = make_person()
    attack(app, account, 50)
    owner = browser(app, "198.51.100.7")
    assert give_password(owner, account).status_code == 303
    assert give_code(owner, code_of(account)).status_code == 303
    assert is_in(owner)


def test_the_owner_at_the_usual_place_signs_in_whoever_attacks_from_wherever(app: Flask) -> None:
    account = make_person()
    make_sign_in(account, NOW - timedelta(days=3), ip_prefix="198.51.100.0/24")
    for number in range(6):
        attack(app, account, 10, ip=f"203.0.{number}.9")
    stranger = browser(app, "192.0.2.77")
    assert give_password(stranger, account).status_code == 429
    owner = browser(app, "198.51.100.200")
    assert give_password(owner, account).status_code == 303
    assert give_code(owner, code_of(account)).status_code == 303


def test_a_usual_place_is_one_with_a_second_factor_given_lately(app: Flask) -> None:
    account = make_person()
    make_sign_in(account, NOW - timedelta(days=31), ip_prefix="198.51.100.0/24")
    make_sign_in(account, NOW - timedelta(days=1), ip_prefix="198.51.101.0/24", second_factor_at=None)
    for number in range(3):
        attack(app, account, 10, ip=f"203.0.{number}.9")
    for ip in ("198.51.100.200", "198.51.101.200"):
        assert give_password(browser(app, ip), account).status_code == 429


def test_good_sign_ins_do_not_count(app: Flask) -> None:
    account = make_guide_person()
    office = browser(app, "198.51.100.7")
    for _ in range(15):
        assert send(office, "/sign-in", {"email": account.email, "password": PASSWORD}).status_code == 303
        assert send(office, "/sign-out", page="/account").status_code == 303


def test_an_address_of_nobody_is_slowed_as_one_of_somebody(app: Flask) -> None:
    answers = [attack(app, Account(email=f"x{number}@example.org"), 1)[0] for number in range(12)]
    known = attack(app, make_guide_person(), 12, ip="203.0.114.9")
    assert [answer.status_code for answer in answers] == [answer.status_code for answer in known]


def test_somebody_with_the_password_guesses_five_codes_and_is_told_how_many_are_left(app: Flask) -> None:
    account = make_person()
    thief = browser(app, "203.0.113.9")
    give_password(thief, account)
    wrong = [give_code(thief, "000000") for _ in range(5)]
    assert "4 tries are left." in wrong[0].text
    assert "One try is left." in wrong[3].text
    assert "left." not in wrong[4].text
    right = give_code(thief, code_of(account))
    assert right.status_code == 429
    assert not is_in(thief)


def test_codes_and_recovery_codes_are_counted_together(app: Flask) -> None:
    account = make_person()
    thief = browser(app, "203.0.113.9")
    give_password(thief, account)
    for _ in range(3):
        give_code(thief, "000000")
    answers = [send(thief, "/sign-in/recovery-code", {"code": "X" * 26}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]


@pytest.mark.usefixtures("app")
def test_twenty_codes_an_hour_and_fifty_a_day() -> None:
    taken = []
    for minute in (*range(0, 60, 6), *range(60, 24 * 60, 120)):
        thief = Device("203.0.113.9", "203.0.113.0/24", "")
        for _ in range(6):
            with suppress(TooManyAttempts):
                limits.code_attempt(7, "ana@example.org", thief, NOW + timedelta(minutes=minute))
                taken.append(minute)
    assert len([minute for minute in taken if minute < 60]) == 20
    assert len(taken) == 50


def test_the_owner_at_the_usual_place_gives_the_code_while_a_thief_of_the_password_guesses(app: Flask) -> None:
    account = make_person()
    make_sign_in(account, NOW - timedelta(days=3), ip_prefix="198.51.100.0/24")
    thief = browser(app, "203.0.113.9")
    give_password(thief, account)
    for _ in range(6):
        give_code(thief, "000000")
    owner = browser(app, "198.51.100.8")
    give_password(owner, account)
    assert give_code(owner, code_of(account)).status_code == 303


def test_the_password_asked_for_again_is_counted_as_at_the_door(app: Flask) -> None:
    account = make_guide_person()
    owner = browser(app, "198.51.100.7")
    give_password(owner, account)
    answers = [send(owner, "/account/confirm", {"password": WRONG}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_limits_are_shared_and_kept_without_addresses(app: Flask) -> None:
    account = make_guide_person()
    attack(app, account, 5)
    attack(app, account, 5)
    assert attack(app, account, 1)[0].status_code == 429
    kept = str(db.session.execute(db.text("SELECT * FROM rate_counter")).all())
    assert account.email not in kept
    assert "203.0.113" not in kept
    assert db.session.query(SignIn).count() == 0
