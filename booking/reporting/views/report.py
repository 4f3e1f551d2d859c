"""The report at the desk, and the events behind each of its numbers."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from booking import clock, i18n
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.bookings.views.saved import open_default
from booking.catalogue.queries import all_stations
from booking.db import db
from booking.http.headers import personal
from booking.http.paging import page_asked
from booking.reporting import words
from booking.reporting.event_forms import EventsForm
from booking.reporting.filter_forms import FilterForm, filter_choices, with_known_countries, with_surveys
from booking.reporting.presenting_charts import RANKED
from booking.reporting.presenting_events import DISTINCT, ON_PAGE, Listed, came_from, events_page
from booking.reporting.presenting_print import print_page
from booking.reporting.presenting_print_parts import WHOLE
from booking.reporting.presenting_report import report_page
from booking.reporting.print_pages import PrintPage
from booking.reporting.queries.behind import behind, sources_of
from booking.reporting.services import reading
from booking.reporting.services.counting import count
from booking.reporting.services.printing import printed

ALONE = {*words.TITLES, *RANKED}
"""Tables that may stand alone."""

blueprint = Blueprint("reports", __name__)
blueprint.record(navigation.link("reports.page", _l("Reports"), "coordinator", 4))
blueprint.before_request(open_default)


@blueprint.get("/desk/reports")
@open_to("coordinator")
@personal
def page() -> ResponseReturnValue:
    """The report of a period, of the last complete month where none is named; or one of its tables, with all rows."""
    now, locale = clock.now(), i18n.current_locale()
    choices = with_known_countries(db.session(), filter_choices(db.session(), locale))
    form = FilterForm(request.args, choices=choices)
    filters = form.filters(now.date())
    found = reading.report(filters, now, locale) if filters else None
    alone = request.args.get("table", "")
    shown = report_page(
        form, found, with_surveys(db.session(), choices, locale), now.date(), alone=alone if alone in ALONE else ""
    )
    return render_template("reporting/report.html", page=shown), 422 if form.wrong else 200


@blueprint.get("/desk/reports/print")
@open_to("coordinator")
@personal
def document() -> ResponseReturnValue:
    """A part of the report as a document for print: definitions, paragraphs, figures, charts, every table, events."""
    now, locale = clock.now(), i18n.current_locale()
    choices = with_known_countries(db.session(), filter_choices(db.session(), locale))
    form = FilterForm(request.args, choices=choices)
    filters = form.filters(now.date())
    if filters is None:
        return render_template("reporting/print.html", page=PrintPage(form)), 422
    staff, stations = required_staff(), all_stations(db.session())
    who, named = staff.name or staff.email, with_surveys(db.session(), choices, locale)
    part = None if request.args.get("part") == WHOLE else page_asked("part")
    page = print_page(form, printed(filters, now, locale), named, stations, who=who, part=part)
    return render_template("reporting/print.html", page=page)


@blueprint.get("/desk/reports/events")
@open_to("coordinator")
@personal
def events() -> ResponseReturnValue:
    """What a number of the report counted, one by one, and the number again at the end."""
    now = clock.now()
    choices = filter_choices(db.session(), i18n.current_locale())
    form = EventsForm(request.args, choices=choices)
    filters = form.filters(now.date())
    if filters is None:
        return render_template("reporting/events.html", page=None, form=form), 422
    figure, at = form.wanted, page_asked()
    found = reading.as_of_now(lambda session: behind(session, filters, figure, page=at, size=ON_PAGE))
    sources = sources_of(db.session(), [line.code for line in found[0]])
    number = count(filters, [figure])[figure] if figure in DISTINCT else found[1].number(figure)
    shown = events_page(figure, filters, Listed(*found, sources, came_from(filters, now.date())), number, at, choices)
    return render_template("reporting/events.html", page=shown, form=form)
