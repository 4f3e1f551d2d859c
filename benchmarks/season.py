"""A made-up season: four stations, 60 guides and speakers, 2,000 events in four weeks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.catalogue.models import Offering, Station, StationLanguage
from booking.catalogue.terms import Basis, Format, Kind, LanguagePolicy
from booking.db import Base, db, table_of
from booking.i18n import Translated
from booking.scheduling.models import (
    Assignment,
    Availability,
    AvailabilityException,
    BusyInterval,
    Closure,
    DayOff,
    Event,
    Guide,
    GuideLanguage,
    GuideStation,
)
from booking.scheduling.terms import ClosureType, EventStatus, HostRole, Visibility

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
FIRST_MONDAY = date(2027, 3, 8)
WEEKS, GUIDES, EVENTS, OFFERINGS = 4, 60, 2000, 10
STATIONS = (
    ("GVA", "Geneva", "Europe/Zurich", "en fr es ru ar zh it pt"),
    ("NBO", "Nairobi", "Africa/Nairobi", "en fr es zh sw"),
    ("NYC", "New York", "America/New_York", "en fr es ru ar zh ko ja"),
    ("VIE", "Vienna", "Europe/Vienna", "en fr es ru ar zh de hu"),
)
DAYS = [FIRST_MONDAY + timedelta(weeks=week, days=day) for week in range(WEEKS) for day in range(5)]
Values = dict[str, object]


def fill() -> None:
    """Write the season into the empty database of the application at hand."""
    for number in range(len(STATIONS)):
        _station(number)
    for number in range(GUIDES):
        _guide(number)
    events = [one for number in range(GUIDES) for one in _events_of(number)][:EVENTS]
    _insert(Event, [event for event, _ in events])
    _insert(Assignment, [assignment for _, assignment in events])


def _insert(model: type[Base], rows: list[Values]) -> None:
    if rows:
        with db.engine.begin() as connection:
            connection.execute(table_of(model).insert(), rows)


def _station(number: int) -> None:
    code, name, zone, languages = STATIONS[number]
    hours = {"virtual_opens": 480, "virtual_closes": 1200, "on_site_opens": 540, "on_site_closes": 1020}
    _insert(Station, [{"id": number, "code": code, "name": name, "time_zone": zone, **hours}])
    words = {"station_id": number, "basis": Basis.OFFICIAL, "tours": True, "briefings": True}
    _insert(StationLanguage, [{**words, "language": tag} for tag in languages.split()])
    _insert(Offering, [_offering(number, code, place) for place in range(OFFERINGS)])
    holiday = {"code": f"H-{code}", "type": ClosureType.OFFICIAL_HOLIDAY, "announced_on": date(2027, 1, 4)}
    day = FIRST_MONDAY + timedelta(days=9 + number)
    told = {"blocks_formats": [], "allows": [], "message": Translated("A holiday"), "station_id": number}
    _insert(Closure, [{**holiday, **told, "starts_on": day, "ends_on": day}])


def _offering(station: int, code: str, place: int) -> Values:
    briefing, on_site = place == OFFERINGS - 1, place == OFFERINGS - 2
    return {
        "id": station * OFFERINGS + place,
        "code": f"P-{code}-{place:02}",
        "slug": f"tour-{code.lower()}-{place}",
        "station_id": station,
        "unit": "visitors-service",
        "title": Translated({"en": f"Virtual tour {place}", "fr": f"Visite virtuelle {place}"}),
        "kind": Kind.BRIEFING if briefing else Kind.TOUR,
        "format": Format.IN_PERSON if on_site else Format.VIRTUAL_LIVE,
        "theme": ("united-nations-general", "climate-change")[place % 2],
        "audience": "children" if place == 0 else "mixed",
        "language_policy": LanguagePolicy.STATION,
        "duration_min": (45, 60, 75)[place % 3],
        "min_group": 8,
        "max_group": 35,
        "lead_working_days": 15 if briefing else 5,
        "min_age": 10,
    }


def _languages(number: int) -> list[str]:
    """English, and two others of the station, in turn."""
    own = STATIONS[number % 4][3].split()
    return sorted({"en", own[number // 4 % len(own)], own[(number // 4 + 3) % len(own)]})


def _limits(number: int) -> Values:
    """Half of them by day, a third by week, a quarter with a night's rest; every second one leads some kinds only."""
    return {
        "max_events_per_day": 4 if number % 2 else None,
        "max_events_per_week": 12 if number % 3 == 1 else None,
        "max_minutes_per_week": 900 if number % 3 == 2 else None,
        "min_rest_min": 11 * 60 if number % 4 == 3 else None,
        "leads": ["thematic", "children"] if number % 2 else None,
    }


