"""The database's schema: every table known, brought up to date by numbered migrations."""

from typing import Any

import click
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

import booking.accounts.models
import booking.attendance.models
import booking.attendance.survey_models
import booking.bookings.models
import booking.bookings.refusal_models
import booking.catalogue.models
import booking.notices.models
import booking.privacy.models
import booking.reporting.models
import booking.reporting.narrative.models
import booking.scheduling.models
import booking.webhooks.models  # noqa: F401  the imports above register the tables
from booking.db import Base, db
from booking.settings import resource_dir

metadata = Base.metadata
ASIDE = "booking_replaced"
"""The schema of PostgreSQL in which a restore keeps what it replaces, until the restored database may be served."""


def configuration(connection: Connection | None = None, **attributes: Any) -> Config:  # noqa: ANN401  Alembic's own attributes
    """Alembic's configuration, without a file; migrations run on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(resource_dir("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes.update(attributes)
    return config


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the database up to `revision`; the caller commits."""
    command.upgrade(configuration(connection), revision)


def bring_up_to_date() -> None:
    """Bring the database of the present application up to date; a ClickException where a restore was cut off."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql" and inspect(connection).has_schema(ASIDE):
            raise click.ClickException("a restore was cut off: run `booking restore` once more")
        upgrade(connection)


def bring_restored_up_to_date() -> None:
    """Bring the database up to date that a restore has just brought back, beside the one that it replaces."""
    with db.engine.begin() as connection:
        upgrade(connection)


def put_back(engine: Engine) -> None:
    """Let what stands aside on PostgreSQL be the database again, where a restore did not come to its end."""
    with engine.begin() as connection:
        if inspect(connection).has_schema(ASIDE):
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text(f"ALTER SCHEMA {ASIDE} RENAME TO public"))


def drop_aside(engine: Engine) -> None:
    """Drop what stands aside on PostgreSQL: the restored database has been told all."""
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {ASIDE} CASCADE"))


def downgrade(connection: Connection, revision: str) -> None:
    """Take the database back to `revision`; the caller commits."""
    command.downgrade(configuration(connection), revision)


def current(connection: Connection) -> str | None:
    """The revision the database is at, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


class UnknownRevision(Exception):
    """The database is of no version that this program knows."""


def refuse_unknown(at: str | None) -> None:
    """Raise UnknownRevision for the revision of a database that is none of ours, or is of a newer program."""
    known = {one.revision for one in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if at not in known:
        told = f"is at migration {at}, which this program does not know" if at else "was never one of this program"
        raise UnknownRevision(f"the backup {told}")


def head() -> str | None:
    """The newest revision this program knows."""
    return ScriptDirectory.from_config(configuration()).get_current_head()
