"""Rows of what took place: series, events, who gave them, the groups that came, surveys and views."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from booking import zones
from booking.attendance.models import OnlineItem, SurveyResult, ViewReading
from booking.bookings.models import Booking, Organisation
from booking.bookings.terms import TAKES_PLACES, Access, OrganisationType
from booking.catalogue.models import Offering, Station
from booking.db import table_of
from booking.i18n import Translated
from booking.loading.catalogue_rows import picked
from booking.loading.csv_tables import Row, Table
from booking.loading.references import by_key, ends_at, group_of
from booking.loading.upsert import CHUNK, Outcome, Target, Values, ids, upsert
from booking.scheduling.models import Assignment, Event, Guide, Series
from booking.scheduling.terms import AssignmentStatus, EventStatus, Visibility

OFFICE_OPENS = time(9)
"""When a request of a known day is taken to have come in, on the clocks of the station."""

_EVENT_COPIED = (
    *("unit", "format", "kind", "theme", "audience", "language", "time_zone", "capacity", "status", "status_reason"),
    *("platform", "partner", "topics_raised", "origin"),
)
_BOOKING_COPIED = (
    *("status", "accompanying_adults", "youngest_age", "attended", "technical_contact", "participant_list"),
    "requested_on",
)
_ACCESS = {
    "captions": Access.CAPTIONS,
    "sign": Access.SIGN_LANGUAGE,
    "slow": Access.SLOWER,
    "described": Access.DESCRIBED,
    "description": Access.DESCRIBED,
    "large print": Access.LARGE_PRINT,
    "step-free": Access.STEP_FREE,
    "wheelchair": Access.STEP_FREE,
    "slides": Access.SLIDES,
}


def write_series(session: Session, events: Table) -> Outcome:
    """The series that events name, titled as the offering of their first event."""
    first: dict[str, Row] = {}
    for row in events.rows:
        first.setdefault(row.values["series"], row)
    wanted = [
        {
            "code": code,
            "title": Translated(row.values["offering_title"]),
            "partner": row.values["partner"],
        }
        for code, row in first.items()
        if code
    ]
    return upsert(session, Target(Series, ("code",), once=frozenset({"title"})), wanted)


def write_events(session: Session, tables: Mapping[str, Table], stations: Mapping[str, int]) -> Outcome:
    """Events by their code; they were open to groups, unless the desk made them private since."""
    offerings, series = ids(session, Offering, "code"), ids(session, Series, "code")
    titles = {code: row.values["title"] for code, row in by_key(tables["offerings"], "offering_id").items()}
    wanted = [
        {
            "code": row.values["event_id"],
            "station_id": stations[row.values["station"]],
            "offering_id": offerings[row.values["offering_id"]],
            "series_id": series.get(row.values["series"]),
            "title": _own_title(row, titles),
            "visibility": Visibility.OPEN,
            **_times(row),
            **picked(row, _EVENT_COPIED),
        }
        for row in tables["events"].rows
    ]
    versions = frozenset({"station_id", "starts_at", "ends_at", "format", "language"})
    return upsert(session, Target(Event, ("code",), once=frozenset({"visibility"}), versions=versions), wanted)


def _own_title(row: Row, titles: Mapping[str, str]) -> Translated | None:
    title = row.values["offering_title"]
    return None if titles[row.values["offering_id"]] == title else Translated(title)


def _times(row: Row) -> dict[str, object]:
    start = row.values["starts_at"]
    return {
        "starts_at": start.instant,
        "ends_at": ends_at(row.values),
        "starts_local": f"{start.local:%Y-%m-%dT%H:%M}",
        "starts_on": start.local.date(),
    }


def write_assignments(session: Session, events: Table) -> Outcome:
    """Who gave an event. What would stand in the way is cancelled first: the database refuses two at once."""
    event_ids, guides = ids(session, Event, "code"), ids(session, Guide, "code")
    buffers = dict(session.execute(select(Station.name, Station.buffer_min)).all())
    wanted = [
        {
            "event_id": event_ids[row.values["event_id"]],
            "guide_id": guides[row.values["host_code"]],
            "starts_at": row.values["starts_at"].instant,
            "busy_until": ends_at(row.values) + timedelta(minutes=buffers[row.values["station"]]),
            "status": _engaged(row.values["status"]),
            "is_co_host": False,
        }
        for row in events.rows
        if row.values["host_code"]
    ]
    strangers = _clear(session, [event_ids[row.values["event_id"]] for row in events.rows], wanted)
    return Outcome(changed=strangers) + upsert(session, Target(Assignment, ("event_id", "guide_id")), wanted)


def _engaged(status: EventStatus) -> AssignmentStatus:
    return AssignmentStatus.CANCELLED if status is EventStatus.CANCELLED else AssignmentStatus.ACTIVE


def _clear(session: Session, events: Sequence[int], wanted: Sequence[Values]) -> int:
    """Cancel what is on these events and will not stay as it is; the number of guides that the files do not name."""
    table = table_of(Assignment)
    right = {(one["event_id"], one["guide_id"]): (one["starts_at"], one["busy_until"]) for one in wanted}
    leaving, strangers = [], 0
    for at in range(0, len(events), CHUNK):
        active = (table.c.event_id.in_(events[at : at + CHUNK]), table.c.status == AssignmentStatus.ACTIVE)
        for row in session.execute(select(table).where(*active)).mappings():
            times = right.get((row["event_id"], row["guide_id"]))
            strangers += times is None
            if times != (row["starts_at"], row["busy_until"]):
                leaving.append(row["id"])
    for at in range(0, len(leaving), CHUNK):
        cancelled = update(table).where(table.c.id.in_(leaving[at : at + CHUNK]))
        session.execute(cancelled.values(status=AssignmentStatus.CANCELLED))
    return strangers


def write_organisations(session: Session, bookings: Table) -> Outcome:
    """Organisations by name and country, as their first booking describes them."""
    first: dict[tuple[str, str], Row] = {}
    for row in bookings.rows:
        first.setdefault(group_of(row.values), row)
    wanted = [
        {
            "name": row.values["organisation"],
            "name_key": key,
            "type": row.values["organisation_type"],
            **picked(row, ("country", "subdivision")),
        }
        for (key, _), row in first.items()
    ]
    return upsert(session, Target(Organisation, ("name_key", "country"), once=frozenset({"name"})), wanted)


def _kept(session: Session) -> dict[tuple[str, str], int]:
    """The organisation of each name and country: of a spelling that was merged, the one that was kept."""
    columns = table_of(Organisation).c
    kept = func.coalesce(columns.merged_into_id, columns.id)
    rows = session.execute(select(columns.name_key, columns.country, kept))
    return {(key, country): found for key, country, found in rows}


def write_bookings(session: Session, tables: Mapping[str, Table], now: datetime) -> Outcome:
    """Bookings by their reference; the places of their events are counted afterwards."""
    events, groups = ids(session, Event, "code"), _kept(session)
    rows = by_key(tables["events"], "event_id")
    wanted = [_booking(row, rows[row.values["event_id"]], events, groups) for row in tables["bookings"].rows]
    target = Target(
        Booking,
        ("reference",),
        once=frozenset({"created_at", "changed_at"}),
        versions=frozenset(wanted[0]) if wanted else frozenset(),
        when_changed={"changed_at": now},
    )
    outcome = upsert(session, target, wanted)
    _count_places(session, list(rows))
    return outcome


def _booking(row: Row, event: Row, events: Mapping[str, int], groups: Mapping[Any, int]) -> dict[str, Any]:
    values = row.values
    created_at = _created_at(values["requested_on"], event.values)
    return {
        "reference": values["booking_id"],
        "event_id": events[values["event_id"]],
        "organisation_id": groups[group_of(values)],
        "is_individual": values["organisation_type"] is OrganisationType.INDIVIDUAL,
        "size": values["booked_size"],
        "time_zone": values["group_time_zone"],
        "theme": event.values["theme"],
        "language": event.values["language"],
        "accessibility": access_of(values["accessibility_request"]),
        "created_at": created_at,
        "changed_at": created_at,
        **picked(row, _BOOKING_COPIED),
    }


def _created_at(requested_on: date | None, event: Values) -> datetime:
    """The office's opening on the day of the request; for one without a day, the start of the event."""
    if requested_on is None:
        start: datetime = event["starts_at"].instant
        return start
    return office_opening(requested_on, event["time_zone"])


