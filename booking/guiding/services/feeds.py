"""A feed put together from entries that are kept; what has changed is written anew, kept, and served all the same.

Keeping is a convenience: where the database is busy, the feed is served without it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from booking import zones
from booking.db import core, insert_into, transaction
from booking.guiding import feeds
from booking.guiding.feeds import Audience, Facts, Group
from booking.guiding.queries import feeds as queries
from booking.i18n import premises, station_name
from booking.ical import assemble, is_link, write_entry
from booking.notices.words import listed, service
from booking.scheduling.links import public_url
from booking.scheduling.models import WrittenEntry
from booking.scheduling.terms import EventStatus

log = logging.getLogger(__name__)

ASK_AGAIN = timedelta(minutes=15)
KEEPING_WAITS_MS = 300


@dataclass(frozen=True, slots=True)
class Feed:
    """Which feed: of a guide or a station by id, in which language, and what its calendar is called."""

    audience: Audience
    owner: int
    locale: str
    name: str

    @property
    def edition(self) -> str:
        """Under what its entries are kept: "guide.fr"."""
        return f"{self.audience}.{self.locale}"


def written_feed(session: Session, feed: Feed, now: datetime) -> bytes:
    """The feed as a calendar file; the same bytes as long as nothing in it has changed."""
    which = queries.chosen(feed.audience, feed.owner, now)
    rows = queries.events_of(session, which, feed.edition)
    entries: list[str] = []
    fresh: list[dict[str, object]] = []
    with force_locale(feed.locale):
        words = _Words(session, feed, which)
        for row in rows:
            facts = words.facts(row)
            mark = feeds.fingerprint(facts)
            if row.fingerprint == mark:
                entries.append(row.entry)
            elif entry := _written(facts, feed, now):
                fresh.append({"event_id": row.id, "audience": feed.edition, "fingerprint": mark, "entry": entry})
                entries.append(entry)
    _keep(fresh)
    return assemble(entries, feed.name, _years(rows), ASK_AGAIN)


def _written(facts: Facts, feed: Feed, now: datetime) -> str:
    """The entry; empty for one that cannot be written, which must not take the others along."""
    try:
        return write_entry(feeds.invitation(facts, feed.locale, now))
    except ValueError as error:
        log.warning("feed: %s left out: %s", facts.uid, error)
        return ""


def _keep(fresh: list[dict[str, object]]) -> None:
    """Keep what was written; whoever wrote the same at the same time has kept it as well."""
    if not fresh:
        return
    try:
        with transaction(KEEPING_WAITS_MS) as session:
            row = insert_into(session, WrittenEntry)
            values = {name: row.excluded[name] for name in ("fingerprint", "entry")}
            core(session).execute(
                row.on_conflict_do_update(index_elements=["event_id", "audience"], set_=values), fresh
            )
    except SQLAlchemyError as error:
        log.warning("feed: %d entries not kept: %s", len(fresh), type(error).__name__)


def _years(rows: Any) -> dict[str, tuple[int, int]]:  # noqa: ANN401  rows of the events
    """The first and the last local year of the events of each zone: rows come in order of time."""
    ends: dict[str, tuple[datetime, datetime]] = {}
    for row in rows:
        first, last = ends.get(row.time_zone, (row.starts_at, row.ends_at))
        ends[row.time_zone] = first, max(last, row.ends_at)
    return {
        zone: (zones.to_local(first, zone).year, zones.to_local(last, zone).year)
        for zone, (first, last) in ends.items()
    }


class _Words:
    """What the events of one feed have in common, read once."""

    def __init__(self, session: Session, feed: Feed, which: Any) -> None:  # noqa: ANN401  a condition
        settings = current_app.extensions["booking.settings"]
        self._feed, self._host, self._sender = feed, settings.public_host, settings.mail_from
        self._is_public = feed.audience is Audience.PUBLIC
        self._groups: Mapping[int, tuple[Group, ...]] = {} if self._is_public else queries.groups_of(session, which)
        self._guides = queries.guides_of(session, which) if feed.audience is Audience.DESK else None
        self._offerings = {
            number: (title.in_locale(feed.locale)[0], slug)
            for number, (title, slug) in queries.offerings_of(session).items()
        }
        self._stations = {number: self._station(row) for number, row in queries.stations_of(session).items()}
        self._online, self._offering_url = str(_("Online")), public_url("/offerings/")

    def _station(self, row: Row[Any]) -> tuple[str, str, str]:
        """The premises, the service and its address."""
        locale = self._feed.locale
        place = listed([premises(row.code, locale, row.name), station_name(row.code, locale, row.name)])
        return place, service({"station": row.code, "station_name": row.name}, locale), row.contact_email

    def facts(self, row: Sequence[Any]) -> Facts:
        """What the entry of an event is made of; columns by their place, since a row is slow to tell them by name."""
        number, code, version, status, start, end, zone, own, offering, station, language, is_online = row[:12]
        title, slug = self._offerings[offering]
        place, name, contact = self._stations[station]
        note, address = ("", "") if self._is_public else row[12:14]
        return Facts(
            starts_at=start,
            ends_at=end,
            groups=self._groups.get(number, ()),
            uid=f"{code}@{self._host}",
            version=version,
            is_sure=status is not EventStatus.PLANNED,
            zone=zone,
            title=own.in_locale(self._feed.locale)[0] if own else title,
            language=language,
            place=(address or self._online) if is_online else place,
            url=self._offering_url + slug if self._is_public else address if is_link(address) else "",
            note=note,
            guides=None if self._guides is None else self._guides.get(number, ()),
            service=name,
            contact=contact or self._sender,
        )
