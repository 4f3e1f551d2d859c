"""What somebody did, for the administrator of the station: with before and after, by kind and day, page by page."""

import ast
import re
from collections.abc import Iterable
from dataclasses import fields
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking import clock
from booking.accounts.code_words import CODES
from booking.accounts.deed_words import DEEDS
from booking.accounts.field_words import FIELDS
from booking.accounts.models import Account, AccountRole, AuditEntry
from booking.accounts.terms import Role, Step
from booking.accounts.trail_words import PAGES, differences
from booking.attendance.terms import Course, Qualifier, QuestionKind, Source
from booking.bookings.closing_terms import Stuck
from booking.bookings.survey import Scope
from booking.bookings.terms import BookingStatus, ParticipantList, RequestStatus
from booking.catalogue.queries.editing import TEXT_FIELDS
from booking.catalogue.rule_values import OFFERING_VALUES, STATION_VALUES
from booking.catalogue.terms import (
    Format,
    Kind,
    LanguagePolicy,
    Level,
    MaterialKind,
    OfferingStatus,
    OfferingWish,
)
from booking.notices.terms import NoticeState
from booking.reporting.services.exports import FileKind
from booking.scheduling.services.series import Plan as SeriesPlan
from booking.scheduling.terms import (
    EventStatus,
    Limits,
    Measure,
    OfferReason,
    PartnerState,
    Per,
    Skill,
    Visibility,
)
from booking.webhooks.terms import TYPES, Off
from tests.accounts.trail_keys import keys_of_the_trail
from tests.builders import NOW, make_guide, make_station, save
from tests.guards.tree import modules
from tests.signing_in import make_account, sign_in

NO_DEEDS = {"booking.settings", "closure.lifted", "closure.undone"}
"""Names like those of deeds: of an extension, of kinds of webhook."""
WRITERS = {"services", "keeping"}
OF_HOURS = {"on_day"}
"""Of other hours on a day, which are told as a whole."""

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def person() -> Account:
    """A coordinator of Vienna's."""
    make_station()
    return make_account(Role.COORDINATOR, "VIE", name="Ilse Invented")


@pytest.fixture
def desk(client: FlaskClient, person: Account) -> FlaskClient:  # noqa: ARG001  the station is there
    """A browser of Vienna's administrator."""
    return sign_in(client, make_account(Role.ADMINISTRATOR, "VIE"))


def did(person: Account, action: str, subject: str, station: str = "VIE", **values: object) -> None:
    """A line of the trail."""
    row = {"at": NOW, "actor": f"account:{person.id}", "action": action, "subject": subject, "station_code": station}
    save(AuditEntry(**{**row, **values}))


def shown(desk: FlaskClient, person: Account, **query: str) -> str:
    """The page."""
    with clock.frozen(NOW):
        answer = desk.get(f"/desk/people/{person.id}/deeds", query_string=query)
    assert answer.status_code == 200
    return answer.text


def test_each_line_says_what_became_different_and_leads_to_the_thing(desk: FlaskClient, person: Account) -> None:
    did(person, "booking.change", "booking:VE-1", before={"size": 20, "late": False}, after={"size": 24, "late": False})
    page = shown(desk, person)
    assert "What <bdi>Ilse Invented</bdi> did" in page
    assert "Changed the number of people" in page
    assert "people: 24, before 20" in page
    assert "late" not in page
    assert 'href="/desk/bookings/VE-1"' in page


def test_each_kind_of_thing_that_has_a_page_is_led_to(desk: FlaskClient, person: Account) -> None:
    for kind in PAGES:
        did(person, "event.change", f"{kind}:42")
    did(person, "ask for password", "account:none")
    page = shown(desk, person)
    assert page.count("<bdi>42</bdi></a>") == len(PAGES)
    assert 'href="/desk/guides/42/availability"' in page
    assert "<bdi>none</bdi></a>" not in page


def test_things_that_have_a_name_are_called_by_it(desk: FlaskClient, person: Account) -> None:
    subjects = ("mail_text:reminder_1_day:fr:VIE", "report:2026-01-01/2026-06-30", "export:2026-01-01-2026-06-30")
    for subject in (*subjects, "station:VIE", "mail_text:reminder_1_day:en:all"):
        did(person, "event.change", subject)
    page = shown(desk, person)
    assert "<bdi>reminder a day before, French, Vienna</bdi>" in page
    assert "<bdi>reminder a day before, English, All duty stations</bdi>" in page
    assert page.count("<bdi>Thu 1 Jan to Tue 30 Jun 2026</bdi>") == 2
    assert '<a href="/desk/catalogue/stations/VIE"><bdi>Vienna</bdi></a>' in page


def test_it_is_narrowed_by_kind_and_day(desk: FlaskClient, person: Account) -> None:
    did(person, "event.cancel", "event:VIE-1")
    did(person, "booking.cancel", "booking:VE-2", at=NOW - timedelta(days=3))
    assert "VE-2" not in shown(desk, person, kind="event")
    assert "VIE-1" not in shown(desk, person, to="2026-11-21")
    assert "VE-2" in shown(desk, person, **{"from": "2026-11-20", "to": "2026-11-20"})


