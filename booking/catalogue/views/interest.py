"""Lists of interest: the public's form, the page behind the link in its mail, and the desk's list."""

from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock, i18n, zones
from booking.accounts.access import open_to
from booking.accounts.services import count_attempt
from booking.catalogue.forms.material import InterestForm
from booking.catalogue.links import opens
from booking.catalogue.offering_pages import AskPage, EntryPage, WaitingPage, WaitingRow
from booking.catalogue.pages import Fact
from booking.catalogue.presenting.offerings import head_of
from booking.catalogue.queries.editing import Edited, edited, offering_with_slug
from booking.catalogue.queries.interest import InterestFacts, counts, entry, who_waits
from booking.catalogue.rules import opening_day
from booking.catalogue.services.interest import ask, confirm, interest_attempt, leave, tell
from booking.catalogue.terms import Format, InterestState, InterestWish, NotReopened, OfferingStatus
from booking.catalogue.views.blueprint import blueprint, desk_blueprint
from booking.catalogue.views.desk_offerings import DONE, by, mine
from booking.catalogue.words import title_of
from booking.db import db
from booking.http.headers import personal, with_token
from booking.text import email_for_staff

WRONG_LINKS, MINUTE_S = 20, 60


def _offering(slug: str) -> Edited:
    """An offering that somebody can wait for; what is watched at any time is none."""
    found = edited(db.session(), offering_with_slug(db.session(), slug) or abort(404))
    return found if found and found.wish.format is not Format.ON_DEMAND else abort(404)


@blueprint.get("/offerings/<slug>/interest")
@open_to("everybody")
def leave_address(slug: str) -> ResponseReturnValue:
    """The form; `on` in the address is a day whose bookings are not open yet."""
    found = _offering(slug)
    own = i18n.current_locale()
    form = InterestForm(data={"locale": own if own in i18n.COMPLETE_LOCALES else i18n.DEFAULT_LOCALE})
    if "on" in request.args:
        form.on.process(request.args)
    return render_template("catalogue/interest.html", page=_ask_page(found, form))


@blueprint.post("/offerings/<slug>/interest")
@open_to("everybody")
def take_address(slug: str) -> ResponseReturnValue:
    """Take it; the answer is the same whether the address is known or not."""
    found, now = _offering(slug), clock.now()
    form = InterestForm(request.form)
    fine = form.validate()
    if form.on.data and not _is_to_open(found, form):
        form.refuse("on", _("Bookings for this day are open: look for a time and book."))
        fine = False
    if not fine:
        return render_template("catalogue/interest.html", page=_ask_page(found, form)), 422
    interest_attempt(form.email.data, request.remote_addr, now)
    wish = InterestWish(
        offering=found.code,
        email=form.email.data,
        locale=form.locale.data,
        wished_on=form.on.data,
        organisation=form.organisation.data or "",
        size=form.size.data,
    )
    ask(wish, now)
    return render_template("catalogue/interest.html", page=replace(_ask_page(found, form), is_sent=True))


def _is_to_open(found: Edited, form: InterestForm) -> bool:
    """Whether bookings for the day are still to open, and it is no day that nobody plans for."""
    today = zones.local_date(clock.now(), found.time_zone)
    return opening_day(form.on.data, found.horizon_days) > today


def _ask_page(found: Edited, form: InterestForm) -> AskPage:
    title, lang = title_of(found.texts["title"])
    asks_for_day = bool(form.on.typed or form.on.errors)
    if asks_for_day:
        lead = _("We write to you once, on the day on which bookings for your day open.")
    else:
        lead = _("We write to you once, when groups can book it again, and then forget your address.")
    return AskPage(
        title=title,
        title_lang=lang,
        lead=lead,
        form=form,
        url=url_for("catalogue.leave_address", slug=found.slug),
        offering_url=f"/offerings/{found.slug}",
        asks_for_day=asks_for_day,
    )


@blueprint.get("/interest/<int:interest_id>")
@open_to("holder")
@with_token
def entry_page(interest_id: int) -> ResponseReturnValue:
    """What the link in the mail opens: confirm, or leave. A GET changes nothing, as mail programs follow links."""
    return _entry_page(_entry(interest_id), request.args.get("done", ""))


@blueprint.post("/interest/<int:interest_id>")
@open_to("holder")
@with_token
def confirm_address(interest_id: int) -> ResponseReturnValue:
    """The address is its owner's."""
    found = _entry(interest_id)
    confirm(found.id, clock.now())
    return redirect(url_for("catalogue.entry_page", interest_id=found.id, t=request.args["t"], done="yes"), 303)


