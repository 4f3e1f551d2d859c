"""The desk's pages of online items: who counts what, and what was read when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import i18n, zones
from booking.accounts.queries import names_of_actors
from booking.attendance.item_forms import (
    QUALIFIERS,
    ItemForm,
    ItemsFilter,
    ReadingForm,
    ReadingsForm,
    data_of,
)
from booking.attendance.item_pages import ItemPage, ItemRow, ItemsPage, ReadingLine
from booking.attendance.item_queries import ItemOnDay, ItemRecord, ReadingRow, history, offerings_on_demand
from booking.attendance.terms import Qualifier
from booking.bookings.presenting.board import named
from booking.bookings.queries.board import places_of
from booking.catalogue.queries.vocabularies import terms
from booking.fields import Choices

Labels = Mapping[tuple[str, str], str]


def labels_of(session: Session) -> Labels:
    """What platforms and measures are called, by vocabulary and code; one statement."""
    locale = i18n.current_locale()
    return {(one.vocabulary, one.code): one.label.in_locale(locale)[0] for one in terms(session)}


def choices_of(session: Session, stations: frozenset[str] | None, kept: str = "") -> dict[str, Choices]:
    """The lists of an item's form: platforms, measures, own stations (None: all), and what they offer on demand.

    `kept`: the offering (code) that the item names already, whoever offers it.
    """
    locale = i18n.current_locale()
    labels, found = labels_of(session), dict[str, Choices]()
    for field, vocabularies in (("channel", ("channel", "platform")), ("measure", ("measure",))):
        words = {code: label for (vocabulary, code), label in labels.items() if vocabulary in vocabularies}
        found[field] = sorted(words.items(), key=lambda one: i18n.sort_key(str(one[1]), locale))
    found["station"] = [(one.code, named(one.code, one.name)) for one in places_of(session, stations)]
    found["offering"] = [
        (code, i18n.labelled(station, title.in_locale(locale)[0]))
        for code, station, title in offerings_on_demand(session)
        if stations is None or station in stations or code == kept
    ]
    return found


def counted(value: int | None, qualifier: Qualifier) -> str:
    """A count with its qualifier: "about 1,300"."""
    if value is None:
        return str(_("not recorded"))
    number = str(format_decimal(value))
    told: dict[Qualifier, str] = {
        Qualifier.EXACT: number,
        Qualifier.ABOUT: _("about %(count)s", count=number),
        Qualifier.MORE_THAN: _("more than %(count)s", count=number),
        Qualifier.AT_LEAST: _("at least %(count)s", count=number),
        Qualifier.NEARLY: _("nearly %(count)s", count=number),
    }
    return told[qualifier]


def day_of(reading: ReadingRow) -> str:
    """The day with its year, or that nobody kept it."""
    return _day_words(reading.read_on)


def _day_words(day: date | None) -> str:
    return i18n.format_day_year(day, i18n.current_locale()) if day else str(_("day not kept"))


def title_of(item: ItemRecord) -> tuple[str, str]:
    """The item's name and, where that is another language than the page's, which."""
    locale = i18n.current_locale()
    text, lang = item.title.in_locale(locale)
    return text, "" if lang == locale else lang


def facts_of(item: ItemRecord, labels: Labels) -> str:
    """Platform, measure, and what is special about its figures."""
    facts = [labels.get(("channel", item.channel)) or labels.get(("platform", item.channel), item.channel)]
    facts.append(labels.get(("measure", item.measure), item.measure))
    facts += [str(_("running total"))] if item.is_cumulative else []
    facts += [str(_("not read any more"))] if item.is_ended else []
    return " · ".join(facts)


@dataclass(frozen=True)
class Grid:
    """What the grid is made of."""

    filter: ItemsFilter
    day: date
    form: ReadingsForm
    new: ItemForm
    query: Mapping[str, str]
    after: str = ""


def items_page(session: Session, grid: Grid, problems: Mapping[str, Sequence[str]], *, done: str = "") -> ItemsPage:
    """The grid of a day, with what stands against its rows."""
    labels, rows = labels_of(session), grid.form.rows
    grid.new.identify("new")
    unread = sum(row.reading is None for row in rows)
    told = ngettext("%(num)s item is not read on this day.", "%(num)s items are not read on this day.", unread)
    not_saved = ngettext(
        "%(num)s reading was not saved: what stands against it is said in its row.",
        "%(num)s readings were not saved: what stands against them is said in their rows.",
        len(problems),
    )
    return ItemsPage(
        form=grid.filter,
        day=i18n.format_day_year(grid.day, i18n.current_locale()),
        sentence=told if unread else str(_("Every item is read on this day.")) if rows else "",
        rows=tuple(_row(grid.form, row, labels, problems.get(row.item.code, ())) for row in rows),
        new=grid.new,
        action=url_for("items.save", **{**grid.query, "day": grid.day.isoformat()}),  # type: ignore[arg-type]  # texts
        before_url=_of_day(grid, grid.day.replace(day=1) - timedelta(days=1)),
        after_url=_of_day(grid, month_end(grid.day + timedelta(days=1))),
        more_url=url_for("items.grid", **{**grid.query, "after": grid.after}) if grid.after else "",  # type: ignore[arg-type]  # texts
        done=done,
        problem=not_saved if problems else "",
    )


def month_end(day: date) -> date:
    """The last day of its month."""
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)


def _of_day(grid: Grid, day: date) -> str:
    return url_for("items.grid", **{**grid.query, "day": day.isoformat()})  # type: ignore[arg-type]  # texts


def _row(form: ReadingsForm, row: ItemOnDay, labels: Labels, problems: Sequence[str]) -> ItemRow:
    title, lang = title_of(row.item)
    number, qualifier, reason = (form.field(part, row) for part in ("n", "q", "r"))
    broken = [str(_("A part of this row is broken. Open the page again."))] if form.is_broken(row) else []
    before = row.before
    return ItemRow(
        code=row.item.code,
        url=url_for("items.one", code=row.item.code),
        title=title,
        title_lang=lang,
        facts=facts_of(row.item, labels),
        before=f"{counted(before.value, before.qualifier)} ({day_of(before)})" if before else "",
        number=number.typed,
        qualifiers=tuple((str(value), str(text)) for value, text in QUALIFIERS),
        qualifier=qualifier.typed,
        was=form.field("was", row).typed,
        seen=form.field("seen", row).typed,
        reason=reason.typed,
        asks_reason=bool(row.reading or reason.typed or reason.errors),
        errors=(*problems, *broken, *map(str, (*number.errors[:1], *qualifier.errors[:1]))),
        reason_errors=tuple(map(str, reason.errors[:1])),
    )


def item_page(session: Session, item: ItemRecord, form: ItemForm, reading: ReadingForm, **shown: object) -> ItemPage:
    """An item, what was read of it, and its two forms."""
    rows, (title, lang) = history(session, item.id), title_of(item)
    names = names_of_actors(session, {row.actor for row in rows})
    is_correction = bool(reading.corrects.typed.strip("0"))
    return ItemPage(
        title=title,
        title_lang=lang,
        facts=facts_of(item, labels_of(session)),
        watch_url=item.url,
        offering_url=url_for("catalogue_desk.offering", code=item.offering) if item.offering else "",
        lines=tuple(_lines(item, rows, names)),
        form=form,
        reading=reading,
        action=url_for("items.change", code=item.code),
        reading_action=url_for("items.read_one", code=item.code),
        is_correction=is_correction,
        reading_day=_day_words(reading.day.data) if is_correction else "",
        **shown,  # type: ignore[arg-type]  # done, problem and overtaken, as the page has them
    )


def _lines(item: ItemRecord, rows: Sequence[ReadingRow], names: Mapping[str, str]) -> list[ReadingLine]:
    lines: list[ReadingLine] = []
    for at, row in enumerate(rows):
        is_replaced = at > 0 and rows[at - 1].read_on == row.read_on
        correct = "" if is_replaced else url_for("items.one", code=item.code, correct=row.id, _anchor="reading")
        count = counted(row.value, row.qualifier)
        lines.append(ReadingLine(day_of(row), count, who_and_when(row, names), row.reason, is_replaced, correct))
    return lines


def who_and_when(row: ReadingRow, names: Mapping[str, str]) -> str:
    """Who wrote it down and when, in Coordinated Universal Time: an item has no clock of its own."""
    if row.recorded_at is None:
        return str(_("from the records"))
    local = zones.to_local(row.recorded_at, "UTC")
    told = {
        "who": names.get(row.actor) or _("from a file"),
        "when": i18n.format_date_time(local, i18n.current_locale()),
    }
    return str(_("%(who)s, %(when)s UTC", **told))


def form_of(session: Session, item: ItemRecord, stations: frozenset[str] | None) -> ItemForm:
    """The item's form as the item is."""
    return ItemForm(data=data_of(item), choices=choices_of(session, stations, item.offering))
