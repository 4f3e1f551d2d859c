"""The tables of the schedule."""

from booking.scheduling.models.assignments import (
    Assignment,
    CalendarFeed,
    MeetingRoom,
    Offer,
    RoomUse,
    RosterProposal,
    WrittenEntry,
    co_hosts,
    gives,
)
from booking.scheduling.models.events import Closure, Event, Series, SeriesMaterial
from booking.scheduling.models.hosts import (
    Availability,
    AvailabilityException,
    BusyInterval,
    DayOff,
    Guide,
    GuideLanguage,
    GuideStation,
    GuideTopic,
    PrivateCalendar,
)
from booking.scheduling.models.limits import CapacityLimit
from booking.scheduling.models.partners import EventPartner

__all__ = [
    "Assignment",
    "Availability",
    "AvailabilityException",
    "BusyInterval",
    "CalendarFeed",
    "CapacityLimit",
    "Closure",
    "DayOff",
    "Event",
    "EventPartner",
    "Guide",
    "GuideLanguage",
    "GuideStation",
    "GuideTopic",
    "MeetingRoom",
    "Offer",
    "PrivateCalendar",
    "RoomUse",
    "RosterProposal",
    "Series",
    "SeriesMaterial",
    "WrittenEntry",
    "co_hosts",
    "gives",
]
