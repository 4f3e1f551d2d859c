"""Words of vocabularies: add, call otherwise, take away while nothing uses them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.catalogue.models import VocabularyTerm
from booking.catalogue.programme import UsesOfTerms
from booking.catalogue.services.stations import Edit, Taken
from booking.catalogue.terms import Overtaken
from booking.db import table_of, transaction
from booking.i18n import Translated

_TERM = table_of(VocabularyTerm)


class InUse(Exception):
    """The word stands somewhere; the argument says how often."""

    def __init__(self, uses: int) -> None:
        super().__init__(uses)
        self.uses = uses


def add_term(vocabulary: str, code: str, label: Translated, *, now: datetime, actor: str) -> None:
    """A new word. Raises Taken where the vocabulary has it."""
    with transaction() as session:
        same = select(_TERM.c.id).where(_TERM.c.vocabulary == vocabulary, _TERM.c.code == code)
        if session.execute(same).first():
            raise Taken("code")
        try:
            session.execute(insert(_TERM).values(vocabulary=vocabulary, code=code, label=label))
        except IntegrityError as error:
            raise Taken("code") from error
        _note(session, Edit(f"{vocabulary}/{code}", 0, now, actor), "term.add", None, {"label": dict(label)})


def change_term(edit: Edit, label: Translated) -> bool:
    """Call it otherwise; False where it is called so. `edit.code` is its number. Raises Overtaken."""
    with transaction() as session:
        row = _locked(session, edit)
        if row["label"] == label:
            return False
        mine = update(_TERM).where(_TERM.c.id == row["id"])
        session.execute(mine.values(label=label, version=_TERM.c.version + 1))
        before, after = {"label": dict(row["label"])}, {"label": dict(label)}
        _note(session, _named(edit, row), "term.change", before, after)
    return True


def remove_term(edit: Edit, uses_of_terms: UsesOfTerms) -> None:
    """Take it away. Raises Overtaken, InUse."""
    with transaction() as session:
        row = _locked(session, edit)
        uses = uses_of_terms(session).get((row["vocabulary"], row["code"]), 0)
        if uses:
            raise InUse(uses)
        session.execute(delete(_TERM).where(_TERM.c.id == row["id"]))
        _note(session, _named(edit, row), "term.remove", {"label": dict(row["label"])}, None)


def _locked(session: Session, edit: Edit) -> RowMapping:
    statement = select(_TERM).where(_TERM.c.id == int(edit.code)).with_for_update()
    row = session.execute(statement).mappings().first()
    if row is None or row["version"] != edit.version:
        raise Overtaken(edit.code)
    return row


def _named(edit: Edit, row: RowMapping) -> Edit:
    return Edit(f"{row['vocabulary']}/{row['code']}", edit.version, edit.now, edit.actor)


def _note(
    session: Session, edit: Edit, action: str, before: Mapping[str, object] | None, after: Mapping[str, object] | None
) -> None:
    subject = f"term:{edit.code}"
    audit(session, at=edit.now, actor=edit.actor, action=action, subject=subject, before=before, after=after)
