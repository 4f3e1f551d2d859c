"""Every value of the rules at a station: changed, or back to the default."""

from collections.abc import Mapping

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.queries import TrailLine
from booking.accounts.terms import Role
from booking.catalogue.forms.stations import BELOW, ValuesForm, values_data
from booking.catalogue.presenting.stations import overtaken, station_frame
from booking.catalogue.presenting.values import (
    OfferingValuesForm,
    StationValuesForm,
    offering_section,
    station_section,
)
from booking.catalogue.queries.stations import (
    OfferingRecord,
    StationRecord,
    code_of_station,
    last_changes,
    last_changes_of,
    offering_record,
    offerings_of,
    station_record,
)
from booking.catalogue.rule_values import OFFERING_VALUES, STATION_VALUES, default_values, offering_defaults
from booking.catalogue.services.stations import Edit, OutOfOrder, change_station
from booking.catalogue.services.values import change_offering_values
from booking.catalogue.station_pages import RulesPage, ValueSection
from booking.catalogue.terms import Overtaken
from booking.catalogue.views.blueprint import desk_blueprint
from booking.catalogue.views.stations import mine
from booking.db import db
from booking.http.headers import personal
from booking.http.once import require_once


@desk_blueprint.get("/stations/<code>/rules")
@open_to("coordinator")
@personal
def rules(code: str) -> ResponseReturnValue:
    """What the station says, and the offering that is chosen."""
    return _page(mine(code), done=request.args.get("done", ""))


@desk_blueprint.post("/stations/<code>/rules")
@open_to("coordinator")
@personal
def save_rules(code: str) -> ResponseReturnValue:
    """Save the values of the station, or bring one back to its default."""
    found, form = mine(code), StationValuesForm(request.form)
    if form.seen_version != found.version:
        return _station_overtaken(found, form)
    require_once(request.form)
    default = request.form.get("default", "")
    if not default and not form.validate():
        return _page(found, {"station": station_section(found, _changes(found), form)}), 422
    values = _one_default(default, default_values(STATION_VALUES)) if default else form.numbers()
    try:
        done = _said(change_station(_edit(code, form), values, "station.rules"), default)
    except Overtaken:
        return _station_overtaken(mine(code), form)
    except OutOfOrder as wrong:
        form.refuse(wrong.field, BELOW)
        return _page(found, {"station": station_section(found, _changes(found), form)}), 422
    return redirect(url_for("catalogue_desk.rules", code=code, done=done), 303)


@desk_blueprint.post("/offerings/<code>/rules")
@open_to("coordinator")
@personal
def save_offering_rules(code: str) -> ResponseReturnValue:
    """Save the values of an offering, or bring one back to its default."""
    offering, station = _offering(code)
    form, key = OfferingValuesForm(request.form), f"o-{offering.code}"
    if form.seen_version != offering.version:
        return _offering_overtaken(offering, station, form)
    require_once(request.form)
    default = request.form.get("default", "")
    if not default and not form.validate():
        return _page(station, {key: offering_section(offering, station, _changes(offering), form)}), 422
    usual = offering_defaults(offering.kind, offering.format, offering.audience)
    values = _one_default(default, usual) if default else form.numbers()
    try:
        done = _said(change_offering_values(_edit(code, form), station.code, values), default)
    except Overtaken:
        return _offering_overtaken(*_offering(code), form)
    except OutOfOrder as wrong:
        form.refuse(wrong.field, BELOW)
        return _page(station, {key: offering_section(offering, station, _changes(offering), form)}), 422
    to = url_for("catalogue_desk.rules", code=station.code, offering=offering.code, done=done, _anchor=key)
    return redirect(to, 303)


def _edit(code: str, form: ValuesForm) -> Edit:
    return Edit(code, form.seen_version, clock.now(), required_staff().actor)


def _said(is_changed: bool, default: str) -> str:  # noqa: FBT001  what a service answered
    return ("default" if default else "saved") if is_changed else "same"


def _one_default(name: str, defaults: Mapping[str, int | None]) -> dict[str, int | None]:
    """The one value at its default; 422 for a value that there is not."""
    return {name: defaults[name]} if name in defaults else abort(422)


def _offering(code: str) -> tuple[OfferingRecord, StationRecord]:
    """The offering with its station, if that is this coordinator's; unknown and foreign ones are the same 404."""
    session = db.session()
    offering = offering_record(session, code) or abort(404)
    station = code_of_station(session, offering.station_id)
    staff_at(Role.COORDINATOR, station)
    return offering, station_record(session, station) or abort(404)


def _changes(thing: StationRecord | OfferingRecord) -> dict[str, TrailLine]:
    kind = "station" if isinstance(thing, StationRecord) else "offering"
    return last_changes(db.session(), f"{kind}:{thing.code}")


def _station_overtaken(found: StationRecord, form: ValuesForm) -> ResponseReturnValue:
    changes = _changes(found)
    form.validate()
    now = values_data(found.version, found.values, STATION_VALUES)
    note = overtaken(form, now, _latest(changes), found.time_zone)
    form.seen_again(found.version)
    return _page(found, {"station": station_section(found, changes, form, note)}), 409


def _offering_overtaken(offering: OfferingRecord, station: StationRecord, form: ValuesForm) -> ResponseReturnValue:
    changes = _changes(offering)
    form.validate()
    now = values_data(offering.version, offering.values, OFFERING_VALUES)
    note = overtaken(form, now, _latest(changes), station.time_zone)
    form.seen_again(offering.version)
    section = offering_section(offering, station, changes, form, note)
    return _page(station, {section.id: section}), 409


def _latest(changes: Mapping[str, TrailLine]) -> TrailLine | None:
    return max(changes.values(), key=lambda line: line.at, default=None)


def _page(found: StationRecord, given: Mapping[str, ValueSection] | None = None, done: str = "") -> str:
    """All sections, the one open that the address names; those given as they were sent."""
    session, sent, opened = db.session(), given or {}, request.args.get("offering", "")
    offerings = offerings_of(session, found.id)
    changes = last_changes_of(session, [f"station:{found.code}", *(f"offering:{one.code}" for one in offerings)])
    made = [
        station_section(found, changes[f"station:{found.code}"]),
        *(
            offering_section(one, found, changes[f"offering:{one.code}"], is_open=one.code == opened)
            for one in offerings
        ),
    ]
    frame = station_frame(found, "catalogue_desk.rules", str(_("Rules")), done=done)
    page = RulesPage(frame, tuple(sent.get(one.id, one) for one in made))
    return render_template("catalogue/desk_rules.html", page=page)
