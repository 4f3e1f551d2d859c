"""The site as browsers see it: served on a free port of this machine, with its mails in a folder."""

import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Self, TypeVar

from flask import Flask
from icalendar import Calendar, Event
from werkzeug.serving import WSGIRequestHandler, make_server

from booking.app import create_app
from booking.db import db
from booking.notices.worker import Worker
from tests.conftest import settings_for

Answer = TypeVar("Answer")


class _Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  werkzeug's own signature
        """Nothing."""


class House:
    """The application on a database file of its own; as a context it is served, and stopped at the end."""

    def __init__(self, database: Path, folder: Path, **settings: object) -> None:
        self._folder = folder
        self._server = make_server("127.0.0.1", 0, Flask("nothing yet"), threaded=True, request_handler=_Quiet)
        self._server.daemon_threads = True  # type: ignore[attr-defined]  # of the mixin that `threaded` chooses
        self._server.block_on_close = False  # type: ignore[attr-defined]  # a browser keeps connections open
        self.url = f"http://127.0.0.1:{self._server.port}"
        self.app = create_app(settings_for(f"sqlite:///{database}", folder, public_url=self.url, **settings))
        self._server.app = self.app
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        with self.app.app_context():
            db.engine.dispose()

    def inside(self, read: Callable[[], Answer]) -> Answer:
        """What a function says inside the application's context."""
        with self.app.app_context():
            return read()

    def work(self) -> list[EmailMessage]:
        """Run the worker once; the mails it wrote, as they are read again, oldest first."""
        before = set(self._mails())
        Worker(self.app).tick()
        new = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in set(self._mails()) - before]
        return sorted(new, key=lambda mail: str(mail["Date"]))

    def _mails(self) -> list[Path]:
        return list((self._folder / "mail").glob("*.eml"))


def invitation_in(mail: EmailMessage) -> tuple[str, Event, bytes]:
    """The METHOD of the invitation in a mail, as its type says too, its event, and its bytes."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    calendar = Calendar.from_ical(content)
    method = str(calendar["METHOD"])
    assert part.get_param("method") == method
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return method, event, content
