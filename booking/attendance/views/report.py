"""A platform's report of an event, at the desk."""

from flask import url_for
from flask.typing import ResponseReturnValue

from booking.accounts.access import open_to
from booking.attendance import report_views
from booking.attendance.views.blueprint import blueprint, mine
from booking.http.headers import personal

TEMPLATE = "attendance/report.html"


def _urls(code: str) -> report_views.Urls:
    back, here = url_for("attendance.one", code=code, done="read"), url_for("attendance.report", code=code)
    return back, here, url_for("attendance.settle", code=code)


@blueprint.get("/desk/events/<code>/attendance/report")
@open_to("coordinator")
@personal
def report(code: str) -> ResponseReturnValue:
    """The reports that wait, and what they would say."""
    return report_views.show(mine(code), _urls(code), TEMPLATE)


@blueprint.post("/desk/events/<code>/attendance/report")
@open_to("coordinator")
@personal
def upload(code: str) -> ResponseReturnValue:
    """Keep files for a day."""
    return report_views.upload(mine(code), _urls(code), TEMPLATE)


@blueprint.post("/desk/events/<code>/attendance/report/settle")
@open_to("coordinator")
@personal
def settle(code: str) -> ResponseReturnValue:
    """Look again, store, or forget."""
    return report_views.settle(mine(code), _urls(code), TEMPLATE)
