"""The desk's list of closures, one closure, and the log of an operation."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n, zones
from booking.bookings.closing import Hindrance
from booking.bookings.closing_terms import Choice, Hindered, OperationState, StepState, Stuck
from booking.bookings.closure_forms import EndForm, address_of, phase_days
from booking.bookings.closure_pages import (
    ClosureRow,
    ClosuresPage,
    LogRow,
    OneClosurePage,
    OperationPage,
    OperationRow,
    StuckPart,
)
from booking.bookings.queries import closing_log
from booking.bookings.queries.closing_log import Operation, Step
from booking.bookings.services.closure_plan import order_of
from booking.catalogue.pages import Link
from booking.catalogue.terms import Format, Kind
from booking.catalogue.words import KINDS
from booking.clock_faces import STATION_CSS, station_moment
from booking.scheduling.terms import PRE_BOOKED_GROUP, LeftOut

LOG_SHOWN = 200
"""Lines of a log on its page; the API tells all."""

DONE: Mapping[str, object] = {
    "sent": _l("Done. The groups are being written to."),
    "lifted": _l("The premises are open again. Visits that were cancelled stay cancelled."),
    "shortened": _l("The closure ends earlier. Visits that were cancelled stay cancelled."),
    "undone": _l("Undone. Everything is as it was before; whoever had been written to gets one note more."),
}
STATES: Mapping[OperationState, tuple[object, str]] = {
    OperationState.PREPARED: (_l("Prepared"), " wait"),
    OperationState.DONE: (_l("Done"), ""),
    OperationState.UNDONE: (_l("Undone"), " past"),
    OperationState.DROPPED: (_l("Called off"), " past"),
}
ANSWERS: Mapping[StepState, tuple[object, str]] = {
    StepState.DONE: (_l("Told"), ""),
    StepState.PENDING: (_l("No answer yet"), " wait"),
    StepState.ACCEPTED: (_l("Accepted"), ""),
    StepState.REFUSED: (_l("Declined"), " stop"),
    StepState.EXPIRED: (_l("Did not answer in time"), " stop"),
    StepState.UNDONE: (_l("As before"), " past"),
}
HINDERED: Mapping[Hindered, object] = {
    Hindered.ANSWERED: _l("%(what)s: the group has accepted."),
    Hindered.REFUSED: _l("%(what)s: the group has declined."),
    Hindered.EXPIRED: _l("%(what)s: the time to answer is over."),
    Hindered.CHANGED: _l("%(what)s has been changed since."),
    Hindered.BOOKED: _l("%(what)s: somebody else has booked meanwhile."),
    Hindered.GUIDE: _l("%(what)s: %(guide)s is in another event then."),
    Hindered.BEGUN: _l("%(what)s would have begun."),
    Hindered.CLOSED: _l("%(what)s: another closure stops it."),
}


def closures_page(
    closures: Sequence[closing_log.ClosureRow], operations: Sequence[Operation], now: datetime
) -> ClosuresPage:
    """The list: what is prepared, in force or to come, and what is over."""
    ahead = [one for one in closures if not _is_over(one, now)]
    past = [one for one in closures if _is_over(one, now)]
    return ClosuresPage(
        prepared=tuple(operation_row(one) for one in operations if one.state is OperationState.PREPARED),
        ahead=tuple(closure_row(one, now) for one in reversed(ahead)),
        past=tuple(closure_row(one, now) for one in past[:LOG_SHOWN]),
    )


def _today(closure: closing_log.ClosureRow, now: datetime) -> date:
    return zones.local_date(now, closure.time_zone)


def _is_over(closure: closing_log.ClosureRow, now: datetime) -> bool:
    ends_on = closure.ends_on
    return closure.lifted_at is not None or (ends_on is not None and ends_on < _today(closure, now))


def closure_row(closure: closing_log.ClosureRow, now: datetime) -> ClosureRow:
    """A closure in the list."""
    locale = i18n.current_locale()
    reason, lang = closure.message.in_locale(locale)
    if closure.lifted_at is not None:
        state, pill = _("Lifted"), " past"
    elif _is_over(closure, now):
        state, pill = _("Over"), " past"
    elif closure.starts_on <= _today(closure, now):
        state, pill = _("In force"), " stop"
    else:
        state, pill = _("To come"), " wait"
    return ClosureRow(
        url=url_for("closures.one", code=closure.code),
        days=phase_days(closure.starts_on, closure.ends_on),
        what=_what(closure),
        reason=reason,
        reason_lang=lang,
        pill=pill,
        state=state,
        station=i18n.station_name(closure.station, locale, closure.station_name),
        station_css=STATION_CSS.get(closure.station, ""),
    )


def _what(closure: closing_log.ClosureRow) -> str:
    parts = []
    if Format.IN_PERSON.value in closure.blocks_formats:
        parts.append(_("No visits on site."))
    if PRE_BOOKED_GROUP in closure.allows:
        parts.append(_("No visits without a booking."))
    if closure.distanced_capacity is not None:
        parts.append(
            ngettext(
                "Groups of %(num)s person at most.",
                "Groups of %(num)s people at most.",
                closure.distanced_capacity,
            )
        )
    return i18n.join_sentences(parts)


STUCK: Mapping[Stuck, tuple[object, object]] = {
    Stuck.CLOSED: (
        _l("Another closure covers these days."),
        _l("Shorten or lift that one, and this one is announced by itself. Or call this one off."),
    ),
    Stuck.PAST: (_l("Its first day is over."), _l("Call it off, and announce it afresh from today on.")),
    Stuck.ANSWER_BY: (
        _l("Groups are offered something else, and the time to answer is over or was never set."),
        _l("Call it off, and announce it afresh with a later day to answer."),
    ),
    Stuck.CHOICE: (
        _l("These visits cannot go on as it was chosen, or need a choice of their own:"),
        _l("Change the visits, and it is announced by itself. Or call it off, and announce it afresh."),
    ),
    Stuck.CHANGED: (
        _l("What it rests on has changed since it was prepared."),
        _l("Call it off, and announce it afresh."),
    ),
    Stuck.TAKEN: (
        _l("A guide or a meeting room that it needs is in use."),
        _l("Free them, and it is announced by itself. Or call it off, and announce it afresh."),
    ),
}
"""Why a prepared closure waits, and what can be done."""


def operation_row(operation: Operation) -> OperationRow:
    """An operation in a list."""
    state, pill = STATES[operation.state]
    locale = i18n.current_locale()
    when = station_moment(operation.created_at, operation.time_zone, operation.station, locale)
    text = _("Announced %(when)s", when=when)
    if operation.state is OperationState.PREPARED:
        day = i18n.format_day_year(operation.due_on, locale)
        text = _("Prepared for %(day)s: nobody has been told yet", day=day)
        if operation.stuck:
            state, pill = _("Could not be announced"), " stop"
    return OperationRow(url_for("closures.operation", code=operation.code), text, str(state), pill)


def one_closure(
    closure: closing_log.ClosureRow, operations: Sequence[Operation], now: datetime, form: EndForm
) -> OneClosurePage:
    """A closure, with what can be done about it."""
    locale, row = i18n.current_locale(), closure_row(closure, now)
    live = not _is_over(closure, now)
    conditions = closure.conditions.in_locale(locale)[0] if closure.conditions else ""
    extend = ""
    if live and closure.ends_on is not None:
        first = (closure.ends_on + timedelta(days=1)).isoformat()
        known = {"station": closure.station, "extends": closure.code, "reason": closure.message.get("en", "")}
        extend = f"{url_for('closures.new')}?{urlencode({**known, 'p1-first_on': first})}"
    return OneClosurePage(
        code=closure.code,
        title=_("%(station)s, %(days)s", station=row.station, days=row.days),
        row=row,
        conditions=conditions,
        allowed=_allowed(closure),
        operations=tuple(Link(operation_row(one).text, operation_row(one).url) for one in operations),
        form=form if live else None,
        may_lift=live,
        extend_url=extend,
        version=closure.etag,
    )


def _allowed(closure: closing_log.ClosureRow) -> str:
    names = {kind.value: str(text) for kind, text in KINDS.items()}
    names[PRE_BOOKED_GROUP] = _("Groups with a booking")
    names[Kind.COURTESY_VISIT.value] = _("Courtesy visits")
    return i18n.join_list([names.get(one, one) for one in closure.allows], i18n.current_locale())


def operation_page(operation: Operation, steps: Sequence[Step], rows: Iterable[ClosureRow]) -> OperationPage:
    """What an operation did, and what came of it."""
    groups = [one for one in steps if one.booking_id]
    events = [one for one in steps if one.event_id and not one.booking_id and one.choice]
    locale, zone = i18n.current_locale(), operation.time_zone
    in_place = i18n.station_in(operation.station, locale, operation.station)
    until = ""
    if operation.answer_by and operation.state is OperationState.DONE and operation.answers.get(StepState.PENDING):
        when = station_moment(operation.answer_by, zone, operation.station, locale)
        until = _("Places are held until %(when)s.", when=when)
    row = operation_row(operation)
    return OperationPage(
        code=operation.code,
        title=_("Closure %(in_place)s", in_place=in_place),
        state=row.state,
        pill=row.pill,
        sentence=_sentence(operation, events, groups),
        answers=i18n.join_sentences((_answers(operation), until)),
        rows=tuple(_log_rows([*events, *groups], operation))[:LOG_SHOWN],
        more=ngettext(
            "%(num)s line more is told by the API.",
            "%(num)s lines more are told by the API.",
            len(events) + len(groups) - LOG_SHOWN,
        )
        if len(events) + len(groups) > LOG_SHOWN
        else "",
        closures=tuple(rows),
        undo_text=_undo_text(operation),
        undo_note=_undo_note(operation),
        stuck=_stuck(operation),
        again_url=_again_url(operation),
        why_not=_why_not(operation),
        station_css=STATION_CSS.get(operation.station, ""),
    )


def _sentence(operation: Operation, events: Sequence[Step], groups: Sequence[Step]) -> str:
    locale = i18n.current_locale()
    if operation.state is OperationState.PREPARED:
        return operation_row(operation).text
    counts = Counter(one.choice for one in events)
    visits = ngettext("%(num)s visit", "%(num)s visits", len(events))
    told = ngettext("%(num)s group", "%(num)s groups", len(groups))
    when = station_moment(operation.done_at or operation.created_at, operation.time_zone, operation.station, locale)
    words = {choice: str(text) for choice, text in OUTCOMES.items()}
    parts = [f"{counts[choice]} {words[choice]}" for choice in Choice if counts[choice]]
    whole = _("Announced %(when)s: %(visits)s, %(groups)s.", when=when, visits=visits, groups=told)
    return f"{whole} {i18n.join_list(parts, locale)}." if parts else whole


BECAME: Mapping[Choice, object] = {
    Choice.CONVERT: _l("Virtual now"),
    Choice.MOVE: _l("Moved"),
    Choice.CANCEL: _l("Cancelled"),
}
OUTCOMES: Mapping[Choice, object] = {
    Choice.CONVERT: _l("to virtual"),
    Choice.MOVE: _l("to another day"),
    Choice.CANCEL: _l("cancelled"),
}


def _answers(operation: Operation) -> str:
    counts = operation.answers
    parts = []
    if counts.get(StepState.ACCEPTED):
        parts.append(ngettext("%(num)s has accepted", "%(num)s have accepted", counts[StepState.ACCEPTED]))
    if counts.get(StepState.REFUSED):
        parts.append(ngettext("%(num)s has declined", "%(num)s have declined", counts[StepState.REFUSED]))
    if counts.get(StepState.EXPIRED):
        parts.append(
            ngettext("%(num)s did not answer in time", "%(num)s did not answer in time", counts[StepState.EXPIRED])
        )
    if counts.get(StepState.PENDING):
        parts.append(ngettext("%(num)s has not answered", "%(num)s have not answered", counts[StepState.PENDING]))
    return _("Of the groups %(answers)s.", answers=i18n.join_list(parts, i18n.current_locale())) if parts else ""


def _log_rows(steps: Sequence[Step], operation: Operation) -> Iterator[LogRow]:
    """Each event, and below it its groups."""
    order = {one.event_id: number for number, one in enumerate(steps) if not one.booking_id}
    for one in sorted(steps, key=lambda one: (order.get(one.event_id, 0), one.booking_id is not None, one.id)):
        yield _group_row(one) if one.booking_id else _event_row(one, operation)


def _event_row(one: Step, operation: Operation) -> LogRow:
    locale = i18n.current_locale()
    when = station_moment(one.starts_at, operation.time_zone, operation.station, locale) if one.starts_at else one.event
    choice = str(BECAME[one.choice]) if one.choice else ""
    new = _("now %(event)s", event=one.new_event) if one.new_event else ""
    url = url_for("series.event", code=one.new_event or one.event)
    return LogRow(when, one.event, new, choice, "", url, is_event=True)


def _group_row(one: Step) -> LogRow:
    text, pill = ANSWERS[one.state]
    locale = i18n.current_locale()
    people = ngettext("%(num)s person", "%(num)s people", one.size or 0)
    facts = i18n.join_facts([people, i18n.country_in_text(one.country, locale)] if one.country else [people])
    outcome = str(text)
    if one.state is StepState.DONE and one.choice is Choice.CANCEL:
        outcome, pill = _("Cancelled and told"), " stop"
    return LogRow("", one.organisation, facts, outcome, pill, url_for("desk.one", reference=one.reference))


def _undo_text(operation: Operation) -> str:
    if operation.state is OperationState.PREPARED:
        return str(_("Call it off"))
    return _("Undo the closure") if operation.may_be_undone else ""


def _undo_note(operation: Operation) -> str:
    if operation.state is OperationState.PREPARED:
        return str(_("Nothing has been changed yet, and nobody has been told."))
    note = _("Possible while nobody has answered. Everything is as before; whoever has been written to gets one note.")
    return str(note)


def _stuck(operation: Operation) -> StuckPart | None:
    if operation.stuck is None or operation.stuck_at is None:
        return None
    why, way_out = STUCK[operation.stuck]
    when = station_moment(operation.stuck_at, operation.time_zone, operation.station, i18n.current_locale())
    tried = _("It could not be announced; the last try was on %(when)s.", when=when)
    endpoint = "closures.one" if operation.stuck is Stuck.CLOSED else "series.event"
    about = [Link(code, url_for(endpoint, code=code)) for code in operation.stuck_about.split()]
    return StuckPart(f"{tried} {why}", str(way_out), tuple(about))


def _again_url(operation: Operation) -> str:
    if not operation.stuck and operation.state is not OperationState.DROPPED:
        return ""
    order = order_of(operation.plan, operation.created_at, operation.created_by, None)
    return f"{url_for('closures.new')}?{urlencode(address_of(order.wishes))}"


def _why_not(operation: Operation) -> str:
    if operation.state is OperationState.DONE and not operation.may_be_undone:
        return str(_("It cannot be undone any more: a group has answered. Shorten or lift the closure instead."))
    return ""


def left_out_lines(found: Iterable[LeftOut]) -> tuple[str, ...]:
    """Who does not come along any more to which joint event."""
    text = _("%(what)s: %(guide)s does not come along any more.")
    return tuple(str(text) % {"what": one.event, "guide": one.guide} for one in found)


def hindered(page: OperationPage, hindrances: Sequence[Hindrance], otherwise: str) -> OperationPage:
    """The page with what stands against an undo."""
    told = tuple(str(HINDERED[one.why]) % {"what": one.subject, "guide": one.guide} for one in hindrances[:LOG_SHOWN])
    return replace(page, problems=(otherwise, *told))
