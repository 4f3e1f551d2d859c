"""What a clock on a page or in a mail says: one instant on two walls, the reader's and the station's."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from babel.dates import format_timedelta
from flask_babel import gettext as _

from booking import zones
from booking.i18n import format_day, format_time, place_name, station_in

STATION_CSS = {"NYC": "s-ny", "GVA": "s-gva", "VIE": "s-vie", "NBO": "s-nbo"}
"""The hue of each station; any other gets the page's own."""

ROUNDED_UP_FROM = 1.5
"""From so many hours on a countdown says hours, from so many days on days."""

RIBBON_HOUR = 10
"""Width of an hour on the ribbon of 24; style sheets draw day and night below it."""


class Station(Protocol):
    """What a clock must know of a station."""

    @property
    def code(self) -> str:
        """The code of its events, such as NYC."""

    @property
    def name(self) -> str:
        """The English name."""

    @property
    def time_zone(self) -> str:
        """IANA zone."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One event's time as two places read it, in the words of the page's language.

    `primary_*` is the reader's own clock for a virtual event and the station's for one on site; `secondary_text` is
    the other, with its own day in words.
    """

    primary_time: str
    """ "10:00"."""
    primary_date_text: str
    """ "Tue 1 Dec"."""
    primary_place: str
    """ "in Seoul"."""
    secondary_text: str
    """ "20:00 on Mon 30 Nov in New York", "09:00 in Vienna, the same day"; empty where both places are one."""
    secondary_short: str
    """The same without "the same day": for lists, where the day is the heading."""
    datetime_attr: str
    """RFC 3339 with the offset of the primary place."""
    on_site: bool
    station_css: str
    """ "s-ny", "s-gva", "s-vie" or "s-nbo": the station's hue."""
    end_time: str = ""
    """ "10:45", on the primary clock; empty where the length is not told."""
    ribbon_at: int = 0
    """Where the event stands on the ribbon of the primary place's day, 0 to 239; decoration only."""


def clock_face(
    starts_at: datetime,
    station: Station,
    reader_zone: str,
    locale: str,
    *,
    on_site: bool = False,
    minutes: int = 0,
) -> Clock:
    """The clock of an event that starts at the aware instant and lasts `minutes`; 0 leaves the end untold.

    A virtual event shows the reader's own clock first, one on site the station's. `UnknownZone` for no zone.
    """
    there = zones.to_local(starts_at, station.time_zone)
    here = zones.to_local(starts_at, reader_zone)
    at_station = station_in(station.code, locale, station.name)
    at_reader = at_station if reader_zone == station.time_zone else reader_place(reader_zone, locale)
    first, second = (there, here) if on_site else (here, there)
    places = (at_station, at_reader) if on_site else (at_reader, at_station)
    apart = places[0] != places[1]
    return Clock(
        primary_time=format_time(first),
        primary_date_text=_day(first.date(), locale),
        primary_place=places[0],
        secondary_text=_other_clock(second, first, places[1], locale, short=False) if apart else "",
        secondary_short=_other_clock(second, first, places[1], locale, short=True) if apart else "",
        datetime_attr=first.isoformat(),
        on_site=on_site,
        station_css=STATION_CSS.get(station.code, ""),
        end_time=_end(starts_at, minutes, station.time_zone if on_site else reader_zone),
        ribbon_at=first.hour * RIBBON_HOUR + first.minute * RIBBON_HOUR // 60,
    )


def reader_place(zone: str, locale: str) -> str:
    """Whose clock it is, for a sentence: "in Seoul"."""
    return str(_("in %(place)s", place=place_name(zone, locale))) if zone != "UTC" else "UTC"


def moment(instant: datetime, zone: str, locale: str) -> str:
    """A deadline in full: "Fri 20 Nov, 14:00 in Seoul"."""
    local = zones.to_local(instant, zone)
    day, place = _day(local.date(), locale), reader_place(zone, locale)
    return str(_("%(day)s, %(time)s %(in_place)s", day=day, time=format_time(local), in_place=place))


def station_moment(instant: datetime, zone: str, code: str, locale: str) -> str:
    """A time on a station's own clock, for its desk: "Fri 20 Nov, 14:00 in Geneva"."""
    local = zones.to_local(instant, zone)
    day, place = _day(local.date(), locale), station_in(code, locale, code)
    return str(_("%(day)s, %(time)s %(in_place)s", day=day, time=format_time(local), in_place=place))


@lru_cache(maxsize=4096)
def _day(day: date, locale: str) -> str:
    """A page of 300 times names some thirty days."""
    return format_day(day, locale)


def _other_clock(other: datetime, first: datetime, in_place: str, locale: str, *, short: bool) -> str:
    """The second clock in words, its own day named where it is another; `short` leaves out that it is the same."""
    same_day = other.date() == first.date()
    if same_day and other.time() == first.time():
        return str(_("the same hour %(in_place)s", in_place=in_place))
    if same_day and short:
        return str(_("%(time)s %(in_place)s", time=format_time(other), in_place=in_place))
    if same_day:
        return str(_("%(time)s %(in_place)s, the same day", time=format_time(other), in_place=in_place))
    day = _day(other.date(), locale)
    return str(_("%(time)s on %(day)s %(in_place)s", time=format_time(other), day=day, in_place=in_place))


def _end(starts_at: datetime, minutes: int, zone: str) -> str:
    if not minutes:
        return ""
    return format_time(zones.to_local(starts_at.astimezone(UTC) + timedelta(minutes=minutes), zone))


def countdown(seconds: int, locale: str) -> str:
    """How long it is until then, as in "in 35 minutes"; a script refreshes it while it is told in minutes."""
    minutes = max(-(-seconds // 60), 1)
    return format_timedelta(
        timedelta(minutes=minutes),
        granularity="minute",
        threshold=ROUNDED_UP_FROM,
        add_direction=True,
        locale=locale,
    )
