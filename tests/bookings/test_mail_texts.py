"""The desk writes the words of mails: who may, what is refused, preview, versions, two at once, a test to oneself."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sql
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.models import AuditEntry
from booking.accounts.terms import EVERYWHERE, Role
from booking.catalogue.models import Station
from booking.db import db, transaction
from booking.http.headers import POLICY
from booking.i18n import LOCALES, direction
from booking.notices.models import MailText, Notice
from booking.notices.wording.kinds import KINDS
from booking.notices.worker import Worker
from tests.builders import NOW, make_booking, make_event, make_offering, make_station
from tests.guards.matrix import body
from tests.signing_in import make_account, sign_in

PAGE = "/desk/mail-texts/booking_confirmed"
ONE_DATABASE = pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)
"""What is only shown is the same on both."""


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


@pytest.fixture
def desk(app: Flask, station: Station) -> FlaskClient:
    """A browser of Vienna's coordinator."""
    return sign_in(app.test_client(), make_account(Role.COORDINATOR, station.code, email="ilse@example.org"))


@pytest.fixture
def administrator(app: Flask, station: Station) -> FlaskClient:  # noqa: ARG001  a mail is about some station
    """A browser of an administrator of all stations."""
    return sign_in(app.test_client(), make_account(Role.ADMINISTRATOR, EVERYWHERE))


def sent(version: int = 0, locale: str = "en", station: str = "VIE", **parts: str) -> dict[str, str]:
    """What the form sends."""
    words = {f"part_{name}": text for name, text in parts.items()}
    return {"version": str(version), "locale": locale, "station": station, **words}


def kept() -> list[tuple[str, str, int]]:
    """Locale, station and version of everything kept."""
    rows = db.session.execute(select(MailText.locale, MailText.station, MailText.version).order_by(MailText.id))
    return [(row.locale, row.station, row.version) for row in rows]


def trail() -> list[AuditEntry]:
    """What was done to mail texts."""
    found = select(AuditEntry).where(AuditEntry.subject.like("mail_text:%"))
    return list(db.session.scalars(found.order_by(AuditEntry.id)))


def subject_in(page: TestResponse) -> str:
    """The subject of the preview."""
    found = re.search(r'<p class="strong" lang="\w+" dir="\w+">([^<]*)</p>', page.text)
    assert found
    return unescape(found[1])


def test_saving_keeps_only_what_is_another_text(desk: FlaskClient) -> None:
    answer = desk.post(PAGE, data=sent(subject="Welcome, {organisation}", opening="Your booking is confirmed."))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?locale=en&station=VIE&done=saved")
    page = desk.get(answer.headers["Location"])
    assert "Mails that go from now on are in these words" in page.text
    assert page.text.count('class="pill">Own words') == 1
    assert subject_in(page) == "Welcome, Inventedford School"
    assert 'value="Welcome, {organisation}"' in page.text
    entry = trail()[-1]
    assert (entry.action, entry.subject, entry.station_code) == (
        "mail_text.save",
        "mail_text:booking_confirmed:en:VIE",
        "VIE",
    )
    assert entry.before == {"version": 0, "texts": {}}
    assert entry.after == {"version": 1, "texts": {"subject": "Welcome, {organisation}"}}


def test_saving_what_is_there_already_writes_nothing(desk: FlaskClient) -> None:
    desk.post(PAGE, data=sent(subject="Mine"))
    answer = desk.post(PAGE, data=sent(1, subject="Mine", opening="", closing="  "))
    assert answer.headers["Location"].endswith("done=same")
    assert kept() == [("en", "VIE", 1)]
    assert len(trail()) == 1


