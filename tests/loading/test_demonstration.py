"""The demonstration: four stations around today with something on every page, and nothing that a rule would refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copyfile
from time import process_time

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, Row, func, select

from booking.app import create_app
from booking.bookings.models import Booking, Organisation
from booking.bookings.queries.situation import situation
from booking.bookings.rules import decide
from booking.bookings.terms import BookingRequest, BookingStatus
from booking.catalogue.models import Offering
from booking.db import Base, db
from booking.loading import demonstration
from booking.loading.demonstration.calendars import HOLIDAYS, easter
from booking.loading.demonstration.tables import shipped
from booking.loading.invariants import breaches
from booking.scheduling.models import Assignment, Closure, Event, Guide, Offer
from booking.scheduling.terms import AssignmentStatus, EventStatus, OfferReason, Visibility
from tests.builders import NOW, make_station
from tests.conclusive import in_time
from tests.conftest import settings_for

MOMENTS = [
    NOW,
    datetime(2027, 3, 12, 8, tzinfo=UTC),  # the clocks of New York change in two days, those of Europe two weeks later
    datetime(2026, 10, 20, 23, 30, tzinfo=UTC),
    datetime(2027, 1, 1, 3, tzinfo=UTC),  # still last year in New York
    datetime(2028, 2, 29, 12, tzinfo=UTC),
]


def count(model: type[Base], *conditions: ColumnElement[bool]) -> int:
    return db.session.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one()


@contextmanager
def filled(template: Path, folder: Path, now: datetime) -> Iterator[Flask]:
    """An application of its own with the demonstration as of `now`."""
    copyfile(template, folder / f"{now:%y%m%d}.db")
    app = create_app(settings_for(f"sqlite:///{folder / f'{now:%y%m%d}.db'}", folder))
    with app.app_context():
        demonstration.fill(app, now)
        yield app
        db.engine.dispose()


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_it_breaks_no_invariant(sqlite_template: Path, tmp_path: Path, now: datetime) -> None:
    with filled(sqlite_template, tmp_path, now):
        assert list(breaches(db.session(), now)) == []
        assert count(Event, Event.starts_at > now, Event.status == EventStatus.OPEN) > 150


@pytest.mark.parametrize("now", MOMENTS[:2], ids=str)
def test_there_is_work_for_guides_and_for_the_roster(sqlite_template: Path, tmp_path: Path, now: datetime) -> None:
    with filled(sqlite_template, tmp_path, now):
        first = db.session.execute(select(Guide.id).order_by(Guide.id).limit(1)).scalar_one()
        assert count(Offer, Offer.guide_id == first, Offer.reason == OfferReason.COVER) == 1
        given = select(Assignment.event_id).where(Assignment.status == AssignmentStatus.ACTIVE)
        ahead = (Event.starts_at > now, Event.status == EventStatus.OPEN, Event.unit == "visitors-service")
        assert count(Event, *ahead, Event.id.not_in(given)) >= 10


def to_come(now: datetime) -> list[Row[Booking, Event, Organisation, Offering]]:
    statement = (
        select(Booking, Event, Organisation, Offering)
        .join(Event, Event.id == Booking.event_id)
        .join(Organisation, Organisation.id == Booking.organisation_id)
        .join(Offering, Offering.id == Event.offering_id)
        .where(Event.starts_at > now, Booking.status == BookingStatus.CONFIRMED)
    )
    return list(db.session.execute(statement).all())


def refused(booking: Booking, event: Event, organisation: Organisation, offering: Offering) -> tuple[str, ...]:
    """The rules that would refuse the booking, asked for again at the time at which it was made, itself not counted."""
    private = event.visibility is Visibility.PRIVATE
    request = BookingRequest(
        size=booking.size,
        language=event.language,
        offering=offering.code,
        event=event.code,
        organisation=organisation.name,
        organisation_type=organisation.type,
        country=organisation.country,
        youngest_age=booking.youngest_age,
        accompanying_adults=booking.accompanying_adults,
        theme=booking.theme,
        technical_contact=booking.technical_contact,
    )
    known = situation(request, booking.created_at, except_reference=booking.reference)
    refusals = decide(request, known, booking.created_at).refusals
    return tuple(one.rule for one in refusals if not (private and one.rule == "STA-01"))


@pytest.mark.parametrize("now", MOMENTS[:2], ids=str)
def test_no_rule_would_have_refused_a_booking(sqlite_template: Path, tmp_path: Path, now: datetime) -> None:
    with filled(sqlite_template, tmp_path, now):
        rows = to_come(now)
        assert len(rows) > 200
        assert {row[0].reference: rules for row in rows if (rules := refused(*row))} == {}


def test_two_of_the_same_moment_are_the_same(sqlite_template: Path, tmp_path: Path) -> None:
    seen = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        with filled(sqlite_template, tmp_path / name, NOW):
            tables = (Offering, Closure, Guide, Event, Assignment, Organisation, Booking)
            seen.append([db.session.execute(select(*table.__table__.c)).all() for table in tables])
    assert seen[0] == seen[1]


def test_it_takes_less_than_five_seconds_of_a_processor_and_says_where_to_look(app: Flask) -> None:
    before = process_time()
    lines = demonstration.fill(app, NOW)
    in_time(process_time() - before, 5)
    assert "http://localhost/" in "\n".join(lines)


def test_it_leaves_a_database_with_data_alone(app: Flask) -> None:
    make_station("VIE")
    assert demonstration.fill(app, NOW) == ["The database holds data already: the demonstration was left out."]
    assert count(Event) == 0


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, date(2024, 3, 31)), (2026, date(2026, 4, 5)), (2027, date(2027, 3, 28)), (2038, date(2038, 4, 25))],
)
def test_easter_is_where_the_almanac_has_it(year: int, day: date) -> None:
    assert easter(year) == day


def test_moving_holidays_fall_on_their_weekdays() -> None:
    named = {name: rule(2026) for name, rule in HOLIDAYS["NYC"] + HOLIDAYS["GVA"]}
    assert named["Thanksgiving Day"] == date(2026, 11, 26)
    assert named["Labor Day"] == date(2026, 9, 7)
    assert named["Jeûne genevois"] == date(2026, 9, 10)
    assert named["Ascension Day"] == date(2026, 5, 14)


def test_the_shipped_tables_name_each_other() -> None:
    tables = shipped()
    offerings = {row.values["offering_id"] for row in tables["offerings"].rows}
    assert {row.values["offering"] for row in tables["programme"].rows} <= offerings
    series = {row.values["code"] for row in tables["series"].rows} | {""}
    assert {row.values["series"] for row in tables["programme"].rows} <= series
    assert 25 <= len(tables["guides"].rows) <= 32
