"""The roster of a week on pages: the week as it is, and a proposal beside it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n, zones
from booking.catalogue.pages import Choice
from booking.catalogue.words import title_of
from booking.clock_faces import STATION_CSS
from booking.scheduling.queries.roster import RosterEvent, Situation, StoredProposal
from booking.scheduling.roster.loads import Load, loads_of
from booking.scheduling.roster.reasons import Why
from booking.scheduling.roster.weeks import Week
from booking.scheduling.roster.words import why_text
from booking.scheduling.roster_pages import (
    ConflictRow,
    Day,
    Earlier,
    EventRow,
    LoadRow,
    ProposalPage,
    Uncovered,
    WeekPage,
)
from booking.scheduling.services.roster_apply import Choice as Chosen
from booking.scheduling.services.roster_apply import Conflict, Stale
from booking.scheduling.terms import Reason, Unfit
from booking.scheduling.words import in_words

_NEVER_HERE = frozenset({Reason.ROLE, Reason.STATION, Reason.LANGUAGE})
"""Whoever lacks one of these is not named among those who could give an event."""


def week_page(
    week: Week, events: Sequence[RosterEvent], earlier: Iterable[StoredProposal], problem: str = ""
) -> WeekPage:
    """The week as it is."""
    nobody = sum(event.guide_id is None for event in events)
    sentence = ngettext("%(num)d event", "%(num)d events", len(events))
    without = ngettext("%(num)d has nobody", "%(num)d have nobody", nobody)
    return WeekPage(
        week=str(week),
        between=between(week),
        sentence=_("%(events)s, %(without)s.", events=sentence, without=without),
        before_url=url_for("roster.week", week=str(week.before)),
        after_url=url_for("roster.week", week=str(week.after)),
        problem=problem,
        can_propose=bool(events),
        days=tuple(_days(events, _row)),
        earlier=[_earlier(one) for one in earlier],
    )


@dataclass(frozen=True)
class Seen:
    """A proposal, the week as it is now, and what stands in the form: what was proposed, or what was sent."""

    proposal: StoredProposal
    situation: Situation
    chosen: Mapping[int, Chosen]
    leave_out: frozenset[int] = frozenset()

    @property
    def rows(self) -> Mapping[int, Mapping[str, Any]]:
        """What was proposed, by the event's id."""
        return {row["id"]: row for row in self.proposal.rows["events"]}

    def guide_of(self, event: RosterEvent) -> int | None:
        """Who is to have the event."""
        return self.chosen[event.id].guide

    def name(self, guide: int | None) -> str:
        """What a guide is called; empty for nobody."""
        return self.situation.names[guide].shown if guide is not None and guide in self.situation.names else ""


def proposed(proposal: StoredProposal, situation: Situation) -> dict[int, Chosen]:
    """What the form holds first: everything as proposed, locked what is locked."""
    locked = {event.id: event.is_locked for event in situation.events}
    rows = proposal.rows["events"]
    return {row["id"]: Chosen(row["proposed"], locked.get(row["id"], False)) for row in rows}


def proposal_page(seen: Seen, conflicts: Sequence[Conflict] = (), problem: str = "") -> ProposalPage:
    """The proposal beside what is."""
    events, proposal = seen.situation.events, seen.proposal
    uncovered = [event for event in events if seen.guide_of(event) is None]
    covered = len(events) - len(uncovered)
    told = _("%(covered)s of %(all)s events have somebody.", covered=covered, all=len(events))
    proven = proposal.rows["proven_optimal"]
    return ProposalPage(
        id=proposal.id,
        week=str(proposal.week),
        between=between(proposal.week),
        sentence=told,
        proof=_("No better roster exists.") if proven else _("The time ended before the best was proven."),
        week_url=url_for("roster.week", week=str(proposal.week)),
        applied=_applied(proposal),
        problem=problem,
        conflicts=[_conflict(one, seen) for one in conflicts],
        left_out=sorted(seen.leave_out - {one.event_id for one in conflicts}),
        uncovered=[_uncovered(event, seen) for event in uncovered],
        days=tuple(_days(events, lambda event: _proposed_row(event, seen))),
        loads=_loads(seen),
        button=_button(seen),
    )


def between(week: Week) -> str:
    """From which day to which."""
    locale = i18n.current_locale()
    first, last = i18n.format_days(week.monday, week.sunday, locale)
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _days(events: Iterable[RosterEvent], row_of: Callable[[RosterEvent], EventRow]) -> Iterator[Day]:
    in_order = sorted(events, key=lambda one: (_local(one).date(), one.starts_at, one.id))
    for day, of_day in groupby(in_order, key=lambda one: _local(one).date()):
        yield Day(i18n.format_day(day, i18n.current_locale()), tuple(map(row_of, of_day)))


def _local(event: RosterEvent) -> datetime:
    return zones.to_local(event.starts_at, event.time_zone)


def _row(event: RosterEvent) -> EventRow:
    locale = i18n.current_locale()
    title, title_lang = title_of(event.title)
    start, end = _local(event), zones.to_local(event.ends_at, event.time_zone)
    return EventRow(
        id=event.id,
        code=event.code,
        when=_("%(start)s to %(end)s", start=i18n.format_time(start), end=i18n.format_time(end)),
        heard_as=i18n.join_facts((title, i18n.format_date_time(start, locale))),
        station=i18n.station_name(event.station, locale, event.station_name),
        station_css=STATION_CSS.get(event.station, ""),
        title=title,
        title_lang=title_lang,
        language=i18n.language_name(event.language, locale),
        today=event.guide_name,
        is_locked=event.is_locked,
    )


