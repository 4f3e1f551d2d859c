"""The commands that serve the site, bring its database up to date and describe its API."""

import json
import os

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from booking import clock, schema
from booking.app import create_app
from booking.db import db
from booking.settings import LOOPBACK_HOSTS, Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Fill an empty database with demonstration data.")
@click.option("--no-worker", is_flag=True, help="Send no notices: `booking worker` runs elsewhere.")
def run(host: str, port: int, demo: bool, no_worker: bool) -> None:  # noqa: FBT001  click's own signature
    """Bring the database up to date and serve the site, with a worker that sends its notices."""
    from booking import server  # noqa: PLC0415  the server is not loaded for the other commands

    server.refuse_taken_port(host, port)
    settings = settings_at(host, port)
    app = create_app(settings)
    with app.app_context():
        schema.bring_up_to_date()
        if demo:
            _demonstrate(app, host)
        kind = db.engine.dialect.name
        db.engine.dispose()
    server.serve(settings, host, port, kind, sends_notices=not no_worker)


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database up to date."""
    schema.bring_up_to_date()
    click.echo(f"The database is at migration {schema.head()}.")


@click.command()
@with_appcontext
def openapi() -> None:
    """Print the description of the JSON API (OpenAPI 3.1)."""
    settings: Settings = current_app.extensions["booking.settings"]
    answer = current_app.test_client().get("/api/v1/openapi.json", base_url=settings.public_url)
    click.echo(json.dumps(answer.get_json(), indent=2, ensure_ascii=False))


def settings_at(host: str, port: int) -> Settings:
    """The environment's settings; where it names no public address, the site is known by the one it listens at."""
    if os.environ.get("BOOKING_PUBLIC_URL"):
        return Settings.from_environment()
    loopback = host if host in LOOPBACK_HOSTS else "127.0.0.1"
    return Settings.from_environment(
        None, public_url=f"http://{f'[{loopback}]' if ':' in loopback else loopback}:{port}"
    )


def _demonstrate(app: Flask, host: str) -> None:
    from booking.loading import demonstration  # noqa: PLC0415  its tables are read only when they are wanted

    for line in demonstration.fill(app, clock.now()):
        click.echo(line)
    ways_in = demonstration.ways_in(app, clock.now()) if host in LOOPBACK_HOSTS else []
    for line in ways_in:
        click.echo(line)
    if ways_in:
        click.echo("Each link works once, for ten minutes; `booking user enter ADDRESS` prints another one.")


commands: list[click.Command] = [run, migrate, openapi]
