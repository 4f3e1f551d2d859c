"""What a body of the API amounts to: the same request that the form of the page makes."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import i18n, zones
from booking.bookings.guests import held_reference, known_situation
from booking.bookings.offers import Criteria
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.search import request_for
from booking.bookings.rules import Situation
from booking.bookings.schemas import Wish
from booking.bookings.services.book import retaken
from booking.bookings.terms import BookingRequest, BookingStatus, Contact, UnknownTime, WishedTime
from booking.catalogue.queries import is_theme, zone_of_offering
from booking.db import db
from booking.fields import OPAQUE_LENGTH
from booking.http.inputs import InvalidInput
from booking.problems import problem

KEY = "Idempotency-Key"


def idempotency_key() -> str:
    """The key of a call; 400 where it is missing, or not 1 to 255 visible ASCII characters."""
    key = request.headers.get(KEY, "")
    if not 1 <= len(key) <= OPAQUE_LENGTH or not all("!" <= sign <= "~" for sign in key):
        message = _("Each booking needs a key of its own: 1 to 255 visible ASCII characters.")
        abort(problem(400, message, errors=[{"field": KEY, "message": message}]))
    return key


def asked_for(wish: Wish) -> tuple[BookingRequest, str]:
    """The request of a body, and the reference of the hold that it names; `InvalidInput` for a time nobody can read."""
    _names_one_time(wish)
    if wish.theme and not is_theme(db.session(), wish.theme):
        raise InvalidInput.of("theme", _("This theme is not known."))
    named, hold = _time(wish)
    group = wish.organisation
    asked = replace(
        named,
        language=wish.language or named.language,
        size=wish.size,
        organisation=group.name if group else "",
        organisation_type=group.type if group else named.organisation_type,
        country=group.country if group else "",
        subdivision=_subdivision(group.country, group.subdivision) if group else "",
        group_label=wish.group_label,
        youngest_age=wish.youngest_age,
        accompanying_adults=wish.accompanying_adults,
        theme=wish.theme or "",
        contact=_contact(wish),
        accessibility=tuple(dict.fromkeys(need.value for need in wish.accessibility)),
        note=wish.note,
        wait=wish.wait,
        **_tester(wish),
    )
    return asked, hold


def with_hold(asked: BookingRequest, hold: str, now: datetime) -> tuple[BookingRequest, BookingFacts | None]:
    """The request with the time of its hold, and the hold itself while it lasts."""
    held = booking_by_reference(db.session(), hold) if hold else None
    if held is None:
        return asked, None
    if held.status is BookingStatus.ON_HOLD and held.hold_expires_at and held.hold_expires_at > now:
        return replace(asked, event=held.event.code), held
    return retaken(held, asked), None


def _names_one_time(wish: Wish) -> None:
    given = [name for name in ("hold", "slot", "offering_id") if getattr(wish, name) is not None]
    if len(given) > 1:
        raise InvalidInput.of(
            given[1], _("Send hold, or slot, or offering_id with language and starts_at: one of them.")
        )
    if not given:
        raise InvalidInput.of("slot", _("Name a time: hold, or slot, or offering_id with language and starts_at."))


def _time(wish: Wish) -> tuple[BookingRequest, str]:
    if wish.hold is not None:
        reference = held_reference(wish.hold)
        if reference is None:
            raise InvalidInput.of("hold", _("This is no hold that was given out."))
        return BookingRequest(), reference
    if wish.slot is not None:
        return chosen(wish.slot), ""
    return BookingRequest(offering=wish.offering_id or "", starts=_starts(wish)), ""


def chosen(slot: str) -> BookingRequest:
    """The request for a time, by its id; `InvalidInput` for a text that names none."""
    try:
        return request_for(slot, Criteria())
    except UnknownTime:
        raise unknown_time("slot") from None


def unknown_time(field: str) -> InvalidInput:
    """No such time, offering or event: one answer for unknown, foreign and mistyped."""
    return InvalidInput.of(field, _("There is no such time."))


def situation_of(
    asked: BookingRequest, now: datetime, own: BookingFacts | None = None, field: str = "slot"
) -> Situation:
    """What is known about the time asked for; another group's private event is as unknown as one that is not there."""
    try:
        return known_situation(asked, now, own)
    except UnknownTime:
        raise unknown_time(field) from None


def time_field(wish: Wish) -> str:
    """The field by which the body names its time."""
    return "hold" if wish.hold else "slot" if wish.slot else "offering_id"


def _starts(wish: Wish) -> WishedTime | None:
    """The start as it was written; a wall time that a clock skips is refused, since nobody knows what is meant."""
    parsed = wish.starts_at
    if parsed is None:
        return None
    if not parsed.is_utc:
        _exists(db.session(), wish, parsed)
    return WishedTime(_written(parsed), parsed.local, parsed.offset, parsed.is_utc)


def _written(parsed: zones.ParsedTime) -> str:
    offset = "" if parsed.offset is None else "Z" if parsed.is_utc else zones.iso_offset(parsed.offset)
    return f"{parsed.local.isoformat()}{offset}"


def _exists(session: Session, wish: Wish, parsed: zones.ParsedTime) -> None:
    """Whether some clock that may be meant, the group's or the station's, shows this time at this offset."""
    own, station = wish.contact and wish.contact.time_zone, zone_of_offering(session, wish.offering_id or "")
    named = [zone for zone in (own, station) if zone]
    if parsed.offset is None:
        named = named[:1]  # as the rules read a time without offset: on the group's clock, else on the station's
    elif any(zones.offset_fits(parsed.local, parsed.offset, zone) for zone in named):
        return
    for zone in named:
        try:
            zones.to_instant(parsed.local, zone)
        except zones.NonexistentTime:
            message = _("This time does not exist: clocks in %(zone)s skip it that day.", zone=zone)
            raise InvalidInput.of("starts_at", message) from None


def _subdivision(country: str, subdivision: str) -> str:
    """A state of the United States, the only country whose groups are told apart further."""
    if country != "US" or not subdivision:
        return ""
    if not i18n.is_us_state(subdivision):
        raise InvalidInput.of("organisation.subdivision", _("This is no state. Write one such as US-NY."))
    return subdivision


def _contact(wish: Wish) -> Contact:
    given = wish.contact
    if given is None:
        return Contact(locale=i18n.current_locale())
    return Contact(given.name, given.email, given.language or i18n.current_locale(), given.time_zone or "")


def _tester(wish: Wish) -> dict[str, Any]:
    tester = wish.technical_contact
    if tester is None:
        return {}
    return {"technical_contact": True, "technical_name": tester.name, "technical_email": tester.email}