@blueprint.post("/interest/<int:interest_id>/leave")
@open_to("holder")
@with_token
def leave_list(interest_id: int) -> ResponseReturnValue:
    """Take the address off the list."""
    found = _entry(interest_id)
    leave(found.id)
    page = replace(
        _facts(found), sentence=_("The address is off the list, and forgotten."), confirm_url="", leave_url=""
    )
    return render_template("catalogue/interest_entry.html", page=page)


def _entry(interest_id: int) -> InterestFacts:
    """The entry, if the token is its own; guesses are counted."""
    found = entry(db.session(), interest_id)
    if found is None or not opens(request.args.get("t"), found.id, found.email):
        subject = request.remote_addr or "unknown"
        count_attempt("wrong interest", subject, limit=WRONG_LINKS, window_s=MINUTE_S, now=clock.now())
        abort(404)
    return found


def _facts(found: InterestFacts) -> EntryPage:
    title, lang = title_of(found.title)
    token, is_new = request.args["t"], found.state is InterestState.ASKED
    confirm_url = url_for("catalogue.confirm_address", interest_id=found.id, t=token) if is_new else ""
    return EntryPage(
        title=title,
        title_lang=lang,
        sentence="",
        confirm_url=confirm_url,
        leave_url=url_for("catalogue.leave_list", interest_id=found.id, t=token),
        offering_url=f"/offerings/{found.slug}",
    )


def _entry_page(found: InterestFacts, done: str) -> str:
    told = {
        InterestState.ASKED: _("Confirm that this address is yours, and we will write to it once."),
        InterestState.WAITING: _("The address is on the list. We will write to it once."),
        InterestState.TOLD: _("We have written to this address. It will soon be forgotten."),
    }
    page = replace(_facts(found), sentence=told[found.state], done=_("Confirmed.") if done else "")
    return render_template("catalogue/interest_entry.html", page=page)


@desk_blueprint.get("/offerings/<code>/interest")
@open_to("coordinator")
@personal
def interest(code: str) -> ResponseReturnValue:
    """Who waits, and the button that writes to them."""
    return render_template("catalogue/desk_interest.html", page=_waiting_page(mine(code)))


@desk_blueprint.post("/offerings/<code>/interest")
@open_to("coordinator")
@personal
def write_to_all(code: str) -> ResponseReturnValue:
    """Write to everybody who waits, each once."""
    found = mine(code)
    try:
        number = tell(found.code, by())
    except NotReopened:
        return render_template("catalogue/desk_interest.html", page=_waiting_page(found)), 409
    done = "told" if number else "nobody"
    return redirect(url_for("catalogue_desk.interest", code=code, done=done), 303)


def _waiting_page(found: Edited) -> WaitingPage:
    numbers, waiting = counts(db.session(), found.code), who_waits(db.session(), found.code)
    awaits = found.wish.status is OfferingStatus.AWAITING_REOPENING
    button = ngettext("Write to %(num)s address", "Write to %(num)s addresses", numbers.waiting)
    rows = [
        (_("Wait for the reopening"), numbers.waiting),
        (_("People in their groups, as far as they said"), numbers.people),
        (_("Wait for bookings of a day to open"), numbers.reminders),
        (_("Have not confirmed yet"), numbers.unconfirmed),
        (_("Were written to, soon forgotten"), numbers.told),
    ]
    return WaitingPage(
        head=head_of(found, "interest", may_edit=True, done=DONE.get(request.args.get("done", ""), "")),
        counts=tuple(Fact(label, str(number)) for label, number in rows),
        rows=tuple(_waiting_row(one, found) for one in waiting if not one.is_reminder),
        reminders=tuple(_waiting_row(one, found) for one in waiting if one.is_reminder),
        button=button if numbers.waiting and not awaits else "",
        why_not=_("They can be written to once the offering awaits its reopening no more.") if awaits else "",
    )


def _waiting_row(one: InterestFacts, found: Edited) -> WaitingRow:
    locale = i18n.current_locale()
    day = _("for %(day)s", day=i18n.format_day_year(one.wished_on, locale)) if one.wished_on else ""
    people = ngettext("%(num)s person", "%(num)s people", one.size) if one.size else ""
    facts = (one.organisation, people, i18n.language_name(one.locale, locale), day)
    since = i18n.format_day_year(zones.local_date(one.asked_at, found.time_zone), locale)
    return WaitingRow(email_for_staff(one.email), tuple(fact for fact in facts if fact), since)
