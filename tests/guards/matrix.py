"""Stations with the same things in each, and the addresses of all of them, for the matrix of who may enter where."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from booking.accounts.access import audience_of
from booking.accounts.models import Account, ApiToken, SignIn
from booking.accounts.terms import Role
from booking.bookings.closing import ClosureWish, Order
from booking.bookings.closing_terms import OperationState
from booking.bookings.models import ClosureOperation, OrganisationMerge, SavedView
from booking.bookings.services.closure_plan import to_json
from booking.bookings.services.limits import LimitWish, make_limit
from booking.catalogue.models import Material, Offering, Picture, Station, StoredFile
from booking.catalogue.terms import Level, MaterialKind
from booking.db import db
from booking.i18n import Translated
from booking.scheduling.models import Event, EventPartner, Guide, Offer, RosterProposal, Series
from booking.scheduling.terms import ClosureType, Measure, OfferReason, OfferStatus, PartnerState, Per
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
from tests.signing_in import api_token, make_account, sign_in
from tests.webhooks.making import make_endpoint, make_message

LATER = NOW + timedelta(days=3650)

# Where the addresses of things begin, and what stands in the place: the longest that fits counts.
THINGS = {
    "/account/sign-ins/": "sign_in",
    "/account/tokens/": "token",
    "/api/v1/mail-texts/": "mail",
    "/api/v1/bookings/": "booking",
    "/api/v1/desk/requests/": "visit",
    "/api/v1/catalogue/offerings/": "offering",
    "/api/v1/closure-operations/": "operation",
    "/api/v1/closures/": "closure",
    "/api/v1/desk/bookings/": "booking",
    "/api/v1/desk/events/": "event",
    "/api/v1/desk/organisations/merges/": "merge",
    "/api/v1/events/": "event",
    "/api/v1/events/<code>/partners/<partner>": "led",
    "/api/v1/events/<code>/partners/<partner>/co-host": "joint",
    "/api/v1/holidays/": "holiday",
    "/api/v1/stations/": "station",
    "/api/v1/webhooks/": "webhook",
    "/api/v1/webhooks/messages/": "message",
    "/api/v1/events/<code>/attendance": "begun",
    "/api/v1/limits/": "limit",
    "/api/v1/offerings/": "offering",
    "/bookings/": "booking",
    "/desk/bookings/": "booking",
    "/desk/catalogue/offerings/": "offering",
    "/desk/catalogue/pictures/": "picture",
    "/desk/calendars/": "station",
    "/desk/catalogue/holidays/": "holiday",
    "/desk/catalogue/stations/": "station",
    "/desk/closures/": "closure",
    "/desk/closures/operations/": "operation",
    "/desk/events/": "event",
    "/desk/events/<code>/partners/<partner>/answer": "joint",
    "/desk/events/<code>/partners/<partner>/end": "led",
    "/desk/events/<code>/partners/<partner>/guide": "joint",
    "/desk/events/<code>/partners/<partner>/withdraw": "joint",
    "/desk/events/<code>/attendance": "begun",
    "/api/v1/events/<code>/attendance-report": "begun",
    "/desk/guides/": "guide",
    "/desk/library/": "material",
    "/desk/mail-texts/": "mail",
    "/desk/mails/": "notice",
    "/desk/limits/": "limit",
    "/desk/offerings/<code>/limits": "offering",
    "/desk/organisations/merges/": "merge",
    "/desk/people/": "account",
    "/desk/reports/paragraphs/": "paragraph",
    "/desk/requests/": "booking",
    "/desk/roster/": "proposal",
    "/desk/series/": "series",
    "/desk/webhooks/": "webhook",
    "/desk/webhooks/messages/": "message",
    "/desk/visits/": "visit",
    "/desk/views/": "view",
    "/guide/attendance/": "begun",
    "/guide/events/": "event",
    "/guide/offers/": "offer",
    "/requests/": "visit",
}
OF_NO_STATION = frozenset({"mail", "paragraph"})
"""Things that are the same at every station: nobody has to be kept from knowing that they are there."""
MOVED: dict[str, object] = {"bookings": [], "labels": {}, "spellings": []}
# Opened by a secret in the address or the body, whoever one is: their own tests try secrets of others.
BY_SECRET = re.compile("/api/v1/holds/|/book(/|$)|/calendars/|/interest/|/join/|/offers/")
READ_BY_ALL = frozenset(
    {
        "/desk/catalogue/offerings/<code>",
        "/desk/catalogue/offerings/<code>/images",
        "/desk/catalogue/offerings/<code>/material",
        "/desk/catalogue/offerings/<code>/texts",
        "/desk/library/<int:material_id>",
    }
)
"""What coordinators of all stations read, and only those of its own change: offerings and the library are shared."""


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
        "material": str(_material(station, picture).id),
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


@dataclass(frozen=True)
class Call:
    """An address and a way to ask it, and for whom it is open."""

    method: str
    rule: Rule
    audience: str

    @property
    def thing(self) -> str | None:
        """What stands in the address; None where nothing does. KeyError for an address that nobody has added here."""
        if not self.rule.arguments:
            return None
        fitting = [start for start in THINGS if self.rule.rule.startswith(start)]
        if not fitting:
            raise KeyError(f"{self.rule.rule}: say in tests/guards/matrix.py what stands in it")
        return THINGS[max(fitting, key=len)]

    def path(self, names: dict[str, str]) -> str:
        """The address of one thing."""
        rule = self.rule.rule.replace("<partner>", names["partner" if self.thing == "led" else "station"])
        return re.sub("<[^>]*>", names[self.thing], rule) if self.thing else rule

    @property
    def is_api(self) -> bool:
        """Whether programs call it."""
        return self.rule.rule.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


def calls(app: Flask, *audiences: str) -> list[Call]:
    """Every way to ask every address that is open to these audiences."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        audience = audience_of(app.view_functions[rule.endpoint]) or ""
        if audience in audiences and not BY_SECRET.match(rule.rule):
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found += [Call(method, rule, audience) for method in methods]
    return found


