"""How long a closure of 2,000 visits with 8,000 groups takes, all converted, and what groups elsewhere feel of it.

The yardstick is bare SQL in the same run: one transaction that writes as many rows into the same tables, decides
nothing and tells nobody. Run `make benchmark`, or this file alone with a number of events.
"""

import multiprocessing
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from multiprocessing.synchronize import Event as Signal
from pathlib import Path
from typing import Any

from databases import KINDS, databases
from flask import Flask
from sqlalchemy import event, insert, select, text, update

from booking import clock
from booking.accounts.models import AuditEntry
from booking.app import create_app
from booking.bookings.closing import ClosureWish, Order
from booking.bookings.closing_terms import Choice
from booking.bookings.models import Booking, Organisation
from booking.bookings.services.book import book
from booking.bookings.services.closure_declare import declare
from booking.bookings.services.closure_preview import preview
from booking.bookings.services.closure_undo import undo
from booking.bookings.terms import BookingRequest, BookingStatus, Contact, OrganisationType
from booking.catalogue.models import Offering, Station, StationLanguage
from booking.catalogue.terms import Basis, Format, Kind, LanguagePolicy
from booking.db import db, table_of, transaction
from booking.i18n import Translated
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Assignment, Event, Guide, GuideLanguage
from booking.scheduling.terms import ClosureType, EventStatus, HostRole, Visibility
from booking.settings import Settings

EVENTS = int(sys.argv[1]) if sys.argv[1:] else 2_000
GROUPS, GUIDES = 4, 20
NOW = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)
FIRST = datetime(2027, 4, 1, 8, 0, tzinfo=UTC)
WISH = ClosureWish("GVA", ClosureType.PREMISES_CLOSED, date(2027, 4, 1), None, NOW.date(), message="A pipe has burst.")
LOCALES = ("en", "fr", "es", "ar", "zh", "ru")


def installation(url: str, folder: Path) -> Flask:
    """The application on a database."""
    environment = {"BOOKING_SECRET_KEY": "k" * 40, "BOOKING_PUBLIC_URL": "http://localhost"}
    return create_app(Settings.from_environment(environment, database_url=url, instance_dir=folder, rate_limits=False))


def fill() -> None:
    """Geneva with its visits, guides and groups, and New York with one webinar for everybody."""
    with transaction() as session:
        for number, (code, zone) in enumerate((("GVA", "Europe/Zurich"), ("NYC", "America/New_York")), 1):
            hours = {"virtual_opens": 480, "virtual_closes": 1200, "on_site_opens": 480, "on_site_closes": 1200}
            session.add(Station(id=number, code=code, name=code, time_zone=zone, **hours))
            session.flush()
            session.add(StationLanguage(station_id=number, language="en", basis=Basis.OFFICIAL))
        session.flush()
        session.add_all([_offering(1, 1, Format.IN_PERSON), _offering(2, 1), _offering(3, 2, max_group=None)])
        session.flush()
        session.add_all(
            [Guide(id=one, code=f"G{one}", station_id=1, role=HostRole.GUIDE) for one in range(1, GUIDES + 1)]
        )
        session.flush()
        session.add_all([GuideLanguage(guide_id=one, language="en") for one in range(1, GUIDES + 1)])
        schools = [_school(number) for number in range(1, GROUPS + 1)]
        session.execute(insert(table_of(Organisation)), schools)
        session.execute(insert(table_of(Event)), [_event(number) for number in range(1, EVENTS + 1)] + [_webinar()])
        session.execute(insert(table_of(Assignment)), [_given(number) for number in range(1, EVENTS + 1)])
        groups = [_group(number, school) for number in range(1, EVENTS + 1) for school in range(1, GROUPS + 1)]
        session.execute(insert(table_of(Booking)), groups)
        if session.get_bind().dialect.name == "postgresql":
            for table in ("event", "organisation", "station", "offering", "guide"):
                session.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))  # noqa: S608  our own names


