"""Time zones for people: a zone is the place whose clocks one looks at, with its distance from UTC."""

from datetime import datetime
from functools import cache

from babel import Locale
from babel.core import get_global

from booking import zones
from booking.i18n.sorting import sort_key
from booking.i18n.tables import table
from booking.i18n.terminology import term

OFFERED_ZONES = tuple(table("zones", "zone"))
"""Every offset in use, every large country, and the cities that people look for; all others are accepted as well."""

_STATIONS = {"Africa/Nairobi": "NBO", "America/New_York": "NYC", "Europe/Vienna": "VIE"}
"""Zones named after a station's city, whose name in six languages is in our own table."""


def canonical_zone(zone: str) -> str:
    """The present name of a zone: browsers still say Asia/Calcutta."""
    return str(get_global("zone_aliases").get(zone, zone))


@cache
def _former_names(zone: str) -> tuple[str, ...]:
    return tuple(old for old, new in get_global("zone_aliases").items() if new == zone)


@cache
def place_name(zone: str, locale: str) -> str:
    """The city of the zone in this locale, "Seoul"; the last part of its English name where CLDR has none."""
    if zone in _STATIONS:
        return term(f"station.{_STATIONS[zone]}", locale)
    cities, present = Locale(locale).time_zones, canonical_zone(zone)
    named = (cities.get(name, {}).get("city") for name in (present, *_former_names(present)))
    return next(filter(None, named), None) or present.rpartition("/")[2].replace("_", " ")


@cache
def _place_in_order(zone: str, locale: str) -> tuple[str, str]:
    return sort_key(place_name(zone, locale), locale)


def zone_label(zone: str, locale: str, at: datetime) -> str:
    """The zone with its offset at the instant: "Seoul (UTC+9)"; only "UTC" for UTC itself."""
    place, offset = place_name(zone, locale), zones.format_offset(zones.offset_at(at, zone))
    return place if place == offset else f"{place} ({offset})"


def _offered(extra: str | None) -> list[str]:
    """The offered zones and `extra`; under the name by which it came if it is an old name of an offered one."""
    if extra is None:
        return list(OFFERED_ZONES)
    zones.zone(extra)
    present = canonical_zone(extra)
    return [*(zone for zone in OFFERED_ZONES if canonical_zone(zone) != present), extra]


def zone_choices(locale: str, at: datetime, extra: str | None = None) -> list[tuple[str, str]]:
    """(zone, label) of the offered zones and `extra`, from west to east at the instant, then by name.

    `UnknownZone` if `extra` is none.
    """
    offsets = {zone: zones.offset_at(at, zone) for zone in _offered(extra)}
    order = sorted(offsets, key=lambda zone: (offsets[zone], _place_in_order(zone, locale)))
    return [(zone, zone_label(zone, locale, at)) for zone in order]
