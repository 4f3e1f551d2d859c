"""Which words a letter speaks: those of its station, else of the installation, else the shipped ones."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from booking.i18n import language_in, station_name
from booking.notices.wording import markup
from booking.notices.wording.checks import is_sound
from booking.notices.wording.kinds import KINDS
from booking.notices.wording.parts import Part

log = logging.getLogger(__name__)

EVERYWHERE = ""
"""The station of a wording that holds at all of them."""
Key = tuple[str, str, str]
"""Kind, locale, station."""
Texts = Mapping[Key, Mapping[str, str]]
"""What the desk has written: for a key, the text of each part that is not the shipped one."""


@dataclass(frozen=True)
class Voice:
    """The words of one letter; `drafts` are tried before what is kept."""

    kind: str
    locale: str
    station: str
    texts: Texts
    values: Mapping[str, str] = field(default_factory=dict)
    drafts: Mapping[str, str] = field(default_factory=dict)

    def plain(self, name: str) -> str:
        """A part as plain text; empty for one that nobody knows."""
        part = self._part(name)
        if part is None:
            return ""
        text = self._wording(part)
        return markup.filled(text if part.is_line else markup.plain(text), self.values)

    def html(self, name: str) -> Markup:
        """A part as HTML: paragraphs, or a line of text."""
        part = self._part(name)
        if part is None:
            return Markup()
        text = self._wording(part)
        safe = str(escape(text)) if part.is_line else markup.html(text)
        return Markup(markup.filled_html(safe, self.values))  # noqa: S704  escaped, or cleaned by nh3

    def _part(self, name: str) -> Part | None:
        kind = KINDS.get(self.kind)
        return kind.by_name.get(name) if kind else None

    def _wording(self, part: Part) -> str:
        places = (self.drafts, self._kept(self.station), self._kept(EVERYWHERE))
        for written in places:
            text = written.get(part.name)
            if text and is_sound(part, text):
                return text
            if text:
                named = (self.kind, self.locale, self.station or "all", part.name)
                log.error("mail text %s %s %s: part %s is broken, the shipped one is sent", *named)
        return str(part.shipped)

    def _kept(self, station: str) -> Mapping[str, str]:
        return self.texts.get((self.kind, self.locale, station), {})


def values_of(told: Mapping[str, Any], locale: str) -> dict[str, str]:
    """What the placeholders of a letter stand for; `told` is what its templates may name."""
    found = {"service": told["service"], "title": told["facts"]["title"], "day": told.get("day", "")}
    if "people" not in told:
        return found
    found |= _of_group(told, locale)
    if "when" not in told:
        return found | {"topic": told["topic"]}
    before = told["before"]
    return found | {
        "time": told["when"].first.short,
        "date": told["when"].first.day_year,
        "before_time": before["when"],
        "before_people": before["people"],
        "who": told.get("who", ""),
        "partner": told.get("partner", ""),
        "minutes": str(told["facts"].get("minutes") or ""),
    }


def _of_group(told: Mapping[str, Any], locale: str) -> dict[str, str]:
    """What is known of every group that asks, with or without a time."""
    facts, group = told["facts"], _("your group")
    return {
        "language": language_in(facts["language"], locale) if facts["language"] else "",
        "organisation": facts["organisation"] or group,
        "group": facts["group_label"] or group,
        "people": told["people"] or group,
        "size": str(facts["size"] or ""),
        "reference": facts["reference"],
        "station": station_name(facts["station"], locale, facts["station_name"]),
        "in_station": told["station_in"],
        "deadline": told.get("until") or told["answer_by"],
    }
