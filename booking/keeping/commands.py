"""The commands `booking backup` and `booking restore`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click
from flask import Flask
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from booking import clock, schema
from booking.app import create_app
from booking.db import db
from booking.keeping import after, postgres_dumps, sqlite_files
from booking.keeping.after import Told
from booking.keeping.sqlite_files import Unusable
from booking.settings import Settings

FILE = click.Path(dir_okay=False, path_type=Path)
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@click.command("backup")
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write a consistent copy of the database to FILE while the site runs.

    The secret key is not in it: keep that apart, links and the ledger of erasures need it.
    """
    settings = Settings.from_environment()
    if file.exists():
        raise click.ClickException(f"{file} is there already: name another file")
    path = _path_of(settings)
    if path and not path.exists():
        raise click.ClickException(f"there is no database: {path}")
    try:
        if path:
            sqlite_files.copy(path, file)
        else:
            postgres_dumps.dump(settings.database_url, file)
    except Unusable as why:
        raise click.ClickException(str(why)) from why
    click.echo(f"{file}: {file.stat().st_size:,} bytes, checked.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--erasures", type=click.File("r"), help="More lines of `booking erasures list`, if the database is lost."
)
def restore(file: Path, erasures: TextIO | None) -> None:
    """Let FILE, written by `booking backup`, take the place of the database; every process must be stopped.

    Nothing is sent until `booking notices --resume`; everybody signs in again; who was erased is erased again.
    """
    settings = Settings.from_environment()
    more = [line.split()[0] for line in erasures or () if line.strip()]
    try:
        path = _path_of(settings)
        _check_kind(file, path)
        told = _restore_dump(settings, file, more) if path is None else _restore_file(settings, file, path, more)
    except Unusable as why:
        raise click.ClickException(str(why)) from why
    click.echo(f"Restored from {file}: {told.events} events ahead, {told.erased} contacts erased again.")
    click.echo(f"{told.sign_ins} sign-ins ended: everybody signs in again.")
    click.echo("Nothing is sent: look at `booking notices`, then `booking notices --resume`.")


def _path_of(settings: Settings) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    url = make_url(settings.database_url)
    return Path(str(url.database)) if url.drivername.startswith("sqlite") else None


def _check_kind(file: Path, path: Path | None) -> None:
    with file.open("rb") as opened:
        begins = opened.read(16)
    wanted, name = (postgres_dumps.MAGIC, "PostgreSQL") if path is None else (sqlite_files.MAGIC, "SQLite")
    if not begins.startswith(wanted):
        raise Unusable(f"{file} is no backup of a {name} database")


def _restore_file(settings: Settings, file: Path, path: Path, more: list[str]) -> Told:
    """All is done to a copy beside the database, which then takes its place: before that nothing has changed."""
    now = clock.now()
    if path.exists():
        sqlite_files.let_go_of(path)
    new = path.with_name(f"{path.name}.restoring")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        sqlite_files.copy(file, new)
        digests = {*more, *(_digests(_application(settings)) if path.exists() else ())}
        told = _tell(_application(replace(settings, database_url=f"sqlite:///{new}")), digests, now)
        sqlite_files.let_go_of(new)
        if path.exists():
            sqlite_files.let_go_of(path)
        sqlite_files.put_in_place(new, path, path.with_name(f"{path.name}.replaced-{now:%Y%m%dT%H%M%SZ}"))
    finally:
        for one in (new, *sqlite_files.beside(new)):
            one.unlink(missing_ok=True)
    return told


def _restore_dump(settings: Settings, file: Path, more: list[str]) -> Told:
    app = _application(settings)
    with app.app_context():
        others = db.session.execute(text(OTHERS)).scalar_one()
        db.session.remove()
        if others:
            raise Unusable(f"{others} other connections to the database: stop every process of the site first")
        schema.put_back(db.engine)  # where a restore before this one was cut off
        digests = {*more, *after.erasures()}
        db.engine.dispose()
    try:
        schema.refuse_unknown(postgres_dumps.revision(settings.database_url, file))
    except schema.UnknownRevision as why:
        raise Unusable(str(why)) from why
    try:
        postgres_dumps.bring_back(settings.database_url, file)
        told = _tell(app, digests, clock.now())
    except BaseException:  # Ctrl-C too: a backup that does not know what came after it is served by nobody
        _on_what_is_aside(app, schema.put_back)
        raise
    _on_what_is_aside(app, schema.drop_aside)
    return told


def _on_what_is_aside(app: Flask, act: Callable[[Engine], None]) -> None:
    with app.app_context():
        act(db.engine)
        db.engine.dispose()


def _application(settings: Settings) -> Flask:
    return create_app(settings)


def _digests(app: Flask) -> list[str]:
    """What the ledger of the replaced database says; of a damaged one `--erasures` brings a copy."""
    with app.app_context():
        try:
            return after.erasures()
        except SQLAlchemyError:
            click.echo("booking: the ledger of the replaced database cannot be read: see --erasures", err=True)
            return []
        finally:
            db.session.remove()
            db.engine.dispose()


def _tell(app: Flask, digests: set[str], now: datetime) -> Told:
    with app.app_context():
        try:
            with db.engine.connect() as connection:
                schema.refuse_unknown(schema.current(connection))
            return after.tell(digests, now)
        except schema.UnknownRevision as why:
            raise Unusable(str(why)) from why
        finally:
            db.session.remove()
            db.engine.dispose()


commands: list[click.Command] = [backup, restore]
