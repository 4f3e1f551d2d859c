"""The forms of a word of a vocabulary: what it is called in the languages of the pages."""

import re
import unicodedata

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.catalogue.forms.base import EditForm
from booking.fields import ChoiceField, Choices, LineField, OpaqueField
from booking.i18n import DEFAULT_LOCALE, LOCALES, Translated
from booking.text import number_in

VOCABULARIES: Choices = (
    ("theme", _l("Themes")),
    ("audience", _l("Audiences")),
    ("unit", _l("Units")),
    ("platform", _l("Platforms")),
    ("channel", _l("Channels of online items")),
    ("measure", _l("Measures of online items")),
)
LONGEST_CODE = 60


class LabelsForm(EditForm):
    """What a word is called; English always, since it stands in for the others."""

    en = LineField(_l("In English"), required=True)
    fr = LineField(_l("In French"))
    es = LineField(_l("In Spanish"))
    ru = LineField(_l("In Russian"))
    zh = LineField(_l("In Chinese"))
    ar = LineField(_l("In Arabic"))

    def label(self) -> Translated:
        """The texts by language; those left empty are left out."""
        return Translated({locale: self[locale].data for locale in LOCALES if self[locale].data})


class TermForm(LabelsForm):
    """A word that is there, by its number."""

    term = OpaqueField(required=True)

    @property
    def number(self) -> str:
        """The number; "0", which none has, for what is no number."""
        return str(number_in(self.term.data or "") or 0)


class NewTermForm(LabelsForm):
    """A new word of a vocabulary; its code is made from its English name."""

    vocabulary = ChoiceField(_l("Vocabulary"), choices=VOCABULARIES, required=True)

    def validate(self, extra_validators: object = None) -> bool:
        """Whether the English name has letters or digits to make a code from."""
        super().validate(extra_validators)
        if not self.wrong and not self.code:
            self.refuse(DEFAULT_LOCALE, _("Write a name with letters of the Latin alphabet: its code is made from it."))
        return not self.wrong

    @property
    def code(self) -> str:
        """The English name in small letters and hyphens."""
        plain = unicodedata.normalize("NFKD", self.en.data or "").encode("ascii", "ignore").decode("ascii")
        return "-".join(re.findall("[a-z0-9]+", plain.lower()))[:LONGEST_CODE].strip("-")
