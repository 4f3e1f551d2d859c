"""What the catalogue asks of the calendar and of bookings, which are domains above it.

The application puts the answers into `app.extensions["booking.programme"]`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from flask import current_app
from sqlalchemy.orm import Session

from booking.catalogue.misfits import Upcoming

PROGRAMME = "booking.programme"


class UpcomingOf(Protocol):
    """The events to come of some stations."""

    def __call__(self, session: Session, station_ids: Collection[int], now: datetime) -> Mapping[int, list[Upcoming]]:
        """By the station's id, in the order of their start; one statement."""


class HolidaysOf(Protocol):
    """The official holidays of some stations, from today on."""

    def __call__(
        self, session: Session, station_ids: Collection[int], first: date
    ) -> Mapping[int, Sequence[tuple[date, str]]]:
        """By the station's id: day and name; one statement."""


class UsesOfTerms(Protocol):
    """How often the words of the vocabularies stand in events, bookings, surveys and counts of views."""

    def __call__(self, session: Session) -> Mapping[tuple[str, str], int]:
        """By vocabulary and code; a word that is nowhere is left out."""


@dataclass(frozen=True, slots=True)
class Programme:
    """The answers."""

    upcoming_of: UpcomingOf
    holidays_of: HolidaysOf
    uses_of_terms: UsesOfTerms


def programme() -> Programme:
    """Those of the running application."""
    found: Programme = current_app.extensions[PROGRAMME]
    return found
