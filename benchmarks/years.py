"""Five years of four stations, made by the database itself: events, each with ten groups, and their facts."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text

from booking.bookings.models import Organisation
from booking.catalogue.models import Offering, Station, StationLanguage
from booking.db import table_of, transaction
from booking.i18n.tables import table
from booking.reporting.models import EventFact, GroupFact
from booking.reporting.queries.live import EVENT_COLUMNS, GROUP_COLUMNS, live_events, live_groups
from booking.scheduling.models import Event, Series

FIRST = date(2022, 1, 1)
DAYS = 5 * 365
ZONES = {"GVA": "Europe/Zurich", "NBO": "Africa/Nairobi", "NYC": "America/New_York", "VIE": "Europe/Vienna"}
NAMES = {"GVA": "Geneva", "NBO": "Nairobi", "NYC": "New York", "VIE": "Vienna"}
KINDS = ("tour", "tour", "tour", "briefing", "briefing", "webinar", "courtesy-visit", "training")
FORMATS = ("virtual-live", "virtual-live", "virtual-recorded", "in-person")
THEMES = ("united-nations-general", "human-rights", "refugees", "climate-change", "gender-equality", "un75")
AUDIENCES = ("children", "secondary", "university", "adults", "mixed")
LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es", "de", "it", "ja", "ko", "pt", "sw", "tr", "nl", "hu", "hi")
STATUSES = ("held",) * 18 + ("cancelled", "no-show")
RAISED = ("", "COVID-19", "", "COVID-19, vaccines", "", "reform")
MONTHS_OF_SERIES = 60
GROUPS_OF_AN_EVENT = 10

BOOKINGS = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)
INSERT INTO booking (reference, event_id, organisation_id, is_individual, group_label, group_key, status, invited, late,
  size, accompanying_adults, youngest_age, attended, theme, language, contact_name, contact_email, contact_locale,
  time_zone, technical_contact, technical_name, technical_email, accessibility, note, participant_list, created_at,
  changed_at, generation, sequence, version)
SELECT 'B-' || (e.id * 10 + n.i), e.id, 1 + (e.id * 37 + n.i * 101) % :groups, FALSE, '', '',
  CASE WHEN e.status = 'cancelled' THEN 'cancelled_by_station' WHEN e.status = 'no-show' THEN 'no_show'
    WHEN (e.id + n.i) % 23 = 0 THEN 'cancelled_by_group' WHEN (e.id + n.i) % 29 = 0 THEN 'not_recorded'
    WHEN (e.id + n.i) % 31 = 0 THEN 'no_show' ELSE 'attended' END,
  FALSE, (e.id + n.i) % 46 = 0, 25, 2, 14,
  CASE WHEN e.status <> 'held' OR (e.id + n.i) % 23 = 0 OR (e.id + n.i) % 29 = 0 THEN NULL
    WHEN (e.id + n.i) % 31 = 0 THEN 0 ELSE 15 + (e.id + n.i) % 12 END,
  e.theme, e.language, 'Ada Invented', 'ada' || n.i || '@example.org', 'en', 'Asia/Seoul', FALSE, '', '', '[]', '',
  'not-required', e.starts_at, e.starts_at, 1, 0, 1
FROM event e CROSS JOIN n
"""


