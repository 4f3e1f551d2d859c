"""Two spellings of one organisation at the desk: which may be one, what a merge would move, and parting them again."""

from collections.abc import Mapping
from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.bookings.organisation_forms import MergeForm, NamesForm
from booking.bookings.presenting.organisations import LABEL, merge_page, names_page
from booking.bookings.queries.organisations import merges, organisations_like, suggested
from booking.bookings.services.merge import (
    LABEL_LENGTH,
    UNDONE_FOR,
    LabelTaken,
    MergedElsewhere,
    MergeOrder,
    OutOfReach,
    UnknownOrganisation,
    merge_organisations,
    preview_merge,
    undo_merge,
)
from booking.bookings.terms import Conflict
from booking.bookings.views.board import blueprint, own_stations
from booking.db import db
from booking.http.headers import personal
from booking.http.once import require_once
from booking.text import InputRefused, clean_line

SHOWN = 40

blueprint.record(navigation.link("desk.names", _l("Organizations"), "coordinator", 88))


@blueprint.get("/desk/organisations")
@open_to("coordinator")
@personal
def names() -> ResponseReturnValue:
    """Which may be one, what a search found, and what was merged since yesterday."""
    return _names(done=request.args.get("done", ""))


def _names(*, done: str = "", problem: str = "") -> ResponseReturnValue:
    session, reach, now, form = db.session(), own_stations(), clock.now(), NamesForm(request.args)
    fine = form.validate()
    found = organisations_like(session, form.q.data, SHOWN) if form.q.data else []
    pairs = [] if form.q.data else suggested(session, reach, SHOWN)
    page = names_page(form, found, pairs, merges(session, now - UNDONE_FOR, SHOWN), reach, now)
    said = {"merged": _("Merged. It can be undone for a day."), "parted": _("Parted again.")}
    page = replace(page, done=str(said.get(done, "")), problem=problem)
    return render_template("bookings/organisations.html", page=page), 409 if problem else 200 if fine else 422


@blueprint.get("/desk/organisations/merge")
@open_to("coordinator")
@personal
def merge() -> ResponseReturnValue:
    """What a merge would move; nothing is done yet."""
    form = MergeForm(request.args)
    if not form.validate():
        return redirect(url_for("desk.names"), 303)
    return _preview(form)


def _preview(form: MergeForm, labels: Mapping[str, str] | None = None, problem: str = "") -> ResponseReturnValue:
    try:
        seen = preview_merge(form.kept.data, form.merged.data, own_stations())
    except UnknownOrganisation:
        abort(404)
    except OutOfReach:
        return _names(problem=_("It has booked at other stations too: a coordinator of all of them merges it."))
    form.state.raw_data = [seen.state]
    page = merge_page(seen, form, labels or {}, problem)
    return render_template("bookings/organisation_merge.html", page=page), 409 if problem else 200


@blueprint.post("/desk/organisations/merge")
@open_to("coordinator")
@personal
def do_merge() -> ResponseReturnValue:
    """Merge them."""
    require_once(request.form)
    form, labels = MergeForm(request.form), _labels()
    if not form.validate():
        return redirect(url_for("desk.names"), 303)
    actor, reach, now = required_staff().actor, own_stations(), clock.now()
    state = form.state.data or "-"
    try:
        merge_organisations(MergeOrder(form.kept.data, form.merged.data, now, actor, labels, state, reach))
    except UnknownOrganisation:
        abort(404)
    except OutOfReach:
        return _preview(form)
    except (LabelTaken, MergedElsewhere, Conflict) as error:
        return _preview(form, labels, _why(error))
    return redirect(url_for("desk.names", done="merged"), 303)


def _why(error: Exception) -> str:
    if isinstance(error, LabelTaken):
        return str(_("A label does not tell two groups of one event apart. Nothing was merged: write another."))
    return str(_("Something has changed since you looked. Nothing was merged: look again."))


def _labels() -> dict[str, str]:
    """What was typed as labels, by reference; what cannot be kept is left out, and proposed again."""
    found: dict[str, str] = {}
    for name, text in request.form.items():
        if name.startswith(LABEL):
            try:
                found[name.removeprefix(LABEL)] = clean_line(text, LABEL_LENGTH)
            except InputRefused:
                continue
    return found


@blueprint.post("/desk/organisations/merges/<int:merge_id>/part")
@open_to("coordinator")
@personal
def part(merge_id: int) -> ResponseReturnValue:
    """Undo a merge."""
    now, reach = clock.now(), own_stations()
    found = merges(db.session(), now - UNDONE_FOR, 1, merge_id)
    if not found or not (reach is None or found[0].stations <= reach):
        abort(404)
    try:
        undo_merge(merge_id, now=now, actor=required_staff().actor)
    except Conflict:
        return _names(problem=_("It cannot be undone any more: one of them was merged with another since."))
    return redirect(url_for("desk.names", done="parted"), 303)
