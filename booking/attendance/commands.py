"""The command `booking attendance`: read a meeting platform's report and store nothing."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from booking import clock
from booking.attendance.platform_reports import DateOrder, LeftOut, NotReadable, Remark, Report, read_report
from booking.attendance.platform_reports.decoding import MOST_BYTES

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_MINUTES = 24 * 60


@click.group("attendance")
def attendance() -> None:
    """Read what meeting platforms say about who came."""


@attendance.command("read")
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--host", "hosts", multiple=True, metavar="NAME_OR_EMAIL", help="Somebody who is no participant.")
@click.option(
    "--threshold-min",
    type=click.IntRange(0, MOST_MINUTES),
    default=5,
    show_default=True,
    help="Participants who stayed for less are counted beside the others.",
)
@click.option("--date-order", type=click.Choice(["dmy", "mdy"]), help="Which the file leaves open: day or month first.")
def read(file: Path, hosts: Sequence[str], threshold_min: int, date_order: str | None) -> None:
    """Count the people of an attendance report of Teams or Zoom, and print JSON; nothing is stored."""
    try:
        report = read_report(
            _beginning(file),
            hosts=hosts,
            threshold_min=threshold_min,
            date_order=DateOrder(date_order) if date_order else None,
            today=clock.now().date(),
        )
    except NotReadable as bad:
        raise click.ClickException(f"{file.name}: {bad}") from bad
    click.echo(json.dumps(_as_json(report), indent=2))


def _beginning(file: Path) -> bytes:
    """The file, and of one that is too large only as much as says so."""
    with file.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "layout": report.layout,
        "participants": len(report.participants),
        "under_threshold": report.under_threshold,
        "minutes": [person.minutes for person in report.participants],
        "left_out": [_left_out(one) for one in report.left_out],
        "date_order": report.date_order,
        "encoding": report.encoding,
        "needs_confirmation": report.needs_confirmation,
        "remarks": [_remark(one) for one in report.remarks],
    }


def _left_out(one: LeftOut) -> dict[str, Any]:
    person = one.person
    return {"name": person.name, "email": person.email, "reason": one.reason, "minutes": person.minutes}


def _remark(one: Remark) -> dict[str, Any]:
    return {"row": one.row, "what": one.oddity, "sentence": one.sentence, "is_counted": one.is_counted}


commands: list[click.Command] = [attendance]
