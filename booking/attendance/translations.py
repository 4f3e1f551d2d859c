"""The names of online items and the questions of surveys, for the list of what is still to translate."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy.orm import Session

from booking.attendance.item_queries import items_to_read
from booking.attendance.survey_queries import surveys_of_desks
from booking.catalogue.translating import Translatable

MOST = 1_000


def items(session: Session) -> Iterator[Translatable]:
    """Every item that is still read; one statement."""
    for one in items_to_read(session, None, most=MOST):
        yield Translatable("item", one.title, {"title": one.title}, url_for("items.one", code=one.code), one.station)


def questions(session: Session) -> Iterator[Translatable]:
    """Every question that is asked; three statements."""
    for survey in surveys_of_desks(session, None):
        href = url_for("surveys.one", code=survey.code)
        for one in survey.asked:
            yield Translatable("survey", one.text, {"question": one.text}, href, survey.station)


SOURCES = (items, questions)
