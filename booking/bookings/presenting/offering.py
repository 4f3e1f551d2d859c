"""One offering with its next times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.bookings.closure_forms import phase_days
from booking.bookings.forms import MOST_PEOPLE
from booking.bookings.offers import SearchResult
from booking.bookings.pages import NearOffering, OfferingPage
from booking.bookings.presenting.common import Query, alternative, find_url, refused
from booking.bookings.presenting.find import Explain, slot_row
from booking.catalogue.pages import Fact, Step
from booking.catalogue.presenting.material import photo, public_material
from booking.catalogue.queries import Catalogue
from booking.catalogue.queries.material import MaterialFacts, PictureFacts
from booking.catalogue.terms import Format, OfferingFacts, OfferingStatus
from booking.catalogue.words import ages_text, format_inside, group_text, lead_text, minutes_text, title_of
from booking.clock_faces import STATION_CSS, reader_place
from booking.i18n import Translated
from booking.scheduling.terms import ClosureFacts
from booking.text import number_in

NEAR = 3
"""Offerings named as near to this one."""

Texts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What belongs to the offering beside its texts."""

    pictures: Sequence[PictureFacts] = ()
    materials: Sequence[MaterialFacts] = ()
    phases: Sequence[ClosureFacts] = ()
    """What asks something of whoever comes (CLO-07)."""


def offering_page(
    offering: OfferingFacts,
    texts: Texts,
    shown: Shown,
    known: Catalogue,
    result: SearchResult,
    query: Query,
    zone: str,
    explain: Explain,
) -> OfferingPage:
    """The page; `texts` are summary, details, price note and address as stored, by locale where they are texts."""
    locale = i18n.current_locale()
    title, title_lang = title_of(offering.titles, offering.title)
    lead, lead_lang = title_of(texts["summary"]) if texts.get("summary") else ("", "")
    details, details_lang = _details(texts.get("details"), locale)
    size = number_in("".join(query.get("size", ())[:1]), MOST_PEOPLE)
    return OfferingPage(
        title=title,
        title_lang=title_lang,
        lead=lead,
        lead_lang=lead_lang,
        station_css=STATION_CSS.get(known.station_of(offering).code, ""),
        facts=tuple(_facts(offering, texts, known, locale)),
        steps=tuple(_steps(details)),
        needs=tuple(str(need) for need in details.get("needs", ())),
        details_lang=details_lang,
        materials=tuple(public_material(one) for one in shown.materials),
        near=tuple(_near(offering, known)),
        next_times=tuple(slot_row(slot, zone, size) for slot in result.slots),
        next_hint=_hint(size, zone, locale),
        all_times_url=find_url({**query, "offering": offering.slug}),
        criteria_query=urlencode({**query, "offering": offering.slug, "time_zone": zone}, doseq=True),
        refusals=refused(explain(result.refusals), query=query) if not result.slots else (),
        alternatives=tuple(alternative(slot, zone) for slot in result.alternatives) if not result.slots else (),
        watch_url=str(texts.get("watch_url") or ""),
        photos=tuple(photo(one) for one in shown.pictures),
        interest_url=_interest_url(offering),
        phases=tuple(_phase(one, locale) for one in shown.phases),
    )


def _phase(closure: ClosureFacts, locale: str) -> Fact:
    """Its days, and what is asked of whoever comes on them."""
    text, lang = Translated(closure.conditions or {}).in_locale(locale)
    limit = closure.distanced_capacity
    if limit is None:
        return Fact(phase_days(closure.starts_on, closure.ends_on), text, lang=lang)
    most = ngettext("Groups of %(num)s person at most.", "Groups of %(num)s people at most.", limit)
    return Fact(phase_days(closure.starts_on, closure.ends_on), i18n.join_sentences([most, text]))


def _interest_url(offering: OfferingFacts) -> str:
    """Where an address is left for an offering that is not to be had at present."""
    is_paused = offering.status in {OfferingStatus.SUSPENDED, OfferingStatus.AWAITING_REOPENING}
    is_watched = offering.format is Format.ON_DEMAND
    return url_for("catalogue.leave_address", slug=offering.slug) if is_paused and not is_watched else ""


def _details(details: Mapping[str, Any] | None, locale: str) -> tuple[Mapping[str, Any], str]:
    """What happens and what is needed, in the page's language, else in English; its language if it is another."""
    found = details or {}
    return (found[locale], "") if found.get(locale) else (found.get("en") or {}, "" if locale == "en" else "en")


def _steps(details: Mapping[str, Any]) -> list[Step]:
    return [Step(minutes_text(int(step["minute"])), str(step["text"])) for step in details.get("happens", ())]


def _facts(offering: OfferingFacts, texts: Texts, known: Catalogue, locale: str) -> list[Fact]:
    station = known.station_of(offering)
    tags = [i18n.language_name(tag, locale) for tag in known.languages_of(offering)]
    given = i18n.join_facts((i18n.station_name(station.code, locale, station.name), format_inside(offering.format)))
    price = title_of(texts["price_note"])[0] if texts.get("price_note") else str(_("Free"))
    rows = [
        (_("For whom"), ages_text(offering)),
        (_("Languages"), i18n.join_list(sorted(tags, key=lambda name: i18n.sort_key(name, locale)), locale)),
        (_("Length"), minutes_text(offering.duration_min) if offering.duration_min else ""),
        (_("Group"), group_text(offering)),
        (_("Given by"), given),
        (_("Book by"), lead_text(offering)),
        (_("Cost"), price),
    ]
    return [Fact(str(label), str(text)) for label, text in rows if text]


def _hint(size: int | None, zone: str, locale: str) -> str:
    place = reader_place(zone, locale)
    if size:
        return str(_("For %(size)s people, on the clock %(in_place)s.", size=size, in_place=place))
    return str(_("On the clock %(in_place)s.", in_place=place))


def _near(offering: OfferingFacts, known: Catalogue) -> Sequence[NearOffering]:
    """Others of the same theme, or of the same station and format."""
    others = [one for one in known.offerings.values() if one.code != offering.code and one.unit == "visitors-service"]
    same_theme = [one for one in others if one.theme == offering.theme and one.theme != "united-nations-general"]
    same_place = [one for one in others if one.station_id == offering.station_id and one.format is offering.format]
    if offering.format is Format.ON_DEMAND:
        same_place = [one for one in others if one.station_id == offering.station_id]
    found = {one.code: one for one in (*same_theme, *same_place)}
    return [_near_row(one) for one in list(found.values())[:NEAR]]


def _near_row(one: OfferingFacts) -> NearOffering:
    title, title_lang = title_of(one.titles, one.title)
    length = minutes_text(one.duration_min) if one.duration_min else ""
    facts = i18n.join_facts((ages_text(one), length, format_inside(one.format)))
    return NearOffering(title, title_lang, url_for("bookings.offering", slug=one.slug), facts)