def may(role: str, audience: str) -> bool:
    """Whether whoever has this role may ask what is open to the audience."""
    return audience in {"staff", role} or (role, audience) == ("administrator", "coordinator")


def ask(app: Flask, call: Call, names: dict[str, str], account_id: int | None) -> TestResponse:
    """What the account (None: nobody) is answered; whatever it did is undone."""
    with _undone():
        account = db.session.get_one(Account, account_id) if account_id else None
        client, path = app.test_client(), call.path(_with_own(names, account))
        if call.is_api:
            headers = api_token(account) if account else {}
            return client.open(path, method=call.method, headers=headers, json=None if call.method == "GET" else {})
        if account:
            sign_in(client, account)
        return client.open(path, method=call.method)


def _with_own(names: dict[str, str], account: Account | None) -> dict[str, str]:
    """The names, with a sign-in and a token of the person where the names are not of nothing."""
    if account is None or "sign_in" in names:
        return names
    sign_in_row = SignIn(account_id=account.id, token_hash="a", created_at=NOW, seen_at=LATER, expires_at=LATER)
    token_row = ApiToken(account_id=account.id, token_hash="b", name="test", created_at=NOW)
    save(sign_in_row, token_row)
    return {**names, "sign_in": str(sign_in_row.id), "token": str(token_row.id)}


@contextmanager
def _undone() -> Iterator[None]:
    """A savepoint of the test's own connection, to which everything is rolled back."""
    savepoint = db.engine.begin_nested()  # type: ignore[attr-defined]  # in a test the engine is a connection
    try:
        yield
    finally:
        db.session.remove()
        savepoint.rollback()


def body(answer: TestResponse) -> str:
    """The text, without what differs from request to request."""
    return re.sub(r'value="[^"]{40,}"|[0-9a-f]{16}', "", answer.text)
