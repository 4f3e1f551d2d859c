"""What the desk's pages of mail texts show: plain values in the reader's language."""

from dataclasses import dataclass

from booking.bookings.mail_text_forms import PartField, WhichForm, WordsForm


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of a kind in one locale; no `pill`: the shipped ones, as nearly all are."""

    url: str
    text: str
    pill: str | None


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of mail, with a field for each locale."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class KindGroup:
    """Kinds of mail that are about the same."""

    title: str
    rows: tuple[KindRow, ...]


@dataclass(frozen=True, slots=True)
class MailTextsPage:
    """Every kind of mail in every locale, and which have words of the desk's own."""

    form: WhichForm
    locales: tuple[tuple[str, str], ...]
    """Tag and name in its own language."""
    groups: tuple[KindGroup, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to the same mail in another locale or at another station."""

    text: str
    url: str
    is_current: bool
    lang: str = ""


@dataclass(frozen=True, slots=True)
class PartView:
    """One part: its field, what it would say anyway, and what has changed."""

    field: PartField
    when: str
    anyway: str
    is_own: bool
    shipped_then: str
    """What was shipped when the own words were written, where it is another by now."""
    others: str
    """What somebody else has saved meanwhile, where it is not what was typed."""


@dataclass(frozen=True, slots=True)
class PlaceholderLine:
    """A placeholder, what it stands for, and what that is in the preview."""

    name: str
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The mail as it would go."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A saved version."""

    number: int
    what: str
    when: str
    who: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class MailTextPage:
    """One kind of mail in one locale: its words, its placeholders, a preview and its versions."""

    kind: str
    title: str
    group: str
    locale: str
    direction: str
    station: str
    whose: str
    locales: tuple[Choice, ...]
    stations: tuple[Choice, ...]
    form: WordsForm
    parts: tuple[PartView, ...]
    placeholders: tuple[PlaceholderLine, ...]
    preview: Preview
    versions: tuple[VersionLine, ...]
    all_url: str
    can_write: bool
    is_guarded: bool
    has_own: bool
    sent_to: str
    """The address to which a test goes."""
    done: str = ""
    overtaken: str = ""
