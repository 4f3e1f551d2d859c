"""A guide at work: an account, a browser that is signed in, forms sent with the token of the page."""

import re
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from sqlalchemy import event as events
from werkzeug.test import TestResponse

from booking.accounts.terms import Role
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.scheduling.models import Event, Guide, Offer
from booking.scheduling.terms import OfferReason
from tests.builders import NOW, make_assignment, make_event, make_guide, save
from tests.signing_in import make_account, sign_in

VIENNA = ZoneInfo("Europe/Vienna")


def vienna(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A time of Vienna's clocks; NOW is 10:00 on Monday 23 November."""
    return datetime(2026, month, day, hour, minute, tzinfo=VIENNA)


def guide_at_work(client: FlaskClient, station: Station, languages: str = "en", **values: object) -> Guide:
    """A guide of the station, with an account, whose browser this is from now on."""
    guide = make_guide(station, languages, **values)  # type: ignore[arg-type]  # columns of a guide
    sign_in(client, make_account(Role.GUIDE, station.code, guide=guide))
    return guide


def give(guide: Guide, offering: Offering, starts_at: datetime, **values: object) -> Event:
    """An event that the guide gives."""
    found = make_event(offering, starts_at, **values)
    make_assignment(guide, found)
    return found


def offer(guide: Guide, event: Event, reason: OfferReason = OfferReason.UNCOVERED, **values: object) -> Offer:
    """The event is offered to the guide, until tomorrow."""
    times = {"offered_at": NOW, "expires_at": NOW + timedelta(days=1)}
    row = Offer(**{"event_id": event.id, "guide_id": guide.id, "reason": reason, **times, **values})
    save(row)
    return row


def token_of(client: FlaskClient, page: str = "/guide/attendance") -> str:
    """The token against forgery of this browser, from any page that it can see."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return unescape(found[1])


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    """Send a form as a page would."""
    return client.post(path, data={"csrf_token": token_of(client), **form})


def text_of(page: TestResponse) -> str:
    """The words of a page's main part, spaces as one."""
    main = page.text.split("<main", 1)[1].split("</main>", 1)[0].split(">", 1)[1]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def statements(client: FlaskClient, path: str) -> int:
    """How many statements a page asks of the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            asked.append(statement)

    engine = db.engine
    events.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        events.remove(engine, "before_cursor_execute", note)
    return len(asked)
