"""Guides of Vienna with their day, and browsers that are signed in as one of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import BrowserContext
from sqlalchemy import select

from booking.accounts import identity
from booking.accounts.models import Account
from booking.accounts.terms import Role
from booking.bookings.services.limits import LimitWish, make_limit
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import db
from booking.i18n import Translated
from booking.scheduling.models import BusyInterval, Event, Guide, Offer
from booking.scheduling.terms import Measure, OfferReason, Per, Visibility
from tests.attendance.making import make_item, make_reading
from tests.browser.house import House
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_day_off,
    make_event,
    make_guide,
    make_offering,
    make_organisation,
    save,
)
from tests.signing_in import make_account, make_sign_in

VIENNA = ZoneInfo("Europe/Vienna")
LONG = "Inventedford School of the Very Long Name and of Everything Else, Department of Languages"


def vienna(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of November on Vienna's clocks; NOW is 10:00 on Monday the 23rd."""
    return datetime(2026, 11, day, hour, minute, tzinfo=VIENNA)


def make_colleague(name: str, languages: str = "en it") -> Guide:
    """A guide of Vienna with an account of that name at example.org."""
    station = db.session.scalars(select(Station).where(Station.code == "VIE")).one()
    guide = make_guide(station, languages, name=f"{name} Invented")
    make_account(Role.GUIDE, "VIE", guide=guide, email=f"{name.lower()}@example.org", name=f"{name} Invented")
    return guide


def make_tour(minutes: int = 60) -> Offering:
    """A tour of Vienna's."""
    station = db.session.scalars(select(Station).where(Station.code == "VIE")).one()
    title = {"en": "How a resolution is made", "ar": "كيف يُصاغ القرار"}
    return make_offering(station, title=Translated(title), duration_min=minutes)


def sign_in(context: BrowserContext, house: House, email: str) -> None:
    """The browser is that person's from now on."""

    def cookie() -> str:
        account = db.session.scalars(select(Account).where(Account.email == email)).one()
        client = house.app.test_client()
        with client.session_transaction() as session:
            session[identity.SIGN_IN] = make_sign_in(account)
        kept = client.get_cookie("session")
        assert kept is not None
        return kept.value

    context.add_cookies([{"name": "session", "value": house.inside(cookie), "url": house.url}])


def give(guide: Guide, offering: Offering, starts_at: datetime, **values: object) -> Event:
    """An event that the guide gives."""
    found = make_event(offering, starts_at, **values)
    make_assignment(guide, found)
    return found


def fill_day(email: str) -> str:
    """Whatever can stand on a guide's pages, for the guide of the account with this address.

    The code of a tour that is over.
    """
    account = db.session.scalars(select(Account).where(Account.email == email)).one()
    guide = db.session.scalars(select(Guide).where(Guide.account_id == account.id)).one()
    guide.max_events_per_day, guide.max_minutes_per_week = 4, 16 * 60
    db.session.commit()
    tour = make_tour(45)
    _coming(guide, tour)
    over = give(guide, tour, vienna(23, 8))
    make_booking(over, make_organisation(LONG, "PE"), size=17)
    alone = give(guide, tour, vienna(20, 15))
    make_booking(alone, make_organisation("Baobab Hill School", "GH"), size=18)
    _asked(guide, tour)
    save(
        BusyInterval(
            guide_id=guide.id, starts_at=vienna(24, 13).astimezone(UTC), ends_at=vienna(24, 14).astimezone(UTC)
        )
    )
    make_day_off(guide, date(2026, 11, 27))
    return over.code


def _coming(guide: Guide, tour: Offering) -> None:
    soon = give(guide, tour, NOW + timedelta(minutes=10), meeting_url="https://meet.example.org/ours")
    told = {"theme": "refugees", "accessibility": ["live-captions", "step-free"], "note": "They like maps.\nAnd flags."}
    make_booking(soon, make_organisation("Haneulsaem Middle School"), size=24, group_label="7b", **told)
    later = give(guide, tour, vienna(23, 14), guide_note="Two of them sign.")
    for name, size in (("Colegio Nevado", 12), ("Istituto Ponte Nuovo", 9)):
        make_booking(later, make_organisation(name, "CO"), size=size)
    give(guide, tour, vienna(25, 11))


def fill_desk() -> None:
    """A request that ends soon, a group that is too large for a distance, and what else is on the calendar."""
    tour = make_tour(45)
    told: dict[str, Any] = {"accessibility": ["step-free"], "note": "They like maps.\nAnd flags.", "theme": "refugees"}
    asked: dict[str, Any] = {"status": BookingStatus.REQUESTED, "invited": False, "answer_by": NOW + timedelta(hours=5)}
    make_booking(make_event(tour, vienna(30, 10)), make_organisation(LONG, "PY"), **asked, **told)
    station = db.session.scalars(select(Station).where(Station.code == "VIE")).one()
    visit = make_event(make_offering(station, format=Format.IN_PERSON, max_group=20), vienna(27, 15), capacity=40)
    visit.visibility = Visibility.PRIVATE
    db.session.commit()
    make_booking(visit, size=25)
    reason = {"en": "The rotunda is being repaired."}
    wish = LimitWish(Measure.PEOPLE, Per.EVENT, NOW.date(), most=15, percent=50, station="VIE", reason=reason)
    make_limit(wish, now=NOW, actor="test")
    make_reading(make_item(station, is_cumulative=True), date(2026, 10, 31), 1_240)


def _asked(guide: Guide, tour: Offering) -> None:
    """An offer that fits, and one that meets a tour."""
    times = {"guide_id": guide.id, "offered_at": NOW, "expires_at": NOW + timedelta(days=1)}
    fits, meets = make_event(tour, vienna(26, 11), guide_note="They come again."), make_event(tour, vienna(25, 11, 30))
    for event in (fits, meets):
        make_booking(event, size=18)
    save(
        Offer(event_id=fits.id, reason=OfferReason.UNCOVERED, **times),
        Offer(event_id=meets.id, reason=OfferReason.COVER, from_guide_id=guide.id, **times),
    )
