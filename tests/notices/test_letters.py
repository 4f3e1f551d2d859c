"""Every kind of letter, in English and in Arabic, with everything told and with little."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from flask_babel import force_locale

from booking.i18n import current_locale
from booking.notices import letters
from tests.notices.letters_of_all_kinds import FULL, KINDS, claimed, payload_of

pytestmark = pytest.mark.usefixtures("office")


class _Balanced(HTMLParser):
    """Collects tags that are opened and not closed, or closed and not open."""

    VOID = frozenset({"meta", "br", "!doctype"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("full", [True, False], ids=["everything told", "little told"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_can_be_written(kind: str, full: bool, locale: str) -> None:  # noqa: FBT001
    written = letters.letter(claimed(kind, locale, payload=payload_of(kind, full=full)))
    page = _Balanced(written.html)
    assert (page.open, page.wrong) == ([], [])
    assert f'<html lang="{locale}" dir="{"rtl" if locale == "ar" else "ltr"}">' in written.html
    for text in (written.subject, written.text, written.html):
        assert "None" not in text
        assert "Undefined" not in text
        assert not re.search(r"%\(\w+\)|\{\{|\{%|, ?,|\( ?\)", text.replace("@media (", ""))
    assert written.subject
    assert "\n" not in written.subject
    assert max(map(len, (line for line in written.text.splitlines() if "://" not in line))) <= letters.LINE


def test_a_virtual_event_is_told_on_the_groups_clock_first_and_on_the_stations_with_its_own_day() -> None:
    written = letters.letter(claimed())
    assert written.subject == "Booked: Tue 1 Dec, 10:00 in Seoul"
    assert "    Tue 1 Dec 2026, 10:00 to 10:45 in Seoul\n    (20:00 on Mon 30 Nov in New York)\n" in written.text
    assert '<time datetime="2026-12-01T10:00+09:00">' in written.html


def test_an_event_on_site_is_told_on_the_stations_clock_first_with_its_premises() -> None:
    written = letters.letter(claimed(payload={**FULL, "on_site": True, "format": "in-person"}))
    assert written.subject == "Booked: Mon 30 Nov, 20:00 in New York"
    assert "(10:00 on Tue 1 Dec in Seoul)" in written.text
    assert "United Nations Headquarters, New York" in written.text


def test_one_clock_is_enough_where_both_show_the_same() -> None:
    written = letters.letter(claimed(payload={**FULL, "group_zone": "America/Toronto"}))
    assert "20:00 to 20:45 in Toronto" in written.text
    assert "in New York" not in written.text


def test_the_letter_tells_what_was_noted_until_when_it_can_be_changed_and_what_comes() -> None:
    text = letters.letter(claimed()).text
    assert "Group: 30 people, 2 of them adults, youngest 13" in text
    assert "Dwell on: refugees" in text
    assert "Access: Live captions and Slower pace, plain words" in text
    assert "Free change or cancellation until Fri 20 Nov, 14:00 in Seoul." in text
    assert "- Tue 24 Nov: we ask whether the number is still right." in text
    assert "- Tue 1 Dec, 09:00 in Seoul: a last reminder." in text


def test_reminders_that_have_passed_are_not_announced() -> None:
    late = claimed(due_at=claimed().due_at.replace(day=29))
    assert "whether the number" not in letters.letter(late).text
    assert "- Mon 30 Nov: a reminder." in letters.letter(late).text


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("booking_requested", "We answer by Fri 13 Nov, 00:00 in Seoul."),
        ("booking_changed", "Now 30 people, before that 28 people."),
        ("booking_moved", "Before that it was Mon 30 Nov, 10:00 in Seoul; that time is free again."),
        ("booking_cancelled", "recorded as a late one"),
        ("booking_cancelled_by_station", "The reason: A pipe has burst"),
        ("reminder_7_days", "Are you still 30 people?"),
        ("reminder_1_hour", "https://visits.example.org/join/k3T9"),
        (
            "my_links",
            "How a resolution is made for class 2-3 of Haneulsaem Middle School Tue 1 Dec, 10:00 in Seoul (booked)",
        ),
        ("my_links", "https://visits.example.org/bookings/VE-7KQ2-28?t=secret"),
        ("account_invitation", "The link can be used once, until Mon 2 Nov, 09:00 in UTC."),
    ],
)
def test_a_letter_says_what_it_is_for(kind: str, sentence: str) -> None:
    assert sentence in " ".join(letters.letter(claimed(kind)).text.split())


def test_a_visit_cancelled_by_a_closure_says_so_and_offers_the_virtual_tour() -> None:
    payload = {**payload_of("booking_cancelled_by_station"), "on_site": True}
    text = " ".join(letters.letter(claimed("booking_cancelled_by_station", payload=payload)).text.split())
    assert "your visit of Mon 30 Nov 2026 has to be cancelled because the premises in New York will be closed" in text
    assert "Your time is kept for a virtual tour until Thu 12 Nov, 10:00 in New York." in text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}} %s%n{0}"])
def test_what_somebody_typed_stays_text(hostile: str) -> None:
    names = ("contact_name", "title", "organisation", "group_label", "theme", "reason", "conditions")
    payload = {**payload_of("booking_cancelled_by_station"), **dict.fromkeys(names, hostile)}
    for kind in ("booking_confirmed", "booking_cancelled_by_station"):
        written = letters.letter(claimed(kind, payload=payload))
        assert hostile in written.text
        assert "<script" not in written.html
        assert "<img" not in written.html
        assert "49" not in written.text


def test_a_locale_that_nobody_knows_is_answered_in_english() -> None:
    assert letters.letter(replace(claimed(), locale="xx")).text == letters.letter(claimed()).text


def test_writing_a_letter_leaves_the_language_of_the_page_alone() -> None:
    with force_locale("fr"):
        letters.letter(claimed(locale="ar"))
        assert current_locale() == "fr"


def test_a_new_time_to_which_a_person_must_say_yes_is_no_booking_yet() -> None:
    asked = letters.letter(claimed("booking_moved"))
    assert asked.subject.startswith("We have your request: ")
    for text in (asked.text, asked.html):
        assert "Your request has a new time." in text
        assert "The time is held for you; we answer by Fri 13 Nov, 00:00 in Seoul." in " ".join(text.split())
        assert "a reminder" not in text
    sure = letters.letter(claimed("booking_moved", payload={**payload_of("booking_moved"), "answer_by": None}))
    assert sure.subject.startswith("Moved: now ")
    assert "Your booking has a new time." in sure.text
    assert "- Mon 30 Nov: a reminder." in sure.text
