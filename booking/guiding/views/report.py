"""A platform's report of a tour, uploaded by whoever gave it."""

from flask import url_for
from flask.typing import ResponseReturnValue

from booking.accounts.access import open_to
from booking.attendance import report_views
from booking.guiding.views.attendance import begun
from booking.guiding.views.blueprint import blueprint, own_guide
from booking.http.headers import personal

TEMPLATE = "guiding/report.html"


def _urls(code: str) -> report_views.Urls:
    back, here = url_for("guiding.count", code=code), url_for("guiding.report", code=code)
    return back, here, url_for("guiding.settle_report", code=code)


@blueprint.get("/attendance/<code>/report")
@open_to("guide")
@personal
def report(code: str) -> ResponseReturnValue:
    """The reports that wait, and what they would say."""
    return report_views.show(begun(own_guide(), code), _urls(code), TEMPLATE)


@blueprint.post("/attendance/<code>/report")
@open_to("guide")
@personal
def upload_report(code: str) -> ResponseReturnValue:
    """Keep files for a day."""
    return report_views.upload(begun(own_guide(), code), _urls(code), TEMPLATE)


@blueprint.post("/attendance/<code>/report/settle")
@open_to("guide")
@personal
def settle_report(code: str) -> ResponseReturnValue:
    """Look again, store, or forget."""
    return report_views.settle(begun(own_guide(), code), _urls(code), TEMPLATE)
