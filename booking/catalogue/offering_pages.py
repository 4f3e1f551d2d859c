"""What the desk's pages of offerings, pictures and materials show: plain values, ready for the templates."""

from dataclasses import dataclass

from booking.catalogue.forms.base import EditForm
from booking.catalogue.pages import Fact, Filter, Link
from booking.fields import CleanField


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else was first; (label, what you typed, what is stored now) for each difference."""

    sentence: str
    differences: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OfferingHead:
    """The head of every page of one offering at the desk."""

    title: str
    title_lang: str
    eyebrow: str
    """ "Vienna, P-VIE-02"."""
    station_css: str
    tabs: tuple[Link, ...]
    current: str
    """The address of this page among the tabs."""
    public_url: str
    may_edit: bool
    done: str = ""


@dataclass(frozen=True, slots=True)
class OfferingRow:
    """An offering in the desk's list."""

    url: str
    title: str
    title_lang: str
    station_css: str
    facts: tuple[str, ...]
    status: str
    pill: str
    """More of the class of what shows the status."""
    to_do: tuple[Link, ...]
    """What is missing, with the page that mends it."""


@dataclass(frozen=True, slots=True)
class OfferingListPage:
    """The desk's list of offerings."""

    filters: tuple[Filter, ...]
    count_text: str
    rows: tuple[OfferingRow, ...]
    done: str = ""


@dataclass(frozen=True, slots=True)
class OfferingEditPage:
    """What an offering is; without a head it is a new one."""

    form: EditForm
    head: OfferingHead | None = None
    facts: tuple[Fact, ...] = ()
    """Shown instead of the form to who may not change it."""
    clash: Clash | None = None
    copied: str = ""
    waiting: Link | None = None
    """How many wait to be written to now that it can be booked."""
    outside_url: str = ""
    rules_url: str = ""
    copy_url: str = ""


@dataclass(frozen=True, slots=True)
class TextBox:
    """One text in one locale."""

    field: CleanField
    lang: str
    dir: str
    name: str
    """The language in the page's language: "Arabic"."""
    state: str = ""
    """ "Missing", "Out of date", or nothing."""
    fits: CleanField | None = None
    """The tick that says it still fits, where it is out of date."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text in every locale."""

    id: str
    label: str
    hint: str
    boxes: tuple[TextBox, ...]
    open_count: str = ""
    """ "2 to write, 1 out of date"."""


@dataclass(frozen=True, slots=True)
class TextsPage:
    """The texts of an offering, or of a series."""

    form: EditForm
    rows: tuple[TextRow, ...]
    action: str
    head: OfferingHead
    clash: Clash | None = None


@dataclass(frozen=True, slots=True)
class PictureCard:
    """A picture with its texts."""

    id: int
    src: str
    width: int
    height: int
    alt: str
    alt_lang: str
    is_shown: bool
    is_first: bool
    size_text: str
    form: EditForm
    row: TextRow
    is_open: bool = False
    clash: Clash | None = None


@dataclass(frozen=True, slots=True)
class PicturesPage:
    """The pictures of an offering."""

    head: OfferingHead
    cards: tuple[PictureCard, ...]
    form: EditForm
    may_add: bool


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A material in a list."""

    id: int
    title: str
    title_lang: str
    href: str
    facts: tuple[str, ...]
    """ "Primary school", "French", "PDF, 120 kB", "Vienna"."""
    edit_url: str = ""
    used_by: tuple[Link, ...] = ()
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class MaterialsPage:
    """The materials of an offering, and those of the library that it might use."""

    head: OfferingHead
    used: tuple[MaterialRow, ...]
    others: tuple[MaterialRow, ...]
    new_url: str


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """What all stations share."""

    filters: tuple[Filter, ...]
    count_text: str
    rows: tuple[MaterialRow, ...]
    new_url: str
    done: str = ""


@dataclass(frozen=True, slots=True)
class MaterialEditPage:
    """A material to change, or a new one."""

    form: EditForm
    row: TextRow
    action: str
    title: str
    back_url: str
    material: MaterialRow | None = None
    may_edit: bool = True
    clash: Clash | None = None
    file_text: str = ""
    retire_url: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something whose translations are missing or out of date."""

    what: str
    title: str
    title_lang: str
    href: str
    missing: str
    stale: str


@dataclass(frozen=True, slots=True)
class TranslationsPage:
    """Everything that is still to be translated."""

    filters: tuple[Filter, ...]
    count_text: str
    gaps: tuple[Gap, ...]
    at: str = ""
    """ "Page 2 of 3", where there is more than one."""
    pages: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Who waits."""

    email: str
    facts: tuple[str, ...]
    since: str


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """The list of interest of an offering at the desk."""

    head: OfferingHead
    counts: tuple[Fact, ...]
    rows: tuple[WaitingRow, ...]
    reminders: tuple[WaitingRow, ...]
    button: str
    """ "Write to 12 addresses"; empty where nobody is to be written to now."""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class AskPage:
    """The public form of a list of interest."""

    title: str
    title_lang: str
    lead: str
    form: EditForm
    url: str
    offering_url: str
    asks_for_day: bool
    is_sent: bool = False


@dataclass(frozen=True, slots=True)
class EntryPage:
    """What the link in a mail about a list opens."""

    title: str
    title_lang: str
    sentence: str
    confirm_url: str
    leave_url: str
    offering_url: str
    done: str = ""
