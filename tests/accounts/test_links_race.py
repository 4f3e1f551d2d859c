"""One-time links and codes when several use them at the same moment: one has the effect, on either database."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update

from booking.accounts import totp
from booking.accounts.models import Account, AccountRole, OneTimeLink, RecoveryCode, SignIn
from booking.accounts.passwords import hashed
from booking.accounts.queries import account_by_id
from booking.accounts.services import add_role, second_factor
from booking.accounts.services.attempts import count_attempt
from booking.accounts.services.links import demonstration_link, new_link, set_password, sign_in_by_link
from booking.accounts.services.sign_ins import Device
from booking.accounts.terms import LinkPurpose, Role
from booking.app import create_app
from booking.db import db, transaction
from booking.problems import TooManyAttempts
from tests.builders import NOW
from tests.conftest import make_postgres_database, migrated, settings_for
from tests.signing_in import make_account, make_sign_in

AT_ONCE = 20
HERE = Device("127.0.0.1", "127.0.0.0/24", "test")
HASH = hashed("lantern pepper orbit")


@pytest.fixture(params=["sqlite", "postgresql"])
def arena(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, where commits are commits."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "race.db")
        url = f"sqlite:///{tmp_path / 'race.db'}"
    else:
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_links_race"))
    app = create_app(settings_for(url, tmp_path, rate_limits=True))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def together(app: Flask, act: Callable[[], object]) -> list[object]:
    """What the act answered in each of twenty threads that began it at the same moment."""
    start, answers = threading.Barrier(AT_ONCE), []

    def run() -> None:
        with app.app_context():
            start.wait()
            try:
                answers.append(act())
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == AT_ONCE
    return answers


def test_a_link_for_a_password_works_once_for_twenty_clicks(arena: Flask) -> None:
    with arena.app_context():
        token = add_role("ana@example.org", Role.GUIDE, ["VIE"], actor="command", now=NOW)
    assert sum(map(bool, together(arena, lambda: set_password(token, HASH, NOW)))) == 1


def test_twenty_invitations_of_one_person_make_one_account(arena: Flask) -> None:
    invite = lambda: add_role("ana@example.org", Role.GUIDE, ["VIE"], actor="command", now=NOW)  # noqa: E731  what is raced
    assert all(together(arena, invite))
    with arena.app_context():
        assert db.session.scalars(select(Account.email)).all() == ["ana@example.org"]
        assert len(db.session.scalars(select(AccountRole)).all()) == 1


def test_of_twenty_links_made_at_once_for_one_person_one_works(arena: Flask) -> None:
    def make() -> None:
        with transaction() as session:
            new_link(session, 1, LinkPurpose.SET_PASSWORD, NOW)

    with arena.app_context():
        assert make_account().id == 1
    together(arena, make)
    with arena.app_context():
        assert len(db.session.scalars(select(OneTimeLink).where(OneTimeLink.used_at.is_(None))).all()) == 1


def test_a_link_of_the_demonstration_begins_one_sign_in(arena: Flask) -> None:
    with arena.app_context():
        email = make_account(Role.GUIDE, "VIE", second_factor_waived=True).email
        token = demonstration_link(email, NOW)
        assert token
    assert sum(map(bool, together(arena, lambda: sign_in_by_link(token, HERE, NOW)))) == 1
    with arena.app_context():
        assert len(db.session.scalars(select(SignIn)).all()) == 1


def test_a_code_completes_one_of_twenty_sign_ins(arena: Flask) -> None:
    with arena.app_context():
        account = make_account()
        for _ in range(AT_ONCE):
            make_sign_in(account, NOW, second_factor_at=None)
        numbers = iter(db.session.scalars(select(SignIn.id)).all())
        known = account_by_id(db.session(), account.id)
        assert known
        code = pyotp.TOTP(totp.secret_of(known.id, 1)).at(NOW)
    done = together(arena, lambda: second_factor.give_code(known, next(numbers), code, NOW))
    assert sum(map(bool, done)) == 1


def test_a_recovery_code_completes_one_of_twenty_sign_ins(arena: Flask) -> None:
    with arena.app_context():
        account = make_account()
        for _ in range(AT_ONCE):
            make_sign_in(account, NOW, second_factor_at=None)
        numbers = iter(db.session.scalars(select(SignIn.id)).all())
        known = account_by_id(db.session(), account.id)
        assert known
        code = second_factor.renew_codes(known, NOW)[0]
    done = together(arena, lambda: second_factor.use_recovery_code(known, next(numbers), code, NOW))
    assert sum(map(bool, done)) == 1
    with arena.app_context():
        used = db.session.scalars(select(RecoveryCode).where(RecoveryCode.used_at.is_not(None))).all()
        assert len(used) == 1


def test_of_twenty_who_set_up_a_second_factor_at_once_one_does(arena: Flask) -> None:
    with arena.app_context():
        account = make_account(totp_generation=0, totp_confirmed_at=None)
        for _ in range(AT_ONCE):
            make_sign_in(account, NOW, second_factor_at=None)
        numbers = iter(db.session.scalars(select(SignIn.id)).all())
        known = account_by_id(db.session(), account.id)
        assert known
        code = pyotp.TOTP(totp.secret_of(known.id, 1)).at(NOW)
    done = together(arena, lambda: second_factor.set_up(known, next(numbers), code, NOW))
    assert sum(map(bool, done)) == 1
    with arena.app_context():
        assert len(db.session.scalars(select(RecoveryCode)).all()) == second_factor.CODES
        assert len(db.session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()) == 1


def test_twenty_tries_at_once_are_counted_each(arena: Flask) -> None:
    def attempt() -> bool:
        try:
            count_attempt("sign-in", "ana@example.org", limit=10, window_s=300, now=NOW)
        except TooManyAttempts:
            return False
        return True

    assert sum(map(bool, together(arena, attempt))) == 10


def test_without_the_condition_a_code_would_work_more_than_once(arena: Flask) -> None:
    """The negative control: the step is read, compared and written, as one would without thinking of others."""
    with arena.app_context():
        account_id = make_account().id
    gate = threading.Barrier(AT_ONCE)

    def naive() -> bool:
        seen = db.session.scalars(select(Account.totp_last_step).where(Account.id == account_id)).one()
        db.session.rollback()
        gate.wait()
        if seen is not None:
            return False
        with transaction() as session:
            session.execute(update(Account).where(Account.id == account_id).values(totp_last_step=1))
        return True

    assert sum(map(bool, together(arena, naive))) > 1
