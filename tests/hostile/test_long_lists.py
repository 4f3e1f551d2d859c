"""Pages of staff where there is more and more of everything: not one statement more, and no page that grows fast."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import event as events
from sqlalchemy import select, update

from booking.bookings.models import SavedView
from booking.bookings.services.limits import LimitWish, make_limit
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Interest, Material, Offering, Station, VocabularyTerm
from booking.catalogue.terms import REOPENING, InterestState, Level, MaterialKind
from booking.db import db, transaction
from booking.i18n import Translated
from booking.scheduling.models import Event
from booking.scheduling.terms import Measure, Per
from booking.webhooks.models import WebhookEndpoint
from tests.attendance.making import make_item, make_reading, make_survey_row
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_closure,
    make_event,
    make_failed_mail,
    make_guide,
    make_offering,
    make_organisation,
    make_visit_row,
    save,
)
from tests.hostile.forms_of_staff import House, make_house, pages
from tests.webhooks.making import make_endpoint, make_message

FEW, MANY = 2, 12
PER_ROW = 3_000
"""Bytes that a page grows by at most for each of what there is more of: 100 kB are some thirty of the largest rows."""


def add(house: House, numbers: range) -> None:
    """One more of each kind for every number."""
    station = db.session.scalars(select(Station).where(Station.code == "VIE")).one()
    offering = db.session.scalars(select(Offering).where(Offering.code == house.names["offering"])).one()
    with transaction() as session:
        session.execute(update(Event).where(Event.code == house.names["event"]).values(capacity=200))
    full = db.session.scalars(select(Event).where(Event.code == house.names["event"])).one()
    for number in numbers:
        _add_groups(offering, full, number)
        _add_of_desk(station, house, number)
        _add_of_catalogue(station, offering, number)


def _add_groups(offering: Offering, full: Event, number: int) -> None:
    station = db.session.get_one(Station, offering.station_id)
    event = make_event(offering, NOW + timedelta(days=2, minutes=90 * number))
    make_assignment(make_guide(station), event)
    make_booking(event)
    make_booking(full, size=1)
    make_booking(event, status=BookingStatus.REQUESTED, answer_by=NOW + timedelta(days=3))
    make_visit_row(station)
    make_organisation(f"Invented College of {number:03}")
    make_failed_mail(f"VE-X-{number}", "VIE")


def _add_of_desk(station: Station, house: House, number: int) -> None:
    webhook = db.session.scalars(select(WebhookEndpoint).where(WebhookEndpoint.code == house.names["webhook"])).one()
    day = date(2028, 1, 1) + timedelta(days=number)
    wish = LimitWish(Measure.PEOPLE, Per.EVENT, NOW.date(), most=100, station="VIE")
    make_limit(wish, now=NOW, actor="test")
    make_endpoint(webhook.made_by, ("VIE",))
    make_message(webhook)
    make_closure(station, day, day)
    view = {"page": "events", "name": f"View {number}", "query": "", "station_code": "VIE"}
    save(SavedView(account_id=webhook.made_by, **view))


def _add_of_catalogue(station: Station, offering: Offering, number: int) -> None:
    waits = {"about": REOPENING, "state": InterestState.WAITING, "asked_at": NOW, "confirmed_at": NOW}
    link = {"kind": MaterialKind.LINK, "level": Level.ALL, "language": "en", "created_at": NOW}
    save(
        Interest(offering_id=offering.id, email=f"b{number}@example.org", locale="en", **waits),
        Material(
            station_id=station.id,
            title=Translated(f"Plan {number}"),
            english_of={},
            url=f"https://example.org/{number}",
            **link,
        ),
        VocabularyTerm(vocabulary="theme", code=f"t{number}", label=Translated(f"Theme {number}")),
    )
    make_offering(station)
    make_reading(make_item(station), date(2026, 10, 31), number)
    make_survey_row(station)


@contextmanager
def heard() -> Iterator[list[str]]:
    """The statements that are asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            asked.append(statement)

    events.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        events.remove(db.engine, "before_cursor_execute", note)


def measured(app: Flask, house: House) -> dict[str, tuple[int, int]]:
    """Statements and bytes of every page."""
    found = {}
    for client, page in pages(app, house):
        with heard() as asked:
            answer = client.get(page)
        found[page] = len(asked), len(answer.data)
    return found


def test_no_page_of_staff_asks_for_each_row_or_grows_fast(app: Flask) -> None:
    house = make_house(app)
    add(house, range(FEW))
    measured(app, house)  # what is kept from the first look on is kept now
    few = measured(app, house)
    add(house, range(FEW, MANY))
    many = measured(app, house)
    asks_more = {page: (few[page][0], many[page][0]) for page in few if many[page][0] > few[page][0]}
    assert asks_more == {}
    grown = {page: (many[page][1] - few[page][1]) // (MANY - FEW) for page in few}
    assert {page: size for page, size in grown.items() if size > PER_ROW} == {}
