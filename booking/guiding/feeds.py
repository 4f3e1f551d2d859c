"""What a feed says of one event: words from facts, and a fingerprint of the facts from which they are made.

A guide and a desk see the groups with their needs; a station's public feed shows nothing of anybody. Nobody's e-mail
address is in any of them: what somebody wrote into a note is taken out again.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from flask_babel import gettext as _

from booking.i18n import join_list, language_in
from booking.ical import Invitation
from booking.notices.words import ACCESS, group, listed, people

FORM = 1
"""To be raised with every change of this file that changes what it writes: what was kept is then written again."""

_ADDRESS = re.compile(r"[^\s@<>,;()]+@[^\s@<>,;()]+")


class Audience(StrEnum):
    """Who reads a feed."""

    GUIDE = "guide"
    DESK = "desk"
    PUBLIC = "public"


class Group(NamedTuple):
    """A group that comes, as far as a guide needs to know it."""

    organisation: str
    label: str
    size: int | None
    adults: int
    youngest: int | None
    access: tuple[str, ...]
    note: str


class Facts(NamedTuple):
    """Everything that an entry is made of; instants in UTC."""

    starts_at: datetime
    ends_at: datetime
    groups: tuple[Group, ...]
    uid: str
    version: int
    is_sure: bool
    zone: str
    title: str
    language: str
    place: str
    url: str
    note: str
    guides: tuple[str, ...] | None
    """Who gives it; None where the feed does not say."""
    service: str
    contact: str


def fingerprint(facts: Facts) -> str:
    """128 bits that are the same for the same facts in the same form."""
    starts_at, ends_at, groups, *others = facts  # as plain values: to write the names of fields takes twice as long
    plain = (FORM, starts_at.timestamp(), ends_at.timestamp(), [tuple(one) for one in groups], others)
    return blake2b(repr(plain).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def invitation(facts: Facts, locale: str, now: datetime) -> Invitation:
    """The facts in words of the present language; `now` is when this was written."""
    return Invitation(
        uid=facts.uid,
        sequence=max(facts.version - 1, 0),
        method="PUBLISH",
        status="CONFIRMED" if facts.is_sure else "TENTATIVE",
        summary=_summary(locale, facts.title, facts.language, sum(one.size or 0 for one in facts.groups)),
        description="\n".join(_lines(facts, locale)),
        location=facts.place,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        zone=facts.zone,
        organizer_name=facts.service,
        organizer_email=facts.contact,
        url=facts.url,
        stamp=now,
    )


# Kept by language: to look a sentence up costs more than all else about it, and events of a station are much alike.
@lru_cache(maxsize=4_096)
def _summary(locale: str, title: str, language: str, size: int) -> str:
    return listed([title, language_in(language, locale) if language else "", people(size)])


@lru_cache(maxsize=4_096)
def _who(locale: str, size: int | None, adults: int, youngest: int | None) -> str:  # noqa: ARG001  part of the key
    return group({"size": size, "accompanying_adults": adults, "youngest_age": youngest})


@lru_cache(maxsize=4_096)
def _access(locale: str, codes: tuple[str, ...]) -> str:
    return str(_("Access: %(needs)s", needs=join_list([str(ACCESS.get(code, code)) for code in codes], locale)))


def _lines(facts: Facts, locale: str) -> Iterable[str]:
    for one in facts.groups:
        yield _group_line(one, locale)
        if one.access:
            yield _access(locale, one.access)
        if one.note:
            yield _("Note of the group: %(note)s", note=without_addresses(one.note))
    if facts.note:
        yield _("Note: %(note)s", note=without_addresses(facts.note))
    if facts.guides is not None:
        yield _guides_line(facts.guides, locale)


def _group_line(one: Group, locale: str) -> str:
    name = listed([one.label, one.organisation])
    who = _who(locale, one.size, one.adults, one.youngest)
    return str(_("%(group)s: %(people)s", group=name, people=who)) if name and who else name or who


def _guides_line(names: tuple[str, ...], locale: str) -> str:
    if not names:
        return str(_("Nobody gives it yet."))
    return str(_("Given by %(names)s", names=join_list(list(names), locale)))


def without_addresses(text: str) -> str:
    """The text with an ellipsis for each e-mail address in it."""
    return _ADDRESS.sub("…", text)
