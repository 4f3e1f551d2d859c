"""Whose words a page of mail texts is about: a kind, a locale, and a station or all of them; and who may write them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import force_locale

from booking.accounts.terms import Role, Staff
from booking.i18n import DEFAULT_LOCALE, LOCALES
from booking.notices.wording.kinds import KINDS
from booking.notices.wording.parts import MailKind, Part
from booking.notices.wording.voice import EVERYWHERE, Key

ALL = "all"
"""How an address names all stations."""


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of mail in one locale, of a station or (EVERYWHERE) of all that have no words of their own."""

    kind: MailKind
    locale: str
    station: str

    @property
    def key(self) -> Key:
        """As its words are kept."""
        return (self.kind.name, self.locale, self.station)

    @property
    def subject(self) -> str:
        """How the audit trail names it: mail_text:booking_confirmed:fr:VIE."""
        return f"mail_text:{self.kind.name}:{self.locale}:{self.station or ALL}"

    def shipped(self, part: Part) -> str:
        """The shipped words of a part in this locale."""
        with force_locale(self.locale):
            return str(part.shipped)


def place_of(staff: Staff, codes: Sequence[str], kind: str, locale: str, station: str) -> Place | None:
    """The place of an address; None for what is unknown and for a station that is none of `codes`, the person's own.

    No locale is English; no station is all of them for whoever may write those, else the person's first one.
    """
    found = KINDS.get(kind)
    if found is None or (locale or DEFAULT_LOCALE) not in LOCALES:
        return None
    scopes = [ALL, *codes] if found.has_stations else [ALL]
    wanted = station or (ALL if may_write_all(staff) or len(scopes) == 1 else scopes[1])
    if wanted not in scopes:
        return None
    return Place(found, locale or DEFAULT_LOCALE, EVERYWHERE if wanted == ALL else wanted)


def may_write_all(staff: Staff) -> bool:
    """The words of all stations are an administrator's who is one everywhere."""
    return staff.may(Role.ADMINISTRATOR, EVERYWHERE)


def may_write(staff: Staff, place: Place) -> bool:
    """Whether the person may change these words: those of a station its coordinators and administrators."""
    return may_write_all(staff) if place.station == EVERYWHERE else staff.may(Role.COORDINATOR, place.station)
