"""The command `booking`: it gathers the commands of every domain, and says errors in one line."""

import importlib
import sys
from importlib import util

import click
from flask import Flask
from flask.cli import ScriptInfo

from booking.settings import SettingError

MODULES = (
    "booking.serving",
    "booking.accounts.commands",
    "booking.notices.commands",
    "booking.catalogue.commands",
    "booking.scheduling.commands",
    "booking.bookings.commands",
    "booking.attendance.commands",
    "booking.reporting.commands",
    "booking.loading.commands",
    "booking.reporting.export_commands",
    "booking.privacy.commands",
    "booking.keeping.commands",
)
FAILED = 1
STOPPED = 130


class Commands(click.Group):
    """The commands of `MODULES`, which are imported only as far as the command asked for needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, sorted."""
        for name in MODULES:
            self._gather(name)
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        for name in MODULES:
            found = super().get_command(ctx, cmd_name)
            if found:
                return found
            self._gather(name)
        return super().get_command(ctx, cmd_name)

    def _gather(self, name: str) -> None:
        """Add the `commands` of a module, if there is such a module."""
        if util.find_spec(name):
            for command in importlib.import_module(name).commands:
                self.add_command(command)


def _application() -> Flask:
    """The application; imported here, since --help does without."""
    from booking.app import create_app  # noqa: PLC0415

    return create_app()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="booking-visits", prog_name="booking")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Group visits, briefings and virtual tours: found, booked and kept."""
    ctx.obj = ScriptInfo(create_app=_application, load_dotenv_defaults=False)


def main() -> None:
    """Run the command that the command line names; 2 for a wrong call, 1 for a failure, each told in one line."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; its exit status."""
    try:
        status = cli.main(arguments, prog_name="booking", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:
        message, status = _told(error)
        if not message:
            raise
        click.echo(f"booking: {' '.join(message.split())}", err=True)
    return status if isinstance(status, int) else 0


def _told(error: BaseException) -> tuple[str, int]:
    """One line and an exit status for what a person can mend; an empty line for a mistake of ours."""
    message, status = "", FAILED
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        message, status = "say which command: --help lists them", error.exit_code
    elif isinstance(error, click.ClickException):
        message, status = error.format_message(), error.exit_code
    elif isinstance(error, click.Abort | KeyboardInterrupt):
        message, status = "stopped", STOPPED
    elif isinstance(error, SettingError):
        message = str(error)
    elif isinstance(error, UnicodeDecodeError):
        message = "the file is no UTF-8 text"
    elif isinstance(error, OSError):
        message = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    elif _is_of_the_database(error):
        told = str(error).splitlines()[0]
        is_empty = "no such table" in told or "UndefinedTable" in told
        message = f"the database does not answer as it should: {told}"
        message = "the database has not been brought up to date: run `booking migrate`" if is_empty else message
    return message, status


def _is_of_the_database(error: BaseException) -> bool:
    """Whether the database was away, or has not been migrated; asked without importing a library for it."""
    return {kind.__name__ for kind in type(error).__mro__} >= {"DBAPIError", "DatabaseError"} and (
        type(error).__name__ in {"OperationalError", "ProgrammingError"}
    )


if __name__ == "__main__":
    main()
