"""What a class asks for and a teacher types: read once, kept for the page, made into the vocabulary of booking."""

from collections.abc import Iterator
from datetime import date, time

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from booking.bookings.forms import (
    BookForm,
    CancelForm,
    ChangeSizeForm,
    FindCriteria,
    FindForm,
    MoveForm,
    MyLinksForm,
)
from booking.bookings.terms import Contact

LISTS = {
    "language": [("en", "English"), ("ko", "Korean")],
    "language2": [("en", "English"), ("ko", "Korean")],
    "weekdays": [("mo", "Mon"), ("tu", "Tue"), ("we", "Wed")],
    "format": [("virtual-live", "Live online"), ("in-person", "On site")],
    "span": [("4w", "The next four weeks"), ("dates", "The dates below")],
    "station": [("NYC", "New York")],
}
TYPED = {
    "organisation": "Haneulsaem Middle School",
    "organisation_type": "school",
    "country": "KR",
    "group_label": "2-3",
    "size": "30",
    "accompanying_adults": "2",
    "youngest_age": "13",
    "theme": "refugees",
    "contact_name": "Sora Hanbit",
    "contact_email": "sora@Haneulsaem.example.org",
    "contact_locale": "en",
    "time_zone": "Asia/Seoul",
    "tech_is_me": "yes",
    "accessibility": "live-captions",
    "note": "They have read about 1951.\r\nSecond line.",
    "hold": "h-123",
    "key": "k-123",
}
BOOK_LISTS = {
    "country": [("KR", "Republic of Korea"), ("US", "United States of America")],
    "subdivision": [("US-NY", "New York")],
    "theme": [("refugees", "Refugees")],
    "contact_locale": [("en", "English")],
}


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    """Sentences are written in the language of a page."""
    app = Flask("test")
    Babel(app)
    with app.test_request_context():
        yield


def find(*pairs: tuple[str, str]) -> FindForm:
    form = FindForm(MultiDict(list(pairs)), choices=LISTS)
    form.validate()
    return form


def book(**changes: str) -> BookForm:
    form = BookForm(MultiDict({**TYPED, **changes}), choices=BOOK_LISTS)
    form.validate()
    return form


def test_a_class_says_what_it_needs() -> None:
    form = find(
        ("language", "fr"),
        ("language2", "ko"),
        ("size", " 28 "),
        ("youngest_age", "12"),
        ("weekdays", "tu"),
        ("weekdays", "mo"),
        ("hours_from", "09:00"),
        ("hours_to", "11:00"),
        ("time_zone", "Asia/Seoul"),
        ("span", "dates"),
        ("from", "2026-12-01"),
        ("to", "2026-12-24"),
        ("format", "virtual-live"),
        ("station", "NYC"),
    )
    assert form.wrong == []
    assert form.criteria() == FindCriteria(
        languages=("fr", "ko"),
        size=28,
        youngest_age=12,
        weekdays=("mo", "tu"),
        hours_from=time(9),
        hours_to=time(11),
        time_zone="Asia/Seoul",
        span="dates",
        from_on=date(2026, 12, 1),
        to_on=date(2026, 12, 24),
        formats=("virtual-live",),
        station="NYC",
    )


def test_a_form_that_says_nothing_asks_for_anything() -> None:
    assert find().wrong == []
    assert find().criteria() == FindCriteria()


def test_the_same_language_twice_is_one_wish() -> None:
    assert find(("language", "ko"), ("language2", "ko")).criteria().languages == ("ko",)


def test_weekdays_may_come_in_one_parameter() -> None:
    assert find(("weekdays", "we,mo")).criteria().weekdays == ("mo", "we")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("language", "../de"),
        ("language", "en\r\nSet-Cookie:a=b"),
        ("size", "1e3"),
        ("size", "0"),
        ("size", "-1"),
        ("youngest_age", "121"),
        ("weekdays", "monday"),
        ("hours_from", "24:00"),
        ("hours_to", "9"),
        ("time_zone", "Mars/Phobos"),
        ("time_zone", "../../etc/passwd"),
        ("span", "9w"),
        ("from", "2026-02-30"),
        ("to", "0001-01-01"),
        ("format", "hologram"),
        ("station", "XXX"),
    ],
)
def test_what_cannot_be_read_is_named_kept_and_left_out(name: str, typed: str) -> None:
    form = find((name, typed), ("theme", ""))
    assert [field.name for field in form.wrong] == [name]
    assert form.wrong[0].typed == typed
    assert form.criteria() == FindCriteria()


def test_a_value_that_is_meant_once_and_comes_twice_is_refused() -> None:
    form = find(("size", "5"), ("size", "500"))
    assert [field.name for field in form.wrong] == ["size"]
    assert form.criteria().size is None


