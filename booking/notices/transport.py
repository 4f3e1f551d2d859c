"""Hand a finished message to a mail server, or to a folder where no server is set; knows no database."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

from booking.notices.terms import Outgoing

STEP_TIMEOUT = 10.0  # seconds that one answer of the server may take
TAKE_TIMEOUT = 20.0  # the same for its last one, after the text: scanners think before they take a message
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")


class Undelivered(Exception):
    """The message was not taken; the text names stage and codes only, never an address or the server's words."""


class Refused(Undelivered):
    """The server will never take this message (5xx)."""


class TryLater(Undelivered):
    """The server may take it another time (4xx, or the connection broke)."""


class Unreachable(TryLater):
    """There is no talking to the server at all: no other message needs to be tried now."""


class NotOurs(Undelivered):
    """Meanwhile somebody else has taken the notice: it is theirs to send."""


class Transport(Protocol):
    """Where messages go. As a context it closes what it opened."""

    def __enter__(self) -> Self:
        """Begin a batch; nothing is connected yet."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """End the batch."""

    def send(self, outgoing: Outgoing, is_ours: Callable[[], bool]) -> None:
        """Deliver one message, asking `is_ours` at the last moment; raises `Undelivered`."""


@dataclass(frozen=True)
class Server:
    """A mail server as BOOKING_SMTP_URL names it: smtp://user:password@host:port?starttls=1 or smtps://..."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False

    @classmethod
    def from_url(cls, url: str) -> "Server":
        """Read the address; user and password may be percent-encoded."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        starttls = parse_qs(parts.query).get("starttls", ["0"])[-1] in {"1", "true", "yes"}
        port = parts.port or (465 if tls else 587 if starttls else 25)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname or "localhost", port, user, password, tls, starttls and not tls)


class SmtpTransport:
    """One connection for a batch of messages, opened at the first and again after it broke."""

    def __init__(self, server: Server, local_hostname: str | None = None) -> None:
        self._server = server
        self._local_hostname = local_hostname
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._close()

    def send(self, outgoing: Outgoing, is_ours: Callable[[], bool]) -> None:
        """Hand over one message; raises `Refused` for 5xx, `TryLater` for 4xx and broken connections."""
        smtp = self._connected()
        try:
            _expect("MAIL", smtp.mail(outgoing.sender))
            _expect("RCPT", smtp.rcpt(outgoing.recipient))
            if not is_ours():
                raise NotOurs("taken by another worker")
            _expect("DATA", _patiently(smtp, bytes(outgoing.message)))
        except smtplib.SMTPDataError as error:
            self._reset(smtp)
            raise _undelivered("DATA", error.smtp_code, error.smtp_error) from error
        except Undelivered:
            self._reset(smtp)
            raise
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise TryLater(f"connection: {type(error).__name__}") from error

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = _connect(self._server, self._local_hostname)
            except smtplib.SMTPResponseException as error:
                raise Unreachable(f"connecting: {error.smtp_code}") from error
            except (OSError, smtplib.SMTPException) as error:
                raise Unreachable(f"connecting: {type(error).__name__}") from error
        return self._smtp

    def _reset(self, smtp: smtplib.SMTP) -> None:
        """Forget the message that was not taken; a server that has gone away is met again by the next one."""
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._close()

    def _close(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


class FolderTransport:
    """Messages as .eml files, for an installation without a mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Nothing is open."""

    def send(self, outgoing: Outgoing, is_ours: Callable[[], bool]) -> None:
        """Write one file, named by the Message-ID: a second sending replaces the first."""
        if not is_ours():
            raise NotOurs("taken by another worker")
        name = re.sub(r"[^A-Za-z0-9@._-]", "", str(outgoing.message["Message-ID"]))
        unfinished = self._folder / f".{name}.part"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished.write_bytes(bytes(outgoing.message))
            unfinished.replace(self._folder / f"{name}.eml")
        except OSError as error:
            raise Unreachable(f"folder: {type(error).__name__}") from error


def _connect(server: Server, local_hostname: str | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname, timeout=STEP_TIMEOUT, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname, timeout=STEP_TIMEOUT)
    try:
        if server.starttls:
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _patiently(smtp: smtplib.SMTP, text: bytes) -> tuple[int, bytes]:
    """Send the text itself, and wait longer for the answer than for others."""
    connection = smtp.sock
    if connection is None:
        raise smtplib.SMTPServerDisconnected("closed before the text")
    connection.settimeout(TAKE_TIMEOUT)
    try:
        return smtp.data(text)
    finally:
        if smtp.sock is not None:  # else the server has hung up
            connection.settimeout(STEP_TIMEOUT)


def _expect(stage: str, answer: tuple[int, bytes]) -> None:
    """Raise for any answer but a 2xx (RFC 5321, 4.2.1)."""
    if answer[0] // 100 != 2:  # noqa: PLR2004  the first digit of an answer says whether it is one of success
        raise _undelivered(stage, *answer)


def _undelivered(stage: str, code: int, words: bytes | str) -> Undelivered:
    """What to raise for an answer: stage and codes, since the server's words may hold the address."""
    plain = words if isinstance(words, str) else words.decode("ascii", "replace")
    enhanced = _ENHANCED.match(plain)
    text = f"{stage} {code}" + (f" {enhanced[0]}" if enhanced else "")
    return Refused(text) if code // 100 == 5 else TryLater(text)  # noqa: PLR2004  5xx: never
