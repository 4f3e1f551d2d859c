"""What accounts ask of the schedule, which is a domain above them: which guide somebody is, and what guides are called.

The application puts the answers into `app.extensions["booking.schedule"]`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import current_app, g
from sqlalchemy.orm import Session

from booking.accounts.terms import GuideName
from booking.db import db

SCHEDULE = "booking.schedule"
_NAMES = "booking.guide_names"


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


class GuideNames(Protocol):
    """What all guides are called."""

    def __call__(self, session: Session) -> dict[str, str]:
        """By code, and by number as older lines of the trail name them."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The answers."""

    guide_of: GuideOf
    guides_of_nobody: GuidesOfNobody
    tie: Tie
    untie: Untie
    guide_names: GuideNames


def schedule() -> Schedule:
    """Those of the running application."""
    found: Schedule = current_app.extensions[SCHEDULE]
    return found


def guide_names() -> dict[str, str]:
    """The names of guides by code and number; read once in a request, and only where one is asked for."""
    if _NAMES not in g:
        setattr(g, _NAMES, schedule().guide_names(db.session()))
    found: dict[str, str] = g.get(_NAMES)
    return found
