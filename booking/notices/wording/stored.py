"""The wordings that the desk has saved: every save is a row, the newest of a key counts, none is ever changed."""

import json
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from booking.db import insert_into
from booking.notices.models import MailText
from booking.notices.wording.voice import Key, Texts

log = logging.getLogger(__name__)
_Rows = Select[str, str, str, int, str, datetime, str]
_COLUMNS = (
    MailText.kind,
    MailText.locale,
    MailText.station,
    MailText.version,
    MailText.wording,
    MailText.saved_at,
    MailText.saved_by,
)


class Overtaken(Exception):
    """Somebody else has saved this wording since it was read."""


@dataclass(frozen=True, slots=True)
class Written:
    """The text of one part, and what was shipped for it when it was written."""

    text: str
    shipped: str


@dataclass(frozen=True, slots=True)
class Stored:
    """One saved version of a wording; parts that are not named are the shipped ones."""

    kind: str
    locale: str
    station: str
    version: int
    parts: Mapping[str, Written]
    saved_at: datetime
    saved_by: str

    @property
    def key(self) -> Key:
        """What it is the wording of."""
        return (self.kind, self.locale, self.station)

    @property
    def texts(self) -> dict[str, str]:
        """The text of each part."""
        return {name: part.text for name, part in self.parts.items()}


def texts_of(session: Session, kinds: Collection[str]) -> Texts:
    """What is kept for these kinds in every locale, in one statement; what cannot be read is left out and logged."""
    return {one.key: one.texts for one in _read(session, _newest().where(MailText.kind.in_(kinds)))}


def current(session: Session, key: Key) -> Stored | None:
    """The newest wording of a key, or None where nobody ever wrote one."""
    return next(iter(_read(session, _newest().where(*_is(key)))), None)


def all_current(session: Session) -> list[Stored]:
    """The newest wording of every key that has one."""
    return list(_read(session, _newest().order_by(MailText.kind, MailText.locale, MailText.station)))


def versions(session: Session, key: Key, most: int = 50) -> list[Stored]:
    """The versions of a key, the newest first."""
    found = select(*_COLUMNS).where(*_is(key)).order_by(MailText.version.desc()).limit(most)
    return list(_read(session, found))


def save(session: Session, key: Key, parts: Mapping[str, Written], *, seen: int, now: datetime, actor: str) -> int:
    """Write the next version after the one that was `seen` (0: none), in the caller's transaction; its number.

    Raises `Overtaken` where that is not the newest. Of two writers at once the database lets one have the number.
    """
    newest = current(session, key)
    if seen != (newest.version if newest else 0):
        raise Overtaken
    kind, locale, station = key
    row = {
        "kind": kind,
        "locale": locale,
        "station": station,
        "version": seen + 1,
        "wording": encoded(parts),
        "saved_at": now,
        "saved_by": actor,
    }
    inserted = insert_into(session, MailText).values(row).on_conflict_do_nothing()
    if session.execute(inserted.returning(MailText.id)).first() is None:
        raise Overtaken
    return seen + 1


def encoded(parts: Mapping[str, Written]) -> str:
    """The parts as they are kept."""
    named = {name: {"text": part.text, "shipped": part.shipped} for name, part in parts.items()}
    return json.dumps(named, ensure_ascii=False, sort_keys=True)


def decoded(text: str) -> dict[str, Written]:
    """The parts of a kept text; ValueError for one that was broken by hand."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("not an object of parts")  # noqa: TRY004  one error for whatever was broken by hand
    return {name: _part(part) for name, part in found.items()}


def _part(part: object) -> Written:
    given = part if isinstance(part, dict) else {}
    text, shipped = given.get("text"), given.get("shipped", "")
    if not isinstance(text, str) or not isinstance(shipped, str):
        raise ValueError("not the texts of a part")  # noqa: TRY004  one error for whatever was broken by hand
    return Written(text, shipped)


def _newest() -> _Rows:
    later = aliased(MailText)
    is_older = exists().where(
        later.kind == MailText.kind,
        later.locale == MailText.locale,
        later.station == MailText.station,
        later.version > MailText.version,
    )
    return select(*_COLUMNS).where(~is_older)


def _is(key: Key) -> tuple[ColumnElement[bool], ...]:
    kind, locale, station = key
    return (MailText.kind == kind, MailText.locale == locale, MailText.station == station)


def _read(session: Session, statement: _Rows) -> Iterable[Stored]:
    for kind, locale, station, version, wording, saved_at, saved_by in session.execute(statement):
        try:
            parts = decoded(wording)
        except ValueError:
            log.error("mail text %s %s %s: version %d cannot be read", kind, locale, station or "all", version)  # noqa: TRY400
            parts = {}
        yield Stored(kind, locale, station, version, parts, saved_at, saved_by)
