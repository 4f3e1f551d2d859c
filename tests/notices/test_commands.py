"""`booking notices` and `booking worker`."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from booking import clock
from booking.app import create_app
from booking.db import db, transaction
from booking.notices import commands, services
from booking.notices.worker import STOPS_WITHIN
from tests.conftest import settings_for
from tests.notices.letters_of_all_kinds import NOW, message

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(app: Flask) -> FlaskCliRunner:
    """Runs commands; two notices are there, the first one failed."""
    with transaction() as session:
        services.queue(session, [message("a"), message("b", subject="booking:2", kind="reminder_1_day")])
    (failed, waiting) = services.claim(NOW, "w")
    services.fail(failed, "RCPT 550 5.1.1")
    services.release([waiting], NOW)
    return app.test_cli_runner()


def test_notices_are_listed_without_their_addresses(run: FlaskCliRunner) -> None:
    lines = run.invoke(commands.notices_command).output.splitlines()
    assert len(lines) == 2
    assert "queued  reminder_1_day  booking:2  s…@h….org" in lines[0]
    assert "haneulsaem" not in "".join(lines)


def test_the_failed_ones_are_listed_with_the_reason(run: FlaskCliRunner) -> None:
    (line,) = run.invoke(commands.notices_command, ["--failed"]).output.splitlines()
    assert "failed  booking_confirmed  booking:1" in line
    assert line.endswith("tries 1  RCPT 550 5.1.1")


def test_a_failed_one_is_queued_again(run: FlaskCliRunner) -> None:
    number = run.invoke(commands.notices_command, ["--failed"]).output.split()[0]
    assert run.invoke(commands.notices_command, ["--retry", number]).output == f"notice {number} is queued again\n"
    assert run.invoke(commands.notices_command, ["--failed"]).output == ""
    again = run.invoke(commands.notices_command, ["--retry", number])
    assert (again.exit_code, again.output) == (1, f"Error: there is no failed notice {number}\n")


def test_a_word_for_a_number_is_a_wrong_call(run: FlaskCliRunner) -> None:
    assert run.invoke(commands.notices_command, ["--retry", "all"]).exit_code == 2


def test_a_worker_in_a_process_of_its_own_sends_and_ends_when_it_is_told(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "booking.db"
    shutil.copy(sqlite_template, path)
    settings = settings_for(f"sqlite:///{path}", tmp_path)
    app = create_app(settings)
    with app.app_context():
        with transaction() as session:
            services.queue(session, [message("a", due_at=clock.now())])
        db.engine.dispose()
    environment = {
        **os.environ,
        "BOOKING_DATABASE_URL": settings.database_url,
        "BOOKING_INSTANCE_DIR": str(tmp_path),
        "BOOKING_SECRET_KEY": settings.secret_key,
    }
    command = [sys.executable, "-m", "booking.cli", "worker"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 30
        while not list(tmp_path.glob("mail/*.eml")) and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        _, said = process.communicate(timeout=30)
    assert len(list(tmp_path.glob("mail/*.eml"))) == 1
    assert time.monotonic() - began < STOPS_WITHIN
    assert process.returncode == 0
    assert "Worker started." in said
    assert "haneulsaem" not in said
