"""The desk's catalogue: every station with what is missing, the hours and contact of one, a new one."""

from collections.abc import Mapping
from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock, i18n
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.catalogue.forms.base import clock_of
from booking.catalogue.forms.stations import ADMINISTRATORS, NewStationForm, StationForm, station_data
from booking.catalogue.misfits import Misfit, Upcoming, newly_hit
from booking.catalogue.presenting.hits import do_not_fit, would_hit
from booking.catalogue.presenting.overview import overview_page
from booking.catalogue.presenting.stations import changed_by, overtaken, station_facts_shown, station_frame
from booking.catalogue.programme import programme
from booking.catalogue.queries.stations import StationRecord, last_changes, station_record
from booking.catalogue.services.stations import Edit, Taken, add_station, change_station
from booking.catalogue.station_pages import EditPage, Hits, StationFrame
from booking.catalogue.terms import Overtaken
from booking.catalogue.views.blueprint import desk_blueprint
from booking.db import db
from booking.http.headers import personal

desk_blueprint.record(navigation.link("catalogue_desk.overview", _l("Catalogue"), "coordinator", 45))
USUAL_HOURS = (
    ("virtual", "opens", 8 * 60),
    ("virtual", "closes", 20 * 60),
    ("on_site", "opens", 9 * 60),
    ("on_site", "closes", 17 * 60),
)
"""What a new station has, in minutes since midnight, until it says otherwise."""
TAKEN = {
    "name": _l("Another station has this name."),
    "code": _l("Another station has this code."),
}


def mine(code: str) -> StationRecord:
    """The station, if it is this coordinator's; unknown and foreign ones are the same 404."""
    staff_at(Role.COORDINATOR, code)
    return station_record(db.session(), code) or abort(404)


@desk_blueprint.get("/")
@open_to("coordinator")
@personal
def overview() -> ResponseReturnValue:
    """Every station of this desk, and what is missing at each."""
    staff = required_staff()
    page = overview_page(staff.stations(Role.COORDINATOR), clock.now(), may_add=_may_add())
    return render_template("catalogue/desk_overview.html", page=page)


def _may_add() -> bool:
    return required_staff().stations(Role.ADMINISTRATOR) is None


@desk_blueprint.get("/stations/<code>")
@open_to("coordinator")
@personal
def station(code: str) -> ResponseReturnValue:
    """Its hours and contact, and what does not fit them."""
    found = mine(code)
    form = _form(found, done=True)
    return _page(found, form, done=request.args.get("done", ""))


@desk_blueprint.post("/stations/<code>")
@open_to("coordinator")
@personal
def save_station(code: str) -> ResponseReturnValue:
    """Save the hours and the contact; what they leave outside is shown first."""
    found = mine(code)
    form = _form(found)
    if form.seen_version != found.version:
        return _overtaken(found, form)
    if not form.validate():
        return _page(found, form), 422
    asks = _asks(found, form)
    if asks and form.meant.data != asks.digest:
        form.seen_again(found.version, asks.digest)
        return _page(found, form, asks=asks)
    return _save(found, form)


def _save(found: StationRecord, form: StationForm) -> ResponseReturnValue:
    edit = Edit(found.code, form.seen_version, clock.now(), required_staff().actor)
    try:
        is_changed = change_station(edit, form.columns())
    except Taken as taken:
        form.refuse(taken.field, TAKEN[taken.field])
        return _page(found, form), 422
    except Overtaken:
        return _overtaken(mine(found.code), form)
    done = "saved" if is_changed else "same"
    return redirect(url_for("catalogue_desk.station", code=found.code, done=done), 303)


def _form(found: StationRecord, *, done: bool = False) -> StationForm:
    """The form as it was sent; `done`: as the station is."""
    may_all = required_staff().may(Role.ADMINISTRATOR, found.code)
    return StationForm(
        None if done else request.form,
        choices={"time_zone": i18n.zone_choices(i18n.current_locale(), clock.now(), found.time_zone)},
        data=station_data(found) if done else None,
        without=() if may_all else ADMINISTRATORS,
    )


