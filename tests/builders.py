"""Plain functions that make rows with sensible defaults; a test names only what it is about."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update

from booking.bookings.models import Booking, Organisation, VisitRequest
from booking.bookings.names import name_key
from booking.bookings.terms import BookingStatus, OrganisationType, RequestStatus
from booking.catalogue.models import Offering, OfferingLanguage, Station, StationLanguage
from booking.catalogue.terms import Basis, Format, Kind, LanguagePolicy, OfferingStatus
from booking.db import db, transaction
from booking.i18n import Translated
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Assignment, Availability, Closure, DayOff, Event, Guide, GuideLanguage
from booking.scheduling.terms import ClosureType, EventStatus, HostRole, Visibility

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
"""The moment at which tests take place unless they say otherwise."""

_numbers = itertools.count(1)


def save(*rows: Any) -> None:  # noqa: ANN401  rows of any table
    """Write the rows in a transaction of their own."""
    with transaction() as session:
        session.add_all(rows)


def make_station(code: str = "VIE", languages: str = "en de fr", briefings: str = "en fr", **values: Any) -> Station:  # noqa: ANN401
    """Vienna, Monday to Friday, unless told otherwise."""
    known = {
        "VIE": ("Vienna", "Europe/Vienna"),
        "NYC": ("New York", "America/New_York"),
        "GVA": ("Geneva", "Europe/Zurich"),
        "NBO": ("Nairobi", "Africa/Nairobi"),
    }
    name, zone = known.get(code, (f"Station {code}", "UTC"))
    station = Station(
        **{
            "code": code,
            "name": name,
            "time_zone": zone,
            "virtual_opens": 480,
            "virtual_closes": 1200,
            "on_site_opens": 540,
            "on_site_closes": 1020,
            "contact_email": f"{code.lower()}@example.org",
            **values,
        },
    )
    save(station)
    given = set(briefings.split())
    save(
        *(
            StationLanguage(
                station_id=station.id,
                language=tag,
                basis=Basis.OFFICIAL if tag in given else Basis.UNOFFICIAL,
                tours=True,
                briefings=tag in given,
            )
            for tag in languages.split()
        ),
    )
    return station


def make_offering(station: Station, languages: str = "", **values: Any) -> Offering:  # noqa: ANN401
    """A live virtual tour for groups of 8 to 35 from age 10, asked for five working days before."""
    number = next(_numbers)
    offering = Offering(
        **{
            "code": f"P-{station.code}-T{number}",
            "slug": f"tour-{number}",
            "station_id": station.id,
            "unit": "visitors-service",
            "title": Translated({"en": f"Virtual tour {number}"}),
            "kind": Kind.TOUR,
            "format": Format.VIRTUAL_LIVE,
            "theme": "united-nations-general",
            "audience": "mixed",
            "language_policy": LanguagePolicy.LISTED if languages else LanguagePolicy.STATION,
            "duration_min": 60,
            "min_group": 8,
            "max_group": 35,
            "lead_working_days": 5,
            "min_age": 10,
            "status": OfferingStatus.ACTIVE,
            **values,
        },
    )
    save(offering)
    save(*(OfferingLanguage(offering_id=offering.id, language=tag) for tag in languages.split()))
    return offering


def make_event(offering: Offering, starts_at: datetime | None = None, **values: Any) -> Event:  # noqa: ANN401
    """An open event three weeks after NOW at 10:00 of its station, in English, with the offering's places."""
    station = db.session.get_one(Station, offering.station_id)
    zone = ZoneInfo(station.time_zone)
    start = starts_at or datetime(2026, 12, 14, 10, 0, tzinfo=zone)
    local = start.astimezone(zone)
    event = Event(
        **{
            "code": f"{station.code}-E{next(_numbers):04}",
            "station_id": station.id,
            "offering_id": offering.id,
            "unit": offering.unit,
            "format": offering.format,
            "kind": offering.kind,
            "theme": offering.theme,
            "audience": offering.audience,
            "language": "en",
            "starts_at": start.astimezone(UTC),
            "ends_at": start.astimezone(UTC) + timedelta(minutes=offering.duration_min or 60),
            "time_zone": station.time_zone,
            "starts_local": local.strftime("%Y-%m-%dT%H:%M"),
            "starts_on": local.date(),
            "capacity": offering.max_group or 300,
            "taken": 0,
            "status": EventStatus.OPEN,
            "visibility": Visibility.OPEN,
            **values,
        },
    )
    save(event)
    return event


def make_guide(
    station: Station,
    languages: str = "en",
    role: HostRole = HostRole.GUIDE,
    hours: tuple[int, int] | None = None,
    **values: Any,  # noqa: ANN401
) -> Guide:
    """A guide of the station; without `hours` (minutes, every weekday) one works its virtual hours."""
    guide = Guide(**{"code": f"{station.code}-X{next(_numbers)}", "station_id": station.id, "role": role, **values})
    save(guide)
    save(*(GuideLanguage(guide_id=guide.id, language=tag) for tag in languages.split()))
    if hours:
        save(*(Availability(guide_id=guide.id, weekday=day, opens=hours[0], closes=hours[1]) for day in range(5)))
    return guide


