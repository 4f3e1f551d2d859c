"""What the pages of the browser tests have to offer: four stations with little, but one of every kind of row."""

import itertools
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering
from booking.catalogue.terms import Format, Kind, OfferingStatus
from booking.db import db
from booking.i18n import Translated
from booking.privacy.links import own_data_url
from booking.privacy.queries.own import owner_of
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus, HostRole, Visibility
from tests.builders import (
    NOW,
    make_booking,
    make_closure,
    make_event,
    make_guide,
    make_offering,
    make_organisation,
    make_station,
)

_schools = itertools.count(1)

LONG = "The United Nations at Vienna, from the Rotunda to the Conference Building, with a long look at the flags"


def fill() -> None:
    """Write it all into the database of the application context."""
    _new_york()
    _vienna()
    _elsewhere()


def _new_york() -> None:
    """Whose evenings are Seoul's mornings: French guides and a virtual tour."""
    station = make_station("NYC", "en fr es sw", "en fr")
    make_guide(station, "fr")
    make_guide(station, "fr es")
    texts = {"en": "See the halls and ask a guide.", "ar": "شاهدوا القاعات واسألوا المرشد."}
    make_offering(
        station,
        slug="virtual-tour-new-york",
        title=Translated({"en": "Virtual guided tour", "fr": "Visite guidée virtuelle", "ar": "جولة افتراضية"}),
        summary=Translated(texts),
        details={"en": {"steps": [{"at": 0, "text": "Welcome"}, {"at": 40, "text": "Questions"}], "needs": ["Sound"]}},
    )


def _vienna() -> None:
    """Open events, a briefing on request, a closed house, a long name, a full event."""
    station = make_station("VIE", "en de fr ar es ru zh it", "en fr")
    make_guide(station, "en de")
    make_guide(station, "en", HostRole.SPEAKER)
    tour = make_offering(station, slug="vienna-live", title=Translated({"en": LONG}))
    make_event(tour, _vienna_at(15, 9), capacity=30)
    full = make_event(tour, _vienna_at(15, 14), capacity=24)
    make_booking(full, size=24)
    make_offering(
        station,
        slug="vienna-briefing",
        title=Translated({"en": "Briefing on outer space"}),
        kind=Kind.BRIEFING,
        theme="outer-space",
        lead_working_days=15,
    )
    make_offering(
        station, slug="vienna-on-site", format=Format.IN_PERSON, title=Translated({"en": "Guided tour on site"})
    )
    make_closure(station, date(2026, 12, 16), date(2026, 12, 17))


def _vienna_at(day: int, hour: int) -> datetime:
    return datetime(2026, 12, day, hour, 0, tzinfo=ZoneInfo("Europe/Vienna"))


def _elsewhere() -> None:
    """A film without a fixed hour, and a house that has not opened again."""
    geneva = make_station("GVA", "en fr", "en fr")
    make_offering(
        geneva,
        slug="film",
        title=Translated({"en": "The Palace in film"}),
        kind=Kind.FILM,
        format=Format.ON_DEMAND,
        duration_min=0,
        watch_url="https://films.example.org/palace",
    )
    nairobi = make_station("NBO", "en sw fr", "en")
    make_offering(
        nairobi,
        slug="nairobi",
        title=Translated({"en": "Compound walk"}),
        format=Format.IN_PERSON,
        status=OfferingStatus.AWAITING_REOPENING,
    )


STARTS = datetime(2026, 12, 14, 10, tzinfo=ZoneInfo("Europe/Vienna"))
"""When the event of a booking begins that is made below."""
NINE = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))
STATES: dict[str, dict[str, Any]] = {
    "confirmed": {},
    "requested": {"status": BookingStatus.REQUESTED, "answer_by": datetime(2026, 11, 30, 17, tzinfo=ZoneInfo("UTC"))},
    "waiting": {
        "status": BookingStatus.WAITING,
        "waiting_since": NINE,
        "skipped_at": NINE,
        "skipped_places": 3,
    },
    "offered": {
        "status": BookingStatus.PROPOSED,
        "waiting_since": NINE,
        "answer_by": datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("UTC")),
    },
    "cancelled": {"status": BookingStatus.CANCELLED_BY_GROUP},
    "cancelled by us": {"status": BookingStatus.CANCELLED_BY_STATION},
    "refused": {"status": BookingStatus.REFUSED},
    "expired": {"status": BookingStatus.EXPIRED},
    "attended": {"status": BookingStatus.ATTENDED},
}
"""Bookings in every state, by the name of the state."""


def another_event() -> None:
    """One more shared event of Vienna, with nobody in it yet."""
    tour = db.session.scalars(select(Offering).where(Offering.slug == "vienna-live")).one()
    make_event(tour, _vienna_at(15, 11), capacity=30)


def take_the_rest() -> None:
    """Somebody else takes what is left in the event that is being held."""
    held = select(Booking.event_id).where(Booking.status == BookingStatus.ON_HOLD).order_by(Booking.id.desc()).limit(1)
    event = db.session.get_one(Event, db.session.scalars(held).one())
    make_booking(event, make_organisation(f"Inventedford Lyceum ({next(_schools)})"), size=event.capacity - event.taken)


def a_booking(state: str) -> str:
    """A booking in that state in Vienna, of a school with a long name, with a note; its reference."""
    tour = db.session.scalars(select(Offering).where(Offering.slug == "vienna-live")).one()
    reason = "The house is closed." if state == "cancelled by us" else ""
    held = {"status": EventStatus.HELD} if state == "attended" else {}
    event = make_event(tour, STARTS, visibility=Visibility.PRIVATE, status_reason=reason, platform="Zoom", **held)
    school = make_organisation(f"Inventedford School of the Very Long Name and of Everything Else ({next(_schools)})")
    return make_booking(
        event,
        school,
        size=24,
        note="They like maps.\nAnd flags.",
        accessibility=["step-free", "live-captions"],
        group_label="7b",
        **STATES[state],
    ).reference


def own_data(reference: str) -> str:
    """The page of all that is kept of a booking's contact."""
    owner = owner_of(db.session(), reference)
    if owner is None:
        raise LookupError(reference)
    return urlsplit(own_data_url(owner, NOW)[0]).path
