"""One's own data: by a link that is mailed to their address, all and only own rows, and erased once and for all."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from booking import clock
from booking.accounts.models import AuditEntry
from booking.accounts.terms import Role
from booking.bookings.links import token_of
from booking.bookings.models import Booking, RequestNote, VisitRequest
from booking.bookings.terms import NoteKind, RequestStatus
from booking.catalogue.models import Offering
from booking.db import db, table_of
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.privacy.commands import erasures
from booking.privacy.models import Erasure
from booking.privacy.queries.own import own_rows, owner_of
from booking.privacy.services.erase import Asked, erase
from booking.privacy.services.retain import forget
from tests.builders import (
    NOW,
    make_booking,
    make_event,
    make_failed_mail,
    make_offering,
    make_station,
    make_visit_row,
    save,
)
from tests.catalogue.making import let_wait
from tests.hostile.walk import hidden
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")

ADA, BOB = "ada@example.org", "bob@example.org"


@pytest.fixture
def offering() -> Offering:
    """A tour of Vienna."""
    return make_offering(make_station())


def _booking(offering: Offering, days: int, email: str = ADA, name: str = "Ada Invented", label: str = "") -> Booking:
    who = {"contact_email": email, "contact_name": name, "note": f"From {name}", "group_label": label}
    booking = make_booking(make_event(offering, NOW + timedelta(days=days)), None, 10, **who)
    words = {"actor": "group", "kind": NoteKind.ANSWER, "text": f"Says {name}"}
    save(RequestNote(reference=booking.reference, station_code="VIE", at=NOW, **words))
    make_failed_mail(booking.reference, "VIE", recipient=email, payload={"contact_name": name})
    return booking


def _kept(email: str) -> list[str]:
    found = select(Booking.reference).where(Booking.contact_email == email).order_by(Booking.id)
    return list(db.session.execute(found).scalars())


def _mailed_link(client: FlaskClient, booking: Booking) -> str:
    """Ask for the link from the booking's page, and take it from the mail."""
    here = f"/bookings/{booking.reference}/data?t={token_of(booking.reference)}"
    page = client.get(here)
    assert "a…@e….org" in page.text
    sent = client.post(here, data={"csrf_token": hidden(page, "csrf_token")}, follow_redirects=True)
    assert "The link is on its way" in sent.text
    mail = db.session.execute(select(Notice).where(Notice.kind == "own_data")).scalar_one()
    assert mail.recipient == ADA
    return str(mail.payload["url"]).removeprefix("http://localhost")


def test_the_owner_downloads_all_own_rows_and_nobody_elses(client: FlaskClient, offering: Offering) -> None:
    first, second = _booking(offering, -30, label="=7a"), _booking(offering, 5)
    ask = make_visit_row(make_station("GVA"), contact_email=ADA)
    let_wait(offering, ADA)
    theirs = _booking(offering, 6, BOB, "Bob Elsewhere")
    with clock.frozen(NOW):
        link = _mailed_link(client, first)
        page = client.get(link).text
        files = [client.get(html) for html in re.findall(r'href="([^"]*my-data\.(?:json|csv))"', page)]
    told = json.loads(files[0].data)
    assert [one["reference"] for one in told["bookings"]] == [first.reference, second.reference]
    assert [one["reference"] for one in told["requests"]] == [ask.reference]
    assert [one["email"] for one in told["lists_of_interest"]] == [ADA]
    assert {one["text"] for one in told["messages"]} == {"Says Ada Invented"}
    assert len([one for one in told["mails"] if one["kind"] == "booking_confirmed"]) == 2
    for file in files:
        assert b"Bob Elsewhere" not in file.data
        assert theirs.reference.encode() not in file.data
    assert b"group_label,'=7a" in files[1].data
    assert files[1].headers["Cache-Control"] == "no-store"


