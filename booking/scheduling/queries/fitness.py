"""Who could give these events, and what stands against the others: five statements, whatever the numbers."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import VIRTUAL_FORMATS
from booking.db import table_of
from booking.i18n import base_language
from booking.scheduling.fitness import Company, Wanted
from booking.scheduling.hosts import Need, Taken
from booking.scheduling.minutes import Span, instant_of, minute_of, weeks_around
from booking.scheduling.models import Event
from booking.scheduling.queries.hosts import hosts_of, hosts_with, taken_between
from booking.scheduling.rules import role_for, skill_needed
from booking.scheduling.terms import Unfit

_EVENT, _OFFERING, _STATION = table_of(Event).c, table_of(Offering).c, table_of(Station).c
_WANTED = (
    select(
        _EVENT.id,
        _EVENT.code,
        _EVENT.station_id,
        _EVENT.language,
        _EVENT.format,
        _EVENT.starts_at,
        _EVENT.ends_at,
        _OFFERING.kind,
        _OFFERING.audience,
        _OFFERING.theme,
        _STATION.buffer_min,
    )
    .join_from(table_of(Event), table_of(Offering), _OFFERING.id == _EVENT.offering_id)
    .join(table_of(Station), _STATION.id == _EVENT.station_id)
    .where(_EVENT.id.in_(bindparam("ids", expanding=True)))
)
Fitness = Mapping[int, Mapping[int, tuple[Unfit, ...]]]
"""By the event's id, then by the host's: what stands against it; empty where the host can give the event."""


def fitness(
    session: Session,
    event_ids: Collection[int],
    guide_ids: Collection[int] | None = None,
    given_up: Collection[int] = (),
    given: Mapping[int, int] | None = None,
) -> Fitness:
    """What stands against each host's giving each event.

    The hosts are the active ones among `guide_ids`, or all who give anything for the events' stations. What a host
    has in the event itself does not count; nor do the events `given_up`, whose hosts are to be found anew.
    `given`: who is to have which of these events (guide by event): one may stand against another.
    """
    wanted = {row["id"]: _wanted(row) for row in session.execute(_WANTED, {"ids": list(event_ids)}).mappings()}
    if not wanted:
        return {}
    span = Span(min(one.span.base for one in wanted.values()), max(one.span.end for one in wanted.values()))
    weeks = weeks_around(span)
    first, last = instant_of(weeks.base), instant_of(weeks.end)
    if guide_ids is None:
        stations = {one.need.station_id for one in wanted.values()}
        hosts = hosts_of(session, stations, first.date(), last.date())
    else:
        hosts = hosts_with(session, guide_ids, first.date(), last.date())
    taken = taken_between(session, [host.id for host in hosts], first, last, given_up)
    return Company(hosts, _with_given(taken, wanted, given or {})).judge(wanted)


def _with_given(
    taken: Mapping[int, Sequence[Taken]], wanted: Mapping[int, Wanted], given: Mapping[int, int]
) -> Mapping[int, Sequence[Taken]]:
    """What the hosts have once those events are given."""
    found = {host: list(own) for host, own in taken.items()}
    for event_id, host in given.items():
        if event_id in wanted:
            one = wanted[event_id]
            more = Taken(host, one.start, one.end + one.pause, is_event=True, pause=one.pause, code=one.code)
            found.setdefault(host, []).append(more)
    return found


def _wanted(row: RowMapping) -> Wanted:
    """What an event asks of its host: the offering says which skill, the event its own language, format and time."""
    need = Need(
        station_id=row["station_id"],
        role=role_for(row["kind"]),
        language=base_language(row["language"]) or row["language"],
        skill=skill_needed(row["kind"], row["audience"], row["theme"]),
        on_site=row["format"] not in VIRTUAL_FORMATS,
    )
    return Wanted(need, minute_of(row["starts_at"]), minute_of(row["ends_at"]), row["buffer_min"], row["code"])
