"""What tests of closures share: a wish, a station with a visit that can go online, and a declaration of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from booking.bookings.closing import ClosureWish, Declared, Order
from booking.bookings.models import Booking
from booking.bookings.services.closure_declare import declare
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.scheduling.models import Event, Guide
from booking.scheduling.terms import ClosureType, Visibility
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import NOW, make_assignment, make_booking, make_event, make_guide, make_offering, make_station

WISH = ClosureWish(
    "VIE",
    ClosureType.PREMISES_CLOSED,
    date(2026, 12, 1),
    date(2026, 12, 31),
    NOW.date(),
    allows=("courtesy-visit",),
    message="The heating is out.",
    messages={"fr": "Le chauffage est en panne."},
)
ANSWER_BY = NOW + timedelta(days=5)


@dataclass(frozen=True)
class Hall:
    """A station with one visit of one group, given by one guide, and a virtual tour that is like it."""

    station: Station
    virtual: Offering
    on_site: Offering
    visit: Event
    guide: Guide
    booking: Booking


def make_hall(starts_at: datetime = TEN_IN_VIENNA, languages: str = "en", **values: Any) -> Hall:  # noqa: ANN401  any column
    """Vienna; the group reads English unless told otherwise, and its booking has been told of nothing yet."""
    station = make_station()
    virtual = make_offering(station)
    on_site = make_offering(station, format=Format.IN_PERSON)
    visit = make_event(on_site, starts_at, visibility=Visibility.PRIVATE)
    guide = make_guide(station, languages)
    make_assignment(guide, visit)
    booking = make_booking(visit, **values)
    return Hall(station, virtual, on_site, visit, guide, booking)


def close(wish: ClosureWish = WISH, **values: object) -> Declared:
    """Declare it, as proposed unless told otherwise."""
    order = Order((wish,), NOW, "account:1", ANSWER_BY)
    return declare(replace(order, **values))  # type: ignore[arg-type]  # the fields' own types
