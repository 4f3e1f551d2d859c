"""One of everything that has an address, at a station."""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from booking.accounts.terms import Role
from booking.bookings.closing import ClosureWish, Order
from booking.bookings.closing_terms import OperationState
from booking.bookings.models import ClosureOperation, OrganisationMerge, SavedView
from booking.bookings.services.closure_plan import to_json
from booking.bookings.services.limits import LimitWish, make_limit
from booking.catalogue.models import Material, Offering, Picture, Station, StoredFile
from booking.catalogue.terms import Level, MaterialKind
from booking.i18n import Translated
from booking.scheduling.models import Event, EventPartner, Guide, Offer, RosterProposal, Series
from booking.scheduling.terms import ClosureType, Measure, OfferReason, OfferStatus, PartnerState, Per
from tests.attendance.making import make_item, make_survey_row
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_closure,
    make_event,
    make_failed_mail,
    make_guide,
    make_holiday,
    make_offering,
    make_organisation,
    make_station,
    make_visit_row,
    save,
)
from tests.signing_in import make_account
from tests.webhooks.making import make_endpoint, make_message

LATER = NOW + timedelta(days=3650)


MOVED: dict[str, object] = {"bookings": [], "labels": {}, "spellings": []}


@dataclass(frozen=True)
class World:
    """What one station has: names of things, and the number of somebody's account for each role."""

    names: dict[str, str]
    people: dict[str, int]


def make_world(code: str) -> World:
    """A station with an event to come and one that has begun, a group, a guide who gives both, and staff."""
    station = make_station(code)
    offering, guide = make_offering(station), make_guide(station)
    series = Series(code=f"S-{code}", title=Translated({"en": "Every Monday"}), pattern=None)
    save(series)
    event = make_event(offering, series_id=series.id)
    begun = make_event(offering, NOW - timedelta(minutes=30), series_id=series.id)
    for one in (event, begun):
        make_assignment(guide, one)
    booking, offer = make_booking(event), _offer(make_event(offering, NOW + timedelta(days=30)), guide)
    people = {role.value: make_account(role, code).id for role in (Role.COORDINATOR, Role.ADMINISTRATOR)}
    people["guide"] = make_account(Role.GUIDE, code, guide=guide).id
    picture = make_picture(offering)
    names = {
        "station": code,
        "offering": offering.code,
        "event": event.code,
        "begun": begun.code,
        "series": series.code,
        "booking": booking.reference,
        "picture": str(picture.id),
        **_shown(station, picture),
        "guide": guide.code,
        "mail": "booking_confirmed",
        "paragraph": "13",
        "notice": str(make_failed_mail(booking.reference, code).id),
        "offer": str(offer.id),
        "holiday": make_holiday(station, date(2026, 12, 25)).code,
        "account": str(make_account(Role.GUIDE, code).id),
        "proposal": str(_proposal(code).id),
        **_webhook(code, people["coordinator"]),
        "closure": make_closure(station, LATER.date(), code=f"C-{code}-1").code,
        "operation": _operation(station).code,
        "visit": make_visit_row(station).reference,
        "limit": _limit(code),
        "merge": str(_merge(code, event).id),
        "view": str(_view(code, people[Role.COORDINATOR.value]).id),
        **_joint(station, event),
    }
    return World(names, people)


