"""Steps 7 to 11 of the checks: language, topic, places, ages and adults, and who is already taken."""

from datetime import datetime, timedelta

from booking import zones
from booking.bookings.rules import waiting
from booking.bookings.rules.situation import Situation, adults_needed
from booking.bookings.terms import BookingRequest, Engagement, OrganisationType, Refusal
from booking.catalogue.terms import Kind, LanguagePolicy

NO_TOPIC = frozenset({"", "on-request"})
"""Themes of offerings that say that the group is to name one."""


# Step 7: language.
def language_is_offered(_request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """Exactly one of LANG-01 (the station), LANG-02 (its briefings), LANG-03 (this offering only)."""
    offering, language = situation.offering, situation.language
    given = situation.station_languages
    if language is None or given is None or offering.language_policy is LanguagePolicy.ANY:
        return None
    values = {"language": language, "station": situation.station.code, "offering": offering.code}
    if language not in given:
        return Refusal("LANG-02" if offering.kind is Kind.BRIEFING else "LANG-01", "language", values)
    if offering.language_policy is LanguagePolicy.LISTED and language not in offering.languages:
        return Refusal("LANG-03", "language", values)
    return None


def event_language_is_taken(_request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """LANG-05: whoever joins an event takes its language."""
    event = situation.event
    if event is None or situation.language is None or situation.language == event.language.split("-")[0]:
        return None
    values = {"language": situation.language, "event_language": event.language, "offering": situation.offering.code}
    return Refusal("LANG-05", "language", values)


# Step 8: topic.
def topic_is_named(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """SPK-01: a briefing names a topic; an open one on the calendar has its own."""
    offering, event = situation.offering, situation.event
    has_topic = event is not None and not situation.is_private and event.theme not in NO_TOPIC
    if offering.kind is not Kind.BRIEFING or request.theme not in NO_TOPIC or has_topic:
        return None
    return Refusal("SPK-01", "theme", {"days": situation.station.speaker_days, "station": situation.station.code})


# Step 9: capacity.
def group_is_not_too_large(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """CAP-01: the offering's largest group."""
    largest, size = situation.offering.max_group, request.size
    if largest is None or size is None or size <= largest:
        return None
    return Refusal("CAP-01", "size", {"max": largest, "size": size, "offering": situation.offering.code})


def group_is_not_too_small(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """CAP-03: an event of its own needs a smallest group."""
    smallest, size = situation.offering.min_group, request.size
    if not situation.is_private or smallest is None or size is None or size >= smallest:
        return None
    return Refusal("CAP-03", "size", {"min": smallest, "size": size, "offering": situation.offering.code})


def places_are_left(request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """CAP-02: booked places never exceed the event's capacity, and nobody passes those who wait for them."""
    if situation.event is None or request.size is None or waiting.has_room(request, situation, now):
        return None
    if waiting.waits(request, situation, now):
        return None
    places = waiting.places_open(situation, now) + situation.own_places
    in_line = waiting.may_wait(request, situation, now)
    values = {"places": places, "size": request.size, "offering": situation.offering.code, "line": in_line}
    return Refusal("CAP-02", "size", values)


# Step 10: ages and adults.
def ages_fit(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """AGE-01: the youngest fits the offering."""
    offering, youngest = situation.offering, request.youngest_age
    if youngest is None:
        return None
    old_enough = offering.min_age is None or youngest >= offering.min_age
    young_enough = offering.max_age is None or youngest <= offering.max_age
    if old_enough and young_enough:
        return None
    values = {"offering": offering.code, "min_age": offering.min_age, "max_age": offering.max_age}
    return Refusal("AGE-01", "youngest_age", {**values, "youngest": youngest})


def adults_come_along(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """SUP-01: with anyone under age, adults present throughout, also online; the booked size includes them."""
    station = situation.station
    if request.size is None or request.youngest_age is None or request.youngest_age >= station.minor_age:
        return None
    needed = adults_needed(request.size, station)
    if request.accompanying_adults >= needed:
        return None
    values = {"age": station.minor_age, "needed": needed, "named": request.accompanying_adults}
    return Refusal("SUP-01", "accompanying_adults", {**values, "size": request.size})


# Step 11: host and overlap.
def host_is_free(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """OVL-01: the host asked for is in one event at a time, with the station's minutes between two."""
    if not request.host or situation.starts_at is None or situation.ends_at is None:
        return None
    until = situation.ends_at + timedelta(minutes=situation.station.buffer_min)
    clash = _overlapping(situation.host_engagements, situation.starts_at, until)
    if clash is None:
        return None
    values = {"from": clash.starts_at, "to": clash.ends_at, "station": situation.station.code}
    return Refusal("OVL-01", "host", {**values, "offering": situation.offering.code})


def group_is_free(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """OVL-02: a group is in one event at a time; does not apply to individuals."""
    if request.organisation_type == OrganisationType.INDIVIDUAL or situation.starts_at is None:
        return None
    here = situation.event.id if situation.event else 0
    elsewhere = tuple(e for e in situation.engagements if e.event_id != here)
    clash = _overlapping(elsewhere, situation.starts_at, situation.ends_at or situation.starts_at)
    if clash is None:
        return None
    return Refusal("OVL-02", "starts_at", {"date": clash.starts_at, "reference": clash.reference})


def group_is_not_booked_yet(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """DUP-01: one booking per organisation (and label) and event; does not apply to individuals."""
    if request.organisation_type == OrganisationType.INDIVIDUAL or not situation.booked_here:
        return None
    return Refusal("DUP-01", "organisation", {"reference": situation.booked_here})


def _overlapping(engagements: tuple[Engagement, ...], start: datetime, end: datetime) -> Engagement | None:
    return next((e for e in engagements if e.starts_at < end and start < e.ends_at), None)


# Warnings: they ask, and do not refuse.
def hour_suits_the_group(_request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """TIME-05: the group's own time is early, late or on a weekend."""
    if situation.starts_at is None or not situation.group_zone or situation.offering.is_on_site:
        return None
    local = zones.to_local(situation.starts_at, situation.group_zone)
    minute = local.hour * 60 + local.minute
    station = situation.station
    saturday = 5
    if station.earliest_comfort <= minute <= station.latest_comfort and local.weekday() < saturday:
        return None
    return Refusal("TIME-05", "starts_at", {"local": local, "zone": situation.group_zone})


def guide_is_free(_request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """LANG-06: nobody free speaks the language then; the request is taken, and a person answers."""
    if situation.event is not None or situation.free_hosts or situation.language is None:
        return None
    values = {"language": situation.language, "offering": situation.offering.code, "now": now}
    return Refusal("LANG-06", "language", values)