def test_a_link_that_is_wrong_old_or_of_another_booking_opens_nothing(client: FlaskClient, offering: Offering) -> None:
    booking, other = _booking(offering, -30), _booking(offering, 5, BOB)
    with clock.frozen(NOW):
        link = _mailed_link(client, booking)
        swapped = link.replace(booking.reference, other.reference)
        wrong = [swapped, f"{link[:-43]}{'A' * 43}", "/my-data/x", f"/my-data/{booking.reference}.99999999999.x"]
        assert [client.get(one).status_code for one in wrong] == [404] * 4
    with clock.frozen(NOW + timedelta(days=4)):
        assert client.get(link).status_code == 404


def test_the_owner_has_everything_erased_and_the_link_is_dead(client: FlaskClient, offering: Offering) -> None:
    booking, theirs = _booking(offering, -30), _booking(offering, -20, BOB, "Bob Elsewhere")
    let_wait(offering, ADA)
    with clock.frozen(NOW):
        link = _mailed_link(client, booking)
        unsure = client.post(link, data={"csrf_token": hidden(client.get(link), "csrf_token")})
        assert (unsure.status_code, _kept(ADA)) == (422, [booking.reference])
        done = client.post(link, data={"csrf_token": hidden(unsure, "csrf_token"), "sure": "yes"})
        assert "Everything is erased" in done.text
        assert client.get(link).status_code == 404
        page = client.get(f"/bookings/{booking.reference}?t={token_of(booking.reference)}").text
    assert "Contact removed on Mon 23 Nov 2026" in page
    assert (_kept(ADA), _kept(BOB)) == ([], [theirs.reference])
    everything = " ".join(
        str(tuple(row))
        for name in ("booking", "notice", "request_note", "interest", "erasure", "audit_entry")
        for row in db.session.execute(text(f"SELECT * FROM {name}"))
    )
    assert ADA not in everything
    assert "Ada Invented" not in everything
    states = db.session.execute(select(Notice.state).where(Notice.kind == "own_data")).scalars().all()
    assert states == [NoticeState.WITHDRAWN]


def test_what_a_visit_to_come_needs_is_erased_once_that_is_over(offering: Offering) -> None:
    past, ahead = _booking(offering, -30), _booking(offering, 5)
    owner = owner_of(db.session(), past.reference)
    assert owner is not None
    done = erase(owner, Asked("group", NOW))
    assert [one.reference for one in done.kept] == [ahead.reference]
    assert _kept(ADA) == [ahead.reference]
    assert forget(NOW + timedelta(days=4)).rows == {}
    assert forget(NOW + timedelta(days=6)).rows["erasure"] == 1
    assert _kept(ADA) == []
    row = db.session.execute(select(table_of(Erasure))).one()
    assert (row.done_at, row.reference) == (NOW + timedelta(days=6), "")


def test_an_open_request_is_kept_and_told() -> None:
    ask = make_visit_row(make_station("GVA"), contact_email=ADA, status=RequestStatus.REQUESTED)
    owner = owner_of(db.session(), ask.reference)
    assert owner is not None
    assert [one.reference for one in erase(owner, Asked("group", NOW)).kept] == [ask.reference]
    assert db.session.execute(select(VisitRequest.contact_email)).scalar_one() == ADA


def test_somebody_without_an_address_owns_the_one_booking_only(offering: Offering) -> None:
    first, second = (_booking(offering, days, "", "Cy Invented") for days in (-9, -8))
    owner = owner_of(db.session(), first.reference)
    assert owner is not None
    assert [one["reference"] for one in own_rows(db.session(), owner)["bookings"]] == [first.reference]
    assert own_rows(db.session(), owner)["mails"] == []
    erase(owner, Asked("group", NOW))
    assert owner_of(db.session(), first.reference) is None
    assert owner_of(db.session(), second.reference) is not None


