"""Surveys that desks write: asked after their offerings and series, and never pooled with answers to other words."""

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_babel import refresh
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.models import AuditEntry
from booking.accounts.terms import Role
from booking.attendance.models import SurveyResult
from booking.attendance.survey_models import SurveyQuestion
from booking.bookings.links import join_token
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.i18n import Translated
from booking.reporting.filter_forms import with_surveys
from booking.reporting.naming import Names
from booking.reporting.queries.lists import survey_sums
from booking.reporting.table_terms import Kind
from booking.reporting.terms import Filters, Period
from booking.scheduling.models import Event, Series
from booking.scheduling.terms import EventStatus
from tests.builders import make_booking, make_event, make_offering, make_station, save
from tests.guiding.signed_in import text_of
from tests.hostile.walk import hidden
from tests.signing_in import make_account, sign_in

NEW = "/desk/surveys/new"
FIRST = {"en-1": "Was the garden green?", "kind-1": "yes-or-no", "fr-1": "Le jardin était-il vert ?"}


@pytest.fixture
def station(client: FlaskClient) -> Station:
    """Vienna, whose coordinator this browser is."""
    found = make_station()
    sign_in(client, make_account(Role.COORDINATOR, "VIE"))
    return found


@pytest.fixture
def offering(station: Station) -> Offering:
    """What groups came to."""
    return make_offering(station, max_group=900)


def held(offering: Offering, **values: Any) -> Event:  # noqa: ANN401
    return make_event(offering, status=EventStatus.HELD, capacity=900, **values)


def send(client: FlaskClient, path: str, **typed: str | list[str]) -> TestResponse:
    proof = {"csrf_token": hidden(client.get("/my-booking"), "csrf_token"), "version": "1"}
    return client.post(path, data={**proof, "title": "Garden survey", **typed})


def codes() -> list[tuple[str, str, bool]]:
    rows = select(SurveyQuestion).order_by(SurveyQuestion.id)
    return [(one.code, str(one.text), one.retired_at is None) for one in db.session.execute(rows).scalars()]


def joined(client: FlaskClient, booking: Booking, locale: str = "en") -> str:
    refresh()  # the context of the test keeps the language of the page before
    return client.get(f"/join/{join_token(booking.reference)}?lang={locale}").text


def answered(client: FlaskClient, booking: Booking, **answers: str) -> int:
    proof = {"csrf_token": hidden(client.get("/my-booking"), "csrf_token")}
    return client.post(f"/join/{join_token(booking.reference)}/survey", data={**proof, **answers}).status_code


def test_groups_of_an_offering_are_asked_its_survey_in_their_language(client: FlaskClient, offering: Offering) -> None:
    more = {"en-2": "How much did you laugh?", "kind-2": "how-much", "place-2": "1", "place-1": "2"}
    assert send(client, NEW, **FIRST, **more, offerings=[offering.code]).status_code == 303
    event = held(offering)
    booking = make_booking(event, status=BookingStatus.ATTENDED)
    with clock.frozen(event.ends_at):
        page = joined(client, booking)
        assert page.index("How much did you laugh?") < page.index("Was the garden green?")
        assert "2 questions, half a minute" in page
        french = joined(client, booking, "fr")
        assert "<legend>Le jardin était-il vert ?</legend>" in french
        assert '<legend lang="en" dir="auto">How much did you laugh?</legend>' in french
        assert answered(client, booking, q1="3", q2="yes") == 303
    rows = db.session.execute(select(SurveyResult).order_by(SurveyResult.question_code)).scalars()
    assert [(one.survey_code, one.question_code, one.respondents, one.positive, one.station) for one in rows] == [
        ("garden-survey", "q1", 1, 0, "VIE"),
        ("garden-survey", "q2", 1, 1, "VIE"),
    ]


def test_the_survey_of_a_series_goes_before_that_of_its_offering(client: FlaskClient, offering: Offering) -> None:
    series = Series(code="S-1", title=Translated("Every Monday"), pattern=None)
    save(series)
    alone, of_series = held(offering), held(offering, series_id=series.id)
    send(client, NEW, **FIRST, offerings=[offering.code])
    send(client, NEW, **{**FIRST, "en-1": "Was Monday a good day?"}, title="Mondays", series=["S-1"])
    with clock.frozen(of_series.ends_at):
        assert "Was Monday a good day?" in joined(client, make_booking(of_series, status=BookingStatus.ATTENDED))
        assert "Was the garden green?" in joined(client, make_booking(alone, status=BookingStatus.ATTENDED))
    send(client, NEW, **{**FIRST, "en-1": "And the roof?"}, title="Roofs", offerings=[offering.code])
    with clock.frozen(alone.ends_at):
        assert "And the roof?" in joined(client, make_booking(alone, status=BookingStatus.ATTENDED))