def _guide(number: int) -> None:
    role = HostRole.SPEAKER if number % 5 == 4 else HostRole.GUIDE
    code = f"{STATIONS[number % 4][0]}-X{number:02}"
    _insert(Guide, [{"id": number, "code": code, "station_id": number % 4, "role": role, **_limits(number)}])
    _insert(GuideLanguage, [{"guide_id": number, "language": tag} for tag in _languages(number)])
    hours = {"guide_id": number, "opens": 480 + 30 * (number % 5), "closes": 1020 + 30 * (number % 7)}
    _insert(Availability, [{**hours, "weekday": weekday} for weekday in range(5) if number % 3])
    off = DAYS[number % len(DAYS)]
    _insert(DayOff, [{"guide_id": number, "starts_on": off, "ends_on": off + timedelta(days=number % 3)}])
    other = {"guide_id": number, "opens": 960, "closes": 1140, "works": bool(number % 2)}
    _insert(AvailabilityException, [{**other, "on_day": day} for day in DAYS[number % 5 :: 5]])
    if number % 3 == 0:
        second = {"guide_id": number, "station_id": (number + 1) % 4, "on_site": bool(number % 2)}
        _insert(GuideStation, [second])
    lunches = [_at(day, 12 * 60, number) for day in DAYS[:: 2 + number % 3]]
    _insert(BusyInterval, [{"guide_id": number, "starts_at": at, "ends_at": at + timedelta(hours=1)} for at in lunches])


def _at(day: date, minute: int, number: int) -> datetime:
    zone = ZoneInfo(STATIONS[number % 4][2])
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone).astimezone(UTC)


def _events_of(number: int) -> Iterator[tuple[Values, Values]]:
    """One or two a day, every second one open to all."""
    for place, day in enumerate(DAYS):
        for turn, minute in enumerate((600, 840)[: 2 if (place + number) % 4 else 1]):
            yield _event(number * 100 + place * 2 + turn, number, _at(day, minute, number), is_open=turn == 0)


def _event(identity: int, number: int, starts_at: datetime, *, is_open: bool) -> tuple[Values, Values]:
    station, ends_at = number % 4, starts_at + timedelta(minutes=60)
    local = starts_at.astimezone(ZoneInfo(STATIONS[station][2]))
    event: Values = {
        "id": identity,
        "code": f"{STATIONS[station][0]}-{identity:05}",
        "station_id": station,
        "offering_id": station * OFFERINGS + identity % (OFFERINGS - 2),
        "unit": "visitors-service",
        "format": Format.VIRTUAL_LIVE,
        "kind": Kind.TOUR,
        "theme": "united-nations-general",
        "audience": "mixed",
        "language": _languages(number)[identity % 2],
        "starts_at": starts_at,
        "ends_at": ends_at,
        "time_zone": STATIONS[station][2],
        "starts_local": f"{local:%Y-%m-%dT%H:%M}",
        "starts_on": local.date(),
        "capacity": 35,
        "taken": identity % 36,
        "status": EventStatus.OPEN,
        "visibility": Visibility.OPEN if is_open else Visibility.PRIVATE,
    }
    busy_until = ends_at + timedelta(minutes=15)
    return event, {"event_id": identity, "guide_id": number, "starts_at": starts_at, "busy_until": busy_until}
