"""What mails tell while their words are tried: invented facts, or those of a booking, never with a secret link."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from booking import i18n, zones
from booking.accounts.terms import Staff
from booking.bookings.links import public_url
from booking.bookings.mail_places import Place
from booking.bookings.messages import facts_told
from booking.bookings.queries.bookings import BookingFacts
from booking.catalogue.queries import all_stations
from booking.catalogue.terms import StationFacts
from booking.db import db
from booking.i18n import premises
from booking.notices.letters import DRAFTS, Letter, letter
from booking.notices.terms import Claimed, Message
from booking.notices.wording.parts import Group

REFERENCE = "VE-0000-00"
_GROUP_ZONE = "Asia/Seoul"
_READER_ZONES = {Group.GUIDES: None, Group.DESKS: "Africa/Nairobi"}
TEN = timedelta(hours=10)
ENDING = frozenset(
    {
        "booking_cancelled",
        "booking_cancelled_by_station",
        "request_refused",
        "request_expired",
        "request_unanswered",
        "request_withdrawn",
        "guide_released",
    }
)
"""Mails that take an entry out of a calendar."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a mail is written about: a booking or invented facts; `is_other`: late, cancelled, without a deadline."""

    now: datetime
    booking: BookingFacts | None = None
    is_other: bool = False


def written(place: Place, texts: Mapping[str, str], sample: Sample) -> Letter:
    """The mail as it would go in these words, whichever station it is of."""
    booking, now = sample.booking, sample.now
    payload = {**payload_of(place, sample), "contact_name": booking.contact.name if booking else _invented(place)}
    notice = Claimed(
        id=0,
        kind=place.kind.name,
        recipient=booking.contact.email if booking else "ada@example.org",
        locale=place.locale,
        payload=payload,
        message_id="",
        attempts=0,
        due_at=now,
        worker_id="",
    )
    kind, locale, station = place.key
    return letter(notice, {(kind, locale, at): texts for at in {station, str(payload.get("station", ""))}})


def test_message(place: Place, texts: Mapping[str, str], staff: Staff, now: datetime) -> Message:
    """A mail in these words about invented facts, to the person's own address; it brings nothing into a calendar."""
    name = staff.name or staff.email
    payload = {**payload_of(place, Sample(now)), "contact_name": name, "name": name, "calendar": None}
    return Message(
        kind=place.kind.name,
        dedupe_key=f"{place.subject}:test:{staff.account_id}:{now.isoformat()}",
        subject=place.subject,
        recipient=staff.email,
        locale=place.locale,
        payload={**payload, DRAFTS: dict(texts)},
        due_at=now,
    )


def payload_of(place: Place, sample: Sample) -> dict[str, Any]:
    """All that a mail of this kind may tell; what a booking leaves open is invented."""
    facts = {**_facts(place, sample.now), **_case(place, sample)}
    if sample.booking:
        reader = replace(sample.booking.contact, locale=place.locale)
        told = facts_told(replace(sample.booking, contact=reader), sample.now)
        facts |= {name: value for name, value in told.items() if value not in (None, "")}
    facts |= {"manage_url": public_url(f"/bookings/{facts['reference']}"), "ics_url": ""}
    if place.kind.name == "my_links":
        return {"links": [{**facts, "status": "confirmed"}]}
    if place.kind.name in {"attendance_due", "attendance_overdue"}:
        return {**facts, "day": sample.now.date().isoformat(), "url": public_url("/"), "events": [facts]}
    return facts


def _case(place: Place, sample: Sample) -> dict[str, Any]:
    """What decides which of its paragraphs a mail holds."""
    other = sample.is_other
    asks = other == (place.kind.name == "booking_moved")
    on_site = other == (place.kind.name != "booking_cancelled_by_station")
    offer = {
        "url": public_url("/guide/"),
        "until": (sample.now + timedelta(days=1)).isoformat(),
        "reason": "uncovered" if other else "cover",
        "from": "Noor Invented",
    }
    return {
        "late": other,
        "is_cancelled": other,
        "is_co_host": other,
        "on_site": on_site,
        "format": "in-person" if on_site else "virtual-live",
        "answer_by": (sample.now + timedelta(days=3)).isoformat() if asks else None,
        "day": "" if other else (sample.now + timedelta(days=21)).date().isoformat(),
        "offer": offer,
        "state": ("cancelled" if place.kind.name == "partner_event" else "declined") if other else "agreed",
    }


