"""The desk's pages of offerings, as their templates show them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.catalogue.forms.base import EditForm
from booking.catalogue.forms.offerings import HINTS, LABELS, TEXT_LOCALES, TextsForm
from booking.catalogue.offering_pages import (
    Clash,
    OfferingHead,
    OfferingListPage,
    OfferingRow,
    TextBox,
    TextRow,
)
from booking.catalogue.pages import Choice, Fact, Filter, Link
from booking.catalogue.queries.editing import Edited, Listed
from booking.catalogue.rules import ENGLISH, Marks, Texts, is_stale, missing, stale
from booking.catalogue.terms import OfferingStatus
from booking.catalogue.words import FORMATS, KINDS, STATUSES, title_of
from booking.clock_faces import STATION_CSS
from booking.fields import CleanField

DESK = "catalogue_desk"


def head_of(found: Edited, page: str, *, may_edit: bool, done: object = "") -> OfferingHead:
    """The head of one of its pages; `page` is the name of the view."""
    locale = i18n.current_locale()
    title, lang = title_of(found.texts["title"])
    name = i18n.station_name(found.station, locale, found.station_name)
    names = [
        ("offering", _("What it is")),
        ("offering_texts", _("Texts")),
        ("pictures", _("Pictures")),
        ("materials", _("Material")),
        *([("interest", _("Who waits"))] if may_edit else []),
    ]
    return OfferingHead(
        title=title,
        title_lang=lang,
        eyebrow=i18n.join_facts((name, found.code)),
        station_css=STATION_CSS.get(found.station, ""),
        tabs=tuple(Link(str(text), url_for(f"{DESK}.{view}", code=found.code)) for view, text in names),
        current=url_for(f"{DESK}.{page}", code=found.code),
        public_url=f"/offerings/{found.slug}",
        may_edit=may_edit,
        done=str(done),
    )


def offering_list(rows: Sequence[Listed], chosen: Mapping[str, str], mine: Collection[str] | None) -> OfferingListPage:
    """The list, narrowed to a station and a status; `mine` are the stations whose offerings may be changed."""
    shown = [one for one in rows if chosen["station"] in {"", one.station} and chosen["status"] in {"", one.status}]
    return OfferingListPage(
        filters=tuple(_filters(rows, chosen)),
        count_text=ngettext("%(num)s offering", "%(num)s offerings", len(shown)),
        rows=tuple(_row(one, may_edit=mine is None or one.station in mine) for one in shown),
    )


def _filters(rows: Iterable[Listed], chosen: Mapping[str, str]) -> Iterable[Filter]:
    locale = i18n.current_locale()
    stations = {one.station: i18n.station_name(one.station, locale, one.station_name) for one in rows}
    yield filter_of("station", _("Duty station"), _("Any station"), stations, chosen)
    yield filter_of("status", _("Status"), _("Any status"), {**_statuses()}, chosen)


def _statuses() -> dict[str, str]:
    return {"active": str(_("Running")), **{key.value: str(text) for key, text in STATUSES.items()}}


def filter_of(
    name: str, label: object, anything: object, options: Mapping[str, object], chosen: Mapping[str, str]
) -> Filter:
    """A select of a filter bar."""
    choices = [Choice(value, str(text), value == chosen[name]) for value, text in options.items()]
    return Filter(name, str(label), (Choice("", str(anything)), *choices))


def _row(one: Listed, *, may_edit: bool) -> OfferingRow:
    title, lang = title_of(one.title)
    return OfferingRow(
        url=url_for(f"{DESK}.offering", code=one.code),
        title=title,
        title_lang=lang,
        station_css=STATION_CSS.get(one.station, ""),
        facts=(
            one.code,
            i18n.station_name(one.station, i18n.current_locale(), one.station_name),
            str(KINDS[one.kind]),  # type: ignore[index]  # an enum's value finds its member
            str(FORMATS[one.format]),  # type: ignore[index]  # an enum's value finds its member
        ),
        status=_statuses()[one.status],
        pill="" if one.status == OfferingStatus.ACTIVE else " wait",
        to_do=tuple(_to_do(one)) if may_edit else (),
    )


def _to_do(one: Listed) -> Iterable[Link]:
    """What a desk might see to."""
    open_texts = len(list(missing(one.texts, i18n.LOCALES)))
    old = len(list(stale(one.texts, one.marks, i18n.LOCALES)))
    pages = {view: url_for(f"{DESK}.{view}", code=one.code) for view in ("offering_texts", "pictures", "interest")}
    if open_texts:
        text = ngettext("%(num)s translation missing", "%(num)s translations missing", open_texts)
        yield Link(text, pages["offering_texts"])
    if old:
        text = ngettext("%(num)s translation out of date", "%(num)s translations out of date", old)
        yield Link(text, pages["offering_texts"])
    if not one.pictures:
        yield Link(str(_("No picture")), pages["pictures"])
    if one.waiting:
        yield Link(ngettext("%(num)s waits", "%(num)s wait", one.waiting), pages["interest"])


def text_row(form: TextsForm, field: str, texts: Texts, marks: Marks, of: str = "", label: object = "") -> TextRow:
    """One text in every locale; `of` tells the ids of several such rows on a page apart."""
    boxes = [_box(form, field, tag, texts, marks) for tag in TEXT_LOCALES]
    gaps, old = len(list(missing({field: texts.get(field, {})}, TEXT_LOCALES))), _stale(texts, marks, field)
    counts = [
        ngettext("%(num)s to write", "%(num)s to write", gaps) if gaps else "",
        ngettext("%(num)s out of date", "%(num)s out of date", old) if old else "",
    ]
    told = i18n.join_list([one for one in counts if one], i18n.current_locale())
    return TextRow(f"{of}{field}", str(label or LABELS[field]), str(HINTS.get(field, "")), tuple(boxes), told)


def _stale(texts: Texts, marks: Marks, field: str) -> int:
    return sum(1 for tag in TEXT_LOCALES if is_stale(texts, marks, field, tag))


def _box(form: TextsForm, field: str, tag: str, texts: Texts, marks: Marks) -> TextBox:
    locale = i18n.current_locale()
    old = is_stale(texts, marks, field, tag)
    wanted = any(text.strip() for text in texts.get(field, {}).values())
    gone = wanted and not texts.get(field, {}).get(tag, "").strip()
    return TextBox(
        field=form[f"{field}-{tag}"],
        lang=tag,
        dir=i18n.language_direction(tag),
        name=i18n.language_name(tag, locale),
        state=str(_("Out of date") if old else _("Missing") if gone else ""),
        fits=form[f"fits-{field}-{tag}"] if old and tag != ENGLISH else None,
    )


def clash_of(form: EditForm, stored: EditForm, names: Mapping[str, str] | None = None) -> Clash:
    """What was typed and what is stored now, where both differ; `names` are labels better than the fields' own."""
    differences = []
    for one in form.entries:
        now = stored[one.name]
        mine, theirs = shown(one), shown(now)
        if one.kind != "file" and not one.name.startswith("fits-") and mine.strip() != theirs.strip():
            label = (names or {}).get(one.name) or str(one.label.text)
            differences.append((label, mine or "–", theirs or "–"))
    sentence = _("Somebody else has changed this since you opened it. Nothing of yours was saved, and it is all here.")
    return Clash(str(sentence), tuple(differences))


def shown(field: CleanField) -> str:
    """What a field holds, as words."""
    if field.kind == "checkboxes":
        texts = {value: str(text) for value, text in field.choices}
        return i18n.join_list([texts.get(value, value) for value in field.data or ()], i18n.current_locale())
    if field.kind in {"select", "radio"}:
        return {str(value): str(text) for value, text in field.choices}.get(field.typed, field.typed)
    return field.typed


def text_names(fields: Iterable[str]) -> dict[str, str]:
    """What the fields of texts are called: "Title, Arabic"."""
    locale = i18n.current_locale()
    return {
        f"{field}-{tag}": i18n.join_facts((LABELS[field], i18n.language_name(tag, locale)))
        for field in fields
        for tag in TEXT_LOCALES
    }


def facts_of(form: EditForm) -> tuple[Fact, ...]:
    """The form's values as lines, for who may not change them."""
    rows = [(str(one.label.text), shown(one)) for one in form.entries]
    return tuple(Fact(label, text) for label, text in rows if text)
