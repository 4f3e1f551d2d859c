"""What is told to a group whose request holds no time: its wishes, and what the desk wrote."""

from datetime import datetime

from booking.bookings.links import manage_url, public_url
from booking.bookings.messages import subject_of
from booking.bookings.queries.visit_requests import VisitFacts
from booking.i18n import Translated, premises
from booking.notices.terms import Message


def visit_message(kind: str, visit: VisitFacts, now: datetime, *, reason: str = "", topic: str = "") -> Message:
    """A message about a request as it is now. `topic`: the code of one that is suggested."""
    return Message(
        kind=kind,
        dedupe_key=f"{visit.reference}:{kind}:v{visit.version}",
        subject=subject_of(visit.reference),
        recipient=visit.contact.email,
        locale=visit.contact.locale,
        payload={**visit_told(visit), "reason": reason or None, "topic": topic},
        due_at=now,
    )


def visit_told(visit: VisitFacts) -> dict[str, object]:
    """The payload of every message about a request: JSON values, instants in UTC."""
    station, offering, contact = visit.station, visit.offering, visit.contact
    titles = Translated(offering.titles or {"en": offering.title}) if offering else None
    title, title_lang = titles.in_locale(contact.locale) if titles else ("", "")
    return {
        "contact_name": contact.name,
        "title": title,
        "title_lang": title_lang,
        "kind": str(offering.kind) if offering else "",
        "format": str(offering.format) if offering else "",
        "language": visit.language,
        "station": station.code,
        "station_name": station.name,
        "premises": premises(station.code, contact.locale, station.name),
        "wishes": [start.isoformat() for start in visit.wishes],
        "station_zone": station.time_zone,
        "group_zone": contact.time_zone or station.time_zone,
        "on_site": bool(offering and offering.is_on_site),
        "size": visit.size,
        "accompanying_adults": visit.accompanying_adults,
        "youngest_age": visit.youngest_age,
        "theme": visit.theme,
        "accessibility": list(visit.accessibility),
        "reference": visit.reference,
        "organisation": visit.organisation,
        "group_label": visit.group_label,
        "manage_url": manage_url(visit.reference, visit.generation),
        "find_url": public_url("/"),
        "station_contact": station.contact_email,
        "answer_by": visit.answer_by.isoformat() if visit.answer_by and visit.is_open else None,
    }
