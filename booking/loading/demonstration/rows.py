"""The rows of the demonstration: what was planned and booked, as the tables hold it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from booking import zones
from booking.bookings.models import Booking, Organisation
from booking.bookings.names import name_key
from booking.bookings.terms import TAKES_PLACES, BookingStatus
from booking.catalogue.models import Offering, Station
from booking.db import table_of
from booking.i18n import Translated
from booking.loading.catalogue_rows import slugified
from booking.loading.csv_tables import Table
from booking.loading.demonstration import calendars
from booking.loading.demonstration.groups import (
    Asked,
    attended_of,
    contact_of,
    needs_of,
    participant_list_of,
    status_of,
)
from booking.loading.demonstration.programme import Planned
from booking.loading.demonstration.tables import at, details, shipped, translations
from booking.loading.upsert import ids
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Assignment, Event, Guide, Series
from booking.scheduling.terms import AssignmentStatus, EventStatus, Visibility

HOLIDAYS_OF = {"NYC": ("US", "NY"), "GVA": ("CH", "GE"), "VIE": ("AT", "9"), "NBO": ("KE", "")}
"""Whose public holidays are proposed to each station."""
ANSWER_DAYS = 5  # working days in which a request is answered
OPEN_DAYS = 2  # working days that every request of the demonstration still has
TOPICS = ("", "climate change", "how to work here", "", "the Security Council", "refugees")
TIMED = {"reminder_7_days": -7, "reminder_1_day": -1}

Ending = Mapping[Planned, Sequence[tuple[Asked, BookingStatus]]]
"""The events with their bookings and what became of these."""


def describe_catalogue(session: Session, stations: Table) -> None:
    """The texts of the offerings, and whom to write to."""
    codes, others = ids(session, Offering, "code"), translations()
    titles = {row.values["offering_id"]: row.values["title"] for row in shipped()["offerings"].rows}
    for code, (summary, told) in details().items():
        said = {"title": titles[code], "summary": summary}
        texts = {field: Translated({"en": text, **others.get(code, {}).get(field, {})}) for field, text in said.items()}
        values: dict[str, Any] = {**texts, "details": told}
        session.execute(update(table_of(Offering)).where(table_of(Offering).c.id == codes[code]).values(values))
    for row in stations.rows:
        table, code = table_of(Station), row.values["code"]
        address = f"visits.{code.lower()}@example.org"
        country, subdivision = HOLIDAYS_OF[code]
        values = {"contact_email": address, "holiday_country": country, "holiday_subdivision": subdivision}
        session.execute(update(table).where(table.c.code == code).values(values))
    _give_addresses(session)


def _give_addresses(session: Session) -> None:
    """Where films are watched: an address that leads nowhere, as the films are not ours."""
    table = table_of(Offering)
    films = session.execute(table.select().where(table.c.format == "on-demand")).mappings().all()
    for film in films:
        address = f"https://example.org/watch/{slugified(str(film['title']))}"
        session.execute(update(table).where(table.c.id == film["id"]).values(watch_url=address))


def write_series(session: Session, series: Table) -> None:
    """The series that some events belong to."""
    told = translations()
    rows = [
        {**one, "title": Translated({"en": one["title"], **told.get(one["code"], {}).get("title", {})})}
        for one in (row.values for row in series.rows)
    ]
    session.execute(insert(table_of(Series)), rows)


def event_status(planned: Planned, statuses: Iterable[BookingStatus], now: datetime) -> EventStatus:
    """What became of the event: where nobody was left it did not take place."""
    came = set(statuses)
    if planned.ends_at > now:
        return EventStatus.PLANNED if planned.fill == "planned" else EventStatus.OPEN
    if BookingStatus.ATTENDED in came:
        return EventStatus.HELD
    if BookingStatus.CONFIRMED in came:
        return EventStatus.OPEN  # it waits for its number
    return EventStatus.NO_SHOW if BookingStatus.NO_SHOW in came else EventStatus.CANCELLED


def write_events(session: Session, ending: Ending, now: datetime) -> None:
    """The events, their places counted, and who gives them."""
    stations, offerings = ids(session, Station, "code"), ids(session, Offering, "code")
    series = ids(session, Series, "code")
    rows = [
        {
            "station_id": stations[planned.station["code"]],
            "offering_id": offerings[planned.offering["offering_id"]],
            "series_id": series.get(planned.series),
            **_event(planned, bookings, now),
        }
        for planned, bookings in ending.items()
    ]
    session.execute(insert(table_of(Event)), rows)
    _assign(session, ending, {str(row["code"]): row["status"] for row in rows})


def _event(planned: Planned, bookings: Sequence[tuple[Asked, BookingStatus]], now: datetime) -> dict[str, object]:
    offering, status = planned.offering, event_status(planned, [one for _, one in bookings], now)
    virtual = str(offering["format"]).startswith("virtual")
    return {
        "code": planned.code,
        **{name: offering[name] for name in ("unit", "format", "kind", "audience")},
        "theme": planned.theme,
        "language": planned.language,
        "starts_at": planned.starts_at,
        "ends_at": planned.ends_at,
        "time_zone": planned.station["time_zone"],
        "starts_local": f"{planned.local:%Y-%m-%dT%H:%M}",
        "starts_on": planned.local.date(),
        "capacity": planned.capacity,
        "taken": sum(asked.size for asked, one in bookings if one in TAKES_PLACES),
        "status": status,
        "status_reason": "nobody had registered" if status is EventStatus.CANCELLED else "",
        "visibility": Visibility.PRIVATE if planned.is_private else Visibility.OPEN,
        "platform": "Microsoft Teams" if virtual else "",
        "meeting_url": f"https://meet.example.org/{planned.code.lower()}" if virtual else "",
        "topics_raised": TOPICS[len(bookings) % len(TOPICS)] if status is EventStatus.HELD else "",
    }


def _assign(session: Session, ending: Ending, statuses: Mapping[str, object]) -> None:
    events, guides = ids(session, Event, "code"), ids(session, Guide, "code")
    cancelled = EventStatus.CANCELLED
    rows = [
        {
            "event_id": events[planned.code],
            "guide_id": guides[planned.host],
            "starts_at": planned.starts_at,
            "busy_until": planned.ends_at + timedelta(minutes=15),
            "status": AssignmentStatus.CANCELLED if statuses[planned.code] is cancelled else AssignmentStatus.ACTIVE,
        }
        for planned in ending
        if planned.host
    ]
    session.execute(insert(table_of(Assignment)), rows)


def write_bookings(session: Session, ending: Ending, closures: Table, today: date, now: datetime) -> None:
    """The groups, their bookings, and the mails they have been sent."""
    made = [pair for bookings in ending.values() for pair in bookings]
    groups = _organisations(session, [asked for asked, _ in made])
    events = ids(session, Event, "code")
    rows = []
    for asked, status in made:
        group, planned = asked.group, asked.planned
        rows.append(
            {
                "reference": asked.reference,
                "event_id": events[planned.code],
                "organisation_id": groups[name_key(group["organisation"]), group["country"]],
                "is_individual": asked.is_individual,
                "status": status,
                "size": asked.size,
                "invited": status is BookingStatus.CONFIRMED,
                "accompanying_adults": asked.adults,
                "youngest_age": group["youngest_age"],
                "attended": attended_of(asked, status),
                "theme": planned.theme,
                "language": planned.language,
                "accessibility": needs_of(asked),
                "participant_list": participant_list_of(asked, today),
                "requested_on": zones.local_date(asked.created_at, planned.station["time_zone"]),
                "created_at": asked.created_at,
                "waiting_since": asked.created_at if status is BookingStatus.WAITING else None,
                "changed_at": asked.created_at,
                "answer_by": _answer_by(asked, closures, today) if status is BookingStatus.REQUESTED else None,
                **contact_of(asked),
            }
        )
    session.execute(insert(table_of(Booking)), rows)
    session.execute(insert(table_of(Notice)), [_sent(*one) for pair in made for one in _mails(*pair, now)])


def _organisations(session: Session, made: Iterable[Asked]) -> dict[Any, int]:
    groups: dict[tuple[str, str], Mapping[str, Any]] = {}
    for asked in made:
        groups.setdefault((name_key(asked.group["organisation"]), asked.group["country"]), asked.group)
    rows = [
        {
            "name": group["organisation"],
            "name_key": key,
            "type": group["type"],
            "country": country,
            "subdivision": group["subdivision"],
        }
        for (key, country), group in groups.items()
    ]
    session.execute(insert(table_of(Organisation)), rows)
    return ids(session, Organisation, "name_key", "country")


def _answer_by(asked: Asked, closures: Table, today: date) -> datetime:
    """When the request is answered at the latest, at the end of a working day; never before two more have passed."""
    station = asked.planned.station
    off = calendars.holidays_of(closures, station["station"])
    asked_on = zones.local_date(asked.created_at, station["time_zone"])
    week = frozenset(range(5))
    promised = zones.nth_working_day_after(asked_on, ANSWER_DAYS, week, off)
    day = max(promised, zones.nth_working_day_after(today, OPEN_DAYS, week, off))
    return zones.to_instant(at(day, station["on_site_closes"]), station["time_zone"])


def _mails(asked: Asked, status: BookingStatus, now: datetime) -> Iterator[tuple[Asked, str, str, datetime]]:
    """The mails that a group has had by now: the answer to its booking, and the reminders that were due."""
    if asked.is_individual or status is BookingStatus.WAITING:
        return
    requested = status is BookingStatus.REQUESTED
    yield asked, "booking_requested" if requested else "booking_confirmed", "1", asked.created_at
    if status is not BookingStatus.CONFIRMED:
        return
    planned, dedupe = asked.planned, f"{asked.planned.code}:1"
    for kind, days in TIMED.items():
        due = zones.same_wall_clock(planned.starts_at, days, planned.station["time_zone"])
        if due <= now:
            yield asked, kind, dedupe, due
    if planned.starts_at - timedelta(hours=1) <= now:
        yield asked, "reminder_1_hour", dedupe, planned.starts_at - timedelta(hours=1)


def _sent(asked: Asked, kind: str, dedupe: str, sent_at: datetime) -> dict[str, object]:
    reference = asked.reference
    return {
        "kind": kind,
        "dedupe_key": f"{reference}:{kind}:{dedupe}",
        "subject": f"booking:{reference}",
        "recipient": contact_of(asked)["contact_email"],
        "locale": "en",
        "payload": {"reference": reference},
        "message_id": f"<{reference.lower()}.{kind}@example.org>",
        "due_at": sent_at,
        "state": NoticeState.SENT,
        "attempts": 1,
        "next_try_at": sent_at,
        "sent_at": sent_at,
    }


def ending_of(bookings: Iterable[tuple[Planned, Sequence[Asked]]], waiting: Iterable[Asked], now: datetime) -> Ending:
    """Every event with its bookings and what became of them."""
    ending: dict[Planned, list[tuple[Asked, BookingStatus]]] = defaultdict(list)
    for planned, asked in bookings:
        ending[planned] = [(one, status_of(one, now)) for one in asked]
    for one in waiting:
        ending[one.planned].append((one, BookingStatus.WAITING))
    return ending
