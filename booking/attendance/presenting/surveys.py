"""The desk's page of surveys: no result below ten replies."""

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.attendance.join_pages import SurveyRow
from booking.attendance.survey_queries import Pooled
from booking.attendance.surveys import QUESTIONS, SURVEY
from booking.attendance.terms import FEWEST_REPLIES


def survey_rows(found: Iterable[Pooled]) -> Iterator[SurveyRow]:
    """A line for each question."""
    for one in found:
        shipped = QUESTIONS.get(one.code) if one.survey == SURVEY else None
        yield SurveyRow(
            survey=str(_("After the event")) if shipped else one.survey,
            question=str(shipped.text) if shipped else one.question,
            replies=one.replies,
            result=_result(one),
        )


def _result(one: Pooled) -> str:
    if one.asked < FEWEST_REPLIES:
        told = ngettext("%(num)s reply so far", "%(num)s replies so far", one.asked)
        return str(_("%(replies)s, shown from ten", replies=told))
    rounded = (200 * one.positive + one.asked) // (2 * one.asked)
    return str(_("%(percent)s%% positive", percent=rounded))
