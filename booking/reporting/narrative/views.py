"""The desk's pages of the report's paragraphs: read, edit a text, choose qualifiers, sign, see what was counted."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from booking import clock, i18n
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.db import db
from booking.http.headers import personal
from booking.i18n import direction
from booking.reporting.narrative import presenting as shown_as
from booking.reporting.narrative.building import Said, edit_page, report_page, version_of
from booking.reporting.narrative.composing import PARAGRAPHS
from booking.reporting.narrative.drafting import Draft, Text, draft_of, plain_lines
from booking.reporting.narrative.forms import BackForm, ChoicesForm, SignForm, TextForm, choices_form, period_form
from booking.reporting.narrative.pages import ParagraphsPage
from booking.reporting.narrative.services import Doing, NotSigned, Overtaken, choose, save_text, sign
from booking.reporting.narrative.stored import latest_period, versions_of
from booking.reporting.services.reading import as_of_now
from booking.reporting.terms import Period
from booking.text import number_in

blueprint = Blueprint("paragraphs", __name__)
blueprint.record(navigation.link("paragraphs.shown", _l("Report paragraphs"), "coordinator", 78))

MONTHS = 3
DONE = {
    "saved": _l("Saved. The paragraph is in these words."),
    "same": _l("Nothing was changed: these are the words there were."),
    "back": _l("Done. The paragraph is in the shipped words."),
    "chosen": _l("Saved. Figures and lists are said like this in all languages."),
    "signed": _l("Signed. A second coordinator signs next; a change of any figure or text undoes your signature."),
    "frozen": _l("Signed by two. Figures and texts are fixed; a correction becomes the next version."),
}
NOT_SIGNED = {
    "changed": _l("A figure or a text has changed since you opened the page. Nothing was signed: read it again below."),
    "waiting": _l("Nothing was signed: the report waits for what is named below."),
    "signed_already": _l("You have signed this already. The second signature is somebody else’s."),
    "nothing_new": _l("This is signed by two already: nothing has changed since."),
}

LATE_CHOICES = _l(
    "Somebody else has saved other choices meanwhile. Yours stand in the form: save again to replace theirs."
)


@blueprint.get("/desk/reports/paragraphs")
@open_to("coordinator")
@personal
def shown() -> ResponseReturnValue:
    """The paragraphs of a period in a language, as they are now or as two have signed them; or their plain text."""
    period = _asked()
    if period is None:
        return _without_period(), 422
    if request.args.get("format") == "text":
        return _text_of(period)
    return _page(
        _draft(period),
        Said(done=str(DONE.get(request.args.get("done", ""), "")), compares=bool(request.args.get("compare"))),
    )


@blueprint.get("/desk/reports/paragraphs/<number>")
@open_to("coordinator")
@personal
def edit(number: str) -> ResponseReturnValue:
    """One paragraph in one language, to be edited."""
    draft, found = _text(number)
    version = found.saved.version if found.saved else 0
    return edit_page(draft, found, TextForm(data={"text": found.editable, "version": str(version)}))


@blueprint.post("/desk/reports/paragraphs/<number>")
@open_to("coordinator")
@personal
def save(number: str) -> ResponseReturnValue:
    """Keep the text that is typed."""
    draft, found = _text(number)
    form = TextForm(request.form)
    if not form.validate() or not form.check_marks(found.shipped):
        return edit_page(draft, found, form), 422
    typed = "" if form.text.data == found.shipped.marks else form.text.data
    try:
        is_new = save_text(_doing(draft.period, form.seen_version), number, found.shipped.locale, typed)
    except Overtaken:
        return _overtaken(number, form)
    return _back_to(draft.period, found.shipped.locale, "saved" if is_new else "same")


@blueprint.post("/desk/reports/paragraphs/<number>/back")
@open_to("coordinator")
@personal
def back(number: str) -> ResponseReturnValue:
    """Take the shipped text again."""
    draft, found = _text(number)
    form = BackForm(request.form)
    if not form.validate():
        abort(400)
    try:
        is_new = save_text(_doing(draft.period, form.seen_version), number, found.shipped.locale, "")
    except Overtaken:
        return _overtaken(number, TextForm(data={"text": found.editable}))
    return _back_to(draft.period, found.shipped.locale, "back" if is_new else "same")


@blueprint.post("/desk/reports/paragraphs/choices")
@open_to("coordinator")
@personal
def choices() -> ResponseReturnValue:
    """Keep how figures and lists are said."""
    draft = _draft(_asked() or abort(404))
    form = choices_form(shown_as.choosable(draft), request.form)
    if not form.validate():
        return _page(draft, Said(), form), 422
    try:
        choose(_doing(draft.period, form.seen_version), form.order.data, form.qualifiers)
    except Overtaken:
        now = _draft(draft.period)
        form.version.raw_data = [str(now.choices.version)]
        return _page(now, Said(overtaken=str(LATE_CHOICES)), form), 409
    return _back_to(draft.period, _locale(), "chosen")


@blueprint.post("/desk/reports/paragraphs/sign")
@open_to("coordinator")
@personal
def sign_report() -> ResponseReturnValue:
    """Sign what the page showed; the second signature freezes it."""
    period = _asked() or abort(404)
    form = SignForm(request.form)
    if not form.validate():
        abort(400)
    try:
        number = sign(_doing(period), form.digest.data)
    except NotSigned as refused:
        return _page(_draft(period), Said(overtaken=str(NOT_SIGNED[refused.code]))), 409
    return _back_to(period, _locale(), "frozen" if number else "signed")


def _asked() -> Period | None:
    """The period of the address; None if it is wrong. Where none is named, the one worked on last, or three months."""
    if not request.args.get("from") and not request.args.get("to"):
        return latest_period(db.session()) or last_months(clock.now().date())
    return period_form(request.args).period


def last_months(today: date) -> Period:
    """The three whole months before this one."""
    last = today.replace(day=1) - timedelta(days=1)
    month = last.year * 12 + last.month - MONTHS
    return Period(date(month // 12, month % 12 + 1, 1), last)


def _without_period() -> str:
    form = period_form(request.args)
    form.period  # noqa: B018  puts its errors at the fields
    return render_template("reporting/paragraphs.html", page=ParagraphsPage("", _locale(), direction(_locale()), form))


def _text_of(period: Period) -> ResponseReturnValue:
    """The same as plain text."""
    draft = _draft(period)
    version = version_of(versions_of(db.session(), draft.choices.report_id), _number("version"))
    return Response("\n\n".join(plain_lines(draft, version, _locale())) + "\n", mimetype="text/plain")


def _locale() -> str:
    wish = request.args.get("locale", "")
    if wish and not i18n.known_locale(wish):
        abort(404)
    return wish or i18n.current_locale()


def _number(name: str) -> int:
    """A number of the address; 0 where none is named."""
    found = number_in(request.args.get(name, "0"))
    return abort(404) if found is None else found


def _draft(period: Period) -> Draft:
    return as_of_now(lambda session: draft_of(session, period))


def _doing(period: Period, seen: int = 0) -> Doing:
    return Doing(period, clock.now(), required_staff().actor, seen)


def _back_to(period: Period, locale: str, done: str) -> ResponseReturnValue:
    return redirect(shown_as.address(period, locale=locale, done=done), 303)


def _text(number: str) -> tuple[Draft, Text]:
    """A paragraph that there is in this report, in the language of the address."""
    if number not in PARAGRAPHS:
        abort(404)
    draft = _draft(_asked() or abort(404))
    found = draft.texts.get((number, _locale())) or abort(404)
    return draft, found


def _page(draft: Draft, said: Said, form: ChoicesForm | None = None) -> str:
    return report_page(draft, _locale(), _number("version"), said, form)


def _overtaken(number: str, form: TextForm) -> ResponseReturnValue:
    """409 with both: what was typed stays in the field, what was saved meanwhile stands beside it."""
    draft, found = _text(number)
    form.version.raw_data = [str(found.saved.version if found.saved else 0)]
    return edit_page(draft, found, form, is_late=True), 409
