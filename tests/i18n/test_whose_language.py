"""Three languages: of the page's reader, of what is asked over the API, and of whoever gets the mail."""

import re

import pytest
from babel.support import Translations
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.db import db
from booking.i18n import LOCALES, station_name
from booking.i18n.locales import TRANSLATIONS
from booking.notices import letters
from booking.notices.invitations import invitation
from booking.notices.models import Notice
from booking.notices.terms import Claimed
from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation, make_station
from tests.notices.letters_of_all_kinds import claimed, payload_of
from tests.signing_in import make_account, sign_in

NOTHING = "There is nothing at this address. A link may be old, or was not copied whole."

pytestmark = pytest.mark.usefixtures("app")


def test_a_mail_is_in_its_recipients_language_when_a_coordinator_of_another_one_caused_it(
    app: Flask, client: FlaskClient
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    station = make_station()
    event = make_event(make_offering(station))
    booking = make_booking(event, make_organisation("Collège Invente"), contact_locale="fr")
    with clock.frozen(NOW):
        desk = sign_in(client, make_account("coordinator", station.code))
        page = desk.get(f"/desk/bookings/{booking.reference}?lang=ru").text
        done = desk.post(f"/desk/bookings/{booking.reference}/cancel", data={"version": str(booking.version)})
    app.config["WTF_CSRF_ENABLED"] = True
    assert ('<html lang="ru"' in page, done.status_code) == (True, 303)
    notice = db.session.scalars(select(Notice).where(Notice.kind == "booking_cancelled")).one()
    assert notice.locale == "fr"
    held = Claimed(7, notice.kind, notice.recipient, notice.locale, notice.payload, notice.message_id, 1, NOW, "test")
    with app.test_request_context("/?lang=ru"):  # whoever sends it reads Russian, or nothing
        letter, entry = letters.letter(held), invitation(held, "vie@example.org", notice.recipient)
    assert '<html lang="fr" dir="ltr">' in letter.html
    assert "annulé" in letter.text
    assert entry is not None
    assert entry.organizer_name == "Service des visites de Vienne"


@pytest.mark.parametrize(
    ("address", "accepted", "locale"),
    [
        ("/api/v1/nowhere", "es, en;q=0.5", "es"),
        ("/api/v1/nowhere?lang=zh", "es", "zh"),
        ("/nowhere?lang=ar", "es", "ar"),
        ("/nowhere", "ru", "ru"),
    ],
)
def test_an_error_is_told_in_the_language_that_is_asked_for(
    client: FlaskClient, address: str, accepted: str, locale: str
) -> None:
    answer = client.get(address, headers={"Accept-Language": accepted})
    told = answer.get_json()["detail"] if answer.is_json else answer.text
    assert answer.status_code == 404
    assert Translations.load(TRANSLATIONS, [locale]).gettext(NOTHING) in told
    assert answer.is_json or f'<html lang="{locale}"' in told


@pytest.mark.parametrize("locale", LOCALES)
def test_a_mail_from_nairobi_tells_its_hour_and_knows_no_summer_time(locale: str) -> None:
    station = {"station": "NBO", "station_name": "Nairobi", "station_zone": "Africa/Nairobi"}
    july = {"starts_at": "2027-07-01T01:00:00+00:00", "ends_at": "2027-07-01T01:45:00+00:00"}
    payload = {**payload_of("booking_confirmed"), **station, **july}
    text = letters.letter(claimed(locale=locale, payload=payload)).text
    assert station_name("NBO", locale, "") in text
    assert ("10:00" in text, "04:00" in text) == (True, True)  # of Seoul, and of Nairobi
    assert not re.search("summer|d’été|verano|летн|夏|صيف", text)