WRONG = {
    "Late: {tme}": "Line 1: there is no {tme} here. Is {time} meant?",
    "{deadline}": "Line 1: there is no {deadline} here. Choose from the list of placeholders.",
    "say {time": "Line 1: at “say {time” a brace stands alone. Placeholders are written {time}.",
    "{{7*7}}": "a brace stands alone",
    "{0.__class__}": "there is no {0.__class__} here",
    "[x](javascript:alert)": "Line 1: “javascript:alert” must begin with https://, http:// or mailto:.",
    "[x](https://x.example.org/{time})": "an address holds no placeholders",
    "x" * 10_001: "Shorten this to 10000 characters.",
    "a\x00b": "This holds signs that cannot be kept. Type it again.",
}


@ONE_DATABASE
@pytest.mark.parametrize("typed", WRONG)
def test_a_wrong_text_is_refused_with_its_place_and_kept_for_the_writer(desk: FlaskClient, typed: str) -> None:
    for address in (PAGE, f"{PAGE}/preview", f"{PAGE}/test"):
        answer = desk.post(address, data=sent(closing=typed, subject="Fine words"))
        assert answer.status_code == 422
        assert WRONG[typed] in unescape(answer.text)
        assert 'aria-invalid="true"' in answer.text
        assert typed.replace("\x00", "�") in unescape(answer.text)
        assert subject_in(answer) == "Fine words"
    assert (kept(), trail()) == ([], [])
    assert db.session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize("subject", ["a\r\nBcc: e@example.org", "a\u2028b", "a\x00b", "x" * 201])
def test_a_subject_is_one_short_line(desk: FlaskClient, subject: str) -> None:
    assert desk.post(PAGE, data=sent(subject=subject)).status_code == 422
    assert kept() == []


def test_a_deadline_cannot_be_written_away(desk: FlaskClient) -> None:
    answer = desk.post("/desk/mail-texts/waiting_offer", data=sent(deadline="Be quick."))
    assert answer.status_code == 422
    assert "Keep {deadline} in this text" in answer.text


def test_percent_signs_are_letters(desk: FlaskClient) -> None:
    answer = desk.post(f"{PAGE}/preview", data=sent(subject="100 % %s %(time)s", closing="5 %d"))
    assert (answer.status_code, subject_in(answer)) == (200, "100 % %s %(time)s")


@ONE_DATABASE
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_has_a_preview_in_every_locale(administrator: FlaskClient, kind: str) -> None:
    for locale, case in (*((one, "usual") for one in LOCALES), ("en", "other")):
        data = sent(0, locale, "all", closing="Own **words**.") | {"case": case}
        page = administrator.post(f"/desk/mail-texts/{kind}/preview", data=data)
        assert page.status_code == 200
        html = unescape(re.search('srcdoc="([^"]*)"', page.text)[1])  # type: ignore[index]  # it is there
        assert f'<html lang="{locale}" dir="{direction(locale)}">' in html
        assert "<p>Own <strong>words</strong>.</p>" in html
        assert not re.search(r"[{]\w+[}]|None|Undefined", html.partition("</style>")[2])
        assert "?t=" not in html


def test_the_preview_may_hold_the_style_of_mails_and_nothing_else(desk: FlaskClient) -> None:
    page = desk.get(PAGE)
    policy = page.headers["Content-Security-Policy"]
    assert re.sub(r" 'sha256-[A-Za-z0-9+/=]{44}'", "", policy) == POLICY
    assert policy != POLICY
    assert 'sandbox=""' in page.text
    assert desk.get("/desk/mail-texts").headers["Content-Security-Policy"] == POLICY


def test_a_booking_of_the_own_station_can_be_previewed_without_its_secrets(desk: FlaskClient, station: Station) -> None:
    del station
    offering = make_offering(db.session.scalars(select(Station)).one())
    booking = make_booking(make_event(offering), contact_name="Sora Hanbit", size=17)
    other = make_booking(make_event(make_offering(make_station("GVA"))))
    data = sent(subject="{people}, {reference}")
    page = desk.post(f"{PAGE}/preview", data={**data, "reference": booking.reference.lower()})
    assert subject_in(page) == f"17 people, {booking.reference}"
    assert "Sora Hanbit" in page.text
    assert "?t=" not in page.text
    foreign, unknown = (
        desk.post(f"{PAGE}/preview", data={**data, "reference": number}) for number in (other.reference, "VE-XXXX-99")
    )
    assert (foreign.status_code, unknown.status_code) == (422, 422)
    assert body(foreign).replace(other.reference, "") == body(unknown).replace("VE-XXXX-99", "")
    assert "There is no such booking at your stations." in foreign.text