def test_it_goes_on_page_by_page(desk: FlaskClient, person: Account) -> None:
    for number in range(60):
        did(person, "booking.cancel", f"booking:VE-{number:03}")
    first = shown(desk, person, kind="booking")
    assert "VE-059" in first
    assert "VE-009" not in first
    below = first.partition("below=")[2].partition('"')[0].partition("&")[0]
    second = shown(desk, person, kind="booking", below=below)
    assert "VE-009" in second
    assert "VE-010" not in second
    assert "below=" not in second.partition("</main>")[0]


def test_what_was_done_elsewhere_is_for_that_stations_administrator(desk: FlaskClient, person: Account) -> None:
    save(AccountRole(account_id=person.id, role=Role.COORDINATOR, station_code="GVA"))
    did(person, "event.cancel", "event:GVA-1", station="GVA")
    did(person, "sign out", "account:1", station="")
    did(person, "event.cancel", "event:VIE-1")
    page = shown(desk, person)
    assert "VIE-1" in page
    assert "GVA-1" not in page
    assert "sign out" not in page


def test_people_of_other_stations_are_nobody(desk: FlaskClient) -> None:
    other = make_account(Role.COORDINATOR, "GVA")
    assert desk.get(f"/desk/people/{other.id}/deeds").status_code == 404


def test_a_day_that_is_none_is_said(desk: FlaskClient, person: Account) -> None:
    answer = desk.get(f"/desk/people/{person.id}/deeds", query_string={"from": "yesterday"})
    assert answer.status_code == 422
    assert "Write a date as year, month and day" in answer.text


ROLES = "roles: coordinator (Vienna) and guide (all duty stations), before nothing"
HOURS = {"on_day": "2026-12-01", "opens": 540, "closes": 600, "works": False}
RULES = ", ".join(f"RULE-{one:02}" for one in range(22))
ASKED = "guides asked (VIE-1): 2"
TEXTS = ["subject: A", "first sentence: B", "text: C"]
WORDS = ["topic: refugees", "given by: Library", "audience: of ours"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"status": "confirmed"}, {"status": "cancelled_by_group"}, ["state: cancelled by the group, before booked"]),
        (None, {"exceptions": ["LEAD-01"]}, ["exceptions: LEAD-01"]),
        ({"late": False}, {"late": True}, ["late: yes, before no"]),
        ({"guides": [1]}, {"guides": []}, ["guides: nothing, before 1"]),
        ({"starts_at": "2026-11-23T09:00:00+00:00"}, None, ["start, before: Mon 23 Nov 2026, 09:00 in UTC"]),
        (None, {"odd_thing": {"a": 1}}, ["odd thing (a): 1"]),
        (None, None, []),
        ({"language": "fr"}, {"language": "ar"}, ["language: Arabic, before French"]),
        ({"languages": ["fr"]}, {"languages": []}, ["languages: nothing, before French"]),
        ({"format": "in-person"}, {"format": "virtual-live"}, ["format: live online, before on site"]),
        ({"roles": []}, {"roles": ["coordinator@VIE", "guide@"]}, [ROLES]),
        ({"ends_on": "2026-12-01"}, {"ends_on": None}, ["last day: until further notice, before Tue 1 Dec 2026"]),
        (None, {"days_off": ["2026-11-30/2026-12-02"]}, ["days off: Mon 30 Nov to Wed 2 Dec 2026"]),
        ({"virtual_opens": 540}, {"virtual_opens": 1440}, ["online from: 24:00, before 09:00"]),
        (None, {"rest_min": 690}, ["rest between two days, in hours: 11.5"]),
        (None, {"week": [[0, 540, 1020, False], [6, 0, 90, True]]}, ["weeks: Mon 09:00–17:00 and Sun 00:00–01:30"]),
        (None, {"hours": [HOURS]}, ["other hours: Tue 1 Dec 2026 09:00–10:00 (does not work)"]),
        (
            None,
            {"weekdays": [0, 4], "working_weekdays": "06"},
            ["days of the week: Mon and Fri", "working days: Mon and Sun"],
        ),
        ({"title": {"en": "A", "fr": "B"}}, {"title": {"en": "A", "fr": "C"}}, ["title (French): C, before B"]),
        ({"summary.ru": ""}, {"summary.ru": "Слова"}, ["in two sentences (Russian): Слова, before nothing"]),
        ({"groups": {"VE-1": None}}, {"groups": {"VE-1": 1240}}, ["groups (VE-1): 1,240, before not recorded"]),
        (None, {"stations": {"GVA": False}}, ["duty stations (Geneva): live online"]),
        (None, {"texts": {"subject": "A", "opening_along": "B", "late": "C"}}, TEXTS),
        (None, {"because": "limit:L-1"}, ["reason: limit L-1"]),
        (None, {"lifted_at": "2026-11-23 09:00:00+00:00"}, ["lifted: Mon 23 Nov 2026, 09:00 in UTC"]),
        (None, {"week": "2026-W51", "asked": {"VIE-1": 2}}, ["weeks: Mon 14 Dec to Sun 20 Dec 2026", ASKED]),
        (None, {"problem": "unbalanced:17"}, ["what went wrong: the calendar is not written as calendars are"]),
        (None, {"topic": "refugees", "unit": "library", "audience": "of-ours"}, WORDS),
        (None, {"digest": "0f" * 32, "files": ["a", "b"]}, ["fingerprint: 0f0f0f0f…", "files: 2"]),
        (None, {"confirmed": ["title.fr"]}, ["it still fits the English text: title (French)"]),
        (None, {"questions": [{"kind": "how-much", "text": {"en": "How?"}}]}, ["questions: How?"]),
        (None, {"exceptions": [f"RULE-{one:02}" for one in range(40)]}, [f"exceptions: {RULES} and 18 more"]),
        (None, {"exceptions": [], "reason": "", "missing": None}, []),
        (None, {"reason": "why " * 100}, ["reason: " + "why " * 39 + "why…"]),
    ],
)
def test_before_and_after_are_told_in_words(
    before: dict[str, object] | None, after: dict[str, object] | None, told: list[str]
) -> None:
    assert list(differences(before, after)) == told


