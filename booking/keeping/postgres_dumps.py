"""A PostgreSQL database as a file of pg_dump, and back by psql in one transaction."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from booking.keeping.sqlite_files import Unusable
from booking.schema import ASIDE

MAGIC = b"PGDMP"
OPTIONS = {"host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
END = "\\."
"""Ends the rows of a table in a dump."""
SET_ASIDE = f"ALTER SCHEMA public RENAME TO {ASIDE}; CREATE SCHEMA public;"


def dump(database_url: str, target: Path) -> None:
    """Write the database as it is at one moment; whoever writes meanwhile goes on. Readable by its owner only."""
    part = target.with_name(f"{target.name}.part")
    os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    try:
        _run([_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={part}"], database_url)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def bring_back(database_url: str, source: Path) -> None:
    """Let the dump take the place of everything in the database, which stands aside: all of it, or nothing."""
    script = source.with_name(f"{source.name}.sql.part")
    os.close(os.open(script, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    try:
        _run([_program("pg_restore"), "--no-owner", "--no-privileges", f"--file={script}", str(source)], database_url)
        words = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--single-transaction"]
        # What is there goes in the same transaction: tables of a newer version too, of which the dump knows nothing.
        _run([_program("psql"), *words, f"--command={SET_ASIDE}", f"--file={script}"], database_url)
    finally:
        script.unlink(missing_ok=True)


def revision(database_url: str, source: Path) -> str | None:
    """The migration at which the database of the dump was; None where the dump tells of none."""
    only = ["--data-only", "--table=alembic_version", "--file=-"]
    lines = _run([_program("pg_restore"), *only, str(source)], database_url).splitlines()
    begins = next((at for at, line in enumerate(lines) if line.startswith("COPY ")), None)
    told = lines[begins + 1] if begins is not None else END
    return None if told == END else told


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise Unusable(f"{name} is not there: install the client programs of PostgreSQL, not older than the server")
    return found


def _run(command: list[str], database_url: str) -> str:
    """What it prints. The password goes by the environment, where no list of processes shows it."""
    done = subprocess.run(command, env={**os.environ, **_environment(database_url)}, check=False, capture_output=True)  # noqa: S603  our own command
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise Unusable(f"{Path(command[0]).name}: {told[0]}")
    return done.stdout.decode()


def _environment(database_url: str) -> dict[str, str]:
    url = make_url(database_url)
    found: dict[str, object] = {"PGHOST": url.host, "PGPORT": url.port, "PGDATABASE": url.database}
    found |= {"PGUSER": url.username, "PGPASSWORD": url.password}
    found |= {name: url.query[option] for option, name in OPTIONS.items() if option in url.query}
    return {name: str(value) for name, value in found.items() if value}
