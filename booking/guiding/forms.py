"""What a guide types: notes, another time, hours that are off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from werkzeug.datastructures import MultiDict
from wtforms import Form

from booking.bookings.forms import ChosenForm
from booking.fields import (
    ChoiceField,
    Choices,
    ChoicesField,
    CleanField,
    ClockField,
    DayField,
    FlagField,
    LineField,
    NoteField,
    OpaqueField,
    WebAddressField,
)
from booking.guiding.grid import DAY_MINUTES, STEP
from booking.http.fetching import LONGEST_URL
from booking.scheduling.forms import minutes
from booking.text import clean_line, number_in

CLOCKS: Choices = [
    (f"{minute // 60:02}:{minute % 60:02}", f"{minute // 60:02}:{minute % 60:02}")
    for minute in range(0, DAY_MINUTES, STEP)
]


WHY_NOT: Choices = [
    ("not-free", _l("I am not free then")),
    ("too-soon", _l("Too short notice")),
    ("too-much", _l("I have enough to do")),
    ("not-mine", _l("Not my subject or group")),
]
"""Why somebody may decline an offer."""
PLATFORMS = ("Google Meet", "Jitsi", "Microsoft Teams", "Webex", "Zoom")
"""Meeting platforms by their own names, which no language translates."""


class SeenNote(NoteField):
    """What stood there when the page was made."""

    kind = "hidden"


class NoteForm(Form):
    """Some words, or none."""

    text = NoteField(_l("Note"))
    seen = SeenNote()


class DeclineForm(Form):
    """Why an offer is declined: chips, some words, both or nothing."""

    why = ChoicesField(
        _l("Why"),
        choices=WHY_NOT,
    )
    text = LineField(_l("In your words"))

    @property
    def reason(self) -> str:
        """The codes of the chips, then what was written; empty where nothing was."""
        return ": ".join(filter(None, (" ".join(self.why.data or ()), self.text.data or "")))


class RoomForm(Form):
    """A standing room on one platform."""

    platform = ChoiceField(
        _l("Platform"), required=True, choices=[(name, name) for name in PLATFORMS], blank=_l("Choose one")
    )
    url = WebAddressField(
        _l("Address of your room"), required=True, hint=_l("The link that you would send to a group."), complete="off"
    )


class MoveForm(ChosenForm):
    """Another time for an event; `version` is the event as the grid showed it."""

    event = OpaqueField(_l("Tour"), required=True)
    day = DayField(_l("New day"), required=True)
    time = ClockField(_l("New time"), required=True, choices=CLOCKS)
    version = OpaqueField()
    confirmed = FlagField()

    @property
    def local(self) -> datetime:
        """The wall time that was chosen."""
        return datetime.combine(self.day.data, self.time.data)

    @property
    def seen(self) -> int | None:
        """The version of the event that the page showed, where it said one."""
        return number_in(self.version.data or "")


class BlockForm(ChosenForm):
    """A day on which nothing is worked, or some hours of it."""

    day = DayField(_l("Day"), required=True)
    opens = ClockField(lazy_pgettext("hour", "From"), choices=CLOCKS, hint=_l("Both left empty: the whole day."))
    closes = ClockField(_l("Until"), choices=CLOCKS)

    def __init__(self, formdata: MultiDict[str, str] | None = None, **options: Any) -> None:  # noqa: ANN401  of ChosenForm
        super().__init__(formdata, **options)
        self.day.id = "off-day"  # the form of a move, which has a day too, stands on the same page
        self.opens.blank = self.closes.blank = _l("Whole day")

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Also that both hours are given or none, in their order."""
        fine: bool = super().validate(extra_validators)
        opens, closes = self.opens.data, self.closes.data
        if fine and (opens is None) != (closes is None):
            self.closes.errors = [_l("Give both, or none for the whole day.")]
            return False
        if fine and opens is not None and minutes(closes, end=True) <= minutes(opens):
            self.closes.errors = [_l("This is before the beginning.")]
            return False
        return fine

    @property
    def window(self) -> tuple[int, int] | None:
        """Minutes of the day, None for all of it."""
        if self.opens.data is None:
            return None
        return minutes(self.opens.data), minutes(self.closes.data, end=True)


class UnblockForm(Form):
    """A day off to be taken back, or hours of it by their beginning."""

    day = DayField(required=True)
    opens = ClockField()


class CalendarAddressField(CleanField):
    """The secret address of a calendar. It never goes back into a page."""

    def clean(self, text: str) -> str:
        """The address; what calendar programs call webcal: is https:."""
        url = clean_line(text, LONGEST_URL)
        scheme, colon, rest = url.partition(":")
        return f"https:{rest}" if colon and scheme.lower() in {"webcal", "webcals"} else url

    @property
    def typed(self) -> str:
        """Nothing: it is a secret."""
        return ""


class PrivateCalendarForm(Form):
    """Where a guide's own calendar is read."""

    url = CalendarAddressField(
        _l("Secret address of your calendar"),
        required=True,
        hint=_l("It begins with https: or webcal: and ends with .ics most of the time."),
        complete="off",
    )
