"""A server on this machine that hands out one calendar, as a provider does; what it was asked is kept."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Provider:
    """What is handed out: a body with its ETag, or a status alone."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200
        self.etag = ""
        self.asked: list[dict[str, str]] = []
        self.url = ""

    def gives(self, body: bytes, etag: str = "") -> None:
        """From now on it answers with this."""
        self.body, self.etag, self.status = body, etag, 200

    def fails(self, status: int = 503) -> None:
        """From now on it answers with nothing but a status."""
        self.status = status


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(dict(self.headers))
            known = provider.etag and self.headers.get("If-None-Match") == provider.etag
            status = 304 if known and provider.status == 200 else provider.status
            body = provider.body if status == 200 else b""
            self.send_response(status)
            if provider.etag:
                self.send_header("ETag", provider.etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told: Any) -> None:  # noqa: ANN401  the library's own signature
            """Say nothing."""

    return Handler


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider at an address of its own for as long as the block runs."""
    one = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(one))
    one.url = f"http://127.0.0.1:{server.server_address[1]}/private-s3cr3t/basic.ics"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
