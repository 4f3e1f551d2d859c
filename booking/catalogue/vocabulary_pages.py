"""What the desk's page of vocabularies shows."""

from dataclasses import dataclass

from booking.catalogue.forms.vocabularies import NewTermForm, TermForm
from booking.catalogue.station_pages import Overtaken


@dataclass(frozen=True, slots=True)
class TermRow:
    """A word. `form` is there where it is open."""

    anchor: str
    code: str
    label: str
    label_lang: str
    lacks: str
    """ "not in Arabic, Chinese"; empty for a word that all six languages have."""
    uses: str
    """ "12 uses", "not used"."""
    open_url: str
    """Empty for a word that is called the same everywhere: ours, in six languages."""
    may_go: bool
    form: TermForm | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one vocabulary."""

    code: str
    name: str
    rows: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True)
class VocabulariesPage:
    """All vocabularies."""

    sections: tuple[Vocabulary, ...]
    new: NewTermForm
    done: str = ""
    problem: str = ""
    overtaken: Overtaken | None = None