def test_the_second_of_two_writers_sees_both_and_may_replace(desk: FlaskClient, app: Flask) -> None:
    colleague = sign_in(app.test_client(), make_account(Role.COORDINATOR, "VIE", name="Ben Invented"))
    colleague.post(PAGE, data=sent(0, subject="Theirs"))
    late = desk.post(PAGE, data=sent(0, subject="Mine"))
    assert late.status_code == 409
    assert "Meanwhile Ben Invented has saved this mail" in late.text
    assert 'value="Mine"' in late.text
    assert re.search("Saved meanwhile:.*Theirs</q>", late.text)
    assert 'name="version" value="1"' in late.text
    assert desk.post(PAGE, data=sent(1, subject="Mine")).status_code == 303
    assert kept() == [("en", "VIE", 1), ("en", "VIE", 2)]


def test_one_goes_back_to_an_earlier_version_and_to_the_shipped_text(desk: FlaskClient) -> None:
    for version, text in enumerate(("One", "Two")):
        desk.post(PAGE, data=sent(version, subject=text))
    page = desk.get(f"{PAGE}?locale=en&station=VIE")
    assert "Back to version 1" in page.text
    assert desk.post(f"{PAGE}/back", data=sent(2) | {"to": "1"}).headers["Location"].endswith("done=back")
    assert subject_in(desk.get(PAGE)) == "One"
    assert desk.post(f"{PAGE}/back", data=sent(2) | {"to": "0"}).status_code == 409
    assert desk.post(f"{PAGE}/back", data=sent(3) | {"to": "9"}).status_code == 404
    assert desk.post(f"{PAGE}/back", data=sent(3) | {"to": "x"}).status_code == 400
    for twice in ({"to": ["0", "1"]}, {"locale": ["en", "fr"]}, {"station": ["VIE", "all"]}):
        assert desk.post(f"{PAGE}/back", data={**sent(3), "to": "0", **twice}).status_code == 400
    assert desk.post(f"{PAGE}/back", data=sent(3) | {"to": "0"}).status_code == 303
    assert subject_in(desk.get(PAGE)).startswith("Booked: ")
    assert [entry.action for entry in trail()] == ["mail_text.save"] * 2 + ["mail_text.back"] * 2


def test_what_all_stations_say_a_station_says_until_it_has_words_of_its_own(
    administrator: FlaskClient, desk: FlaskClient
) -> None:
    administrator.post(PAGE, data=sent(station="all", subject="For all"))
    assert subject_in(desk.get(PAGE)) == "For all"
    assert "As all stations" in desk.get("/desk/mail-texts").text
    desk.post(PAGE, data=sent(subject="For all"))
    assert kept() == [("en", "", 1)]
    desk.post(PAGE, data=sent(subject="Vienna"))
    assert subject_in(desk.get(PAGE)) == "Vienna"
    assert subject_in(desk.get(f"{PAGE}?station=all")) == "For all"
    assert subject_in(desk.get(f"{PAGE}?locale=fr")).startswith("Réservé\u00a0: ")


