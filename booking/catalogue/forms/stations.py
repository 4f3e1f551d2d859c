"""The forms in which a desk edits its station, and an administrator adds one."""

import re
from collections.abc import Collection, Mapping
from typing import Any, Unpack

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import Field

from booking import i18n
from booking.catalogue.forms.base import EditForm, TimeField, clock_of, minute_of
from booking.catalogue.queries.stations import StationRecord
from booking.catalogue.rule_values import RuleValue, Unit, out_of_order
from booking.fields import (
    AddressField,
    Choices,
    ChoicesField,
    LineField,
    NumberField,
    Options,
    ZoneField,
)
from booking.text import Blank

WEEKDAYS: Choices = (
    ("0", _l("Monday")),
    ("1", _l("Tuesday")),
    ("2", _l("Wednesday")),
    ("3", _l("Thursday")),
    ("4", _l("Friday")),
    ("5", _l("Saturday")),
    ("6", _l("Sunday")),
)
HOURS = (("virtual_opens", "virtual_closes"), ("on_site_opens", "on_site_closes"))
ADMINISTRATORS = ("name", "time_zone")
"""What only an administrator changes."""
BELOW = _l("This is below the smallest beside it.")
_CODE = re.compile("[A-Z]{2,5}")


class StationForm(EditForm):
    """What a station says of itself."""

    name = LineField(_l("Name, in English"), required=True)
    time_zone = ZoneField(_l("Time zone"), blank=_l("Choose"), required=True)
    contact_email = AddressField(_l("Address for groups"), hint=_l("It stands in mails and on the pages of bookings."))
    working_weekdays = ChoicesField(_l("Working days"), choices=WEEKDAYS, required=True)
    virtual_opens = TimeField(lazy_pgettext("hour", "From"), required=True)
    virtual_closes = TimeField(lazy_pgettext("hour", "To"), required=True)
    on_site_opens = TimeField(lazy_pgettext("hour", "From"), required=True)
    on_site_closes = TimeField(lazy_pgettext("hour", "To"), required=True)

    def validate(self, extra_validators: object = None) -> bool:
        """Whether every field could be read, a working day is ticked, and hours end after they begin."""
        super().validate(extra_validators)
        if not self.working_weekdays.data and not self.working_weekdays.errors:
            self.refuse("working_weekdays", _("Tick a day on which the station works."))
        for opens, closes in HOURS:
            first, last = self[opens], self[closes]
            if not first.errors and not last.errors and _minutes(first) >= _minutes(last, is_end=True):
                self.refuse(closes, _("The hours end before they begin. Write a later time."))
        return not self.wrong

    def columns(self) -> dict[str, object]:
        """The station's columns."""
        found = self.given() | {"working_weekdays": "".join(self.working_weekdays.data)}
        for opens, closes in HOURS:
            found |= {opens: _minutes(self[opens]), closes: _minutes(self[closes], is_end=True)}
        return found | {"contact_email": self.contact_email.data or ""}


def _minutes(field: Field, *, is_end: bool = False) -> int:
    return minute_of(field.data, is_end=is_end)


def station_data(station: StationRecord) -> dict[str, object]:
    """What the form shows of a station."""
    hours = {name: clock_of(getattr(station, name)) for pair in HOURS for name in pair}
    return {
        "version": str(station.version),
        "name": station.name,
        "time_zone": station.time_zone,
        "contact_email": station.contact_email or None,
        "working_weekdays": tuple(map(str, station.working_weekdays)),
        **hours,
    }


