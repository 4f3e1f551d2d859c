"""The vocabularies, as a desk keeps them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.models import VocabularyTerm
from booking.db import table_of
from booking.i18n import Translated

_TERM = table_of(VocabularyTerm).c


@dataclass(frozen=True)
class Term:
    """A word, with what it is called in the languages of the pages."""

    id: int
    vocabulary: str
    code: str
    label: Translated
    version: int


def themes_of_desks(session: Session) -> dict[str, Translated]:
    """What the themes are called, by code; one statement."""
    found = session.execute(select(_TERM.code, _TERM.label).where(_TERM.vocabulary == "theme"))
    return {row.code: row.label for row in found}


def terms(session: Session) -> list[Term]:
    """All of them, by vocabulary and code; one statement."""
    columns = (_TERM.id, _TERM.vocabulary, _TERM.code, _TERM.label, _TERM.version)
    return [Term(*row) for row in session.execute(select(*columns).order_by(_TERM.vocabulary, _TERM.code))]
