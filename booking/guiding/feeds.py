"""What a feed says of one event: words from facts, and a fingerprint of the facts from which they are made.

A guide and a desk see the groups with their needs; a station's public feed shows nothing of anybody. Nobody's e-mail
address is in any of them: what somebody wrote into a note is taken out again.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
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

    uid: str
    version: int
    is_sure: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    language: str
    place: str
    url: str
    note: str
    groups: tuple[Group, ...]
    guides: tuple[str, ...] | None
    """Who gives it; None where the feed does not say."""
    service: str
    contact: str


def fingerprint(facts: Facts) -> str:
    """128 bits that are the same for the same facts in the same form."""
    return blake2b(repr((FORM, facts)).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def invitation(facts: Facts, locale: str, now: datetime) -> Invitation:
    """The facts in words of the present language; `now` is when this was written."""
    size = sum(one.size or 0 for one in facts.groups)
    return Invitation(
        uid=facts.uid,
        sequence=max(facts.version - 1, 0),
        method="PUBLISH",
        status="CONFIRMED" if facts.is_sure else "TENTATIVE",
        summary=listed([facts.title, language_in(facts.language, locale) if facts.language else "", people(size)]),
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


def _lines(facts: Facts, locale: str) -> Iterable[str]:
    for one in facts.groups:
        yield _group_line(one)
        if one.access:
            needs = join_list([str(ACCESS.get(code, code)) for code in one.access], locale)
            yield _("Access: %(needs)s", needs=needs)
        if one.note:
            yield _("Note of the group: %(note)s", note=without_addresses(one.note))
    if facts.note:
        yield _("Note: %(note)s", note=without_addresses(facts.note))
    if facts.guides is not None:
        yield _guides_line(facts.guides, locale)


def _group_line(one: Group) -> str:
    name = listed([one.label, one.organisation])
    who = group({"size": one.size, "accompanying_adults": one.adults, "youngest_age": one.youngest})
    return str(_("%(group)s: %(people)s", group=name, people=who)) if name and who else name or who


def _guides_line(names: tuple[str, ...], locale: str) -> str:
    if not names:
        return str(_("Nobody gives it yet."))
    return str(_("Given by %(names)s", names=join_list(list(names), locale)))


def without_addresses(text: str) -> str:
    """The text with an ellipsis for each e-mail address in it."""
    return _ADDRESS.sub("…", text)
