"""A SQLite file is written anew beside those who use it, and not while somebody writes."""

import sqlite3
from pathlib import Path
from shutil import copyfile

from booking.app import create_app
from booking.db import db, shrink, transaction
from booking.notices.models import WorkerHeartbeat
from tests.builders import NOW
from tests.conftest import settings_for


def test_it_is_written_anew_while_others_read_and_left_while_they_write(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "booking.db"
    copyfile(sqlite_template, file)
    app = create_app(settings_for(f"sqlite:///{file}", tmp_path))
    with app.app_context():
        with transaction() as session:
            session.add(WorkerHeartbeat(worker_id="a-word-to-be-gone", seen_at=NOW))
        with transaction() as session:
            session.delete(session.get_one(WorkerHeartbeat, "a-word-to-be-gone"))
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert not shrink(patience_ms=50)
        other.execute("ROLLBACK")
        assert shrink(patience_ms=50)
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        other.close()
        db.session.remove()
        left = b"".join(path.read_bytes() for path in tmp_path.glob("booking.db*"))
        db.engine.dispose()
    assert b"a-word-to-be-gone" not in left
