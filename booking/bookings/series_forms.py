"""The forms of the desk: a series or one event to put on the calendar, a change, a cancellation."""

import re
from collections.abc import Mapping
from datetime import datetime, time

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from booking import zones
from booking.bookings.forms import MOST_PEOPLE, WEEKDAYS, ChosenForm
from booking.bookings.planning import EventsWish
from booking.bookings.survey import EventChange, Scope
from booking.fields import (
    ChoiceField,
    Choices,
    ChoicesField,
    CleanField,
    DayField,
    FlagField,
    LanguageField,
    LineField,
    NoteField,
    NumberField,
    OpaqueField,
)
from booking.scheduling.queries.desk import DeskEvent
from booking.scheduling.series import LAST, MOST, BadPattern, Pattern
from booking.text import Blank, InputRefused

ONCE, NOBODY = "once", "nobody"
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_BETWEEN = re.compile(r"[,;\s]+")

RHYTHMS: Mapping[str, tuple[LazyString, int, int]] = {
    "1w": (_l("Every week"), 1, 0),
    "2w": (_l("Every second week"), 2, 0),
    "3w": (_l("Every third week"), 3, 0),
    "4w": (_l("Every fourth week"), 4, 0),
    "first": (_l("Every month, on the first such weekday"), 1, 1),
    "second": (_l("Every month, on the second such weekday"), 1, 2),
    "third": (_l("Every month, on the third such weekday"), 1, 3),
    "fourth": (_l("Every month, on the fourth such weekday"), 1, 4),
    "last": (_l("Every month, on the last such weekday"), 1, LAST),
}
"""Text, every so many weeks or months, and which such weekday of a month."""

_BAD: Mapping[str, tuple[str, LazyString]] = {
    "empty": ("weekdays", _l("Choose a day of the week.")),
    "end": ("count", _l("Give either the last day or the number of events.")),
    "order": ("last_on", _l("The last day is before the first.")),
    "too_many": ("count", _l("A series has at most 400 events.")),
    "too_long": ("count", _l("A series lasts at most two years.")),
    "nothing": ("last_on", _l("Between these days there is no such weekday.")),
}
SCOPES: Choices = [
    (Scope.ONE.value, _l("This event alone")),
    (Scope.FOLLOWING.value, _l("This and the following ones")),
    (Scope.ALL.value, _l("All of the series to come")),
]


def _clock(text: str) -> time:
    if not _CLOCK.fullmatch(text):
        raise InputRefused("time")
    return time.fromisoformat(text)


class TimeField(CleanField):
    """A time of day, from a native time input."""

    kind = "time"

    def clean(self, text: str) -> time:
        """The time of day, without a zone."""
        if not text.strip():
            raise Blank
        return _clock(text.strip())

    def written(self) -> str:
        """HH:MM."""
        return f"{self.data:%H:%M}"


class TimesField(CleanField):
    """One time of day or several, with commas or spaces between."""

    def clean(self, text: str) -> tuple[time, ...]:
        """The times in order, each once."""
        found = [part for part in _BETWEEN.split(text.strip()) if part]
        if not found:
            raise Blank
        return tuple(sorted({_clock(part) for part in found}))

    def written(self) -> str:
        """HH:MM, HH:MM."""
        return ", ".join(f"{one:%H:%M}" for one in self.data)


