"""A SQLite database as one file: copied while it is written to, and put in the place of another one."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

MAGIC = b"SQLite format 3\0"
BESIDE = ("-wal", "-shm", "-journal")


class Unusable(Exception):
    """It cannot be done; the text says why, in a line for whoever keeps the installation."""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection:
        yield connection


def copy(source: Path, target: Path) -> None:
    """A whole, checked copy of the database as it is at one moment, for its owner's eyes; whoever writes goes on."""
    part = target.with_name(f"{target.name}.part")
    os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    try:
        with opened(source) as kept, opened(part) as written:
            check(kept, source)
            kept.backup(written)  # in one step: one moment, and no writer waits in write-ahead mode
            written.execute("PRAGMA journal_mode=DELETE").close()
            check(written, target)
        to_disk(part)
        part.replace(target)
        to_disk(target.parent)
    finally:
        for path in (part, *beside(part)):
            path.unlink(missing_ok=True)


def check(connection: sqlite3.Connection, name: Path) -> None:
    """Raise Unusable where the file is damaged."""
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise Unusable(f"{name} is damaged: {found}")


def let_go_of(path: Path) -> None:
    """Bring all that stands beside the file into it; raises Unusable while another process has it open."""
    if found := open_in(path):
        raise Unusable(f"{path} is in use by process {found[0]}: stop every process of the site first")
    try:
        with opened(path) as connection:
            connection.execute("PRAGMA busy_timeout=2000").close()
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise Unusable(f"{path} is in use ({error}): stop every process of the site first") from error
    except sqlite3.DatabaseError:
        return  # damaged, which is why another one takes its place
    if mode != "delete":
        raise Unusable(f"{path} is in use: stop every process of the site first")


def open_in(path: Path) -> list[int]:
    """Other processes of this machine that have the file open, as far as the system tells (Linux does).

    Without write-ahead log a connection that rests holds no lock by which SQLite itself would notice.
    """
    wanted, found = str(path.resolve()), []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is somebody else's
            if process.name != str(os.getpid()) and _has_open(process, wanted):
                found.append(int(process.name))
    return sorted(found)


def _has_open(process: Path, wanted: str) -> bool:
    for handle in (process / "fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            if str(handle.readlink()) == wanted:
                return True
    return False


def put_in_place(path: Path, target: Path, aside: Path) -> None:
    """Let the file take the place of the target, which is kept aside; nothing that stood beside the old one is left.

    At no moment is there no database: a server that starts then would make an empty one.
    """
    if target.exists():
        try:
            aside.hardlink_to(target)
        except OSError:  # a file system without second names
            target.replace(aside)
    for one in beside(target):
        one.unlink(missing_ok=True)
    path.replace(target)
    to_disk(target.parent)


def beside(path: Path) -> list[Path]:
    """What SQLite may have put beside a file."""
    return [path.with_name(path.name + end) for end in BESIDE]


def to_disk(path: Path) -> None:
    """Wait until it is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
