"""The catalogue's front page: every station, with what is missing or does not fit."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n, zones
from booking.catalogue.misfits import Upcoming
from booking.catalogue.programme import programme
from booking.catalogue.queries.stations import StationRecord, station_records
from booking.catalogue.station_pages import OverviewPage, StationCard
from booking.clock_faces import STATION_CSS
from booking.db import db

ASK_FROM_MONTH = 9
"""From September on a desk is asked for the holidays of the next year."""


def overview_page(codes: Collection[str] | None, now: datetime, *, may_add: bool) -> OverviewPage:
    """The stations with these codes, None for all; four statements."""
    session = db.session()
    stations = station_records(session, codes)
    ids = [one.id for one in stations]
    events = programme().upcoming_of(session, ids, now)
    holidays = programme().holidays_of(session, ids, date(now.year, 1, 1))
    cards = [_card(one, events.get(one.id, []), holidays.get(one.id, ()), now) for one in stations]
    shown = i18n.sorted_by_name(cards, lambda card: card.name, i18n.current_locale())
    sentence = "" if may_add else str(_("An administrator of all stations adds a station."))
    return OverviewPage(tuple(shown), may_add, sentence)


def _card(
    station: StationRecord, events: Sequence[Upcoming], holidays: Sequence[tuple[date, str]], now: datetime
) -> StationCard:
    locale = i18n.current_locale()
    tours, briefings = (len(getattr(station.ways, name)) for name in ("tours", "briefings"))
    facts = (
        station.code,
        station.time_zone,
        str(ngettext("tours in %(num)s language", "tours in %(num)s languages", tours)),
        str(ngettext("briefings in %(num)s language", "briefings in %(num)s languages", briefings)),
    )
    return StationCard(
        name=i18n.station_name(station.code, locale, station.name),
        css=STATION_CSS.get(station.code, ""),
        url=url_for("catalogue_desk.station", code=station.code),
        facts=facts,
        missing=tuple(_missing(station, events, holidays, now).items()),
    )


def _missing(
    station: StationRecord, events: Sequence[Upcoming], holidays: Sequence[tuple[date, str]], now: datetime
) -> Mapping[str, str]:
    """Sentences with the page that mends each."""
    pages = {name: url_for(f"catalogue_desk.{name}", code=station.code) for name in ("station", "languages")}
    found: dict[str, str] = {}
    if not station.contact_email:
        found[str(_("No address for groups"))] = pages["station"]
    if not station.languages:
        found[str(_("No language yet"))] = pages["languages"]
    for year in _years(station, now):
        if not any(day.year == year for day, _name in holidays):
            text = str(_("No holidays for %(year)s", year=year))
            found[text] = url_for("holidays.listed", code=station.code, year=year)
    against = [one for one in events if station.ways.misfits(one)]
    if against:
        text = ngettext("%(num)s event does not fit", "%(num)s events do not fit", len(against))
        found[str(text)] = pages["station"]
    return found


def _years(station: StationRecord, now: datetime) -> Sequence[int]:
    """The years whose holidays should be known by now."""
    today = zones.local_date(now, station.time_zone)
    return [today.year, *([today.year + 1] if today.month >= ASK_FROM_MONTH else [])]