@pytest.mark.parametrize(
    ("first", "last"),
    [(("from", "2026-12-24"), ("to", "2026-12-01")), (("hours_from", "11:00"), ("hours_to", "09:00"))],
)
def test_an_end_before_its_beginning_is_refused(first: tuple[str, str], last: tuple[str, str]) -> None:
    assert [field.name for field in find(first, last).wrong] == [last[0]]


def test_a_teacher_says_who_comes() -> None:
    form = book()
    request = form.request()
    assert form.wrong == []
    assert (request.size, request.youngest_age, request.accompanying_adults) == (30, 13, 2)
    assert request.contact == Contact("Sora Hanbit", "sora@haneulsaem.example.org", "en", "Asia/Seoul")
    assert (request.technical_contact, request.technical_name) == (True, "Sora Hanbit")
    assert request.accessibility == ("live-captions",)
    assert request.note == "They have read about 1951.\nSecond line."


@pytest.mark.parametrize("name", ["organisation", "country", "size", "youngest_age", "contact_name", "contact_email"])
@pytest.mark.parametrize("typed", ["", "   ", "\u200b"])
def test_what_is_needed_must_be_filled_in(name: str, typed: str) -> None:
    assert [field.name for field in book(**{name: typed}).wrong] == [name]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("organisation", "x" * 201),
        ("organisation", "a\x00b"),
        ("organisation", "one\r\ntwo"),
        ("organisation", "\ufffd"),
        ("note", "x" * 2001),
        ("note", "a\x1b[31m"),
        ("contact_email", "a@x.org\r\nBcc: e@x.org"),
        ("contact_email", "a@localhost"),
        ("country", "UK"),
        ("country", "ZZ"),
        ("size", "2147483648"),
        ("size", "9" * 5000),
        ("accompanying_adults", "-1"),
        ("accessibility", "epilepsy"),
        ("time_zone", "Moon"),
        ("hold", "x" * 256),
        ("key", "ö"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(name: str, typed: str) -> None:
    form = book(**{name: typed})
    assert [field.name for field in form.wrong] == [name]
    assert form.organisation.typed or name == "organisation"


def test_what_was_typed_stays_on_the_page_without_what_no_page_can_hold() -> None:
    assert book(organisation="a\x00b").organisation.typed == "a\ufffdb"
    assert book(size="thirty").size.typed == "thirty"


def test_a_state_belongs_to_the_united_states_only() -> None:
    assert book(subdivision="US-NY").request().subdivision == ""
    assert book(country="US", subdivision="US-NY").request().subdivision == "US-NY"


def test_somebody_else_who_tests_needs_a_name_and_an_address() -> None:
    form = book(tech_is_me="no", technical_contact_name="Jin Areum")
    assert [field.name for field in form.wrong] == ["technical_contact_email"]
    form = book(tech_is_me="no", technical_contact_name="Jin Areum", technical_contact_email="jin@example.org")
    assert (form.request().technical_name, form.request().technical_email) == ("Jin Areum", "jin@example.org")


def test_where_nothing_is_tested_nobody_is_named() -> None:
    form = BookForm(MultiDict({**TYPED, "tech_is_me": "no"}), choices=BOOK_LISTS)
    form.needs_tester = False
    assert form.validate()
    assert (form.request().technical_contact, form.request().technical_email) == (False, "")


def test_fields_nobody_asked_for_are_not_read() -> None:
    form = book(status="confirmed", station_id="2", role="admin")
    assert form.wrong == []
    assert not {"status", "station_id", "role"} & set(form.data)


def test_a_refusal_of_the_rules_stands_at_its_field() -> None:
    form = book()
    form.refuse({"size": "At most 35 for this tour.", "starts_at": "no field of the form"})
    assert [(field.name, field.errors) for field in form.wrong] == [("size", ["At most 35 for this tour."])]


def test_a_form_filled_in_from_an_earlier_booking_shows_its_values() -> None:
    form = BookForm(
        choices=BOOK_LISTS, data={"organisation": "Haneulsaem", "size": 30, "accessibility": ("step-free",)}
    )
    assert (form.organisation.typed, form.size.typed) == ("Haneulsaem", "30")
    assert form.accessibility.chosen("step-free")


@pytest.mark.parametrize(("late", "ticked", "fine"), [(False, "", True), (True, "", False), (True, "yes", True)])
def test_a_late_cancellation_is_confirmed(late: bool, ticked: str, fine: bool) -> None:  # noqa: FBT001  a table
    form = CancelForm(MultiDict({"late_confirmed": ticked}))
    form.late = late
    assert form.validate() is fine


def test_the_small_forms_need_their_one_value() -> None:
    assert not ChangeSizeForm(MultiDict({"size": ""})).validate()
    assert ChangeSizeForm(MultiDict({"size": "31"})).validate()
    assert not MoveForm(MultiDict()).validate()
    assert MoveForm(MultiDict({"slot": "e.12"})).validate()
    assert not MyLinksForm(MultiDict({"email": "nobody"})).validate()
    assert MyLinksForm(MultiDict({"email": "sora@example.org"})).validate()
