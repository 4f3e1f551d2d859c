"""The desk's pages of surveys: no result below ten replies, and what groups would see."""

from collections.abc import Iterable, Iterator, Mapping

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from booking import i18n
from booking.attendance.forms import SurveyForm
from booking.attendance.survey_forms import SurveyEditForm
from booking.attendance.survey_pages import QuestionEntry, SurveyLine, SurveyPage, SurveyRow, SurveysPage
from booking.attendance.survey_queries import (
    Place,
    Pooled,
    QuestionRecord,
    SurveyRecord,
    as_asked,
    places_to_ask,
    pooled,
    surveys_of_desks,
)
from booking.attendance.surveys import SHIPPED, SURVEY
from booking.attendance.terms import FEWEST_REPLIES
from booking.bookings.presenting.board import named
from booking.bookings.queries.board import places_of
from booking.catalogue.station_pages import Overtaken, Tab
from booking.fields import Choices
from booking.i18n import DEFAULT_LOCALE, LOCALES

READ_FIRST = (DEFAULT_LOCALE, *(one for one in LOCALES if one != DEFAULT_LOCALE))
"""The languages of a question: first the one that stands in for the others."""
_SHIPPED = {one.code: one for one in SHIPPED.questions}


def surveys_page(session: Session, stations: frozenset[str] | None) -> SurveysPage:
    """Every question with its replies, and the surveys that this desk may change."""
    known = {one.code: one for one in surveys_of_desks(session, None)}
    mine = [one for one in known.values() if stations is None or not one.station or one.station in stations]
    return SurveysPage(tuple(survey_rows(pooled(session), known)), tuple(_line(one) for one in mine))


def survey_rows(found: Iterable[Pooled], known: Mapping[str, SurveyRecord]) -> Iterator[SurveyRow]:
    """A line for each question; those that are asked no more say so."""
    locale = i18n.current_locale()
    for one in found:
        survey, shipped = known.get(one.survey), _SHIPPED.get(one.code) if one.survey == SURVEY else None
        record = _record(survey, one.code)
        text = str(shipped.text) if shipped else record.text.in_locale(locale)[0] if record else one.question
        yield SurveyRow(
            survey=str(_("After the event")) if shipped else str(survey.title) if survey else one.survey,
            question=text,
            replies=one.replies,
            result=_result(one),
            is_former=bool(record and record.retired_at),
        )


def _record(survey: SurveyRecord | None, code: str) -> QuestionRecord | None:
    return next((one for one in survey.questions if one.code == code), None) if survey else None


def _result(one: Pooled) -> str:
    if one.asked < FEWEST_REPLIES:
        told = ngettext("%(num)s reply so far", "%(num)s replies so far", one.asked)
        return str(_("%(replies)s, shown from ten", replies=told))
    rounded = (200 * one.positive + one.asked) // (2 * one.asked)
    return str(_("%(percent)s%% positive", percent=rounded))


def _line(survey: SurveyRecord) -> SurveyLine:
    locale = i18n.current_locale()
    title, lang = survey.title.in_locale(locale)
    asked = ngettext("%(num)s question", "%(num)s questions", len(survey.asked))
    number = len(survey.offerings) + len(survey.series)
    places = ngettext("asked after %(num)s offering or series", "asked after %(num)s offerings and series", number)
    facts = " · ".join((asked, places if number else _("not asked yet")))
    return SurveyLine(title, "" if lang == locale else lang, url_for("surveys.one", code=survey.code), facts)


def choices_of(session: Session, stations: frozenset[str] | None, code: str = "") -> dict[str, Choices]:
    """The lists of a survey's form: own stations, and what it may be asked after, with the survey that is there."""
    offerings, series = places_to_ask(session, stations)
    return {
        "station": [(one.code, named(one.code, one.name)) for one in places_of(session, stations)],
        "offerings": [(one.code, _place(one, code)) for one in offerings],
        "series": [(one.code, _place(one, code)) for one in series],
    }


def _place(place: Place, code: str) -> str:
    named_place = i18n.labelled(place.station, place.title.in_locale(i18n.current_locale())[0])
    if not place.survey or place.survey == code:
        return named_place
    return str(_("%(place)s (until now: %(survey)s)", place=named_place, survey=place.survey))


def entries_of(form: SurveyEditForm) -> Iterator[QuestionEntry]:
    """The questions of the form: those with words or errors are open."""
    for number, fields in form.questions():
        texts = tuple(fields[locale] for locale in READ_FIRST)
        is_open = number == 1 or any(one.typed for one in texts) or any(one.errors for one in fields.values())
        heading = fields["en"].typed or next((one.typed for one in texts if one.typed), "")
        yield QuestionEntry(number, heading, is_open, fields["code"], fields["place"], fields["kind"], texts)


def new_page(form: SurveyEditForm) -> SurveyPage:
    """A survey that is to be written."""
    return SurveyPage(str(_("New survey")), form, tuple(entries_of(form)), url_for("surveys.make"), is_new=True)


def survey_page(
    session: Session,
    survey: SurveyRecord,
    form: SurveyEditForm,
    *,
    preview: str = "",
    done: str = "",
    overtaken: Overtaken | None = None,
) -> SurveyPage:
    """A survey with its results, and as a group would read it in one of the languages of the pages."""
    locale = preview if preview in LOCALES else i18n.current_locale()
    found = [one for one in pooled(session) if one.survey == survey.code]
    tabs = (Tab(i18n.language_name(one, i18n.current_locale()), _of(survey, one), one == locale) for one in LOCALES)
    return SurveyPage(
        title=str(survey.title),
        form=form,
        questions=tuple(entries_of(form)),
        action=url_for("surveys.change", code=survey.code),
        is_new=False,
        rows=tuple(survey_rows(found, {survey.code: survey})),
        preview=SurveyForm(as_asked(survey.code, survey.asked, locale)),
        tabs=tuple(tabs),
        done=done,
        overtaken=overtaken,
    )


def _of(survey: SurveyRecord, locale: str) -> str:
    return url_for("surveys.one", code=survey.code, preview=locale, _anchor="preview")
