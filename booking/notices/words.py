"""The facts of a payload as words in the recipient's language: days, clocks, places, people. Reads no table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import zones
from booking.i18n import (
    format_date_time,
    format_day,
    format_day_year,
    format_time,
    join_list,
    language_in,
    place_name,
    premises,
    station_in,
    station_name,
    term,
)

ACCESS = {
    "live-captions": _l("Live captions"),
    "sign-language": _l("Sign language"),
    "slower-pace": _l("Slower pace, plain words"),
    "described-pictures": _l("Pictures described in words"),
    "large-print": _l("Material in large print"),
    "step-free": _l("A way without steps"),
    "slides-in-advance": _l("Slides in advance"),
    "other": _l("Something else"),
}
STATUS = {
    "confirmed": _l("booked"),
    "requested": _l("requested, not yet answered"),
    "needs_information": _l("requested, we need to know more"),
    "proposed": _l("we have proposed another time"),
    "suggested": _l("requested, we have suggested another topic"),
    "waiting": _l("on the waiting list"),
    "offered": _l("places are kept for you until you answer"),
}
SECOND_FACTOR = {
    "set up second factor": _l("A second factor was set up for your account."),
    "turn off second factor": _l("Your account has no second factor any more."),
    "reset second factor": _l("An administrator reset your second factor. Set up a new one when you sign in next."),
    "use recovery code": _l("Somebody signed in to your account with a recovery code. It cannot be used again."),
    "renew recovery codes": _l("Your account has new recovery codes. The old ones stopped working."),
}
"""What happened to a person's second factor."""

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Face:
    """One clock at one instant, and where it hangs: "in Seoul"."""

    local: datetime
    locale: str
    place: str

    @property
    def day(self) -> str:
        """As in "Tue 1 Dec"."""
        return format_day(self.local, self.locale)

    @property
    def day_year(self) -> str:
        """As in "Tue 1 Dec 2026"."""
        return format_day_year(self.local, self.locale)

    @property
    def time(self) -> str:
        """As in "10:00"."""
        return format_time(self.local)

    @property
    def short(self) -> str:
        """As in "Tue 1 Dec, 10:00 in Seoul"."""
        return str(_("%(time)s %(in_place)s", time=format_date_time(self.local, self.locale), in_place=self.place))

    @property
    def attribute(self) -> str:
        """RFC 3339 with the offset of the place."""
        return self.local.isoformat(timespec="minutes")


@dataclass(frozen=True)
class When:
    """An event's time: first on the clock its group goes by, then on the other, where it shows something else."""

    first: Face
    until: Face | None
    second: Face | None

    @property
    def span(self) -> str:
        """As in "Tue 1 Dec 2026, 10:00 to 10:45 in Seoul"."""
        words = {"day": self.first.day_year, "start": self.first.time, "in_place": self.first.place}
        if self.until is None:
            return str(_("%(day)s, %(start)s %(in_place)s", **words))
        return str(_("%(day)s, %(start)s to %(end)s %(in_place)s", end=self.until.time, **words))

    @property
    def place_until(self) -> str:
        """Beside the time itself: "in Seoul, until 10:45"."""
        if self.until is None:
            return self.first.place
        return str(_("%(in_place)s, until %(end)s", in_place=self.first.place, end=self.until.time))

    @property
    def other(self) -> str:
        """The other clock, "20:00 on Mon 30 Nov in New York"; empty where both show the same."""
        if self.second is None:
            return ""
        other = self.second
        return str(_("%(time)s on %(day)s %(in_place)s", time=other.time, day=other.day, in_place=other.place))