class NewStationForm(StationForm):
    """A station that is not there yet."""

    code = LineField(
        _l("Code"), required=True, hint=_l("Two to five capital letters, such as ADD. It is never changed.")
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Whether the code can be one, too."""
        super().validate(extra_validators)
        if not self.code.errors and not _CODE.fullmatch(self.code.data or ""):
            self.refuse("code", _("Write two to five capital letters from A to Z."))
        return not self.wrong


class LanguagesForm(EditForm):
    """For what each language is given; a new one beside them. Boxes of languages have the tags as their values."""

    tours = ChoicesField(_l("Tours"))
    briefings = ChoicesField(_l("Briefings"))
    new = LineField(_l("Another language"), hint=_l("Its name, or its tag, such as am for Amharic."))
    new_for = ChoicesField(_l("Given for"), choices=(("tours", _l("Tours")), ("briefings", _l("Briefings"))))

    def validate(self, extra_validators: object = None) -> bool:
        """Whether the new language is one, is new, and is given for something."""
        super().validate(extra_validators)
        if self.new.data and not self.new.errors:
            self._look_at_new()
        elif self.new_for.data and not self.new.errors:
            self.refuse("new", _("Choose the language."))
        return not self.wrong

    def _look_at_new(self) -> None:
        tag = language_tag(self.new.data)
        if tag is None:
            guessed = i18n.suggest_language(self.new.data)
            name = i18n.language_name(guessed, i18n.current_locale()) if guessed else ""
            asked = _("We do not know the language “%(tag)s”.", tag=self.new.data)
            meant = _("Did you mean %(name)s (%(tag)s)?", name=name, tag=guessed) if guessed else ""
            self.refuse("new", f"{asked} {meant}".strip())
        elif tag in {value for value, _text in self.tours.choices}:
            self.refuse("new", _("This language is on the list already: tick its boxes there."))
        elif not self.new_for.data:
            self.refuse("new_for", _("Tick for what the language is given."))

    def wanted(self) -> dict[str, tuple[bool, bool]]:
        """By language: whether tours and whether briefings are given."""
        tours, briefings = set(self.tours.data or ()), set(self.briefings.data or ())
        found = {tag: (tag in tours, tag in briefings) for tag, _name in self.tours.choices}
        if self.new.data:
            ways = self.new_for.data or ()
            found[language_tag(self.new.data) or ""] = ("tours" in ways, "briefings" in ways)
        return found


def language_tag(text: str) -> str | None:
    """The language of a tag ("pt-BR": pt), or of its name in the page's language or its own; None for neither."""
    guessed = i18n.base_language(text) or i18n.suggest_language(text) or ""
    names = {text.casefold(), i18n.base_language(text)} & {
        guessed,
        i18n.language_name(guessed, i18n.current_locale()).casefold(),
        i18n.autonym(guessed).casefold() if guessed else "",
    }
    return guessed if guessed and names else None


class ValueField(NumberField):
    """A number of a rule; an empty one that may be empty is no limit."""

    def __init__(self, label: object = "", *, value: RuleValue, **options: Unpack[Options]) -> None:
        options["required"] = not value.is_optional
        super().__init__(label, low=value.low, high=value.high, **options)

    def clean(self, text: str) -> int:
        """The number; blank is none."""
        if not text.strip():
            raise Blank
        return super().clean(text)


class ValuesForm(EditForm):
    """The values of rules; its fields are those of the values, made by `values_form`."""

    def numbers(self) -> dict[str, int | None]:
        """The values by name."""
        return {one.name: minute_of(one.data) if isinstance(one, TimeField) else one.data for one in self.entries}

    def validate(self, extra_validators: object = None) -> bool:
        """Whether every number is one, and those that belong together stand in order."""
        super().validate(extra_validators)
        if not self.wrong:
            for name in out_of_order(self.numbers()):
                self.refuse(name, BELOW)
        return not self.wrong


def values_form(values: Collection[RuleValue], labels: Mapping[str, object]) -> type[ValuesForm]:
    """A form with a field for each value."""
    fields: dict[str, Any] = {one.name: _field(one, labels[one.name]) for one in values}
    return type("ValuesForm", (ValuesForm,), fields)


def _field(value: RuleValue, label: object) -> Field:
    if value.unit is Unit.CLOCK:
        return TimeField(label, required=True)
    return ValueField(label, value=value)


def values_data(version: int, numbers: Mapping[str, int | None], values: Collection[RuleValue]) -> dict[str, object]:
    """What the form shows."""
    clocks = {one.name for one in values if one.unit is Unit.CLOCK}
    shown = {name: clock_of(number or 0) if name in clocks else number for name, number in numbers.items()}
    return {"version": str(version), **shown}
