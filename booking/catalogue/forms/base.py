"""What every form of the desk's catalogue shares."""

from collections.abc import Collection, Mapping
from datetime import time
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form

from booking.fields import Choices, CleanField, ClockField, OpaqueField
from booking.text import number_in

MIDNIGHT = 24 * 60


class EditForm(Form):  # type: ignore[misc]  # WTForms has no types
    """A change of one record. `version` is the record's as the page showed it, `meant` what was shown that it hits.

    `without` names fields that this person may not change.
    """

    version = OpaqueField(required=True)
    meant = OpaqueField()

    def __init__(
        self,
        formdata: MultiDict[str, str] | None = None,
        *,
        choices: Mapping[str, Choices] | None = None,
        data: Mapping[str, object] | None = None,
        without: Collection[str] = (),
    ) -> None:
        super().__init__(None, data=data)
        for name in without:
            del self[name]
        for name, options in (choices or {}).items():
            if name in self._fields:
                self._fields[name].choices = options
        if formdata is not None:
            self.process(formdata, data=data)

    @property
    def seen_version(self) -> int:
        """The version; 0, which none has, for what is no number."""
        return number_in(self.version.data or "") or 0

    @property
    def entries(self) -> list[CleanField]:
        """The fields that somebody fills in, in the order of the page."""
        return [one for one in self._fields.values() if one.kind != "hidden"]

    @property
    def wrong(self) -> list[CleanField]:
        """The fields that have an error, in the order of the page."""
        return [one for one in self._fields.values() if one.errors]

    def refuse(self, name: str, message: object) -> None:
        """Put a sentence at a field, if the form has it."""
        if name in self._fields:
            self._fields[name].errors = [*self._fields[name].errors, str(message)]

    def identify(self, prefix: str) -> None:
        """Give the fields ids of their own on a page with several of these forms."""
        for one in self.entries:
            one.id = f"{prefix}-{one.name}"

    def seen_again(self, version: int, meant: str = "") -> None:
        """What goes back with the page: the present version, and what the change hits."""
        self.version.raw_data, self.meant.raw_data = [str(version)], [meant]

    def given(self) -> dict[str, Any]:
        """The clean values of what somebody fills in, by name."""
        return {one.name: one.data for one in self.entries}


class TimeField(ClockField):
    """A time of day, from a native time input."""

    kind = "time"


def minute_of(clock: time | None, *, is_end: bool = False) -> int:
    """Minutes since midnight; 00:00 as an end is the midnight after."""
    minute = clock.hour * 60 + clock.minute if clock else 0
    return MIDNIGHT if is_end and minute == 0 else minute


def clock_of(minute: int) -> time:
    """The time of day of a minute; the midnight after is 00:00."""
    return time(minute // 60 % 24, minute % 60)
