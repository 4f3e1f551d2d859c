"""The forms of a desk's offerings: what one is, and its texts in every locale."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.catalogue.forms.base import EditForm
from booking.catalogue.queries.editing import TEXT_FIELDS, Edited, details_of
from booking.catalogue.rules import ENGLISH, Texts
from booking.catalogue.terms import Format, Kind, LanguagePolicy, OfferingStatus, OfferingWish
from booking.catalogue.words import FORMATS, KINDS, POLICIES, STATUS_CHOICES
from booking.fields import (
    ChoiceField,
    ChoicesField,
    CleanField,
    FlagField,
    LineField,
    NoteField,
    NumberField,
    WebAddressField,
)
from booking.i18n import LOCALES
from booking.i18n.locales import AUTONYMS

MOST_PEOPLE, OLDEST, LONGEST, LONGEST_LEAD = 100_000, 120, 24 * 60, 260
TEXT_LOCALES = (ENGLISH, *(tag for tag in LOCALES if tag != ENGLISH))
"""The locales in the order in which a desk fills them in: English first, the others are translated from it."""
LABELS: Mapping[str, LazyString] = {
    "title": _l("Title"),
    "summary": _l("In two sentences"),
    "happens": _l("What happens, minute by minute"),
    "needs": _l("What a group needs"),
    "price_note": _l("What it costs"),
    "alt": _l("What the picture shows"),
}
HINTS: Mapping[str, LazyString] = {
    "happens": _l("A line for each step, its minute first: 10 The Assembly Hall"),
    "needs": _l("A line for each thing."),
    "price_note": _l("Empty: free."),
}


class OfferingForm(EditForm):
    """What an offering is, but for its texts."""

    kind = ChoiceField(
        _l("Kind"), required=True, blank=_l("Choose"), choices=[(one.value, text) for one, text in KINDS.items()]
    )
    format = ChoiceField(
        _l("Format"), required=True, blank=_l("Choose"), choices=[(one.value, text) for one, text in FORMATS.items()]
    )
    status = ChoiceField(_l("Status"), required=True, choices=STATUS_CHOICES)
    theme = ChoiceField(_l("Theme"), required=True, blank=_l("Choose"))
    audience = ChoiceField(_l("Audience"), required=True, blank=_l("Choose"))
    unit = ChoiceField(_l("Given by"), required=True)
    duration_min = NumberField(_l("Length in minutes"), low=0, high=LONGEST, required=True)
    min_group = NumberField(_l("Smallest group"), low=1, high=MOST_PEOPLE)
    max_group = NumberField(_l("Largest group"), low=1, high=MOST_PEOPLE)
    min_age = NumberField(_l("From age"), low=0, high=OLDEST)
    max_age = NumberField(_l("Up to age"), low=0, high=OLDEST)
    lead_working_days = NumberField(_l("Working days to ask ahead"), low=0, high=LONGEST_LEAD)
    language_policy = ChoiceField(
        _l("Languages"), required=True, choices=[(one.value, text) for one, text in POLICIES.items()]
    )
    languages = ChoicesField(_l("Its own list of languages"), hint=_l("Where it has a list of its own."))
    watch_url = WebAddressField(_l("Where it is watched"), hint=_l("On demand: an address that begins with https://"))

    def validate(self, extra_validators: object = None) -> bool:
        """Whether the values fit one another."""
        fine = bool(super().validate(extra_validators))
        _in_order(self.min_group, self.max_group, _("The smallest group is larger than the largest."))
        _in_order(self.min_age, self.max_age, _("This age is above the highest."))
        if self.language_policy.data == LanguagePolicy.LISTED and not self.languages.data and not self.languages.errors:
            self.languages.errors = [_("Tick the languages of its own list.")]
        if self.format.data != Format.ON_DEMAND and self.duration_min.data == 0:
            self.duration_min.errors = [_("Only what is watched on demand may be without a length.")]
        if self.format.data != Format.ON_DEMAND and self.watch_url.data:
            self.watch_url.errors = [_("Only what is given on demand is watched without a booking.")]
        return fine and not self.wrong

    def wish(self) -> OfferingWish:
        """What was filled in; the form is valid."""
        own_list = self.language_policy.data == LanguagePolicy.LISTED
        return OfferingWish(
            kind=Kind(self.kind.data),
            format=Format(self.format.data),
            theme=self.theme.data,
            audience=self.audience.data,
            unit=self.unit.data,
            status=OfferingStatus(self.status.data),
            language_policy=LanguagePolicy(self.language_policy.data),
            languages=tuple(sorted(self.languages.data or ())) if own_list else (),
            duration_min=self.duration_min.data,
            min_group=self.min_group.data,
            max_group=self.max_group.data,
            lead_working_days=self.lead_working_days.data,
            min_age=self.min_age.data,
            max_age=self.max_age.data,
            watch_url=self.watch_url.data or "",
        )


class NewOfferingForm(OfferingForm):
    """An offering that is not there yet; `like` is the code of the one that it is copied from."""

    station = ChoiceField(_l("Duty station"), required=True)
    title = LineField(_l("Title in English"), required=True)
    like = ChoiceField(_l("Copied from"), blank=_l("Nothing"))


def _in_order(low: CleanField, high: CleanField, message: str) -> None:
    if low.data is not None and high.data is not None and low.data > high.data:
        low.errors = [message]


def wish_data(wish: OfferingWish) -> dict[str, Any]:
    """The values of an offering as its form shows them."""
    shown = {name: getattr(wish, name) for name in OfferingWish.__dataclass_fields__}
    return {**shown, "watch_url": wish.watch_url or None, "languages": wish.languages}


class TextsForm(EditForm):
    """Texts in six locales: a field for each text and locale, and a tick for each translation that fits still."""

    fields: tuple[str, ...]

    def texts(self) -> dict[str, dict[str, str]]:
        """What was filled in, by field and locale."""
        return {
            field: {tag: self._fields[f"{field}-{tag}"].data or "" for tag in TEXT_LOCALES} for field in self.fields
        }

    def confirmed(self) -> list[tuple[str, str]]:
        """The translations that fit the English of now, though it was changed."""
        pairs = ((field, tag) for field in self.fields for tag in TEXT_LOCALES if tag != ENGLISH)
        return [(field, tag) for field, tag in pairs if self._fields[f"fits-{field}-{tag}"].data]


def texts_form(lines: Collection[str], notes: Collection[str], required: str = "") -> type[TextsForm]:
    """A form for these texts: `lines` of one line, `notes` of several; the English of `required` must be there."""
    made: dict[str, object] = {"fields": (*lines, *notes)}
    for field in (*lines, *notes):
        kind = LineField if field in lines else NoteField
        for tag in TEXT_LOCALES:
            must = field == required and tag == ENGLISH
            made[f"{field}-{tag}"] = kind(AUTONYMS[tag], required=must)
            if tag != ENGLISH:
                made[f"fits-{field}-{tag}"] = FlagField(_l("It still fits the English text"))
    return type("TheseTexts", (TextsForm,), made)


OfferingTexts = texts_form(("title", "price_note"), ("summary", "happens", "needs"), "title")
PictureTexts = texts_form(("alt",), (), "")


def texts_data(texts: Texts) -> dict[str, str]:
    """The texts as the form names them."""
    return {f"{field}-{tag}": told.get(tag, "") for field, told in texts.items() for tag in TEXT_LOCALES}


def refuse_steps(form: TextsForm, before: Edited) -> None:
    """Put a sentence at each locale whose steps do not begin with their minutes."""
    texts = form.texts()
    for tag in TEXT_LOCALES:
        try:
            details_of({field: {tag: texts[field][tag]} for field in TEXT_FIELDS}, before.details)
        except ValueError as error:
            line = str(error)[:60]
            form.refuse(f"happens-{tag}", _("Begin each line with its minute: “%(line)s” does not.", line=line))
