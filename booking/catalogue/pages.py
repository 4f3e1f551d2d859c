"""What the pages about the catalogue show: plain values in the reader's language, ready for the templates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A way on: `href` is an address or a fragment of the page (`#size`)."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class LanguageName:
    """A language as its own speakers write it."""

    tag: str
    """BCP 47, the element's `lang`."""
    name: str
    """The autonym: "한국어"."""
    dir: str
    """ "ltr" or "rtl"."""
    title: str
    """The name in the page's language: "Korean"."""


@dataclass(frozen=True, slots=True)
class OnDemandItem:
    """A film or exhibition that needs no booking."""

    title: str
    title_lang: str
    offering_url: str
    watch_url: str
    """Empty where there is nothing to open yet."""
    station: str
    station_css: str
    facts: tuple[str, ...]
    """ "Film", "22 min"."""
    languages: tuple[LanguageName, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a definition list; `href` makes its text a link, `lang` names the text's own language.

    `is_strong`: it must not be overlooked.
    """

    label: str
    text: str
    href: str = ""
    lang: str = ""
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a timetable: "15 min" or "25 Nov", and what happens then."""

    when: str
    text: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """Something to read or print for the lesson."""

    level: str
    """ "Primary school"; may be empty."""
    title: str
    url: str
    kind_text: str
    """ "PDF, 120 kB, French"."""
    title_lang: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture in two sizes, with words for who cannot see it; widths and heights are pixels."""

    src: str
    small: str
    small_width: int
    width: int
    height: int
    alt: str
    alt_lang: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter."""

    value: str
    text: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A select of the list's filter bar, posted by GET."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class OfferingCard:
    """An offering in the list "What we offer"."""

    title: str
    title_lang: str
    url: str
    station: str
    station_css: str
    summary: str
    facts: tuple[str, ...]
    status: str = ""
    """ "Starts when the premises reopen": a label for the visitor; empty for a running one."""
    languages_text: str = ""
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class OfferingGroup:
    """The offerings of one station."""

    heading: str
    station_css: str
    cards: tuple[OfferingCard, ...]


@dataclass(frozen=True, slots=True)
class OfferingsPage:
    """The list "What we offer"."""

    filters: tuple[Filter, ...]
    groups: tuple[OfferingGroup, ...]
    count_text: str
