"""From the server to the application: a request is read whole, in limited time and size, before a thread takes it up.

A WSGI server gives a thread to each request and lets it wait for the body: four slow senders would then hold four
threads, and nobody else would be served. Here the event loop reads all bodies side by side (ASGI), and the application
sees a request only when all of it has arrived. What is too large or too slow reaches the application without its body,
so that the answer is told like every other (`REFUSED_BODY`).
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from booking.http.traffic import Traffic

REFUSED_BODY = "booking.refused_body"
"""Key of the WSGI environment: the status, 408 or 413, that a body which was not read to its end deserves."""

KEPT_IN_MEMORY = 256 * 1024  # bytes; a larger body, or one that does not say its size, goes to a file
SENT_WITHIN_S = 30.0  # a reader who does not take a piece of an answer for so long has gone
DISCARDED_WITHIN_S = 5.0  # how long the rest of a refused body is still taken, so that its sender hears the answer

Scope = dict[str, Any]
Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]  # PEP 3333

TOO_SLOW = 408
TOO_LARGE = 413


class Disconnected(Exception):
    """The client has gone away: there is nobody to answer."""


class _Refused(Exception):
    """The body is not read to its end."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def _nothing() -> None:
    """Nothing is to be done."""


class Gateway:
    """An ASGI application that serves a WSGI application in `threads` threads.

    `begin` and `end` are called once, before the first request and after the last.
    """

    def __init__(
        self,
        application: Application,
        *,
        threads: int,
        body_limit: int,
        body_seconds: float,
        begin: Callable[[], None] = _nothing,
        end: Callable[[], None] = _nothing,
    ) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._body_limit = body_limit
        self._body_seconds = body_seconds
        self._begin, self._end = begin, end
        self.traffic = Traffic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or begin and end with the server's process (ASGI calls both the same way)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            with self.traffic.request():
                await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Begin before the first request and end after the last."""
        await receive()
        self._begin()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(self._end)
        self._threads.shutdown()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        with _body_file(scope) as body, suppress(Disconnected):
            environ = environment(scope, body)
            try:
                await self._read(scope, receive, body)
            except _Refused as refused:
                body.seek(0)
                body.truncate()
                environ[REFUSED_BODY] = refused.status
            environ["CONTENT_LENGTH"] = str(body.tell())
            body.seek(0)
            await self._answer(environ, send)
            if environ.get(REFUSED_BODY) == TOO_LARGE:
                await _discard(receive)

    async def _read(self, scope: Scope, receive: Receive, body: IO[bytes]) -> None:
        """Put the whole body into the file; raises `_Refused` where it is too large or too slow."""
        if _announced(scope) > self._body_limit:
            raise _Refused(TOO_LARGE)
        try:
            async with asyncio.timeout(self._body_seconds):
                async for piece in _pieces(receive):
                    if body.tell() + len(piece) > self._body_limit:
                        raise _Refused(TOO_LARGE)
                    body.write(piece)
        except TimeoutError:
            raise _Refused(TOO_SLOW) from None

    async def _answer(self, environ: Environ, send: Send) -> None:
        """Run the application in a thread; what comes in one piece is sent from here, the rest piece by piece."""
        loop = asyncio.get_running_loop()
        answer = _Answer(send, loop)
        last = await loop.run_in_executor(self._threads, answer.give, self._application, environ)
        await answer.say(last, more=False)


def _announced(scope: Scope) -> int:
    """The Content-Length of a request, 0 where there is none; the server has refused what is no number."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length"), 0)


def _body_file(scope: Scope) -> IO[bytes]:
    """Where a body is kept: in memory if it says that it is small."""
    small = _announced(scope) <= KEPT_IN_MEMORY and not any(
        name == b"transfer-encoding" for name, _ in scope["headers"]
    )
    return BytesIO() if small else TemporaryFile()


async def _pieces(receive: Receive) -> Any:  # noqa: ANN401  an asynchronous generator of bytes
    more = True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Disconnected
        yield event.get("body", b"")
        more = event.get("more_body", False)


async def _discard(receive: Receive) -> None:
    """Take what is still being sent, for a short while."""
    with suppress(TimeoutError, Disconnected):
        async with asyncio.timeout(DISCARDED_WITHIN_S):
            async for _piece in _pieces(receive):
                pass


class _Answer:
    """One answer on its way from the application's thread to the client."""

    def __init__(self, send: Send, loop: asyncio.AbstractEventLoop) -> None:
        self._send = send
        self._loop = loop
        self._start: Event = {}

    def give(self, application: Application, environ: Environ) -> bytes:
        """Run the application in this thread and send all pieces of its answer but the last, which is returned."""
        pieces = application(environ, self._begin)
        try:
            held: bytes | None = None
            for piece in pieces:
                if held is not None:
                    waiting = asyncio.run_coroutine_threadsafe(self.say(held, more=True), self._loop)
                    waiting.result(SENT_WITHIN_S)
                held = piece
        finally:
            close = getattr(pieces, "close", None)
            if close:
                close()
        return held or b""

    def _begin(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._start = {"type": "http.response.start", "status": int(status[:3]), "headers": pairs}

    async def say(self, piece: bytes, *, more: bool) -> None:
        """Send one piece, before the first one status and headers."""
        start, self._start = self._start, {}
        if start:
            await self._send(start)
        await self._send({"type": "http.response.body", "body": piece, "more_body": more})


def environment(scope: Scope, body: IO[bytes]) -> Environ:
    """The WSGI environment (PEP 3333) of an ASGI request; its body is the whole of `wsgi.input`."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    path = scope.get("raw_path") or scope["path"].encode()
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.partition(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    return environ


def _add_header(environ: Environ, name: str, value: str) -> None:
    """One header; a name with an underscore is left out, since it would pass for another one's."""
    if "_" in name or name in {"content-length", "transfer-encoding"}:
        return
    key = name.upper().replace("-", "_")
    key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
    joint = "; " if key == "HTTP_COOKIE" else ","
    environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
