"""What a mail is made of: parts with words, each with its shipped text and the placeholders that it knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Group(StrEnum):
    """What a mail is about."""

    BOOKINGS = "bookings"
    REQUESTS = "requests"
    WAITING = "waiting"
    INTEREST = "interest"
    GUIDES = "guides"
    DESKS = "desks"
    ACCOUNTS = "accounts"


GROUPS: Mapping[str, LazyString] = {
    Group.BOOKINGS: _l("Bookings"),
    Group.REQUESTS: _l("Requests"),
    Group.WAITING: _l("Waiting lists"),
    Group.INTEREST: _l("Lists of interest"),
    Group.GUIDES: _l("Guides"),
    Group.DESKS: _l("Joint events"),
    Group.ACCOUNTS: _l("Accounts and links"),
}

PLACEHOLDERS: Mapping[str, LazyString] = {
    "time": _l("when it begins, on the reader’s first clock"),
    "date": _l("the day on which it begins"),
    "title": _l("what it is"),
    "language": _l("the language it is given in"),
    "organisation": _l("the school or organization"),
    "group": _l("which group of it"),
    "people": _l("how many people, in words"),
    "size": _l("how many people, as a number"),
    "reference": _l("the number of the booking"),
    "station": _l("the duty station"),
    "in_station": _l("the duty station, as in “in Vienna”"),
    "service": _l("who writes"),
    "deadline": _l("until when somebody must answer"),
    "before_time": _l("when it was before the change"),
    "before_people": _l("how many people it was before the change"),
    "day": _l("the day that was wished for"),
    "minutes": _l("after how many minutes nobody is expected any more"),
    "who": _l("the guide who asks for cover"),
    "topic": _l("the topic that is suggested"),
    "partner": _l("the station that takes part, or is asked to"),
}
"""Every placeholder there is, with what it stands for."""

TYPED = frozenset({"title", "organisation", "group", "reference", "who", "station", "partner"})
"""Placeholders that hold a name, whose direction is its own."""

OF_EVENTS = frozenset({"time", "date", "title", "language", "station", "in_station", "service"})
OF_BOOKINGS = OF_EVENTS | {"organisation", "group", "people", "size", "reference"}
OF_VISITS = frozenset(
    {"language", "station", "in_station", "service", "organisation", "group", "people", "size", "reference"}
)
OF_ALL = frozenset({"service"})
OF_OFFERINGS = OF_ALL | {"title"}


@dataclass(frozen=True)
class Part:
    """Words of a mail that the desk may write itself. `shipped` holds placeholders like {time}; it may be empty."""

    name: str
    label: LazyString
    shipped: LazyString | str = ""
    when: LazyString | str = ""
    """In which mails of this kind it stands; empty for all."""
    placeholders: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    is_line: bool = False
    """One line without Markdown: a subject or a heading."""


@dataclass(frozen=True)
class MailKind:
    """A kind of mail, named as its templates are."""

    name: str
    label: LazyString
    group: Group
    parts: tuple[Part, ...]
    has_stations: bool = True
    """Whether a station may have words of its own: it is the one that writes."""
    is_guarded: bool = False
    """Its words are a matter of security: only a paragraph may be added."""
    by_name: Mapping[str, Part] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", MappingProxyType({part.name: part for part in self.parts}))


@dataclass(frozen=True)
class Words:
    """What the parts of one group of mails have in common."""

    group: Group
    common: frozenset[str]
    has_stations: bool = True

    def subject(self, shipped: LazyString, *, name: str = "subject", when: LazyString | str = "") -> Part:
        """The subject."""
        return Part(name, _l("Subject"), shipped, when, self.common, is_line=True)

    def opening(
        self,
        shipped: LazyString,
        *,
        name: str = "opening",
        when: LazyString | str = "",
        label: LazyString = _l("First sentence"),  # noqa: B008  a text that is translated late
    ) -> Part:
        """The first sentence, a heading in HTML."""
        return Part(name, label, shipped, when, self.common, is_line=True)

    def text(
        self,
        name: str,
        label: LazyString,
        shipped: LazyString | str = "",
        *,
        when: LazyString | str = "",
        needs: Iterable[str] = (),
        knows: Iterable[str] = (),
    ) -> Part:
        """A paragraph; `needs` are placeholders that it must hold, `knows` others that it may."""
        required = frozenset(needs)
        return Part(name, label, shipped, when, self.common | required | frozenset(knows), required)

    def kind(self, name: str, label: LazyString, *parts: Part, is_guarded: bool = False) -> MailKind:
        """A kind of mail; each ends with a paragraph that is empty as it is shipped."""
        closing = self.text("closing", _l("One paragraph more"), when=_l("Before the name of the service."))
        return MailKind(name, label, self.group, (*parts, closing), self.has_stations, is_guarded)