def test_other_words_are_another_question_and_a_translation_is_not(client: FlaskClient, offering: Offering) -> None:
    send(client, NEW, **FIRST, offerings=[offering.code])
    event = held(offering)
    one, late = (make_booking(event, status=BookingStatus.ATTENDED) for _number in range(2))
    path = "/desk/surveys/garden-survey"
    kept: dict[str, str | list[str]] = {"code-1": "q1", "offerings": [offering.code]}
    assert send(client, path, **FIRST, **kept, **{"es-1": "¿Era verde el jardín?"}).status_code == 303
    assert codes() == [("q1", "Was the garden green?", True)]
    with clock.frozen(event.ends_at):
        assert answered(client, one, q1="yes") == 303
    changed: dict[str, str | list[str]] = {**FIRST, **kept, "en-1": "Was the garden blue?"}
    assert send(client, path, **changed).status_code == 409
    assert send(client, path, **changed, version="2").status_code == 303
    assert codes() == [("q1", "Was the garden green?", False), ("q2", "Was the garden blue?", True)]
    with clock.frozen(event.ends_at):
        assert "green" not in joined(client, late)
        assert answered(client, late, q1="no") == 303
    page = text_of(client.get(path))
    assert "Was the garden green? asked no more 2 2 replies so far, shown from ten" in page
    actions = db.session.execute(select(AuditEntry.action).where(AuditEntry.subject == "survey:garden-survey"))
    assert list(actions.scalars()) == ["survey.make", "survey.change", "survey.change"]


def test_who_comes_second_is_told_what_was_changed_and_keeps_what_was_typed(
    client: FlaskClient, offering: Offering
) -> None:
    send(client, NEW, **FIRST)
    path = "/desk/surveys/garden-survey"
    first: dict[str, str | list[str]] = {**FIRST, "code-1": "q1", "offerings": [offering.code]}
    assert send(client, path, **first).status_code == 303
    answer = send(client, path, **{**FIRST, "code-1": "q1", "en-1": "Was it warm?"})
    assert answer.status_code == 409
    assert "Somebody else has changed this since you opened it" in text_of(answer)
    assert 'value="Was it warm?"' in answer.text
    assert codes() == [("q1", "Was the garden green?", True)]


@pytest.mark.usefixtures("station")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Ask at least one question."),
        ({"fr-1": "Vert ?"}, "Write it in English too"),
        ({**FIRST, "title": ""}, "Fill this in."),
        ({**FIRST, "title": "花"}, "Write a name with letters of the Latin alphabet"),
        ({**FIRST, "kind-1": "essay"}, "Choose one from the list."),
        ({**FIRST, "offerings": ["NYC-1"]}, "Choose one from the list."),
        ({**FIRST, "station": "GVA"}, "Choose one from the list."),
    ],
)
def test_what_is_no_survey_is_named_and_not_written(client: FlaskClient, typed: dict[str, str], sentence: str) -> None:
    answer = send(client, NEW, **typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert codes() == []


def test_a_survey_begins_with_the_shipped_questions_and_is_shown_in_every_language(
    client: FlaskClient, offering: Offering
) -> None:
    page = client.get(NEW).text
    found = re.findall(r'name="en-[1-8]" type="text" value="([^"]*)"', page)
    assert found[:3] == [
        "Did your group take part in the conversation?",
        "Was the language right for your group?",
        "How much did your group learn about the United Nations?",
    ]
    send(client, NEW, **FIRST, offerings=[offering.code])
    shown = client.get("/desk/surveys/garden-survey?preview=fr").text
    assert '<legend lang="fr" dir="auto">Le jardin était-il vert ?</legend>' in shown
    assert "Garden survey" in client.get("/desk/surveys/").text
    assert "Was the garden green?" in client.get("/desk/catalogue/translations").text
    names = Names(with_surveys(db.session(), {}, "en"), "en")
    assert names.code("garden-survey", Kind.TEXT, "survey") == "Garden survey"


def test_the_report_finds_answers_by_station_and_unit(client: FlaskClient, offering: Offering) -> None:
    event = held(offering)
    with clock.frozen(event.ends_at):
        assert answered(client, make_booking(event, status=BookingStatus.ATTENDED), learned="5") == 303
    period = Period(date(event.starts_on.year, 1, 1), date(event.starts_on.year, 12, 31))
    unit = offering.unit
    asked: tuple[tuple[dict[str, Any], int], ...] = (
        ({}, 1),
        ({"stations": ("VIE",)}, 1),
        ({"stations": ("GVA",)}, 0),
        ({"units": (unit,)}, 1),
        ({"units": ("library",), "stations": ("VIE",)}, 0),
        ({"languages": ("en",)}, 0),
    )
    for narrowed, replies in asked:
        found = survey_sums(db.session(), Filters(period, **narrowed))
        assert sum(one.replies for one in found) == replies, narrowed
