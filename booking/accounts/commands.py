"""Commands about people: `booking user add`."""

import click
from flask import current_app, url_for
from flask.cli import with_appcontext

from booking import clock
from booking.accounts import services
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
    public_url = current_app.extensions["booking.settings"].public_url
    with current_app.test_request_context(base_url=public_url):
        click.echo(public_url + url_for("accounts.set_password", token=token))


def _check_stations(stations: tuple[str, ...]) -> None:
    """A wrong call where a station is none of ours."""
    known: set[str] = current_app.extensions["booking.station_codes"]() if stations else set()
    unknown = sorted(set(stations) - known)
    if unknown:
        told = ", ".join(sorted(known)) or "none yet: load them first"
        raise click.BadParameter(f"there is no station {', '.join(unknown)} (known: {told})", param_hint="--station")


commands: list[click.Command] = [user]
