"""The desk's pages of limits, from what the database knows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.bookings import limit_words as words
from booking.bookings.limit_forms import ChangeLimitForm, EndLimitForm
from booking.bookings.limit_pages import GroupLine, LimitLine, LimitPage, OverLine, PlaceLine, PreviewPage
from booking.bookings.presenting.series import when
from booking.bookings.queries.limit_rows import Impact, LimitRow, Over, OverGroup, PlaceOf
from booking.bookings.services.limits import LimitWish
from booking.clock_faces import STATION_CSS
from booking.scheduling.terms import LimitFacts, Measure

LINES = 200
"""Events, days and groups on a page of those over a limit."""


def limit_line(row: LimitRow) -> LimitLine:
    """A limit in the list."""
    facts = row.facts
    return LimitLine(
        url=url_for("limits.one", code=facts.code),
        amount=words.amount(facts),
        scope=words.scope(row),
        days=words.days(facts.starts_on, facts.ends_on),
        reason=row.reason.in_locale(i18n.current_locale())[0],
        station_css=STATION_CSS.get(row.station, ""),
    )


def place_line(place: PlaceOf, titles: dict[str, str]) -> PlaceLine:
    """A place, with the titles of what is given there."""
    locale = i18n.current_locale()
    given = i18n.join_list([titles.get(code, code) for code in place.offerings], locale)
    return PlaceLine(
        place.name.in_locale(locale)[0],
        i18n.station_name(place.station, locale, place.station),
        given or str(_("nothing yet")),
    )


def limit_page(
    row: LimitRow,
    found: Impact,
    forms: tuple[ChangeLimitForm, EndLimitForm] | None,
    *,
    done: str = "",
    problems: Sequence[str] = (),
    entered: Sequence[tuple[str, str]] = (),
    opened: str = "",
) -> LimitPage:
    """A limit with what can be done; `forms` None for one that is not the coordinator's, or is over."""
    change, end = forms or (None, None)
    return LimitPage(
        code=row.facts.code,
        amount=words.amount(row.facts),
        scope=words.scope(row),
        facts=tuple(_facts(row)),
        sentence=_sentence(found),
        over=tuple(map(_over(row.facts), _shown(found))),
        station_css=STATION_CSS.get(row.station, ""),
        change_form=change,
        end_form=end,
        done=done,
        problems=tuple(problems),
        entered=tuple(entered),
        opened=opened,
    )


def preview_page(
    wish: LimitWish, found: Impact, hidden: Sequence[tuple[str, str]], *, action: str, back_url: str, is_new: bool
) -> PreviewPage:
    """What it would reach, with the one button that does it."""
    facts = LimitFacts(0, "", wish.measure, wish.per, wish.starts_on, wish.ends_on, wish.most, wish.percent)
    reason = wish.reason.get(i18n.current_locale(), "")
    return PreviewPage(
        heading=words.amount(facts),
        facts=tuple(filter(None, (words.days(wish.starts_on, wish.ends_on), reason))),
        sentence=_sentence(found),
        over=tuple(map(_over(facts), _shown(found))),
        action=action,
        back_url=back_url,
        button=str(_("Make this limit") if is_new else _("Change this limit")),
        hidden=tuple(hidden),
    )


def _facts(row: LimitRow) -> Iterable[str]:
    yield words.days(row.facts.starts_on, row.facts.ends_on)
    reason = row.reason.in_locale(i18n.current_locale())[0]
    if reason:
        yield reason
    if row.ended_at is not None:
        yield str(_("Taken back: it binds nothing any more."))


def _sentence(found: Impact) -> str:
    """What it reaches, and that nobody is sent away."""
    numbers = {
        "events": ngettext("%(num)s event to come", "%(num)s events to come", found.events),
        "people": ngettext("%(num)s person", "%(num)s people", found.people),
    }
    reached = str(_("It reaches %(events)s with %(people)s.", **numbers))
    if not found.over:
        return i18n.join_sentences((reached, _("Nobody is over it.")))
    told = [reached, _("Everybody who has booked stays. Below is where they are too many.")]
    shown = len(_shown(found))
    if shown < len(found.over):
        told.append(_("The first %(shown)s of %(all)s are shown.", shown=shown, all=len(found.over)))
    return i18n.join_sentences(told)


def _shown(found: Impact) -> list[Over]:
    """As many as a page can carry, the first of them in any case."""
    lines = accumulate(1 + len(one.groups) for one in found.over)
    fit = sum(1 for line in lines if line <= LINES)
    return [replace(one, groups=one.groups[:LINES]) for one in found.over[: max(1, fit)]]


def _over(facts: LimitFacts) -> Callable[[Over], OverLine]:
    def line(one: Over) -> OverLine:
        title = one.title.in_locale(i18n.current_locale())[0] if one.title else ""
        day = i18n.format_day_year(one.day, i18n.current_locale())
        at = when(datetime.fromisoformat(one.starts_local)) if one.starts_local else day
        numbers = {
            "used": words.counted(facts.measure, one.used),
            "allowed": one.allowed,
            "over": one.used - one.allowed,
        }
        return OverLine(
            heading=i18n.join_facts((title, at)) if title else day,
            url=url_for("series.event", code=one.code) if one.code else "",
            sentence=str(_("%(used)s, %(allowed)s allowed: %(over)s too many.", **numbers)),
            groups=tuple(_group(group, facts.measure) for group in one.groups),
        )

    return line


def _group(group: OverGroup, measure: Measure) -> GroupLine:
    return GroupLine(
        name=group.organisation or str(_("A group that is choosing")),
        reference=group.reference,
        url=url_for("desk.one", reference=group.reference),
        people=ngettext("%(num)s person", "%(num)s people", group.size),
        is_within=group.is_within or measure is Measure.EVENTS,
    )