def test_a_page_of_one_station_tells_instants_on_its_clock() -> None:
    wishes = {"wishes": ["2026-11-23T23:30:00+00:00", "2026-11-24T09:00:00+00:00"]}
    told = ["times they wish: Tue 24 Nov 2026, 00:30 and Tue 24 Nov 2026, 10:00"]
    assert list(differences(None, wishes, "Europe/Vienna")) == told


@pytest.mark.parametrize(
    "typed", ["2026-99-99T10:00:00+00:00", "0001-01-01T00:00:00+00:00", "9999-W53", "9999-W52", "2026-02-30", "2026-/x"]
)
def test_a_reason_that_looks_like_a_time_breaks_no_page(typed: str) -> None:
    for zone in ("", "America/New_York"):
        assert len(list(differences(None, {"reason": typed}, zone))) == 1


def test_guides_are_told_by_name_whether_a_line_has_their_code_or_their_number() -> None:
    guide = make_guide(make_station(), "en", code="VIE-G01", name="Ada Invented")
    assert list(differences({"guides": [guide.id]}, {"guides": ["VIE-G01"]})) == []
    assert list(differences({"guide": ""}, {"guide": "VIE-G01"})) == ["guide: Ada Invented, before nobody"]


def test_in_arabic_what_runs_from_left_to_right_is_kept_apart(app: Flask) -> None:
    with app.test_request_context("/?lang=ar"):
        told = list(differences({"language": "fr", "title": "A tour."}, {"language": "en", "title": "جولة"}))
        days = list(differences(None, {"starts_on": "2026-12-01"}))
    assert told == ["اللغة: الإنجليزية، سابقا: الفرنسية", "العنوان: جولة، سابقا: \u2068A tour.\u2069"]
    assert days == ["اليوم الأول: الثلاثاء 1 ديسمبر 2026"]


def test_every_deed_that_is_written_down_has_its_words() -> None:
    deed = re.compile(r"[a-z_]+\.[a-z_-]+(\.undo)?")
    writers = [ast.parse(path.read_text(encoding="utf-8")) for path in modules() if WRITERS & {*path.parts}]
    texts = {node.value for tree in writers for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    named = {text for text in texts if isinstance(text, str) and deed.fullmatch(text)}
    assert named - NO_DEEDS - set(DEEDS) == set()


def test_every_key_that_is_written_down_has_its_word() -> None:
    """Those of lines that a service makes itself; tests/hostile/test_trail_of_staff.py looks at lines themselves."""
    nameless = {key: [path.name for path in paths] for key, paths in keys_of_the_trail().items() if key not in FIELDS}
    assert set(nameless) == OF_HOURS, nameless


def test_what_a_form_writes_down_whole_has_its_words() -> None:
    rules = {one.name for one in (*STATION_VALUES, *OFFERING_VALUES)}
    records = {field.name for one in (OfferingWish, SeriesPlan) for field in fields(one)} - {"rhythm"}
    assert (rules | records | set(Limits._fields) | set(TEXT_FIELDS)) - set(FIELDS) == set()


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("status", [*BookingStatus, *RequestStatus, *EventStatus, *OfferingStatus, *PartnerState]),
        ("state", [one.value for one in NoticeState]),
        ("format", [*Format, *FileKind]),
        ("kind", [*Kind, *MaterialKind, *QuestionKind]),
        ("language_policy", LanguagePolicy),
        ("level", Level),
        ("leads", Skill),
        ("reason", OfferReason),
        ("visibility", Visibility),
        ("measure", Measure),
        ("per", Per),
        ("qualifier", Qualifier),
        ("source", Source),
        ("course", Course),
        ("participant_list", ParticipantList),
        ("scope", Scope),
        ("why", Stuck),
        ("role", Role),
        ("missing", Step),
        ("off", set(Off) - {Off.NOT}),
        ("types", TYPES),
    ],
)
def test_every_code_of_a_field_has_its_word(field: str, codes: Iterable[str]) -> None:
    assert {str(code) for code in codes} - set(CODES[field]) == set()
