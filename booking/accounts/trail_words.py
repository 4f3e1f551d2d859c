"""Lines of the audit trail in words: what was done, to what, and what is different since."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import i18n
from booking.accounts.deed_words import DEEDS
from booking.accounts.field_words import PARTS, field_label
from booking.accounts.value_words import in_words, is_nothing, on_the_clock, part_label

KINDS = {
    "account": _l("Account"),
    "booking": _l("Booking"),
    "closure": _l("Closure"),
    "event": _l("Event"),
    "guide": _l("Guide"),
    "item": _l("Online item"),
    "limit": _l("Limit"),
    "offering": _l("Offering"),
    "organisation": _l("Organization"),
    "report": _l("Report"),
    "roster": _l("Roster"),
    "series": _l("Series"),
    "station": _l("Duty station"),
    "survey": _l("Survey"),
    "view": _l("Saved view"),
}
"""Kinds of things that lines are about, by the beginning of their subject; a page lists them by these."""
_OTHER_KINDS = {
    "export": _l("Exports"),
    "feed": _l("Calendar feed"),
    "holiday": _l("Holiday"),
    "interest": _l("Waiting for an offering"),
    "links": _l("Links"),
    "mail": _l("Mail"),
    "mail_text": _l("Mail text"),
    "material": _l("Material"),
    "offer": _l("Offer to a guide"),
    "operation": _l("Closure"),
    "partner": _l("Partner station"),
    "picture": _l("Picture"),
    "private_calendar": _l("Private calendar"),
    "request": _l("Request"),
    "room": _l("Meeting room"),
    "term": _l("Word of a list"),
    "venue": _l("Place"),
    "webhook": _l("Webhook"),
}
"""Kinds that no list is narrowed to."""
EVERY_STATION = "all"
PAGES = {
    "account": ("accounts.person", "account_id"),
    "booking": ("desk.one", "reference"),
    "event": ("series.event", "code"),
    "guide": ("availability.desk_times", "code"),
    "item": ("items.one", "code"),
    "limit": ("limits.one", "code"),
    "material": ("library.material_page", "material_id"),
    "offering": ("catalogue_desk.offering", "code"),
    "operation": ("closures.operation", "code"),
    "roster": ("roster.proposal", "proposal_id"),
    "series": ("series.one", "code"),
    "station": ("catalogue_desk.station", "code"),
    "survey": ("surveys.one", "code"),
    "webhook": ("webhooks.one", "code"),
}


def what_was_done(action: str) -> str:
    """An action in words; the action itself where there are none yet."""
    return str(DEEDS.get(action, action.replace(".", ": ").replace("_", " ")))


def subject_parts(subject: str) -> tuple[str, str, str]:
    """Kind in words, name, and the address of the page of what a line is about (empty where there is none)."""
    kind, _colon, name = subject.partition(":")
    endpoint, argument = PAGES.get(kind, ("", ""))
    is_there = name.isdecimal() if argument.endswith("_id") else bool(name)
    url = url_for(endpoint, **{argument: name}) if endpoint and is_there else ""  # type: ignore[arg-type]  # texts
    return str(KINDS.get(kind) or _OTHER_KINDS.get(kind, kind)), _NAMES.get(kind, str)(name), url


def _mail_text(name: str) -> str:
    """The kind of mail, its language, and for whom: "booking_confirmed:fr:VIE"."""
    mail, _colon, rest = name.partition(":")
    locale, _colon, station = rest.partition(":")
    place = _("All duty stations") if station == EVERY_STATION else in_words("station", station)
    return i18n.join_facts([in_words("kind", mail), in_words("locale", locale), place])


def _exported(name: str) -> str:
    """The days of an export: "2026-01-01-2026-06-30"."""
    day = len("2026-01-01")
    return in_words("days", f"{name[:day]}/{name[day + 1 :]}")


_NAMES: Mapping[str, Callable[[str], str]] = {
    "export": _exported,
    "mail_text": _mail_text,
    "report": partial(in_words, "days"),
    "station": partial(in_words, "station"),
}
"""How things are called that have a name beside their code."""


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, zone: str = "") -> Iterator[str]:
    """What is different, "people: 24, before 20"; what only one of them tells stands alone.

    On a page that tells times of one `zone` alone, instants are told in it; elsewhere in UTC, said so.
    """
    was, now = (_parts(_on_the_clock(side or {}, zone)) for side in (before, after))
    for name in dict.fromkeys([*was, *now]):
        field, part = name
        old, new = in_words(field, was.get(name)), in_words(field, now.get(name))
        if name in was and name in now:
            if old != new:
                yield str(_("%(what)s: %(new)s, before %(old)s", what=_label(field, part), new=new, old=old))
        elif name in now and not is_nothing(now[name]):
            yield i18n.labelled(_label(field, part), new)
        elif name in was and not is_nothing(was[name]):
            yield str(_("%(what)s, before: %(old)s", what=_label(field, part), old=old))


def _on_the_clock(values: Mapping[str, Any], zone: str) -> Mapping[str, Any]:
    """The values, with what are instants as times of the zone."""
    return {name: on_the_clock(value, zone) for name, value in values.items()} if zone else values


def _parts(values: Mapping[str, Any]) -> dict[tuple[str, str], object]:
    """What a side tells, by field and part: what holds several by name ("title.fr" too) is compared part by part."""
    found: dict[tuple[str, str], object] = {}
    for name, value in values.items():
        field, _dot, locale = name.partition(".")
        if isinstance(value, dict) and value:
            found |= {(name, str(part)): one for part, one in value.items()}
        else:
            found[field, locale] = value
    return found


def _label(field: str, part: str) -> str:
    """A field in words, and which part of it."""
    if field in PARTS:
        return part_label(field, part)
    label = field_label(field)
    return str(_("%(what)s (%(part)s)", what=label, part=part_label(field, part))) if part else label
