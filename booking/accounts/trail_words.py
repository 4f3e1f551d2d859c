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
_DONE = {
    "account.add_role": _l("Gave a role"),
    "attendance.record": _l("Said how many came"),
    "attendance.reject": _l("Turned a platform’s report down"),
    "attendance.remind": _l("Asked the guide how many came"),
    "attendance.say": _l("Said how many sit there"),
    "attendance.upload": _l("Uploaded a platform’s report"),
    "booking.accept": _l("Accepted a request"),
    "booking.ask": _l("Asked a group"),
    "booking.book": _l("Booked for a group"),
    "booking.cancel": _l("Cancelled a booking"),
    "booking.change": _l("Changed the number of people"),
    "booking.message": _l("Wrote to a group"),
    "booking.move": _l("Moved a booking"),
    "booking.moved": _l("Moved a booking with its event"),
    "booking.offer": _l("Offered places from the waiting list"),
    "booking.pass_over": _l("Passed a group over"),
    "booking.propose": _l("Proposed another time"),
    "booking.refuse": _l("Refused a request"),
    "booking.regroup": _l("Gave a booking to another spelling"),
    "booking.restore": _l("Took a cancellation back"),
    "closure.declare": _l("Declared a closure"),
    "contact.erase": _l("Erased the data of a contact"),
    "contact.export": _l("Took the data of a contact"),
    "contact.link": _l("Was sent the link to the own data"),
    "cover.ask": _l("Asked for cover"),
    "cover.withdraw": _l("Needed no cover any more"),
    "event.assign": _l("Gave an event to a guide"),
    "event.cancel": _l("Called an event off"),
    "event.capacity": _l("Changed the places of an event"),
    "event.change": _l("Changed an event"),
    "event.make": _l("Put an event on the calendar"),
    "event.message": _l("Wrote to the groups of an event"),
    "event.move": _l("Moved an event"),
    "event.note": _l("Wrote a note for the guide"),
    "event.place": _l("Changed address or note of an event"),
    "event.restore": _l("Took calling an event off back"),
    "item.add": _l("Added an online item"),
    "item.change": _l("Changed an online item"),
    "item.correct": _l("Corrected a reading of views"),
    "item.read": _l("Read views"),
    "offer.accept": _l("Took an offered event"),
    "offer.decline": _l("Declined an offered event"),
    "offer.make": _l("Offered the event to a guide"),
    "organisation.merge": _l("Merged two spellings"),
    "organisation.part": _l("Parted two spellings again"),
    "partner.agree": _l("Agreed to take part in a joint event"),
    "partner.ask": _l("Asked a station to take part"),
    "partner.decline": _l("Declined to take part in a joint event"),
    "partner.end": _l("Holds the event without a station after all"),
    "partner.guide": _l("Chose who comes along for a station"),
    "partner.withdraw": _l("Takes part in a joint event no more"),
    "report.choose": _l("Chose how figures are said"),
    "report.freeze": _l("Froze a report"),
    "report.sign": _l("Signed a report"),
    "report.text": _l("Wrote a paragraph"),
    "report.text_back": _l("Took a shipped paragraph again"),
    "series.change": _l("Changed a series"),
    "series.make": _l("Made a series"),
    "series.split": _l("Split a series"),
    "survey.change": _l("Changed a survey"),
    "survey.make": _l("Wrote a survey"),
    "view.change": _l("Changed a saved view"),
    "view.delete": _l("Deleted a saved view"),
    "view.save": _l("Saved a view"),
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
