"""The desk makes a series: it looks first, keeps what it wants, and gets all of it or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import event as events
from sqlalchemy import func, select

from booking.accounts.models import AuditEntry
from booking.bookings.offers import Criteria
from booking.bookings.planning import EventsWish, Preview, UnknownGuide, look
from booking.bookings.queries.search import search
from booking.bookings.rules.planning import Collision
from booking.bookings.services.plan import Collided, put_on_calendar
from booking.bookings.terms import BookingRefused, KeyReused, UnknownTime
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import db
from booking.scheduling.models import Assignment, Event, Series
from booking.scheduling.queries.desk import series_of
from booking.scheduling.series import Pattern
from booking.scheduling.services.series import plan_of
from booking.scheduling.terms import Reason
from tests.builders import (
    NOW,
    make_assignment,
    make_closure,
    make_event,
    make_guide,
    make_holiday,
    make_offering,
    make_station,
)

pytestmark = pytest.mark.usefixtures("app")
TUESDAYS = Pattern(date(2027, 3, 9), (time(10),), (1,), count=8)
DESK = "account:1"


def wish(offering: Offering, rhythm: Pattern = TUESDAYS, **values: object) -> EventsWish:
    """Eight Tuesdays in English for twenty."""
    given = {"language": "en", "capacity": 20, "rhythm": rhythm, **values}
    return EventsWish(offering.code, **given)  # type: ignore[arg-type]  # each field has its own type


def seen(asked: EventsWish) -> Preview:
    """What the desk is shown."""
    return look(db.session(), asked, NOW)


def against(asked: EventsWish) -> dict[str, tuple[Collision, ...]]:
    """What stands against which start."""
    return {line.key: line.collisions for line in seen(asked).lines if line.collisions}


def starts_of(code: str) -> list[datetime]:
    """When the events of a series start, in UTC."""
    statement = select(Event.starts_at).join(Series, Series.id == Event.series_id).where(Series.code == code)
    return list(db.session.execute(statement.order_by(Event.starts_at)).scalars())


def count(model: type) -> int:
    """How many rows there are."""
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_series_over_the_clock_change_keeps_its_wall_time() -> None:
    put = put_on_calendar(wish(make_offering(make_station())), None, now=NOW, actor=DESK)
    days = [(3, 9), (3, 16), (3, 23), (3, 30), (4, 6), (4, 13), (4, 20), (4, 27)]
    hours = [9, 9, 9, 8, 8, 8, 8, 8]
    expected = [datetime(2027, *day, hour, tzinfo=UTC) for day, hour in zip(days, hours, strict=True)]
    assert starts_of(put.reference) == expected
    local = db.session.execute(select(Event.starts_local, Event.occurrence_on, Event.starts_on)).all()
    assert all(row.starts_local == f"{row.occurrence_on}T10:00" and row.occurrence_on == row.starts_on for row in local)


def test_looking_stores_nothing() -> None:
    asked = wish(make_offering(make_station()))
    assert len(seen(asked).lines) == 8
    assert (count(Event), count(Series), count(AuditEntry)) == (0, 0, 0)


def test_a_holiday_and_a_closure_are_shown_with_their_names_and_never_made() -> None:
    station = make_station()
    offering = make_offering(station, format=Format.IN_PERSON)
    make_holiday(station, date(2027, 3, 16), "Day of Invention")
    make_closure(station, date(2027, 4, 1), date(2027, 4, 7))
    asked = wish(offering)
    assert against(asked) == {"2027-03-16T10:00": (Collision.HOLIDAY,), "2027-04-06T10:00": (Collision.CLOSURE,)}
    assert [line.named for line in seen(asked).lines if line.named] == ["Day of Invention", "The premises are closed."]
    put = put_on_calendar(asked, None, now=NOW, actor=DESK)
    assert len(put.events) == 6
    everything = {line.key: frozenset(line.collisions) for line in seen(asked).lines}
    with pytest.raises(Collided) as collided:
        put_on_calendar(asked, everything, now=NOW, actor=DESK)
    assert {"2027-03-16T10:00", "2027-04-06T10:00"} <= collided.value.fresh


def test_a_closure_of_the_premises_leaves_an_online_series_alone() -> None:
    station = make_station()
    make_closure(station, date(2027, 4, 1), date(2027, 4, 7))
    assert against(wish(make_offering(station))) == {}


def test_what_lies_outside_the_hours_or_is_there_already_is_left_out_unless_the_desk_keeps_it() -> None:
    offering = make_offering(make_station())
    make_event(offering, datetime(2027, 3, 9, 9, 30, tzinfo=UTC))
    asked = wish(offering, Pattern(date(2027, 3, 9), (time(7), time(10)), (1,), count=2))
    hours, twice = frozenset({Collision.HOURS}), frozenset({Collision.TWICE})
    assert against(asked) == {"2027-03-09T07:00": tuple(hours), "2027-03-09T10:00": tuple(twice)}
    with pytest.raises(Collided) as collided:
        put_on_calendar(asked, None, now=NOW, actor=DESK)
    assert collided.value.fresh == frozenset()
    kept = {"2027-03-09T07:00": hours, "2027-03-09T10:00": twice}
    assert len(put_on_calendar(asked, kept, now=NOW, actor=DESK).events) == 2


def test_a_time_that_the_clocks_skip_is_left_out_with_its_reason() -> None:
    station = make_station(working_weekdays="0123456", virtual_opens=0, virtual_closes=1440)
    asked = wish(make_offering(station), Pattern(date(2027, 3, 21), (time(2, 30),), (6,), count=3))
    assert against(asked) == {"2027-03-28T02:30": (Collision.CLOCKS,)}
    put = put_on_calendar(asked, None, now=NOW, actor=DESK)
    assert [f"{one:%m-%d %H:%M}" for one in starts_of(put.reference)] == ["03-21 01:30", "04-04 00:30"]
    plan = plan_of(db.session.execute(select(Series.pattern)).scalar_one())
    assert plan is not None
    assert [f"{one:%m-%d}" for one in plan.rhythm.without] == ["03-28"]


def test_what_lies_in_the_past_is_not_made() -> None:
    asked = wish(make_offering(make_station()), Pattern(date(2026, 11, 17), (time(10),), (1,), count=3))
    assert against(asked) == {"2026-11-17T10:00": (Collision.PAST,)}


def test_the_desk_ticks_off_what_it_does_not_want() -> None:
    asked = wish(make_offering(make_station()))
    kept = {line.key: frozenset(line.collisions) for line in seen(asked).lines[::2]}
    put = put_on_calendar(asked, kept, now=NOW, actor=DESK)
    assert [f"{one:%m-%d}" for one in starts_of(put.reference)] == ["03-09", "03-23", "04-06", "04-20"]


def test_what_has_come_between_the_look_and_the_saving_stops_it_and_nothing_is_half_done() -> None:
    station = make_station()
    asked = wish(make_offering(station))
    kept = {line.key: frozenset(line.collisions) for line in seen(asked).lines}
    make_holiday(station, date(2027, 4, 13))
    with pytest.raises(Collided) as collided:
        put_on_calendar(asked, kept, now=NOW, actor=DESK, key="a")
    assert collided.value.fresh == frozenset({"2027-04-13T10:00"})
    assert (count(Event), count(Series), count(AuditEntry)) == (0, 0, 0)
    del kept["2027-04-13T10:00"]
    assert len(put_on_calendar(asked, kept, now=NOW, actor=DESK, key="a").events) == 7


def test_the_guide_named_gives_what_can_be_given_and_the_rest_waits_for_another() -> None:
    station = make_station()
    offering, guide = make_offering(station), make_guide(station, "en")
    make_assignment(guide, make_event(offering, datetime(2027, 3, 16, 10, 10, tzinfo=UTC)))
    asked = wish(offering, guide=guide.code)
    busy = next(line for line in seen(asked).lines if line.collisions)
    assert (busy.key, busy.collisions) == ("2027-03-16T10:00", (Collision.GUIDE,))
    assert [one.reason for one in busy.unfit] == [Reason.EVENT]
    put = put_on_calendar(asked, None, now=NOW, actor=DESK)
    assert len(put.events) == 8
    assert count(Assignment) == 1 + 7


def test_a_double_click_makes_one_series_and_another_wish_with_the_same_key_is_refused() -> None:
    asked = wish(make_offering(make_station()))
    first = put_on_calendar(asked, None, now=NOW, actor=DESK, key="a")
    again = put_on_calendar(asked, None, now=NOW, actor=DESK, key="a")
    assert (again.reference, again.replayed, count(Series), count(Event)) == (first.reference, True, 1, 8)
    with pytest.raises(KeyReused):
        put_on_calendar(wish(make_offering(make_station("NYC"))), None, now=NOW, actor=DESK, key="a")


@pytest.mark.parametrize(("language", "rule"), [("ar", "LANG-01"), ("fr", "LANG-03"), ("cn", "LANG-04")])
def test_a_language_that_is_not_given_there_is_refused(language: str, rule: str) -> None:
    with pytest.raises(BookingRefused) as refused:
        seen(wish(make_offering(make_station(), "en de"), language=language))
    assert [one.rule for one in refused.value.refusals] == [rule]


def test_an_unknown_offering_and_somebody_elses_guide_are_unknown() -> None:
    offering = make_offering(make_station())
    with pytest.raises(UnknownTime):
        seen(EventsWish("P-XXX", "en", 20, rhythm=TUESDAYS))
    with pytest.raises(UnknownGuide):
        seen(wish(offering, guide=make_guide(make_station("NYC")).code))


def test_one_event_alone_belongs_to_no_series() -> None:
    asked = wish(make_offering(make_station()), rhythm=None, once=datetime(2027, 3, 9, 9, tzinfo=UTC))  # type: ignore[arg-type]  # none
    put = put_on_calendar(asked, None, now=NOW, actor=DESK)
    row = db.session.execute(select(Event.code, Event.series_id, Event.starts_local)).one()
    assert (row.code, row.series_id, row.starts_local) == (put.reference, None, "2027-03-09T10:00")
    assert put.events == (put.reference,)


def test_search_finds_the_events_at_once() -> None:
    offering = make_offering(make_station(), lead_working_days=0)
    put = put_on_calendar(wish(offering, TUESDAYS), None, now=NOW, actor=DESK)
    days = (date(2027, 3, 1), date(2027, 4, 30))
    asked = Criteria(size=10, offering=offering.code, time_zone="UTC", from_day=days[0], to_day=days[1])
    found = [slot.starts_at for slot in search(asked, NOW).slots if slot.event]
    assert found == starts_of(put.reference)


def test_the_list_of_series_counts_what_is_to_come_and_knows_its_station() -> None:
    station: Station = make_station()
    put = put_on_calendar(wish(make_offering(station)), None, now=NOW, actor=DESK)
    after_three = datetime(2027, 3, 23, 9, tzinfo=UTC)
    (found,) = series_of(db.session(), ["VIE"], after_three)
    assert (found.code, found.station, found.events, found.to_come) == (put.reference, "VIE", 8, 5)
    assert series_of(db.session(), ["NYC"], after_three) == []
    assert found.last_at - found.first_at == timedelta(weeks=7) - timedelta(hours=1)


def test_the_trail_tells_of_the_series_and_of_each_event() -> None:
    put = put_on_calendar(wish(make_offering(make_station())), None, now=NOW, actor=DESK)
    rows = db.session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.station_code)).all()
    assert [row.action for row in rows] == ["series.make"] + 8 * ["event.make"]
    assert {row.station_code for row in rows} == {"VIE"}
    assert rows[0].subject == f"series:{put.reference}"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Those sent to the database inside."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    events.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        events.remove(db.engine, "before_cursor_execute", note)


def test_looking_takes_as_many_statements_for_two_hundred_events_as_for_eight() -> None:
    station = make_station()
    offering, guide = make_offering(station), make_guide(station)
    counted: list[int] = []
    for count in (8, 200):
        rhythm = Pattern(date(2026, 12, 7), (time(10),), (0, 1, 2, 3, 4), count=count)
        asked = wish(offering, rhythm, guide=guide.code)
        seen(asked)  # the session has its objects
        with statements() as sent:
            assert len(seen(asked).lines) == count
        counted.append(len(sent))
    assert counted[0] == counted[1] <= 10
