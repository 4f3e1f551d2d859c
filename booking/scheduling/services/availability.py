"""When a guide works and what they can be asked to give: each change in its transaction, with its line in the trail.

Each is seen by the next search. Events that the guide has already stay theirs: the page names those that do not fit
any more. All take the guide's id; UnknownGuide where there is no active one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.catalogue.models import Station
from booking.db import table_of, transaction
from booking.scheduling.hosts import OtherHours
from booking.scheduling.models import (
    Availability,
    AvailabilityException,
    DayOff,
    Guide,
    GuideLanguage,
    GuideStation,
    GuideTopic,
)
from booking.scheduling.queries.topics import topics_of
from booking.scheduling.terms import Limits, Skill, Stretch, UnknownGuide

_GUIDE, _STATION = table_of(Guide), table_of(Station)
_HOURS, _OTHER, _OFF = table_of(Availability), table_of(AvailabilityException), table_of(DayOff)
_LANGUAGE, _ELSEWHERE, _TOPIC = table_of(GuideLanguage), table_of(GuideStation), table_of(GuideTopic)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What somebody can be asked to give: languages, skills, and other stations with whether at the premises too."""

    languages: frozenset[str]
    leads: frozenset[Skill] | None
    """None: nothing recorded, may lead everything."""
    stations: Mapping[int, bool]
    topics: frozenset[str] = frozenset()
    """On which a speaker briefs: codes of themes."""

    def as_json(self, codes: Mapping[int, str]) -> dict[str, Any]:
        """As the audit trail keeps it; `codes` of the stations."""
        return {
            "languages": sorted(self.languages),
            "leads": None if self.leads is None else sorted(self.leads),
            **({"topics": sorted(self.topics)} if self.topics else {}),
            "stations": {codes[station]: on_site for station, on_site in sorted(self.stations.items())},
        }


@dataclass
class _Changing:
    """A guide whose row is locked: of two who change the same, one comes after the other."""

    session: Session
    id: int
    code: str
    station_code: str
    now: datetime
    actor: str

    def tell(self, action: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Write the line of the trail; a change that changes nothing leaves none."""
        if before != after:
            audit(
                self.session,
                at=self.now,
                actor=self.actor,
                action=action,
                subject=f"guide:{self.code}",
                station_code=self.station_code,
                before=before,
                after=after,
            )


@contextmanager
def _changing(guide_id: int, now: datetime, actor: str) -> Iterator[_Changing]:
    with transaction() as session:
        locked = select(_GUIDE.c.code, _GUIDE.c.station_id).where(_GUIDE.c.id == guide_id, _GUIDE.c.is_active.is_(True))
        row = session.execute(locked.with_for_update(key_share=True)).first()
        if row is None:
            raise UnknownGuide(guide_id)
        station = session.execute(select(_STATION.c.code).where(_STATION.c.id == row.station_id)).scalar_one()
        yield _Changing(session, guide_id, row.code, station, now, actor)


def set_week(guide_id: int, week: Sequence[Stretch], *, now: datetime, actor: str) -> None:
    """The hours of every week, instead of those before; none: the hours of the home station count."""
    columns = (_HOURS.c.weekday, _HOURS.c.opens, _HOURS.c.closes, _HOURS.c.is_preferred)
    with _changing(guide_id, now, actor) as guide:
        own = _HOURS.c.guide_id == guide_id
        before = sorted(list(row) for row in guide.session.execute(select(*columns).where(own)))
        after = sorted(list(stretch) for stretch in week)
        guide.tell("guide.hours", {"week": before}, {"week": after})
        guide.session.execute(delete(_HOURS).where(own))
        if week:
            rows = [{"guide_id": guide_id, **stretch._asdict()} for stretch in week]
            guide.session.execute(insert(_HOURS), rows)


def set_days_off(guide_id: int, first: date, last: date, *, off: bool, now: datetime, actor: str) -> None:
    """Nothing is worked on these days of the home station, both included; or it is again (`off` false)."""
    with _changing(guide_id, now, actor) as guide:
        touched = (_OFF.c.guide_id == guide_id, _OFF.c.starts_on <= last, _OFF.c.ends_on >= first)
        rows = guide.session.execute(select(_OFF.c.starts_on, _OFF.c.ends_on, _OFF.c.reason).where(*touched)).all()
        kept = [part for row in rows for part in _outside(row.starts_on, row.ends_on, row.reason, first, last)]
        if off:
            kept.append({"starts_on": first, "ends_on": last, "reason": ""})
        guide.session.execute(delete(_OFF).where(*touched))
        if kept:
            guide.session.execute(insert(_OFF), [{"guide_id": guide_id, **part} for part in kept])
        before = {"days_off": sorted(f"{row.starts_on}/{row.ends_on}" for row in rows)}
        guide.tell("guide.days-off", before, {"days_off": sorted(f"{p['starts_on']}/{p['ends_on']}" for p in kept)})


def _outside(begin: date, end: date, reason: str, first: date, last: date) -> Iterator[dict[str, Any]]:
    """What is left of some days off outside others."""
    if begin < first:
        yield {"starts_on": begin, "ends_on": first - _ONE_DAY, "reason": reason}
    if end > last:
        yield {"starts_on": last + _ONE_DAY, "ends_on": end, "reason": reason}


def add_other_hours(guide_id: int, hours: OtherHours, *, now: datetime, actor: str) -> None:
    """Work, or do not, at these hours of one day; those that began at the same minute are replaced."""
    with _changing(guide_id, now, actor) as guide:
        before = _forget_hours(guide, hours.day, hours.opens)
        row = {"on_day": hours.day, "opens": hours.opens, "closes": hours.closes, "works": hours.works}
        guide.session.execute(insert(_OTHER), {"guide_id": guide_id, **row})
        guide.tell("guide.other-hours", {"hours": before}, {"hours": [_as_json(row)]})


def remove_other_hours(guide_id: int, day: date, opens: int, *, now: datetime, actor: str) -> None:
    """Let the week's pattern count again where those hours were; nothing happens where there are none."""
    with _changing(guide_id, now, actor) as guide:
        guide.tell("guide.other-hours", {"hours": _forget_hours(guide, day, opens)}, {"hours": []})


def _forget_hours(guide: _Changing, day: date, opens: int) -> list[dict[str, Any]]:
    gone = (
        delete(_OTHER)
        .where(_OTHER.c.guide_id == guide.id, _OTHER.c.on_day == day, _OTHER.c.opens == opens)
        .returning(_OTHER.c.on_day, _OTHER.c.opens, _OTHER.c.closes, _OTHER.c.works)
    )
    return [_as_json(dict(row)) for row in guide.session.execute(gone).mappings()]


def _as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "on_day": row["on_day"].isoformat()}


