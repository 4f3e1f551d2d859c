"""The desk's forms of online items: what an item is, its views of a day in a grid, and one reading."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from booking.attendance.item_queries import ItemOnDay, ItemRecord, ReadingRow
from booking.attendance.services.items import Count
from booking.attendance.terms import Qualifier
from booking.bookings.forms import ChosenForm
from booking.catalogue.forms.base import EditForm
from booking.fields import (
    ChoiceField,
    Choices,
    CleanField,
    DayField,
    FlagField,
    LineField,
    NoteField,
    NumberField,
    WebAddressField,
)
from booking.i18n import LOCALES, Translated

MOST_VIEWS = MOST_SEEN = 2**31 - 1
MOST_ITEMS = 100_000
LONGEST_CODE = 60
QUALIFIERS: Choices = [
    (Qualifier.EXACT, _l("exactly")),
    (Qualifier.ABOUT, _l("about")),
    (Qualifier.MORE_THAN, _l("more than")),
    (Qualifier.AT_LEAST, _l("at least")),
    (Qualifier.NEARLY, _l("nearly")),
    (Qualifier.NOT_RECORDED, _l("not recorded")),
]
WRITE_A_COUNT = _l("Write the count, or choose “not recorded”.")
NO_COUNT = _l("What is not recorded has no count. Take the number away, or choose another word.")
STAYS_A_READING = _l("A reading cannot be emptied. Choose “not recorded” where the platform gives no count.")
SAY_WHY = _l("Say why it is corrected: this day was read before.")


class ItemsFilter(ChosenForm):
    """Which items on which day; a GET form, every field optional."""

    day = DayField(_l("Read on"))
    all = FlagField(_l("With items that are not read any more"))


def _as_typed(reading: ReadingRow | None) -> tuple[int | None, Qualifier]:
    return (reading.value, reading.qualifier) if reading else (None, Qualifier.EXACT)


def count_of(number: CleanField, qualifier: CleanField, reason: CleanField, *, is_there: bool) -> Count | None:
    """What two fields say together; None, with a sentence at the number, where they do not fit."""
    said, value = Qualifier(qualifier.data or Qualifier.EXACT), number.data
    if said is Qualifier.NOT_RECORDED and value is not None:
        number.errors = [NO_COUNT]
    elif said is not Qualifier.NOT_RECORDED and value is None:
        number.errors = [STAYS_A_READING if is_there else WRITE_A_COUNT]
    return None if number.errors else Count(value, said, reason.data or "")


class ReadingsForm(BaseForm):
    """The views of several items on a day: what was not changed is not written."""

    def __init__(self, rows: Sequence[ItemOnDay], formdata: MultiDict[str, str] | None = None) -> None:
        self.rows = rows
        super().__init__(dict(self._made()))
        self.process(formdata, data=self._known())
        if formdata is not None:
            self.validate()

    def _made(self) -> Iterator[tuple[str, CleanField]]:
        for row in self.rows:
            code = row.item.code
            yield f"seen-{code}", NumberField("", high=MOST_SEEN)
            yield f"n-{code}", NumberField(_l("Views"), high=MOST_VIEWS)
            yield f"q-{code}", ChoiceField(_l("How the count is meant"), choices=QUALIFIERS)
            yield f"was-{code}", LineField("")
            yield f"r-{code}", LineField(_l("Why"))

    def _known(self) -> dict[str, object]:
        values: dict[str, object] = {}
        for row in self.rows:
            code, (number, qualifier) = row.item.code, _as_typed(row.reading)
            values |= {f"n-{code}": number, f"q-{code}": qualifier, f"seen-{code}": row.seen}
            values[f"was-{code}"] = f"{qualifier} {'' if number is None else number}".strip()
        return values

    def field(self, part: str, row: ItemOnDay) -> CleanField:
        """The field of a part of a row: n, q, r, seen or was."""
        found: CleanField = self[f"{part}-{row.item.code}"]
        return found

    def is_changed(self, row: ItemOnDay) -> bool:
        """Whether somebody has typed in the row; what is not readable counts as typed."""
        typed = f"{self.field('q', row).typed} {self.field('n', row).typed.strip()}".strip()
        return typed != self.field("was", row).typed

    def count(self, row: ItemOnDay) -> Count | None:
        """What the row says; None, with a sentence at its fields, where that is nothing."""
        if self.is_broken(row) or any(self.field(part, row).errors for part in ("n", "q", "r")):
            return None
        return count_of(*(self.field(part, row) for part in ("n", "q", "r")), is_there=bool(self.seen(row)))

    def is_broken(self, row: ItemOnDay) -> bool:
        """Whether what nobody types is not as the page sent it."""
        return bool(self.field("seen", row).errors or self.field("was", row).errors) or self.seen(row) is None

    def seen(self, row: ItemOnDay) -> int | None:
        """Which row the page was made of."""
        found: int | None = self.field("seen", row).data
        return found

    def see(self, row: ItemOnDay) -> None:
        """What was typed stays; the page is made of this state of the item from here on."""
        shown = ReadingsForm([row])
        for part in ("seen", "was"):
            self.field(part, row).raw_data = [shown.field(part, row).typed]


class ReadingForm(ChosenForm):
    """One reading of an item, or the correction of one; `corrects` is the row that counts until then, 0 for none."""

    corrects = NumberField("", high=MOST_SEEN, required=True)
    day = DayField(_l("Read on"))
    number = NumberField(_l("Count"), high=MOST_VIEWS)
    qualifier = ChoiceField(_l("How the count is meant"), choices=QUALIFIERS)
    reason = LineField(_l("Why"), hint=_l("Where a reading is corrected, or a running total falls."))

    def count(self) -> Count | None:
        """What it says; None, with sentences at the fields, where that is nothing."""
        if not self.validate():
            return None
        return count_of(self.number, self.qualifier, self.reason, is_there=bool(self.corrects.data))

    @classmethod
    def of(cls, reading: ReadingRow) -> "ReadingForm":
        """To correct that row."""
        known = {"corrects": reading.id, "day": reading.read_on}
        return cls(data={**known, "number": reading.value, "qualifier": reading.qualifier})


class ItemForm(EditForm):
    """What an online item is, in the languages of the pages; the name in English always."""

    en = LineField(_l("Name in English"), required=True)
    fr = LineField(_l("Name in French"))
    es = LineField(_l("Name in Spanish"))
    ru = LineField(_l("Name in Russian"))
    zh = LineField(_l("Name in Chinese"))
    ar = LineField(_l("Name in Arabic"))
    channel = ChoiceField(_l("Platform"), required=True, hint=_l("Where it is counted, from the vocabularies."))
    measure = ChoiceField(_l("What is counted"), required=True)
    is_cumulative = FlagField(_l("The platform shows a running total: each reading contains those before"))
    station = ChoiceField(_l("Duty station"), blank=_l("Of every desk"))
    offering = ChoiceField(_l("In the catalogue"), blank=_l("Not there"), hint=_l("An offering on demand."))
    owner = LineField(_l("Unit that made it"), required=True)
    items = NumberField(_l("Number of films or exhibitions"), low=1, high=MOST_ITEMS)
    url = WebAddressField(_l("Where it is watched"))
    published_on = DayField(_l("Published on"))
    is_ended = FlagField(_l("Not read any more"))
    note = NoteField(_l("Note"))

    def values(self) -> dict[str, Any]:
        """The columns of the item."""
        given = self.given()
        title = Translated({locale: given.pop(locale) or "" for locale in LOCALES})
        names = ("channel", "measure", "station", "offering", "owner", "url", "note")
        texts = {name: given[name] or "" for name in names}
        return {**given, **texts, "title": title}

    @property
    def code(self) -> str:
        """Name and platform in small letters and hyphens; empty where they have none of the Latin alphabet."""
        plain = unicodedata.normalize("NFKD", f"{self.en.data} {self.channel.data}").encode("ascii", "ignore")
        words = re.findall("[a-z0-9]+", plain.decode("ascii").lower())
        return "-".join(words)[:LONGEST_CODE].strip("-")


def data_of(item: ItemRecord) -> dict[str, object]:
    """The item as its form has it."""
    names = ("channel", "measure", "is_cumulative", "station", "offering", "owner", "items", "url", "published_on")
    known: dict[str, object] = {name: getattr(item, name) for name in (*names, "is_ended", "note")}
    return {**known, **{locale: item.title.get(locale) for locale in LOCALES}, "version": str(item.version)}


def is_to_come(day: date, today: date) -> str:
    """Why a day cannot have been read yet; empty where it can."""
    return str(_("This day is still to come. Write down what was read when it has been read.")) if day > today else ""