def _offer(event: Event, guide: Guide) -> Offer:
    offer = Offer(
        event_id=event.id,
        guide_id=guide.id,
        reason=OfferReason.UNCOVERED,
        status=OfferStatus.PENDING,
        offered_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    save(offer)
    return offer


def _joint(station: Station, event: Event) -> dict[str, str]:
    """An event of the station's in which another takes part, and one of the other's in which it does."""
    theirs = make_event(make_offering(other := make_station(f"{station.code}P")))
    names = {"led": event.code, "partner": other.code, "joint": theirs.code}
    for of_event, partner in ((event, other), (theirs, station)):
        told = {"asked_by": "test", "asked_at": NOW, "answered_at": NOW, "told_starts_at": of_event.starts_at}
        row = EventPartner(event_id=of_event.id, station_id=partner.id, state=PartnerState.AGREED, **told)
        save(row)
    return names


def _webhook(code: str, account_id: int) -> dict[str, str]:
    """A program that is told of the station's changes, and a message to it."""
    endpoint = make_endpoint(account_id, (code,))
    return {"webhook": endpoint.code, "message": make_message(endpoint).message}


def make_picture(offering: Offering, content: bytes = b"x") -> Picture:
    """A picture of an offering with its words."""
    name = sha256(content + bytes([offering.id % 256])).hexdigest()
    file = StoredFile(sha256=name, media_type="image/webp", size=1, content=content)
    save(file)
    picture = Picture(
        offering_id=offering.id,
        large=file.sha256,
        small=file.sha256,
        width=1,
        height=1,
        small_width=1,
        alt=Translated("A dot"),
        english_of={},
        created_at=NOW,
    )
    save(picture)
    return picture


def _shown(station: Station, picture: Picture) -> dict[str, str]:
    """What nobody books: a material of the library, an online item, a survey."""
    return {
        "material": str(_material(station, picture).id),
        "item": make_item(station).code,
        "survey": make_survey_row(station).code,
    }


def _material(station: Station, picture: Picture) -> Material:
    material = Material(
        station_id=station.id,
        kind=MaterialKind.FILE,
        title=Translated("Lesson plan"),
        english_of={},
        level=Level.ALL,
        language="en",
        file=picture.large,
        created_at=NOW,
    )
    save(material)
    return material


def _merge(code: str, event: Event) -> OrganisationMerge:
    """Two spellings that were merged just now, with the booking that was moved."""
    kept, merged = make_organisation(f"Kept at {code}"), make_organisation(f"Merged at {code}")
    moved = {**MOVED, "bookings": [make_booking(event, kept).id]}
    row = OrganisationMerge(kept_id=kept.id, merged_id=merged.id, at=NOW, actor="command", moved=moved)
    merged.merged_into_id = kept.id
    save(row, merged)
    return row


def _view(code: str, account_id: int) -> SavedView:
    """A view that a coordinator shares with the desk."""
    row = SavedView(account_id=account_id, page="events", name="Of this desk", query="", station_code=code)
    save(row)
    return row


def _proposal(code: str) -> RosterProposal:
    rows = {"stations": [code], "proven_optimal": True, "events": []}
    proposal = RosterProposal(week="2026-W50", created_at=NOW, created_by="command", rows=rows)
    save(proposal)
    return proposal


def _operation(station: Station) -> ClosureOperation:
    """A closure that is announced on a later day."""
    wish = ClosureWish(station.code, ClosureType.PREMISES_CLOSED, LATER.date(), None, LATER.date())
    operation = ClosureOperation(
        code=f"O-{station.code}",
        station_id=station.id,
        state=OperationState.PREPARED,
        created_at=NOW,
        created_by="command",
        due_on=LATER.date(),
        plan=to_json(Order((wish,), NOW, "command")),
        withdrawn={},
    )
    save(operation)
    return operation


def _limit(code: str) -> str:
    wish = LimitWish(Measure.PEOPLE, Per.EVENT, NOW.date(), most=100, station=code)
    return make_limit(wish, now=NOW, actor="test")


UNKNOWN = {
    **dict.fromkeys(
        ("notice", "offer", "picture", "material", "account", "proposal", "merge", "view", "sign_in", "token"),
        "99999999",
    ),
    "station": "XXX",
    "event": "XXX-E9999",
    "led": "XXX-E9999",
    "joint": "XXX-E9999",
    "partner": "XXXP",
    "begun": "XXX-E9999",
    "series": "S-XXX",
    "booking": "VE-XXXX-99999",
    "guide": "XXX-X9999",
    "item": "no-such-item",
    "survey": "no-such-survey",
    "mail": "no_such_mail",
    "paragraph": "99",
    "holiday": "H-XXX",
    "offering": "P-XXX-T9999",
    "webhook": "wh_99999999",
    "message": "msg_99999999",
    "closure": "C-XXX",
    "operation": "O-XXX",
    "visit": "VE-XXXX-99998",
    "limit": "L-99999999",
}
"""Names of nothing."""
