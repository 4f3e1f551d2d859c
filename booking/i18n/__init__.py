"""Locales, text direction, names of languages, countries and zones, days and lists, translated text columns."""

from booking.i18n.countries import NOT_RECORDED, country_choices, country_name, is_country, suggest_country, us_states
from booking.i18n.formats import (
    format_date_time,
    format_day,
    format_day_year,
    format_time,
    join_list,
    month_name,
    quarter_name,
    short_month,
)
from booking.i18n.languages import (
    autonym,
    base_language,
    language_choices,
    language_direction,
    language_in,
    language_name,
    suggest_language,
)
from booking.i18n.locales import (
    COMPLETE_LOCALES,
    DEFAULT_LOCALE,
    LOCALES,
    current_locale,
    direction,
    init_app,
    known_locale,
    negotiated_locale,
)
from booking.i18n.places import canonical_zone, place_name, zone_choices, zone_label
from booking.i18n.sorting import sort_key, sorted_by_name
from booking.i18n.terminology import is_known_theme, premises, station_in, station_name, station_time, term, theme_name
from booking.i18n.texts import Translated, TranslatedText

__all__ = [
    "COMPLETE_LOCALES",
    "DEFAULT_LOCALE",
    "LOCALES",
    "NOT_RECORDED",
    "Translated",
    "TranslatedText",
    "autonym",
    "base_language",
    "canonical_zone",
    "country_choices",
    "country_name",
    "current_locale",
    "direction",
    "format_date_time",
    "format_day",
    "format_day_year",
    "format_time",
    "init_app",
    "is_country",
    "is_known_theme",
    "join_list",
    "known_locale",
    "language_choices",
    "language_direction",
    "language_in",
    "language_name",
    "month_name",
    "negotiated_locale",
    "place_name",
    "premises",
    "quarter_name",
    "short_month",
    "sort_key",
    "sorted_by_name",
    "station_in",
    "station_name",
    "station_time",
    "suggest_country",
    "suggest_language",
    "term",
    "theme_name",
    "us_states",
    "zone_choices",
    "zone_label",
]
