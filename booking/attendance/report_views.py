"""What the desk's and the guide's page of a platform's report do alike: upload, look at the proposal, settle it."""

from dataclasses import replace

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts.identity import required_staff
from booking.attendance.platform_reports import NotReadable
from booking.attendance.presenting.report import CHANGED, empty_page, proposal_page, why_not
from booking.attendance.proposal import Proposal
from booking.attendance.queries import CountedEvent, event_to_count
from booking.attendance.report_forms import ReportForm
from booking.attendance.report_pages import ReportPage
from booking.attendance.services.record import NotBegun
from booking.attendance.services.uploads import (
    MOST_FILES,
    File,
    NothingOpen,
    OtherFiles,
    Unsettled,
    accept,
    proposal_from,
    reject,
    take,
    waiting,
)
from booking.db import db
from booking.http.once import require_once
from booking.scheduling.terms import UnknownEvent

CONFLICT, UNREADABLE = 409, 422
DONE = {"rejected": _l("The report is forgotten. Nothing was stored."), "known": _l("This report was read before.")}
Urls = tuple[str, str, str]
"""Back to the event, upload, settle."""


def show(event: CountedEvent, urls: Urls, template: str) -> ResponseReturnValue:
    """The reports that wait with what they would say, and the form to upload some."""
    page = replace(empty_page(event, urls), done=str(DONE.get(request.args.get("done", ""), "")))
    return _rendered(event, page, template)


def upload(event: CountedEvent, urls: Urls, template: str) -> ResponseReturnValue:
    """Keep the files for a day, then show what they would say."""
    given = [one for one in request.files.getlist("file") if one.filename]
    files = [File(one.filename or "", one.stream.read()) for one in given[: MOST_FILES + 1]]
    page = empty_page(event, urls)
    if not files or len(files) > MOST_FILES:
        told = _("Choose a file.") if not files else _("Choose at most %(most)s files.", most=MOST_FILES)
        return _rendered(event, replace(page, problems=(str(told),)), template, UNREADABLE)
    staff = required_staff()
    try:
        refused, known = take(event, files, now=clock.now(), actor=staff.actor, account_id=staff.account_id)
    except (NotBegun, UnknownEvent) as why:
        return _changed(event, urls, template, why)
    if refused:
        told = tuple(why_not(one.name, one.why) for one in refused)
        return _rendered(event, replace(page, problems=told), template, UNREADABLE)
    return redirect(f"{urls[1]}?done=known" if known else urls[1], 303)


def settle(event: CountedEvent, urls: Urls, template: str) -> ResponseReturnValue:
    """Look again with other options, store what is proposed, or turn it down."""
    require_once(request.form)
    step, now, actor = request.form.get("step"), clock.now(), required_staff().actor
    form, page = ReportForm(request.form), empty_page(event, urls)
    try:
        if step == "reject":
            reject(event.code, now=now, actor=actor)
            return redirect(f"{urls[1]}?done=rejected", 303)
        if not form.validate() or step != "accept":
            return _rendered(event, page, template, UNREADABLE if form.wrong else 200, form)
        accept(event.code, form.options(request.form), form.state.data or "-", now=now, actor=actor)
    except Unsettled as why:
        return _rendered(event, replace(page, problems=_unsettled(why.found, form)), template, UNREADABLE, form)
    except NothingOpen as why:
        return _changed(event, urls, template, why)
    except (OtherFiles, NotBegun, UnknownEvent) as why:
        return _changed(event, urls, template, why, form)
    return redirect(urls[0], 303)


def _changed(
    event: CountedEvent, urls: Urls, template: str, why: Exception, form: ReportForm | None = None
) -> ResponseReturnValue:
    """409: what has changed, and the page as it is by now with what was chosen."""
    event = event_to_count(db.session(), event.code) or event
    page = replace(empty_page(event, urls), problems=(str(CHANGED[type(why)]),))
    return _rendered(event, page, template, CONFLICT, form)


def _unsettled(found: Proposal, form: ReportForm) -> tuple[str, ...]:
    problems = []
    if found.asks_order:
        form.order.errors = [_("The file does not say which number is the day: choose.")]
        problems.append(_("Say in which order the dates are written. Nothing was stored."))
    if found.is_far and not form.of_this_event.data:
        problems.append(_("This looks like the report of another event. Nothing was stored: confirm it, or forget it."))
    return tuple(map(str, problems))


def _rendered(
    event: CountedEvent, page: ReportPage, template: str, status: int = 200, form: ReportForm | None = None
) -> ResponseReturnValue:
    kept = waiting(db.session(), event.id, clock.now())
    if kept:
        asked = form or ReportForm(data={"threshold": 5})
        is_fine = form is None or not [field for field in form.wrong if field.name != "order"]
        options = (
            asked.options(request.form if form else request.args) if is_fine else ReportForm().options(request.args)
        )
        try:
            found = proposal_from(db.session(), event, kept, options)
        except NotReadable as bad:
            page = replace(page, problems=(*page.problems, why_not(kept[0].name, bad)))
            found = proposal_from(db.session(), event, kept, ReportForm().options(request.args))
            status = UNREADABLE
        page = proposal_page(page, asked, found, kept)
    return render_template(template, page=page), status
