"""The page of what a guide can be asked to give, and how much; and the coordinator's list of guides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from booking import i18n
from booking.catalogue.terms import StationFacts
from booking.fields import Choices
from booking.scheduling.forms import AbilitiesForm, LimitsForm
from booking.scheduling.load import Load
from booking.scheduling.minutes import day_number, week_of
from booking.scheduling.pages import ListedGuide, ProfilePage, Use
from booking.scheduling.presenting.common import Whose, frame_of, misfits_of
from booking.scheduling.queries.profiles import GuideRow, NotPossible
from booking.scheduling.terms import HostRole, Skill


@dataclass(frozen=True)
class Known:
    """What is known beside the profile."""

    today: date
    load: Load
    languages: frozenset[str]
    stations: Sequence[StationFacts]
    misfits: Sequence[NotPossible]
    topics: frozenset[str] = frozenset()
    """On which the speaker briefs."""
    offered_topics: frozenset[str] = frozenset()
    done: str = ""


def language_choices(whose: Whose, offered: frozenset[str]) -> Choices:
    """Every language that a station gives, and those the guide has."""
    return i18n.language_choices(offered | whose.profile.host.languages, i18n.current_locale())


def topic_choices(whose: Whose, offered: frozenset[str]) -> Choices:
    """The topics that a speaker may name, by name; a guide names none."""
    if whose.profile.host.role is not HostRole.SPEAKER:
        return []
    locale = i18n.current_locale()
    return sorted(((code, i18n.theme_name(code, locale)) for code in offered), key=lambda one: one[1])


def station_choices(whose: Whose, stations: Sequence[StationFacts]) -> Choices:
    """The other stations, by code."""
    locale, home = i18n.current_locale(), whose.profile.station.id
    return [(one.code, i18n.station_name(one.code, locale, one.name)) for one in stations if one.id != home]


def profile_page(
    whose: Whose, known: Known, abilities: AbilitiesForm | None = None, limits: LimitsForm | None = None
) -> ProfilePage:
    """The page; the forms are given where there is something to correct."""
    host = whose.profile.host
    has_skills = host.role is HostRole.GUIDE
    return ProfilePage(
        frame=frame_of(whose, known.done),
        abilities_form=abilities or _abilities(whose, known),
        leads_hint=_("Nothing is recorded yet: everything may be asked.") if has_skills and host.leads is None else "",
        has_skills=has_skills,
        limits_form=limits or LimitsForm.of(host.limits),
        uses=list(_uses(known)),
        misfits=misfits_of(whose, known.misfits),
    )


def _abilities(whose: Whose, known: Known) -> AbilitiesForm:
    host = whose.profile.host
    codes = {station.id: station.code for station in known.stations}
    form = AbilitiesForm(
        data={
            "languages": tuple(host.languages),
            "leads": tuple(Skill) if host.leads is None else tuple(host.leads),
            "topics": tuple(known.topics),
            "online": tuple(codes[one] for one in host.online_at),
            "on_site": tuple(codes[one] for one in host.on_site_at),
        }
    )
    languages, stations = language_choices(whose, known.languages), station_choices(whose, known.stations)
    return form.offer(languages, stations, topic_choices(whose, known.offered_topics))


def _uses(known: Known) -> list[Use]:
    """What today and this week have used of each limit there is."""
    load, day = known.load, day_number(known.today)
    limits, week = load.limits, week_of(day)
    told = (
        (limits.events_per_day, load.by_day.events[day], _("Today: %(used)s of %(most)s events"), False),
        (limits.minutes_per_day, load.by_day.minutes[day], _("Today: %(used)s of %(most)s hours"), True),
        (limits.events_per_week, load.by_week.events[week], _("This week: %(used)s of %(most)s events"), False),
        (limits.minutes_per_week, load.by_week.minutes[week], _("This week: %(used)s of %(most)s hours"), True),
    )
    return [_use(text, used, most, is_time=is_time) for most, used, text, is_time in told if most is not None]


def _use(text: str, used: int, most: int, *, is_time: bool) -> Use:
    values = [f"{number // 60}:{number % 60:02}" if is_time else str(number) for number in (used, most)]
    return Use(text % {"used": values[0], "most": values[1]}, used, most)


def listed(guide: GuideRow, station: str) -> ListedGuide:
    """A guide in the coordinator's list."""
    return ListedGuide(
        name=guide.name or guide.code,
        code=guide.code,
        station=station,
        times_url=url_for("availability.desk_times", code=guide.code),
        profile_url=url_for("availability.desk_profile", code=guide.code),
    )
