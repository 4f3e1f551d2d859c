"""The desk's pages of a station: the head that they share, hours and contact, languages."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import i18n, zones
from booking.accounts.queries import TrailLine
from booking.catalogue.forms.base import EditForm
from booking.catalogue.pages import Fact
from booking.catalogue.queries.stations import StationRecord
from booking.catalogue.station_pages import (
    Difference,
    LanguageRow,
    Overtaken,
    StationFrame,
    Tab,
)
from booking.clock_faces import STATION_CSS
from booking.fields import CleanField

TABS = (
    ("catalogue_desk.station", _l("Hours and contact")),
    ("catalogue_desk.languages", _l("Languages")),
    ("holidays.listed", _l("Holidays")),
    ("catalogue_desk.rules", _l("Rules")),
)
DONE = {
    "saved": _l("Saved. The search for times knows it from now on."),
    "same": _l("Nothing was different: nothing was changed."),
    "added": _l("The station is there. Say next in which languages it gives tours and briefings."),
    "default": _l("Back to the default."),
}


def station_frame(
    station: StationRecord, endpoint: str, heading: str, *, done: str = "", changed: str = ""
) -> StationFrame:
    """The head of one of a station's pages; `endpoint` is the page's, `done` a key of DONE."""
    locale = i18n.current_locale()
    return StationFrame(
        name=i18n.station_name(station.code, locale, station.name),
        css=STATION_CSS.get(station.code, ""),
        tabs=tuple(Tab(str(text), url_for(page, code=station.code), page == endpoint) for page, text in TABS),
        heading=heading,
        action=url_for(endpoint, code=station.code),
        done=str(DONE.get(done, "")),
        changed=changed,
    )


def day_of(at: datetime, zone: str) -> str:
    """The day of an instant at the station: "Mon 23 Nov 2026"."""
    return i18n.format_day_year(zones.local_date(at, zone), i18n.current_locale())


def who_changed(line: TrailLine | None, zone: str) -> str:
    """Who and when: "Ilse Invented, Mon 23 Nov 2026"; empty for nobody."""
    return i18n.join_facts((line.actor, day_of(line.at, zone))) if line else ""


def changed_by(changes: Mapping[str, TrailLine], zone: str) -> str:
    """Who was the last to change anything."""
    last = max(changes.values(), key=lambda line: line.at, default=None)
    return str(_("Last changed: %(who)s", who=who_changed(last, zone))) if last else ""


def station_facts_shown(station: StationRecord) -> tuple[Fact, ...]:
    """What only an administrator changes."""
    return (
        Fact(str(_("Name")), i18n.station_name(station.code, i18n.current_locale(), station.name)),
        Fact(str(_("Time zone")), station.time_zone),
    )


def overtaken(form: EditForm, now: Mapping[str, object], line: TrailLine | None, zone: str) -> Overtaken:
    """What somebody else did meanwhile, beside what was typed. `now`: the present values, as the form has them."""
    who = who_changed(line, zone)
    told = _("Somebody else has changed this since you opened it: %(who)s. Nothing of yours was saved.", who=who)
    unknown = _("This has changed since you opened it. Nothing of yours was saved.")
    fields = [one for one in form.entries if one.name in now]
    found = [Difference(str(one.label.text), _shown(one, one.data), _shown(one, now[one.name])) for one in fields]
    return Overtaken(str(told if line else unknown), tuple(one for one in found if one.yours != one.now))


def _shown(field: CleanField, value: object) -> str:
    if value is None or value == ():
        return "–"
    if field.kind == "checkboxes" and isinstance(value, Sequence):
        names = [str(text) for tag, text in field.choices if tag in value]
        return i18n.join_list(names, i18n.current_locale())
    kept, field.data = field.data, value
    try:
        return field.written()
    finally:
        field.data = kept


def language_rows(station: StationRecord, tours: Sequence[str], briefings: Sequence[str]) -> tuple[LanguageRow, ...]:
    """The languages of the table, by name, with the boxes as they are ticked."""
    locale = i18n.current_locale()
    rows = [
        LanguageRow(
            tag=one.language,
            name=i18n.language_name(one.language, locale),
            own_name=i18n.autonym(one.language),
            dir=i18n.language_direction(one.language),
            is_official=one.is_official,
            tours=one.language in tours,
            briefings=one.language in briefings,
        )
        for one in station.languages
    ]
    return tuple(i18n.sorted_by_name(rows, lambda row: row.name, locale))
