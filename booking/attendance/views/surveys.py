"""What groups say afterwards, pooled, for every desk; and the surveys that desks write themselves."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.attendance.presenting.surveys import choices_of, new_page, survey_page, surveys_page
from booking.attendance.services.surveys import Reach, UnknownSurvey, change_survey, make_survey
from booking.attendance.survey_forms import SurveyEditForm, data_of, new_data
from booking.attendance.survey_queries import SurveyRecord, places_to_ask, survey_named
from booking.attendance.views.blueprint import CONFLICT, UNREADABLE
from booking.bookings.views.board import own_stations
from booking.catalogue.presenting.stations import overtaken
from booking.catalogue.queries.stations import last_changes
from booking.catalogue.services.stations import Edit, Taken
from booking.catalogue.terms import Overtaken
from booking.db import db
from booking.http.headers import personal

blueprint = Blueprint("surveys", __name__, url_prefix="/desk/surveys")
blueprint.record(navigation.link("surveys.results", _l("Surveys"), "coordinator", 79))
DONE = {"saved": _l("The survey is saved."), "same": _l("Nothing was changed.")}


@blueprint.get("/")
@open_to("coordinator")
@personal
def results() -> ResponseReturnValue:
    """Every question with its replies, and the desk's own surveys."""
    return render_template("attendance/surveys.html", page=surveys_page(db.session(), own_stations()))


@blueprint.get("/new")
@open_to("coordinator")
@personal
def new() -> ResponseReturnValue:
    """A survey to be written; it begins with what is shipped."""
    form = SurveyEditForm(data=new_data(), choices=choices_of(db.session(), own_stations()))
    return render_template("attendance/survey.html", page=new_page(form))


@blueprint.post("/new")
@open_to("coordinator")
@personal
def make() -> ResponseReturnValue:
    """Write it."""
    form = SurveyEditForm(request.form, choices=choices_of(db.session(), own_stations()))
    if form.validate() and not form.new_code:
        form.refuse("title", _("Write a name with letters of the Latin alphabet: its code is made from it."))
    if form.wrong:
        return render_template("attendance/survey.html", page=new_page(form)), UNREADABLE
    try:
        make_survey(Edit(form.new_code, 1, clock.now(), required_staff().actor), form.wish(), _reach())
    except Taken:
        form.refuse("title", _("There is a survey of this name: change it there, or choose another name."))
        return render_template("attendance/survey.html", page=new_page(form)), UNREADABLE
    except Overtaken:
        form.refuse("offerings", CHOSEN_MEANWHILE)
        return render_template("attendance/survey.html", page=new_page(form)), CONFLICT
    return redirect(url_for("surveys.one", code=form.new_code, done="saved"), 303)


CHOSEN_MEANWHILE = _l("Somebody has chosen another survey for one of these at this moment. Look again, and save.")


@blueprint.get("/<code>")
@open_to("coordinator")
@personal
def one(code: str) -> ResponseReturnValue:
    """A survey, to be changed; and as groups read it."""
    survey = _mine(code)
    form = SurveyEditForm(data=data_of(survey), choices=choices_of(db.session(), own_stations(), code))
    return _page(survey, form, done=str(DONE.get(request.args.get("done", ""), "")))


@blueprint.post("/<code>")
@open_to("coordinator")
@personal
def change(code: str) -> ResponseReturnValue:
    """Change it: whatever is worded otherwise is another question from now on."""
    survey = _mine(code)
    form = SurveyEditForm(request.form, choices=choices_of(db.session(), own_stations(), code))
    if not form.validate():
        return _page(survey, form), UNREADABLE
    try:
        edit = Edit(code, form.seen_version, clock.now(), required_staff().actor)
        is_changed = change_survey(edit, form.wish(), _reach())
    except Overtaken:
        return _overtaken(_mine(code), form), CONFLICT
    except UnknownSurvey:
        abort(404)
    return redirect(url_for("surveys.one", code=code, done="saved" if is_changed else "same"), 303)


def _mine(code: str) -> SurveyRecord:
    """The survey, if it is of every desk or its station is the coordinator's; 404 for every other."""
    survey = survey_named(db.session(), code) or abort(404)
    if survey.station:
        staff_at(Role.COORDINATOR, survey.station)
    return survey


def _reach() -> Reach:
    offerings, series = places_to_ask(db.session(), own_stations())
    return Reach(frozenset(one.code for one in offerings), frozenset(one.code for one in series))


def _overtaken(survey: SurveyRecord, form: SurveyEditForm) -> str:
    """What somebody else did to the survey meanwhile; the form goes on from there."""
    lines = last_changes(db.session(), f"survey:{survey.code}")
    newest = max(lines.values(), key=lambda line: line.at, default=None)
    note = overtaken(form, data_of(survey), newest, "UTC")
    form.seen_again(survey.version)
    return _page(survey, form, note=note)


def _page(survey: SurveyRecord, form: SurveyEditForm, *, done: str = "", note: object = None) -> str:
    preview = request.args.get("preview", "")
    page = survey_page(db.session(), survey, form, preview=preview, done=done, overtaken=note)  # type: ignore[arg-type]  # a note
    return render_template("attendance/survey.html", page=page)
