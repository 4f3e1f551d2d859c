"""The waiting list: a whole group or none, first in line that fits, and nobody passes."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.accounts.models import AuditEntry
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.queries.line import ahead_of
from booking.bookings.services.answer_offer import accept_offer
from booking.bookings.services.book import book
from booking.bookings.services.cancel import cancel
from booking.bookings.services.change import change_size
from booking.bookings.services.expire import end_holds, end_lines, end_requests
from booking.bookings.services.hold import hold
from booking.bookings.services.remind import remind
from booking.bookings.services.reschedule import move_event, set_capacity
from booking.bookings.services.waiting import offer_free_places
from booking.bookings.terms import BookingRefused, BookingStatus, Conflict
from booking.db import db, transaction
from booking.loading.invariants import breaches
from booking.scheduling.models import Event
from tests.bookings.line import full_event, group, in_line, join, line, mails, taken
from tests.bookings.test_book import wish
from tests.builders import NOW, make_event, make_offering, make_station

pytestmark = pytest.mark.usefixtures("app")

DAY = timedelta(days=1)


def rules_of(event: Event, size: int, **values: object) -> list[str]:
    """The rules that refuse a newcomer of a size; none where the group was booked."""
    try:
        book(group(f"newcomer {size}", size, event, **values), key=f"new {size}", now=NOW)
    except BookingRefused as error:
        return [refusal.rule for refusal in error.refusals]
    return []


def test_who_does_not_ask_to_wait_is_refused_and_who_does_stands_in_line_without_taking_places() -> None:
    event, _ = full_event()
    assert rules_of(event, 12) == ["CAP-02"]
    join("twelve", 12, event)
    assert (line(event), taken(event)) == ({12: "waiting"}, 30)
    assert mails("waiting_joined") == ["twelve@example.org"]


def test_whoever_fits_is_booked_though_it_would_have_waited() -> None:
    event = make_event(make_offering(make_station()))
    booked = book(group("nine", 9, event, wait=True), key="a", now=NOW)
    assert booked.answer["status"] == "confirmed"


def test_the_same_key_gives_the_same_place_in_line() -> None:
    event, _ = full_event()
    first, second = (book(group("a", 12, event, wait=True), key="a", now=NOW) for _ in range(2))
    assert (second.answer, second.replayed) == (first.answer, True)
    assert len(in_line(event)) == 1


def test_a_group_stands_in_a_line_once() -> None:
    event, _ = full_event()
    join("twelve", 12, event)
    with pytest.raises(BookingRefused) as refused:
        book(group("twelve", 12, event, wait=True), key="again", now=NOW)
    assert [one.rule for one in refused.value.refusals] == ["DUP-01"]


@pytest.mark.parametrize(("capacity", "size"), [(30, 31), (8, 9)])
def test_a_group_that_the_event_can_never_hold_does_not_wait_for_it(capacity: int, size: int) -> None:
    event, _ = full_event(capacity, (capacity,))
    assert rules_of(event, size, wait=True) == ["CAP-02"]


def test_what_stops_a_booking_stops_waiting_too() -> None:
    event, _ = full_event()
    assert rules_of(event, 12, wait=True, youngest_age=6) == ["AGE-01"]


def test_of_ten_freed_places_the_first_whom_they_are_enough_for_gets_its_own_and_the_others_learn_why() -> None:
    event, (_, ten) = full_event()
    for name, size in (("twelve", 12), ("twenty", 20), ("nine", 9), ("four", 4)):
        join(name, size, event)
    cancel(ten, now=NOW + DAY)
    assert line(event) == {12: "waiting", 20: "waiting", 9: "proposed", 4: "waiting"}
    assert taken(event) == 29
    assert mails("waiting_offer") == ["nine@example.org"]
    passed = [(one.size, one.skipped_places, one.skipped_at) for one in in_line(event)]
    assert passed == [(12, 10, NOW + DAY), (20, 10, NOW + DAY), (4, 1, NOW + DAY)]
    trail = select(AuditEntry.action, AuditEntry.after).where(AuditEntry.action.like("booking.pass%"))
    assert [row.after for row in db.session.execute(trail.order_by(AuditEntry.id))] == [
        {"size": 12, "places": 10},
        {"size": 20, "places": 10},
        {"size": 4, "places": 1},
    ]


def test_one_freed_place_goes_to_exactly_one_group_with_one_mail() -> None:
    event, (_, one) = full_event(21, (20, 1))
    for name in ("a", "b", "c"):
        book(group(name, 1, event, wait=True, youngest_age=20), key=name, now=NOW)
    cancel(one, now=NOW + DAY)
    offer_free_places(NOW + DAY)
    assert mails("waiting_offer") == ["a@example.org"]
    assert taken(event) == 21


def test_fewer_people_more_places_and_a_hold_that_ends_free_places_for_the_line() -> None:
    event, (twenty, _) = full_event(35, (20, 10))
    hold(wish(event=event.code, size=5), now=NOW)
    for name, size in (("five", 5), ("six", 6), ("seven", 7)):
        join(name, size, event)
    end_holds(NOW + timedelta(hours=1))
    assert line(event) == {5: "proposed", 6: "waiting", 7: "waiting"}
    change_size(twenty, size=14, accompanying_adults=2, now=NOW)
    assert line(event) == {5: "proposed", 6: "proposed", 7: "waiting"}
    set_capacity(event.code, 42, now=NOW, actor="desk")
    assert line(event) == {5: "proposed", 6: "proposed", 7: "proposed"}
    assert taken(event) == 42


def test_nobody_gets_places_that_somebody_in_line_could_use() -> None:
    event, _ = full_event()
    join("five", 5, event)
    with transaction() as session:  # as if places had come free in a way that nobody thought of
        session.get_one(Event, event.id).capacity = 36
    assert rules_of(event, 3) == ["CAP-02"]
    assert offer_free_places(NOW) == 1
    assert rules_of(event, 1, youngest_age=20) == []


def test_places_that_are_too_few_for_all_in_line_are_booked_by_who_comes() -> None:
    event, (_, ten) = full_event()
    join("twelve", 12, event)
    cancel(ten, now=NOW + DAY)
    assert rules_of(event, 9) == []
    assert line(event) == {12: "waiting"}


def test_who_has_places_may_not_take_more_before_those_in_line() -> None:
    event, (twenty, _) = full_event()
    join("five", 5, event)
    with transaction() as session:
        session.get_one(Event, event.id).capacity = 35
    with pytest.raises(BookingRefused):
        change_size(twenty, size=21, accompanying_adults=3, now=NOW)
    assert change_size(twenty, size=19, accompanying_adults=2, now=NOW).size == 19


def test_a_hold_of_too_few_places_is_given_up_for_a_place_in_line() -> None:
    event, _ = full_event(35, (20, 10))
    held = hold(wish(event=event.code, size=5), now=NOW)
    booked = book(group("eight", 8, event, wait=True), key="a", now=NOW, hold=held.reference)
    assert booked.answer["status"] == "waiting"
    assert (booked.reference != held.reference, taken(event)) == (True, 30)


def test_an_accepted_offer_is_a_booking_like_any_other_and_a_second_yes_changes_nothing() -> None:
    event, (_, ten) = full_event()
    nine = join("nine", 9, event)
    cancel(ten, now=NOW + DAY)
    sure = accept_offer(nine, now=NOW + DAY)
    assert (sure.status, taken(event)) == (BookingStatus.CONFIRMED, 29)
    assert accept_offer(nine, now=NOW + DAY).version == sure.version
    assert mails("booking_confirmed")[-1] == "nine@example.org"
    assert mails("waiting_offer") == []


def test_an_offer_nobody_answers_goes_to_the_next_in_line() -> None:
    event, (_, ten) = full_event()
    nine, eight = join("nine", 9, event), join("eight", 8, event)
    cancel(ten, now=NOW + DAY)
    end_requests(NOW + 2 * DAY - timedelta(minutes=1))
    assert line(event) == {9: "proposed", 8: "waiting"}
    end_requests(NOW + 2 * DAY)
    assert line(event) == {9: "expired", 8: "proposed"}
    assert mails("waiting_offer_ended") == ["nine@example.org"]
    with pytest.raises(Conflict):
        accept_offer(nine, now=NOW + 2 * DAY)
    assert accept_offer(eight, now=NOW + 2 * DAY).size == 8


def test_no_frees_the_places_for_the_next_and_leaving_the_line_frees_nothing() -> None:
    event, (_, ten) = full_event()
    nine, eight, seven = (join(name, size, event) for name, size in (("nine", 9), ("eight", 8), ("seven", 7)))
    cancel(ten, now=NOW + DAY)
    cancel(nine, now=NOW + DAY)
    cancel(seven, now=NOW + DAY)
    assert line(event) == {9: "withdrawn", 8: "proposed", 7: "withdrawn"}
    assert taken(event) == 28
    assert mails("waiting_left") == ["nine@example.org", "seven@example.org"]
    assert booking_by_reference(db.session(), eight) is not None


def test_when_the_event_begins_the_line_ends_and_is_told() -> None:
    event, _ = full_event()
    join("twelve", 12, event)
    end_lines(event.starts_at - timedelta(minutes=1))
    assert line(event) == {12: "waiting"}
    end_lines(event.starts_at)
    assert (line(event), taken(event)) == ({12: "expired"}, 30)
    assert mails("waiting_ended") == ["twelve@example.org"]


def test_a_line_goes_with_its_event_to_another_time_and_is_told() -> None:
    event, _ = full_event()
    join("twelve", 12, event)
    move_event(event.code, event.starts_at + DAY, now=NOW, actor="desk")
    assert mails("waiting_joined") == ["twelve@example.org"] * 2
    assert line(event) == {12: "waiting"}


def test_who_waits_is_not_reminded() -> None:
    event, _ = full_event()
    join("twelve", 12, event)
    remind(event.starts_at - timedelta(minutes=30))
    assert "twelve@example.org" not in mails("reminder_7_days") + mails("reminder_1_day") + mails("reminder_1_hour")
    assert len(mails("reminder_1_hour")) == 2


def test_a_group_knows_how_many_are_before_it() -> None:
    event, _ = full_event()
    references = [join(name, size, event) for name, size in (("nine", 9), ("eight", 8), ("seven", 7))]
    ids = [db.session.execute(select(Booking.id).where(Booking.reference == one)).scalar_one() for one in references]
    assert [ahead_of(db.session(), one) for one in ids] == [0, 1, 2]


def test_the_check_finds_places_that_the_line_was_not_offered_and_a_line_without_order() -> None:
    event, _ = full_event()
    reference = join("five", 5, event)
    assert list(breaches(db.session(), NOW)) == []
    with transaction() as session:
        session.get_one(Event, event.id).capacity = 36
        session.execute(update(Booking).where(Booking.reference == reference).values(waiting_since=None))
    assert [line.split(":")[0] for line in breaches(db.session(), NOW)] == [
        "free places are offered to the line",
        "who waits has a place in line",
    ]
