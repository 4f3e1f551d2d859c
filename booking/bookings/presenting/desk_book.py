"""The desk's pages of times for a caller, and of the booking that is made."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.bookings.desk_book_forms import DeskBookForm, TimesForm
from booking.bookings.desk_book_pages import DeskBookPage, TimeRow, TimesPage
from booking.bookings.forms import MOST_PEOPLE
from booking.bookings.offers import SearchResult, Slot
from booking.bookings.presenting.common import Place, seats_text, slot_clock
from booking.bookings.rules import Situation
from booking.catalogue.pages import Fact
from booking.catalogue.words import FORMATS, format_inside, minutes_text, title_of
from booking.clock_faces import clock_face
from booking.fields import Choices
from booking.text import number_in

KEPT = ("size", "youngest_age", "time_zone")
"""What is taken along from the search into the form."""


def times_choices(choices: Mapping[str, Choices]) -> dict[str, Choices]:
    """The lists of the form, of those of the public one."""
    return {name: choices[name] for name in ("offering", "language", "time_zone")}


def times_page(form: TimesForm, result: SearchResult, query: Mapping[str, str]) -> TimesPage:
    """The times, or the nearest ones where none fits."""
    found = result.slots or result.alternatives
    number = ngettext("%(num)s time fits.", "%(num)s times fit.", len(result.slots))
    if not result.slots:
        number = str(_("Nothing fits. The nearest times:")) if found else str(_("Nothing fits."))
    elif result.next_cursor:
        number = str(_("The first %(num)s times; choose a later first day for more.", num=len(result.slots)))
    return TimesPage(form, tuple(time_row(slot, query) for slot in found), number)


def time_row(slot: Slot, query: Mapping[str, str]) -> TimeRow:
    """A time, with its page."""
    locale = i18n.current_locale()
    title, lang = title_of(slot.title)
    seats, _few = seats_text(slot, number_in(query.get("size", ""), MOST_PEOPLE))
    place = i18n.station_name(slot.station, locale, slot.station)
    facts = [place, i18n.language_name(slot.language, locale), format_inside(slot.format), seats]
    kept: dict[str, Any] = {name: value for name, value in query.items() if name in KEPT and value}
    url = url_for("desk.book", slot=slot.slot, **kept)
    return TimeRow(url, slot_clock(slot, query.get("time_zone") or slot.time_zone), title, lang, " · ".join(facts))


def desk_book_page(found: Situation, form: DeskBookForm, instead: Sequence[Slot] = ()) -> DeskBookPage:
    """The form for a time, before anything was refused."""
    assert found.starts_at is not None  # noqa: S101  a slot names its time
    locale, station = i18n.current_locale(), found.station
    zone = form.time_zone.typed or station.time_zone
    title, lang = title_of(found.offering.titles, found.offering.title)
    clock = clock_face(
        found.starts_at,
        Place(station.code, station.name, station.time_zone),
        zone if zone in dict(form.time_zone.choices) else station.time_zone,
        locale,
        on_site=found.offering.is_on_site,
        minutes=found.offering.duration_min,
    )
    query = {name: form[name].typed for name in KEPT}
    return DeskBookPage(
        title=title,
        title_lang=lang,
        clock=clock,
        facts=tuple(_facts(found)),
        form=form,
        again_url=url_for("desk.times", **{name: value for name, value in query.items() if value}),
        button=str(_("Book for the group")),
        is_event=found.event is not None,
        instead=tuple(time_row(slot, query) for slot in instead),
    )


def _facts(found: Situation) -> Iterable[Fact]:
    locale = i18n.current_locale()
    language = found.event.language if found.event else found.language or ""
    yield Fact(str(_("Duty station")), i18n.station_name(found.station.code, locale, found.station.name))
    yield Fact(str(_("Language")), i18n.language_name(language, locale))
    yield Fact(str(_("Format")), str(FORMATS[found.offering.format]))
    yield Fact(str(_("Length")), minutes_text(found.offering.duration_min))
    if found.event:
        taken = _("%(taken)s of %(places)s taken", taken=found.event.taken, places=found.event.capacity)
        yield Fact(str(_("Places")), str(taken))
