"""/healthz and /readyz."""

from pathlib import Path

from flask.testing import FlaskClient

from booking import clock
from booking.notices import services as notices
from tests.http.conftest import make_app


def test_the_process_serves_without_a_database(tmp_path: Path) -> None:
    answer = make_app(tmp_path).test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_an_unreachable_database_is_not_ready(tmp_path: Path) -> None:
    nobody = "postgresql://127.0.0.1:1/nobody"
    answer = make_app(tmp_path, BOOKING_DATABASE_URL=nobody).test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()) == (503, {"database": "unreachable"})


def test_an_empty_database_is_not_ready(tmp_path: Path) -> None:
    answer = make_app(tmp_path).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["migrations"].startswith("at None")


def test_without_a_worker_nothing_is_sent_and_it_is_not_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["worker"]) == (503, "silent")


def test_with_a_worker_it_is_ready_and_says_how_the_database_stands(client: FlaskClient) -> None:
    notices.beat("worker", clock.now())
    answer = client.get("/readyz")
    told = answer.get_json()
    assert answer.status_code == 200
    assert list(told) == ["database", "version", "journal_mode", "migrations", "worker"]
    assert told["database"] in {"sqlite", "postgresql"}
    assert told["journal_mode"] in {"wal", "delete"}
    assert (told["migrations"], told["worker"]) == ("up to date", "running")
