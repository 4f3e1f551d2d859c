"""Events as JSON, and why one cannot be made or changed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response
from flask_babel import gettext as _

from booking import i18n, zones
from booking.bookings.api.answers import CONFLICT, CREATED, instant
from booking.bookings.api.requests import KEY
from booking.bookings.collision_words import RULES, Against, against
from booking.bookings.explanations import explain
from booking.bookings.planning import Preview, UnknownGuide
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.rules.planning import Collision
from booking.bookings.services.plan import Collided, Put
from booking.bookings.services.reschedule import OverCapacity
from booking.bookings.services.series import LanguageIsTaken
from booking.bookings.survey import NoSeries, Stopped
from booking.bookings.terms import BookingRefused, Conflict, KeyReused
from booking.db import db
from booking.http.api import answer
from booking.http.inputs import InvalidInput
from booking.problems import problem
from booking.scheduling.queries.desk import DeskEvent, desk_event, etag_of
from booking.scheduling.queries.partners import Partner, partners_of
from booking.scheduling.series import BadPattern
from booking.scheduling.terms import HostTaken, RoomTaken

REFUSED = (BookingRefused, UnknownGuide, KeyReused, HostTaken, RoomTaken, BadPattern)
"""What the desk can be told about, beside what its events meet."""


def event_json(event: DeskEvent, partners: Sequence[Partner] | None = None) -> dict[str, Any]:
    """An event as it is; `partners` are read where they are not known."""
    if partners is None:
        partners = partners_of(db.session(), [event.id]).get(event.id, ())
    return {
        "event_id": event.code,
        "series": event.series or None,
        "station": event.station,
        "offering_id": event.offering,
        "title": event.shown_title.in_locale(i18n.current_locale())[0],
        "kind": event.kind,
        "format": event.format,
        "language": event.language,
        "starts_at": instant(event.starts_at, event.time_zone),
        "ends_at": instant(event.ends_at, event.time_zone),
        "time_zone": event.time_zone,
        "duration_min": event.minutes,
        "capacity": event.capacity,
        "taken": event.taken,
        "places_left": event.capacity - event.taken,
        "status": event.status,
        "status_reason": event.status_reason,
        "visibility": event.visibility,
        "guide": event.guides[0].code if event.guides else None,
        "partners": [_partner(one) for one in partners],
    }


def _partner(one: Partner) -> dict[str, Any]:
    co_host = one.co_hosts[0].code if one.co_hosts else None
    return {"station": one.station, "state": one.state.value, "co_host": co_host, "version": one.version}


def etag(event: DeskEvent) -> dict[str, str]:
    """The header that names the state of an event; bookings come and go without changing it."""
    return {"ETag": f'"{etag_of(event)}"'}


def instant_of(given: zones.ParsedTime, zone: str) -> datetime:
    """The instant of a start: by its offset, or on the clocks of the zone; InvalidInput where they skip it."""
    if given.local.second:
        raise InvalidInput.of("starts_at", _("Events start at whole minutes."))
    if given.instant is not None:
        return given.instant
    try:
        return zones.to_instant(given.local, zone)
    except zones.NonexistentTime:
        message = _("This time does not exist: clocks in %(zone)s skip it that day.", zone=zone)
        raise InvalidInput.of("starts_at", message) from None


def wall_key(starts_at: datetime, zone: str) -> str:
    """How a line of a preview is named."""
    return f"{zones.to_local(starts_at, zone):%Y-%m-%dT%H:%M}"


def made_or_refused(make: Callable[[], Put], kept: Mapping[str, frozenset[Collision]], now: datetime) -> Response:
    """201 with the event; 409 with what stands against it."""
    try:
        put = make()
    except Collided as collided:
        return _collided(collided.preview, frozenset().union(*kept.values()))
    except REFUSED as error:
        return refused_because(error, now)
    made = desk_event(db.session(), put.reference)
    assert made is not None  # noqa: S101  it was made
    return answer(event_json(made), CREATED, etag(made) | ({"Idempotent-Replayed": "true"} if put.replayed else {}))


def _collided(preview: Preview, meant: frozenset[Collision]) -> Response:
    guide = preview.guide.shown if preview.guide else ""
    told = [
        one
        for line in preview.lines
        for one in against(line.collisions, named=line.named, guide=guide, unfit=line.unfit)
        if one.collision not in meant
    ]
    return _problem(told)


def _problem(told: Sequence[Against], events: Sequence[str] = ()) -> Response:
    refusals = [
        {"rule": RULES[one.collision], "field": _field(one), "message": one.message, "way_out": one.way_out}
        for one in told
    ]
    detail = " ".join(dict.fromkeys(one.message for one in told))
    return problem(CONFLICT, detail, title=_("The rules do not allow this"), refusals=refusals, events=list(events))


def _field(one: Against) -> str:
    return "guide" if one.collision in {Collision.GUIDE, Collision.ROOM} else "starts_at"


def refused_because(error: Exception, now: datetime) -> Response:
    """409 for what the rules refuse and for a guide who is taken; InvalidInput for what cannot be meant."""
    if isinstance(error, BookingRefused):
        told = explain(error.refusals, locale=i18n.current_locale(), now=now)
        refusals = [{"rule": t.rule, "field": t.field, "message": t.message, "way_out": t.way_out} for t in told]
        detail = " ".join(one.message for one in told)
        return problem(CONFLICT, detail, title=_("The rules do not allow this"), refusals=refusals)
    if isinstance(error, UnknownGuide):
        raise InvalidInput.of("guide", _("Nobody of this code works for the station.")) from error
    if isinstance(error, KeyReused):
        raise InvalidInput.of(KEY, _("This key was sent before with another body. Use a new one.")) from error
    if isinstance(error, BadPattern):
        raise InvalidInput.of("starts_at", _("The series cannot be moved like that: change single events.")) from error
    return _problem(list(against([Collision.GUIDE if isinstance(error, HostTaken) else Collision.ROOM])))


def change_refused(conflict: Conflict, event: DeskEvent, asked: Mapping[str, Any]) -> Response:
    """409: what the events meet, the bookings that stand in the way, or the state that the change did not know."""
    if isinstance(conflict, Stopped):
        items = conflict.survey.stopped
        guide = conflict.survey.guide.shown if conflict.survey.guide else ""
        told = [one for item in items for one in against(item.collisions, named=item.named, guide=guide)]
        return _problem(told, events=[item.event.code for item in items])
    if isinstance(conflict, OverCapacity):
        detail = _("More places are taken than that.")
        return problem(CONFLICT, detail, bookings=_bookings(conflict.bookings))
    if isinstance(conflict, LanguageIsTaken):
        detail = _("Groups have booked in the present language.")
        return problem(CONFLICT, detail, bookings=_bookings(conflict.bookings))
    if isinstance(conflict, NoSeries):
        raise InvalidInput.of("scope", _("This event belongs to no series that can be changed as one."))
    return both_states(event, asked)


def _bookings(bookings: Sequence[BookingFacts]) -> list[dict[str, object]]:
    return [{"reference": one.reference, "size": one.size} for one in bookings]


def both_states(event: DeskEvent, asked: Mapping[str, Any]) -> Response:
    """409: the event as it is, and what should have been changed in one that is no more."""
    detail = _("This event has changed since it was read, or cannot be changed any more. Nothing was changed.")
    return problem(CONFLICT, detail, current=event_json(event), asked=dict(asked), headers=etag(event))
