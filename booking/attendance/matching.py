"""Which people of a platform's report belong to which booked group: a proposal, never more.

Rules go from the surest to the weakest. One that fits a single group decides; one that fits several leaves only those
to the next; whoever fits none, or several to the end, is left over. Pure: people and groups in, a proposal out.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from booking.attendance.platform_reports.terms import Person
from booking.attendance.platform_reports.words import GENERAL

_WORD = re.compile(r"\w+")
_SPACED = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "DEVANAGARI"})
"""Scripts that put blanks between words: elsewhere a name is looked for as a whole."""
_LEAST_OF_A_NAME = 4
"""Letters of a part of somebody's name that alone says who it is."""
_LEAST_OF_AN_UNSPACED = 2
_FREE_MAIL = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "yahoo.com",
            "icloud.com",
        ),
        *(
            "me.com",
            "aol.com",
            "gmx.net",
            "gmx.at",
            "gmx.de",
            "gmx.ch",
            "web.de",
            "t-online.de",
            "orange.fr",
            "free.fr",
        ),
        *("laposte.net", "wanadoo.fr", "hotmail.fr", "yahoo.fr", "proton.me", "protonmail.com", "bluewin.ch", "a1.net"),
        *("aon.at", "mail.ru", "yandex.ru", "qq.com", "163.com", "126.com", "naver.com", "daum.net", "hanmail.net"),
    }
)
"""Domains that say nothing about an organization."""


class MatchReason(StrEnum):
    """Why somebody is taken for one of a group, the surest first."""

    EMAIL = "email"
    CONTACT = "contact"
    ORGANIZATION = "organization"
    LABEL = "label"
    DOMAIN = "domain"
    PART_OF_CONTACT = "part_of_contact"
    ONLY_GROUP = "only_group"


@dataclass(frozen=True, slots=True)
class BookedGroup:
    """A group of the event, as its booking tells it: names and addresses of its contacts, whoever they are."""

    reference: str
    organization: str = ""
    label: str = ""
    emails: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who is taken for one of a group."""

    person: Person
    reference: str
    reason: MatchReason


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Somebody who fits no group, or several: then these."""

    person: Person
    references: tuple[str, ...]

    @property
    def is_ambiguous(self) -> bool:
        """Whether several groups fit."""
        return bool(self.references)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who matched which group, and who is left over; each participant is in exactly one of both."""

    matches: tuple[Match, ...]
    left_over: tuple[LeftOver, ...]

    def of(self, reference: str) -> tuple[Match, ...]:
        """Those of one group."""
        return tuple(match for match in self.matches if match.reference == reference)


def propose(people: Sequence[Person], groups: Sequence[BookedGroup]) -> Proposal:
    """Which of these people belongs to which group."""
    known = [_Known.of(group) for group in groups]
    found = [_placed(person, known) for person in people]
    return Proposal(
        tuple(one for one in found if isinstance(one, Match)),
        tuple(one for one in found if isinstance(one, LeftOver)),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A person as signs are looked for."""

    plain: str
    words: frozenset[str]
    email: str
    domain: str

    @classmethod
    def of(cls, person: Person) -> "_Seen":
        email = _plain(person.email)
        return cls(_plain(person.name), _words(person.name), email, _domain(email))


@dataclass(frozen=True, slots=True)
class _Name:
    """A name to be found in a display name: words that must all be there, or the whole of it."""

    words: frozenset[str]
    whole: str = ""

    @classmethod
    def of(cls, name: str) -> "_Name":
        if not _is_spaced(name):
            plain = _plain(name).strip()
            return cls(frozenset(), plain if len(plain) >= _LEAST_OF_AN_UNSPACED else "")
        words = _words(name)
        telling = words - GENERAL
        if any(len(word) > 1 and not word.isdigit() for word in telling):
            return cls(telling)
        return cls(words if telling else frozenset())

    def is_in(self, seen: _Seen) -> bool:
        return bool(self.whole and self.whole in seen.plain) or bool(self.words and self.words <= seen.words)


@dataclass(frozen=True, slots=True)
class _Known:
    """A group as signs of it are looked for."""

    reference: str
    organization: _Name
    label: _Name
    contacts: tuple[_Name, ...]
    parts: frozenset[str]
    emails: frozenset[str]
    domains: frozenset[str]

    @classmethod
    def of(cls, group: BookedGroup) -> "_Known":
        emails = frozenset(map(_plain, group.emails)) - {""}
        parts = frozenset(word for name in group.contacts for word in _words(name) if len(word) >= _LEAST_OF_A_NAME)
        return cls(
            group.reference,
            _Name.of(group.organization),
            _Name.of(group.label),
            tuple(map(_Name.of, group.contacts)),
            parts - GENERAL,
            emails,
            frozenset(map(_domain, emails)) - _FREE_MAIL,
        )

    def has_domain_of(self, seen: _Seen) -> bool:
        """One domain, or one of them within the other: pupils.school.example and school.example."""
        mine = seen.domain
        if "." not in mine or mine in _FREE_MAIL:
            return False
        return any(mine == one or mine.endswith(f".{one}") or one.endswith(f".{mine}") for one in self.domains)


_RULES: tuple[tuple[MatchReason, Callable[[_Known, _Seen], bool]], ...] = (
    (MatchReason.EMAIL, lambda group, seen: seen.email in group.emails),
    (MatchReason.CONTACT, lambda group, seen: any(name.is_in(seen) for name in group.contacts)),
    (MatchReason.ORGANIZATION, lambda group, seen: group.organization.is_in(seen)),
    (MatchReason.LABEL, lambda group, seen: group.label.is_in(seen)),
    (MatchReason.DOMAIN, _Known.has_domain_of),
    (MatchReason.PART_OF_CONTACT, lambda group, seen: not group.parts.isdisjoint(seen.words)),
)


def _placed(person: Person, groups: Sequence[_Known]) -> Match | LeftOver:
    seen, candidates, is_narrowed = _Seen.of(person), groups, False
    for reason, fits in _RULES:
        hits = [group for group in candidates if fits(group, seen)]
        if len(hits) == 1:
            return Match(person, hits[0].reference, reason)
        if hits:
            candidates, is_narrowed = hits, True
    if len(groups) == 1:
        return Match(person, groups[0].reference, MatchReason.ONLY_GROUP)
    return LeftOver(person, tuple(group.reference for group in candidates) if is_narrowed else ())


def _plain(text: str) -> str:
    """Letters as they are compared: without accents, case folded."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_plain(text)))


def _domain(email: str) -> str:
    return email.rpartition("@")[2]


def _is_spaced(text: str) -> bool:
    """Whether the script of a name puts blanks between words."""
    first = next((sign for sign in text if sign.isalpha()), "a")
    return unicodedata.name(first, "").split(" ", maxsplit=1)[0] in _SPACED