def _asks(found: StationRecord, form: StationForm) -> Hits | None:
    """The events that fit now, and would not any more."""
    columns = form.columns()
    days = tuple(int(day) for day in form.working_weekdays.data)
    shown: Mapping[str, object] = {**columns, "working_weekdays": days}
    after = replace(found, **shown)  # type: ignore[arg-type]  # columns of the same names
    events = upcoming(found)
    return would_hit(events, newly_hit(events, found.ways, after.ways), after.time_zone)


def upcoming(found: StationRecord) -> list[Upcoming]:
    """The events to come of a station."""
    return programme().upcoming_of(db.session(), {found.id}, clock.now()).get(found.id, [])


def _overtaken(found: StationRecord, form: StationForm) -> ResponseReturnValue:
    """409 with both states; what was typed stays, to be sent again."""
    changes = last_changes(db.session(), f"station:{found.code}")
    line = max(changes.values(), key=lambda one: one.at, default=None)
    form.validate()
    told = overtaken(form, station_data(found), line, found.time_zone)
    form.seen_again(found.version)
    return replace_page(_edit_page(found, form), overtaken=told), 409


def replace_page(page: EditPage, **values: object) -> str:
    """The page with more on it."""
    return render_template("catalogue/desk_station.html", page=replace(page, **values))  # type: ignore[arg-type]  # its own fields


def _page(found: StationRecord, form: StationForm, *, done: str = "", asks: Hits | None = None) -> str:
    return replace_page(_edit_page(found, form, done), asks=asks)


def _edit_page(found: StationRecord, form: StationForm, done: str = "") -> EditPage:
    changes = last_changes(db.session(), f"station:{found.code}")
    heading = str(_("Hours and contact"))
    frame = station_frame(
        found, "catalogue_desk.station", heading, done=done, changed=changed_by(changes, found.time_zone)
    )
    events = upcoming(found)
    against = {one.code: reasons for one in events if (reasons := found.ways.misfits(one) - {Misfit.LANGUAGE})}
    may_all = required_staff().may(Role.ADMINISTRATOR, found.code)
    facts = () if may_all else station_facts_shown(found)
    return EditPage(frame, form, facts, misfits=do_not_fit(events, against, found.time_zone))


@desk_blueprint.get("/stations/new")
@open_to("administrator")
@personal
def new_station() -> ResponseReturnValue:
    """Ask for a station that is not there yet."""
    if not _may_add():
        abort(403)
    return _new_page(_new_form(given=False))


@desk_blueprint.post("/stations/new")
@open_to("administrator")
@personal
def make_station() -> ResponseReturnValue:
    """Add a station."""
    if not _may_add():
        abort(403)
    form = _new_form(given=True)
    if not form.validate():
        return _new_page(form), 422
    try:
        values = {name: value for name, value in form.columns().items() if name != "code"}
        add_station(form.code.data, values, now=clock.now(), actor=required_staff().actor)
    except Taken as taken:
        form.refuse(taken.field, TAKEN[taken.field])
        return _new_page(form), 422
    return redirect(url_for("catalogue_desk.languages", code=form.code.data, done="added"), 303)


def _new_form(*, given: bool) -> NewStationForm:
    usual = {
        "version": "1",
        "working_weekdays": ("0", "1", "2", "3", "4"),
        **{f"{way}_{end}": clock_of(at) for way, end, at in USUAL_HOURS},
    }
    return NewStationForm(
        request.form if given else None,
        choices={"time_zone": i18n.zone_choices(i18n.current_locale(), clock.now())},
        data=None if given else usual,
    )


def _new_page(form: NewStationForm) -> str:
    frame = StationFrame("", "", (), str(_("Add a station")), url_for("catalogue_desk.make_station"))
    return replace_page(EditPage(frame, form, back_url=url_for("catalogue_desk.overview")))
