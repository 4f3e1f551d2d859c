"""Steps 1 and 2 of the checks: what was filled in, and whether the offering and the event can be booked at all."""

from datetime import datetime

from booking.bookings.rules.situation import Situation
from booking.bookings.terms import BookingRequest, Refusal
from booking.catalogue.terms import Format, Kind, OfferingFacts, OfferingStatus
from booking.scheduling.terms import EventStatus, Visibility

JOINABLE = frozenset({EventStatus.OPEN, EventStatus.HELD, EventStatus.NO_SHOW})
"""Open until they start: what was held or missed has started, and LEAD-03 says so."""

WITH_TECHNICAL_CONTACT = frozenset({Kind.TOUR, Kind.BRIEFING})


# Step 1: fields.


def required_is_given(request: BookingRequest, situation: Situation, _now: datetime) -> list[Refusal]:
    """REQ-01: organisation, country, number, language and date; for live tours and briefings a technical contact.

    Whoever joins an event without naming a language takes the event's.
    """
    given = {
        "organisation": request.organisation,
        "country": request.country,
        "size": request.size,
        "language": request.language or situation.event,
        "starts_at": request.starts or situation.starts_at,
        "technical_contact": request.technical_contact or not needs_technical_contact(situation.offering),
    }
    return [Refusal("REQ-01", name, {"field": name}) for name, value in given.items() if value in (None, "", False)]


def needs_technical_contact(offering: OfferingFacts) -> bool:
    """Whether somebody must test the connection: live online tours and briefings, not webinars."""
    return offering.format is Format.VIRTUAL_LIVE and offering.kind in WITH_TECHNICAL_CONTACT


def country_is_known(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """REQ-02: ISO 3166-1 alpha-2."""
    if not request.country or situation.country_known:
        return None
    return Refusal("REQ-02", "country", {"input": request.country})


def language_is_known(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """LANG-04: a tag that CLDR knows as a language."""
    if not request.language or situation.language:
        return None
    return Refusal("LANG-04", "language", {"input": request.language})


# Step 2: offering and event.


def offering_is_of_station(_request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """REQ-03: offering and station belong together."""
    asked = situation.asked_station
    if asked is None or asked.id == situation.offering.station_id:
        return None
    values = {"offering": situation.offering.code, "station": asked.code, "right_station": situation.station.code}
    return Refusal("REQ-03", "offering", values)


def offering_needs_booking(_request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """OND-01: what is on demand is watched, not booked."""
    if situation.offering.format is not Format.ON_DEMAND:
        return None
    return Refusal("OND-01", "offering", {"offering": situation.offering.code})


def offering_has_started(_request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """CLO-04: an offering that awaits the reopening cannot be booked."""
    if situation.offering.status is not OfferingStatus.AWAITING_REOPENING:
        return None
    values = {"offering": situation.offering.code, "station": situation.station.code}
    return Refusal("CLO-04", "offering", values)


def date_is_published(_request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """OFF-01: off-site programmes can be joined on their published dates only."""
    if situation.offering.format is not Format.OFF_SITE or situation.event is not None:
        return None
    return Refusal("OFF-01", "starts_at", {"offering": situation.offering.code})


def event_can_be_joined(_request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """STA-01: only open events; a private one by its own group alone."""
    event = situation.event
    if event is None or situation.is_own_event:
        return None
    if event.status in JOINABLE and event.visibility is Visibility.OPEN:
        return None
    status = "private" if event.status in JOINABLE else event.status.value
    return Refusal("STA-01", "slot", {"status": status, "offering": situation.offering.code})
