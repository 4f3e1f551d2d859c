"""What is made of attendance for tests of other things."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from booking.attendance.models import OnlineItem, ViewReading
from booking.attendance.queries import event_to_count
from booking.attendance.services.uploads import File, take
from booking.attendance.survey_models import Survey, SurveyQuestion
from booking.attendance.terms import Qualifier, QuestionKind
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.i18n import Translated
from booking.scheduling.models import Guide
from tests.builders import NOW, make_assignment, make_booking, make_event, save

ZOOM = b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nAda,,50,No\n"
"""A report of one person."""


def make_uncounted(guide: Guide, offering: Offering) -> str:
    """The code of an event that is over, of which nobody has said how many came, and a report of it that waits."""
    event = make_event(offering, NOW - timedelta(hours=2))
    make_assignment(guide, event)
    make_booking(event)
    found = event_to_count(db.session(), event.code)
    assert found is not None
    take(found, [File("zoom.csv", ZOOM)], now=NOW, actor="test", account_id=0)
    return event.code


_numbers = count(1)


def make_item(station: Station | None, **values: Any) -> OnlineItem:  # noqa: ANN401
    """A film whose views a platform counts; of every desk unless a station is named."""
    known = {
        "code": f"film-{next(_numbers)}",
        "station_id": station.id if station else None,
        "title": Translated("Film of the garden"),
        "owner": "visitors-service",
        "channel": "YouTube",
        "measure": "views",
    }
    item = OnlineItem(**{**known, **values})
    save(item)
    return item


def make_reading(item: OnlineItem, read_on: date | None, value: int | None, **values: Any) -> ViewReading:  # noqa: ANN401
    """What was read of it on a day; of no count: "not recorded"."""
    qualifier = Qualifier.EXACT if value is not None else Qualifier.NOT_RECORDED
    row = ViewReading(**{"item_id": item.id, "read_on": read_on, "value": value, "qualifier": qualifier, **values})
    save(row)
    return row


def make_survey_row(station: Station) -> Survey:
    """A survey of the station's desk with one question, asked after nothing yet."""
    survey = Survey(code=f"survey-{next(_numbers)}", station_id=station.id, title=Translated("Garden survey"))
    save(survey)
    words = {"kind": QuestionKind.YES_OR_NO, "text": Translated("Was the garden green?")}
    save(SurveyQuestion(survey_id=survey.id, code="q1", position=1, **words))
    return survey