def _invented(place: Place) -> str:
    with force_locale(place.locale):
        return str(_("Ada Invented"))


def _words(locale: str) -> dict[str, str]:
    """What somebody typed, in the language of the mail."""
    with force_locale(locale):
        return {
            "title": str(_("How a resolution is made")),
            "organisation": str(_("Inventedford School")),
            "group_label": str(_("class 7b")),
            "reason": str(_("A pipe has burst.")),
            "note": str(_("Two of them use sign language.")),
            "text": str(_("Our colleague speaks for ten minutes.")),
        }


def _facts(place: Place, now: datetime) -> dict[str, Any]:
    """A tour in three weeks for a class from another zone, and everything that some kind of mail tells besides."""
    station = _station(place.station)
    zone = station.time_zone if station else "UTC"
    starts_at = zones.same_wall_clock(zones.day_bounds(zones.local_date(now, zone), zone)[0] + TEN, 21, zone)
    words = _words(place.locale)
    return {
        **words,
        **_of_station(station, place.locale),
        **_of_account(now),
        **_of_partner(place.locale),
        "title_lang": place.locale,
        "kind": "tour",
        "language": "en",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(minutes=45)).isoformat(),
        "group_zone": _READER_ZONES.get(place.kind.group, _GROUP_ZONE),
        "size": 28,
        "accompanying_adults": 2,
        "youngest_age": 13,
        "reference": REFERENCE,
        "find_url": public_url("/"),
        "join_url": public_url(f"/join/{REFERENCE}"),
        "guide_url": public_url("/guide/"),
        "free_until": (now + timedelta(days=14)).isoformat(),
        "before": {"starts_at": (starts_at - timedelta(days=1)).isoformat(), "size": 24},
        "instead": [
            {"starts_at": (starts_at + timedelta(days=7)).isoformat(), "title": words["title"], "language": "en"}
        ],
        "wishes": [starts_at.isoformat(), (starts_at + timedelta(days=1)).isoformat()],
        "topic": "human-rights",
        "minutes": 15,
        "address": "https://meet.example.org/test-call",
        "for_guide": place.kind.group is Group.GUIDES,
        "calendar": {
            "method": "CANCEL" if place.kind.name in ENDING else "REQUEST",
            "uid": REFERENCE,
            "sequence": 0,
            "status": "CONFIRMED",
        },
    }


def _of_station(station: StationFacts | None, locale: str) -> dict[str, Any]:
    if station is None:
        return {"station_zone": "UTC"}
    return {
        "station": station.code,
        "station_name": station.name,
        "station_zone": station.time_zone,
        "premises": premises(station.code, locale, station.name),
    }


def _of_partner(locale: str) -> dict[str, Any]:
    """What mails between desks tell of the station that takes part."""
    return {"desk_url": public_url("/desk/"), "partner": i18n.station_name("NBO", locale, "Nairobi")}


def _of_account(now: datetime) -> dict[str, Any]:
    """What mails about accounts and lists of interest tell; their links lead nowhere in particular."""
    return {
        "name": "Ada Invented",
        "url": public_url("/"),
        "book_url": public_url("/"),
        "expires_at": (now + timedelta(days=1)).isoformat(),
        "at": now.isoformat(),
        "change": "set up second factor",
        "host": "hooks.example.org",
        "opens": (now + timedelta(days=7)).isoformat(),
    }


def _station(code: str) -> StationFacts | None:
    """The station whose words they are, else the first there is."""
    stations = all_stations(db.session())
    return next((one for one in stations if one.code == code), stations[0] if stations and not code else None)
