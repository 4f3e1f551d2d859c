"""What groups say afterwards, pooled, for every desk."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.attendance.presenting.surveys import survey_rows
from booking.attendance.survey_queries import pooled
from booking.db import db
from booking.http.headers import personal

blueprint = Blueprint("surveys", __name__, url_prefix="/desk/surveys")
blueprint.record(navigation.link("surveys.results", _l("Surveys"), "coordinator", 79))


@blueprint.get("/")
@open_to("coordinator")
@personal
def results() -> ResponseReturnValue:
    """Every question with its replies."""
    return render_template("attendance/surveys.html", rows=tuple(survey_rows(pooled(db.session()))))
