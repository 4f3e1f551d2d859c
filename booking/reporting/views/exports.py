"""Exports at the desk: what is in the file, the file, and one that names people, for a reason that is kept."""

from datetime import datetime

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from booking import clock, i18n
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.bookings.views.saved import open_default
from booking.db import db
from booking.http.headers import personal
from booking.reporting.export_forms import ExportForm, PersonalForm
from booking.reporting.exporting.columns import COLUMNS
from booking.reporting.filter_forms import filter_choices
from booking.reporting.presenting_exports import export_page
from booking.reporting.services.exports import MIME_TYPES, FileKind, Wish, allow, pieces
from booking.reporting.terms import Filters

blueprint = Blueprint("exports", __name__)
blueprint.record(navigation.link("exports.page", _l("Exports"), "coordinator", 72))
blueprint.before_request(open_default)


def _form() -> ExportForm:
    return ExportForm(request.args, choices=filter_choices(db.session(), i18n.current_locale()))


def _shown(form: ExportForm, names: PersonalForm, filters: Filters | None) -> ResponseReturnValue:
    page = export_page(form, names, filters)
    return render_template("reporting/exports.html", page=page), 422 if form.wrong or names.wrong else 200


@blueprint.get("/desk/reports/export")
@open_to("coordinator")
@personal
def page() -> ResponseReturnValue:
    """What an export of these filters comes to, and its files."""
    form = _form()
    return _shown(form, PersonalForm(), form.filters(clock.now().date()))


@blueprint.get("/desk/reports/attendance")
@open_to("coordinator")
@personal
def attendance() -> ResponseReturnValue:
    """The file, of all stations, without anything that names a person."""
    form = _form()
    filters = form.filters(clock.now().date())
    if filters is None:
        return _shown(form, PersonalForm(), None)
    wish = Wish(
        filters, form.wanted, FileKind(form.file.data or FileKind.CSV), i18n.current_locale(), mark=bool(form.bom.data)
    )
    return send(wish, clock.now())


@blueprint.post("/desk/reports/export")
@open_to("coordinator")
@personal
def with_names() -> ResponseReturnValue:
    """The file with the contacts of groups at the own stations; the reason goes into the trail."""
    form, names = _form(), PersonalForm(request.form)
    filters = form.filters(clock.now().date())
    if not names.validate() or filters is None:
        return _shown(form, names, filters)
    mine = required_staff().stations(Role.COORDINATOR)
    if mine is not None:
        filters = filters.narrowed(stations=tuple(sorted(mine)))
    columns = (*form.wanted, *(one for one in COLUMNS if one.is_personal))
    return send(
        Wish(filters, columns, FileKind(names.kind.data), i18n.current_locale(), reason=names.reason.data), clock.now()
    )


def send(wish: Wish, now: datetime) -> Response:
    """The file of an export, piece by piece. Raises TooManyAttempts."""
    staff = required_staff()
    allow(wish, account_id=staff.account_id, actor=staff.actor, now=now)
    who = staff.name or staff.email
    headers = {"Content-Disposition": f'attachment; filename="{wish.name}"'}
    body = stream_with_context(pieces(wish, who=who, now=now))
    return Response(body, content_type=MIME_TYPES[wish.kind], headers=headers)
