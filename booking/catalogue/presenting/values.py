"""The page of all rule values of a station: each with its default, and who changed it."""

from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.accounts.queries import TrailLine
from booking.catalogue.forms.stations import ValuesForm, values_data, values_form
from booking.catalogue.presenting.stations import who_changed
from booking.catalogue.queries.stations import OfferingRecord, StationRecord
from booking.catalogue.rule_values import (
    OFFERING_VALUES,
    STATION_VALUES,
    RuleValue,
    default_values,
    offering_defaults,
)
from booking.catalogue.rule_words import VALUE_NAMES, VALUE_SENTENCES, value_text
from booking.catalogue.station_pages import Overtaken, ValueRow, ValueSection

StationValuesForm = values_form(STATION_VALUES, VALUE_NAMES)
OfferingValuesForm = values_form(OFFERING_VALUES, VALUE_NAMES)
Changes = Mapping[str, TrailLine]
NONE_CHANGED: Changes = {}


def station_section(
    station: StationRecord,
    changes: Changes,
    form: ValuesForm | None = None,
    note: Overtaken | None = None,
) -> ValueSection:
    """The values of the station itself; `form`: as they were sent."""
    shown = form or StationValuesForm(data=values_data(station.version, station.values, STATION_VALUES))
    return ValueSection(
        id="station",
        heading=str(_("The whole station")),
        heading_lang="",
        action=url_for("catalogue_desk.save_rules", code=station.code),
        form=shown,
        rows=_rows(STATION_VALUES, station.values, default_values(STATION_VALUES), shown, (changes, station.time_zone)),
        summary=_summary(station.values, default_values(STATION_VALUES)),
        is_open=True,
        overtaken=note,
    )


def offering_section(
    offering: OfferingRecord,
    station: StationRecord,
    changes: Changes = NONE_CHANGED,
    form: ValuesForm | None = None,
    note: Overtaken | None = None,
    *,
    is_open: bool = False,
) -> ValueSection:
    """The values of one offering."""
    defaults = offering_defaults(offering.kind, offering.format, offering.audience)
    shown = form or OfferingValuesForm(data=values_data(offering.version, offering.values, OFFERING_VALUES))
    key = f"o-{offering.code}"
    shown.identify(key)
    locale = i18n.current_locale()
    title, lang = offering.title.in_locale(locale)
    return ValueSection(
        id=key,
        heading=title,
        heading_lang="" if lang == locale else lang,
        action=url_for("catalogue_desk.save_offering_rules", code=offering.code),
        form=shown,
        rows=_rows(OFFERING_VALUES, offering.values, defaults, shown, (changes, station.time_zone)),
        summary=_summary(offering.values, defaults),
        is_open=is_open or form is not None,
        url=url_for("catalogue_desk.rules", code=station.code, offering=offering.code, _anchor=key),
        overtaken=note,
    )


def _summary(numbers: Mapping[str, int | None], defaults: Mapping[str, int | None]) -> str:
    differing = sum(numbers[name] != default for name, default in defaults.items())
    if not differing:
        return str(_("all at their defaults"))
    return str(ngettext("%(num)s differs from its default", "%(num)s differ from their defaults", differing))


def _rows(
    values: Sequence[RuleValue],
    numbers: Mapping[str, int | None],
    defaults: Mapping[str, int | None],
    form: ValuesForm,
    told: tuple[Changes, str],
) -> tuple[ValueRow, ...]:
    changes, zone = told
    return tuple(
        ValueRow(
            field=form[one.name],
            rule=one.rule,
            sentence=str(VALUE_SENTENCES[one.name]),
            default=str(_("Default: %(value)s", value=value_text(one.unit, defaults[one.name]))),
            default_button=one.name if numbers[one.name] != defaults[one.name] else "",
            changed=who_changed(changes.get(one.name), zone),
        )
        for one in values
    )
