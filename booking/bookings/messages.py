"""What is told to a group: the facts of its booking at this moment, from which the mail is written later."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app

from booking import zones
from booking.bookings.links import ics_url, manage_url, public_url, uid_of
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.rules.changes import free_until
from booking.bookings.terms import AWAITING, BookingStatus
from booking.i18n import Translated, premises
from booking.notices.invitations import invitation_file
from booking.notices.terms import Message

REQUEST, CANCEL = "REQUEST", "CANCEL"


def subject_of(reference: str) -> str:
    """What a notice is about, so that it can be withdrawn."""
    return f"booking:{reference}"


def message(
    kind: str,
    booking: BookingFacts,
    now: datetime,
    *,
    method: str = "",
    reason: str = "",
    before: Mapping[str, object] | None = None,
    dedupe: str = "",
    instead: Sequence[Mapping[str, object]] = (),
) -> Message:
    """A message about a booking as it is now; with a `method`, an invitation goes along (REQUEST, CANCEL).

    `instead`: other times, each with `starts_at`, `title` and `language`. The dedupe key holds the booking's version
    unless `dedupe` says what makes the message the only one of its kind.
    """
    return Message(
        kind=kind,
        dedupe_key=f"{booking.reference}:{kind}:{dedupe or booking.version}",
        subject=subject_of(booking.reference),
        recipient=booking.contact.email,
        locale=booking.contact.locale,
        payload={
            **facts_told(booking, now),
            "reason": reason or None,
            "before": before,
            "instead": list(instead),
            "calendar": _calendar(booking, method),
        },
        due_at=now,
    )


def calendar_file(booking: BookingFacts, now: datetime) -> bytes:
    """The invitation of a sure booking as a file, the same entry as in its mail: same UID, same SEQUENCE."""
    told = message("booking_confirmed", booking, now, method=REQUEST)
    return invitation_file(told, current_app.extensions["booking.settings"].mail_from)


def facts_told(booking: BookingFacts, now: datetime) -> dict[str, Any]:
    """The payload of every message about a booking: JSON values, instants in UTC."""
    event, offering, station = booking.event, booking.offering, booking.station
    titles = offering.titles if isinstance(offering.titles, Translated) else Translated(offering.titles)
    title, title_lang = (titles or Translated(offering.title)).in_locale(booking.contact.locale)
    return {
        "contact_name": booking.contact.name,
        "title": title,
        "title_lang": title_lang,
        "kind": str(event.kind),
        "format": str(event.format),
        "language": event.language,
        "station": station.code,
        "station_name": station.name,
        "premises": premises(station.code, booking.contact.locale, station.name),
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "station_zone": station.time_zone,
        "group_zone": booking.contact.time_zone or station.time_zone,
        "on_site": offering.is_on_site,
        "meeting_point": booking.meeting_point,
        "size": booking.size,
        "accompanying_adults": booking.accompanying_adults,
        "youngest_age": booking.youngest_age,
        "theme": booking.theme,
        "accessibility": list(booking.accessibility),
        "reference": booking.reference,
        "organisation": booking.organisation,
        "group_label": booking.group_label,
        "manage_url": manage_url(booking.reference, booking.generation),
        "ics_url": ics_url(booking.reference, booking.generation),
        "find_url": public_url("/"),
        "station_contact": station.contact_email,
        "free_until": _iso(end_of_free_change(booking, now)),
        "answer_by": _iso(booking.answer_by if booking.status in AWAITING else None),
        "late": booking.late,
        "conditions": conditions_of(booking, booking.contact.locale),
    }


def conditions_of(booking: BookingFacts, locale: str) -> str | None:
    """CLO-07: what whoever comes on site on that day must bring, in this language or in English."""
    if not booking.offering.is_on_site or not booking.conditions:
        return None
    return Translated(booking.conditions).in_locale(locale)[0]


def end_of_free_change(booking: BookingFacts, now: datetime) -> datetime | None:
    """CAN-01: the instant until which a change is free, the end of a local day of the station; None once it is over."""
    station = booking.station
    day = zones.local_date(booking.event.starts_at, station.time_zone)
    end = zones.day_bounds(free_until(station, day, booking.holidays), station.time_zone)[1]
    return end if end > now else None


def _calendar(booking: BookingFacts, method: str) -> dict[str, object] | None:
    if not method:
        return None
    sure = "TENTATIVE" if booking.status is BookingStatus.PROPOSED else "CONFIRMED"
    status = "CANCELLED" if method == CANCEL else sure
    return {"method": method, "uid": uid_of(booking.reference), "sequence": booking.sequence, "status": status}


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
