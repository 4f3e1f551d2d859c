"""Labels of the codes of vocabularies that files bring along, in the languages of the pages."""

from booking.i18n import LOCALES, Translated
from booking.i18n.tables import table


def label(vocabulary: str, code: str) -> Translated:
    """The label of a code, from `data/vocabulary.csv`; where it has none, what the code reads like, as English."""
    named = table("vocabulary", "key").get(f"{vocabulary}.{code}")
    if named:
        return Translated({locale: named[locale] for locale in LOCALES})
    words = " ".join(code.replace("-", " ").split())
    return Translated(words[:1].upper() + words[1:])
