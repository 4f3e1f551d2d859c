"""A station with one thing of each kind that a desk has a page for, and requests in all states."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select, update

from booking.accounts.services import audit
from booking.bookings.closing import ClosureWish, Order
from booking.bookings.closing_terms import Stuck
from booking.bookings.models import ClosureOperation, ConnectionTest, RequestNote, VisitWish
from booking.bookings.services.closure_declare import declare
from booking.bookings.terms import BookingStatus, NoteKind, ParticipantList, RequestStatus
from booking.catalogue.models import Interest, Offering, Station
from booking.catalogue.terms import REOPENING, Format, InterestState, Kind, OfferingStatus
from booking.db import db, transaction
from booking.i18n import Translated
from booking.scheduling.models import EventPartner, GuideTopic
from booking.scheduling.roster.weeks import Week
from booking.scheduling.services.roster import find, propose
from booking.scheduling.terms import ClosureType, HostRole, PartnerState, Visibility
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_event,
    make_guide,
    make_offering,
    make_organisation,
    make_visit_row,
    save,
)
from tests.guards.world import make_picture, make_world

CODE = "ADD"
LONG = "Inventedford School of the Very Long Name and of Everything Else, Department of Languages"


@dataclass(frozen=True)
class Furnished:
    """What the requests need."""

    station: Station
    tour: Offering
    visit: Offering


def furnish() -> dict[str, str]:
    """Make it all; names of things, as they stand in addresses."""
    names = make_world(CODE).names
    station = db.session.scalars(select(Station).where(Station.code == CODE)).one()
    tour = db.session.scalars(select(Offering).where(Offering.code == names["offering"])).one()
    visit = make_offering(station, format=Format.IN_PERSON, title=Translated({"en": "The hall, on foot"}))
    made = Furnished(station, tour, visit)
    names["twice"] = _twice(station)
    _dress(made, names["account"])
    joint = _joint(made, names["account"])
    return {**names, **_requests(made), **_bookings(made), **_closure(made), **_spellings(), **_roster(), **joint}


def _twice(station: Station) -> str:
    """Requests that one contact sent to this station and to another; both are over."""
    other = db.session.scalars(select(Station).where(Station.code == "VIE")).one()
    over: dict[str, Any] = {"status": RequestStatus.REFUSED, "answer_by": None, "contact_email": "both@example.org"}
    make_visit_row(station, **over)
    return make_visit_row(other, **over).reference


def _dress(made: Furnished, account: str) -> None:
    """A picture, addresses that wait for an opening, and deeds of somebody."""
    drawn = BytesIO()
    Image.new("RGB", (1200, 800), (60, 120, 160)).save(drawn, "WEBP")
    picture = make_picture(made.tour, drawn.getvalue())
    picture.alt = Translated({"en": "The hall from above, with a circle of blue seats", "ar": "القاعة من الأعلى"})
    picture.width, picture.height, picture.small_width = 1200, 800, 1200
    awaited = make_offering(made.station, code="P-ADD-W", status=OfferingStatus.AWAITING_REOPENING)
    for number, state in enumerate((InterestState.WAITING, InterestState.WAITING)):
        facts = {"offering_id": awaited.id, "about": REOPENING, "locale": "en", "state": state, "size": 20 + number}
        name = f"Inventedford Lyceum {number}" if number else LONG
        save(Interest(**facts, email=f"bea{number}@example.org", organisation=name, asked_at=NOW, confirmed_at=NOW))
    with transaction() as session:
        for action, before, after in (
            ("booking.cancel", {"status": "confirmed"}, {"status": "cancelled_by_group"}),
            ("station.edit", {"on_site_opens": 540}, {"on_site_opens": 600}),
        ):
            audit(
                session,
                at=NOW - timedelta(hours=3),
                actor=f"account:{account}",
                action=action,
                subject=f"station:{CODE}",
                station_code=CODE,
                before=before,
                after=after,
            )


def _requests(made: Furnished) -> dict[str, str]:
    """Requests without a time, in every state; somebody knows the topic of one of them."""
    briefing = make_offering(made.station, kind=Kind.BRIEFING, title=Translated({"en": "What refugees leave behind"}))
    for number in range(2):
        host = make_guide(made.station, "en", HostRole.SPEAKER, name=f"Noor Invented {number}")
        save(*([GuideTopic(guide_id=host.id, topic="refugees")] if number else []))
    asked = {"offering_id": briefing.id, "theme": "refugees", "accessibility": ["step-free", "live-captions"]}
    long = make_organisation(LONG, "BO")
    note = "They like maps.\nAnd flags."
    wished = make_visit_row(made.station, **asked, organisation_id=long.id, note=note, technical_email="t@example.org")
    for position, day in ((1, 28), (2, 29), (3, 5)):
        save(VisitWish(request_id=wished.id, position=position, starts_at=NOW + timedelta(days=day)))
    other = {
        "advice": make_visit_row(made.station),
        "without": make_visit_row(made.station, **asked, no_speaker_at=NOW, speaker_by=NOW),
        "asking": make_visit_row(made.station, **asked, status=RequestStatus.NEEDS_INFORMATION),
        "suggested": make_visit_row(made.station, **asked, status=RequestStatus.PROPOSED, suggested_theme="refugees"),
        "refused": make_visit_row(made.station, **asked, status=RequestStatus.REFUSED, answer_by=None),
    }
    about = {"station_code": CODE, "at": NOW, "actor": "account:1"}
    for name, kind, text in (
        ("asking", NoteKind.QUESTION, "What do they know already?"),
        ("refused", NoteKind.REFUSAL, "Our speaker is away until spring."),
    ):
        save(RequestNote(reference=other[name].reference, kind=kind, text=text, **about))
    return {"wished": wished.reference, **{name: row.reference for name, row in other.items()}}


def _bookings(made: Furnished) -> dict[str, str]:
    """A visit whose list is still to come, a test call, an exception, and bookings that a desk may take back."""
    on_site = make_event(made.visit, NOW + timedelta(days=9))
    listed = make_booking(on_site, make_organisation(LONG, "EC"), participant_list=ParticipantList.PENDING)
    late = make_event(made.visit, NOW + timedelta(days=2))
    make_booking(late, participant_list=ParticipantList.MISSING)
    tested = make_booking(make_event(made.tour), technical_name="Tek Hanbit", technical_email="t@example.org")
    at = NOW + timedelta(days=7)
    call = {"minutes": 15, "note": "", "sequence": 0, "changed_at": NOW, "address": "https://meet.example.org/try"}
    save(
        ConnectionTest(booking_id=tested.id, event_id=tested.event_id, starts_at=at, event_starts_at=at, **call),
        RequestNote(
            reference=tested.reference,
            station_code=CODE,
            at=NOW,
            actor="account:1",
            kind=NoteKind.EXCEPTION,
            rules="LEAD-01 LANG-02",
            text="The minister comes along, and nobody else speaks their language.",
        ),
    )
    ended = make_booking(make_event(made.tour, NOW + timedelta(days=27)), status=BookingStatus.CANCELLED_BY_GROUP)
    proposed: dict[str, Any] = {"status": BookingStatus.PROPOSED, "answer_by": NOW + timedelta(days=3)}
    held = make_booking(make_event(made.tour, NOW + timedelta(days=26)), **proposed)
    make_visit_row(made.station, reference=held.reference, status=RequestStatus.BOOKED, answer_by=None)
    return {
        "listed": listed.reference,
        "tested": tested.reference,
        "cancelled": ended.reference,
        "held": held.reference,
    }


def _closure(made: Furnished) -> dict[str, str]:
    """A closure that was carried out: one group goes online, another is told that it is cancelled."""
    guide = make_guide(made.station)
    for hour, name in ((10, LONG), (14, "Colegio Nevado")):
        start = datetime(2027, 2, 2, hour, tzinfo=NOW.tzinfo)
        event = make_event(made.visit, start, visibility=Visibility.PRIVATE)
        make_assignment(guide, event)
        make_booking(event, make_organisation(name, "UY"))
    first, last = date(2027, 2, 1), date(2027, 2, 5)
    why = "The heating is out."
    wish = ClosureWish(CODE, ClosureType.PREMISES_CLOSED, first, last, NOW.date(), message=why)
    done = declare(Order((wish,), NOW, "account:1", NOW + timedelta(days=5)))
    return {"carried_out": done.operation, "stuck": _stuck(wish, done.closures[0])}


def _stuck(wish: ClosureWish, closure: str) -> str:
    """A prepared one that another covers by now."""
    later = replace(wish, starts_on=date(2027, 2, 8), ends_on=date(2027, 2, 9), announced_on=date(2027, 2, 1))
    code = declare(Order((later,), NOW, "account:1", NOW + timedelta(days=80))).operation
    with transaction() as session:
        waits = {"stuck_at": NOW, "stuck_why": Stuck.CLOSED, "stuck_about": closure}
        session.execute(update(ClosureOperation).where(ClosureOperation.code == code).values(waits))
    return code


def _spellings() -> dict[str, str]:
    kept, spelling = make_organisation("Inventedford College"), make_organisation("Inventedford Colege")
    return {"kept": str(kept.id), "spelling": str(spelling.id)}


def _joint(made: Furnished, account: str) -> dict[str, str]:
    """An event that others are asked to hold together with the station, and one that it is asked for."""
    agreed, gone, vienna = db.session.scalars(
        select(Station).where(Station.code.in_(("NBO", "NYC", "VIE"))).order_by(Station.code)
    )
    leads = make_event(made.tour, NOW + timedelta(days=22), language="en")
    asked_for = make_event(make_offering(vienna), NOW + timedelta(days=23))
    make_assignment(make_guide(agreed, name="Wanjiru Invented"), leads, is_co_host=True)
    question = "Would one of you speak about the years after the war?\nTwenty minutes are enough."
    asks = {"asked_by": f"account:{account}", "asked_at": NOW - timedelta(days=2), "question": question}
    answered = {"answered_by": f"account:{account}", "answered_at": NOW - timedelta(hours=20)}
    for event, station, state, more in (
        (leads, vienna, PartnerState.ASKED, {}),
        (leads, agreed, PartnerState.AGREED, {**answered, "answer": "From 17:00 on, with pleasure."}),
        (leads, gone, PartnerState.WITHDRAWN, {**answered, "answer": LONG + " has asked for the same hour."}),
        (asked_for, made.station, PartnerState.ASKED, {}),
        (asked_for, agreed, PartnerState.AGREED, answered),
    ):
        told = {"told_starts_at": event.starts_at, "state": state}
        save(EventPartner(event_id=event.id, station_id=station.id, **told, **asks, **more))
    return {"leads": leads.code, "asked_for": asked_for.code}


def _roster() -> dict[str, str]:
    """A proposal for a week in which one event can be given and one cannot."""
    found = find(Week.of(date(2026, 12, 14)), {CODE}, now=NOW)
    return {"proposal": str(propose(found, {CODE}, now=NOW, by="account:1"))}