def instant(text: str | None) -> datetime | None:
    """The aware instant of an ISO 8601 text; ValueError for one without an offset."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant without its offset")
    return moment


def first_zone(facts: Facts) -> str:
    """The zone whose clock comes first: the station's for an event on site, else the group's."""
    return str((not facts["on_site"] and facts["group_zone"]) or facts["station_zone"])


def face(moment: datetime, zone: str, facts: Facts, locale: str) -> Face:
    """The clock of a zone, named after the station where it is the station's, else after the zone's city."""
    if zone == facts["station_zone"] and facts["station_name"]:
        place = station_phrase(facts, locale)
    else:
        place = _("in %(place)s", place=place_name(zone, locale))
    return Face(zones.to_local(moment, zone), locale, place)


def when(facts: Facts, locale: str, starts_at: str | None = None) -> When:
    """The time of the event (or of `starts_at`, which then has no end) on both clocks."""
    start, end = instant(starts_at or facts["starts_at"]), None if starts_at else instant(facts["ends_at"])
    if start is None:
        raise ValueError("an event without its start")
    zone = first_zone(facts)
    first = face(start, zone, facts, locale)
    others = [face(start, other, facts, locale) for other in (facts["group_zone"], facts["station_zone"]) if other]
    second = next((other for other in others if other.local.replace(tzinfo=None) != _wall(first)), None)
    return When(first, face(end, zone, facts, locale) if end else None, second)


def _wall(clock: Face) -> datetime:
    return clock.local.replace(tzinfo=None)


def moment(text: str | None, facts: Facts, locale: str) -> str:
    """An instant on the first clock, "Fri 20 Nov, 14:00 in Seoul"; empty for none."""
    found = instant(text)
    return face(found, first_zone(facts), facts, locale).short if found else ""


def day(text: str, locale: str) -> str:
    """A day of the calendar, from YYYY-MM-DD; empty for none."""
    return format_day_year(date.fromisoformat(text), locale) if text else ""


def listed(parts: Iterable[str]) -> str:
    """The parts with commas between them, as the language writes them."""
    text = ""
    for part in filter(None, parts):
        text = _("%(before)s, %(after)s", before=text, after=part) if text else part
    return text


def manner(facts: Facts, locale: str) -> str:
    """How the event is given and for whom: "in English, online, live, for class 2-3 of Haneulsaem Middle School"."""
    language = language_in(facts["language"], locale) if facts["language"] else ""
    return listed([language, _named(f"format.{facts['format']}", "", locale), for_whom(facts)])


def for_whom(facts: Facts) -> str:
    """Whose event it is, "for class 2-3 of Haneulsaem Middle School"; empty where the organisation is not told."""
    if facts["organisation"] and facts["group_label"]:
        return str(
            _("for %(group)s of %(organisation)s", group=facts["group_label"], organisation=facts["organisation"])
        )
    return _("for %(organisation)s", organisation=facts["organisation"]) if facts["organisation"] else ""


def people(number: int | None) -> str:
    """As in "28 people"; empty for none."""
    return ngettext("%(num)d person", "%(num)d people", number) if number else ""


def group(facts: Facts) -> str:
    """Who comes, "30 people, 2 of them adults, youngest 13"."""
    adults, youngest = facts["accompanying_adults"], facts["youngest_age"]
    with_adults = ngettext("%(num)d of them an adult", "%(num)d of them adults", adults) if adults else ""
    return listed([people(facts["size"]), with_adults, _("youngest %(age)d", age=youngest) if youngest else ""])


def noted(facts: Facts, locale: str) -> list[tuple[str, str]]:
    """What was noted, as (label, text), without what is not known."""
    access = join_list([str(ACCESS.get(code, code)) for code in facts["accessibility"]], locale)
    rows = [
        (_("Group"), group(facts)),
        (_("Dwell on"), _named(f"theme.{facts['theme']}", facts["theme"], locale)),
        (_("Access"), access),
        (_("Booking"), facts["reference"]),
    ]
    return [(label, text) for label, text in rows if text]


def topic(code: str, locale: str) -> str:
    """The name of a theme; empty for none."""
    return _named(f"theme.{code}", code, locale) if code else ""


def place(facts: Facts, locale: str) -> str:
    """Where to come to: "Gate 1, Vienna International Centre, Vienna"; empty for an event that is not on site."""
    if not facts["on_site"]:
        return ""
    building = premises(facts["station"], locale, facts["premises"] or "")
    return listed([facts["meeting_point"], building, station_name(facts["station"], locale, facts["station_name"])])


def service(facts: Facts, locale: str) -> str:
    """Who writes: "Vienna Visitors Service"."""
    name = facts["station_name"]
    if not name:
        return str(_("The Visitors Service"))
    return _named(f"station_service.{facts['station']}", _("The Visitors Service, %(station)s", station=name), locale)


def station_phrase(facts: Facts, locale: str) -> str:
    """Where the station is, for a sentence: "in Vienna"."""
    return station_in(facts["station"], locale, facts["station_name"])


def next_steps(facts: Facts, locale: str, now: datetime) -> list[str]:
    """The reminders that are still to come after `now`."""
    start, zone = instant(facts["starts_at"]), first_zone(facts)
    if start is None:
        return []
    week, day = (zones.same_wall_clock(start, -days, facts["station_zone"]) for days in (7, 1))
    hour = start - timedelta(hours=1)
    steps = [
        (week, _("%(day)s: we ask whether the number is still right.", day=face(week, zone, facts, locale).day)),
        (day, _("%(day)s: a reminder.", day=face(day, zone, facts, locale).day)),
        (hour, _("%(time)s: a last reminder.", time=face(hour, zone, facts, locale).short)),
    ]
    return [text for at, text in steps if at > now]


def _named(key: str, otherwise: str, locale: str) -> str:
    """The term of this key, or `otherwise`: a desk may name what the table does not know."""
    try:
        return term(key, locale)
    except KeyError:
        return otherwise
