"""The command `booking retain`: forget what is due, and leave no trace of it in the file."""

from collections.abc import Callable
from datetime import datetime
from typing import TextIO

import click
from flask.cli import with_appcontext

from booking import clock
from booking.accounts.services.attempts import forget_old_counters
from booking.accounts.services.sign_ins import forget_old
from booking.attendance.services.uploads import forget_reports
from booking.bookings.services.tidy import forget_keys
from booking.catalogue.services.interest import forget as forget_interest
from booking.db import db, shrink
from booking.privacy.services.erase import ledger, replay
from booking.privacy.services.retain import forget

OF_OTHERS: tuple[Callable[[datetime], object], ...] = (
    forget_reports,
    forget_keys,
    forget_interest,
    forget_old,
    forget_old_counters,
)
"""What the domains forget by themselves at every round of the worker."""


@click.command("retain")
@with_appcontext
def retain() -> None:
    """Forget what is kept of people and is due, as the worker does every hour; then write a SQLite file anew."""
    now = clock.now()
    for job in OF_OTHERS:
        job(now)
    removed = forget(now)
    for table, count in removed.rows.items():
        click.echo(f"{table:20}{count:8}")
    if removed.files:
        click.echo(f"{'files of mails':20}{removed.files:8}")
    if not removed:
        click.echo("Nothing was due.")
    if not shrink():
        raise click.ClickException("the file could not be written anew, since it is in use: run this again later")


@click.group("erasures")
def erasures() -> None:
    """The ledger of erasures: digests of addresses, no names; told again to a backup that was restored."""


@erasures.command("list")
@with_appcontext
def list_erasures() -> None:
    """Print a line for each: digest, and when it was asked for."""
    for digest, asked_at in ledger(db.session()):
        click.echo(f"{digest} {asked_at.isoformat()}")


@erasures.command("replay")
@click.argument("file", type=click.File("r"), default="-")
@with_appcontext
def replay_erasures(file: TextIO) -> None:
    """Erase again whoever the lines of FILE are of (as `list` printed them; `-`: standard input)."""
    digests = [line.split()[0] for line in file if line.strip()]
    found = replay(digests, clock.now())
    click.echo(f"{len(digests)} in the ledger, {found} erased again")
    shrink()


commands: list[click.Command] = [retain, erasures]
