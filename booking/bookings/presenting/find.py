"""The start page: what the class needs as a sentence, times as days of cards, and why where there are none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n, zones
from booking.bookings.explanations import Explained
from booking.bookings.forms import WEEKDAYS, FindCriteria, FindForm
from booking.bookings.offers import ALL_WEEKDAYS, WEEKS_SHOWN, Blocked, Criteria, OnDemand, SearchResult, Slot
from booking.bookings.pages import BlockedRow, FindPage, SlotRow, Told, days_of
from booking.bookings.presenting.common import (
    WEEKDAY_NAMES,
    Query,
    alternative,
    find_url,
    joint_text,
    language_of,
    refused,
    seats_text,
    slot_clock,
)
from booking.bookings.terms import Refusal
from booking.catalogue.pages import OnDemandItem
from booking.catalogue.terms import Format, Kind
from booking.catalogue.words import FORMATS, minutes_text, title_of
from booking.clock_faces import STATION_CSS, reader_place

TIMES_SHOWN = 100
"""Times on one page of the list."""

Explain = Callable[[Sequence[Refusal]], list[Explained]]


@dataclass(frozen=True)
class Shown:
    """What the page is made of beside the search's answer: the form, the clock, the query, how refusals are told."""

    form: FindForm
    zone: str
    query: Query
    explain: Explain
    criteria_query: str
    next_query: Query
    zone_is_known: bool
    searched: bool


def criteria_of(found: FindCriteria, zone: str, now: datetime, cursor: str = "") -> Criteria:
    """What the form says, as criteria of the search."""
    first, last = _days(found, zone, now)
    weekdays = frozenset(WEEKDAYS.index(day) for day in found.weekdays) or ALL_WEEKDAYS
    hours = None
    if found.hours_from or found.hours_to:
        begins, ends = found.hours_from, found.hours_to
        hours = (begins.hour * 60 + begins.minute if begins else 0, ends.hour * 60 + ends.minute if ends else 1440)
    return Criteria(
        languages=found.languages,
        size=found.size,
        youngest_age=found.youngest_age,
        stations=(found.station,) if found.station else (),
        formats=tuple(Format(one) for one in found.formats),
        kinds=(Kind(found.kind),) if found.kind else (),
        themes=(found.theme,) if found.theme else (),
        offering=found.offering,
        from_day=first,
        to_day=last,
        weekdays=weekdays,
        hours=hours,
        time_zone=zone,
        limit=TIMES_SHOWN,
        cursor=cursor,
    )


def _days(found: FindCriteria, zone: str, now: datetime) -> tuple[date | None, date | None]:
    """Chosen dates win over the span."""
    if found.from_on or found.to_on:
        return found.from_on, found.to_on
    if found.span == "8w":
        return None, zones.local_date(now, zone) + timedelta(weeks=2 * WEEKS_SHOWN, days=-1)
    return None, None


def find_page(result: SearchResult, shown: Shown, extra: BlockedRow | None = None) -> FindPage:
    """The whole page; `extra` is a time that was chosen and could not be had."""
    locale = i18n.current_locale()
    rows = [slot_row(slot, shown.zone, shown.form.size.data) for slot in result.slots]
    blocked = [_blocked(one, shown) for one in result.blocked]
    online = [row for row in rows if not row.clock.on_site]
    on_site = [row for row in rows if row.clock.on_site]
    shut = tuple(one for one in blocked if not one.clock.on_site)
    shut_here = tuple(one for one in blocked if one.clock.on_site)
    if extra is not None:
        shut, shut_here = (shut, (extra, *shut_here)) if extra.clock.on_site else ((extra, *shut), shut_here)
    return FindPage(
        form=shown.form,
        criteria=_sentence(shown.form.criteria(), shown.zone, locale) if shown.searched else (),
        criteria_query=shown.criteria_query,
        count_text=_count(len(rows), more=bool(result.next_cursor)),
        days=days_of(online, shut),
        on_site_days=days_of(on_site, shut_here),
        on_demand=tuple(_on_demand(one, locale) for one in result.on_demand),
        refusals=refused(shown.explain(result.refusals), query=shown.query),
        alternatives=tuple(alternative(slot, shown.zone) for slot in result.alternatives),
        next_url=find_url({**shown.next_query, "cursor": result.next_cursor}) if result.next_cursor else "",
        chosen_dates_text=_chosen_dates(shown.form.criteria(), locale),
        clock_place=reader_place(shown.zone, locale),
        ask_time_zone=not shown.zone_is_known,
    )


