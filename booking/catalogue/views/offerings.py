"""What we offer: the list of all offerings, by station."""

from collections.abc import Iterable, Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.accounts.access import open_to
from booking.catalogue.pages import Choice, Filter, OfferingCard, OfferingGroup, OfferingsPage
from booking.catalogue.presenting.material import photo
from booking.catalogue.queries import Catalogue, catalogue, summaries
from booking.catalogue.queries.material import PictureFacts, shown_pictures
from booking.catalogue.terms import OfferingFacts, StationFacts
from booking.catalogue.views.blueprint import blueprint
from booking.catalogue.words import FORMATS, KINDS, STATUSES, ages_text, group_text, minutes_text, title_of
from booking.clock_faces import STATION_CSS
from booking.db import db


@blueprint.get("/offerings")
@open_to("everybody")
def offerings() -> ResponseReturnValue:
    """Every offering of the Visitors Services and of other units, narrowed by what was chosen."""
    known = catalogue(db.session())
    chosen = {name: request.args.get(name, "") for name in ("station", "kind", "format", "language")}
    shown = [one for one in known.offerings.values() if _fits(one, known, chosen)]
    page = OfferingsPage(
        filters=tuple(_filters(known, chosen)),
        groups=tuple(_groups(shown, known)),
        count_text=ngettext("%(num)s offering", "%(num)s offerings", len(shown)),
    )
    return render_template("catalogue/offerings.html", page=page)


def _fits(offering: OfferingFacts, known: Catalogue, chosen: dict[str, str]) -> bool:
    facts = {"station": known.station_of(offering).code, "kind": offering.kind, "format": offering.format}
    same = all(chosen[name] in {"", value} for name, value in facts.items())
    return same and (not chosen["language"] or chosen["language"] in known.languages_of(offering))


def _filters(known: Catalogue, chosen: dict[str, str]) -> Iterable[Filter]:
    locale = i18n.current_locale()
    stations = [(one.code, i18n.station_name(one.code, locale, one.name)) for one in known.stations.values()]
    used = known.offerings.values()
    kinds = [(kind.value, str(name)) for kind, name in KINDS.items() if any(one.kind is kind for one in used)]
    formats = [(key.value, str(name)) for key, name in FORMATS.items() if any(one.format is key for one in used)]
    tags = {tag for given in known.tours.values() for tag in given}
    yield _filter("station", str(_("Duty station")), str(_("Any station")), stations, chosen)
    yield _filter("kind", str(_("Kind")), str(_("Any kind")), kinds, chosen)
    yield _filter("format", str(_("Format")), str(_("Any format")), formats, chosen)
    yield _filter("language", str(_("Language")), str(_("Any language")), i18n.language_choices(tags, locale), chosen)


def _filter(name: str, label: str, anything: str, options: Iterable[tuple[str, str]], chosen: dict[str, str]) -> Filter:
    choices = [Choice("", anything), *(Choice(value, text, value == chosen[name]) for value, text in options)]
    return Filter(name, label, tuple(choices))


def _groups(shown: list[OfferingFacts], known: Catalogue) -> Iterable[OfferingGroup]:
    told, photos = summaries(db.session()), shown_pictures(db.session())
    locale = i18n.current_locale()
    for station in known.stations.values():
        cards = [_card(one, station, known, told, photos.get(one.id)) for one in shown if one.station_id == station.id]
        if cards:
            name = i18n.station_name(station.code, locale, station.name)
            yield OfferingGroup(name, STATION_CSS.get(station.code, ""), tuple(cards))


def _card(
    offering: OfferingFacts,
    station: StationFacts,
    known: Catalogue,
    told: dict[str, i18n.Translated],
    photos: Sequence[PictureFacts] | None,
) -> OfferingCard:
    locale = i18n.current_locale()
    title, title_lang = title_of(offering.titles, offering.title)
    names = sorted(
        (i18n.language_name(tag, locale) for tag in known.languages_of(offering)),
        key=lambda name: i18n.sort_key(name, locale),
    )
    facts = (
        str(FORMATS[offering.format]),
        minutes_text(offering.duration_min) if offering.duration_min else "",
        ages_text(offering),
        group_text(offering),
    )
    return OfferingCard(
        title=title,
        title_lang=title_lang,
        url=f"/offerings/{offering.slug}",
        station=i18n.station_name(station.code, locale, station.name),
        station_css=STATION_CSS.get(station.code, ""),
        summary=title_of(told[offering.code])[0] if offering.code in told else "",
        facts=tuple(fact for fact in facts if fact),
        status=str(STATUSES.get(offering.status, "")),
        languages_text=i18n.join_list(names, locale),
        photo=photo(photos[0]) if photos else None,
    )
