"""`booking notices` and `booking worker`."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from booking.db import transaction
from booking.notices import commands, services
from tests.notices.letters_of_all_kinds import NOW, message


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
