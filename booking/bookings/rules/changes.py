"""What changing, cancelling and the last check before a visit ask: CAN-01 and SEC-01."""

from datetime import date, datetime

from booking import zones
from booking.bookings.rules.situation import Situation, holidays, today
from booking.bookings.terms import BookingRequest, ParticipantList, Refusal
from booking.catalogue.terms import StationFacts

LIST_NOT_RECEIVED = frozenset({ParticipantList.MISSING, ParticipantList.PENDING})


def change_is_free(_request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """CAN-01: free until so many working days before; later it can be confirmed as late, and the place is freed."""
    day, station = situation.day, situation.station
    if day is None:
        return None
    last = free_until(station, day, holidays(situation.closures))
    if today(station, now) <= last:
        return None
    return Refusal("CAN-01", "late", {"deadline": last, "station": station.code})


def free_until(station: StationFacts, day: date, off: frozenset[date]) -> date:
    """The last local day on which a booking for `day` is changed freely."""
    return zones.nth_working_day_before(day, station.free_change_days, station.working_weekdays, off)


def list_is_received(request: BookingRequest, situation: Situation, now: datetime) -> Refusal | None:
    """SEC-01: the participant list of an on-site visit; missing and pending both mean not received."""
    day, station = situation.day, situation.station
    if day is None or not situation.offering.is_on_site or request.participant_list not in LIST_NOT_RECEIVED:
        return None
    due = list_due_on(station, day, holidays(situation.closures))
    if today(station, now) <= due:
        return None
    return Refusal("SEC-01", "participant_list", {"deadline": due, "station": station.code})


def list_due_on(station: StationFacts, day: date, off: frozenset[date]) -> date:
    """SEC-01: the last local day on which the participant list of a visit on `day` may arrive."""
    return zones.nth_working_day_before(day, station.list_due_days, station.working_weekdays, off)
