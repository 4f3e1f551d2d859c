"""What must be true of requests that hold no time, at any moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, literal, or_, select, union
from sqlalchemy.orm import aliased

from booking.bookings.models import (
    SAID_BY_THE_GROUP,
    Booking,
    IdempotencyKey,
    Organisation,
    RequestNote,
    VisitDetail,
    VisitRequest,
    VisitWish,
)
from booking.bookings.terms import OPEN_REQUEST, TAKES_PLACES, BookingStatus, RequestStatus
from booking.db import table_of
from booking.notices.models import Notice

_BOOKING, _REQUEST, _NOTICE = table_of(Booking).c, table_of(VisitRequest).c, table_of(Notice).c
_ORGANISATION = table_of(Organisation).c
_WISH, _DETAIL, _NOTE = table_of(VisitWish).c, table_of(VisitDetail).c, table_of(RequestNote).c


def held_twice(_now: datetime) -> Select[Any]:
    """Open requests whose booking is no longer parked: one of them holds a time that the other knows nothing of."""
    live = exists().where(_BOOKING.reference == _REQUEST.reference, _BOOKING.status != BookingStatus.WITHDRAWN)
    is_open = _REQUEST.status.in_(sorted(OPEN_REQUEST))
    return select(_REQUEST.reference).where(is_open, live).order_by(_REQUEST.reference)


def without_booking(_now: datetime) -> Select[Any]:
    """Requests that have become a booking which is not there."""
    known = exists().where(_BOOKING.reference == _REQUEST.reference)
    lost = (_REQUEST.status == RequestStatus.BOOKED, ~known)
    return select(_REQUEST.reference).where(*lost).order_by(_REQUEST.reference)


def another_group(_now: datetime) -> Select[Any]:
    """Requests and bookings of one reference that are of two organisations, two spellings of one counting as one."""
    asks, books = aliased(Organisation), aliased(Organisation)
    apart = func.coalesce(asks.merged_into_id, asks.id) != func.coalesce(books.merged_into_id, books.id)
    return (
        select(_REQUEST.reference)
        .join(Booking, _BOOKING.reference == _REQUEST.reference)
        .join(asks, asks.id == _REQUEST.organisation_id)
        .join(books, books.id == _BOOKING.organisation_id)
        .where(apart)
        .order_by(_REQUEST.reference)
    )


def of_spelling(_now: datetime) -> Select[Any]:
    """Bookings and requests that somebody still waits for, of an organisation that is another's spelling by now."""
    merged = exists().where(_ORGANISATION.merged_into_id.is_not(None))
    booked = select(_BOOKING.reference).where(
        _BOOKING.status.in_(sorted(TAKES_PLACES | {BookingStatus.WAITING})),
        merged.where(_ORGANISATION.id == _BOOKING.organisation_id),
    )
    asked = select(_REQUEST.reference).where(
        _REQUEST.status.in_(sorted(OPEN_REQUEST)), merged.where(_ORGANISATION.id == _REQUEST.organisation_id)
    )
    found = union(booked, asked).subquery()
    return select(found.c.reference).order_by(found.c.reference)


def about_nothing(_now: datetime) -> Select[Any]:
    """Notes about a reference that nobody has."""
    booked = exists().where(_BOOKING.reference == _NOTE.reference)
    asked = exists().where(_REQUEST.reference == _NOTE.reference)
    return select(_NOTE.id, _NOTE.reference).where(~booked, ~asked).order_by(_NOTE.id)


def details_of_nothing(_now: datetime) -> Select[Any]:
    """Details of a reference that nobody has."""
    booked = exists().where(_BOOKING.reference == _DETAIL.reference)
    asked = exists().where(_REQUEST.reference == _DETAIL.reference)
    return select(_DETAIL.reference).where(~booked, ~asked).order_by(_DETAIL.reference)


def suggested_nothing(_now: datetime) -> Select[Any]:
    """Requests for which another topic is suggested, but none is named."""
    empty = (_REQUEST.status == RequestStatus.PROPOSED, _REQUEST.suggested_theme == "")
    return select(_REQUEST.reference).where(*empty).order_by(_REQUEST.reference)


def orphan_notices(_now: datetime) -> Select[Any]:
    """Notices about a booking or a request that is not there."""
    known = exists().where(_NOTICE.subject == literal("booking:") + _BOOKING.reference)
    asked = exists().where(_NOTICE.subject == literal("booking:") + _REQUEST.reference)
    orphans = (_NOTICE.subject.like("booking:%"), ~known, ~asked)
    return select(_NOTICE.id, _NOTICE.subject).where(*orphans).order_by(_NOTICE.id)


def orphan_keys(_now: datetime) -> Select[Any]:
    """Keys that answer with a booking or a request that is not there."""
    table = table_of(IdempotencyKey).c
    known = exists().where(table.reference == _BOOKING.reference)
    asked = exists().where(table.reference == _REQUEST.reference)
    return select(table.reference).where(table.reference.like("VE-%"), ~known, ~asked).order_by(table.reference)


def half_forgotten(_now: datetime) -> Select[Any]:
    """Bookings whose contact has been forgotten, of which something of it is left."""
    left = or_(*(_BOOKING[name] != "" for name in SAID_BY_THE_GROUP))
    gone = select(_BOOKING.reference).where(_BOOKING.contact_removed_at.is_not(None), left)
    return gone.order_by(_BOOKING.reference)


ALL = (
    ("request holds nothing", held_twice, "request {reference} is open, and so is its booking"),
    ("booked request has its booking", without_booking, "request {reference} became no booking"),
    ("request is of one group", another_group, "request {reference} and its booking are of two groups"),
    ("spelling has nothing of its own", of_spelling, "{reference} is of a spelling that was merged"),
    ("note has its request", about_nothing, "note {id} is about {reference}, which is not there"),
    ("details have their request", details_of_nothing, "details of {reference}, which is not there"),
    ("forgotten contact is gone", half_forgotten, "booking {reference} keeps what was to be forgotten"),
    ("suggestion names a topic", suggested_nothing, "request {reference} is offered no topic"),
)
"""Name, statement and sentence of each."""
