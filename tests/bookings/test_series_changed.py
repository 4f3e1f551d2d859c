"""The desk changes or calls off one event of a series, it and the following ones, or all: everybody is told once."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from booking.accounts.models import AuditEntry
from booking.bookings.models import Booking
from booking.bookings.offers import Criteria
from booking.bookings.planning import EventsWish
from booking.bookings.queries.search import search
from booking.bookings.rules.planning import Collision
from booking.bookings.services.plan import put_on_calendar
from booking.bookings.services.reschedule import OverCapacity
from booking.bookings.services.series import LanguageIsTaken, Order, cancel_events, change_events, look
from booking.bookings.survey import NOTHING, EventChange, NoSeries, Overtaken, Scope, Stopped, Survey
from booking.bookings.terms import BookingRefused, BookingStatus, Conflict
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Assignment, Event, Series
from booking.scheduling.series import BadPattern, Pattern, starts
from booking.scheduling.services.series import plan_of
from booking.scheduling.terms import AssignmentStatus, EventStatus, UnknownEvent
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_closure,
    make_event,
    make_guide,
    make_offering,
    make_organisation,
    make_station,
)
from tests.signing_in import make_account

pytestmark = pytest.mark.usefixtures("app")
DESK = "account:1"
DAYS = ["03-09", "03-16", "03-23", "03-30"]


class Season:
    """Four Tuesdays at ten in Vienna, over the clock change of 2027."""

    def __init__(self, guide: str = "", station: Station | None = None, **values: Any) -> None:  # noqa: ANN401  any column
        self.station = station or make_station()
        self.offering: Offering = make_offering(self.station, **values)
        rhythm = Pattern(date(2027, 3, 9), (time(10),), (1,), count=4)
        asked = EventsWish(self.offering.code, "en", 20, rhythm=rhythm, guide=guide)
        self.code = put_on_calendar(asked, None, now=NOW, actor=DESK).reference
        self.codes = list(db.session.execute(select(Event.code).order_by(Event.starts_at)).scalars())

    def event(self, number: int) -> Event:
        """One of its events, read afresh."""
        db.session.expire_all()
        return db.session.execute(select(Event).where(Event.code == self.codes[number])).scalar_one()

    def locals(self) -> list[str]:
        """The wall times of all its events, in the order in which they were made."""
        return [self.event(number).starts_local[5:] for number in range(len(self.codes))]

    def order(self, number: int, scope: Scope = Scope.ONE, **values: object) -> Order:
        """What the desk wants done from this event on."""
        return Order(self.codes[number], scope, **{"now": NOW, "actor": DESK, **values})  # type: ignore[arg-type]  # fields

    def look(self, number: int, scope: Scope, change: EventChange = NOTHING) -> Survey:
        """What it would hit."""
        return look(self.codes[number], change, scope, None, NOW)


def at(day: str, clock: str = "10:00") -> EventChange:
    """Another wall time in 2027."""
    return EventChange(starts=datetime.fromisoformat(f"2027-{day}T{clock}"))


def mails() -> Counter[str]:
    """How many notices of each kind were queued to groups."""
    rows = db.session.execute(select(Notice.kind).where(Notice.subject.like("booking:%")))
    return Counter(rows.scalars())


def test_one_event_is_moved_alone_and_stays_in_its_series() -> None:
    season = Season()
    done = change_events(season.order(1), at("03-18", "14:00"))
    assert done.events == (season.codes[1],)
    assert season.locals() == ["03-09T10:00", "03-18T14:00", "03-23T10:00", "03-30T10:00"]
    moved = season.event(1)
    assert (moved.occurrence_on, moved.version) == (date(2027, 3, 16), 2)
    assert look(season.codes[0], NOTHING, Scope.ALL, None, NOW).items[1].is_exception


def test_this_and_the_following_events_move_on_the_clocks_and_the_series_is_split() -> None:
    season = Season()
    done = change_events(season.order(2, Scope.FOLLOWING), at("03-24", "11:30"))
    assert season.locals() == ["03-09T10:00", "03-16T10:00", "03-24T11:30", "03-31T11:30"]
    assert [season.event(number).starts_at.hour for number in range(4)] == [9, 9, 10, 9]
    old, new = [plan_of(row) for row in db.session.execute(select(Series.pattern).order_by(Series.id)).scalars()]
    assert old is not None
    assert new is not None
    assert [f"{one:%m-%dT%H:%M}" for one in starts(old.rhythm)] == ["03-09T10:00", "03-16T10:00"]
    assert [f"{one:%m-%dT%H:%M}" for one in starts(new.rhythm)] == ["03-24T11:30", "03-31T11:30"]
    codes = {row.id: row.code for row in db.session.execute(select(Series.id, Series.code))}
    assert [codes[season.event(number).series_id or 0] for number in range(4)] == [season.code] * 2 + [done.series] * 2


def test_a_series_is_split_twice_and_each_part_is_changed_alone() -> None:
    season = Season()
    change_events(season.order(1, Scope.FOLLOWING), EventChange(capacity=30))
    change_events(season.order(3, Scope.FOLLOWING), EventChange(capacity=40))
    change_events(season.order(2, Scope.ALL), at("03-23", "12:00"))
    assert [season.event(number).capacity for number in range(4)] == [20, 30, 30, 40]
    assert season.locals() == ["03-09T10:00", "03-16T12:00", "03-23T12:00", "03-30T10:00"]
    assert db.session.execute(select(func.count()).select_from(Series)).scalar_one() == 3


def test_all_means_all_that_is_to_come() -> None:
    season = Season()
    after_two = datetime(2027, 3, 17, 12, tzinfo=UTC)
    done = change_events(season.order(3, Scope.ALL, now=after_two), at("03-30", "09:00"))
    assert done.events == tuple(season.codes[2:])
    assert season.locals() == ["03-09T10:00", "03-16T10:00", "03-23T09:00", "03-30T09:00"]
    with pytest.raises(Conflict):
        change_events(season.order(0, Scope.ALL, now=after_two), at("03-30", "09:00"))


def test_what_was_moved_by_hand_stays_unless_it_is_chosen_too() -> None:
    season = Season()
    change_events(season.order(1), at("03-18", "14:00"))
    change_events(season.order(0, Scope.ALL), at("03-09", "11:00"))
    assert season.locals() == ["03-09T11:00", "03-18T14:00", "03-23T11:00", "03-30T11:00"]
    change_events(season.order(0, Scope.ALL, chosen=frozenset(season.codes)), at("03-09", "12:00"))
    assert season.locals() == ["03-09T12:00", "03-18T15:00", "03-23T12:00", "03-30T12:00"]
    assert [item.is_exception for item in season.look(0, Scope.ALL).items] == [False, True, False, False]


def test_what_was_moved_by_hand_follows_its_start_into_the_later_part() -> None:
    season = Season()
    change_events(season.order(1), at("04-08", "14:00"))  # after all others
    done = change_events(season.order(2, Scope.FOLLOWING), EventChange(capacity=25))
    assert done.events == tuple(season.codes[2:])
    assert season.event(1).series_id == season.event(0).series_id


def test_every_booking_is_told_once_with_a_sequence_that_rises() -> None:
    season = Season()
    school = make_organisation()
    bookings = [
        make_booking(season.event(number), school, contact_email="ada@example.org", sequence=3) for number in (1, 2, 3)
    ]
    waiting = make_booking(season.event(3), status=BookingStatus.WAITING, waiting_since=NOW)
    done = change_events(season.order(2, Scope.FOLLOWING), at("03-23", "15:00"))
    assert sorted(done.bookings) == sorted(one.reference for one in (*bookings[1:], waiting))
    assert mails() == {"booking_moved": 2, "waiting_joined": 1}
    told = list(db.session.execute(select(Notice.payload).where(Notice.kind == "booking_moved")).scalars())
    assert [one["calendar"]["sequence"] for one in told] == [4, 4]
    assert len({one["calendar"]["uid"] for one in told}) == 2
    assert {one["before"]["starts_at"] for one in told} == {"2027-03-23T09:00:00+00:00", "2027-03-30T08:00:00+00:00"}


def test_all_are_called_off_and_each_group_is_told_once_with_the_reason() -> None:
    season = Season(format=Format.IN_PERSON)
    sure = [make_booking(season.event(number)) for number in (0, 1)]
    asked = make_booking(season.event(2), status=BookingStatus.REQUESTED)
    done = cancel_events(season.order(0, Scope.ALL), "The hall is being repaired.")
    assert (len(done.events), len(done.bookings)) == (4, 3)
    rows = db.session.execute(select(Booking.status, Booking.sequence, Event.status, Event.taken).join(Event)).all()
    assert {tuple(row) for row in rows} == {(BookingStatus.CANCELLED_BY_STATION, 1, EventStatus.CANCELLED, 0)}
    notices = {row.subject: row.payload for row in db.session.execute(select(Notice.subject, Notice.payload))}
    assert mails() == {"booking_cancelled_by_station": 3}
    assert {told["reason"] for told in notices.values()} == {"The hall is being repaired."}
    assert {told["closure"] for told in notices.values()} == {False}
    assert [notices[f"booking:{one.reference}"]["calendar"]["method"] for one in sure] == ["CANCEL", "CANCEL"]
    assert notices[f"booking:{asked.reference}"]["calendar"] is None


def test_calling_off_the_rest_shortens_the_series_and_a_second_time_finds_nothing() -> None:
    season = Season()
    cancel_events(season.order(2, Scope.FOLLOWING), "")
    assert [season.event(number).status for number in range(4)] == [EventStatus.OPEN] * 2 + [EventStatus.CANCELLED] * 2
    plan = plan_of(db.session.execute(select(Series.pattern)).scalar_one())
    assert plan is not None
    assert [f"{one:%m-%d}" for one in starts(plan.rhythm)] == DAYS[:2]
    with pytest.raises(Conflict):
        cancel_events(season.order(2, Scope.FOLLOWING), "")


def test_a_double_click_changes_and_tells_once() -> None:
    season = Season()
    make_booking(season.event(3))
    orders = [season.order(3, key="a", state=season.look(3, Scope.ONE, at("03-31")).state) for _ in range(2)]
    assert [change_events(order, at("03-31")).replayed for order in orders] == [False, True]
    assert (mails(), season.event(3).version) == ({"booking_moved": 1}, 2)


def test_a_change_that_was_confirmed_for_another_state_is_refused_with_the_present_one() -> None:
    season = Season()
    before = season.look(0, Scope.ALL, EventChange(capacity=10)).state
    change_events(season.order(3), at("03-31"))
    with pytest.raises(Overtaken) as overtaken:
        change_events(season.order(0, Scope.ALL, state=before), EventChange(capacity=10))
    assert overtaken.value.survey.state != before
    make_booking(season.event(0))  # a booking is no such change
    now = season.look(0, Scope.ALL, EventChange(capacity=10)).state
    make_booking(season.event(0))
    change_events(season.order(0, Scope.ALL, state=now), EventChange(capacity=20))


def test_fewer_places_than_are_taken_are_refused_with_the_list_and_nothing_is_changed() -> None:
    season = Season()
    booking = make_booking(season.event(2), size=15)
    with pytest.raises(OverCapacity) as over:
        change_events(season.order(0, Scope.ALL), EventChange(capacity=14))
    assert [one.reference for one in over.value.bookings] == [booking.reference]
    assert {season.event(number).capacity for number in range(4)} == {20}


def test_another_language_is_for_events_that_nobody_has_booked_and_for_languages_that_are_given() -> None:
    season = Season()
    booking = make_booking(season.event(3))
    with pytest.raises(LanguageIsTaken) as taken:
        change_events(season.order(0, Scope.ALL), EventChange(language="fr"))
    assert [one.reference for one in taken.value.bookings] == [booking.reference]
    with pytest.raises(BookingRefused):
        change_events(season.order(0), EventChange(language="ar"))
    change_events(season.order(0), EventChange(language="fr"))
    assert (season.event(0).language, season.event(0).version) == ("fr", 2)


def test_a_closure_a_holiday_or_a_skipped_hour_stops_the_whole_change() -> None:
    station = make_station()
    season = Season(station=station, format=Format.IN_PERSON)
    make_closure(station, date(2027, 3, 31))
    with pytest.raises(Stopped) as stopped:
        change_events(season.order(0, Scope.ALL), at("03-10"))
    assert [(item.event.code, item.collisions) for item in stopped.value.survey.stopped] == [
        (season.codes[3], (Collision.CLOSURE,))
    ]
    with pytest.raises(Stopped):
        change_events(season.order(2), at("03-28", "02:30"))
    assert [day[:5] for day in season.locals()] == DAYS


def given(event: Event) -> list[int]:
    """Who gives it."""
    active = (Assignment.event_id == event.id, Assignment.status == AssignmentStatus.ACTIVE)
    return list(db.session.execute(select(Assignment.guide_id).where(*active)).scalars())


def test_guides_come_along_also_where_events_take_each_others_place() -> None:
    station = make_station()
    guide = make_guide(station)
    season = Season(guide.code, station)
    change_events(season.order(0, Scope.ALL), at("03-16"))  # a week later: each to where the next one was
    assert [day[:5] for day in season.locals()] == ["03-16", "03-23", "03-30", "04-06"]
    assert [given(season.event(number)) for number in range(4)] == [[guide.id]] * 4
    busy = (
        select(Assignment.starts_at).where(Assignment.status == AssignmentStatus.ACTIVE).order_by(Assignment.starts_at)
    )
    assert [one.date() for one in db.session.execute(busy).scalars()] == [
        date(2027, 3, 16) + timedelta(weeks=week) for week in range(4)
    ]


def test_a_guide_who_is_elsewhere_stops_the_change_unless_the_event_is_to_go_without() -> None:
    station = make_station()
    guide = make_guide(station)
    season = Season(guide.code, station)
    other = make_event(season.offering, datetime(2027, 3, 23, 12, 30, tzinfo=UTC))
    make_assignment(guide, other)
    with pytest.raises(Stopped) as stopped:
        change_events(season.order(0, Scope.ALL), at("03-09", "13:00"))
    assert [item.event.code for item in stopped.value.survey.stopped] == [season.codes[2]]
    change_events(season.order(0, Scope.ALL), EventChange(starts=at("03-09", "13:00").starts, release=True))
    assert [given(season.event(number)) for number in range(4)] == [[guide.id], [guide.id], [], [guide.id]]


def test_another_guide_takes_all_that_can_be_taken() -> None:
    station = make_station()
    first, second = make_guide(station), make_guide(station)
    season = Season(first.code, station)
    make_assignment(second, make_event(season.offering, season.event(1).starts_at))
    with pytest.raises(Stopped):
        change_events(season.order(0, Scope.ALL), EventChange(guide=second.code))
    change_events(season.order(0, Scope.ALL), EventChange(guide=second.code, release=True))
    assert [given(season.event(number)) for number in range(4)] == [[second.id], [], [second.id], [second.id]]
    change_events(season.order(0, Scope.ALL), EventChange(guide=""))
    assert [given(season.event(number)) for number in range(4)] == [[], [], [], []]


def test_a_rhythm_that_cannot_be_moved_like_that_is_refused() -> None:
    season = Season()
    rhythm = Pattern(date(2027, 5, 1), (time(10),), (1,), place=1, count=3)
    asked = EventsWish(season.offering.code, "en", 20, rhythm=rhythm)
    monthly = put_on_calendar(asked, None, now=NOW, actor=DESK)
    with pytest.raises(BadPattern):
        change_events(Order(monthly.events[0], Scope.ALL, NOW, DESK), at("05-05"))
    assert change_events(Order(monthly.events[0], Scope.ALL, NOW, DESK), at("05-04", "11:00")).events == monthly.events


def test_an_event_without_a_series_is_changed_alone_and_an_unknown_one_not_at_all() -> None:
    event = make_event(make_offering(make_station()))
    with pytest.raises(NoSeries):
        change_events(Order(event.code, Scope.ALL, NOW, DESK), EventChange(capacity=40))
    change_events(Order(event.code, Scope.ONE, NOW, DESK), EventChange(capacity=40, title="A longer look"))
    db.session.refresh(event)
    assert (event.capacity, str(event.title)) == (40, "A longer look")
    with pytest.raises(UnknownEvent):
        change_events(Order("VIE-NONE", Scope.ONE, NOW, DESK), EventChange(capacity=40))


def test_search_sees_each_change_at_once() -> None:
    season = Season(lead_working_days=0)
    days = (date(2027, 3, 1), date(2027, 4, 30))
    asked = Criteria(offering=season.offering.code, time_zone="UTC", from_day=days[0], to_day=days[1])

    def found() -> list[str]:
        return [f"{slot.starts_at:%m-%d %H}" for slot in search(asked, NOW).slots if slot.event]

    assert found() == ["03-09 09", "03-16 09", "03-23 09", "03-30 08"]
    change_events(season.order(2, Scope.FOLLOWING), at("03-23", "12:00"))
    assert found() == ["03-09 09", "03-16 09", "03-23 11", "03-30 10"]
    cancel_events(season.order(0), "")
    assert found() == ["03-16 09", "03-23 11", "03-30 10"]


def test_the_trail_tells_what_was_before_and_after() -> None:
    season = Season()
    change_events(season.order(1, Scope.FOLLOWING), EventChange(capacity=30))
    statement = select(AuditEntry.action, AuditEntry.before, AuditEntry.after).where(AuditEntry.after.is_not(None))
    rows = db.session.execute(statement.where(AuditEntry.action.in_(["event.change", "series.split"]))).all()
    assert [row.action for row in rows] == ["event.change"] * 3 + ["series.split"]
    assert (rows[0].before, rows[0].after) == ({"capacity": 20}, {"capacity": 30})
    assert (rows[3].before["capacity"], rows[3].after["capacity"]) == (20, 30)


def test_a_guide_is_told_once_of_each_event_whatever_is_changed_at_once() -> None:
    station = make_station()
    first, second = make_guide(station), make_guide(station)
    for guide in (first, second):
        make_account("guide", "VIE", guide=guide)
    season = Season(first.code, station)
    assert told_guides() == {"guide_assigned": 4}
    sent_all()
    wanted = EventChange(starts=at("03-09", "11:00").starts, guide=second.code)
    change_events(season.order(0, Scope.ALL), wanted)
    assert told_guides() == {"guide_released": 4, "guide_assigned": 4}
    sent_all()
    change_events(season.order(2, Scope.FOLLOWING), at("03-23", "12:00"))
    assert told_guides() == {"guide_moved": 2}
    sent_all()
    cancel_events(season.order(0, Scope.ALL), "")
    assert told_guides() == {"guide_released": 2}  # of the first part: the others are a series of their own


def told_guides() -> Counter[str]:
    """How many notices of each kind wait to be sent to guides."""
    waiting = (Notice.subject.like("assignment:%"), Notice.state == NoticeState.QUEUED)
    return Counter(db.session.execute(select(Notice.kind).where(*waiting)).scalars())


def sent_all() -> None:
    """Whatever waits has been sent."""
    with transaction() as session:
        session.execute(update(Notice).values(state=NoticeState.SENT, sent_at=NOW))
