"""Reports over the API: counts without a name, which every coordinator may read of all stations."""

from dataclasses import replace

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.reporting import writing
from booking.reporting.measures import measures
from booking.reporting.queries.stations import station_codes
from booking.reporting.schemas import ReportOut, ReportQuery
from booking.reporting.services import reading
from booking.reporting.terms import BadPeriod, Filters, Period

blueprint = Blueprint("reports_api", __name__, url_prefix=PREFIX)


@blueprint.get("/reports")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=ReportOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    security=[{STAFF: []}],
    tags=["reports"],
    operation_id="report",
)
def get_report(query: ReportQuery) -> ResponseReturnValue:
    """What the service did in a period: every table, and the saved questions. The same figures as `booking report`."""
    filters = _filters(query)
    answers = reading.answers(measures(), filters.period, filters.stations)
    found = reading.report(filters, clock.now(), i18n.current_locale())
    return answer(writing.as_json(replace(found, answers=answers)))


def _filters(query: ReportQuery) -> Filters:
    try:
        period = Period(query.from_, query.to)
    except BadPeriod as bad:
        raise InvalidInput.of(bad.field, str(bad)) from bad
    known = station_codes(db.session())
    if set(query.station) - set(known):
        raise InvalidInput.of(
            "station", _("There is no such station. There are: %(codes)s.", codes=i18n.join_facts(known))
        )
    return Filters(
        period,
        stations=query.station,
        units=query.unit,
        kinds=query.kind,
        formats=query.format,
        themes=query.theme,
        languages=query.language,
        countries=query.country,
        audiences=query.audience,
        series=query.series,
    )
