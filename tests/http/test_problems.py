"""Errors told as problem+json under /api/, as a page elsewhere."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from booking.problems import is_passing, problem

CANARY = "the name of a person"


def test_the_api_tells_a_problem(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/nowhere")
    told = answer.get_json()
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert set(told) == {"type", "title", "status", "detail", "instance"}
    assert (told["title"], told["status"]) == ("Not Found", 404)
    assert told["instance"].endswith(answer.headers["X-Request-Id"])


def test_a_page_tells_a_person(visitor: FlaskClient) -> None:
    answer = visitor.get("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert "Try again" not in answer.text


def test_what_broke_on_our_side_can_be_asked_for_once_more(visitor: FlaskClient) -> None:
    assert 'href="/breaks/unexpected?size=28">Try again</a>' in visitor.get("/breaks/unexpected?size=28").text


def test_the_sentence_is_in_the_language_asked_for_or_english(visitor: FlaskClient) -> None:
    assert visitor.get("/api/v1/nowhere?lang=fr").get_json()["detail"]


@pytest.mark.parametrize("path", ["/breaks/unexpected", "/api/v1/breaks/unexpected", "/breaks/no%20table"])
def test_a_mistake_of_ours_is_told_without_a_word_of_it_and_logged_once(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    answer = visitor.get(path)
    mistakes = [record for record in caplog.records if record.name == "booking.problems" and record.exc_info]
    about_it = [record for record in mistakes if record.getMessage() == "unexpected error"]
    assert answer.status_code == 500
    assert CANARY not in answer.text
    assert "no such table" not in answer.text
    assert len(about_it) == 1
    assert vars(about_it[0])["fields"]["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_busy_database_asks_to_come_again(visitor: FlaskClient, prefix: str) -> None:
    answer = visitor.get(f"{prefix}/breaks/locked")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_too_many_attempts_say_when_to_come_again(visitor: FlaskClient, prefix: str) -> None:
    answer = visitor.get(f"{prefix}/breaks/often")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "17")


class _Coded(Exception):
    """Stands for a driver's error."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize("code", ["55P03", "57014", "40P01", "40001", "57P01", "08006", "53300"])
def test_locks_deadlocks_and_lost_connections_pass(code: str) -> None:
    assert is_passing(DBAPIError("UPDATE", {}, _Coded(code)))


@pytest.mark.parametrize("code", ["23505", "42P01", "22021"])
def test_other_errors_of_the_database_do_not_pass(code: str) -> None:
    assert not is_passing(IntegrityError("INSERT", {}, _Coded(code)))


def test_sqlite_says_in_words_that_it_is_busy() -> None:
    assert is_passing(OperationalError("UPDATE", {}, Exception("database table is locked")))
    assert not is_passing(OperationalError("UPDATE", {}, Exception("attempt to write a readonly database")))


def test_a_refusal_carries_its_rules_and_other_times() -> None:
    refusal = {"rule": "CAP-01", "field": "size", "message": "Full.", "way_out": "Take another time."}
    with Flask(__name__).test_request_context("/api/v1/bookings"):
        answer = problem(409, "Full.", refusals=[refusal], alternatives=[], headers={"Retry-After": "1"})
    told = answer.get_json()
    assert (told["refusals"], told["alternatives"], "errors" in told) == ([refusal], [], False)
    assert answer.headers["Retry-After"] == "1"


def test_a_broken_error_page_still_says_what_happened(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_values: object) -> str:
        raise RuntimeError

    monkeypatch.setattr("booking.problems.render_template", broken)
    answer = visitor.get("/nowhere")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert [record.levelno for record in caplog.records if record.name == "booking.problems"] == [logging.ERROR]
