"""A notice as subject, text and HTML in its recipient's language: templates/mail, filled with words."""

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2 import Template
from markupsafe import Markup

from booking.i18n import (
    DEFAULT_LOCALE,
    direction,
    finished,
    join_list,
    known_locale,
    language_direction,
    language_in,
    station_in,
)
from booking.notices import words
from booking.notices.placeholders import filled
from booking.notices.terms import Claimed
from booking.notices.wording.voice import Texts, Voice, values_of

LINE = 72  # columns of the text part
DRAFTS = "wording"  # the fact that holds the words of a mail that tries them
BOOKING_FACTS: Mapping[str, Any] = {
    "contact_name": "",
    "title": "",
    "title_lang": "",
    "kind": "",
    "format": "",
    "language": "",
    "station": "",
    "station_name": "",
    "premises": "",
    "meeting_point": "",
    "starts_at": None,
    "ends_at": None,
    "station_zone": "UTC",
    "group_zone": None,
    "on_site": False,
    "size": None,
    "accompanying_adults": None,
    "youngest_age": None,
    "theme": "",
    "accessibility": (),
    "reference": "",
    "organisation": "",
    "group_label": "",
    "manage_url": "",
    "ics_url": "",
    "find_url": "",
    "join_url": "",
    "station_contact": "",
    "free_until": None,
    "answer_by": None,
    "reason": None,
    "late": False,
    "before": None,
    "conditions": None,
    "calendar": None,
    "closure": True,
    "for_guide": False,
    "note": "",
    "is_cancelled": False,
    "is_co_host": False,
    "guide_url": "",
    "offer": None,
    "instead": (),
    "wishes": (),
    "topic": "",
    "minutes": 0,
    "address": "",
}
"""What a letter about a booking or to a guide may tell, and what stands for a fact that is not given."""


@dataclass(frozen=True)
class Letter:
    """What a person reads."""

    subject: str
    text: str
    html: str
    values: Mapping[str, str]
    """What its placeholders stand for."""


NO_TEXTS: Texts = {}


def letter(notice: Claimed, texts: Texts = NO_TEXTS) -> Letter:
    """Write a notice in its own language, in the desk's words where `texts` has some.

    Raises whatever its templates raise, such as for an unknown kind.
    """
    locale = locale_of(notice)
    with force_locale(locale):
        values = {**_context(notice, locale), "locale": locale, "direction": direction(locale)}
        voice = _voice(notice, locale, texts, values)
        plain, as_text = _template(f"mail/{notice.kind}.txt"), {**values, "say": voice.plain}
        subject = "".join(plain.blocks["subject"](plain.new_context(as_text)))
        values["subject"] = finished(_marked(notice, re.sub(" {2,}", " ", subject).strip()), locale)
        style = Markup(f"<style>{sheet()}</style>")  # noqa: S704  our own file, nothing of anybody's is in it
        html = finished(_template(f"mail/{notice.kind}.html").render(values, say=voice.html, sheet=style), locale)
        return Letter(values["subject"], tidy(finished(plain.render(as_text), locale)), html, voice.values)


def _voice(notice: Claimed, locale: str, texts: Texts, values: Mapping[str, Any]) -> Voice:
    """The words of this notice; a mail that tries a wording brings its own."""
    station = values["facts"]["station"]
    drafts = notice.payload.get(DRAFTS) or {}
    return Voice(notice.kind, locale, station, texts, values_of(values, locale), drafts)


def _marked(notice: Claimed, subject: str) -> str:
    """The subject, and whether it is of a mail that only tries a wording."""
    return _("Test: %(subject)s", subject=subject) if DRAFTS in notice.payload else subject


def locale_of(notice: Claimed) -> str:
    """The locale to write in: the notice's own, or English where that is none of ours."""
    return known_locale(notice.locale) or DEFAULT_LOCALE


