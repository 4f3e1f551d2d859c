"""What several of a guide's pages say: times on the clocks of the home station, events and groups in a line."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n, zones
from booking.bookings.forms import ACCESS
from booking.catalogue.pages import Fact
from booking.catalogue.words import title_of
from booking.clock_faces import STATION_CSS, moment, station_moment
from booking.guiding.pages import GroupCard, TourCard
from booking.guiding.queries.guides import OwnGuide
from booking.guiding.queries.tours import Group, Tour


def when(instant: datetime, guide: OwnGuide, now: datetime) -> str:
    """A time on the home station's clocks, with its day unless that is today: "14:00", "Tue 1 Dec, 10:00"."""
    zone, locale = guide.station.time_zone, i18n.current_locale()
    local = zones.to_local(instant, zone)
    if local.date() == zones.local_date(now, zone):
        return i18n.format_time(local)
    return i18n.format_date_time(local, locale)


def people(size: int) -> str:
    """How many, as in "24 people"."""
    return str(ngettext("%(num)s person", "%(num)s people", size))


def title_in(tour: Tour) -> tuple[str, str]:
    """The title in the page's language, and the language it is in where that is another."""
    return title_of(tour.title)


def facts_of(tour: Tour) -> str:
    """The event in a line: language, people, who comes."""
    return i18n.join_facts((i18n.language_name(tour.language, i18n.current_locale()), who_comes(tour)))


def who_comes(tour: Tour) -> str:
    """How many, and the group where it is one: "24 people, Inventedford School"."""
    parts = [people(tour.taken) if tour.taken else str(_("nobody booked"))]
    if tour.group_count == 1 and tour.organisation:
        parts.append(tour.organisation)
    elif tour.group_count > 1:
        parts.append(ngettext("%(num)s group", "%(num)s groups", tour.group_count))
    return i18n.join_facts(parts)


def station_css(tour: Tour) -> str:
    """The hue of the station that gives the event."""
    return STATION_CSS.get(tour.station.code, "")


def group_card(group: Group, guide: OwnGuide) -> GroupCard:
    """A group with what its guide must know."""
    locale = i18n.current_locale()
    access = dict(ACCESS)
    needs = [str(access.get(one, one)) for one in group.accessibility]
    facts = (
        Fact(str(_("Group")), _who(group)),
        Fact(str(_("Dwell on")), i18n.theme_name(group.theme, locale) if group.theme else ""),
        Fact(str(_("Needs")), i18n.join_list(needs, locale) if needs else "", is_strong=True),
        Fact(str(_("Their note")), group.note),
        Fact(str(_("Test call")), _call(group, guide)),
    )
    return GroupCard(group.organisation, tuple(fact for fact in facts if fact.text), group.contact_email)


def _call(group: Group, guide: OwnGuide) -> str:
    """When sound and picture are tried, on the clocks of the home station and of the group, with whom and where."""
    if group.call_at is None:
        return ""
    locale, station = i18n.current_locale(), guide.station
    here = station_moment(group.call_at, station.time_zone, station.code, locale)
    away = group.time_zone not in {"", station.time_zone}
    there = moment(group.call_at, group.time_zone, locale) if away else ""
    length = ngettext("%(num)s minute", "%(num)s minutes", group.call_minutes)
    with_whom = i18n.join_facts(filter(None, (length, group.technical_name)))
    return "\n".join(filter(None, (here, there, with_whom, group.call_address)))


def _who(group: Group) -> str:
    """Organisation and country, then how many and how old."""
    country = i18n.country_in_text(group.country, i18n.current_locale()) if group.country else ""
    name = i18n.join_facts(part for part in (group.organisation, group.group_label, country) if part)
    parts = [people(group.size)] if group.size else []
    if group.accompanying_adults:
        parts.append(ngettext("%(num)s of them an adult", "%(num)s of them adults", group.accompanying_adults))
    if group.youngest_age is not None:
        parts.append(str(_("youngest %(age)s", age=group.youngest_age)))
    return "\n".join(part for part in (name, i18n.join_facts(parts)) if part)


def tour_card(tour: Tour, guide: OwnGuide, now: datetime, asked: frozenset[int]) -> TourCard:
    """An event for a list; `asked`: ids of those for which colleagues have been asked."""
    title, lang = title_in(tour)
    return TourCard(
        code=tour.code,
        title=title,
        title_lang=lang,
        when=when(tour.starts_at, guide, now),
        facts=facts_of(tour),
        station_css=station_css(tour),
        groups=tuple(group_card(group, guide) for group in tour.groups),
        guide_note=tour.guide_note,
        asked_for_cover=tour.id in asked,
        can_change=tour.starts_at > now and not tour.is_co_host,
        comes_along=_along(tour) if tour.is_co_host else "",
    )


def _along(tour: Tour) -> str:
    """Said of a joint event of another station."""
    leader = i18n.station_name(tour.station.code, i18n.current_locale(), tour.station.name)
    return str(_("A joint event: you come along for your station, %(station)s leads it.", station=leader))
