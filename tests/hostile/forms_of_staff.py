"""Every form that staff can send, found by opening their pages, with what the page would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.exceptions import HTTPException

from booking.accounts.models import Account, ApiToken
from booking.accounts.services import add_role
from booking.accounts.services.links import demonstration_link
from booking.accounts.terms import Role
from booking.accounts.views.blueprint import SURE_AT
from booking.bookings.mail_places import Place
from booking.bookings.models import ConnectionTest, VisitWish
from booking.bookings.services.mail_texts import Saving, save_words
from booking.bookings.terms import BookingStatus, ParticipantList, RequestStatus
from booking.catalogue.models import Offering, Station, VocabularyTerm
from booking.catalogue.terms import Format
from booking.db import db, transaction
from booking.guiding.services.cover import ask_for_cover
from booking.guiding.services.sick import report_sick
from booking.i18n import Translated
from booking.notices.wording.kinds import KINDS
from booking.reporting.narrative.services import Doing, save_text
from booking.reporting.terms import Period
from booking.scheduling.hosts import OtherHours
from booking.scheduling.links import offer_url
from booking.scheduling.models import EventPartner, Guide, PrivateCalendar
from booking.scheduling.services import availability, rooms
from booking.scheduling.terms import EventStatus
from tests.accounts.browsing import HASH
from tests.attendance.making import make_uncounted
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_event,
    make_guide,
    make_offering,
    make_organisation,
    make_station,
    make_visit_row,
    save,
)
from tests.catalogue.making import let_wait
from tests.guards.matrix import calls, may
from tests.guards.world import World, make_picture, make_world
from tests.hostile.typed import TYPED
from tests.hostile.walk import Step
from tests.signing_in import make_account, make_sign_in, sign_in

MORE_PAGES = (
    "/desk/catalogue/vocabularies?term={term}",
    "/desk/catalogue/stations/VIE/rules?offering={offering}",
    "/desk/closures/new?station=VIE&p1-first_on=2026-12-14&p1-last_on=2026-12-18&p1-scope=every-visit&reason=Works",
    "/guide/week?week=2026-W51&move={event}",
    "/guide/week?done=day&day=2026-12-24",
    "/desk/series/preview?offering={offering}&language=en&weekdays=mo&times=10:00&first_on=2027-01-11&count=2&capacity=9",
    "/desk/events/{event}/change?starts_on=2026-12-14&starts_at=10:00&language=en&capacity=30&scope=one",
    "/desk/events/{event}/cancel?scope=one",
    "/desk/limits/preview?station=VIE&counts=people-event&most=15&starts_on=2026-12-14",
    "/desk/limits/{limit}/preview?most=12&starts_on=2026-12-14&version=1",
    "/desk/book?slot=e.{event}",
    "/desk/bookings/{cancelled}",
    "/desk/events/{called_off}",
    "/desk/events/{joint}",
    "/desk/events/{asked_along}",
    "/desk/events/{counted}/attendance",
    "/desk/events/{counted}/attendance/report",
    "/guide/attendance/{counted}/report",
    "/desk/organisations/merge?kept={kept}&merged={spelling}",
    "/desk/people/{shut_out}",
    "/desk/people/{is_guide}",
    "/desk/requests/{request}",
    "/desk/visits/{wished}",
    "/desk/bookings/{tested}",
    "/desk/reports/paragraphs/13",
    "/desk/bookings/{visit_on_site}",
    "/desk/visits/{suggested}",
)
"""Pages whose forms depend on what the address carries."""


@dataclass
class _Form:
    action: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """The forms of a page that post, and what a browser would send; a button may send them elsewhere."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self._by_id: dict[str, _Form] = {}
        self._open: _Form | None = None
        self._select: tuple[str, bool] | None = None
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = _Form(given.get("action", ""))
            if given.get("method") == "post":
                self.found.append(self._open)
                self._by_id[given.get("id", "")] = self._open
        form = self._by_id.get(given["form"]) if "form" in given else self._open
        if form is None:
            return
        if tag in {"input", "textarea"} and "name" in given:
            is_box = given.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in given:
                form.values.setdefault(given["name"], given.get("value", "on" if is_box else ""))
        elif tag == "select" and "name" in given:
            self._select = (given["name"], False)
        elif tag == "option" and self._select:
            name, is_chosen = self._select
            if name not in form.values or ("selected" in given and not is_chosen):
                form.values[name] = given.get("value", "")
                self._select = (name, "selected" in given)
        elif tag == "button":
            form.buttons.append((given.get("formaction", form.action), given.get("name", ""), given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


@dataclass(frozen=True)
class House:
    """A station, whoever works there, and their browsers."""

    names: dict[str, str]
    browsers: dict[str, FlaskClient]
    entrances: list[tuple[FlaskClient, str]]
    """Pages that are open to others than whoever is signed in, with the browser that may see each."""


def make_house(app: Flask) -> House:
    """Vienna with one thing of each kind, and somebody of each role who gave the password just now."""
    world = make_world("VIE")
    with transaction() as session:
        session.execute(update(Account).values(password_hash=HASH))
    accounts = {role: db.session.get_one(Account, number) for role, number in world.people.items()}
    browsers = {role: _sure(sign_in(app.test_client(), account)) for role, account in accounts.items()}
    offering = db.session.scalars(select(Offering)).first()
    station = db.session.get_one(Station, offering.station_id if offering else 0)
    guide = db.session.scalars(select(Guide).where(Guide.account_id == accounts["guide"].id)).one()
    make_guide(station)
    ill_person = _ill(station)
    browsers["guide who is ill"] = sign_in(app.test_client(), ill_person)
    assert offering is not None
    _fill_week(guide, offering)
    make_picture(offering, b"y")
    let_wait(offering)
    _write_words()
    make_sign_in(accounts["guide"])
    save(ApiToken(account_id=accounts["guide"].id, name="mine", token_hash="c", created_at=NOW))
    shut_out = make_account(Role.GUIDE, "VIE", is_active=False)
    make_booking(make_event(make_offering(station, format=Format.IN_PERSON), NOW + timedelta(days=21)))
    asked = make_event(offering, NOW + timedelta(days=28), status=EventStatus.PLANNED)
    make_station("GVA")
    off = make_event(offering, NOW + timedelta(days=29), status=EventStatus.CANCELLED)
    ended = make_booking(make_event(offering, NOW + timedelta(days=27)), status=BookingStatus.CANCELLED_BY_GROUP)
    names = {
        **_asked_without_time(station, offering),
        "term": _word(),
        "counted": make_uncounted(guide, offering),
        "called_off": off.code,
        "cancelled": ended.reference,
        "kept": str(make_organisation("Inventedford College").id),
        "spelling": str(make_organisation("Inventedford Colege").id),
        "shut_out": str(shut_out.id),
        "is_guide": str(ill_person.id),
        "offering": offering.code,
        "request": make_booking(asked, status=BookingStatus.REQUESTED, answer_by=NOW + timedelta(days=7)).reference,
    }
    return House({**world.names, **names}, browsers, list(_entrances(app, world)))


def _ill(station: Station) -> Account:
    """A guide who cannot come today."""
    ill = make_guide(station)
    person = make_account(Role.GUIDE, "VIE", guide=ill)
    report_sick(ill.id, now=NOW, actor="test")
    return person


def _word() -> str:
    """The id of a word of a vocabulary that nothing uses; and the stations have a country, whose holidays are known."""
    with transaction() as session:
        session.execute(update(Station).values(holiday_country="AT"))
    word = VocabularyTerm(vocabulary="theme", code="oceans", label=Translated({"en": "Oceans"}))
    of_items = {"channel": "YouTube", "measure": "views"}
    save(word, *(VocabularyTerm(vocabulary=one, code=code, label=Translated(code)) for one, code in of_items.items()))
    return str(word.id)


def _asked_along(station: Station) -> str:
    """An event of another station that asks this one to take part."""
    event = make_event(make_offering(make_station("NBO")), NOW + timedelta(days=26))
    code = event.code
    save(
        EventPartner(
            event_id=event.id, station_id=station.id, asked_by="test", asked_at=NOW, told_starts_at=event.starts_at
        )
    )
    return code


def _write_words() -> None:
    """Two versions of the words of a mail, and a paragraph of a report, so that one can go back."""
    report = Doing(Period(date(2026, 8, 1), date(2026, 10, 31)), NOW, "test")
    save_text(report, "13", "en", "{events} tours, {people} people")
    place = Place(KINDS["booking_confirmed"], "en", "VIE")
    for seen, words in enumerate(("Welcome", "Welcome to Vienna")):
        save_words(Saving(place, seen, NOW, "test"), {"subject": words})


def _asked_without_time(station: Station, offering: Offering) -> dict[str, str]:
    """A request with a wish, and one for which the desk has suggested another topic."""
    wished = make_visit_row(station, offering_id=offering.id)
    save(VisitWish(request_id=wished.id, position=1, starts_at=NOW + timedelta(days=28)))
    suggested = make_visit_row(station, status=RequestStatus.PROPOSED, suggested_theme="refugees")
    tested = make_booking(make_event(offering), technical_email="t@example.org")
    call = {"minutes": 15, "address": "", "note": "", "sequence": 0, "changed_at": NOW}
    at = NOW + timedelta(days=7)
    save(ConnectionTest(booking_id=tested.id, event_id=tested.event_id, starts_at=at, event_starts_at=at, **call))
    event = make_event(make_offering(station, format=Format.IN_PERSON))
    visit = make_booking(event, participant_list=ParticipantList.PENDING)
    return {
        "asked_along": _asked_along(station),
        "wished": wished.reference,
        "suggested": suggested.reference,
        "tested": tested.reference,
        "visit_on_site": visit.reference,
    }


def _fill_week(guide: Guide, offering: Offering) -> None:
    """Tours of this week, one of which wants cover; other hours, a room, a private calendar."""
    for day, asks in ((1, False), (2, True)):
        event = make_event(offering, NOW + timedelta(days=day))
        make_assignment(guide, event)
        if asks:
            ask_for_cover(event.code, guide.id, now=NOW, actor="test")
    hours = OtherHours(date(2026, 12, 1), 600, 660, works=False)
    availability.add_other_hours(guide.id, hours, now=NOW, actor="test")
    rooms.save_room(guide.id, "Webex", "https://meet.example.org/own", now=NOW, actor="test")
    save(PrivateCalendar(guide_id=guide.id, url="https://calendars.example.org/own.ics", next_read_at=NOW))


def _sure(client: FlaskClient) -> FlaskClient:
    with client.session_transaction() as session:
        session[SURE_AT] = int(NOW.timestamp())
    return client


def _entrances(app: Flask, world: World) -> Iterator[tuple[FlaskClient, str]]:
    spare = make_account(Role.GUIDE, "VIE", password_hash=HASH, totp_confirmed_at=None, totp_generation=0)
    nobody, waiting = app.test_client(), app.test_client()
    yield from ((nobody, page) for page in ("/sign-in", "/forgot-password"))
    yield nobody, f"/set-password/{add_role('ana@example.org', Role.GUIDE, ['VIE'], actor='test', now=NOW)}"
    yield nobody, f"/sign-in/link/{demonstration_link(spare.email, NOW)}"
    yield nobody, offer_url(int(world.names["offer"])).removeprefix("http://localhost")
    account = make_account(Role.COORDINATOR, "VIE", password_hash=HASH)
    sign_in(waiting, account)
    with waiting.session_transaction() as session:
        session["sign_in"] = make_sign_in(account, second_factor_at=None)
    yield from ((waiting, page) for page in ("/sign-in/code", "/sign-in/recovery-code"))
    yield _sure(sign_in(app.test_client(), spare)), "/account/second-factor"
    of_all = make_account(Role.ADMINISTRATOR, password_hash=HASH)
    yield _sure(sign_in(app.test_client(), of_all)), "/desk/catalogue/stations/new"


def pages(app: Flask, house: House) -> Iterator[tuple[FlaskClient, str]]:
    """Every page with a browser that may see it."""
    yield from house.entrances
    for role, client in house.browsers.items():
        yield from ((client, path) for path in _addresses(app, house.names, role.partition(" ")[0]))


def _addresses(app: Flask, names: dict[str, str], role: str) -> Iterator[str]:
    for call in calls(app, "staff", "guide", "coordinator", "administrator"):
        if call.method == "GET" and not call.is_api and may(role, call.audience):
            yield call.path(names)
    part = "/guide" if role == "guide" else "/desk"
    yield from (path.format(**names) for path in MORE_PAGES if path.startswith(part))


def forms_of_staff(app: Flask, house: House) -> dict[str, Step]:
    """Each form by the rule of its address, ready to be sent; of several that are found the one that says most."""
    found: dict[str, Step] = {}
    for client, page in pages(app, house):
        shown = client.get(page)
        for form in _Forms(shown.text).found:
            for action, name, value in form.buttons or [(form.action, "", "")]:
                rule = rule_of(app, action or page)
                sent = {**form.values, **({name: value} if name else {})}
                step = Step(client, action or page, {**sent, **typed(rule or "")})
                if rule and (rule not in found or _said(found[rule]) < _said(step)):
                    found[rule] = step
    return found


def _said(step: Step) -> int:
    return sum(1 for value in step.values.values() if value)


def typed(rule: str) -> dict[str, str]:
    """What is typed into the form of that rule."""
    twin = rule.replace("/desk/guides/<code>", "/guide")
    return TYPED.get(rule) or TYPED.get(twin) or {}


def rule_of(app: Flask, address: str) -> str | None:
    """The rule behind an address to which something is posted."""
    try:
        rule, _values = app.url_map.bind("localhost").match(urlsplit(address).path, method="POST", return_rule=True)
    except HTTPException:
        return None
    return rule.rule
