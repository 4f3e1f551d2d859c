"""Steps 3 to 6 of the checks: the time asked for, how far ahead it lies, closures, hours and holidays."""

from datetime import datetime, timedelta

from booking import zones
from booking.bookings.rules.situation import (
    Situation,
    closes,
    closures_in_force,
    first_bookable_day,
    holidays,
    hours_of,
    last_bookable_day,
    today,
)
from booking.bookings.terms import OFFICIAL_REQUESTERS, BookingRequest, OrganisationType, Refusal
from booking.catalogue.terms import Kind, StationFacts
from booking.scheduling.terms import PRE_BOOKED_GROUP, ClosureType

# Step 3: time.


def time_is_plain(request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """TIME-04, then TIME-03, then LEAD-03."""
    return (
        zone_is_given(request, situation, now)
        or offset_fits(request, situation, now)
        or start_is_to_come(request, situation, now)
    )


def zone_is_given(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """TIME-04: a wall time needs its offset."""
    if situation.event is not None or request.starts is None or request.starts.offset is not None:
        return None
    return Refusal("TIME-04", "starts_at", {"time": request.starts.local, "station": situation.station.code})


def offset_fits(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """TIME-03: the offset is that of the station, or of the group's own zone, on that date; a plain Z always fits."""
    starts = request.starts
    if situation.event is not None or starts is None or starts.offset is None or starts.is_utc:
        return None
    claimed = [situation.station.time_zone, *([situation.group_zone] if situation.group_zone else [])]
    if any(zones.offset_fits(starts.local, starts.offset, zone) for zone in claimed):
        return None
    values = {"offset": starts.offset, "local": starts.local, "date": starts.local.date()}
    return Refusal(
        "TIME-03", "starts_at", {**values, "station": situation.station.code, "zone": situation.station.time_zone}
    )


def start_is_to_come(_request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """LEAD-03: not in the past."""
    if situation.starts_at is None or situation.starts_at > now:
        return None
    first = first_bookable_day(
        situation.station, situation.offering.lead_working_days or 0, holidays(situation.closures), now
    )
    return Refusal("LEAD-03", "starts_at", {"date": situation.day, "first_date": first})


# Step 4: lead.


def lead_time_is_kept(_request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """LEAD-01: working days of the station after today, up to and including the day of the event; joins too."""
    lead, day = situation.offering.lead_working_days or 0, situation.day
    if not lead or day is None:
        return None
    first = first_bookable_day(situation.station, lead, holidays(situation.closures), now)
    return None if day >= first else Refusal("LEAD-01", "starts_at", {"days": lead, "date": first})


def booking_is_open(_request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """LEAD-02: bookings open so many days ahead."""
    day = situation.day
    last = last_bookable_day(situation.station, now)
    if day is None or day <= last:
        return None
    opens = day - timedelta(days=situation.station.booking_horizon_days)
    return Refusal("LEAD-02", "starts_at", {"date": day, "opens": opens, "last_date": last})


# Step 5: closure.


def premises_are_open(_request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """CLO-01: nothing on site while the premises are closed, but for what the closure allows."""
    offering, day = situation.offering, situation.day
    if day is None:
        return None
    for closure in closures_in_force(situation.closures, day, today(situation.station, now)):
        if closes(closure, offering.format, offering.kind):
            values = {"date": day, "station": situation.station.code, "message": closure.message}
            return Refusal("CLO-01", "starts_at", values)
    return None


def group_has_booked(request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """CLO-02: in a partial reopening groups with a booking only, no individuals."""
    offering, day = situation.offering, situation.day
    if day is None or not offering.is_on_site or request.organisation_type != OrganisationType.INDIVIDUAL:
        return None
    for closure in closures_in_force(situation.closures, day, today(situation.station, now)):
        if PRE_BOOKED_GROUP in closure.allows and offering.kind not in closure.allows:
            values = {"station": situation.station.code, "from": closure.starts_on, "to": closure.ends_on}
            return Refusal("CLO-02", "organisation_type", values)
    return None


def requester_is_official(request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """CLO-03: courtesy visits are for dignitaries and Member States."""
    if situation.offering.kind is not Kind.COURTESY_VISIT or request.organisation_type in OFFICIAL_REQUESTERS:
        return None
    return Refusal("CLO-03", "organisation_type", {"station": situation.station.code})


# Step 6: hours and holiday.


def station_works(request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """TIME-02, else TIME-01."""
    return day_is_no_holiday(request, situation, now) or hours_are_kept(request, situation, now)


def day_is_no_holiday(_request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """TIME-02: not on the station's official holidays."""
    day = situation.day
    for closure in situation.closures:
        if day is not None and closure.type is ClosureType.OFFICIAL_HOLIDAY and closure.covers(day):
            values = {"date": day, "station": situation.station.code, "holiday": closure.message}
            return Refusal("TIME-02", "starts_at", values)
    return None


def hours_are_kept(_request: BookingRequest, situation: Situation, _now: datetime) -> Refusal | None:
    """TIME-01: within the station's days and hours. The station itself chose the time of an event on the calendar."""
    if situation.starts_at is None or situation.ends_at is None or situation.event is not None:
        return None
    station = situation.station
    opens, closes_at = hours_of(station, situation.offering.format)
    start = zones.to_local(situation.starts_at, station.time_zone)
    if fits_hours(start, zones.to_local(situation.ends_at, station.time_zone), station, (opens, closes_at)):
        return None
    values = {"local": start, "station": station.code, "opens": opens, "closes": closes_at}
    return Refusal("TIME-01", "starts_at", {**values, "zone": station.time_zone})


def fits_hours(start: datetime, end: datetime, station: StationFacts, hours: tuple[int, int]) -> bool:
    """Whether a local stretch of time lies within a working day's hours (minutes since midnight)."""
    if start.weekday() not in station.working_weekdays or start.date() != end.date():
        return False
    return start.hour * 60 + start.minute >= hours[0] and end.hour * 60 + end.minute <= hours[1]
