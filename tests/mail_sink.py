"""A mail server of the tests: takes messages on a free port of this machine, or answers as it is told."""

import email
import socket
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from typing import Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

DROP = "drop"
TAKEN = "250 taken"
Answer = Callable[[str], str]
"""What to say to an envelope's recipient: a line such as "250 taken", or DROP to hang up without a word."""


class Sink:
    """Collects messages; `at_recipient` and `at_text` decide what it answers at each stage."""

    def __init__(self, at_recipient: Answer | None = None, at_text: Answer | None = None) -> None:
        self.raw: list[bytes] = []
        self.seen: list[str] = []
        self.connections = 0
        self.at_recipient = at_recipient or (lambda _address: TAKEN)
        self.at_text = at_text or (lambda _address: TAKEN)
        self.port = free_port()
        self._controller = Controller(self, "127.0.0.1", self.port)

    def __enter__(self) -> Self:
        self._controller.start()
        self.connections = 0  # the controller has knocked once itself
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """The address for BOOKING_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """What was taken, parsed, in the order of arrival."""
        return [email.message_from_bytes(raw, policy=default) for raw in self.raw]

    def deliveries(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(str(message["Message-ID"]) for message in self.messages)

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count the connection."""
        del server
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer to RCPT TO."""
        self.seen.append(address)
        answer = self.at_recipient(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return _say(server, answer)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer to the text; only a 2xx keeps it."""
        answer = self.at_text(envelope.rcpt_tos[0])
        if answer.startswith("2"):
            self.raw.append(cast("bytes", envelope.content))
        return _say(server, answer)


def _say(server: SMTP, answer: str) -> str:
    if answer == DROP and server.transport is not None:
        server.transport.close()
        return "421 gone"
    return answer


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
