"""Commands of the outbox: run a worker, see what was not sent, try it again."""

import signal
import threading
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from booking import clock
from booking.db import db
from booking.http import logs
from booking.notices import queries, services
from booking.notices.queries import Listed
from booking.notices.terms import NoticeState
from booking.notices.worker import start


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
@click.option("--retry", "retry_id", type=int, metavar="ID", help="Queue a failed notice again.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@with_appcontext
def notices_command(failed: bool, retry_id: int | None, limit: int) -> None:  # noqa: FBT001  click's own signature
    """List notices, latest first, without their addresses; or try a failed one again."""
    if retry_id is not None:
        if not services.retry(retry_id, clock.now()):
            raise click.ClickException(f"there is no failed notice {retry_id}")
        click.echo(f"notice {retry_id} is queued again")
        return
    for notice in queries.listed(db.session(), NoticeState.FAILED if failed else None, limit):
        click.echo(_line(notice))


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
