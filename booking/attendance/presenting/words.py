"""Attendance in words: numbers, groups and sources."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n, zones
from booking.attendance.queries import CountedEvent, CountedGroup, Said
from booking.attendance.rules import multiplied
from booking.attendance.terms import Course, Source
from booking.clock_faces import station_moment

WHOSE = {
    "desk": _l("desk"),
    "guide": _l("guide"),
    "platform": _l("platform"),
    "teacher": _l("teacher"),
}
COURSE_WORDS = {
    Course.HELD: "",
    Course.LATE: _l("came late"),
    Course.CUT_SHORT: _l("cut short"),
    Course.NO_SHOW: _l("nobody came"),
    Course.TECHNICAL_FAULT: _l("technical fault"),
}
NOTHING = "–"
GROUP_GONE = _l("A group was cancelled or moved meanwhile, and nothing was written down. Save again what stands here.")
"""Where a number was sent for a booking that is no longer to come."""


def when_of(event: CountedEvent) -> str:
    """Day and hour on the station's clocks."""
    return station_moment(event.starts_at, event.time_zone, event.station, i18n.current_locale())


def at(said: Said, event: CountedEvent) -> str:
    """When something was said, on the station's clocks."""
    return i18n.format_date_time(zones.to_local(said.recorded_at, event.time_zone), i18n.current_locale())


def group_of(group: CountedGroup | None) -> str:
    """A group by name and country; empty for the event as a whole."""
    if group is None:
        return ""
    country = i18n.country_in_text(group.country, i18n.current_locale()) if group.country else ""
    return i18n.join_facts(part for part in (group.organisation, group.group_label, country) if part)


def people(number: int | None) -> str:
    """How many people, or that no number is known."""
    return ngettext("%(num)s person", "%(num)s people", number) if number is not None else str(_("not recorded"))


def whose(source: str, number: int | None) -> str:
    """Whose word an official number is."""
    if source:
        return str(WHOSE[source])
    return str(_("from the records")) if number is not None else str(_("not recorded"))


def number_of(said: Said | None, leaders: list[int]) -> str:
    """What a source said, in people; "–" where it said nothing."""
    if said is None or said.attended is None:
        return NOTHING
    return str(multiplied(said.attended, leaders) if said.source is Source.PLATFORM else said.attended)


def platform_words(said: Said, leaders: list[int]) -> str:
    """How the platform's number came about: "3 connections; one of them the teacher's, with 31 people"."""
    connections = ngettext("%(num)s connection", "%(num)s connections", said.attended or 0)
    if not leaders:
        return str(connections)
    if len(leaders) == 1:
        one = {"connections": connections, "people": people(leaders[0])}
        return str(_("%(connections)s; one of them the teacher's, with %(people)s", **one))
    both = {"connections": connections, "teachers": len(leaders), "people": people(sum(leaders))}
    return str(_("%(connections)s; %(teachers)s of them teachers', with %(people)s", **both))
