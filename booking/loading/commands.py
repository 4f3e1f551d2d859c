"""The commands `booking load`, `booking check` and `booking try`."""

import csv
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from booking import clock
from booking.db import db
from booking.loading import services
from booking.loading.csv_tables import BadTables
from booking.loading.invariants import breaches
from booking.loading.try_requests import try_requests

MOST_TOLD = 20
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _tell(bad: BadTables) -> SystemExit:
    """The first twenty mistakes on standard error, a line each, and the end with 1."""
    more = len(bad.problems) - MOST_TOLD
    lines = [*map(str, bad.problems[:MOST_TOLD]), *([f"and {more} more"] if more > 0 else [])]
    for line in lines:
        click.echo(f"booking: {line}", err=True)
    return SystemExit(1)


@click.command("load")
@click.argument("folder", metavar="DIR", type=FOLDER)
@with_appcontext
def load(folder: Path) -> None:
    """Load the CSV files of a folder: all or nothing, and a second time without a change."""
    current_app.extensions["booking.bring_up_to_date"]()  # an empty database is as good as any
    try:
        outcomes = services.load(folder, clock.now())
    except BadTables as bad:
        raise _tell(bad) from bad
    for name, outcome in outcomes.items():
        counts = f"{outcome.added:6} added {outcome.changed:6} changed {outcome.unchanged:6} unchanged"
        click.echo(f"{name:18}{counts}")
    if not services.changed_anything(outcomes):
        click.echo("Nothing was changed.")


@click.command("try")
@click.argument("file", metavar="FILE.csv", type=FILE)
@with_appcontext
def try_(file: Path) -> None:
    """Evaluate the requests of a CSV file against the data loaded, storing nothing."""
    try:
        answers = try_requests(file)
    except BadTables as bad:
        raise _tell(bad) from bad
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(("request_id", "outcome", "rule_ids"))
    lines.writerows((answer.request_id, answer.outcome, " ".join(answer.rules)) for answer in answers)


@click.command("check")
@with_appcontext
def check() -> None:
    """Look for rows that must not be: a line for each breach of an invariant, exit 1 if there is one."""
    found = list(breaches(db.session(), clock.now()))
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo("Nothing was found.")


commands: list[click.Command] = [load, try_, check]
