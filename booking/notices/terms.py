"""The vocabulary of notices: their states, what a domain asks to send, and what a worker holds while it sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import Enum
from typing import Any

LEASE = timedelta(seconds=60)  # how long a claimed notice is nobody else's
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 1800, 7200))  # the last one is repeated
MOST_ATTEMPTS = 12  # then the notice is failed: about 15 hours after it was due

WITH_ONE_TIME_LINK = frozenset({"account_invitation", "password_reset"})
"""Kinds whose link opens an account: it is taken out of what is kept once the mail is sent."""


class NoticeState(Enum):
    """Where a notice is on its way."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Message:
    """What a domain asks to send: one mail to one recipient, at `due_at` or as soon after it as possible.

    `dedupe_key` makes asking twice harmless; `subject` ("booking:123") is what the message is about, so that its
    unsent notices can be withdrawn; `payload` holds JSON values only, instants as ISO 8601 text in UTC.
    """

    kind: str
    dedupe_key: str
    subject: str
    recipient: str
    locale: str
    payload: Mapping[str, Any]
    due_at: datetime


@dataclass(frozen=True)
class Told:
    """A notice that was queued once, and what became of it."""

    subject: str
    kind: str
    recipient: str
    payload: Mapping[str, Any]
    state: NoticeState
    attempts: int

    @property
    def stands(self) -> bool:
        """It was sent, or is still to be."""
        return self.state is not NoticeState.WITHDRAWN

    @property
    def may_be_known(self) -> bool:
        """Somebody tried to send it: it may have arrived, whatever was recorded afterwards."""
        return self.attempts > 0 or self.state is NoticeState.SENT


@dataclass(frozen=True)
class Claimed:
    """A notice that one worker holds until its lease ends; `attempts` counts this one."""

    id: int
    kind: str
    recipient: str
    locale: str
    payload: Mapping[str, Any]
    message_id: str
    attempts: int
    due_at: datetime
    worker_id: str


@dataclass(frozen=True)
class Outgoing:
    """A finished message with its envelope: plain ASCII addresses."""

    message: EmailMessage
    sender: str
    recipient: str
