"""Save the words of a mail, go back to earlier ones or to those that are shipped, and send a mail to try them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.accounts.terms import Staff
from booking.bookings.mail_places import Place
from booking.bookings.mail_samples import test_message
from booking.db import transaction
from booking.notices import services as notices
from booking.notices.wording import stored
from booking.notices.wording.stored import Stored, Written
from booking.notices.wording.voice import EVERYWHERE

SHIPPED = 0
"""The version before all others: the shipped words."""


class UnknownVersion(Exception):
    """There is no such version to go back to."""


@dataclass(frozen=True, slots=True)
class Saving:
    """Who saves, when, and which version (0: none yet) the page had shown."""

    place: Place
    seen: int
    now: datetime
    actor: str


def save_words(saving: Saving, texts: Mapping[str, str]) -> bool:
    """Make these the words of the place; a part that is empty or as it would be anyway is not kept.

    Returns whether anything is another than before. Raises `Overtaken` where somebody saved meanwhile.
    """
    with transaction() as session:
        anyway = inherited(session, saving.place)
        parts = {
            part.name: Written(texts[part.name], saving.place.shipped(part))
            for part in saving.place.kind.parts
            if texts.get(part.name) and texts[part.name] != anyway[part.name]
        }
        return _write(session, saving, parts, "mail_text.save")


def go_back(saving: Saving, version: int) -> bool:
    """Make the words of an earlier version, or with SHIPPED the shipped ones, the next version.

    Raises `UnknownVersion` and `Overtaken`. Returns whether anything is another than before.
    """
    with transaction() as session:
        found = {one.version: one.parts for one in stored.versions(session, saving.place.key)}
        if version not in {SHIPPED, *found}:
            raise UnknownVersion
        return _write(session, saving, found.get(version, {}), "mail_text.back")


def inherited(session: Session, place: Place) -> dict[str, str]:
    """The words that the place has where none of its own are kept: of all stations, else the shipped ones."""
    kind, locale, station = place.key
    above = stored.current(session, (kind, locale, EVERYWHERE)) if station else None
    own = above.texts if above else {}
    return {part.name: own.get(part.name) or place.shipped(part) for part in place.kind.parts}


def _write(session: Session, saving: Saving, parts: Mapping[str, Written], action: str) -> bool:
    before = stored.current(session, saving.place.key)
    seen = before.version if before else 0
    if seen == saving.seen and dict(before.parts if before else {}) == dict(parts):
        return False
    version = stored.save(session, saving.place.key, parts, seen=saving.seen, now=saving.now, actor=saving.actor)
    audit(
        session,
        at=saving.now,
        actor=saving.actor,
        action=action,
        subject=saving.place.subject,
        station_code=saving.place.station,
        before=_told(before),
        after={"version": version, "texts": {name: part.text for name, part in parts.items()}},
    )
    return True


def _told(before: Stored | None) -> Mapping[str, object]:
    return {"version": before.version, "texts": before.texts} if before else {"version": SHIPPED, "texts": {}}


def send_test(place: Place, texts: Mapping[str, str], staff: Staff, now: datetime) -> None:
    """Queue a mail in these words, with invented facts, to whoever asks for it and to nobody else."""
    with transaction() as session:
        notices.queue(session, [test_message(place, texts, staff, now)])
        audit(
            session,
            at=now,
            actor=staff.actor,
            action="mail_text.test",
            subject=place.subject,
            station_code=place.station,
        )
