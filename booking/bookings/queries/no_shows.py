"""NSH-01: when a contact or an organisation was expected within the last year and did not come."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from booking.bookings.models import Booking, Organisation
from booking.bookings.names import name_key
from booking.bookings.terms import MANY_NO_SHOWS, BookingStatus, OrganisationType
from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus

YEAR = timedelta(days=365)
_EVENT, _BOOKING, _ORGANISATION = table_of(Event).c, table_of(Booking).c, table_of(Organisation).c
_STAYED_AWAY = or_(
    _BOOKING.status == BookingStatus.NO_SHOW,
    and_(_BOOKING.status == BookingStatus.CONFIRMED, _EVENT.status == EventStatus.NO_SHOW),
)
_LATELY = and_(
    _EVENT.starts_at > bindparam("since"),
    _EVENT.starts_at <= bindparam("now"),
    _EVENT.had_fault.is_(False),  # whoever could not connect for a fault of the line did not stay away
    _STAYED_AWAY,
)
_MISSED = select(_BOOKING.id, _EVENT.starts_at).join_from(Booking, Event, _EVENT.id == _BOOKING.event_id).where(_LATELY)

# Two ways in, each with an index of its own; written once, since to write a statement anew costs more than to run it.
_OF_GROUP = union(
    _MISSED.where(_BOOKING.contact_email == bindparam("email"), _BOOKING.contact_email != ""),
    _MISSED.join(
        Organisation, func.coalesce(_ORGANISATION.merged_into_id, _ORGANISATION.id) == _BOOKING.organisation_id
    ).where(
        _ORGANISATION.name_key == bindparam("name_key"),
        _ORGANISATION.country == bindparam("country"),
        _BOOKING.is_individual.is_(False),
    ),
)


def no_shows_of(
    session: Session, email: str, organisation: tuple[str, str, str], now: datetime
) -> tuple[datetime, ...]:
    """When they began to which the contact or the organisation (name, country, kind) did not come, the last one first.

    Somebody who comes alone is known by the address only.
    """
    name, country, kind = organisation
    known = name_key(name) if kind != OrganisationType.INDIVIDUAL else ""
    if not email and not known:
        return ()
    asked = {"email": email, "name_key": known, "country": country, "since": now - YEAR, "now": now}
    return tuple(sorted((row.starts_at for row in session.execute(_OF_GROUP, asked)), reverse=True))


def often_absent(session: Session, ids: Collection[int], now: datetime) -> frozenset[int]:
    """Which of these bookings are of a contact or an organisation that did not come twice within a year."""
    this = aliased(Booking)
    same = or_(
        and_(_BOOKING.contact_email == this.contact_email, _BOOKING.contact_email != ""),
        and_(_BOOKING.organisation_id == this.organisation_id, ~this.is_individual, ~_BOOKING.is_individual),
    )
    statement = (
        select(this.id)
        .join(Booking, same)
        .join(Event, _EVENT.id == _BOOKING.event_id)
        .where(this.id.in_(ids), _LATELY)
        .group_by(this.id)
        .having(func.count() >= MANY_NO_SHOWS)
    )
    return frozenset(session.execute(statement, {"since": now - YEAR, "now": now}).scalars())
