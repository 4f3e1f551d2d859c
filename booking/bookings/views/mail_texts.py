"""The desk's pages of mail texts: which there are, one of them with a preview, earlier versions, a test to oneself."""

from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock, i18n
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.services import count_attempt
from booking.accounts.terms import Role
from booking.bookings.mail_places import ALL, Place, may_write, may_write_all, place_of
from booking.bookings.mail_samples import Sample
from booking.bookings.mail_text_forms import OTHER, WhichForm, WordsForm, words_form
from booking.bookings.presenting import mail_texts as shown
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.services.mail_texts import Saving, UnknownVersion, go_back, save_words, send_test
from booking.catalogue.queries import all_stations
from booking.db import db
from booking.http.headers import allow_style, personal
from booking.notices.letters import sheet
from booking.notices.wording.stored import Overtaken
from booking.notices.wording.voice import EVERYWHERE
from booking.text import number_in

TESTS, HOUR_S = 20, 3600
DONE = {
    "saved": _l("Saved. Mails that go from now on are in these words."),
    "same": _l("Nothing was changed: these are the words there were."),
    "back": _l("Done. Mails that go from now on are in these words."),
    "sent": _l("On its way to you."),
}

blueprint = Blueprint("mail_texts", __name__)
blueprint.record(navigation.link("mail_texts.every", _l("Mail texts"), "coordinator", 84))


def own_stations() -> dict[str, str]:
    """The stations whose words the person may write: code and name, by name."""
    reach = required_staff().stations(Role.COORDINATOR)
    found = [one for one in all_stations(db.session()) if reach is None or one.code in reach]
    return {one.code: i18n.station_name(one.code, i18n.current_locale(), one.name) for one in found}


@blueprint.get("/desk/mail-texts")
@open_to("coordinator")
@personal
def every() -> ResponseReturnValue:
    """Every kind of mail in every locale."""
    choices = [(ALL, _l("All stations")), *own_stations().items()]
    form = WhichForm(request.args, choices={"station": choices})
    if not form.validate():
        abort(404)
    first = ALL if may_write_all(required_staff()) or len(choices) == 1 else choices[1][0]
    chosen = form.station.data or first
    form = WhichForm(choices={"station": choices}, data={"station": chosen})
    page = shown.texts_page(form, EVERYWHERE if chosen == ALL else chosen)
    return render_template("bookings/mail_texts.html", page=page)


@blueprint.get("/desk/mail-texts/<kind>")
@open_to("coordinator")
@personal
def one(kind: str) -> ResponseReturnValue:
    """One mail in one locale."""
    place = _place(kind, request.args.get("locale", ""), request.args.get("station", ""))
    known = shown.known_of(place)
    data = {**shown.filled_form(place, known), "case": "usual"}
    return _page(place, words_form(place.kind, data=data), done=request.args.get("done", ""))


@blueprint.post("/desk/mail-texts/<kind>/preview")
@open_to("coordinator")
@personal
def preview(kind: str) -> ResponseReturnValue:
    """The mail in the words that are typed, with nothing saved."""
    place, form = _sent(kind)
    form.validate()
    page = _page(place, form)
    return page, 422 if form.wrong else 200


@blueprint.post("/desk/mail-texts/<kind>")
@open_to("coordinator")
@personal
def save(kind: str) -> ResponseReturnValue:
    """Keep the words that are typed."""
    place, form = _sent(kind)
    _must_write(place)
    if not form.validate():
        return _page(place, form), 422
    try:
        is_new = save_words(_saving(place, form), form.texts)
    except Overtaken:
        return _overtaken(place, form)
    return redirect(shown.address(place, done="saved" if is_new else "same"), 303)


@blueprint.post("/desk/mail-texts/<kind>/back")
@open_to("coordinator")
@personal
def back(kind: str) -> ResponseReturnValue:
    """Keep the words of an earlier version, or the shipped ones."""
    place, form = _sent(kind)
    _must_write(place)
    number = number_in(",".join(request.form.getlist("to")))  # one that comes twice is no number
    if number is None or not form.validate():
        abort(400)
    try:
        is_new = go_back(_saving(place, form), number)
    except UnknownVersion:
        abort(404)
    except Overtaken:
        known = shown.known_of(place)
        return _overtaken(place, words_form(place.kind, data={**shown.filled_form(place, known), "case": "usual"}))
    return redirect(shown.address(place, done="back" if is_new else "same"), 303)


@blueprint.post("/desk/mail-texts/<kind>/test")
@open_to("coordinator")
@personal
def test(kind: str) -> ResponseReturnValue:
    """Send the words that are typed to whoever typed them."""
    place, form = _sent(kind)
    if not form.validate():
        return _page(place, form), 422
    staff, now = required_staff(), clock.now()
    count_attempt("mail test", str(staff.account_id), limit=TESTS, window_s=HOUR_S, now=now)
    send_test(place, form.texts, staff, now)
    return _page(place, form, done="sent")


def _place(kind: str, locale: str, station: str) -> Place:
    """The place of an address; 404 for what is unknown and for stations of others."""
    return place_of(required_staff(), list(own_stations()), kind, locale, station) or abort(404)


def _must_write(place: Place) -> None:
    if not may_write(required_staff(), place):
        abort(404)


def _sent(kind: str) -> tuple[Place, WordsForm]:
    place = _place(kind, request.form.get("locale", ""), request.form.get("station", ""))
    return place, words_form(place.kind, request.form)


def _saving(place: Place, form: WordsForm) -> Saving:
    return Saving(place, form.seen_version or 0, clock.now(), required_staff().actor)


def _overtaken(place: Place, form: WordsForm) -> ResponseReturnValue:
    """409 with both: what was typed stays in the fields, what was saved meanwhile stands beside it."""
    known = shown.known_of(place)
    form.version.raw_data = [str(known.version)]
    told = {"who": shown.who(known), "when": shown.when(known.own.saved_at)} if known.own else {}
    said = _("Meanwhile %(who)s has saved this mail (%(when)s). Nothing of yours is saved.", **told) if told else ""
    return _page(place, form, overtaken=said, others=known), 409


def _page(
    place: Place, form: WordsForm, *, done: str = "", overtaken: str = "", others: shown.Known | None = None
) -> str:
    """The page; the preview shows what is typed, as far as it can be sent."""
    stations = own_stations()
    page = shown.text_page(place, shown.Reader(required_staff(), stations), form, _sample(form, stations), others)
    allow_style(sheet())
    page = replace(page, done=str(DONE.get(done, "")), overtaken=overtaken)
    return render_template("bookings/mail_text.html", page=page)


def _sample(form: WordsForm, stations: dict[str, str]) -> Sample:
    """What the preview is about; a booking of another station is as unknown as one that is not there."""
    number = (form.reference.data or "").upper()
    found = booking_by_reference(db.session(), number) if number else None
    mine = found if found and found.station.code in stations else None
    if number and mine is None:
        form.reference.errors = [*form.reference.errors, _("There is no such booking at your stations.")]
    return Sample(clock.now(), mine, form.case.data == OTHER)