def test_who_may_write_what(administrator: FlaskClient, desk: FlaskClient, app: Flask) -> None:
    guide = sign_in(app.test_client(), make_account(Role.GUIDE, "VIE"))
    make_station("GVA")
    assert guide.get(PAGE).status_code == guide.get("/desk/mail-texts").status_code == 404
    assert desk.post(PAGE, data=sent(station="all", subject="x")).status_code == 404
    assert desk.post(f"{PAGE}/back", data=sent(station="all") | {"to": "0"}).status_code == 404
    assert "Save these words" not in desk.get(f"{PAGE}?station=all").text
    assert desk.post(PAGE, data=sent(station="GVA", subject="x")).status_code == 404
    for address in ("?station=GVA", "?station=XXX", "?locale=xx", "?locale=../x"):
        assert desk.get(PAGE + address).status_code == 404, address
    assert desk.get("/desk/mail-texts?station=GVA").status_code == 404
    assert desk.get("/desk/mail-texts/password_reset?station=VIE").status_code == 404
    assert administrator.post(PAGE, data=sent(station="GVA", subject="x")).status_code == 303
    assert kept() == [("en", "GVA", 1)]


def test_mails_about_passwords_take_one_paragraph_more(administrator: FlaskClient) -> None:
    page = administrator.get("/desk/mail-texts/password_reset")
    assert re.findall(r'name="part_(\w+)"', page.text) == ["closing"]
    assert "keep accounts safe" in page.text
    data = sent(station="all", closing="Ask {service}.", subject="Win a prize", opening="x")
    assert administrator.post("/desk/mail-texts/password_reset", data=data).status_code == 303
    page = administrator.get("/desk/mail-texts/password_reset")
    assert "Ask The Visitors Service." in page.text
    assert "Win a prize" not in page.text


def test_words_whose_shipped_text_has_changed_since_are_to_be_looked_at(desk: FlaskClient) -> None:
    desk.post(PAGE, data=sent(subject="Mine"))
    with transaction() as session:
        old = '{"subject": {"text": "Mine", "shipped": "It is booked: {time}"}}'
        session.execute(update(MailText).values(wording=old))
    assert "Look again" in desk.get("/desk/mail-texts").text
    assert "It was:" in desk.get(PAGE).text
    desk.post(PAGE, data=sent(1, subject="Mine"))
    assert "Look again" not in desk.get("/desk/mail-texts").text


def test_a_test_goes_to_whoever_asks_in_the_words_that_are_typed(desk: FlaskClient, app: Flask) -> None:
    answer = desk.post(f"{PAGE}/test", data=sent(locale="ar", subject="Typed {title}", closing="Hello"))
    assert answer.status_code == 200
    assert "On its way to you." in answer.text
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.recipient, notice.locale, notice.kind) == ("ilse@example.org", "ar", "booking_confirmed")
    assert notice.payload["calendar"] is None
    assert "?t=" not in str(notice.payload)
    assert kept() == []
    assert [entry.action for entry in trail()] == ["mail_text.test"]
    assert Worker(app).send_due() == 1
    db.session.expire_all()
    assert db.session.scalars(select(Notice)).one().state.value == "sent"


def test_tests_are_limited(shared_app: Flask, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = shared_app.extensions["booking.settings"]
    monkeypatch.setitem(shared_app.extensions, "booking.settings", replace(settings, rate_limits=True))
    statuses = [desk.post(f"{PAGE}/test", data=sent(subject=str(number))).status_code for number in range(21)]
    assert statuses == [200] * 20 + [429]


def test_the_list_takes_as_many_statements_whatever_is_written(desk: FlaskClient) -> None:
    few = statements(desk, "/desk/mail-texts")
    for kind in ("booking_confirmed", "booking_cancelled", "waiting_left"):
        for locale in ("en", "fr", "ar"):
            desk.post(f"/desk/mail-texts/{kind}", data=sent(0, locale, subject="Mine"))
    assert statements(desk, "/desk/mail-texts") == few
    assert "9 texts are in your own words." in desk.get("/desk/mail-texts").text


def statements(client: FlaskClient, path: str) -> int:
    """How many statements a page takes."""
    told: list[str] = []

    def count(_c: object, _u: object, statement: str, *_more: Any) -> None:  # noqa: ANN401
        told.append(statement)

    sql.listen(db.engine, "before_cursor_execute", count)
    try:
        assert client.get(path).status_code == 200
    finally:
        sql.remove(db.engine, "before_cursor_execute", count)
    return len(told)