def slot_row(slot: Slot, zone: str, size: int | None) -> SlotRow:
    """One time of the list."""
    clock = slot_clock(slot, zone)
    seats, few = seats_text(slot, size)
    title, title_lang = title_of(slot.title)
    return SlotRow(
        slot=slot.slot,
        clock=clock,
        day_key=clock.datetime_attr[:10],
        title=title,
        title_lang=title_lang,
        offering_url=f"/offerings/{slot.slug}",
        language=language_of(slot.language),
        station=i18n.station_name(slot.station, i18n.current_locale(), slot.station),
        format_label=str(FORMATS[slot.format]),
        duration_text=minutes_text(slot.duration_min),
        seats_text=seats,
        private=slot.is_private,
        few=few,
        requested=slot.needs_person,
        joint=joint_text(slot.starts_at, slot.partners, beside=date.fromisoformat(clock.datetime_attr[:10])),
    )


def _blocked(one: Blocked, shown: Shown) -> BlockedRow:
    return blocked_row(one, shown.explain(one.refusals), shown)


def blocked_row(
    one: Blocked, told: Sequence[Explained], shown: Shown, alternatives: Sequence[Slot] = (), *, is_open: bool = False
) -> BlockedRow:
    """A time that cannot be booked, with its reasons."""
    clock = slot_clock(one, shown.zone)
    return BlockedRow(
        clock=clock,
        day_key=clock.datetime_attr[:10],
        title=title_of(one.title)[0],
        refusals=refused(told, query=shown.query, line_url=_line_url(one, shown)),
        alternatives=tuple(alternative(slot, shown.zone) for slot in alternatives),
        open=is_open,
    )


def _line_url(one: Blocked, shown: Shown) -> str:
    """The form for the line of an event, filled in as far as the wishes say."""
    return url_for("bookings.book", hold=one.slot, criteria=shown.criteria_query) if one.event else ""


def _on_demand(one: OnDemand, locale: str) -> OnDemandItem:
    title, lang = title_of(one.title)
    return OnDemandItem(
        title=title,
        title_lang=lang,
        offering_url=f"/offerings/{one.slug}",
        watch_url=one.watch_url,
        station=i18n.station_name(one.station, locale, one.station),
        station_css=STATION_CSS.get(one.station, ""),
        facts=(str(_("Film")) if one.kind is Kind.FILM else str(_("Exhibition")),),
        languages=tuple(language_of(tag) for tag in one.languages),
    )


def _count(found: int, *, more: bool) -> str:
    if more:
        return str(_("More than %(count)s times fit; these are the first", count=found))
    return str(ngettext("%(num)s time fits", "%(num)s times fit", found))


def _chosen_dates(found: FindCriteria, locale: str) -> str:
    days = [i18n.format_day_year(day, locale) for day in (found.from_on, found.to_on) if day]
    if len(days) == 2:  # noqa: PLR2004  a first and a last one
        return str(_("%(first)s to %(last)s", first=days[0], last=days[1]))
    return "".join(days)


def _sentence(found: FindCriteria, zone: str, locale: str) -> tuple[Told, ...]:
    """The request as a sentence: "30 people, youngest 13, in English or Korean"; what was said is strong."""
    said: list[list[Told]] = []
    if found.size:
        said.append([Told(ngettext("%(num)s person", "%(num)s people", found.size), strong=True)])
    if found.youngest_age is not None:
        said.append([Told(str(_("youngest %(age)s", age=found.youngest_age)), strong=True)])
    if found.languages:
        said.append(_either([i18n.language_in(tag, locale) for tag in found.languages]))
    if found.weekdays:
        days = i18n.join_list([str(WEEKDAY_NAMES[day]) for day in found.weekdays], locale)
        said.append([Told(days, strong=True)])
    if found.hours_from or found.hours_to:
        begins, ends = found.hours_from, found.hours_to
        text = _(
            "%(first)s to %(last)s",
            first=f"{begins:%H:%M}" if begins else "00:00",
            last=f"{ends:%H:%M}" if ends else "24:00",
        )
        said.append([Told(str(text), strong=True)])
    if found.station:
        said.append([Told(i18n.station_name(found.station, locale, found.station), strong=True)])
    said.append([Told(str(_("on the clock %(in_place)s", in_place=reader_place(zone, locale))))])
    pieces = [
        piece
        for group, comma in zip_longest(said, [Told(i18n.comma())] * (len(said) - 1))
        for piece in (*group, comma)
        if piece
    ]
    return (*pieces, Told(i18n.full_stop()))


def _either(phrases: Sequence[str]) -> list[Told]:
    pieces = [Told(phrases[0], strong=True)]
    for phrase in phrases[1:]:
        pieces += [Told(i18n.word_or(i18n.current_locale())), Told(phrase, strong=True)]
    return pieces
