"""The command `booking`: it gathers the commands of every domain, and says errors in one line."""

import importlib
import sys
from importlib import metadata, util

import click

DOMAINS = ("accounts", "notices", "catalogue", "scheduling", "bookings", "attendance", "loading", "reporting")


class Commands(click.Group):
    """Commands of `serving` and of the domains; a domain's are imported only when one is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, sorted."""
        self._gather()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        self._gather()
        return super().get_command(ctx, cmd_name)

    def _gather(self) -> None:
        """Add the `commands` of each domain that has a module of that name."""
        for domain in DOMAINS:
            name = f"booking.{domain}.commands"
            if util.find_spec(f"booking.{domain}") and util.find_spec(name):
                for command in importlib.import_module(name).commands:
                    self.add_command(command)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("booking-visits"), prog_name="booking")
def cli() -> None:
    """Group visits, briefings and virtual tours: found, booked and kept."""


def main() -> None:
    """Run the command that the command line names."""
    sys.exit(cli.main(standalone_mode=True))