def fill_years(events: int) -> None:
    """The whole of it, ten bookings for each event; facts included, so that nothing is due."""
    chance = random.Random(20201)  # noqa: S311  the same years each time
    with transaction() as session:
        session.execute(insert(table_of(Station)), [_station(code) for code in ZONES])
        session.execute(insert(table_of(StationLanguage)), list(_languages()))
        session.execute(insert(table_of(Offering)), list(_offerings()))
        series = [{"code": f"S-{n}", "title": {"en": f"Series {n}"}, "partner": f"Partner {n % 5}"} for n in range(40)]
        session.execute(insert(table_of(Series)), series)
        groups = list(_groups())
        session.execute(insert(table_of(Organisation)), groups)
        rows = list(_events(events, chance))
        for at in range(0, len(rows), 5_000):
            session.execute(insert(table_of(Event)), rows[at : at + 5_000])
    with transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0" if _is_postgres(session) else "SELECT 1"))
        session.execute(text(BOOKINGS), {"last": GROUPS_OF_AN_EVENT - 1, "groups": len(groups)})
        session.execute(insert(table_of(EventFact)).from_select(EVENT_COLUMNS, live_events()))
        session.execute(insert(table_of(GroupFact)).from_select(GROUP_COLUMNS, live_groups()))
        session.execute(text("DELETE FROM fact_due"))


def _is_postgres(session: object) -> bool:
    return session.get_bind().dialect.name == "postgresql"  # type: ignore[attr-defined]


def _station(code: str) -> dict[str, object]:
    hours = {"virtual_opens": 480, "virtual_closes": 1200, "on_site_opens": 540, "on_site_closes": 1020}
    return {"code": code, "name": NAMES[code], "time_zone": ZONES[code], **hours}


def _languages() -> Iterator[dict[str, object]]:
    for station in range(1, 5):
        for place, language in enumerate(LANGUAGES):
            basis = "official" if place < 6 else "unofficial"
            yield {
                "station_id": station, "language": language, "basis": basis, "tours": True, "briefings": place < 6,
            }  # fmt: skip


def _offerings() -> Iterator[dict[str, object]]:
    for station, code in enumerate(ZONES, 1):
        for place, kind in enumerate(KINDS):
            for at, format_ in enumerate(FORMATS):
                name = f"{code}-{place}-{at}"
                yield {
                    "code": f"P-{name}", "slug": name.lower(), "station_id": station, "unit": "visitors-service",
                    "title": {"en": name}, "kind": kind, "format": format_, "theme": THEMES[0], "audience": "mixed",
                    "language_policy": "station", "duration_min": 60, "status": "active",
                }  # fmt: skip


def _groups() -> Iterator[dict[str, object]]:
    countries = list(table("countries", "code"))
    states = list(table("us_states", "code"))
    for number in range(5_003):
        country = "US" if number % 6 == 0 else countries[number % len(countries)]
        yield {
            "name": f"Invented School {number}", "name_key": f"invented school {number}", "type": "school",
            "country": country, "subdivision": states[number % len(states)] if country == "US" else "",
        }  # fmt: skip


def _events(number: int, chance: random.Random) -> Iterator[dict[str, object]]:
    zones = [ZoneInfo(zone) for zone in ZONES.values()]
    each = len(KINDS) * len(FORMATS)
    for place in range(number):
        station, day = place % 4, FIRST + timedelta(days=place * DAYS // number)
        offering = chance.randrange(each)
        local = datetime.combine(day, time(8 + chance.randrange(10)), zones[station])
        yield {
            "code": f"{list(ZONES)[station]}-{place:06}", "station_id": station + 1,
            "offering_id": 1 + station * each + offering,
            "series_id": 1 + place % 40 if place % 50 == 0 else None, "unit": "visitors-service",
            "format": FORMATS[offering % len(FORMATS)], "kind": KINDS[offering // len(FORMATS)],
            "theme": chance.choice(THEMES), "audience": chance.choice(AUDIENCES),
            "language": chance.choice(LANGUAGES), "starts_at": local.astimezone(UTC),
            "ends_at": local.astimezone(UTC) + timedelta(hours=1), "time_zone": list(ZONES.values())[station],
            "starts_local": f"{local:%Y-%m-%dT%H:%M}", "starts_on": day, "capacity": 1000, "taken": 0,
            "status": (status := chance.choice(STATUSES)), "visibility": "open", "topics_raised": chance.choice(RAISED),
            "status_reason": "ill" if status == "cancelled" else "",
        }  # fmt: skip
