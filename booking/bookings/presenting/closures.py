"""The desk's page of a closure before it is declared: what it hits, by language and country, and visit by visit."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n, zones
from booking.bookings.closing import EventHit, Over, Preview, Stays, Way
from booking.bookings.closing_terms import Choice, Obstacle
from booking.bookings.closure_pages import Bar, Found, HitRow, Option, StayRow
from booking.bookings.queries.bookings import BookingFacts
from booking.clock_faces import STATION_CSS, station_moment

SHOWN = 40
"""Visits on a page: 2,000 would weigh a megabyte."""
NAMED = 3
"""Groups of an event that are named; the others are counted."""

CHOICES: Mapping[Choice, object] = {
    Choice.CONVERT: _l("Convert"),
    Choice.MOVE: _l("Move"),
    Choice.CANCEL: _l("Cancel"),
}
OBSTACLES: Mapping[Obstacle, object] = {
    Obstacle.NO_OFFERING: _l("The station gives nothing like it online"),
    Obstacle.NO_GUIDE: _l("No guide is free online at that hour"),
    Obstacle.NO_END: _l("No later day: the closure has no end yet"),
    Obstacle.NO_TIME: _l("No later day with a guide in the weeks after it"),
    Obstacle.NO_GROUP: _l("Nobody has booked"),
}


@dataclass(frozen=True)
class Chosen:
    """What the coordinator has chosen so far: by event, and for the rest."""

    choices: Mapping[str, Choice] = field(default_factory=dict)
    rest: Choice | None = None
    page: int = 1
    marked: frozenset[str] = frozenset()
    """Codes of events whose choice was refused."""

    def of(self, hit: EventHit) -> Choice | None:
        """What becomes of an event; None where that is not said yet."""
        given = self.choices.get(hit.event.code)
        if given in hit.choices:
            return given
        if hit.needs_choice and hit.bookings:
            return None
        return self.rest if self.rest in hit.choices else hit.proposed


def found(preview: Preview, chosen: Chosen) -> Found:
    """What it hits, as the page shows it."""
    hits, first = preview.hits, (chosen.page - 1) * SHOWN
    shown = hits[first : first + SHOWN]
    codes = {one.event.code for one in shown}
    counts = Counter(chosen.of(one) for one in hits)
    asked = sum(len(one.bookings) + len(one.line) for one in hits if chosen.of(one) in {Choice.CONVERT, Choice.MOVE})
    return Found(
        sentence=_sentence(preview),
        counts=_counts(preview),
        stays_sentence=_stays_sentence(preview),
        by_language=_bars(preview.by_language, i18n.language_name),
        by_country=_bars(preview.by_country, i18n.country_name),
        hits=tuple(_hit(one, chosen, preview) for one in shown),
        stays=tuple(_stay(one, preview) for one in preview.stays[:SHOWN]),
        over=tuple(_over(one) for one in preview.over[:SHOWN]),
        shown=_shown(len(shown), len(hits)),
        kept=tuple((f"choice-{code}", value.value) for code, value in chosen.choices.items() if code not in codes),
        next_page=chosen.page + 1 if first + SHOWN < len(hits) else 0,
        earlier_page=chosen.page - 1,
        told=_told(preview, counts),
        button=_button(preview),
        asks=asked > 0,
        station_css=STATION_CSS.get(preview.station.code, ""),
    )


def _sentence(preview: Preview) -> str:
    if not preview.hits:
        return str(_("It hits nothing: no visit takes place then that it would stop."))
    if not preview.bookings:
        visits = ngettext("%(num)s visit", "%(num)s visits", len(preview.hits))
        return str(_("%(visits)s, for which nobody has booked.", visits=visits))
    return ""


def _counts(preview: Preview) -> tuple[str, ...]:
    return (
        ngettext("%(num)s visit", "%(num)s visits", len(preview.hits)),
        ngettext("%(num)s group", "%(num)s groups", len(preview.bookings)),
        ngettext("%(num)s person", "%(num)s people", preview.people),
        ngettext("%(num)s language", "%(num)s languages", len(preview.by_locale)),
        ngettext("%(num)s country", "%(num)s countries", len(preview.by_country)),
    )


def _stays_sentence(preview: Preview) -> str:
    parts = []
    if preview.stays:
        parts.append(
            ngettext(
                "%(num)s visit takes place all the same.",
                "%(num)s visits take place all the same.",
                len(preview.stays),
            )
        )
    others = sum(preview.untouched.values())
    if others:
        parts.append(
            ngettext(
                "%(num)s event online or elsewhere is not touched.",
                "%(num)s events online or elsewhere are not touched.",
                others,
            )
        )
    return i18n.join_sentences(parts)


def _bars(numbers: Mapping[str, int], name: Callable[[str, str], str]) -> tuple[Bar, ...]:
    locale, most = i18n.current_locale(), max(numbers.values(), default=1)
    return tuple(Bar(name(key, locale), number, round(100 * number / most)) for key, number in numbers.items())


def _shown(shown: int, of_all: int) -> str:
    return "" if shown == of_all else _("%(shown)s of %(number)s shown", shown=shown, number=of_all)


def _hit(hit: EventHit, chosen: Chosen, preview: Preview) -> HitRow:
    picked = chosen.of(hit)
    return HitRow(
        code=hit.event.code,
        url=url_for("series.event", code=hit.event.code),
        when=_when(hit.event.starts_at, preview),
        who=_who(hit.bookings),
        facts=_facts(hit),
        ways=tuple(_ways(hit, preview)),
        warnings=tuple(_warnings(hit, preview)),
        options=tuple(
            Option(choice.value, str(text), choice is picked, choice in hit.choices) for choice, text in CHOICES.items()
        ),
        is_undecided=picked is None,
        is_marked=hit.event.code in chosen.marked,
    )


def _when(instant: datetime, preview: Preview) -> str:
    station = preview.station
    return station_moment(instant, station.time_zone, station.code, i18n.current_locale())


def _who(bookings: Sequence[BookingFacts]) -> str:
    if not bookings:
        return str(_("Nobody has booked"))
    names = [booking.organisation or _("somebody") for booking in bookings[:NAMED]]
    more = len(bookings) - NAMED
    if more > 0:
        names.append(ngettext("%(num)s more group", "%(num)s more groups", more))
    return i18n.join_list(names, i18n.current_locale())


def _facts(hit: EventHit) -> str:
    locale = i18n.current_locale()
    title, _lang = hit.title.in_locale(locale)
    countries = dict.fromkeys(i18n.country_in_text(booking.country, locale) for booking in hit.bookings)
    parts = [title, i18n.language_name(hit.event.language, locale)]
    if hit.bookings:
        parts.append(ngettext("%(num)s person", "%(num)s people", hit.people))
    if hit.line:
        parts.append(ngettext("%(num)s group in line", "%(num)s groups in line", len(hit.line)))
    return i18n.join_facts([*parts, *list(countries)[:NAMED]])


def _ways(hit: EventHit, preview: Preview) -> Iterator[str]:
    """How it can go on, in a line for each way."""
    if hit.needs_choice:
        yield _("A courtesy visit is decided by itself.")
    if hit.online:
        yield _online(hit.online)
    if hit.later:
        yield _given(_("Later: %(when)s", when=_when(hit.later.starts_at, preview)), hit.later)


def _online(way: Way) -> str:
    if way.is_other_language:
        language = i18n.language_name(way.language, i18n.current_locale())
        return _given(_("Online: the same hour, in %(language)s", language=language), way)
    return _given(_("Online: the same hour"), way)


def _given(what: str, way: Way) -> str:
    if not way.guides:
        return what
    names = i18n.join_list([one.shown for one in way.guides], i18n.current_locale())
    if way.keeps_guide:
        return str(_("%(what)s; it stays with %(names)s", what=what, names=names))
    return str(_("%(what)s; given by %(names)s", what=what, names=names))


def _warnings(hit: EventHit, preview: Preview) -> Iterator[str]:
    """What stands against a way, and hours that do not suit a class."""
    if hit.not_online and hit.bookings:
        yield str(OBSTACLES[hit.not_online])
    elif hit.online and hit.online.is_other_language:
        language = i18n.language_name(hit.event.language, i18n.current_locale())
        yield _("Nobody is free who gives it online in %(language)s", language=language)
    if hit.not_later and hit.not_later is not Obstacle.NO_END and hit.bookings:
        yield str(OBSTACLES[hit.not_later])
    if hit.online:
        yield from _odd_hours(hit, hit.online, preview)


def _odd_hours(hit: EventHit, way: Way, preview: Preview) -> Iterator[str]:
    station, seen = preview.station, set()
    for booking in hit.bookings:
        zone = booking.contact.time_zone
        local = zones.to_local(way.starts_at, zone) if zone else None
        if local and not station.earliest_comfort <= local.hour * 60 + local.minute <= station.latest_comfort:
            seen.add(_("%(time)s for %(group)s", time=i18n.format_time(local), group=booking.organisation))
    yield from sorted(seen)


def _stay(one: Stays, preview: Preview) -> StayRow:
    locale = i18n.current_locale()
    title, _lang = one.title.in_locale(locale)
    people = sum(booking.size or 0 for booking in one.bookings)
    parts = [title, i18n.language_name(one.event.language, locale)]
    if people:
        parts.append(ngettext("%(num)s person", "%(num)s people", people))
    url = url_for("series.event", code=one.event.code)
    return StayRow(_when(one.event.starts_at, preview), _who(one.bookings), i18n.join_facts(parts), url)


def _over(one: Over) -> StayRow:
    booking, locale = one.booking, i18n.current_locale()
    facts = _(
        "%(people)s, where %(limit)s may come",
        people=ngettext("%(num)s person", "%(num)s people", booking.size or 0),
        limit=one.limit,
    )
    when = station_moment(booking.event.starts_at, booking.station.time_zone, booking.station.code, locale)
    return StayRow(when, booking.organisation, facts, url_for("desk.one", reference=booking.reference))


def _told(preview: Preview, counts: Mapping[Choice | None, int]) -> str:
    written = len(preview.bookings) + sum(len(one.line) for one in preview.hits)
    if not preview.hits:
        return str(_("Nobody has to be written to."))
    groups = ngettext("%(num)s group is written to", "%(num)s groups are written to", written)
    outcome = i18n.join_list(list(_outcomes(counts)), i18n.current_locale())
    return str(_("%(groups)s: %(outcome)s.", groups=groups, outcome=outcome))


def _outcomes(counts: Mapping[Choice | None, int]) -> Iterator[str]:
    if counts.get(Choice.CONVERT):
        yield ngettext("%(num)s visit becomes virtual", "%(num)s visits become virtual", counts[Choice.CONVERT])
    if counts.get(Choice.MOVE):
        yield ngettext("%(num)s moves", "%(num)s move", counts[Choice.MOVE])
    if counts.get(Choice.CANCEL):
        yield ngettext("%(num)s is cancelled", "%(num)s are cancelled", counts[Choice.CANCEL])
    if counts.get(None):
        yield ngettext("%(num)s is to be decided", "%(num)s are to be decided", counts[None])


def _button(preview: Preview) -> str:
    written = len(preview.bookings) + sum(len(one.line) for one in preview.hits)
    if not written:
        return str(_("Announce the closure"))
    return str(ngettext("Announce it and send %(num)s message", "Announce it and send %(num)s messages", written))
