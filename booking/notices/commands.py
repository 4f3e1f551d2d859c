"""Commands of the outbox: run a worker, see what was not sent, try it again."""

import signal
import threading
from datetime import UTC, datetime
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from booking import clock
from booking.db import db
from booking.http import logs
from booking.notices import queries, services
from booking.notices.pausing import go_on, paused_since
from booking.notices.queries import Listed
from booking.notices.terms import NoticeState
from booking.notices.worker import start
from booking.text import LARGEST_NUMBER


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Send notices and run periodic jobs until stopped (SIGTERM or Ctrl-C)."""
    logs.configure()
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    running = start(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  Flask's documented way
    click.echo("Worker started.", err=True)
    while not stopping.wait(1.0):
        if not running.thread.is_alive():
            raise click.ClickException("the worker ended")
    if not running.stop():
        click.echo("A message was still being sent; it is tried again when its lease ends.", err=True)


@click.command("notices")
@click.option("--failed", is_flag=True, help="Only those that were given up.")
@click.option(
    "--retry", "retry_id", type=click.IntRange(max=LARGEST_NUMBER), metavar="ID", help="Queue a failed notice again."
)
@click.option("--resume", is_flag=True, help="Send again, after a restore had paused it.")
@click.option(
    "--give-up-before",
    "until",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]),
    metavar="UTC",
    help="With --resume: what was due before is not sent; it may have been, before the restore.",
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@with_appcontext
def notices_command(
    failed: bool,  # noqa: FBT001  click's own signature
    retry_id: int | None,
    resume: bool,  # noqa: FBT001
    until: datetime | None,
    limit: int,
) -> None:
    """List notices, latest first, without their addresses; try a failed one again; or end a pause."""
    if until and not resume:
        raise click.UsageError("--give-up-before goes with --resume")
    if resume:
        _resume(until.replace(tzinfo=UTC) if until else None)
        return
    if retry_id is not None:
        if not services.retry(retry_id, clock.now()):
            raise click.ClickException(f"there is no failed notice {retry_id}")
        click.echo(f"notice {retry_id} is queued again")
        return
    for notice in queries.listed(db.session(), NoticeState.FAILED if failed else None, limit):
        click.echo(_line(notice))


def _resume(until: datetime | None) -> None:
    if paused_since(db.session()) is None:
        raise click.ClickException("the outbox is not paused")
    db.session.rollback()
    given_up = go_on(until)
    click.echo(f"Workers send again; {given_up} given up.")


def _line(notice: Listed) -> str:
    parts = [
        str(notice.id),
        notice.state.value,
        notice.kind,
        notice.subject,
        notice.recipient_masked,
        f"{notice.due_at:%Y-%m-%dT%H:%MZ}",
        f"tries {notice.attempts}",
        notice.error or "",
    ]
    return "  ".join(parts).rstrip()


commands = [worker_command, notices_command]
