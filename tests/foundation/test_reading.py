"""Outside `transaction()` nothing is written: PostgreSQL is told so, and what has been read ends without a trace."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from booking.app import create_app
from booking.db import db, transaction
from tests.conftest import make_postgres_database, migrated, settings_for

WRITE = text("INSERT INTO worker_heartbeat (worker_id, seen_at) VALUES ('w', now())")
COUNT = text("SELECT count(*) FROM worker_heartbeat")
PREPARED = text("SELECT count(*) FROM pg_prepared_statements")


@pytest.fixture(scope="module")
def own_app(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application whose sessions have real connections to PostgreSQL."""
    url = migrated(make_postgres_database(postgres_server, "booking_reading"))
    app = create_app(settings_for(url, tmp_path_factory.mktemp("reading")))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_what_reads_cannot_write(own_app: Flask) -> None:
    with own_app.app_context():
        db.session.execute(COUNT)
        with pytest.raises(DBAPIError, match="read-only"):
            db.session.execute(WRITE)


def test_a_transaction_writes_after_a_read(own_app: Flask) -> None:
    with own_app.app_context():
        before = db.session.execute(COUNT).scalar_one()
        with transaction() as session:
            session.execute(WRITE)
        assert db.session.execute(COUNT).scalar_one() == before + 1


def test_a_connection_that_read_may_write_for_whoever_takes_it_next(own_app: Flask) -> None:
    with own_app.app_context():
        db.session.execute(COUNT)
        db.session.remove()
        with db.engine.connect() as connection:
            connection.execute(text("DELETE FROM worker_heartbeat"))


def test_statements_stay_prepared_when_a_transaction_follows_a_read(own_app: Flask) -> None:
    with own_app.app_context():
        for _ in range(8):
            db.session.execute(COUNT)
            with transaction():
                pass
        assert db.session.execute(PREPARED).scalar_one() > 0
