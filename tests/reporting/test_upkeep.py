"""Facts follow the live tables: every change names its event, and the next reader sees it."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert, select, text, update

from booking.bookings.models import Booking, Organisation
from booking.bookings.terms import BookingStatus, OrganisationType
from booking.catalogue.terms import Format
from booking.db import db, table_of, transaction
from booking.reporting.models import EventFact, FactDue, FactKeeper, GroupFact
from booking.reporting.queries.breaches import wrong_facts
from booking.reporting.services import reading
from booking.reporting.services.upkeep import AT_ONCE, catch_up
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation, make_station

pytestmark = pytest.mark.usefixtures("app")


def due() -> list[int]:
    return list(db.session.execute(select(FactDue.event_id).order_by(FactDue.id)).scalars())


def wrong() -> list[str]:
    """Codes of events whose facts differ, whether they are due or not."""
    everything = wrong_facts(NOW)
    with transaction() as session:
        session.execute(text("CREATE TEMP TABLE kept_due AS SELECT * FROM fact_due"))
        session.execute(text("DELETE FROM fact_due"))
        found = list(session.execute(everything).scalars())
        session.execute(text("INSERT INTO fact_due SELECT * FROM kept_due"))
        session.execute(text("DROP TABLE kept_due"))
    return found


def change(model: type[Event] | type[Booking] | type[Organisation], row_id: int, **values: object) -> None:
    with transaction() as session:
        session.execute(update(table_of(model)).where(table_of(model).c.id == row_id).values(**values))


@pytest.fixture
def house() -> tuple[Event, Event, Booking]:
    """Two events, a group in the first, and every fact written."""
    offering = make_offering(make_station())
    event, other = make_event(offering), make_event(offering)
    booking = make_booking(event, make_organisation())
    catch_up()
    return event, other, booking


CHANGES: dict[str, Callable[[Event, Event, Booking], object]] = {
    "an event's number": lambda event, *_: change(Event, event.id, attended=7),
    "an event's state": lambda event, *_: change(Event, event.id, status=EventStatus.HELD),
    "an event's topics": lambda event, *_: change(Event, event.id, topics_raised="COVID-19, SDGs"),
    "a booking's number": lambda *all_: change(Booking, all_[2].id, attended=7, status=BookingStatus.ATTENDED),
    "a booking that is moved": lambda _, other, booking: change(Booking, booking.id, event_id=other.id),
    "a booking that is cancelled": lambda *all_: change(
        Booking, all_[2].id, status=BookingStatus.CANCELLED_BY_GROUP, late=True
    ),
    "another country": lambda *all_: change(Organisation, all_[2].organisation_id or 0, country="FR"),
    "another kind of group": lambda *all_: change(Booking, all_[2].id, organisation_type=OrganisationType.NGO),
    "a new booking": lambda event, *_: make_booking(event),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_due_at_once_and_in_the_facts_after_the_next_look(
    house: tuple[Event, Event, Booking], name: str
) -> None:
    assert (due(), wrong()) == ([], [])
    CHANGES[name](*house)
    assert house[0].id in due()
    assert wrong() != []
    assert catch_up() > 0
    assert (due(), wrong()) == ([], [])


def test_places_and_words_that_no_report_counts_name_nothing(house: tuple[Event, Event, Booking]) -> None:
    event, _, booking = house
    change(Event, event.id, taken=3, guide_note="for whoever takes over")
    change(Booking, booking.id, contact_name="Grace Invented", note="changed", version=9)
    assert due() == []
    change(Event, event.id, status=event.status)  # written again as it was
    assert due() == []


def test_a_hold_is_no_group_until_somebody_asks(house: tuple[Event, Event, Booking]) -> None:
    event, _, _ = house
    held = make_booking(event, status=BookingStatus.ON_HOLD, organisation_id=None, hold_expires_at=NOW)
    assert due() == []
    change(Booking, held.id, status=BookingStatus.EXPIRED)
    assert due() == []
    change(Booking, held.id, status=BookingStatus.CONFIRMED, organisation_id=make_organisation("Another school").id)
    catch_up()
    assert wrong() == []
    assert db.session.execute(select(GroupFact.booking_id).where(GroupFact.booking_id == held.id)).all() != []


def test_a_booking_that_is_gone_leaves_no_fact(house: tuple[Event, Event, Booking]) -> None:
    event, _, booking = house
    with transaction() as session:
        session.execute(table_of(Booking).delete().where(table_of(Booking).c.id == booking.id))
    assert due() == [event.id]
    catch_up()
    assert wrong() == []


def test_a_hybrid_pair_is_one_event_while_both_halves_share_a_fate(house: tuple[Event, Event, Booking]) -> None:
    event, other, _ = house
    change(Event, event.id, twin_id=other.id, status=EventStatus.HELD)
    change(Event, other.id, twin_id=event.id, status=EventStatus.HELD, format=Format.IN_PERSON, attended=4)
    catch_up()
    counts = select(EventFact.event_id, EventFact.counts, EventFact.attended).order_by(EventFact.event_id)
    assert [tuple(row) for row in db.session.execute(counts)] == [(event.id, 1, None), (other.id, 0, 4)]
    change(Event, event.id, status=EventStatus.CANCELLED)
    catch_up()
    assert [row.counts for row in db.session.execute(counts)] == [1, 1]
    assert wrong() == []


def test_people_are_the_sum_of_groups_or_the_number_of_the_whole_and_never_both(
    house: tuple[Event, Event, Booking],
) -> None:
    event, _, booking = house
    people = select(EventFact.attended).where(EventFact.event_id == event.id)
    change(Event, event.id, attended=50, status=EventStatus.HELD)
    catch_up()
    assert db.session.execute(people).scalar() == 50
    change(Booking, booking.id, attended=9, status=BookingStatus.ATTENDED)
    catch_up()
    assert db.session.execute(people).scalar() == 9


def test_many_changes_are_written_some_thousands_at_a_time(house: tuple[Event, Event, Booking]) -> None:
    event, other, _ = house
    rows = [{"event_id": event.id}, {"event_id": other.id}] * (AT_ONCE // 2 + 1)
    with transaction() as session:
        session.execute(insert(table_of(FactDue)), rows)
    assert catch_up() == len(rows)
    assert (due(), wrong()) == ([], [])


def test_a_report_is_read_again_where_facts_were_written_meanwhile(house: tuple[Event, Event, Booking]) -> None:
    seen: list[int] = []

    def read(_session: object) -> int:
        seen.append(1)
        if len(seen) == 1:
            change(Event, house[0].id, attended=3)
            catch_up()
        return len(seen)

    assert reading.as_of_now(read) == 2
    seen.clear()

    def never_still(_session: object) -> int:
        if not db.session().info.get("booking_writing"):
            seen.append(1)
            with transaction() as session:
                session.execute(update(table_of(FactKeeper)).values(rounds=table_of(FactKeeper).c.rounds + 1))
        return len(seen)

    assert reading.as_of_now(never_still) == reading.TRIES
