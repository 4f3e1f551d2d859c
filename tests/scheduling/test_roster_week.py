"""The roster of a week: which events it is about, who could give them, and why some stay without anybody."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event as sql
from sqlalchemy import update

from booking.catalogue.terms import Format, Kind
from booking.db import db, transaction
from booking.scheduling.models import Assignment, Availability, BusyInterval, Event, Guide, GuideStation
from booking.scheduling.queries.roster import situation, week_events
from booking.scheduling.roster.reasons import Kept, Missing, Why
from booking.scheduling.roster.weeks import parse_week
from booking.scheduling.services.roster import Roster, find
from booking.scheduling.terms import EventStatus, HostRole, Reason
from tests.builders import NOW, make_assignment, make_day_off, make_event, make_guide, make_offering, make_station, save
from tests.scheduling.asked import Scene

pytestmark = pytest.mark.usefixtures("app")
WEEK = parse_week("2026-W51")
VIENNA = ZoneInfo("Europe/Vienna")


def at(hour: int, minute: int = 0, day: int = 14) -> datetime:
    """A time of that week in Vienna."""
    return datetime(2026, 12, day, hour, minute, tzinfo=VIENNA)


def roster(week: str = "2026-W51", *, reassign: bool = False, now: datetime = NOW) -> Roster:
    return find(parse_week(week), None, now=now, reassign=reassign)


def why(event: Event) -> Why:
    """Why the event stays without anybody."""
    found = roster()
    (row,) = (one for one in found.uncovered if one.id == event.id)
    return found.why(row)


def lock(assignment: Assignment) -> None:
    with transaction() as session:
        session.execute(update(Assignment).where(Assignment.id == assignment.id).values(is_locked=True))


def test_uncovered_events_of_the_week_are_given_and_others_stay() -> None:
    scene = Scene(2)
    covered, free = scene.event(at(10)), scene.event(at(10))
    make_assignment(scene.guides[0], covered)
    found = roster()
    assert found.answer.given == {free.id: scene.guides[1].id}
    assert found.given == {covered.id: scene.guides[0].id, free.id: scene.guides[1].id}
    assert [one.code for one in found.changed] == [free.code]
    assert found.uncovered == []


def test_reassigning_takes_everything_up_but_what_is_locked() -> None:
    scene = Scene(2)
    first, second = scene.event(at(10)), scene.event(at(12))
    lock(make_assignment(scene.guides[0], first))
    make_assignment(scene.guides[0], second)
    found = roster(reassign=True)
    assert found.situation.asked == {second.id}
    assert found.given == {first.id: scene.guides[0].id, second.id: scene.guides[1].id}


def test_whoever_has_an_event_keeps_it_where_that_costs_nothing() -> None:
    scene = Scene(3)
    events = [scene.event(at(hour)) for hour in (9, 11, 13)]
    for guide, one in zip(reversed(scene.guides), events, strict=True):
        make_assignment(guide, one)
    assert roster(reassign=True).changed == []


def test_a_week_is_the_stations_own_monday_to_sunday() -> None:
    vienna, new_york = make_station(), make_station("NYC")
    late = datetime(2027, 1, 3, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    made = {
        "NYC": make_event(make_offering(new_york), late),
        "VIE": make_event(make_offering(vienna), late.astimezone(VIENNA)),
    }
    (last,) = week_events(db.session(), parse_week("2026-W53"), None)
    (first,) = week_events(db.session(), parse_week("2027-W01"), None)
    assert (last.code, first.code) == (made["NYC"].code, made["VIE"].code)
    assert week_events(db.session(), parse_week("2027-W01"), {"NYC"}) == []


def test_what_needs_nobody_is_not_asked_about() -> None:
    scene = Scene(1)
    scene.event(at(9), status=EventStatus.CANCELLED)
    scene.event(at(10), status=EventStatus.PLANNED)
    scene.event(at(11), unit="library")
    given = scene.event(at(12), unit="library")
    make_assignment(scene.guides[0], given)
    waiting = scene.event(at(14), status=EventStatus.PLANNED, taken=20)
    assert [one.code for one in roster().situation.events] == [given.code, waiting.code]


def test_of_a_week_that_goes_on_only_what_is_to_come_is_given_of_a_past_one_everything() -> None:
    scene = Scene(1)
    begun, later = scene.event(at(9)), scene.event(at(9, day=15))
    found = roster(now=at(12))
    assert found.given == {later.id: scene.guides[0].id}
    assert [found.why(one) for one in found.uncovered] == [Why(Missing.BEGUN)]
    assert set(roster(now=at(12, day=20)).given) == {begun.id, later.id}


def test_a_guide_of_two_stations_is_in_one_place_at_a_time() -> None:
    vienna, geneva = make_station(), make_station("GVA")
    guide = make_guide(vienna)
    save(GuideStation(guide_id=guide.id, station_id=geneva.id))
    make_event(make_offering(vienna), at(10))
    make_event(make_offering(geneva), at(10))
    make_event(make_offering(geneva), at(12))
    make_event(make_offering(geneva, format=Format.IN_PERSON), at(14))
    found = roster()
    assert len(found.answer.given) == 2
    (on_site,) = (one for one in found.uncovered if one.starts_at == at(14))
    assert found.why(on_site) == Why(Missing.HOSTS)
    only_geneva = find(WEEK, {"GVA"}, now=NOW)
    assert len(only_geneva.situation.events) == 3
    assert len(only_geneva.answer.given) == 2


def test_the_month_is_made_even_with_what_guides_have_in_it_already() -> None:
    scene = Scene(2)
    for day in (2, 3, 4):
        make_assignment(scene.guides[0], scene.event(at(10, day=day)))
    make_assignment(scene.guides[1], scene.event(datetime(2026, 11, 30, 10, tzinfo=VIENNA)))  # another month
    events = [scene.event(at(hour)) for hour in (9, 11, 13)]
    found = roster()
    assert found.given == {one.id: scene.guides[1].id for one in events}
    loads = {load.guide: (load.events, load.minutes, load.month_minutes) for load in found.loads}
    assert loads == {scene.guides[0].id: (0, 0, 180), scene.guides[1].id: (3, 180, 180)}


def test_preferred_hours_decide_between_guides_who_have_the_same() -> None:
    station = make_station()
    make_guide(station, hours=(480, 1200))
    fond = make_guide(station, hours=(480, 1200))
    with transaction() as session:
        session.execute(update(Availability).where(Availability.guide_id == fond.id).values(is_preferred=True))
    event = make_event(make_offering(station), at(10))
    assert roster().given == {event.id: fond.id}


def test_the_more_senior_has_it_where_all_else_is_equal() -> None:
    station = make_station()
    make_guide(station, seniority=2)
    senior = make_guide(station, seniority=12)
    event = make_event(make_offering(station), at(10))
    assert roster().given == {event.id: senior.id}


def test_nobody_of_the_station_the_language_or_the_skill_is_said() -> None:
    station = make_station()
    make_guide(station, "en de", leads=["thematic"])
    make_guide(station, "sw", role=HostRole.SPEAKER)
    tour, briefing = make_offering(station), make_offering(station, kind=Kind.BRIEFING)
    children = make_offering(station, audience="children")
    assert why(make_event(tour, at(10), language="sw")) == Why(Missing.LANGUAGE)
    assert why(make_event(briefing, at(12), language="de")) == Why(Missing.LANGUAGE)
    assert why(make_event(children, at(14), language="de")) == Why(Missing.SKILL)


def test_whoever_could_is_named_with_what_keeps_them() -> None:
    station = make_station()
    away, busy, engaged, late, full = (make_guide(station) for _ in range(5))
    make_day_off(away, date(2026, 12, 14))
    save(BusyInterval(guide_id=busy.id, starts_at=at(10), ends_at=at(11)))
    offering = make_offering(station)
    make_assignment(engaged, make_event(offering, at(9, 30)))
    with transaction() as session:
        session.execute(update(Guide).where(Guide.id == full.id).values(max_events_per_day=1))
    make_assignment(full, make_event(offering, at(15)))
    short = make_guide(station, hours=(720, 900))
    make_assignment(late, make_event(offering, at(10, 30)))
    kept = {
        away.id: Reason.DAY_OFF,
        busy.id: Reason.BUSY,
        engaged.id: Reason.EVENT,
        late.id: Reason.EVENT,
        full.id: Reason.DAY_LIMIT,
        short.id: Reason.HOURS,
    }
    expected = tuple(Kept(guide, reason.value) for guide, reason in sorted(kept.items()))
    assert why(make_event(offering, at(10))) == Why(Missing.FREE, expected)


def test_an_event_that_lost_names_those_that_came_before_it() -> None:
    scene = Scene(1)
    scene.event(at(10))
    scene.event(at(10, 30))
    found = roster()
    (lost,) = found.uncovered
    (won,) = found.answer.given
    assert found.why(lost) == Why(Missing.FREE, (Kept(scene.guides[0].id, "event", (won,)),))
    assert Why.from_json(found.why(lost).as_json()) == found.why(lost)


def test_limits_and_rest_among_the_events_given_are_named_too() -> None:
    station = make_station()
    few = make_guide(station, max_events_per_day=1)
    offering = make_offering(station)
    make_event(offering, at(9))
    make_event(offering, at(12))
    found = roster()
    assert found.why(found.uncovered[0]) == Why(Missing.FREE, (Kept(few.id, "day-limit", tuple(found.answer.given)),))
    with transaction() as session:
        tired = {"max_events_per_day": None, "min_rest_min": 15 * 60}
        session.execute(update(Guide).where(Guide.id == few.id).values(tired))
        session.execute(update(Event).where(Event.starts_at == at(12)).values(_moved(at(19))))
        session.execute(update(Event).where(Event.starts_at == at(9)).values(_moved(at(8, day=15))))
    found = roster()
    assert found.why(found.uncovered[0]).kept[0].reason == "rest"


def _moved(start: datetime) -> dict[str, object]:
    start = start.astimezone(UTC)
    return {"starts_at": start, "ends_at": start + timedelta(hours=1)}


def statements_of(scene: Scene, hours: tuple[int, ...]) -> int:
    """How many statements the week takes with events at these hours too."""
    for hour in hours:
        scene.event(at(hour))
    seen: list[object] = []

    def hear(*heard: object) -> None:
        seen.append(heard)

    sql.listen(db.engine, "before_cursor_execute", hear)
    try:
        assert situation(db.session(), WEEK, None, NOW).question.chances
    finally:
        sql.remove(db.engine, "before_cursor_execute", hear)
    return len(seen)


def test_a_larger_week_needs_no_more_statements() -> None:
    scene = Scene(3)
    few = statements_of(scene, (8, 10))
    assert statements_of(scene, (12, 14, 16, 18)) == few <= 12
