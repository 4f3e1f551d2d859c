"""What accounts ask of the schedule, which is a domain above them: which guide somebody is.

The application puts the answers into `app.extensions["booking.schedule"]`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.terms import GuideName

SCHEDULE = "booking.schedule"


class GuideOf(Protocol):
    """The guide that an account is."""

    def __call__(self, session: Session, account_id: int) -> GuideName | None:
        """None for somebody who is none."""


class GuidesOfNobody(Protocol):
    """The guides who have no account."""

    def __call__(self, session: Session, stations: frozenset[str] | None) -> list[GuideName]:
        """Those of these stations; None: of all."""


class Tie(Protocol):
    """Let an account be a guide."""

    def __call__(self, account_id: int, code: str, *, actor: str, now: datetime) -> bool:
        """False where either is tied already."""


class Untie(Protocol):
    """Let an account be no guide any more."""

    def __call__(self, account_id: int, *, actor: str, now: datetime) -> bool:
        """False where it was none."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The answers."""

    guide_of: GuideOf
    guides_of_nobody: GuidesOfNobody
    tie: Tie
    untie: Untie


def schedule() -> Schedule:
    """Those of the running application."""
    found: Schedule = current_app.extensions[SCHEDULE]
    return found
