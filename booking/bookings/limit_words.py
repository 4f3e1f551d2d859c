"""Limits in words: where they hold, what they allow, and which one binds."""

from collections.abc import Mapping
from datetime import date

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import i18n
from booking.bookings.queries.limit_rows import LimitRow
from booking.bookings.rules import Bound, Explanation, LimitSource
from booking.catalogue.terms import Format
from booking.catalogue.words import format_inside
from booking.scheduling.terms import LimitFacts, Measure, Per

COUNTED: Mapping[tuple[Measure, Per], LazyString] = {
    (Measure.PEOPLE, Per.EVENT): _l("People in one event"),
    (Measure.PEOPLE, Per.DAY): _l("People in a day"),
    (Measure.GROUPS, Per.EVENT): _l("Groups in one event"),
    (Measure.GROUPS, Per.DAY): _l("Groups in a day"),
    (Measure.EVENTS, Per.DAY): _l("Events in a day"),
}
"""What a dated limit may count."""

WRONG: Mapping[str, LazyString] = {
    "events_per_event": _l("Events are counted by the day."),
    "share": _l("A share is of the places of one event: choose people in one event."),
    "nothing": _l("Write a number, or a share."),
    "order": _l("The last day is before the first."),
    "over": _l("These days are over."),
    "unknown": _l("Choose one from the list."),
    "station": _l("Choose the duty station of this place too."),
    "own": _l("Choose one of your duty stations."),
    "scope": _l("What a limit is about stays as it is: end this one and make another."),
}
"""What is wrong with a limit, by the problem of BadLimit."""


def amount(facts: LimitFacts) -> str:
    """As in "At most 15 people and 50% of its places in one event"."""
    parts = [] if facts.most is None else [counted(facts.measure, facts.most)]
    if facts.percent is not None:
        parts.append(str(_("%(percent)s%% of its places", percent=facts.percent)))
    within = _("in one event") if facts.per is Per.EVENT else _("in a day")
    what = i18n.join_list(parts, i18n.current_locale())
    return str(_("At most %(what)s %(within)s", what=what, within=within))


def counted(measure: Measure, number: int) -> str:
    """A number of them."""
    if measure is Measure.GROUPS:
        return str(ngettext("%(num)s group", "%(num)s groups", number))
    if measure is Measure.EVENTS:
        return str(ngettext("%(num)s event", "%(num)s events", number))
    return str(ngettext("%(num)s person", "%(num)s people", number))


def days(first: date, last: date | None) -> str:
    """From when to when."""
    locale = i18n.current_locale()
    start = i18n.format_day_year(first, locale)
    if last is None:
        return str(_("from %(day)s until further notice", day=start))
    if last == first:
        return str(_("on %(day)s", day=start))
    return str(_("%(first)s to %(last)s", first=start, last=i18n.format_day_year(last, locale)))


def scope(row: LimitRow) -> str:
    """Station, place, format and offering, as far as they are named."""
    locale = i18n.current_locale()
    parts = [i18n.station_name(row.station, locale, row.station_name) if row.station else str(_("All duty stations"))]
    if row.venue_name:
        parts.append(row.venue_name.in_locale(locale)[0])
    if row.facts.format:
        parts.append(format_inside(Format(row.facts.format)))
    if row.offering_title:
        parts.append(row.offering_title.in_locale(locale)[0])
    return " · ".join(parts)


def bound_text(bound: Bound) -> str:
    """One limit with its value and where it comes from, and what is used of it."""
    return i18n.join_sentences((_said(bound), _used(bound)))


def _said(bound: Bound) -> str:
    value = {"what": counted(bound.measure, bound.value)}
    if bound.source is LimitSource.OFFERING:
        return str(_("The offering takes at most %(what)s in one group.", **value))
    if bound.source is LimitSource.EVENT:
        return str(_("The event has places for %(what)s.", **value))
    named = {"days": days(bound.starts_on, bound.ends_on) if bound.starts_on else "", "why": _why(bound)}
    if bound.source is LimitSource.CLOSURE:
        return str(_("Distancing: at most %(what)s in one group, %(days)s%(why)s.", **value, **named))
    named["within"] = str(_("in one event") if bound.per is Per.EVENT else _("in a day"))
    if bound.percent is not None and bound.own is not None:
        named |= {"percent": str(bound.percent), "own": str(bound.own)}
        return str(
            _("Limit: at most %(what)s %(within)s, %(percent)s%% of %(own)s, %(days)s%(why)s.", **value, **named)
        )
    return str(_("Limit: at most %(what)s %(within)s, %(days)s%(why)s.", **value, **named))


def _why(bound: Bound) -> str:
    text = i18n.Translated(dict(bound.reason)).in_locale(i18n.current_locale())[0].rstrip(".")
    return f" ({text})" if text else ""


def _used(bound: Bound) -> str:
    if bound.source in {LimitSource.OFFERING, LimitSource.CLOSURE}:
        return ""
    return str(_("Taken: %(number)s.", number=bound.used))


def binding_text(found: Explanation) -> str:
    """Which limit binds, and what it leaves."""
    if found.binding is None:
        return str(_("Nothing limits how many may come."))
    left = counted(Measure.PEOPLE, found.binding.room or 0)
    names = {
        LimitSource.OFFERING: _("the offering’s largest group"),
        LimitSource.EVENT: _("the event’s own places"),
        LimitSource.CLOSURE: _("distancing"),
        LimitSource.LIMIT: _("a dated limit"),
    }
    return str(_("Room for %(left)s. What binds: %(source)s.", left=left, source=names[found.binding.source]))
