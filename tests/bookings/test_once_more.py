"""What a review found: checks that a change skipped, and what happens between reading and writing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.bookings.closing import ClosureWish
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.services import change as changing
from booking.bookings.services import expire as expiring
from booking.bookings.services.book import book
from booking.bookings.services.cancel import cancel
from booking.bookings.services.change import change_size, move
from booking.bookings.services.expire import end_requests
from booking.bookings.services.hold import hold
from booking.bookings.terms import BookingRefused, BookingRequest, BookingStatus, Conflict, ParticipantList
from booking.catalogue.terms import Format, Kind
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from booking.scheduling.terms import ClosureType, EventStatus, HostRole
from tests.bookings.closing import close
from tests.bookings.test_book import TEN_IN_VIENNA, at, event_of, wish
from tests.builders import NOW, make_booking, make_event, make_guide, make_offering, make_organisation, make_station

LATE = datetime(2026, 12, 11, 9, 0, tzinfo=UTC)
"""One working day before, inside the lead time."""


def meanwhile(monkeypatch: pytest.MonkeyPatch, module: object, name: str, deed: Callable[[], object]) -> None:
    """Do something once, just before the module's function `name` is called."""
    original = getattr(module, name)
    done: list[int] = []

    def first(*args: object, **kwargs: object) -> object:
        if not done:
            done.append(1)
            deed()
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, first)


@pytest.mark.usefixtures("app")
def test_a_late_change_of_the_number_is_checked_as_an_early_one() -> None:
    event = make_event(make_offering(make_station()), capacity=60)
    reference = book(wish(event=event.code), key="a", now=NOW).reference
    with pytest.raises(BookingRefused) as refused:
        change_size(reference, size=42, accompanying_adults=0, now=LATE, late=True)
    assert [refusal.rule for refusal in refused.value.refusals] == ["CAP-01"]
    with pytest.raises(BookingRefused) as refused:
        change_size(reference, size=30, accompanying_adults=1, now=LATE, late=True)
    assert [refusal.rule for refusal in refused.value.refusals] == ["SUP-01"]
    assert change_size(reference, size=30, accompanying_adults=2, now=LATE, late=True).size == 30


@pytest.mark.usefixtures("app")
def test_two_moves_of_one_private_booking_at_once_end_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station, "en")
    reference = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW).reference

    def target(days: int) -> BookingRequest:
        return BookingRequest(offering=offering.code, starts=at(TEN_IN_VIENNA + timedelta(days=days)))

    meanwhile(monkeypatch, changing, "_write", lambda: move(reference, target(1), now=NOW))
    moved = move(reference, target(2), now=NOW)
    assert moved.event.starts_at == TEN_IN_VIENNA + timedelta(days=2)
    open_ones = select(Event.code).where(Event.status == EventStatus.OPEN)
    assert db.session.execute(open_ones).scalars().all() == [moved.event.code]


@pytest.mark.usefixtures("app")
def test_a_request_that_expires_while_its_number_changes_frees_what_it_then_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    station = make_station()
    offering = make_offering(station)
    reference = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW).reference
    late = NOW + timedelta(days=12)
    original = expiring._due  # noqa: SLF001  the moment between reading what is due and locking it
    found: list[list[object]] = []

    def due(which: object) -> list[object]:
        rows = original(which)  # type: ignore[arg-type]  # passed on
        if not found:
            change_size(reference, size=30, accompanying_adults=2, now=late)
        found.append(list(rows))
        return list(rows)

    monkeypatch.setattr(expiring, "_due", due)
    assert end_requests(late) == 1
    event = event_of(reference)
    assert (event.taken, event.status) == (0, EventStatus.CANCELLED)


@pytest.mark.usefixtures("app")
def test_nothing_is_changed_from_the_start_on() -> None:
    event = make_event(make_offering(make_station()))
    booking = make_booking(event)
    with pytest.raises(Conflict):
        change_size(booking.reference, size=9, accompanying_adults=2, now=event.starts_at, late=True)
    with pytest.raises(Conflict):
        cancel(booking.reference, now=event.starts_at, late=True)
    assert event_of(booking.reference).taken == 10


@pytest.mark.usefixtures("app")
def test_a_briefing_needs_its_topic_also_when_its_time_was_held_first() -> None:
    station = make_station()
    offering = make_offering(station, kind=Kind.BRIEFING, theme="on-request", lead_working_days=10)
    make_guide(station, "en", HostRole.SPEAKER)
    held = hold(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), now=NOW)
    with pytest.raises(BookingRefused) as refused:
        book(wish(theme=""), key="a", now=NOW, hold=held.reference)
    assert [refusal.rule for refusal in refused.value.refusals] == ["SPK-01"]
    book(wish(theme="refugees"), key="b", now=NOW, hold=held.reference)
    assert event_of(held.reference).theme == "refugees"