class SeriesForm(ChosenForm):
    """What is to be on the calendar: read from the address, so that looking stores nothing."""

    offering = ChoiceField(_l("What is given"), blank=_l("Choose"), required=True)
    language = LanguageField(_l("Language"), blank=_l("Choose"), required=True)
    rhythm = ChoiceField(
        _l("How often"),
        choices=[(ONCE, _l("Once")), *((key, value[0]) for key, value in RHYTHMS.items())],
        default="1w",
    )
    weekdays = ChoicesField(_l("Days of the week"))
    times = TimesField(
        _l("Time of day"), required=True, hint=_l("On the station’s clock. Several: 10:00, 14:30."), default=(time(10),)
    )
    first_on = DayField(_l("First day"), required=True)
    last_on = DayField(_l("Last day"))
    count = NumberField(_l("Number of events"), low=1, high=MOST, hint=_l("Instead of the last day."))
    capacity = NumberField(_l("Places"), low=1, high=MOST_PEOPLE, required=True)
    guide = ChoiceField(_l("Guide"), blank=_l("Whoever can be found"))
    title = LineField(_l("Title"), hint=_l("Only where it differs from what is given."))
    partner = LineField(_l("Partner"))

    def wish(self, zone: str) -> EventsWish | None:
        """What is wanted, on the clocks of the station's zone; None where a field says why not."""
        once = self.rhythm.data == ONCE
        rhythm = None if once else self._pattern()
        start = self._instant(zone) if once else None
        if rhythm is None and start is None:
            return None
        return EventsWish(
            self.offering.data,
            self.language.data,
            self.capacity.data,
            rhythm=rhythm,
            once=start,
            title=self.title.data or "",
            partner=self.partner.data or "",
            guide=self.guide.data or "",
        )

    def _pattern(self) -> Pattern | None:
        _, every, place = RHYTHMS[self.rhythm.data or "1w"]
        weekdays = tuple(WEEKDAYS.index(day) for day in self.weekdays.data or ())
        try:
            return Pattern(
                self.first_on.data, self.times.data, weekdays, every, place, self.last_on.data, self.count.data
            )
        except BadPattern as bad:
            self.say(bad)
            return None

    def _instant(self, zone: str) -> datetime | None:
        try:
            return zones.to_instant(datetime.combine(self.first_on.data, self.times.data[0]), zone)
        except zones.NonexistentTime:
            self.refuse({"times": str(_l("The clocks skip this time that day."))})
            return None

    def say(self, bad: BadPattern) -> None:
        """Put a sentence at the field that makes the rhythm impossible."""
        field, message = _BAD.get(bad.reason, _BAD["end"])
        self.refuse({field: str(message)})


class SaveForm(ChosenForm):
    """What goes along unseen when a preview is saved."""

    key = OpaqueField(required=True)


class ScopedForm(ChosenForm):
    """How far something goes; `key` and `state` come from the page that asks once more."""

    scope = ChoiceField(_l("How far"), choices=SCOPES, default=Scope.ONE.value, radio=True)
    key = OpaqueField()
    state = OpaqueField()

    @property
    def how_far(self) -> Scope:
        """The scope chosen."""
        return Scope(self.scope.data or Scope.ONE)


class ChangeForm(ScopedForm):
    """Another time, language, number of places, title or guide."""

    starts_on = DayField(_l("Day"), required=True)
    starts_at = TimeField(_l("Time of day"), required=True, hint=_l("On the station’s clock."))
    language = LanguageField(_l("Language"), required=True)
    capacity = NumberField(_l("Places"), low=1, high=MOST_PEOPLE, required=True)
    title = LineField(_l("Title"), hint=_l("Only where it differs from what is given."))
    guide = ChoiceField(_l("Guide"), blank=_l("As it is"))
    release = FlagField(_l("Where a guide cannot, leave the event without one"))

    def change(self, event: DeskEvent) -> EventChange:
        """What is different from the event as it is."""
        starts = datetime.combine(self.starts_on.data, self.starts_at.data)
        title = self.title.data or ""
        guide = self.guide.data
        return EventChange(
            starts=starts if starts != event.starts_local else None,
            language=self.language.data if self.language.data != event.language else None,
            capacity=self.capacity.data if self.capacity.data != event.capacity else None,
            title=title if title != str(event.title or "") else None,
            guide=None if not guide else "" if guide == NOBODY else guide,
            release=bool(self.release.data),
        )


class CancelForm(ScopedForm):
    """Why it is called off."""

    reason = NoteField(_l("Reason"), hint=_l("The groups read it."))

    def __init__(self, formdata: MultiDict[str, str] | None = None) -> None:
        super().__init__(formdata)
        self.scope.id = "cancel-scope"  # the form of a change is on the same page


class GuideForm(ChosenForm):
    """Who gives an event."""

    guide = ChoiceField(_l("Guide"), blank=_l("Nobody"))
    seen = OpaqueField()
    """Who gave it when the page was shown: `guides_seen`."""

    def __init__(
        self,
        formdata: MultiDict[str, str] | None = None,
        *,
        choices: Mapping[str, Choices],
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(formdata, choices=choices, data=data)
        self.guide.id = "given-to"  # as above
