"""What the pages of the report's paragraphs show: plain values in the reader's language."""

from dataclasses import dataclass

from booking.bookings.forms import ChosenForm
from booking.reporting.narrative.forms import ChoicesForm, TextForm


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a paragraph; with an address if it is a figure, with a language if it is another one."""

    text: str
    url: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class MarginLine:
    """A figure beside its paragraph: exact, what it is, and how its words were reached."""

    id: str
    exact: str
    label: str
    how: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A figure that is another than in the newest version, with the events that made it so."""

    label: str
    before: str
    after: str
    events: str


@dataclass(frozen=True, slots=True)
class LastParagraph:
    """What the last report said in the same paragraph; empty where it had none. `changes` are its figures and ours."""

    about: str
    text: str
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """One paragraph."""

    number: str
    spans: tuple[Span, ...]
    margin: tuple[MarginLine, ...]
    edit_url: str
    note: str
    """That its text is the desk's own, or why it is not shown."""
    compare_url: str = ""
    """Of the same page with what the last report said."""
    last: LastParagraph | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A link with a word below it."""

    text: str
    url: str
    is_current: bool
    small: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that keeps the report from being signed, and where to mend it."""

    text: str
    url: str
    link: str


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """Who signed when; `holds` unless a figure or a text has changed since."""

    who: str
    when: str
    holds: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    """A frozen version."""

    number: int
    url: str
    text: str
    is_shown: bool
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class ParagraphsPage:
    """The report of a period in one language."""

    days: str
    locale: str
    direction: str
    period_form: ChosenForm
    paragraphs: tuple[ParagraphView, ...] = ()
    locales: tuple[Way, ...] = ()
    text_url: str = ""
    now_url: str = ""
    """Of the report as it is now, where a frozen version is shown."""
    shown_version: int = 0
    waiting: tuple[Waiting, ...] = ()
    signatures: tuple[SignatureLine, ...] = ()
    versions: tuple[VersionView, ...] = ()
    since: tuple[ChangeLine, ...] = ()
    """Figures that changed since the newest version."""
    since_text: str = ""
    """That figures or texts are others than in the newest version."""
    choices: ChoicesForm | None = None
    choose_url: str = ""
    sign_url: str = ""
    digest: str = ""
    may_sign: bool = False
    why_not: str = ""
    will_freeze: int = 0
    """The number of the version that this signature makes; 0 if a second one is needed."""
    done: str = ""
    overtaken: str = ""
    compared: str = ""
    """That there is no report to compare this one with, where that was asked for."""


@dataclass(frozen=True, slots=True)
class MarkLine:
    """A mark that a text may hold, and what it stands for."""

    mark: str
    text: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class EditPage:
    """One paragraph in one language, to be edited."""

    number: str
    days: str
    locale: str
    direction: str
    language: str
    form: TextForm
    marks: tuple[MarkLine, ...]
    shipped: str
    is_own: bool
    save_url: str
    back_to_shipped_url: str
    report_url: str
    saved_by: str = ""
    overtaken: str = ""
    others: str = ""
