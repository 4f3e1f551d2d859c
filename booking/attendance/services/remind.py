"""ATT-01: whoever gave an event is reminded that its number is missing, and after some working days the desk.

One mail for all events of a local day: to the guide once the day is over, to the desk once the station's working days
for it are. Each is queued once, on however many workers: its key names the day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.models import Account
from booking.accounts.services import audit
from booking.accounts.services.notes import public_url
from booking.bookings.queries.uncounted import Uncounted, events_without_number
from booking.catalogue.models import Station
from booking.db import db, table_of, transaction
from booking.notices.queries import known_keys
from booking.notices.services import queue
from booking.notices.terms import Message
from booking.scheduling.models import Assignment, Guide
from booking.scheduling.queries.holidays import holiday_days
from booking.scheduling.terms import AssignmentStatus

LOOKED_BACK = timedelta(days=30)
"""How old an event may be of which somebody is still reminded."""
TO_GUIDE, TO_DESK = "attendance_due", "attendance_overdue"

_STATION, _ASSIGNMENT = table_of(Station).c, table_of(Assignment).c
_GUIDE, _ACCOUNT = table_of(Guide).c, table_of(Account).c


@dataclass(frozen=True)
class _Place:
    """What of a station decides when its desk is reminded."""

    id: int
    name: str
    days: int
    weekdays: frozenset[int]
    email: str
    off: frozenset[date]

    def last_day(self, day: date) -> date:
        """The last working day on which the number of an event of that day is in time."""
        return zones.nth_working_day_after(day, self.days, self.weekdays, self.off)


@dataclass(frozen=True)
class _Person:
    """A guide with an account that can be written to."""

    id: int
    name: str
    email: str
    locale: str


def remind_of_numbers(now: datetime) -> int:
    """Queue what is due; a job of the worker. How many mails."""
    session = db.session()
    missing = events_without_number(session, None, now - LOOKED_BACK, now)
    if not missing:
        return 0
    places = _places(session, {event.station_id for event in missing}, now)
    mails = [*_to_guides(session, missing, places, now), *_to_desks(missing, places, now)]
    known = known_keys(session, [mail.dedupe_key for mail in mails])
    new = [mail for mail in mails if mail.dedupe_key not in known]
    if new:
        with transaction() as writing:
            queue(writing, new)
    return len(new)


def remind_guide(code: str, now: datetime, actor: str) -> bool:
    """Write to whoever gave the event, once a day; False where nobody can be written to."""
    session = db.session()
    found = [event for event in events_without_number(session, None, now - 12 * LOOKED_BACK, now) if event.code == code]
    places = _places(session, {event.station_id for event in found}, now)
    guides = _guides(session, [event.id for event in found])
    mails = [
        _mail(TO_GUIDE, f"asked:{code}:{person.id}:{now.date()}", person, found, places, now)
        for event in found
        for person in guides[event.id]
    ]
    if not mails:
        return False
    with transaction() as writing:
        queue(writing, mails)
        audit(
            writing,
            at=now,
            actor=actor,
            action="attendance.remind",
            subject=f"event:{code}",
            station_code=found[0].station,
        )
    return True


def _to_guides(
    session: Session, missing: Iterable[Uncounted], places: Mapping[int, _Place], now: datetime
) -> Iterator[Message]:
    over = [event for event in missing if _day(event) < zones.local_date(now, event.time_zone)]
    guides = _guides(session, [event.id for event in over])
    by_person: dict[tuple[_Person, date], list[Uncounted]] = defaultdict(list)
    for event in over:
        for person in guides[event.id]:
            by_person[person, _day(event)].append(event)
    for (person, day), events in by_person.items():
        yield _mail(TO_GUIDE, f"{person.id}:{day}", person, events, places, now)


def _to_desks(missing: Iterable[Uncounted], places: Mapping[int, _Place], now: datetime) -> Iterator[Message]:
    by_station: dict[tuple[int, date], list[Uncounted]] = defaultdict(list)
    for event in missing:
        by_station[event.station_id, _day(event)].append(event)
    for (station_id, day), events in by_station.items():
        place = places[station_id]
        if place.email and place.last_day(day) < zones.local_date(now, events[0].time_zone):
            desk = _Person(place.id, "", place.email, "en")
            yield _mail(TO_DESK, f"{place.id}:{day}", desk, events, places, now)


def _day(event: Uncounted) -> date:
    return zones.local_date(event.starts_at, event.time_zone)


def _mail(
    kind: str,
    key: str,
    person: _Person,
    events: Sequence[Uncounted],
    places: Mapping[int, _Place],
    now: datetime,
) -> Message:
    first = events[0]
    place = places[first.station_id]
    page = "/guide/attendance/{}" if kind == TO_GUIDE else "/desk/events/{}/attendance"
    return Message(
        kind=kind,
        dedupe_key=f"{kind}:{key}",
        subject=f"event:{first.code}",
        recipient=person.email,
        locale=person.locale,
        payload={
            "contact_name": person.name,
            "station": first.station,
            "station_name": place.name,
            "day": place.last_day(_day(first)).isoformat(),
            "url": public_url("/guide/attendance" if kind == TO_GUIDE else "/desk/attendance?show=missing"),
            "events": [
                {
                    "title": event.title.in_locale(person.locale)[0],
                    "title_lang": event.title.in_locale(person.locale)[1],
                    "station": event.station,
                    "station_name": place.name,
                    "station_zone": event.time_zone,
                    "starts_at": event.starts_at.isoformat(),
                    "ends_at": event.ends_at.isoformat(),
                    "reference": event.code,
                    "manage_url": public_url(page.format(event.code)),
                }
                for event in events
            ],
        },
        due_at=now,
    )


def _guides(session: Session, ids: Collection[int]) -> Mapping[int, list[_Person]]:
    """Who gave these events and can be written to, by the event's id; one statement."""
    statement = (
        select(_ASSIGNMENT.event_id, _ACCOUNT.id, _ACCOUNT.name, _ACCOUNT.email, _ACCOUNT.locale)
        .join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
        .join(Account, _ACCOUNT.id == _GUIDE.account_id)
        .where(_ASSIGNMENT.event_id.in_(ids), _ASSIGNMENT.status == AssignmentStatus.ACTIVE, _ACCOUNT.is_active)
        .order_by(_ASSIGNMENT.event_id, _ACCOUNT.id)
    )
    found: dict[int, list[_Person]] = defaultdict(list)
    for event_id, *person in session.execute(statement):
        account_id, name, email, locale = person
        found[event_id].append(_Person(account_id, name, email, locale or "en"))
    return found


def _places(session: Session, ids: Collection[int], now: datetime) -> Mapping[int, _Place]:
    """These stations with the days off of the last weeks; two statements."""
    holidays = holiday_days(session, ids, (now - 12 * LOOKED_BACK).date())
    off = {station_id: frozenset(day for day, _name in days) for station_id, days in holidays.items()}
    names = ("id", "name", "attendance_days", "working_weekdays", "contact_email")
    rows = session.execute(select(*(_STATION[name] for name in names)).where(_STATION.id.in_(ids)))
    return {
        row.id: _Place(
            row.id,
            row.name,
            row.attendance_days,
            frozenset(map(int, row.working_weekdays)),
            row.contact_email,
            off.get(row.id, frozenset()),
        )
        for row in rows
    }
