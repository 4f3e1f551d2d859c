"""What the pages about calendars show: addresses, and how the reading of a private calendar goes, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.code_words import CALENDAR_PROBLEMS, NOT_A_CALENDAR
from booking.catalogue.terms import StationFacts
from booking.clock_faces import STATION_CSS
from booking.guiding.forms import PrivateCalendarForm
from booking.guiding.queries.guides import OwnGuide
from booking.i18n import current_locale, format_date_time, station_in, station_name
from booking.scheduling.feed_links import as_webcal, feed_url, station_feed_url
from booking.scheduling.queries.feeds import feed_of_guide, feeds_of_desks
from booking.scheduling.queries.private_calendars import Saved, saved_calendar

_PROBLEMS: Mapping[str, object] = {
    **CALENDAR_PROBLEMS,
    "address": _l("The address leads somewhere where no calendar can be read. Save the right one."),
    "inside": _l("The address leads to a machine that is not on the internet. Save another one."),
    "unreachable": _l("The calendar’s machine does not answer."),
    "certificate": _l("The calendar’s machine cannot prove who it is: its certificate is not valid."),
}
"""What the trail says in fewer words, the guide is told with what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address to subscribe to."""

    url: str
    webcal: str


@dataclass(frozen=True, slots=True)
class PrivatePart:
    """How it stands with a private calendar."""

    host: str
    read_text: str
    """When it was last read well; empty: not yet."""
    problem: str
    """What is wrong, in a sentence; empty for nothing."""
    is_kept: bool
    """The calendar cannot be read at present, and what was read before still counts."""


@dataclass(frozen=True, slots=True)
class GuideCalendarsPage:
    """A guide's calendars."""

    form: PrivateCalendarForm
    feed: Address | None
    private: PrivatePart | None
    home_text: str
    """Where the clocks hang by which times without a zone are read: "in Vienna"."""


@dataclass(frozen=True, slots=True)
class DeskFeed:
    """The feeds of one station."""

    code: str
    name: str
    css: str
    desk: Address | None
    public: Address


def guide_page(session: Session, guide: OwnGuide, form: PrivateCalendarForm) -> GuideCalendarsPage:
    """What a guide is shown; two statements."""
    feed, saved = feed_of_guide(session, guide.id), saved_calendar(session, guide.id)
    station, locale = guide.station, current_locale()
    return GuideCalendarsPage(
        form=form,
        feed=_address(feed_url(*feed)) if feed else None,
        private=_private(saved, station) if saved else None,
        home_text=station_in(station.code, locale, station.name),
    )


def desk_page(session: Session, stations: Sequence[StationFacts]) -> tuple[DeskFeed, ...]:
    """The feeds of these stations; one statement."""
    known, locale = feeds_of_desks(session, [one.id for one in stations]), current_locale()
    return tuple(
        DeskFeed(
            code=one.code,
            name=station_name(one.code, locale, one.name),
            css=STATION_CSS.get(one.code, ""),
            desk=_address(feed_url(*known[one.id])) if one.id in known else None,
            public=_address(station_feed_url(one.code)),
        )
        for one in stations
    )


def _address(url: str) -> Address:
    return Address(url, as_webcal(url))


def _private(saved: Saved, station: StationFacts) -> PrivatePart:
    locale = current_locale()
    read_text = ""
    if saved.read_at:
        when = format_date_time(zones.to_local(saved.read_at, station.time_zone), locale)
        read_text = str(_("%(time)s %(in_place)s", time=when, in_place=station_in(station.code, locale, station.name)))
    code = saved.problem.partition(":")[0]
    is_failure = bool(code) and code not in {"skipped", "shortened"}
    return PrivatePart(saved.host, read_text, problem_text(saved.problem), is_failure and saved.read_at is not None)


def problem_text(problem: str) -> str:
    """A problem as it is kept ("skipped:3", "unbalanced:17") in a sentence; empty for none."""
    code, _colon, number = problem.partition(":")
    if not code:
        return ""
    if code == "skipped":
        return str(
            ngettext(
                "%(num)d entry could not be understood and keeps no time.",
                "%(num)d entries could not be understood and keep no time.",
                int(number),
            )
        )
    if code == "shortened":
        return str(_("Some of what repeats is too much: of each rule we read the next 500 times."))
    text = str(_PROBLEMS.get(code, NOT_A_CALENDAR))
    return str(_("%(problem)s (line %(line)s)", problem=text, line=number)) if number else text
