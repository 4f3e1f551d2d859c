"""Requests that hold no time in the demonstration, one in each state that a desk sees; and what speakers know about."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import Change, audit_many
from booking.bookings.messages import subject_of
from booking.bookings.models import Organisation, RequestNote, VisitDetail, VisitRequest, VisitWish
from booking.bookings.names import name_key
from booking.bookings.services.writing import ALPHABET
from booking.bookings.terms import NoteKind, OrganisationType, Platform, RequestStatus
from booking.catalogue.models import Offering, Station
from booking.db import insert_into, table_of
from booking.loading.demonstration.people import address_of
from booking.loading.upsert import ids
from booking.scheduling.models import Guide, GuideTopic

TOPICS = {
    "NYC-S01": ("peace-and-security", "human-rights"),
    "NYC-S02": ("climate-change", "development"),
    "VIE-S01": ("refugees", "human-rights"),
    "VIE-S02": ("counter-terrorism",),
    "GVA-S01": ("human-rights", "refugees"),
    "GVA-S02": ("gender-equality",),
    "NBO-S01": ("climate-change",),
    "NBO-S02": ("development", "gender-equality"),
}
"""By speaker: codes of themes on which they brief."""
BRIEFINGS = {"NYC": "P-NYC-06", "VIE": "P-VIE-05", "GVA": "P-GVA-05"}
HOUR = 10  # of the station's clock, at which the first wish begins; each later one is an hour later


@dataclass(frozen=True)
class Wanted:
    """A request. Days are counted from today; `answer_in`: until whoever must answer has done so."""

    station: str
    """Code; a briefing of that station, or advice where it has none here."""
    organisation: str
    country: str
    time_zone: str
    person: str
    size: int
    theme: str
    wishes: tuple[int, ...] = ()
    status: RequestStatus = RequestStatus.REQUESTED
    asked_before: int = 2
    answer_in: int | None = 6
    speaker_in: int | None = None
    note: str = ""
    kind: NoteKind | None = None
    said: str = ""
    suggested: str = ""


WANTED = (
    Wanted(
        "VIE",
        "Gymnasium Papierstern",
        "AT",
        "Europe/Vienna",
        "Mira Papierstern",
        26,
        "refugees",
        (24, 25, 31),
        speaker_in=1,
        note="A project week on flight and arrival.",
    ),
    Wanted(
        "VIE",
        "Liceo Lanterna Blu",
        "IT",
        "Europe/Rome",
        "Nino Lanterna",
        22,
        "disinformation",
        (26, 27),
        asked_before=9,
        answer_in=3,
        speaker_in=-1,
    ),
    Wanted(
        "NYC",
        "Copperleaf High School",
        "US",
        "America/Chicago",
        "Fern Copperleaf",
        28,
        "climate-change",
        (28,),
        RequestStatus.NEEDS_INFORMATION,
        kind=NoteKind.QUESTION,
        said="What do they know already, and have they met a delegate before?",
    ),
    Wanted(
        "GVA",
        "Lycée du Vieux Miroir",
        "FR",
        "Europe/Paris",
        "Odile Miroir",
        24,
        "model-un",
        (30, 33),
        RequestStatus.PROPOSED,
        kind=NoteKind.SUGGESTION,
        said="Nobody who runs a model conference is free this month.",
        suggested="human-rights",
    ),
    Wanted("NBO", "Shule ya Taa Ndogo", "TZ", "Africa/Dar_es_Salaam", "Zawadi Taa", 30, "", answer_in=2),
    Wanted(
        "VIE",
        "Hochschule Nebelturm",
        "DE",
        "Europe/Berlin",
        "Ole Nebelturm",
        20,
        "holocaust-remembrance",
        (29,),
        RequestStatus.REFUSED,
        asked_before=12,
        answer_in=None,
        kind=NoteKind.REFUSAL,
        said="Our speaker is away until spring. The recorded talk is open to all.",
    ),
)


def write_topics(session: Session) -> None:
    """What the speakers know about."""
    guides = ids(session, Guide, "code")
    rows = [{"guide_id": guides[code], "topic": topic} for code, topics in TOPICS.items() for topic in topics]
    session.execute(insert(table_of(GuideTopic)), rows)


def write_requests(session: Session, now: datetime) -> None:
    """The requests, with wishes, what was said, and the line of the trail of each."""
    stations = {row.code: row for row in session.execute(select(*_STATION)).all()}
    offerings, groups = ids(session, Offering, "code"), _organisations(session)
    lines = []
    for number, one in enumerate(WANTED, 1):
        station = stations[one.station]
        reference = reference_of(number)
        group = groups[name_key(one.organisation), one.country]
        row = _row(one, now, station.time_zone)
        row |= {"reference": reference, "station_id": station.id, "organisation_id": group}
        row["offering_id"] = offerings.get(BRIEFINGS.get(one.station, ""))
        made = session.execute(insert(VisitRequest).values(row).returning(table_of(VisitRequest).c.id)).scalar_one()
        _write_rest(session, one, made, row, station.time_zone)
        lines.append(_line(reference, one, row["created_at"]))
    audit_many(session, lines)


_STATION = tuple(table_of(Station).c[name] for name in ("id", "code", "time_zone"))


def reference_of(number: int) -> str:
    """A reference like any other, the same one each time."""
    digest = hashlib.sha256(f"request:{number}".encode()).digest()
    text = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:10])
    return f"VE-{text[:4]}-{text[4:8]}-{text[8:]}"


def _organisations(session: Session) -> dict[Any, int]:
    rows = [
        {"name": one.organisation, "name_key": name_key(one.organisation), "country": one.country, "subdivision": ""}
        for one in WANTED
    ]
    made = insert_into(session, Organisation).on_conflict_do_nothing(index_elements=["name_key", "country"])
    session.execute(made, [{**row, "type": OrganisationType.SCHOOL} for row in rows])
    return ids(session, Organisation, "name_key", "country")


def _row(one: Wanted, now: datetime, zone: str) -> dict[str, Any]:
    """The columns of the request, but those that name other rows."""
    asked = now - timedelta(days=one.asked_before, hours=1)
    speaker_by = None if one.speaker_in is None else now + timedelta(days=one.speaker_in)
    return {
        "status": one.status,
        "organisation_type": OrganisationType.SCHOOL,
        "size": one.size,
        "accompanying_adults": 2,
        "youngest_age": 15,
        "theme": one.theme,
        "language": "en",
        "contact_name": one.person,
        "contact_email": address_of(one.person),
        "time_zone": one.time_zone,
        "accessibility": [],
        "note": one.note,
        "suggested_theme": one.suggested,
        "requested_on": zones.local_date(asked, zone),
        "created_at": asked,
        "changed_at": asked,
        "answer_by": None if one.answer_in is None else now + timedelta(days=one.answer_in),
        "speaker_by": speaker_by,
        "no_speaker_at": speaker_by if speaker_by and speaker_by <= now else None,
    }


def _write_rest(session: Session, one: Wanted, request_id: int, row: dict[str, Any], zone: str) -> None:
    """Wishes, details and notes."""
    today = zones.local_date(row["created_at"] + timedelta(days=one.asked_before), zone)
    for position, days in enumerate(one.wishes, 1):
        day = today + timedelta(days=days)
        local = datetime(day.year, day.month, day.day, HOUR + position - 1)  # noqa: DTZ001  the station's wall clock
        wish = {"request_id": request_id, "position": position, "starts_at": zones.to_instant(local, zone)}
        session.execute(insert(table_of(VisitWish)), wish)
    detail = {"reference": row["reference"], "topics": [one.theme] if one.theme else [], "platform": Platform.OURS}
    session.execute(insert(table_of(VisitDetail)), detail)
    if one.kind:
        note = {"reference": row["reference"], "station_code": one.station, "at": row["created_at"]}
        values = {**note, "actor": "command", "kind": one.kind, "rules": "", "text": one.said}
        session.execute(insert(table_of(RequestNote)), values)


def _line(reference: str, one: Wanted, at: datetime) -> Change:
    return Change(
        at=at,
        actor="group",
        action="request.ask",
        subject=subject_of(reference),
        station_code=one.station,
        before=None,
        after={"status": RequestStatus.REQUESTED.value, "size": one.size},
    )
