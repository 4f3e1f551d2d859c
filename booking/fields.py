"""WTForms fields that clean what was typed, say what is wrong in a sentence, and keep the typed text for the page.

`data` is the clean value, or None where nothing was given or it was refused. `typed` is what goes back into the page,
so that nobody types twice. A field that is meant once and arrives twice is refused rather than half read.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, ClassVar, TypedDict, Unpack

from flask_babel import lazy_gettext as _l
from wtforms import Field

from booking import zones
from booking.text import (
    TEXT_LENGTH,
    Blank,
    InputRefused,
    clean_email,
    clean_int,
    clean_line,
    clean_text,
    clean_web_address,
)

Choices = Sequence[tuple[str, object]]
"""Options of a list: value and text (translated late where it is ours), in the order in which they are shown."""

OPAQUE_LENGTH = 255
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_OPAQUE = re.compile(r"[\x21-\x7e]+")
_LANGUAGE = re.compile(r"[A-Za-z0-9_-]{1,35}")
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


_SENTENCES: Mapping[str, object] = {
    "blank": _l("Fill this in."),
    "too_long": _l("Shorten this to %(max)s characters."),
    "too_short": _l("Write at least %(min)s characters."),
    "too_small": _l("Write a number from %(min)s."),
    "too_large": _l("Write a number up to %(max)s."),
    "digits": _l("Write a whole number in digits, such as 28."),
    "email": _l("Write one e-mail address, such as name@example.org."),
    "web_address": _l("Write an address that begins with https:// and holds no name and no password."),
    "inside": _l("The address leads to a machine that is not on the internet. Save another one."),
    "line_break": _l("Write this on one line."),
    "twice": _l("This arrived twice. Send it once."),
    "choice": _l("Choose one from the list."),
    "date": _l("Write a date as year, month and day, such as 2027-03-30."),
    "time": _l("Write a time such as 09:00."),
    "zone": _l("Choose a time zone from the list."),
    "opaque": _l("A part of this page is broken. Start again from the list of times."),
}
_UNKEPT = _l("This holds signs that cannot be kept. Type it again.")


def sentence(refused: InputRefused) -> str:
    """What is wrong, for the person who typed it, in the page's language."""
    return str(_SENTENCES.get(refused.code, _UNKEPT)) % refused.values


class Options(TypedDict, total=False):
    """What every field may be told beside its label."""

    required: bool
    hint: object
    complete: str
    default: object
    name: str


class CleanField(Field):
    """One value, meant once. A subclass says in `clean` what it is made into."""

    kind: ClassVar[str] = "text"
    """How the templates draw it: the `type` of an input, or `select`, `textarea`, `radio`, `checkbox`, `checkboxes`."""
    data: Any

    def __init__(self, label: object = "", **options: Unpack[Options]) -> None:
        self.required = options.pop("required", False)
        self.hint = options.pop("hint", "")
        self.complete = options.pop("complete", "")
        super().__init__(label, **options)

    def clean(self, text: str) -> object:
        """The value of a text; `InputRefused` where it has none."""
        return clean_line(text)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what arrived; the sentence of a refusal becomes the field's error."""
        self.data = None
        try:
            self.data = self._one(valuelist)
        except Blank as blank:
            if self.required:
                raise ValueError(sentence(blank)) from blank
        except InputRefused as refused:
            raise ValueError(sentence(refused)) from refused

    def _one(self, valuelist: list[str]) -> object:
        if len(valuelist) > 1:
            raise InputRefused("twice")
        if not valuelist:
            raise Blank
        return self.clean(valuelist[0])

    def written(self) -> str:
        """The value as it stands in an input."""
        return str(self.data)

    @property
    def typed(self) -> str:
        """What stands in the input: what was typed, else the value given."""
        if self.raw_data:
            return _UNSHOWABLE.sub("\ufffd", self.raw_data[0])
        return "" if self.data is None else self.written()

    def _value(self) -> str:
        return self.typed


class LineField(CleanField):
    """A line of text."""


class NoteField(CleanField):
    """Text of several lines."""

    kind = "textarea"
    max_length = TEXT_LENGTH

    def clean(self, text: str) -> str:
        """Lines of text, at most 2,000 code points."""
        return clean_text(text, self.max_length)


class AddressField(CleanField):
    """An e-mail address."""

    kind = "email"

    def clean(self, text: str) -> str:
        """One plain address in its one spelling."""
        return clean_email(text)