def make_day_off(guide: Guide, starts_on: date, ends_on: date | None = None) -> DayOff:
    """A day on which the guide does not work."""
    row = DayOff(guide_id=guide.id, starts_on=starts_on, ends_on=ends_on or starts_on)
    save(row)
    return row


def make_assignment(guide: Guide, event: Event, buffer_min: int = 15, *, is_co_host: bool = False) -> Assignment:
    """The guide gives the event, or comes along to it."""
    row = Assignment(
        event_id=event.id,
        guide_id=guide.id,
        starts_at=event.starts_at,
        busy_until=event.ends_at + timedelta(minutes=buffer_min),
        is_co_host=is_co_host,
    )
    save(row)
    return row


def make_closure(station: Station, starts_on: date, ends_on: date | None = None, **values: Any) -> Closure:  # noqa: ANN401
    """The premises closed to visitors on site, announced long ago."""
    closure = Closure(
        **{
            "code": f"C-{station.code}-T{next(_numbers)}",
            "station_id": station.id,
            "type": ClosureType.PREMISES_CLOSED,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "announced_on": date(2026, 1, 2),
            "blocks_formats": ["in-person"],
            "allows": [],
            "message": Translated({"en": "The premises are closed."}),
            **values,
        },
    )
    save(closure)
    return closure


def make_holiday(station: Station, day: date, name: str = "Austrian National Day") -> Closure:
    """An official holiday of the station."""
    formats = ["in-person", "off-site", "virtual-live", "virtual-recorded"]
    values: dict[str, Any] = {"type": ClosureType.OFFICIAL_HOLIDAY, "blocks_formats": formats}
    return make_closure(station, day, day, message=Translated({"en": name}), **values)


def make_organisation(name: str = "Inventedford School", country: str = "KR", **values: Any) -> Organisation:  # noqa: ANN401
    """An invented school."""
    key = {"name_key": name_key(name), "country": country, "type": OrganisationType.SCHOOL}
    organisation = Organisation(**{"name": name, **key, **values})
    save(organisation)
    return organisation


def make_booking(event: Event, organisation: Organisation | None = None, size: int = 10, **values: Any) -> Booking:  # noqa: ANN401
    """A confirmed booking of ten people, counted in the event's places unless it waits for some."""
    number = next(_numbers)
    booking = Booking(
        **{
            "reference": f"VE-TEST-{number:05}",
            "event_id": event.id,
            "organisation_id": (organisation or make_organisation(f"Inventedford School {number}")).id,
            "status": BookingStatus.CONFIRMED,
            "size": size,
            "invited": values.get("status", BookingStatus.CONFIRMED) is BookingStatus.CONFIRMED,
            "accompanying_adults": 2,
            "youngest_age": 14,
            "language": event.language,
            "contact_name": "Ada Invented",
            "contact_email": f"ada{number}@example.org",
            "time_zone": "Asia/Seoul",
            "accessibility": [],
            "requested_on": NOW.date(),
            "created_at": NOW,
            "changed_at": NOW,
            **values,
        },
    )
    with transaction() as session:
        session.add(booking)
        places = 0 if booking.status is BookingStatus.WAITING else size
        session.execute(update(Event).where(Event.id == booking.event_id).values(taken=Event.taken + places))
    db.session.refresh(event)
    return booking


def make_failed_mail(reference: str, station: str, **values: Any) -> Notice:  # noqa: ANN401
    """A mail about a booking whose address the server did not know."""
    number = next(_numbers)
    notice = Notice(
        **{
            "kind": "booking_confirmed",
            "dedupe_key": f"{reference}:failed:{number}",
            "subject": f"booking:{reference}",
            "recipient": "gone@example.org",
            "locale": "en",
            "payload": {"station": station},
            "message_id": f"<{number}@localhost>",
            "due_at": NOW,
            "state": NoticeState.FAILED,
            "attempts": 1,
            "next_try_at": NOW,
            "error": "RCPT 550 5.1.1",
            **values,
        }
    )
    save(notice)
    return notice


def make_visit_row(station: Station, **values: Any) -> VisitRequest:  # noqa: ANN401
    """A request for advice that waits for the station's desk."""
    number = next(_numbers)
    row = VisitRequest(
        **{
            "reference": f"VE-ASK-{number:05}",
            "status": RequestStatus.REQUESTED,
            "station_id": station.id,
            "organisation_id": make_organisation(f"Inventedford School {number}").id,
            "organisation_type": OrganisationType.SCHOOL,
            "size": 24,
            "language": "en",
            "contact_name": "Ada Invented",
            "contact_email": f"ada{number}@example.org",
            "time_zone": "Asia/Seoul",
            "accessibility": [],
            "requested_on": NOW.date(),
            "created_at": NOW,
            "changed_at": NOW,
            "answer_by": NOW + timedelta(days=7),
            **values,
        },
    )
    save(row)
    return row
