"""Links that were lost: all of an address are sent to it; one that leaked is ended by a new one."""

import hashlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from booking.accounts.services import audit
from booking.bookings.links import manage_url, public_url
from booking.bookings.messages import facts_told, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_of_address
from booking.bookings.queries.visit_requests import VisitFacts, visits_of_address
from booking.bookings.services.change import changeable
from booking.bookings.services.writing import changed
from booking.bookings.terms import BookingStatus, Conflict, RequestStatus
from booking.bookings.visit_messages import visit_told
from booking.db import db, table_of, transaction
from booking.i18n import Translated
from booking.notices.services import put_right, queue
from booking.notices.terms import Message

_BOOKING = table_of(Booking)


def send_links(email: str, *, now: datetime, locale: str) -> None:
    """Send an address the links of its bookings and requests; whether it has any, nobody but its owner learns.

    They go to the address as it was written when booking: one typed in another case may be somebody else's.
    """
    booked, asked = bookings_of_address(db.session(), email, now), visits_of_address(db.session(), email)
    owners: dict[str, list[dict[str, object]]] = {}
    for booking in booked:
        owners.setdefault(booking.contact.email, []).append(_link(booking, locale))
    for visit in asked:
        owners.setdefault(visit.contact.email, []).append(_link_of_request(visit, locale))
    told = {"bookings": len(booked), "requests": len(asked)}
    with transaction() as session:
        queue(session, [_links(owner, own, now, locale) for owner, own in owners.items()])
        audit(session, at=now, actor="group", action="links.send", subject="links", after=told)


def _links(email: str, links: list[dict[str, object]], now: datetime, locale: str) -> Message:
    who = hashlib.sha256(email.encode()).hexdigest()[:32]  # the row outlives the address in it
    return Message(
        kind="my_links",
        dedupe_key=f"my_links:{who}:{now:%Y%m%d%H%M}",  # one mail a minute, however often the button is pressed
        subject="links",
        recipient=email,
        locale=locale,
        payload={"links": links, "find_url": public_url("/")},
        due_at=now,
    )


def _link(booking: BookingFacts, locale: str) -> dict[str, object]:
    title, title_lang = Translated(booking.titles).in_locale(locale)
    return {
        "title": title,
        "title_lang": title_lang,
        "starts_at": booking.event.starts_at.isoformat(),
        "ends_at": booking.event.ends_at.isoformat(),
        "station": booking.station.code,
        "station_name": booking.station.name,
        "station_zone": booking.station.time_zone,
        "group_zone": booking.contact.time_zone or booking.station.time_zone,
        "on_site": booking.offering.is_on_site,
        "organisation": booking.organisation,
        "group_label": booking.group_label,
        "reference": booking.reference,
        "status": "offered" if _is_offer(booking) else booking.status.value,
        "manage_url": manage_url(booking.reference, booking.generation),
    }


def _link_of_request(visit: VisitFacts, locale: str) -> dict[str, object]:
    """One that holds no time yet, with what it wishes."""
    told = visit_told(replace(visit, contact=replace(visit.contact, locale=locale)))
    status = "suggested" if visit.status is RequestStatus.PROPOSED else visit.status.value
    return {**told, "starts_at": None, "ends_at": None, "status": status}


def _is_offer(booking: BookingFacts) -> bool:
    return booking.status is BookingStatus.PROPOSED and booking.waiting_since is not None


def renew_link(reference: str, *, now: datetime) -> BookingFacts:
    """Make a new secret link and end the old one; the new one goes to the contact's address only.

    Mails that are still to be sent tell the new one. Raises Conflict where the booking changed meanwhile.
    """
    booking = changeable(reference, None)
    renewed = replace(booking, generation=booking.generation + 1, version=booking.version + 1)
    with transaction() as session:
        statement = update(_BOOKING).where(_BOOKING.c.id == booking.id, _BOOKING.c.version == booking.version)
        values = {"generation": renewed.generation, "version": renewed.version, "changed_at": now}
        if changed(session, statement.values(values)) != 1:
            raise Conflict(reference)
        audit(session, at=now, actor="group", action="booking.renew_link", subject=subject_of(reference))
        addresses = {name: facts_told(renewed, now)[name] for name in ("manage_url", "ics_url")}
        put_right(session, subject_of(reference), addresses)
        told = message("my_links", renewed, now)
        links = {"links": [_link(renewed, renewed.contact.locale)], "find_url": public_url("/")}
        queue(session, [replace(told, payload=links)])
    return renewed
