"""A teacher in Nairobi books in Vienna around the change of clocks: the mail that arrives is in the reader's language.

The coordinator who accepts reads another language, and the worker that sends has none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from booking import clock
from booking.bookings.services.book import book
from booking.bookings.terms import Contact
from booking.catalogue.terms import Kind
from booking.i18n import LOCALES, Translated
from booking.notices.worker import Worker
from booking.scheduling.terms import HostRole
from tests.bookings.requested import Asked
from tests.bookings.test_book import at, wish
from tests.builders import make_guide, make_offering, make_station
from tests.mail_sink import Sink
from tests.signing_in import make_account, sign_in

BEFORE = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)  # a Monday, two weeks before Vienna's clocks go back
DAYS = (datetime(2026, 10, 22, 8, 0, tzinfo=UTC), datetime(2026, 10, 26, 9, 0, tzinfo=UTC))
"""Ten in the morning in Vienna, in summer time and after it; in Nairobi it is eleven, then twelve."""


@dataclass(frozen=True)
class Words:
    """What the mail says in one language; of the day before the change in three of them, of that after it in others."""

    title: str
    day: datetime
    subject: str
    vienna: str
    opening: str
    where: str
    how: str


WORDS = {
    "en": Words(
        "How a vote is taken",
        DAYS[0],
        "Booked: Thu 22 Oct, 11:00 in Nairobi",
        "10:00 on Thu 22 Oct in Vienna",
        "Your booking is confirmed.",
        "Online",
        "in English, online, live",
    ),
    "fr": Words(
        "Comment se déroule un vote",
        DAYS[1],
        "Réservé\u00a0: lun. 26 oct., 12:00 (Nairobi)",
        "10:00 le lun. 26 oct. à Vienne",
        "Votre réservation est confirmée.",
        "En ligne",
        "en anglais, en ligne, en direct",
    ),
    "es": Words(
        "Cómo se vota",
        DAYS[0],
        "Reservado: jue 22 oct, 11:00 en Nairobi",
        "10:00 del jue 22 oct en Viena",
        "Su reserva está confirmada.",
        "En línea",
        "en inglés, en línea, en directo",
    ),
    "ru": Words(
        "Как проходит голосование",
        DAYS[1],
        "Забронировано: пн 26 окт., 12:00 (Найроби)",
        "10:00, пн 26 окт., в Вене",
        "Ваше бронирование подтверждено.",
        "Онлайн",
        "на английском языке, онлайн, в прямом эфире",
    ),
    "zh": Words(
        "表决如何进行",
        DAYS[0],
        "已预订：内罗毕时间10月22日周四11:00",  # noqa: RUF001  Chinese
        "维也纳时间10月22日周四10:00",
        "您的预订已确认。",
        "在线",
        "用英语，在线直播",  # noqa: RUF001  Chinese
    ),
    "ar": Words(
        "كيف يجري التصويت",
        DAYS[1],
        "تم الحجز: الاثنين 26 أكتوبر، 12:00 في نيروبي",
        "10:00، الاثنين 26 أكتوبر، في فيينا",
        "تأكد حجزكم.",
        "عبر الإنترنت",
        "باللغة الإنجليزية، عبر الإنترنت، مباشر",
    ),
}


@pytest.fixture
def _around_the_change(app: Flask) -> Iterator[None]:
    settings, app.config["WTF_CSRF_ENABLED"] = app.extensions["booking.settings"], False
    with clock.frozen(BEFORE):
        yield
    app.config["WTF_CSRF_ENABLED"] = True
    app.extensions["booking.settings"] = settings


def requests_in_every_language(app: Flask) -> list[Asked]:
    """Six classes ask for a briefing each; a coordinator accepts each on pages of another language."""
    station = make_station()
    titles = Translated({locale: WORDS[locale].title for locale in LOCALES})
    shown = make_offering(station, kind=Kind.BRIEFING, title=titles)
    hosts = [make_guide(station, "en", HostRole.SPEAKER, name=f"Speaker {number} Invented") for number in range(6)]
    coordinator = make_account("coordinator", station.code, name="Ilse Invented")
    asked = []
    for number, locale in enumerate(LOCALES):
        client = sign_in(app.test_client(), coordinator, BEFORE)
        contact = Contact("Wanjiru Invented", f"{locale}@example.org", locale, "Africa/Nairobi")
        request = wish(
            offering=shown.code,
            starts=at(WORDS[locale].day),
            theme="refugees",
            organisation=f"School {locale}",
            country="KE",
            contact=contact,
        )
        one = Asked(station, shown, hosts, book(request, key=locale, now=BEFORE).reference)
        other = LOCALES[(number + 1) % len(LOCALES)]
        form = one.form(guide=hosts[number].code)
        assert client.post(f"/desk/requests/{one.reference}/accept?lang={other}", data=form).status_code == 303
        asked.append(one)
    return asked


def sent(app: Flask) -> list[EmailMessage]:
    """What the worker's round brings to the readers."""
    with Sink() as sink:
        app.extensions["booking.settings"] = replace(app.extensions["booking.settings"], smtp_url=sink.url)
        Worker(app).send_due()
        return sink.messages


def part(message: EmailMessage, kind: str) -> str:
    """The content of the message's first part of this type."""
    return str(next(one for one in message.walk() if one.get_content_type() == kind).get_content())


@pytest.mark.usefixtures("_around_the_change")
def test_each_reader_gets_subject_text_page_and_invitation_in_the_own_language_at_the_right_instant(app: Flask) -> None:
    requests_in_every_language(app)
    messages = sent(app)
    for locale, words in WORDS.items():
        mine = [one for one in messages if one["To"].addresses[0].addr_spec == f"{locale}@example.org"]
        confirmed = {str(one["Subject"]): one for one in mine}
        assert words.subject in confirmed
        look(confirmed[words.subject], locale, words)


def look(message: EmailMessage, locale: str, words: Words) -> None:
    """Every part of the message is in this language and names this instant."""
    text, page = part(message, "text/plain"), part(message, "text/html")
    assert message["Content-Language"] == locale
    assert f'<html lang="{locale}" dir="{"rtl" if locale == "ar" else "ltr"}">' in page
    for content in (text, page):
        assert words.title in content
        assert words.opening in content
        assert words.vienna in content
    calendar = Calendar.from_ical(part(message, "text/calendar"))
    event: Any = calendar.walk("VEVENT")[0]
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (words.title, words.where)
    assert str(event["DESCRIPTION"]).startswith(words.how)
    assert event["DTSTART"].dt == words.day
    assert event["DTSTART"].dt.utcoffset() == timedelta(hours=3)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Africa/Nairobi"]
    assert calendar.walk("DAYLIGHT") == []
