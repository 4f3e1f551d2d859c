"""Look before closing: what is hit, what stays, and every way that each event can go on."""

from datetime import date

import pytest

from booking.bookings.closing import ClosureWish
from booking.bookings.closing_terms import Choice
from booking.bookings.services.closure_preview import preview
from booking.catalogue.terms import Format
from booking.scheduling.terms import ClosureType
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import NOW, make_assignment, make_booking, make_event, make_guide, make_offering, make_station

WISH = ClosureWish(
    "VIE", ClosureType.PREMISES_CLOSED, date(2026, 12, 1), date(2026, 12, 31), NOW.date(), message="The heating is out."
)


@pytest.mark.usefixtures("app")
def test_a_visit_goes_online_at_the_same_hour_with_its_guide() -> None:
    station = make_station()
    make_offering(station)
    visit = make_event(make_offering(station, format=Format.IN_PERSON), TEN_IN_VIENNA)
    guide = make_guide(station, "en")
    make_assignment(guide, visit)
    booking = make_booking(visit)
    found = preview(WISH, NOW)
    (hit,) = found.hits
    assert [one.reference for one in hit.bookings] == [booking.reference]
    assert hit.online is not None
    assert (hit.online.starts_at, hit.online.language, hit.online.keeps_guide) == (TEN_IN_VIENNA, "en", True)
    assert (hit.proposed, hit.not_later) == (Choice.CONVERT, None)