def facts_of(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with a value for every fact that it does not give."""
    given = {name: value for name, value in payload.items() if value is not None}
    return {**BOOKING_FACTS, **given}


def _context(notice: Claimed, locale: str) -> dict[str, Any]:
    """What the templates of this kind may name."""
    maker: Callable[[Claimed, str], dict[str, Any]] = _CONTEXTS.get(notice.kind, _booking)
    return {"recipient": notice.recipient, **maker(notice, locale)}


def _booking(notice: Claimed, locale: str) -> dict[str, Any]:
    facts = facts_of(notice.payload)
    return {
        "facts": facts,
        "title_direction": language_direction(facts["title_lang"] or locale),
        "when": words.when(facts, locale),
        "before": _before(facts, locale),
        "manner": words.manner(facts, locale),
        "place": words.place(facts, locale),
        "people": words.people(facts["size"]),
        "noted": words.noted(facts, locale),
        "free_until": words.moment(facts["free_until"], facts, locale),
        "answer_by": words.moment(facts["answer_by"], facts, locale),
        "station_in": words.station_phrase(facts, locale),
        "service": words.service(facts, locale),
        "steps": words.next_steps(facts, locale, notice.due_at),
    }


def _before(facts: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """What stood before a change, in words; empty texts for what is not told."""
    before = facts["before"] or {}
    starts_at = before.get("starts_at")
    return {
        "when": words.when(facts, locale, starts_at).first.short if starts_at else "",
        "people": words.people(before.get("size")),
        "title": before.get("title") or "",
    }


def _links(notice: Claimed, locale: str) -> dict[str, Any]:
    entries = [facts_of(link) for link in notice.payload["links"]]
    links = [
        {
            "title": entry["title"] or _("Advice on what to choose"),
            "title_lang": entry["title_lang"],
            "for_whom": words.for_whom(entry),
            "when": _when_or_wishes(entry, locale),
            "status": str(words.STATUS.get(entry.get("status", ""), "")),
            "url": entry["manage_url"],
        }
        for entry in entries
    ]
    facts = facts_of({name: value for name, value in notice.payload.items() if name != "links"})
    return {"facts": facts, "links": links, "service": _("The Visitors Service")}


def _numbers(notice: Claimed, locale: str) -> dict[str, Any]:
    """Events whose number is missing, each with the link to its form."""
    facts = facts_of({name: value for name, value in notice.payload.items() if name != "events"})
    entries = [facts_of(event) for event in notice.payload["events"]]
    events = [
        {
            "title": entry["title"],
            "title_lang": entry["title_lang"],
            "when": words.when(entry, locale).first.short,
            "reference": entry["reference"],
            "url": entry["manage_url"],
        }
        for entry in entries
    ]
    told = {"events": events, "deadline": words.day(facts.get("day", ""), locale), "url": facts["url"]}
    return {"facts": facts, **told, "service": words.service(facts, locale)}


def _when_or_wishes(entry: Mapping[str, Any], locale: str) -> str:
    """The time of a booking; of a request that holds none, the times that it wishes."""
    if entry["starts_at"]:
        return str(words.when(entry, locale).first.short)
    wishes = join_list([words.moment(start, entry, locale) for start in entry["wishes"]], locale)
    return str(_("Wished: %(times)s", times=wishes) if wishes else _("No time yet"))


def _offer(notice: Claimed, locale: str) -> dict[str, Any]:
    """What an event is offered with: the link, until when it waits, and who seeks cover."""
    told = _booking(notice, locale)
    offer = told["facts"]["offer"] or {}
    until = words.moment(offer.get("until"), told["facts"], locale)
    return {
        **told,
        "url": offer.get("url", ""),
        "until": until,
        "reason": offer.get("reason", ""),
        "who": offer.get("from", ""),
    }


def _partner(notice: Claimed, locale: str) -> dict[str, Any]:
    """A joint event as the desk of a station is told of it, with what the other desk wrote."""
    told = _booking(notice, locale)
    payload = notice.payload
    names = ("partner", "state", "text", "desk_url")
    return {**told, **{name: payload.get(name) or "" for name in names}}


def _desk_message(notice: Claimed, locale: str) -> dict[str, Any]:
    """What a desk wrote, with the facts of the booking in their places."""
    told = _booking(notice, locale)
    facts, written = told["facts"], notice.payload.get("written") or {}
    values = {
        "name": facts["contact_name"],
        "time": told["when"].first.short,
        "title": facts["title"],
        "organisation": facts["organisation"],
        "reference": facts["reference"],
    }
    return {**told, **{part: filled(written.get(part, ""), values) for part in ("subject", "text")}}


def _with_others(notice: Claimed, locale: str) -> dict[str, Any]:
    """A refusal, with other times that the group may take."""
    told = _booking(notice, locale)
    facts = told["facts"]
    return {
        **told,
        "instead": [
            {
                "when": words.moment(other["starts_at"], facts, locale),
                "what": words.listed([other["title"], language_in(other["language"], locale)]),
            }
            for other in facts["instead"]
        ],
    }


def _visit(notice: Claimed, locale: str) -> dict[str, Any]:
    """A request that holds no time: what it wishes, and a topic that is suggested."""
    facts = facts_of(notice.payload)
    return {
        "facts": facts,
        "title_direction": language_direction(facts["title_lang"] or locale),
        "what": words.listed([facts["title"], words.manner(facts, locale)]),
        "wishes": [words.moment(start, facts, locale) for start in facts["wishes"]],
        "topic": words.topic(facts["topic"], locale),
        "people": words.people(facts["size"]),
        "station_in": words.station_phrase(facts, locale),
        "noted": words.noted(facts, locale),
        "answer_by": words.moment(facts["answer_by"], facts, locale),
        "service": words.service(facts, locale),
    }


def _account(notice: Claimed, locale: str) -> dict[str, Any]:
    payload = notice.payload
    facts = {**BOOKING_FACTS, "contact_name": payload["name"], "station_zone": payload.get("zone") or "UTC"}
    return {
        "facts": facts,
        "url": payload["url"],
        "expires": words.moment(payload.get("expires_at"), facts, locale),
        "happened": words.moment(payload.get("at"), facts, locale),
        "change": str(words.SECOND_FACTOR.get(payload.get("change", ""), "")),
        "service": _("The Visitors Service"),
        "host": payload.get("host", ""),
        "is_gone": payload.get("reason") == "gone",
    }


def _interest(notice: Claimed, locale: str) -> dict[str, Any]:
    """An offering that somebody wants to hear of, the day wished for, and the links to confirm, leave and book."""
    facts = facts_of(notice.payload)
    return {
        "facts": facts,
        "title_direction": language_direction(facts["title_lang"] or locale),
        "day": words.day(facts.get("day", ""), locale),
        "opens": words.moment(facts.get("opens"), facts, locale),
        "url": facts["url"],
        "book_url": facts["book_url"],
        "service": words.service(facts, locale),
    }


def _waiting_closure(notice: Claimed, locale: str) -> dict[str, Any]:
    """A closure that was prepared for a day and could not be announced on it."""
    payload = notice.payload
    facts = {**BOOKING_FACTS, "contact_name": payload["name"], "station": payload["station"]}
    return {
        "facts": facts,
        "day": words.day(payload["day"], locale),
        "station_in": station_in(payload["station"], locale, payload["station"]),
        "url": payload["url"],
        "service": words.service(facts, locale),
    }


VISIT_KINDS = (
    "visit_requested",
    "visit_question",
    "visit_suggested",
    "visit_taken_back",
    "visit_refused",
    "visit_expired",
    "visit_unanswered",
    "visit_withdrawn",
)
"""Mails about a request that holds no time."""

_CONTEXTS: Mapping[str, Callable[[Claimed, str], dict[str, Any]]] = {
    "my_links": _links,
    "account_invitation": _account,
    "desk_message": _desk_message,
    "guide_offer": _offer,
    "request_refused": _with_others,
    "password_reset": _account,
    "password_changed": _account,
    "second_factor_changed": _account,
    "own_data": _account,
    "private_calendar": _account,
    "interest_confirm": _interest,
    "interest_known": _interest,
    "interest_reopened": _interest,
    "interest_opening": _interest,
    **dict.fromkeys(VISIT_KINDS, _visit),
    "webhook_off": _account,
    "closure_stuck": _waiting_closure,
    **dict.fromkeys(("partner_asked", "partner_answered", "partner_ended", "partner_event"), _partner),
    "attendance_due": _numbers,
    "attendance_overdue": _numbers,
}


def _template(name: str) -> Template:
    return current_app.jinja_env.get_template(name)


def sheet() -> str:
    """The mails' own style sheet, which stands in the message: a mail loads nothing from anywhere."""
    loader = current_app.jinja_env.loader
    if loader is None:
        raise LookupError("the application has no templates")
    css, _name, _fresh = loader.get_source(current_app.jinja_env, "mail/mail.css")
    return f"\n{css}"


def tidy(text: str) -> str:
    """Text without runs of empty lines, long lines folded between words; lines with an address stay whole."""
    lines = "\n".join(_folded(line.rstrip()) for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def _folded(line: str) -> str:
    if len(line) <= LINE or "://" in line:
        return line
    return textwrap.fill(line, LINE, break_long_words=False, break_on_hyphens=False, subsequent_indent=_indent(line))


def _indent(line: str) -> str:
    """Spaces under which the rest of a folded line begins: those of the line, and of its dash."""
    found = re.match(r" *(- )?", line)
    return " " * len(found[0]) if found else ""
