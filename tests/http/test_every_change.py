"""Every address that changes something, found in the map of addresses: no token, no change."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.db import Base, db

READING = {"GET", "HEAD", "OPTIONS"}


def changing(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Method and address of everything that can change something."""
    for rule in client.application.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - READING):
            yield method, re.sub(r"<[^>]*>", "x", re.sub(r"<int:[^>]*>", "1", rule.rule))


def rows() -> int:
    """How many rows all tables hold together."""
    return sum(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables)


def test_there_is_something_to_try(client: FlaskClient) -> None:
    assert ("POST", "/set-password/x") in set(changing(client))


def test_a_form_without_a_token_is_refused_everywhere(client: FlaskClient) -> None:
    before = rows()
    answers = {
        (method, path): client.open(path, method=method, data={"size": "5"}).status_code
        for method, path in changing(client)
        if not path.startswith("/api/")
    }
    assert set(answers.values()) == {400}
    assert rows() == before


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_is_refused_everywhere(client: FlaskClient, headers: dict[str, str]) -> None:
    before = rows()
    answers = {
        (method, path): client.open(path, method=method, json={}, headers=headers).status_code
        for method, path in changing(client)
    }
    assert set(answers.values()) == {403}
    assert rows() == before


def test_a_simple_body_that_any_site_may_send_is_no_json_anywhere(client: FlaskClient) -> None:
    before = rows()
    answers = {
        (method, path): client.open(path, method=method, data=b"{}", content_type="text/plain").status_code
        for method, path in changing(client)
        if path.startswith("/api/")
    }
    assert set(answers.values()) <= {400, 401, 404, 415}
    assert rows() == before


def test_reading_an_address_that_changes_something_is_not_doing_it(client: FlaskClient) -> None:
    before = rows()
    for method, path in set(changing(client)):
        for reading in ("GET", "HEAD"):
            headers = {"X-HTTP-Method-Override": method}
            assert client.open(path, method=reading, headers=headers).status_code < 500
    assert rows() == before
