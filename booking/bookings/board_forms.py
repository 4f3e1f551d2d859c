"""What the desk narrows its list of events by: read from the address."""

from flask_babel import lazy_gettext as _l

from booking.bookings.forms import ChosenForm
from booking.fields import ChoiceField, CleanField, LanguageField
from booking.scheduling.roster.weeks import BadWeek, Week, parse_week
from booking.scheduling.terms import EventStatus
from booking.text import Blank, InputRefused

NO_GUIDE = "no-guide"


class WeekField(CleanField):
    """A week such as 2026-W50."""

    kind = "week"

    def clean(self, text: str) -> Week:
        """The week; InputRefused for what is none."""
        if not text.strip():
            raise Blank
        try:
            return parse_week(text.strip())
        except BadWeek as error:
            raise InputRefused("week") from error


class BoardForm(ChosenForm):
    """Which part of the board; a GET form, every field optional."""

    station = ChoiceField(_l("Duty station"), blank=_l("All"))
    language = LanguageField(_l("Language"), blank=_l("All"))
    week = WeekField(_l("Week"))


class EventsForm(ChosenForm):
    """Which events; a GET form, every field optional."""

    station = ChoiceField(_l("Duty station"), blank=_l("All"))
    language = LanguageField(_l("Language"), blank=_l("All"))
    status = ChoiceField(_l("Status"), blank=_l("All"))
    week = WeekField(_l("Week"), hint=_l("Such as 2026-W50."))


STATES = [
    (NO_GUIDE, _l("Without a guide")),
    (EventStatus.PLANNED.value, _l("Planned")),
    (EventStatus.OPEN.value, _l("Open")),
    (EventStatus.CLOSED.value, _l("Closed to booking")),
    (EventStatus.HELD.value, _l("Held")),
    (EventStatus.NO_SHOW.value, _l("Nobody came")),
    (EventStatus.CANCELLED.value, _l("Called off")),
]
"""What the list may be narrowed to."""
