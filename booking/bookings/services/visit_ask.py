"""Ask without choosing: several wished times, or advice. Nothing is held; one chosen time is an ordinary request."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import audit
from booking.bookings.messages import subject_of
from booking.bookings.models import VisitRequest, VisitWish
from booking.bookings.queries.situation import instant_of, situation
from booking.bookings.queries.visit_requests import VisitFacts
from booking.bookings.rules import decide, holidays
from booking.bookings.services.book import Booked, again_if_stale, book
from booking.bookings.services.writing import (
    Key,
    Replayed,
    answer_to,
    group_values,
    keep_details,
    new_reference,
    organisation_of,
    put_key,
)
from booking.bookings.terms import (
    Action,
    BookingRequest,
    Conflict,
    OrganisationType,
    Refusal,
    RequestStatus,
    UnknownTime,
    WishedTime,
    WishesRefused,
)
from booking.bookings.visit_messages import visit_message
from booking.catalogue.queries import Catalogue, catalogue
from booking.catalogue.terms import Kind, OfferingFacts, StationFacts
from booking.db import db, table_of, transaction
from booking.notices.services import queue
from booking.scheduling.queries.closures import closures_of

_REQUEST, _WISH = table_of(VisitRequest), table_of(VisitWish)
NO_TIME_YET = ("REQ-01", "starts_at")
"""What is not asked of who wants advice about the time."""


def ask_for_visit(
    asked: BookingRequest, wishes: Sequence[WishedTime], *, key: str, now: datetime, actor: str = "group"
) -> Booked:
    """Take a request: with one time of one offering as `book` does, else one that holds nothing.

    Without an offering the group wants advice from `asked.station`, or from whoever works when it is awake. Raises
    BookingRefused, of which WishesRefused says which wish, UnknownTime, KeyReused, Conflict.
    """
    if asked.offering and len(wishes) == 1:
        return book(replace(asked, starts=wishes[0]), key=key, now=now, actor=actor)
    kept = Key.of(key, f"{actor}:{asked.contact.email}", {"request": repr(asked), "wishes": repr(wishes)})
    try:
        return Booked(again_if_stale(lambda: _ask_once(asked, wishes, kept, now, actor)))
    except (Replayed, WishesRefused, UnknownTime) as error:
        db.session.rollback()
        answer = answer_to(db.session(), kept)
        if answer is not None:
            return Booked(answer, replayed=True)
        if isinstance(error, Replayed):
            raise Conflict from error
        raise


def against(
    asked: BookingRequest, wishes: Sequence[WishedTime], now: datetime, action: Action = Action.BOOK
) -> dict[int, list[Refusal]]:
    """What stands against each of the wishes, by its place; those against which nothing does are left out.

    The one decision of all bookings; as PROPOSE it does not ask yet who comes. Without an offering only what is past
    is refused. Raises UnknownTime.
    """
    if not asked.offering:
        return _past(wishes, now)
    if not wishes:
        found = [one for one in _refusals(asked, None, now, action) if (one.rule, one.field) != NO_TIME_YET]
        return {0: found} if found else {}
    found_by_wish = {place: _refusals(asked, wish, now, action) for place, wish in enumerate(wishes)}
    return {place: refusals for place, refusals in found_by_wish.items() if refusals}


def _refusals(asked: BookingRequest, wish: WishedTime | None, now: datetime, action: Action) -> list[Refusal]:
    wanted = replace(asked, starts=wish)
    return decide(wanted, situation(wanted, now), now, action).refusals


def _past(wishes: Sequence[WishedTime], now: datetime) -> dict[int, list[Refusal]]:
    starts = [(place, _instant(wish)) for place, wish in enumerate(wishes)]
    return {
        place: [Refusal("LEAD-03", "starts_at", {"date": start.date(), "first_date": now.date()})]
        for place, start in starts
        if start <= now
    }


def _instant(wish: WishedTime) -> datetime:
    return (wish.local - (wish.offset or timedelta(0))).replace(tzinfo=UTC)


def _ask_once(
    asked: BookingRequest, wishes: Sequence[WishedTime], key: Key, now: datetime, actor: str
) -> dict[str, Any]:
    if refused := against(asked, wishes, now):
        raise WishesRefused(refused)
    station, offering = station_for(asked, now)
    zone = asked.contact.time_zone
    starts = tuple(dict.fromkeys(instant_of(wish, station, zone) for wish in wishes))
    visit = _as_facts(asked, station, offering, starts, now)
    answer = {
        "reference": visit.reference,
        "status": visit.status.value,
        "event_id": None,
        "starts_at": None,
        "size": visit.size,
    }
    with transaction() as session:
        put_key(session, key, answer, now)
        _insert(session, visit, asked, now)
        keep_details(session, visit.reference, asked.details)
        audit(
            session,
            at=now,
            actor=actor,
            action="request.ask",
            subject=subject_of(visit.reference),
            station_code=station.code,
            after={"status": visit.status.value, "size": visit.size, "wishes": [one.isoformat() for one in starts]},
        )
        if visit.contact.email:
            queue(session, [visit_message("visit_requested", visit, now)])
    return answer


def _insert(session: Session, visit: VisitFacts, asked: BookingRequest, now: datetime) -> None:
    group = organisation_of(session, asked)
    values = {
        **{name: value for name, value in group_values(group, asked, visit.language).items() if name in _REQUEST.c},
        "reference": visit.reference,
        "status": visit.status,
        "station_id": visit.station.id,
        "offering_id": visit.offering.id if visit.offering else None,
        "suggested_theme": "",
        "requested_on": zones.local_date(now, visit.station.time_zone),
        "created_at": now,
        "changed_at": now,
        "answer_by": visit.answer_by,
        "speaker_by": visit.speaker_by,
        "generation": 1,
        "version": 1,
    }
    request_id = session.execute(insert(_REQUEST).values(values).returning(_REQUEST.c.id)).scalar_one()
    keep_wishes(session, request_id, visit.wishes)


def keep_wishes(session: Session, request_id: int, starts: Sequence[datetime]) -> None:
    """Write the times wished, the one liked best first."""
    rows = [
        {"request_id": request_id, "position": place, "starts_at": start} for place, start in enumerate(starts, start=1)
    ]
    if rows:
        session.execute(insert(_WISH), rows)


def _as_facts(
    asked: BookingRequest,
    station: StationFacts,
    offering: OfferingFacts | None,
    starts: tuple[datetime, ...],
    now: datetime,
) -> VisitFacts:
    off = holidays(closures_of(db.session(), station, now))
    visit = VisitFacts(
        id=0,
        reference=new_reference(),
        status=RequestStatus.REQUESTED,
        station=station,
        contact=asked.contact,
        size=asked.size or 0,
        language=asked.language,
        offering=offering,
        wishes=starts,
        accompanying_adults=asked.accompanying_adults,
        youngest_age=asked.youngest_age,
        theme=asked.theme,
        accessibility=asked.accessibility,
        note=asked.note,
        organisation=asked.organisation,
        organisation_type=asked.organisation_type or OrganisationType.SCHOOL,
        country=asked.country,
        group_label=asked.group_label,
        details=asked.details,
        holidays=off,
    )
    return replace(visit, answer_by=desk_answers_by(visit, now), speaker_by=speaker_sought_until(visit, now))


def desk_answers_by(visit: VisitFacts, now: datetime) -> datetime:
    """When a request is answered at the latest, in working days; of a briefing an expert is sought first (SPK-01).

    A day before the last time wished, where that is sooner, but never within the hour.
    """
    station = visit.station
    days = station.request_answer_days + (station.speaker_days if _needs_speaker(visit) else 0)
    deadline = _end_of_day(visit, now, days)
    last = max(visit.wishes, default=now)
    if last > now:
        deadline = min(deadline, last - timedelta(days=1))
    return max(deadline, now + timedelta(hours=1))


def speaker_sought_until(visit: VisitFacts, now: datetime) -> datetime | None:
    """SPK-01: until when an expert is sought for the topic of a briefing; None for what needs none."""
    return _end_of_day(visit, now, visit.station.speaker_days) if _needs_speaker(visit) else None


def _needs_speaker(visit: VisitFacts) -> bool:
    return visit.offering is not None and visit.offering.kind is Kind.BRIEFING


def _end_of_day(visit: VisitFacts, now: datetime, days: int) -> datetime:
    station = visit.station
    today = zones.local_date(now, station.time_zone)
    day = zones.nth_working_day_after(today, days, station.working_weekdays, visit.holidays)
    return zones.day_bounds(day, station.time_zone)[0] + timedelta(minutes=station.on_site_hours[1])


def station_for(asked: BookingRequest, now: datetime) -> tuple[StationFacts, OfferingFacts | None]:
    """Whose desk answers: that of the offering, the one named, else the one nearest by the clock with the language."""
    known = catalogue(db.session())
    if asked.offering:
        offering = known.offerings[asked.offering]
        return _by_id(known, offering.station_id), offering
    named = known.stations.get(asked.station)
    if named is not None:
        return named, None
    return min(known.stations.values(), key=lambda one: _distance(known, one, asked, now)), None


def _by_id(known: Catalogue, station_id: int) -> StationFacts:
    return next(one for one in known.stations.values() if one.id == station_id)


def _distance(
    known: Catalogue, station: StationFacts, asked: BookingRequest, now: datetime
) -> tuple[bool, timedelta, str]:
    zone = asked.contact.time_zone or station.time_zone
    apart = abs(zones.offset_at(now, zone) - zones.offset_at(now, station.time_zone))
    speaks = asked.language in {*known.tours.get(station.id, ()), *known.briefings.get(station.id, ())}
    return not speaks, min(apart, timedelta(days=1) - apart), station.code
