"""Commands about people: `booking user add`, `booking user enter`."""

import click
from flask import current_app
from flask.cli import with_appcontext

from booking import clock
from booking.accounts import services
from booking.accounts.services.links import demonstration_link
from booking.accounts.services.notes import public_url
from booking.accounts.terms import Role
from booking.text import InputRefused, clean_email


@click.group()
def user() -> None:
    """Members of staff."""


@user.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What the person may do.")
@click.option("--station", "stations", multiple=True, metavar="CODE", help="Only there; may be given several times.")
@with_appcontext
def add(email: str, role: str, stations: tuple[str, ...]) -> None:
    """Let a person in: print a link, good for ten minutes and one use, to set the password."""
    try:
        address = clean_email(email)
    except InputRefused as error:
        raise click.BadParameter("write one e-mail address, such as name@example.org", param_hint="EMAIL") from error
    _check_stations(stations)
    token = services.add_role(address, Role(role), stations, actor="command", now=clock.now())
    click.echo(public_url(f"/set-password/{token}"))


@user.command("enter")
@click.argument("email")
@with_appcontext
def enter(email: str) -> None:
    """Print a link that signs in as somebody of the demonstration, once, within ten minutes."""
    settings = current_app.extensions["booking.settings"]
    token = None if settings.is_public else demonstration_link(email.strip(), clock.now())
    if token is None:
        raise click.ClickException("only people of the demonstration sign in by a link, and only on this machine")
    click.echo(public_url(f"/sign-in/link/{token}"))


def _check_stations(stations: tuple[str, ...]) -> None:
    """A wrong call where a station is none of ours."""
    known: set[str] = current_app.extensions["booking.station_codes"]() if stations else set()
    unknown = sorted(set(stations) - known)
    if unknown:
        told = ", ".join(sorted(known)) or "none yet: load them first"
        raise click.BadParameter(f"there is no station {', '.join(unknown)} (known: {told})", param_hint="--station")


commands: list[click.Command] = [user]
