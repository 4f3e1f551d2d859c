"""The desk's page of vocabularies."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from booking import i18n
from booking.catalogue.forms.vocabularies import VOCABULARIES, NewTermForm, TermForm
from booking.catalogue.presenting.stations import DONE, overtaken
from booking.catalogue.programme import programme
from booking.catalogue.queries.stations import last_changes
from booking.catalogue.queries.vocabularies import Term, terms
from booking.catalogue.station_pages import Overtaken
from booking.catalogue.vocabulary_pages import TermRow, VocabulariesPage, Vocabulary
from booking.i18n import LOCALES


def vocabularies_page(
    session: Session,
    *,
    opened: str = "",
    done: str = "",
    problem: str = "",
    form: TermForm | None = None,
    new: NewTermForm | None = None,
    is_overtaken: bool = False,
) -> VocabulariesPage:
    """The page with one word open, by its number; `form` and `new` as they were sent."""
    found, uses = terms(session), programme().uses_of_terms(session)
    open_one = form.number if form else opened
    note = _overtaken(session, form, found) if form and is_overtaken else None
    sections = []
    for vocabulary, name in VOCABULARIES:
        rows = [
            _row(one, uses.get((vocabulary, one.code), 0), open_one, form)
            for one in found
            if one.vocabulary == vocabulary
        ]
        by_name = i18n.sorted_by_name(rows, lambda row: row.label, i18n.current_locale())
        sections.append(Vocabulary(vocabulary, str(name), tuple(by_name)))
    shown = new or NewTermForm(data={"version": "1"})
    shown.identify("new")
    return VocabulariesPage(tuple(sections), shown, str(DONE.get(done, "")), problem, note)


def _row(term: Term, uses: int, opened: str, form: TermForm | None) -> TermRow:
    locale, is_open = i18n.current_locale(), opened == str(term.id)
    label, lang = term.label.in_locale(locale)
    is_ours = term.vocabulary == "theme" and i18n.is_known_theme(term.code)
    if is_ours:
        name = i18n.theme_name(term.code, locale)
        label, lang, is_open = name[:1].upper() + name[1:], locale, False
    missing = [] if is_ours else [i18n.language_name(one, locale) for one in LOCALES if one not in term.label]
    shown = form or TermForm(data={"version": str(term.version), "term": str(term.id), **term.label})
    return TermRow(
        anchor=f"t{term.id}",
        code=term.code,
        label=label,
        label_lang="" if lang == locale else lang,
        lacks=str(_("not in %(languages)s", languages=i18n.join_list(missing, locale))) if missing else "",
        uses=str(ngettext("%(num)s use", "%(num)s uses", uses)) if uses else str(_("not used")),
        open_url="" if is_ours else url_for("catalogue_desk.vocabularies", term=term.id, _anchor=f"t{term.id}"),
        may_go=not uses,
        form=shown if is_open else None,
    )


def _overtaken(session: Session, form: TermForm, found: list[Term]) -> Overtaken:
    """What somebody else did to the word meanwhile; the form goes on from there."""
    term = next((one for one in found if str(one.id) == form.number), None)
    if term is None:
        return Overtaken(str(_("Somebody else has taken this word away. Nothing was changed.")), ())
    changes = last_changes(session, f"term:{term.vocabulary}/{term.code}")
    form.validate()
    now = {locale: term.label.get(locale) for locale in LOCALES}
    note = overtaken(form, now, changes.get("label"), "UTC")
    form.seen_again(term.version)
    return note
