"""The desk's pages of spellings: what may be one organisation, and what a merge would move."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n, zones
from booking.bookings.organisation_forms import MergeForm, NamesForm
from booking.bookings.organisation_pages import CollisionRow, MergedRow, MergePage, NameRow, NamesPage, PairRow
from booking.bookings.queries.organisations import Collision, Merged, Spelling
from booking.bookings.services.merge import UNDONE_FOR, MergePreview, proposed_label

LABEL = "label-"
"""Begins the names of the inputs for labels; a booking's reference follows."""


def names_page(
    form: NamesForm,
    found: Sequence[Spelling],
    pairs: Sequence[tuple[Spelling, Spelling]],
    merged: Sequence[Merged],
    reach: Collection[str] | None,
    now: datetime,
) -> NamesPage:
    """The list."""
    return NamesPage(
        form=form,
        found=tuple(map(name_row, found)),
        pairs=tuple(PairRow(name_row(one), name_row(two), merge_url(one.id, two.id)) for one, two in pairs),
        merged=tuple(_merged_row(one, reach, now) for one in merged),
    )


def merge_url(kept: int, merged: int) -> str:
    """The preview of a merge."""
    return url_for("desk.merge", kept=kept, merged=merged)


def name_row(one: Spelling) -> NameRow:
    """An organisation with what is known of it."""
    bookings = ngettext("%(num)s booking", "%(num)s bookings", one.bookings)
    contacts = ngettext("%(num)s contact", "%(num)s contacts", one.contacts)
    country = i18n.country_in_text(one.country, i18n.current_locale())
    return NameRow(one.id, one.name, i18n.join_facts([country, bookings, contacts]))


def _merged_row(one: Merged, reach: Collection[str] | None, now: datetime) -> MergedRow:
    bookings = ngettext("%(num)s booking", "%(num)s bookings", one.bookings)
    what = _("%(merged)s is %(kept)s now, %(bookings)s", merged=one.merged, kept=one.kept, bookings=bookings)
    until = i18n.format_date_time(zones.to_local(one.at + UNDONE_FOR, "UTC"), i18n.current_locale())
    is_open = one.undone_at is None and one.at > now - UNDONE_FOR and (reach is None or one.stations <= set(reach))
    when = _("undone") if one.undone_at else _("can be undone until %(time)s in UTC", time=until) if is_open else ""
    return MergedRow(str(what), str(when), url_for("desk.part", merge_id=one.id) if is_open else "")


def merge_page(seen: MergePreview, form: MergeForm, labels: Mapping[str, str], problem: str = "") -> MergePage:
    """What would be moved; `labels` by reference, as they were typed."""
    bookings = ngettext("%(num)s booking moves", "%(num)s bookings move", seen.merged.bookings)
    sentence = _("%(bookings)s to %(kept)s. Whoever writes %(merged)s from now on is meant too.")
    told = str(sentence) % {"bookings": bookings, "kept": seen.kept.name, "merged": seen.merged.name}
    return MergePage(
        kept=name_row(seen.kept),
        merged=name_row(seen.merged),
        swap_url=merge_url(seen.merged.id, seen.kept.id),
        form=form,
        sentence=told,
        button=ngettext("Merge and move %(num)s booking", "Merge and move %(num)s bookings", seen.merged.bookings),
        collisions=tuple(_collision(one, seen.merged, labels) for one in seen.collisions),
        problem=problem,
    )


def _collision(one: Collision, merged: Spelling, labels: Mapping[str, str]) -> CollisionRow:
    when = i18n.format_date_time(zones.to_local(one.starts_at, one.time_zone), i18n.current_locale())
    what = _("%(moved)s and %(other)s on %(when)s", moved=one.reference, other=one.other, when=when)
    return CollisionRow(LABEL + one.reference, str(what), labels.get(one.reference) or proposed_label(one, merged))