def office_opening(day: date, zone: str) -> datetime:
    """The instant at which the station's office opens on its local day."""
    return zones.to_instant(datetime.combine(day, OFFICE_OPENS), zone).astimezone(UTC)


def access_of(text: str) -> list[str]:
    """The access needs that a free text names; what it says beyond the list is "other", its words are not kept."""
    words = text.casefold()
    found = list(dict.fromkeys(need.value for word, need in _ACCESS.items() if word in words))
    return found or ([Access.OTHER.value] if words else [])


def _count_places(session: Session, events: Sequence[str]) -> None:
    """Let `taken` of these events be the sum of what their bookings take."""
    table, booking = table_of(Event), table_of(Booking).c
    taking = (booking.event_id == table.c.id, booking.status.in_(sorted(TAKES_PLACES)))
    taken = select(func.coalesce(func.sum(booking.size), 0)).where(*taking).scalar_subquery()
    for at in range(0, len(events), CHUNK):
        wrong = (table.c.code.in_(events[at : at + CHUNK]), table.c.taken != taken)
        session.execute(update(table).where(*wrong).values(taken=taken))


def write_surveys(session: Session, surveys: Table) -> Outcome:
    """Answers to surveys by survey, event and question."""
    events = ids(session, Event, "code")
    wanted = [
        {
            "survey_code": row.values["survey_id"],
            "event_key": row.values["event_id"],
            "question_code": row.values["question_id"],
            "event_id": events.get(row.values["event_id"]),
            **picked(row, ("unit", "question", "respondents", "positive", "countries", "origin")),
        }
        for row in surveys.rows
    ]
    return upsert(session, Target(SurveyResult, ("survey_code", "event_key", "question_code")), wanted)


