"""The desk's forms of limits and of the places they may be about."""

from typing import Any

from flask_babel import lazy_gettext as _l

from booking import i18n
from booking.bookings.forms import ChosenForm
from booking.bookings.limit_words import COUNTED
from booking.bookings.services.limits import LimitWish
from booking.catalogue.terms import Format
from booking.catalogue.words import FORMATS
from booking.fields import ChoiceField, ChoicesField, DayField, FlagField, LineField, NumberField, OpaqueField
from booking.scheduling.terms import Measure, Per
from booking.text import number_in

MOST = 100_000
LOWEST_SHARE, WHOLE = 25, 100
_COUNTS = [(f"{measure}-{per}", text) for (measure, per), text in COUNTED.items()]


class NumbersForm(ChosenForm):
    """What a limit allows, when and why: all of it that can be changed later."""

    most = NumberField(_l("At most"), high=MOST)
    percent = NumberField(
        _l("Share of an event’s places, in per cent"),
        low=LOWEST_SHARE,
        high=WHOLE,
        hint=_l("For distancing: 25 to 100. With a number too, the lower one holds."),
    )
    starts_on = DayField(_l("First day"), required=True)
    ends_on = DayField(_l("Last day"), hint=_l("Empty: until further notice."))
    reason = LineField(_l("Reason"), hint=_l("Groups read it."))

    @property
    def numbers(self) -> dict[str, Any]:
        """The fields as a wish has them; the reason apart."""
        return {name: self[name].data for name in ("most", "percent", "starts_on", "ends_on")}


class LimitForm(NumbersForm):
    """A new limit; what is left open of its scope means all."""

    counts = ChoiceField(_l("What is limited"), required=True, choices=_COUNTS)
    station = ChoiceField(_l("Duty station"))
    venue = ChoiceField(_l("Place"), blank=_l("All, the premises included"))
    format = ChoiceField(_l("Format"), blank=_l("All"), choices=[(one.value, text) for one, text in FORMATS.items()])
    offering = ChoiceField(_l("Offering"), blank=_l("All"))

    def wish(self) -> LimitWish:
        """What was filled in."""
        measure, _, per = self.counts.data.partition("-")
        station, _, venue = (self.venue.data or "").partition("/")
        given_as = self.format.data
        return LimitWish(
            Measure(measure),
            Per(per),
            **self.numbers,
            station=self.station.data or station,
            venue=venue,
            format=Format(given_as) if given_as else None,
            offering=self.offering.data or "",
            reason={i18n.current_locale(): self.reason.data or ""},
        )


class ChangeLimitForm(NumbersForm):
    """Other numbers, days or words; `version` is the limit's as the page showed it."""

    version = OpaqueField(required=True)

    @property
    def seen_version(self) -> int:
        """The version; 0, which none has, for what is no number."""
        return number_in(self.version.data or "") or 0


class EndLimitForm(ChosenForm):
    """Take it back."""

    version = OpaqueField(required=True)
    seen_version = ChangeLimitForm.seen_version


class LimitsForm(ChosenForm):
    """Which limits; a GET form."""

    station = ChoiceField(_l("Duty station"), blank=_l("All"))
    on = DayField(_l("Still to hold on"))
    ended = FlagField(_l("Those that are over or taken back"))


class PlaceForm(ChosenForm):
    """A place of a station, and what is given there."""

    station = ChoiceField(_l("Duty station"), required=True)
    name = LineField(_l("Name of the place"), required=True)
    offerings = ChoicesField(_l("Offerings given there"))


class DayForm(ChosenForm):
    """A day; a GET form."""

    on = DayField(_l("Day"), required=True)