@pytest.mark.usefixtures("app")
def test_a_class_that_books_two_overlapping_events_at_once_gets_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from booking.bookings.services import book as booking  # noqa: PLC0415  the module, beside its function

    offering = make_offering(make_station())
    first, second = make_event(offering), make_event(offering, TEN_IN_VIENNA + timedelta(minutes=30))
    meanwhile(monkeypatch, booking, "_book_new", lambda: book(wish(event=second.code), key="b", now=NOW))
    with pytest.raises(BookingRefused) as refused:
        book(wish(event=first.code), key="a", now=NOW)
    assert [refusal.rule for refusal in refused.value.refusals] == ["OVL-02"]


@pytest.mark.usefixtures("app")
def test_a_hold_that_has_ended_keeps_no_guide() -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station, "en")
    asked = wish(offering=offering.code, starts=at(TEN_IN_VIENNA))
    hold(asked, now=NOW)
    assert book(asked, key="a", now=NOW + timedelta(minutes=11)).answer["status"] == "confirmed"


@pytest.mark.usefixtures("app")
def test_moving_on_site_asks_for_the_participant_list() -> None:
    station = make_station()
    online, on_site = make_offering(station), make_offering(station, format=Format.IN_PERSON)
    old, new = make_event(online), make_event(on_site, TEN_IN_VIENNA + timedelta(days=1))
    reference = book(wish(event=old.code), key="a", now=NOW).reference
    assert move(reference, BookingRequest(event=new.code), now=NOW).participant_list == ParticipantList.PENDING
    assert move(reference, BookingRequest(event=old.code), now=NOW).participant_list == ParticipantList.NOT_REQUIRED


@pytest.mark.usefixtures("app")
def test_who_asks_is_said_by_the_booking_not_by_whoever_used_the_name_first() -> None:
    make_organisation("Inventedford School")
    event = make_event(make_offering(make_station()))
    reference = book(wish(event=event.code, organisation_type="individual"), key="a", now=NOW).reference
    kept = booking_by_reference(db.session(), reference)
    assert kept is not None
    assert kept.organisation_type == "individual"


@pytest.mark.usefixtures("app")
def test_a_request_that_was_never_in_a_calendar_sends_no_cancelled_entry() -> None:
    station = make_station()
    offering = make_offering(station)
    reference = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW).reference
    change_size(reference, size=20, accompanying_adults=2, now=NOW)
    cancel(reference, now=NOW)
    payloads = db.session.execute(select(Notice.payload)).scalars()
    assert [payload["calendar"] for payload in payloads] == [None, None, None]


@pytest.mark.usefixtures("app")
def test_places_that_are_freed_under_distancing_are_not_sold_again() -> None:
    offering = make_offering(make_station(), format=Format.IN_PERSON, max_group=30)
    event = make_event(offering)
    booking = make_booking(event, size=22)
    distanced = ClosureWish(
        station="VIE",
        type=ClosureType.PARTIAL_REOPENING,
        starts_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 31),
        announced_on=NOW.date(),
        blocks_formats=(),
        distanced_capacity=15,
    )
    close(distanced)
    cancel(booking.reference, now=NOW)
    assert (event_of(booking.reference).capacity, event_of(booking.reference).taken) == (15, 0)


@pytest.mark.usefixtures("app")
def test_an_exhibition_is_asked_for_and_takes_no_guide() -> None:
    station = make_station()
    make_guide(station, "en")
    offering = make_offering(station, kind=Kind.EXHIBITION, format=Format.IN_PERSON)
    booked = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW)
    assert booked.answer["status"] == BookingStatus.REQUESTED.value


@pytest.mark.usefixtures("app")
def test_a_move_to_where_one_is_already_changes_nothing() -> None:
    event = make_event(make_offering(make_station()))
    reference = book(wish(event=event.code), key="a", now=NOW).reference
    assert move(reference, BookingRequest(event=event.code), now=NOW).sequence == 0
    assert db.session.execute(select(Booking.sequence)).scalar_one() == 0


@pytest.mark.usefixtures("app")
def test_a_group_of_a_closed_event_may_become_smaller() -> None:
    event = make_event(make_offering(make_station()), status=EventStatus.CLOSED)
    booking = make_booking(event, size=20)
    assert change_size(booking.reference, size=12, accompanying_adults=2, now=NOW).size == 12
    assert event_of(booking.reference).taken == 12
