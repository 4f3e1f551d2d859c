"""What the demonstration shows: a whole catalogue, something of everything, and addresses that lead nowhere."""

from datetime import date, timedelta

import pytest
from sqlalchemy import ColumnElement, func, select

from booking.bookings.models import Booking, VisitRequest
from booking.bookings.queries.board import pressing
from booking.bookings.queries.speakers import speakers_for
from booking.bookings.queries.visit_requests import Sought, visits_waiting
from booking.bookings.services.remind import remind
from booking.bookings.terms import BookingStatus, RequestStatus
from booking.catalogue.models import Offering, Station, StationLanguage
from booking.catalogue.terms import Format, OfferingStatus
from booking.db import Base, db
from booking.i18n import LOCALES
from booking.scheduling.models import Assignment, Closure, Event, EventPartner, Guide, GuideLanguage
from booking.scheduling.terms import ClosureType, EventStatus, PartnerState, Visibility
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("app")


def count(model: type[Base], *conditions: ColumnElement[bool]) -> int:
    return db.session.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one()


def test_the_catalogue_is_whole_and_every_offering_has_its_texts() -> None:
    offerings = db.session.scalars(select(Offering)).all()
    assert len(offerings) == 47
    for offering in offerings:
        assert offering.summary
        assert 80 <= len(str(offering.summary)) <= 200
        told = (offering.details or {})["en"]
        assert told["happens"][0]["minute"] == 0
        assert all(step["minute"] < (offering.duration_min or 60) and step["text"] for step in told["happens"])
        assert isinstance(told["needs"], list)
    summaries = {str(offering.summary) for offering in offerings}
    assert len(summaries) == 47


def test_most_titles_are_in_all_languages_and_some_fall_back_to_english() -> None:
    titles = {offering.code: offering.title for offering in db.session.scalars(select(Offering))}
    assert {titles["P-VIE-01"].in_locale(locale)[1] for locale in LOCALES} == set(LOCALES)
    assert titles["P-NYC-08"].in_locale("ar") == ("Teach SDGs webinar series for educators", "en")
    assert 30 <= sum(len(title) == len(LOCALES) for title in titles.values()) < len(titles)


def test_three_stations_receive_on_site_and_the_fourth_is_closed_around_today() -> None:
    soon = (Event.starts_at > NOW, Event.starts_at < NOW + timedelta(weeks=4), Event.format == Format.IN_PERSON)
    statement = select(Station.code).join(Event, Event.station_id == Station.id)
    tours = statement.where(*soon, Event.kind == "tour", Event.status == EventStatus.OPEN)
    assert set(db.session.scalars(tours)) == {"NYC", "VIE", "NBO"}
    closures = db.session.scalars(select(Closure).where(Closure.type != ClosureType.OFFICIAL_HOLIDAY)).all()
    closed, partly = sorted(closures, key=lambda closure: closure.starts_on)
    assert closed.starts_on < NOW.date() < (closed.ends_on or date.min) < partly.starts_on
    assert (partly.distanced_capacity, partly.type) == (15, ClosureType.PARTIAL_REOPENING)
    later = statement.where(Event.format == Format.IN_PERSON, Event.starts_on >= partly.starts_on)
    assert "GVA" in set(db.session.scalars(later))


def test_two_offerings_await_the_reopening() -> None:
    awaiting = select(Offering.code).where(Offering.status == OfferingStatus.AWAITING_REOPENING)
    assert set(db.session.scalars(awaiting)) == {"P-NBO-04", "P-NBO-05"}


def test_every_language_of_a_station_is_spoken_by_a_guide() -> None:
    given = select(StationLanguage.station_id, StationLanguage.language).where(StationLanguage.tours.is_(True))
    spoken = (
        select(Guide.station_id, GuideLanguage.language)
        .join(GuideLanguage, GuideLanguage.guide_id == Guide.id)
        .where(Guide.role == "guide")
    )
    assert set(map(tuple, db.session.execute(given))) <= set(map(tuple, db.session.execute(spoken)))


def test_there_is_something_of_everything() -> None:
    statuses = set(db.session.scalars(select(Booking.status).distinct()))
    assert statuses >= {
        BookingStatus.CONFIRMED,
        BookingStatus.REQUESTED,
        BookingStatus.WAITING,
        BookingStatus.ATTENDED,
        BookingStatus.NO_SHOW,
        BookingStatus.CANCELLED_BY_GROUP,
    }
    ahead = (Event.starts_at > NOW, Event.status == EventStatus.OPEN, Event.visibility == Visibility.OPEN)
    assert count(Event, *ahead, Event.taken == Event.capacity) >= 1
    assert count(Event, *ahead, Event.taken >= Event.capacity - 5, Event.taken < Event.capacity) >= 10
    assert len(set(db.session.scalars(select(Event.language).where(*ahead)))) >= 6
    assert len(set(db.session.scalars(select(Event.series_id).where(*ahead, Event.series_id.is_not(None))))) >= 3
    assert count(Event, Event.starts_at > NOW, Event.status == EventStatus.PLANNED) == 1
    assert count(Event, Event.status == EventStatus.HELD) >= 100


def test_a_desk_has_requests_in_every_state_and_speakers_with_topics() -> None:
    waiting = visits_waiting(db.session(), Sought({"VIE"}), 10)
    assert {one.organisation for one in waiting} == {"Gymnasium Papierstern", "Liceo Lanterna Blu"}
    assert [len(one.wishes) for one in waiting] == [2, 3]
    assert [one.seeks_speaker(NOW) for one in pressing(db.session(), {"VIE"}, NOW)] == [True, True]
    (knows, other) = speakers_for(db.session(), waiting[1], NOW)
    assert (knows.knows, other.knows) == (True, False)
    states = set(db.session.scalars(select(VisitRequest.status)))
    assert states == set(RequestStatus) - {RequestStatus.BOOKED, RequestStatus.WITHDRAWN, RequestStatus.EXPIRED}


def test_two_stations_hold_an_event_together_and_a_third_is_asked_for_another() -> None:
    rows = db.session.execute(
        select(Station.code, EventPartner.state, EventPartner.event_id)
        .join(Station, Station.id == EventPartner.station_id)
        .order_by(EventPartner.id)
    ).all()
    assert [(row.code, row.state) for row in rows] == [("NBO", PartnerState.AGREED), ("GVA", PartnerState.ASKED)]
    (along,) = db.session.execute(
        select(Assignment.event_id, Guide.code).join(Guide).where(Assignment.is_co_host)
    ).all()
    assert (along.event_id, along.code[:3]) == (rows[0].event_id, "NBO")


def test_addresses_lead_nowhere() -> None:
    addresses = set(db.session.scalars(select(Booking.contact_email).distinct())) - {""}
    assert len(addresses) > 20
    assert {address for address in addresses if not address.endswith(".example.org")} == set()


def test_nobody_is_written_to_when_it_begins() -> None:
    assert remind(NOW) == 0