def _offering(number: int, station: int, format_: Format = Format.VIRTUAL_LIVE, **more: Any) -> Offering:  # noqa: ANN401
    values = {"min_group": 1, "max_group": 60, "lead_working_days": 0, "status": "active", **more}
    return Offering(
        id=number,
        code=f"P-{number}",
        slug=f"p-{number}",
        station_id=station,
        unit="visitors-service",
        title=Translated({"en": "The long view", "fr": "La longue vue"}),
        kind=Kind.TOUR if station == 1 else Kind.WEBINAR,
        format=format_,
        theme="united-nations-general",
        audience="mixed",
        language_policy=LanguagePolicy.STATION,
        duration_min=60,
        **values,
    )


def _school(number: int) -> dict[str, object]:
    name = f"Invented School {number}"
    return {"id": number, "name": name, "name_key": name.lower(), "country": "CH", "type": OrganisationType.SCHOOL}


def _start(number: int) -> datetime:
    return FIRST + timedelta(days=(number - 1) // GUIDES)


def _event(number: int) -> dict[str, object]:
    start = _start(number)
    return {
        "id": number,
        "code": f"GVA-{number:05}",
        "station_id": 1,
        "offering_id": 1,
        "unit": "visitors-service",
        "format": Format.IN_PERSON,
        "kind": Kind.TOUR,
        "theme": "united-nations-general",
        "audience": "mixed",
        "language": "en",
        "starts_at": start,
        "ends_at": start + timedelta(hours=1),
        "time_zone": "Europe/Zurich",
        "starts_local": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "starts_on": start.date(),
        "capacity": 60,
        "taken": 10 * GROUPS,
        "status": EventStatus.OPEN,
        "visibility": Visibility.OPEN,
    }


def _webinar() -> dict[str, object]:
    own = {"id": EVENTS + 1, "code": "NYC-00001", "station_id": 2, "offering_id": 3, "kind": Kind.WEBINAR}
    return {
        **_event(1),
        **own,
        "format": Format.VIRTUAL_LIVE,
        "time_zone": "America/New_York",
        "starts_local": "2027-04-01T04:00",
        "capacity": 1_000_000,
        "taken": 0,
    }


def _given(number: int) -> dict[str, object]:
    start = _start(number)
    until = start + timedelta(minutes=75)
    return {"event_id": number, "guide_id": (number - 1) % GUIDES + 1, "starts_at": start, "busy_until": until}


def _group(number: int, school: int) -> dict[str, object]:
    return {
        "reference": f"VE-{number:05}-{school}",
        "event_id": number,
        "organisation_id": school,
        "status": BookingStatus.CONFIRMED,
        "invited": True,
        "size": 10,
        "youngest_age": 14,
        "accessibility": [],
        "language": "en",
        "contact_name": "Ada Invented",
        "contact_email": f"ada{number}.{school}@example.org",
        "contact_locale": LOCALES[(number + school) % len(LOCALES)],
        "time_zone": "Europe/Zurich",
        "created_at": NOW,
        "changed_at": NOW,
    }


def bare() -> float:
    """The yardstick: as many rows of the same tables, written in one transaction that is then taken back."""
    payload = {"text": "x" * 1_500}
    numbers = range(EVENTS * GROUPS)
    mail = {"kind": "bare", "recipient": "ada@example.org", "locale": "en", "payload": payload}
    notices = [
        {**mail, "dedupe_key": f"b{one}", "subject": f"b{one}", "message_id": f"b{one}", "due_at": NOW}
        | {"attempts": 0, "next_try_at": NOW, "state": NoticeState.QUEUED}
        for one in numbers
    ]
    lines = [
        {"at": NOW, "actor": "bare", "role": "", "station_code": "GVA", "action": "bare", "subject": f"b{one}"}
        | {"before": {}, "after": {}, "request_id": ""}
        for one in range(EVENTS * (GROUPS + 4))  # of events old and new, of bookings, and the steps of the log
    ]
    events = [{**_event(one), "id": EVENTS + 1 + one, "code": f"bare-{one}"} for one in range(1, EVENTS + 1)]
    with transaction() as session:
        begun = time.perf_counter()
        session.execute(update(table_of(Event)).values(version=Event.version + 1))
        session.execute(insert(table_of(Event)), events)
        again = {"version": Booking.version + 1, "sequence": Booking.sequence + 1}
        session.execute(update(table_of(Booking)).values(again))
        session.execute(update(table_of(Assignment)).values(is_locked=False))
        session.execute(insert(table_of(AuditEntry)), lines)
        session.execute(insert(table_of(Notice)), notices)
        took = time.perf_counter() - begun
        session.rollback()
    return took


def elsewhere(url: str, folder: str, stop: Signal, times: Any) -> None:  # noqa: ANN401  a queue
    """Groups book in New York one after the other, until it is said to stop; how long each had to wait."""
    app = installation(url, Path(folder))
    found = []
    with app.app_context(), clock.frozen(NOW):
        number = 0
        while not stop.is_set():
            number += 1
            contact = Contact("Ada Invented", f"e{number}@example.org", "en", "America/New_York")
            who = {"organisation": f"School {number}", "country": "US", "contact": contact, "youngest_age": 20}
            wish = BookingRequest(size=1, language="en", event="NYC-00001", technical_contact=True, **who)  # type: ignore[arg-type]  # as named
            begun = time.perf_counter()
            book(wish, key=f"e{number}", now=NOW)
            found.append((begun, time.perf_counter() - begun))
            db.session.remove()
            time.sleep(0.02)
    times.put(found)


def measure(kind: str, url: str, folder: Path) -> None:
    """The lines of one database."""
    app = installation(url, folder)
    stop = multiprocessing.Event()
    times: multiprocessing.Queue[list[tuple[float, float]]] = multiprocessing.Queue()
    with app.app_context(), clock.frozen(NOW):
        fill()
        yardstick = bare()
        clients = multiprocessing.Process(target=elsewhere, args=(url, str(folder), stop, times))
        clients.start()
        time.sleep(3)
        shown, looked = _timed(lambda: preview(WISH, NOW))
        order = Order((WISH,), NOW, "account:1", NOW + timedelta(days=7), rest=Choice.CONVERT, state=shown.state)
        done, declared = _timed(lambda: declare(order))
        statements = _counted
        undoing = time.perf_counter()
        _, taken_back = _timed(lambda: undo(done.operation, now=NOW, actor="account:1"))
        stop.set()
        waits = times.get(timeout=60)
        clients.join()
        mails = len(db.session.execute(select(Notice.id).where(Notice.kind == "closure_proposed")).all())
        db.session.remove()
        db.engine.dispose()
    for name, took in (("bare SQL", yardstick), ("preview", looked), ("declare", declared), ("undo", taken_back)):
        told = statements.get(name, "")
        print(f"{kind:12}{name:12}{took:>8.2f}{took / yardstick:>8.2f}{told:>12}")
    _print_waits(kind, "preview and declare", [took for begun, took in waits if begun < undoing])
    _print_waits(kind, "undo", [took for begun, took in waits if begun >= undoing])
    if mails != EVENTS * GROUPS:
        sys.exit(f"{mails} mails")


def _print_waits(kind: str, name: str, waits: list[float]) -> None:
    waits.sort()
    p99, worst = waits[int(len(waits) * 0.99)] * 1000, waits[-1] * 1000
    print(f"{kind:12}{name}: {len(waits)} bookings elsewhere meanwhile, p99 {p99:.0f} ms, worst {worst:.0f} ms")


_counted: dict[str, int] = {}


def _timed(work: Any) -> tuple[Any, float]:  # noqa: ANN401  any call
    """What it gives and how long it takes; the statements are counted under the name of what is called."""
    heard: list[object] = []

    def hear(*told: object) -> None:
        heard.append(told[1])

    event.listen(db.engine, "before_cursor_execute", hear)
    begun = time.perf_counter()
    try:
        made = work()
    finally:
        took = time.perf_counter() - begun
        event.remove(db.engine, "before_cursor_execute", hear)
    name = {"Preview": "preview", "Declared": "declare", "Undone": "undo"}[type(made).__name__]
    _counted[name] = len(heard)
    return made, took


def main() -> None:
    """Build it in new databases and print the table."""
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder), ("closures",)) as made:
        print(f"A closure of {EVENTS} visits with {EVENTS * GROUPS} groups, all converted")
        print(f"{'':24}{'s':>8}{'ratio':>8}{'statements':>12}")
        for kind in KINDS:
            measure(kind, made[kind]["closures"], Path(folder))


if __name__ == "__main__":
    main()
