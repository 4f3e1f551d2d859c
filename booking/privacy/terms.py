"""The vocabulary of privacy: kinds of personal data, how long each is kept, and what becomes of it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds of people; each kind is kept for its own time."""

    CONTACT = "contact"  # of a group, and what it said: the station's days after the last tour
    LETTER = "letter"  # what mails said, and to whom
    ACCESS = "access"  # tokens, sign-ins and links, after their end
    STAFF = "staff"  # who works here, after leaving
    ABSENCE = "absence"  # why somebody does not work
    REASON = "reason"  # why a desk decided something
    TRAIL = "trail"  # who changed what: ids of accounts, no names
    UPLOAD = "upload"  # files of meeting platforms
    RETRY = "retry"  # answers to requests that may come twice
    INTEREST = "interest"  # addresses that wait for an offering


class Way(StrEnum):
    """What becomes of it."""

    EMPTIED = "emptied"
    REPLACED = "replaced"  # by a mark with the row's number, where texts must differ
    DELETED = "deleted"  # the whole row


AFTER = {
    Kind.LETTER: timedelta(days=30),
    Kind.ACCESS: timedelta(days=30),
    Kind.STAFF: timedelta(days=180),
    Kind.ABSENCE: timedelta(days=30),
    Kind.REASON: timedelta(days=730),
    Kind.TRAIL: timedelta(days=730),
}
"""For how long; of contacts each station says it, and the other kinds are taken by the domains that make them."""

MARK = "removed-"
"""What a replaced text begins with; no address does, for want of an "@"."""


@dataclass(frozen=True, slots=True)
class Held:
    """A table: its columns that hold something of people, what becomes of them, and the names of all others."""

    personal: dict[str, Kind]
    way: Way
    others: str
    replaced: frozenset[str] = frozenset()
    """Columns that get a mark where the others are emptied."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows a run has changed or deleted, by table, and files of mails."""

    rows: dict[str, int]
    files: int = 0
    is_all: bool = True
    """Whether nothing is left that was due."""

    def __bool__(self) -> bool:
        """Whether anything was removed."""
        return bool(self.files or any(self.rows.values()))
