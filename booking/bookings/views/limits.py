"""Limits at the desk: the list, a new one with its preview, change and end; places; what binds an offering."""

from contextlib import suppress
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock, i18n, zones
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.limit_forms import ChangeLimitForm, DayForm, EndLimitForm, LimitForm, LimitsForm, PlaceForm
from booking.bookings.limit_pages import ExplainedPage, LimitsPage, NewLimitPage
from booking.bookings.limit_words import WRONG, binding_text, bound_text
from booking.bookings.presenting.limits import limit_line, limit_page, place_line, preview_page
from booking.bookings.presenting.series import carried
from booking.bookings.queries.limit_rows import LimitRow, impact, limit_rows, venues_of
from booking.bookings.queries.planning import offering_at_station
from booking.bookings.queries.situation import bare_situation
from booking.bookings.rules import explain
from booking.bookings.services.limits import (
    BadLimit,
    LimitWish,
    change_limit,
    changed_wish,
    end_limit,
    look,
    make_limit,
    station_of,
)
from booking.bookings.services.venues import name_venue
from booking.bookings.terms import BookingRequest, Conflict
from booking.bookings.views.board import own_stations
from booking.catalogue.queries import Catalogue, catalogue
from booking.catalogue.words import title_of
from booking.db import db
from booking.fields import Choices
from booking.http.headers import personal

DONE = {
    "made": _l("The limit holds."),
    "changed": _l("The limit is changed."),
    "ended": _l("The limit is taken back."),
    "place": _l("The place is kept."),
}

blueprint = Blueprint("limits", __name__)
blueprint.record(navigation.link("limits.listed", _l("Limits"), "coordinator", 35))


@blueprint.get("/desk/limits")
@open_to("coordinator")
@personal
def listed() -> ResponseReturnValue:
    """The limits of the desk's stations, from a day on, and the places there are."""
    return _list(None)


@blueprint.get("/desk/limits/new")
@open_to("coordinator")
@personal
def new() -> ResponseReturnValue:
    """The form."""
    form = _limit_form()
    for name in {"station", "offering", "starts_on"} & set(request.args):
        with suppress(ValueError):  # an address that names nothing leaves the field empty
            form[name].process_formdata(request.args.getlist(name))
    return render_template("bookings/limit_new.html", page=NewLimitPage(form))


@blueprint.get("/desk/limits/preview")
@open_to("coordinator")
@personal
def preview() -> ResponseReturnValue:
    """What the limit would reach; nothing is written yet."""
    form = _limit_form()
    form.process(request.args)
    wish = _wish(form)
    if wish is None:
        return _again(form)
    found = look(wish, clock.now())
    hidden = carried(request.args)
    back = url_for("limits.new")
    page = preview_page(wish, found, hidden, action=url_for("limits.make"), back_url=back, is_new=True)
    return render_template("bookings/limit_preview.html", page=page)


@blueprint.post("/desk/limits/make")
@open_to("coordinator")
@personal
def make() -> ResponseReturnValue:
    """Write it."""
    form = _limit_form()
    form.process(request.form)
    wish = _wish(form)
    if wish is None:
        return _again(form)
    code = make_limit(wish, now=clock.now(), actor=required_staff().actor)
    return redirect(url_for("limits.one", code=code, done="made"), 303)


@blueprint.get("/desk/limits/<code>")
@open_to("coordinator")
@personal
def one(code: str) -> ResponseReturnValue:
    """The limit, whom it is too small for, and what can be done."""
    return _page(_mine(code), done=str(DONE.get(request.args.get("done", ""), "")))


@blueprint.get("/desk/limits/<code>/preview")
@open_to("coordinator")
@personal
def preview_change(code: str) -> ResponseReturnValue:
    """What the change would reach; nothing is written yet."""
    row, form = _own(code), ChangeLimitForm(request.args)
    wish = _changed(row, form)
    if wish is None:
        return _page(row, change=form, opened="change"), 422
    page = preview_page(
        wish,
        look(wish, clock.now()),
        carried(request.args),
        action=url_for("limits.change", code=code),
        back_url=url_for("limits.one", code=code),
        is_new=False,
    )
    return render_template("bookings/limit_preview.html", page=page)