def _proposed_row(event: RosterEvent, seen: Seen) -> EventRow:
    guide, situation = seen.guide_of(event), seen.situation
    waits = event.id in situation.asked and not seen.proposal.applied_at
    return replace(
        _row(event),
        today=seen.name(seen.rows[event.id]["seen"]),
        proposed=seen.name(guide),
        is_changed=guide != seen.rows[event.id]["seen"],
        is_locked=bool(seen.chosen[event.id].is_locked),
        choices=_choices(event, guide, situation) if waits else (),
        not_possible=_not_possible(situation.against.get(event.id, {}), situation) if waits else (),
    )


def _choices(event: RosterEvent, chosen: int | None, situation: Situation) -> list[Choice]:
    against = situation.against.get(event.id, {})
    able = [guide for guide in situation.names if guide == chosen or against.get(guide) == ()]
    named = sorted((situation.names[guide], guide == chosen) for guide in able)
    some = [Choice(name.code, name.shown, is_chosen) for name, is_chosen in sorted(named, key=lambda one: one[0].shown)]
    return [Choice("", _("Nobody"), chosen is None), *some]


def _not_possible(against: Mapping[int, Sequence[Unfit]], situation: Situation) -> list[str]:
    """Who could give it at another time, with what stands against it now."""
    found = []
    for guide, unfit in against.items():
        if unfit and guide in situation.names and _NEVER_HERE.isdisjoint(one.reason for one in unfit):
            name = situation.names[guide].shown
            found.append(str(_("%(guide)s %(why)s.", guide=name, why=in_words(unfit[0]))))
    return sorted(found)


def _uncovered(event: RosterEvent, seen: Seen) -> Uncovered:
    row, stored = _row(event), seen.rows[event.id]["why"]
    guides = {guide: name.shown for guide, name in seen.situation.names.items()}
    events = {one.id: _short(one) for one in seen.situation.events}
    why = _("You chose nobody.")
    if stored is not None:
        why = why_text(Why.from_json(stored), row.language, row.station, guides, events)
    when = i18n.format_date_time(_local(event), i18n.current_locale())
    return Uncovered(when, row.title, row.title_lang, why)


def _short(event: RosterEvent) -> str:
    return f"{event.code} ({i18n.format_time(_local(event))})"


def _loads(seen: Seen) -> list[LoadRow]:
    situation = seen.situation
    given = {event.id: guide for event in situation.events if (guide := seen.guide_of(event)) is not None}
    asked = [event.to_give for event in situation.events if event.id in situation.asked]
    loads = loads_of(situation.week, situation.hosts, situation.taken, asked, given)
    most = max((load.month_minutes for load in loads), default=0)
    rows = [
        LoadRow(seen.name(one.guide), _load_text(one), one.month_minutes, most) for one in loads if one.month_minutes
    ]
    return sorted(rows, key=lambda row: (-row.minutes, row.name))


def _load_text(load: Load) -> str:
    events = ngettext("%(num)d event this week", "%(num)d events this week", load.events)
    hours, minutes = divmod(load.month_minutes, 60)
    return str(
        _("%(events)s, %(hours)s:%(minutes)s hours in the month", events=events, hours=hours, minutes=f"{minutes:02}")
    )


def _button(seen: Seen) -> str:
    """What the button does, in numbers."""
    changed = [
        event
        for event in seen.situation.events
        if event.id not in seen.leave_out and seen.guide_of(event) != seen.rows[event.id]["seen"]
    ]
    guides = {seen.guide_of(event) for event in changed} - {None}
    if not guides:
        return str(_("Save this"))
    events = ngettext("%(num)d event", "%(num)d events", len(changed))
    to_guides = ngettext("%(num)d guide", "%(num)d guides", len(guides))
    return str(_("Give %(events)s to %(guides)s", events=events, guides=to_guides))


def _conflict(conflict: Conflict, seen: Seen) -> ConflictRow:
    event = next((one for one in seen.situation.events if one.id == conflict.event_id), None)
    called = f"{_row(event).heard_as} ({conflict.code})" if event else conflict.code
    guide = seen.name(conflict.guide)
    why = in_words(conflict.unfit[0]) if conflict.unfit else _("works here no more")
    said = {
        Stale.OVER: _("%(event)s: cancelled, or over.", event=called),
        Stale.BEGUN: _("%(event)s: it has begun.", event=called),
        Stale.MOVED: _("%(event)s: it was changed; propose a new roster for it.", event=called),
        Stale.COVERED: _("%(event)s: %(guide)s has it by now.", event=called, guide=guide),
        Stale.UNFIT: _("%(event)s: %(guide)s %(why)s.", event=called, guide=guide, why=why),
    }
    nobody = conflict.stale is Stale.COVERED and conflict.guide is None
    text = _("%(event)s: whoever had it was taken off it.", event=called) if nobody else said[conflict.stale]
    return ConflictRow(conflict.event_id, str(text))


def _applied(proposal: StoredProposal) -> str:
    if proposal.applied_at is None:
        return ""
    day = i18n.format_date_time(proposal.applied_at, i18n.current_locale())
    return str(_("This roster was accepted on %(when)s UTC.", when=day))


def _earlier(proposal: StoredProposal) -> Earlier:
    made = i18n.format_date_time(proposal.created_at, i18n.current_locale())
    state = _("accepted") if proposal.applied_at else _("not accepted")
    return Earlier(url_for("roster.proposal", proposal_id=proposal.id), _("Proposed on %(when)s UTC", when=made), state)
