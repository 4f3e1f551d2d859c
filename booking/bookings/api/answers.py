"""Times, refusals and bookings as JSON, in the order of the contract."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response
from flask_babel import gettext as _

from booking import i18n, zones
from booking.bookings.api.requests import situation_of
from booking.bookings.explanations import explain
from booking.bookings.links import ics_url, manage_url, token_of
from booking.bookings.offers import Slot
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.line import ahead_of
from booking.bookings.queries.search import alternatives
from booking.bookings.rules import holidays
from booking.bookings.rules.changes import free_until
from booking.bookings.services.book import Booked
from booking.bookings.terms import BookingRequest, BookingStatus, Conflict, Refusal
from booking.catalogue.queries import Catalogue, catalogue
from booking.db import db
from booking.http.api import answer
from booking.problems import problem
from booking.scheduling.queries.closures import closures_of

CREATED, CONFLICT = 201, 409
RETRY_S = 1
UTC = "UTC"


def instant(at: datetime, zone: str) -> str:
    """An instant in RFC 3339, with the offset of the zone."""
    return zones.to_local(at, zone).isoformat(timespec="seconds")


def slot_json(slot: Slot, zone: str) -> dict[str, Any]:
    """A time that can be booked; `zone` is the asker's."""
    return {
        "slot": slot.slot,
        "event_id": slot.event or None,
        "offering_id": slot.offering,
        "station": slot.station,
        "format": slot.format,
        "language": slot.language,
        "starts_at": instant(slot.starts_at, slot.time_zone),
        "starts_at_yours": instant(slot.starts_at, zone),
        "duration_min": slot.duration_min,
        "places_left": slot.places_left,
        "partners": [code for code, _zone in slot.partners],
    }


def slots_json(slots: Iterable[Slot], zone: str) -> list[dict[str, Any]]:
    """Several of them."""
    return [slot_json(slot, zone or UTC) for slot in slots]


def refusals_json(
    refusals: Sequence[Refusal], asked: BookingRequest, now: datetime, known: Catalogue | None = None
) -> list[dict[str, str]]:
    """Broken rules in the language of the request, each with its way out; the catalogue is read unless `known`."""
    told = explain(refusals, locale=i18n.current_locale(), now=now, request=asked, known=known)
    return [{"rule": one.rule, "field": one.field, "message": one.message, "way_out": one.way_out} for one in told]


def refused(
    refusals: Sequence[Refusal], asked: BookingRequest, now: datetime, *, own: BookingFacts | None = None
) -> Response:
    """409: what the rules refuse, and the three nearest times that can be had instead."""
    found, known = situation_of(asked, now, own), catalogue(db.session())
    told = refusals_json(refusals, asked, now, known)
    return problem(
        CONFLICT,
        " ".join(one["message"] for one in told),
        title=_("The rules do not allow this"),
        refusals=told,
        alternatives=slots_json(alternatives(asked, found, now, known), asked.contact.time_zone),
    )


def too_late(refusals: Sequence[Refusal], booking: BookingFacts, now: datetime) -> Response:
    """409: the deadline is over; no other time would help, `late` does."""
    told = refusals_json(refusals, booking.as_request(), now)
    detail = " ".join(one["message"] for one in told)
    return problem(CONFLICT, detail, title=_("The rules do not allow this"), refusals=told, alternatives=[])


def booked_json(booked: Booked) -> Response:
    """201 with the token, the same bytes whenever the key is sent again."""
    given, reference = booked.answer, booked.reference
    body = {
        "reference": reference,
        "status": given["status"],
        "token": token_of(reference),
        "manage_url": manage_url(reference),
        "event_id": given["event_id"],
        "starts_at": given["starts_at"],
        "size": given["size"],
    }
    return answer(body, CREATED, {"Idempotent-Replayed": "true"} if booked.replayed else None)


def booking_json(booking: BookingFacts, now: datetime) -> dict[str, Any]:
    """A booking as it is."""
    event, station, contact = booking.event, booking.station, booking.contact
    return {
        "reference": booking.reference,
        "status": booking.status,
        "late": booking.late,
        "event_id": event.code,
        "offering_id": booking.offering.code,
        "station": station.code,
        "format": event.format,
        "language": booking.language or event.language,
        "starts_at": instant(event.starts_at, station.time_zone),
        "starts_at_yours": instant(event.starts_at, contact.time_zone or station.time_zone),
        "duration_min": int((event.ends_at - event.starts_at).total_seconds()) // 60,
        "size": booking.size,
        **group_json(booking),
        "answer_by": instant(booking.answer_by, station.time_zone) if booking.answer_by else None,
        "waiting": waiting_json(booking),
        "free_until": _free_until(booking, now),
        "manage_url": manage_url(booking.reference, booking.generation),
        "invitation_url": ics_url(booking.reference, booking.generation),
    }


def waiting_json(booking: BookingFacts, ahead: int | None = None) -> dict[str, Any] | None:
    """Its place in the line, and why it was passed over last; `ahead`: groups before it, where they are counted."""
    if booking.status is not BookingStatus.WAITING or booking.waiting_since is None:
        return None
    zone, passed = booking.station.time_zone, booking.skipped_at
    return {
        "ahead": ahead_of(db.session(), booking.id) if ahead is None else ahead,
        "since": instant(booking.waiting_since, zone),
        "passed_at": instant(passed, zone) if passed else None,
        "passed_places": booking.skipped_places,
    }


def group_json(booking: BookingFacts) -> dict[str, Any]:
    """Who comes and what they need."""
    contact = booking.contact
    tester = {"name": booking.technical_name, "email": booking.technical_email}
    return {
        "accompanying_adults": booking.accompanying_adults,
        "youngest_age": booking.youngest_age,
        "theme": booking.theme,
        "organisation": {
            "name": booking.organisation,
            "type": booking.organisation_type,
            "country": booking.country,
            "subdivision": booking.subdivision,
        },
        "group_label": booking.group_label,
        "contact": {
            "name": contact.name,
            "email": contact.email,
            "language": contact.locale,
            "time_zone": contact.time_zone,
        },
        "technical_contact": tester if booking.technical_contact else None,
        "accessibility": list(booking.accessibility),
        "note": booking.note,
    }


def _free_until(booking: BookingFacts, now: datetime) -> str:
    station = booking.station
    off = holidays(closures_of(db.session(), station, now))
    return free_until(station, zones.local_date(booking.event.starts_at, station.time_zone), off).isoformat()


def try_again(_conflict: Conflict) -> Response:
    """409 where others kept changing what the request rests on; nothing was written, the same key is safe."""
    detail = _("Others were booking at the same moment. Send it again with the same key.")
    return problem(CONFLICT, detail, headers={"Retry-After": str(RETRY_S)})


def version_of(booking: BookingFacts) -> dict[str, str]:
    """The header that names the version of a booking."""
    return {"ETag": f'"{booking.version}"'}


def both_states(booking: BookingFacts, asked: Mapping[str, Any], now: datetime) -> Response:
    """409: the booking as it is, and what should have been changed in one that is no more."""
    detail = _("This booking has changed since it was read, or cannot be changed any more. Nothing was changed.")
    current = booking_json(booking, now)
    return problem(CONFLICT, detail, current=current, asked=dict(asked), headers=version_of(booking))