@blueprint.post("/desk/limits/<code>/change")
@open_to("coordinator")
@personal
def change(code: str) -> ResponseReturnValue:
    """Change it, if it is still the one that was looked at."""
    row, form = _own(code), ChangeLimitForm(request.form)
    if form.seen_version != row.version:
        return _overtaken(row, form, "change")
    wish = _changed(row, form)
    if wish is None:
        return _page(row, change=form, opened="change"), 422
    try:
        change_limit(code, wish, version=form.seen_version, now=clock.now(), actor=required_staff().actor)
    except Conflict:
        return _overtaken(_own(code), form, "change")
    return redirect(url_for("limits.one", code=code, done="changed"), 303)


@blueprint.post("/desk/limits/<code>/end")
@open_to("coordinator")
@personal
def end(code: str) -> ResponseReturnValue:
    """Take it back."""
    row, form = _own(code), EndLimitForm(request.form)
    try:
        end_limit(code, version=form.seen_version, now=clock.now(), actor=required_staff().actor)
    except Conflict:
        return _overtaken(row, form, "end")
    return redirect(url_for("limits.one", code=code, done="ended"), 303)


@blueprint.post("/desk/limits/places")
@open_to("coordinator")
@personal
def place() -> ResponseReturnValue:
    """A place of a station, and what is given there; the same name again changes what is given there."""
    form = _place_form(catalogue(db.session()))
    form.process(request.form)
    if not form.validate():
        return _list(form), 422
    now, actor = clock.now(), required_staff().actor
    texts = {i18n.current_locale(): form.name.data}
    name_venue(form.station.data, texts, form.offerings.data, now=now, actor=actor)
    return redirect(url_for("limits.listed", done="place"), 303)


@blueprint.get("/desk/offerings/<code>/limits")
@open_to("coordinator")
@personal
def of_offering(code: str) -> ResponseReturnValue:
    """What limits an event of a group's own on a day, and which limit binds."""
    found = offering_at_station(db.session(), code) or abort(404)
    offering, station = found
    staff_at(Role.COORDINATOR, station.code)
    today = zones.local_date(clock.now(), station.time_zone)
    form = DayForm(request.args) if "on" in request.args else DayForm(data={"on": today})
    day = form.on.data if form.validate() else None
    title, lang = title_of(offering.titles, offering.title)
    page = ExplainedPage(title, lang, code, form, "", "", ())
    if day is None:
        return render_template("bookings/limit_explained.html", page=page), 422
    starts_at = zones.day_bounds(day, station.time_zone)[0]
    told = explain(bare_situation(BookingRequest(offering=code), clock.now(), starts_at=starts_at), clock.now())
    when = i18n.format_day_year(day, i18n.current_locale())
    page = ExplainedPage(title, lang, code, form, when, binding_text(told), tuple(map(bound_text, told.bounds)))
    return render_template("bookings/limit_explained.html", page=page)


def _list(place_form: PlaceForm | None) -> str:
    known, mine = catalogue(db.session()), own_stations()
    form = LimitsForm(request.args, choices={"station": _stations(known)})
    form.validate()
    wanted = {form.station.data} if form.station.data else mine
    first = form.on.data or clock.now().date()
    rows = limit_rows(db.session(), wanted, first, ended=bool(form.ended.data))
    titles = {code: title_of(one.titles, one.title)[0] for code, one in known.offerings.items()}
    page = LimitsPage(
        form=form,
        limits=tuple(map(limit_line, rows)),
        places=tuple(place_line(one, titles) for one in venues_of(db.session(), wanted)),
        place_form=place_form or _place_form(known),
        done=str(DONE.get(request.args.get("done", ""), "")),
        opened=place_form is not None,
    )
    return render_template("bookings/limits.html", page=page)


def _mine(code: str) -> LimitRow:
    """The limit, if it is of the coordinator's stations or of all; unknown and foreign ones are the same 404."""
    rows = limit_rows(db.session(), own_stations(), date.min, code=code)
    return rows[0] if rows else abort(404)


def _own(code: str) -> LimitRow:
    """The same, if it is the coordinator's to change."""
    row = _mine(code)
    return row if row.station or own_stations() is None else abort(404)


