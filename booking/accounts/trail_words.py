"""Lines of the audit trail in words: what was done, to what, and what is different since."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import i18n
from booking.accounts.deed_words import DEEDS

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
    "export": _l("Export"),
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
_PAGES = {
    "account": ("accounts.person", "account_id"),
    "booking": ("desk.one", "reference"),
    "event": ("series.event", "code"),
    "guide": ("availability.guide", "code"),
    "item": ("items.one", "code"),
    "series": ("series.one", "code"),
    "survey": ("surveys.one", "code"),
}
_FIELDS = {
    "bookings": _l("bookings"),
    "capacity": _l("places"),
    "event": _l("event"),
    "exceptions": _l("exceptions"),
    "groups": _l("groups"),
    "guide": _l("guide"),
    "guides": _l("guides"),
    "language": _l("language"),
    "late": _l("late"),
    "organisation": _l("organization"),
    "partner": _l("partner station"),
    "qualifier": _l("how it is meant"),
    "read_on": _l("read on"),
    "reason": _l("reason"),
    "size": _l("people"),
    "starts_at": _l("start"),
    "status": _l("state"),
    "title": _l("title"),
    "views": _l("views"),
    "visibility": _l("open to"),
}
_STATES = {
    "requested": _l("requested"),
    "needs_information": _l("question asked"),
    "proposed": _l("proposed"),
    "asked": _l("asked"),
    "agreed": _l("agreed"),
    "declined": _l("declined"),
    "taken-back": _l("taken back"),
    "waiting": _l("waiting"),
    "confirmed": _l("booked"),
    "attended": _l("attended"),
    "no_show": _l("did not come"),
    "refused": _l("refused"),
    "withdrawn": _l("withdrawn"),
    "expired": _l("expired"),
    "cancelled": _l("called off"),
    "cancelled_by_group": _l("cancelled by the group"),
    "cancelled_by_station": _l("called off by us"),
    "open": _l("open"),
    "planned": _l("planned"),
    "closed": _l("closed"),
}


def what_was_done(action: str) -> str:
    """An action in words; the action itself where there are none yet."""
    return str(DEEDS.get(action, action.replace(".", ": ").replace("_", " ")))


def subject_parts(subject: str) -> tuple[str, str, str]:
    """Kind in words, name, and the address of the page of what a line is about (empty where there is none)."""
    kind, _colon, name = subject.partition(":")
    endpoint, argument = _PAGES.get(kind, ("", ""))
    value: Any = int(name) if argument == "account_id" and name.isdecimal() else name
    url = url_for(endpoint, **{argument: value}) if endpoint and name else ""
    return str(KINDS.get(kind) or _OTHER_KINDS.get(kind, kind)), name, url


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[str]:
    """What is different, "people: 24, before 20"; what only one of them tells stands alone."""
    was, now = before or {}, after or {}
    for name in dict.fromkeys([*was, *now]):
        label = str(_FIELDS.get(name, name.replace("_", " ")))
        old, new = _value(was.get(name)), _value(now.get(name))
        if name in was and name in now:
            if old != new:
                yield str(_("%(what)s: %(new)s, before %(old)s", what=label, new=new, old=old))
        elif name in now and new:
            yield str(_("%(what)s: %(new)s", what=label, new=new))
        elif old:
            yield str(_("%(what)s, before: %(old)s", what=label, old=old))


def _value(value: object) -> str:
    """A JSON value for a line: words for states, yes and no, lists with commas; long ones are cut."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if value is None or value == "":
        return str(_("nothing"))
    if isinstance(value, list):
        return i18n.join_facts(map(str, value)) or str(_("nothing"))
    if isinstance(value, dict):
        return i18n.join_facts(f"{name} {one}" for name, one in value.items())[:120]
    return str(_STATES.get(str(value), _moment(str(value))))


def _moment(text: str) -> str:
    """An instant in UTC, said so; any other text as it is."""
    if len(text) < len("2026-11-23T09:00") or text[4:5] != "-" or "T" not in text:
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return str(_("%(time)s in UTC", time=f"{at:%Y-%m-%d %H:%M}"))