def set_abilities(guide_id: int, wanted: Abilities, *, now: datetime, actor: str) -> None:
    """Languages, skills and other stations, instead of those before; the home station is never one of them."""
    with _changing(guide_id, now, actor) as guide:
        before = _abilities(guide)
        codes = {row.id: row.code for row in guide.session.execute(select(_STATION.c.id, _STATION.c.code))}
        guide.tell("guide.abilities", before.as_json(codes), wanted.as_json(codes))
        _replace_languages(guide, before.languages, wanted.languages)
        _replace_topics(guide, before.topics, wanted.topics)
        guide.session.execute(delete(_ELSEWHERE).where(_ELSEWHERE.c.guide_id == guide_id))
        rows = [{"guide_id": guide_id, "station_id": one, "on_site": site} for one, site in wanted.stations.items()]
        if rows:
            guide.session.execute(insert(_ELSEWHERE), rows)
        leads = None if wanted.leads is None else sorted(wanted.leads)
        guide.session.execute(update(_GUIDE).where(_GUIDE.c.id == guide_id).values(leads=leads))


def _abilities(guide: _Changing) -> Abilities:
    spoken = select(_LANGUAGE.c.language).where(_LANGUAGE.c.guide_id == guide.id)
    elsewhere = select(_ELSEWHERE.c.station_id, _ELSEWHERE.c.on_site).where(_ELSEWHERE.c.guide_id == guide.id)
    leads = guide.session.execute(select(_GUIDE.c.leads).where(_GUIDE.c.id == guide.id)).scalar_one()
    return Abilities(
        languages=frozenset(guide.session.execute(spoken).scalars()),
        leads=None if leads is None else frozenset(map(Skill, leads)),
        stations={row.station_id: row.on_site for row in guide.session.execute(elsewhere)},
        topics=topics_of(guide.session, [guide.id]).get(guide.id, frozenset()),
    )


def _replace_topics(guide: _Changing, before: Collection[str], wanted: Collection[str]) -> None:
    gone, new = sorted(set(before) - set(wanted)), sorted(set(wanted) - set(before))
    guide.session.execute(delete(_TOPIC).where(_TOPIC.c.guide_id == guide.id, _TOPIC.c.topic.in_(gone)))
    if new:
        guide.session.execute(insert(_TOPIC), [{"guide_id": guide.id, "topic": code} for code in new])


def _replace_languages(guide: _Changing, before: Collection[str], wanted: Collection[str]) -> None:
    gone, new = sorted(set(before) - set(wanted)), sorted(set(wanted) - set(before))
    guide.session.execute(delete(_LANGUAGE).where(_LANGUAGE.c.guide_id == guide.id, _LANGUAGE.c.language.in_(gone)))
    if new:
        guide.session.execute(insert(_LANGUAGE), [{"guide_id": guide.id, "language": tag} for tag in new])


def set_limits(guide_id: int, limits: Limits, *, now: datetime, actor: str) -> None:
    """How much the guide gives at most, None without a limit."""
    columns = {
        "events_per_day": _GUIDE.c.max_events_per_day,
        "events_per_week": _GUIDE.c.max_events_per_week,
        "minutes_per_day": _GUIDE.c.max_minutes_per_day,
        "minutes_per_week": _GUIDE.c.max_minutes_per_week,
        "rest_min": _GUIDE.c.min_rest_min,
    }
    with _changing(guide_id, now, actor) as guide:
        row = guide.session.execute(select(*columns.values()).where(_GUIDE.c.id == guide_id)).one()
        guide.tell("guide.limits", dict(zip(columns, row, strict=True)), limits._asdict())
        values = {column.key: getattr(limits, name) for name, column in columns.items()}
        guide.session.execute(update(_GUIDE).where(_GUIDE.c.id == guide_id).values(values))
