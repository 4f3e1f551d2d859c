"""Endpoints and messages as rows, a server that receives, and the few lines by which a receiver sees who sent it."""

import base64
import hmac
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from booking.webhooks.models import WebhookDelivery, WebhookEndpoint
from booking.webhooks.terms import TYPES, DeliveryState
from tests.builders import NOW, save
from tests.signing_in import make_account

_numbers = itertools.count(1)
TOLERANCE_S = 300


def make_endpoint(account_id: int | None = None, stations: tuple[str, ...] = (), **values: Any) -> WebhookEndpoint:  # noqa: ANN401
    """A program at an invented address that is told everything of these stations (none: of all)."""
    number = next(_numbers)
    endpoint = WebhookEndpoint(
        **{
            "code": f"wh_{number:016d}",
            "url": f"https://hooks{number}.example.org/in",
            "stations": list(stations),
            "types": list(TYPES),
            "made_by": account_id or make_account().id,
            "made_at": NOW,
            **values,
        }
    )
    save(endpoint)
    return endpoint


def make_message(endpoint: WebhookEndpoint, **values: Any) -> WebhookDelivery:  # noqa: ANN401
    """A message to it that has arrived."""
    message = WebhookDelivery(
        **{
            "message": f"msg_{next(_numbers):032d}",
            "endpoint_id": endpoint.id,
            "type": "event.created",
            "subject": "event:VIE-1",
            "body": '{"type":"event.created"}',
            "made_at": NOW,
            "state": DeliveryState.DELIVERED,
            "attempts": 1,
            "next_try_at": NOW,
            "status": 200,
            "took_ms": 12,
            "delivered_at": NOW,
            **values,
        }
    )
    save(message)
    return message


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The `webhook-id`."""
        return self.headers["webhook-id"]


class Receiver:
    """What a receiving server has been sent, and how it answers."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b""
        self.waits: Callable[[], object] = lambda: None
        self.got: list[Received] = []
        self.url = ""


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length)
            receiver.got.append(Received({name.lower(): value for name, value in self.headers.items()}, body))
            receiver.waits()
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.body)))
            self.end_headers()
            self.wfile.write(receiver.body)

        def log_message(self, *_told: Any) -> None:  # noqa: ANN401  the library's own signature
            """Say nothing."""

    return Handler


class _Quiet(ThreadingHTTPServer):
    """Who hangs up early is no error."""

    daemon_threads = True

    def handle_error(self, *_told: object) -> None:
        """Say nothing."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver at an address of its own for as long as the block runs."""
    one = Receiver()
    server = _Quiet(("127.0.0.1", 0), _handler(one))
    one.url = f"http://127.0.0.1:{server.server_address[1]}/in?key=s3cr3t"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class NotOurs(Exception):
    """The message is not what it says, too old, or was here before."""


class Verifier:
    """How a receiver looks at a message, as docs/webhooks.md shows it."""

    def __init__(self, *secrets: str) -> None:
        self._keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
        self._seen: set[str] = set()

    def verify(self, headers: dict[str, str], body: bytes, now: float | None = None) -> None:
        """Raise NotOurs, or remember the id."""
        identity, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
        if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE_S:
            raise NotOurs("too old, or from the future")
        signed = f"{identity}.{timestamp}.".encode() + body
        own = {base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in self._keys}
        given = [part.removeprefix("v1,") for part in headers["webhook-signature"].split() if part.startswith("v1,")]
        if not any(hmac.compare_digest(one, other) for one in own for other in given):
            raise NotOurs("signed with another secret, or changed on its way")
        if identity in self._seen:
            raise NotOurs("was here before")
        self._seen.add(identity)