def write_views(session: Session, views: Table, now: datetime) -> Outcome:
    """Online items by their code, and their figures, of which nobody kept the day. What a note calls cumulative is."""
    names = ("owner", "channel", "items", "measure", "paragraph", "note")
    wanted = [
        {
            "code": row.values["item_id"],
            "title": Translated(row.values["title"]),
            "is_cumulative": row.values["note"].casefold().startswith("cumulative"),
            **picked(row, names),
        }
        for row in views.rows
    ]
    target = Target(OnlineItem, ("code",), once=frozenset({"title"}), versions=frozenset(names))
    return upsert(session, target, wanted) + _write_readings(session, views, now)


def _write_readings(session: Session, views: Table, now: datetime) -> Outcome:
    """A figure that differs from what is there stands beside it as its correction."""
    items, reading = ids(session, OnlineItem, "code"), table_of(ViewReading)
    undated = select(reading.c.item_id, reading.c.qualifier, reading.c.value).where(reading.c.read_on.is_(None))
    rows = session.execute(undated.order_by(reading.c.id)).all()
    newest = {item_id: (qualifier, value) for item_id, qualifier, value in rows}
    outcome, missing = Outcome(), []
    for row in views.rows:
        item_id, said = items[row.values["item_id"]], (row.values["qualifier"], row.values["value"])
        if newest.get(item_id) == said:
            continue
        outcome.added += item_id not in newest
        outcome.changed += item_id in newest
        missing.append({"item_id": item_id, "qualifier": said[0], "value": said[1], "recorded_at": now})
    if missing:
        session.execute(insert(reading), missing)
    return outcome