def _stations(known: Catalogue) -> Choices:
    mine, locale = own_stations(), i18n.current_locale()
    return [
        (one.code, i18n.station_name(one.code, locale, one.name))
        for one in known.stations.values()
        if mine is None or one.code in mine
    ]


def _offerings(known: Catalogue) -> Choices:
    mine = own_stations()
    return [
        (code, f"{title_of(one.titles, one.title)[0]} ({code})")
        for code, one in known.offerings.items()
        if mine is None or known.station_of(one).code in mine
    ]


def _limit_form() -> LimitForm:
    """With the stations, places and offerings of the desk; all stations at once are for who has them all."""
    known, locale = catalogue(db.session()), i18n.current_locale()
    venues = venues_of(db.session(), own_stations())
    places: Choices = [(f"{one.station}/{one.code}", one.name.in_locale(locale)[0]) for one in venues]
    choices: dict[str, Choices] = {"station": _stations(known), "venue": places, "offering": _offerings(known)}
    form = LimitForm(choices=choices, data={"starts_on": clock.now().date()})
    form.station.blank = _("All duty stations") if own_stations() is None else _("Choose")
    return form


def _place_form(known: Catalogue) -> PlaceForm:
    return PlaceForm(choices={"station": _stations(known), "offerings": _offerings(known)})


def _require_own(station: str) -> None:
    mine = own_stations()
    if mine is not None and station not in mine:
        raise BadLimit("station", "own")


def _wish(form: LimitForm) -> LimitWish | None:
    """What is wanted; None, with the errors at their fields, where it cannot be."""
    if not form.validate():
        return None
    wish = form.wish()
    try:
        _require_own(station_of(wish))
        look(wish, clock.now())
    except BadLimit as bad:
        name = "counts" if bad.field_name in {"measure", "per"} else bad.field_name
        form.refuse({name: str(WRONG[bad.problem])})
        return None
    return wish


def _again(form: LimitForm) -> ResponseReturnValue:
    return render_template("bookings/limit_new.html", page=NewLimitPage(form)), 422


def _changed(row: LimitRow, form: ChangeLimitForm) -> LimitWish | None:
    """The limit with what was typed; None, with the errors at their fields, where it cannot be."""
    if not form.validate():
        return None
    reason = row.reason.with_text(i18n.current_locale(), form.reason.data or "")
    wish = changed_wish(row, form.numbers | {"reason": reason})
    try:
        look(wish, clock.now())
    except BadLimit as bad:
        form.refuse({bad.field_name: str(WRONG[bad.problem])})
        return None
    return wish


def _overtaken(row: LimitRow, form: ChangeLimitForm | EndLimitForm, opened: str) -> ResponseReturnValue:
    """409 with both states; what was typed stays, to be sent again where it still can."""
    told = _("Somebody has changed this limit since you opened it. Nothing was changed. What you see is how it is now.")
    entered = [(str(one.label.text), one.typed) for one in form if one.kind != "hidden" and one.typed]
    form.version.raw_data, form.version.data = [str(row.version)], str(row.version)
    change = form if isinstance(form, ChangeLimitForm) else None
    return _page(row, change=change, problems=[told], entered=entered, opened=opened), 409


def _page(
    row: LimitRow,
    *,
    change: ChangeLimitForm | None = None,
    done: str = "",
    problems: list[str] | None = None,
    entered: list[tuple[str, str]] | None = None,
    opened: str = "",
) -> str:
    forms, facts = None, row.facts
    if row.ended_at is None and (row.station or own_stations() is None):
        state = {"version": str(row.version)}
        now_is = {name: getattr(facts, name) for name in ("most", "percent", "starts_on", "ends_on")}
        reason = row.reason.get(i18n.current_locale(), "")
        forms = change or ChangeLimitForm(data={**state, **now_is, "reason": reason}), EndLimitForm(data=state)
    found = impact(db.session(), facts, clock.now(), own_stations())
    page = limit_page(row, found, forms, done=done, problems=problems or (), entered=entered or (), opened=opened)
    return render_template("bookings/limit.html", page=page)