class WebAddressField(CleanField):
    """An https address of a meeting."""

    kind = "url"

    def clean(self, text: str) -> str:
        """The address in its one spelling, nobody's name or password in it."""
        return clean_web_address(text)


class NumberField(CleanField):
    """A whole number between two others."""

    kind = "number"

    def __init__(self, label: object = "", *, low: int = 0, high: int, **options: Unpack[Options]) -> None:
        super().__init__(label, **options)
        self.low, self.high = low, high

    def clean(self, text: str) -> int:
        """The number."""
        return clean_int(text, self.low, self.high)


class DayField(CleanField):
    """A calendar day, from a native date input."""

    kind = "date"

    def clean(self, text: str) -> date:
        """The day; years nobody books are refused."""
        if not text.strip():
            raise Blank
        try:
            return zones.parse_day(text.strip())
        except zones.BadTime as error:
            raise InputRefused("date") from error


def clean_clock(text: str) -> time:
    """A time of day written 09:00."""
    if not text.strip():
        raise Blank
    if not _CLOCK.fullmatch(text.strip()):
        raise InputRefused("time")
    return time.fromisoformat(text.strip())


class ClockField(CleanField):
    """A time of day, HH:MM."""

    kind = "select"

    def __init__(self, label: object = "", *, choices: Choices = (), **options: Unpack[Options]) -> None:
        super().__init__(label, **options)
        self.choices = choices

    def clean(self, text: str) -> time:
        """The time of day, without a zone: that stands in another field."""
        return clean_clock(text)

    def written(self) -> str:
        """HH:MM."""
        return f"{self.data:%H:%M}"


class ChoiceField(CleanField):
    """One of a list; what is not on it is refused. `blank` is the text of "none"."""

    kind = "select"

    def __init__(
        self,
        label: object = "",
        *,
        choices: Choices = (),
        blank: object = "",
        radio: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(label, **options)
        self.choices, self.blank, self.radio = choices, blank, radio

    def clean(self, text: str) -> str:
        """The value chosen."""
        if not text.strip():
            raise Blank
        if text.strip() not in {value for value, _text in self.choices}:
            raise InputRefused("choice")
        return text.strip()


class LanguageField(ChoiceField):
    """A language: any short tag is let through, so that the rules can say who gives it or that nobody does."""

    def clean(self, text: str) -> str:
        """The tag as it was written."""
        if not text.strip():
            raise Blank
        if not _LANGUAGE.fullmatch(text.strip()):
            raise InputRefused("choice")
        return text.strip()


class ZoneField(ChoiceField):
    """An IANA zone; the list shows the usual ones, every known one is taken."""

    def clean(self, text: str) -> str:
        """The name of the zone."""
        if not text.strip():
            raise Blank
        if text.strip() not in zones.zone_names():
            raise InputRefused("zone")
        return text.strip()


class OpaqueField(CleanField):
    """A token of ours that comes back unseen: a hold, a slot, a key. 1 to 255 visible ASCII characters."""

    kind = "hidden"

    def clean(self, text: str) -> str:
        """The token."""
        if not text:
            raise Blank
        if len(text) > OPAQUE_LENGTH or not _OPAQUE.fullmatch(text):
            raise InputRefused("opaque")
        return text


class FlagField(CleanField):
    """A checkbox: True where it is ticked."""

    kind = "checkbox"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Ticked or not; a required one must be."""
        super().process_formdata(valuelist)
        self.data = bool(self.data)

    def clean(self, text: str) -> bool:
        """True for whatever value the box has, since an empty box sends nothing."""
        return bool(clean_line(text))

    def written(self) -> str:
        """The value the box sends."""
        return "yes" if self.data else ""


class ChoicesField(CleanField):
    """Any of a list, as repeated parameters or one with commas; `data` is a tuple in the list's order."""

    kind = "checkboxes"

    def __init__(self, label: object = "", *, choices: Choices = (), **options: Unpack[Options]) -> None:
        super().__init__(label, **options)
        self.choices = choices

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read all that arrived; one that is not on the list is an error and the others are kept."""
        given = {part.strip() for value in valuelist for part in value.split(",")} - {""}
        known = [value for value, _text in self.choices]
        self.data = tuple(value for value in known if value in given)
        if given.difference(known):
            raise ValueError(sentence(InputRefused("choice")))
        if self.required and not given:
            raise ValueError(sentence(Blank()))

    def chosen(self, value: str) -> bool:
        """Whether the box of this value is ticked."""
        return value in (self.data or ())
