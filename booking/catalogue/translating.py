"""Whatever has texts in several languages: each domain names its own for the list of what is still to translate."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy.orm import Session

from booking.catalogue.rules import Marks, Texts
from booking.i18n import Translated

SOURCES = "booking.translations"
"""Where the application keeps the functions that name them."""


@dataclass(frozen=True)
class Translatable:
    """A thing with texts by field and locale, and the page on which they are written."""

    what: str
    """offering, picture, material, word, series, closure, item, survey: as the page names it."""
    title: Translated
    texts: Texts
    href: str = ""
    station: str = ""
    """A code; empty where it belongs to all."""
    marks: Marks = field(default_factory=dict)


Source = Callable[[Session], Iterable[Translatable]]


def everything(session: Session) -> Iterator[Translatable]:
    """Of all domains, a fixed number of statements each."""
    sources: list[Source] = current_app.extensions[SOURCES]
    for source in sources:
        yield from source(session)
