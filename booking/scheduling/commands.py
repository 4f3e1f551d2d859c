"""The command `booking roster`."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

import click
from flask import current_app
from flask.cli import with_appcontext

from booking import clock, i18n, zones
from booking.scheduling.queries.roster import RosterEvent
from booking.scheduling.roster.weeks import BadWeek, Week, parse_week
from booking.scheduling.roster.words import why_text
from booking.scheduling.services import roster as services
from booking.scheduling.services.roster import Roster
from booking.scheduling.services.roster_apply import Applied, RosterConflicts, apply
from booking.scheduling.terms import HostTaken

ACTOR = "command"
NOBODY = "-"


def _week(_context: click.Context, _parameter: click.Parameter, text: str) -> Week:
    try:
        return parse_week(text)
    except BadWeek as error:
        raise click.BadParameter(str(error)) from error


def _stations(_context: click.Context, _parameter: click.Parameter, codes: Sequence[str]) -> Sequence[str]:
    return tuple(code.upper() for code in codes)


@click.command("roster")
@click.option("--week", required=True, callback=_week, help="ISO week: 2026-W50, Monday to Sunday of each station.")
@click.option("--station", "codes", multiple=True, callback=_stations, help="Code of a station; all of them otherwise.")
@click.option("--reassign", is_flag=True, help="As if nobody had any event but those that are locked.")
@click.option("--apply", "applies", is_flag=True, help="Give the events as proposed, all at once, and tell the guides.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@with_appcontext
def roster(week: Week, codes: Sequence[str], reassign: bool, applies: bool, form: str) -> None:  # noqa: FBT001  click's
    """Propose guides for the events of a week that have none."""
    known = current_app.extensions["booking.station_codes"]()
    if unknown := sorted(set(codes) - known):
        raise click.BadParameter(f"no station has the code {unknown[0]!r:.20}", param_hint="--station")
    stations, now = codes or None, clock.now()
    found = services.find(week, stations, now=now, reassign=reassign)
    applied = _apply(services.propose(found, stations, now=now, by=ACTOR)) if applies else None
    for line in (_json if form == "json" else _table)(found, applied):
        click.echo(line)


def _apply(proposal_id: int) -> Applied:
    try:
        return apply(proposal_id, now=clock.now(), actor=ACTOR)
    except RosterConflicts as error:
        codes = ", ".join(conflict.code for conflict in error.conflicts)
        raise click.ClickException(f"nothing was applied: not to be given as proposed any more: {codes}") from error
    except HostTaken as error:
        raise click.ClickException("nothing was applied: the schedule was being changed, try again") from error


def _why(found: Roster) -> Callable[[RosterEvent], str]:
    """Why an event has nobody, in a sentence that names everything by its code."""
    guides = {guide: name.code for guide, name in found.situation.names.items()}
    events = {event.id: event.code for event in found.situation.events}
    locale = i18n.current_locale()

    def told(event: RosterEvent) -> str:
        language, station = (
            i18n.language_name(event.language, locale),
            i18n.station_name(event.station, locale, event.station_name),
        )
        return why_text(found.why(event), language, station, guides, events)

    return told


def _json(found: Roster, applied: Applied | None) -> Iterator[str]:
    told = _why(found)
    said = {
        "week": str(found.situation.week),
        "events": len(found.situation.events),
        "covered": len(found.given),
        "proven_optimal": found.answer.proven_optimal,
        "loads": {
            _code(found, load.guide): {
                "events": load.events,
                "minutes": load.minutes,
                "month_minutes": load.month_minutes,
            }
            for load in found.loads
        },
        "uncovered": [{"event": event.code, "reason": told(event)} for event in found.uncovered],
        "changes": [
            {"event": one.code, "before": one.guide_code or None, "guide": _proposed(found, one)}
            for one in found.changed
        ],
        "applied": None if applied is None else applied.events,
    }
    yield json.dumps(said, indent=2, ensure_ascii=False)


def _code(found: Roster, guide: int) -> str:
    return found.situation.names[guide].code


def _proposed(found: Roster, event: RosterEvent) -> str | None:
    guide = found.given.get(event.id)
    return None if guide is None else _code(found, guide)


def _table(found: Roster, applied: Applied | None) -> Iterator[str]:
    week, events = found.situation.week, found.situation.events
    yield f"Roster of {week}: {week.monday} to {week.sunday}"
    yield f"{len(found.given)} of {len(events)} events have somebody; {_proof(found)}."
    yield ""
    rows = (
        (
            one.code,
            _local(one),
            one.language,
            one.guide_code or NOBODY,
            _proposed(found, one) or NOBODY,
            _mark(found, one),
        )
        for one in events
    )
    yield from _lines(("event", "begins", "language", "today", "proposed", ""), rows)
    yield ""
    loads = [load for load in found.loads if load.month_minutes]
    rows_of = ((_code(found, one.guide), one.events, one.minutes, one.month_minutes) for one in loads)
    yield from _lines(("guide", "events", "minutes", "of the month"), rows_of)
    if found.uncovered:
        yield from ("", "Without a guide:")
        told = _why(found)
        yield from (f"{event.code}  {told(event)}" for event in found.uncovered)
    if applied is not None:
        yield from ("", f"{applied.events} events were given to {applied.guides} guides.")


def _proof(found: Roster) -> str:
    return "no better roster exists" if found.answer.proven_optimal else "the time ended before the best was proven"


def _mark(found: Roster, event: RosterEvent) -> str:
    if event.is_locked:
        return "locked"
    return "" if found.given.get(event.id) == event.guide_id else "changed"


def _local(event: RosterEvent) -> str:
    return f"{zones.to_local(event.starts_at, event.time_zone):%a %d %b %H:%M}"


def _lines(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table in columns as wide as what stands in them."""
    table = [heads, *(tuple(map(str, row)) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
    for row in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


commands: list[click.Command] = [roster]
