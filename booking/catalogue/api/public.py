"""The catalogue as JSON: stations, and what they offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import i18n
from booking.accounts.access import open_to
from booking.catalogue.links import public_url
from booking.catalogue.presenting.material import file_url, material_href
from booking.catalogue.queries import Catalogue, catalogue, offering_texts, texts_of_offerings
from booking.catalogue.queries.material import MaterialFacts, PictureFacts, materials_of, shown_pictures
from booking.catalogue.schemas import OfferingDetailOut, OfferingsOut, OfferingsQuery, StationsOut
from booking.catalogue.terms import LanguagePolicy, OfferingFacts, StationFacts
from booking.db import db
from booking.http.api import PREFIX, Problem, answer, spec
from booking.http.inputs import InvalidInput
from booking.i18n import Translated

blueprint = Blueprint("catalogue_api", __name__, url_prefix=PREFIX)
_LIMITS = ("duration_min", "min_group", "max_group", "min_age", "max_age", "lead_working_days", "status")


@blueprint.get("/stations")
@open_to("everybody")
@spec.validate(resp=Answers(HTTP_200=StationsOut), tags=["catalogue"], operation_id="stations")
def stations() -> ResponseReturnValue:
    """All stations, with their zones and languages."""
    known, locale = catalogue(db.session()), i18n.current_locale()
    found = [_station(one, known, locale) for one in known.stations.values()]
    return answer({"stations": i18n.sorted_by_name(found, lambda one: str(one["name"]), locale)})


def _station(station: StationFacts, known: Catalogue, locale: str) -> dict[str, Any]:
    return {
        "code": station.code,
        "name": i18n.station_name(station.code, locale, station.name),
        "time_zone": station.time_zone,
        "languages": {"tours": known.tours.get(station.id, ()), "briefings": known.briefings.get(station.id, ())},
    }


@blueprint.get("/offerings")
@open_to("everybody")
@spec.validate(resp=Answers(HTTP_200=OfferingsOut, HTTP_422=Problem), tags=["catalogue"], operation_id="offerings")
def offerings(query: OfferingsQuery) -> ResponseReturnValue:
    """What the stations offer, films and exhibitions on demand included."""
    known, texts, locale = catalogue(db.session()), texts_of_offerings(db.session()), i18n.current_locale()
    if unknown := set(query.station) - set(known.stations):
        raise InvalidInput.of("station", unknown_station(min(unknown)))
    found = [one for one in known.offerings.values() if _suits(one, known, query)]
    shown = _shown()
    found.sort(key=lambda one: (known.station_of(one).code, one.code))
    return answer({"offerings": [_offering(one, known, texts[one.code], shown, locale) for one in found]})


def unknown_station(code: str) -> str:
    """The sentence for a code that is no station's."""
    return str(_("No station has the code %(code)s. The list of stations names them.", code=code))


def _suits(offering: OfferingFacts, known: Catalogue, query: OfferingsQuery) -> bool:
    languages = _languages(offering, known)
    return (
        (not query.station or known.station_of(offering).code in query.station)
        and (query.language is None or languages is None or i18n.base_language(query.language) in languages)
        and (not query.format or offering.format in query.format)
        and (not query.kind or offering.kind in query.kind)
        and (query.theme in {None, offering.theme})
        and (query.audience in {None, offering.audience})
    )


def _languages(offering: OfferingFacts, known: Catalogue) -> Sequence[str] | None:
    """The languages it can be had in, None for any."""
    return None if offering.language_policy is LanguagePolicy.ANY else known.languages_of(offering)


@blueprint.get("/offerings/<offering_id>")
@open_to("everybody")
@spec.validate(
    resp=Answers(HTTP_200=OfferingDetailOut, HTTP_404=Problem),
    path_parameter_descriptions={"offering_id": "Its code or its slug."},
    tags=["catalogue"],
    operation_id="offering",
)
def offering(offering_id: str) -> ResponseReturnValue:
    """One offering, with what happens in it and what a group needs for it."""
    known, locale = catalogue(db.session()), i18n.current_locale()
    found = next((one for one in known.offerings.values() if offering_id in (one.code, one.slug)), None)
    if found is None:
        abort(404)
    texts = offering_texts(db.session(), found.code)
    return answer(_offering(found, known, texts, _shown(), locale) | _details(texts["details"], locale))


@dataclass(frozen=True, slots=True)
class _Shown:
    """The pictures and materials of all offerings, by id."""

    pictures: Mapping[int, Sequence[PictureFacts]]
    materials: Mapping[int, Sequence[MaterialFacts]]


def _shown() -> _Shown:
    return _Shown(shown_pictures(db.session()), materials_of(db.session()))


def _images(pictures: Sequence[PictureFacts], locale: str) -> list[dict[str, Any]]:
    return [
        {
            "address": public_url(file_url(one.large, "webp")),
            "small_address": public_url(file_url(one.small, "webp")),
            "width": one.width,
            "height": one.height,
            "alternative_text": one.alt.in_locale(locale)[0],
        }
        for one in pictures
    ]


def _materials(found: Sequence[MaterialFacts], locale: str) -> list[dict[str, Any]]:
    return [
        {
            "title": one.title.in_locale(locale)[0],
            "level": one.level,
            "language": one.language,
            "media_type": "application/pdf" if one.file else None,
            "address": one.url or public_url(material_href(one)),
        }
        for one in found
    ]


def _offering(
    facts: OfferingFacts, known: Catalogue, texts: Mapping[str, Translated | None], shown: _Shown, locale: str
) -> dict[str, Any]:
    title, language = Translated(facts.titles).in_locale(locale)
    return {
        "offering_id": facts.code,
        "slug": facts.slug,
        "title": title,
        "title_language": language,
        "summary": _text(texts["summary"], locale),
        "station": known.station_of(facts).code,
        "kind": facts.kind,
        "format": facts.format,
        "theme": facts.theme,
        "audience": facts.audience,
        "languages": _languages(facts, known),
        **{name: getattr(facts, name) for name in _LIMITS},
        "price_note": _text(texts["price_note"], locale),
        "watch_url": known.watch_urls[facts.code],
        "images": _images(shown.pictures.get(facts.id, ()), locale),
        "materials": _materials(shown.materials.get(facts.id, ()), locale),
    }


def _text(text: Translated | None, locale: str) -> str:
    return text.in_locale(locale)[0] if text else ""


def _details(details: Mapping[str, Any] | None, locale: str) -> dict[str, Any]:
    """What happens and what is needed, in English where the locale has nothing."""
    told = details or {}
    found = told.get(locale) or told.get(i18n.DEFAULT_LOCALE) or {}
    return {"happens": found.get("happens", []), "needs": found.get("needs", [])}