def test_a_desk_takes_the_file_and_erases_for_a_reason_that_the_trail_keeps(
    client: FlaskClient, offering: Offering
) -> None:
    booking = _booking(offering, -30)
    with clock.frozen(NOW):
        sign_in(client, make_account(Role.COORDINATOR, "VIE"))
        here = f"/desk/contacts/{booking.reference}"
        page = client.get(here)
        own = {"csrf_token": hidden(page, "csrf_token"), "reason": "Called back on the known number"}
        assert client.post(f"{here}/file", data={**own, "reason": "", "file": "json"}).status_code == 422
        taken = client.post(f"{here}/file", data={**own, "file": "json"})
        assert [one["reference"] for one in taken.get_json()["bookings"]] == [booking.reference]
        assert client.post(f"{here}/erase", data=own).status_code == 422
        assert _kept(ADA) == [booking.reference]
        assert "Everything is erased" in client.post(f"{here}/erase", data={**own, "sure": "yes"}).text
        assert "Contact removed on" in client.get(f"/desk/bookings/{booking.reference}").text
        assert client.get(here).status_code == 404
    lines = db.session.execute(select(AuditEntry.action, AuditEntry.after).order_by(AuditEntry.id)).all()
    assert [(line.action, line.after["reason"]) for line in lines if line.action.startswith("contact.")] == [
        ("contact.export", own["reason"]),
        ("contact.erase", own["reason"]),
    ]


def test_a_desk_neither_sees_nor_erases_what_other_stations_keep(client: FlaskClient, offering: Offering) -> None:
    here, there = _booking(offering, -30), _booking(make_offering(make_station("GVA")), -20, "Ada@example.org")
    with clock.frozen(NOW):
        sign_in(client, make_account(Role.COORDINATOR, "VIE"))
        address = f"/desk/contacts/{here.reference}"
        proof = hidden(client.get("/account"), "csrf_token")
        reason = {"csrf_token": proof, "reason": "Asked on the telephone", "file": "json", "sure": "yes"}
        for answer in (client.get(address), *(client.post(f"{address}/{do}", data=reason) for do in ("file", "erase"))):
            assert answer.status_code == 403
            assert "Other stations keep data of this contact too." in answer.text
            assert ADA not in answer.text.lower()
        assert _kept(ADA) == [here.reference]
        assert _kept("Ada@example.org") == [there.reference]
        sign_in(client, make_account(Role.ADMINISTRATOR))
        taken = client.post(f"{address}/file", data={**reason, "csrf_token": hidden(client.get(address), "csrf_token")})
        assert {one["reference"] for one in taken.get_json()["bookings"]} == {here.reference, there.reference}


@pytest.mark.parametrize("keeps", ["interest", "request", "tests the connection"])
def test_whatever_another_station_keeps_counts(client: FlaskClient, offering: Offering, keeps: str) -> None:
    here, geneva = _booking(offering, -30), make_station("GVA")
    if keeps == "interest":
        let_wait(make_offering(geneva), ADA)
    elif keeps == "request":
        make_visit_row(geneva, contact_email=ADA)
    else:
        make_booking(make_event(make_offering(geneva)), technical_email=ADA)
    with clock.frozen(NOW):
        sign_in(client, make_account(Role.COORDINATOR, "VIE"))
        assert client.get(f"/desk/contacts/{here.reference}").status_code == 403


def test_a_restored_backup_is_told_again_who_was_erased(app: Flask, offering: Offering) -> None:
    booking = _booking(offering, -30)
    owner = owner_of(db.session(), booking.reference)
    assert owner is not None
    erase(owner, Asked("group", NOW))
    run = app.test_cli_runner()
    ledger = run.invoke(erasures, ["list"]).output
    restored, theirs = _booking(offering, -29, "ADA@example.org"), _booking(offering, -28, BOB)
    told = run.invoke(erasures, ["replay"], input=ledger)
    assert told.output == "1 in the ledger, 1 erased again\n"
    assert owner_of(db.session(), restored.reference) is None
    assert _kept(BOB) == [theirs.reference]


def test_everybody_reads_how_long_what_is_kept(client: FlaskClient, offering: Offering) -> None:
    make_station("GVA", contact_days=60)
    page = client.get("/privacy").text
    assert re.search(r"Geneva</dt><dd>60 days</dd>.*Vienna</dt><dd>180 days</dd>", page, re.DOTALL)
    booking = _booking(offering, 5)
    with clock.frozen(NOW):
        own = client.get(f"/bookings/{booking.reference}?t={token_of(booking.reference)}").text
    assert "removed 180 days after your last visit" in own
