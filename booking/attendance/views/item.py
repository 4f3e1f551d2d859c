"""One online item: what it is, every reading of its views, and the correction of one."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.attendance.item_forms import ItemForm, ReadingForm, data_of, is_to_come
from booking.attendance.item_queries import ItemRecord, history, item_of
from booking.attendance.presenting.items import choices_of, form_of, item_page
from booking.attendance.services.items import Count, ReadMeanwhile, UnknownItem, WantsReason, change_item, read
from booking.attendance.views.blueprint import CONFLICT, UNREADABLE
from booking.attendance.views.items import blueprint, meanwhile, today, why
from booking.bookings.views.board import own_stations
from booking.catalogue.presenting.stations import overtaken
from booking.catalogue.queries.stations import last_changes
from booking.catalogue.services.stations import Edit
from booking.catalogue.terms import Overtaken
from booking.db import db
from booking.http.headers import personal
from booking.text import number_in

BROKEN = _l("A part of this page is broken. Open it again from the list of items.")
DONE = {
    "item": _l("The item is saved."),
    "same": _l("Nothing was changed."),
    "reading": _l("The reading is saved."),
}


@blueprint.get("/<code>")
@open_to("coordinator")
@personal
def one(code: str) -> ResponseReturnValue:
    """The item with its history; `correct` opens the correction of a reading by its number."""
    item = _mine(code)
    return _page(item, reading=_correcting(item, request.args.get("correct", "")), done=request.args.get("done", ""))


@blueprint.post("/<code>")
@open_to("coordinator")
@personal
def change(code: str) -> ResponseReturnValue:
    """Say otherwise what the item is."""
    item = _mine(code)
    form = ItemForm(request.form, choices=choices_of(db.session(), own_stations(), item.offering))
    if not form.validate():
        return _page(item, form=form), UNREADABLE
    try:
        edit = Edit(code, form.seen_version, clock.now(), required_staff().actor)
        is_changed = change_item(edit, form.values())
    except Overtaken:
        return _overtaken(_mine(code), form)
    except UnknownItem:
        abort(404)
    return redirect(url_for("items.one", code=code, done="item" if is_changed else "same"), 303)


@blueprint.post("/<code>/readings")
@open_to("coordinator")
@personal
def read_one(code: str) -> ResponseReturnValue:
    """Write down what its counter said on a day, or correct that."""
    item, form = _mine(code), ReadingForm(request.form)
    count = form.count()
    if count and not form.day.data and not form.corrects.data:
        form.refuse({"day": _("Say on which day the platform’s counter was read.")})
    elif form.day.data and (too_early := is_to_come(form.day.data, today())):
        form.refuse({"day": too_early})
    if count is None or form.wrong:
        is_broken = form.corrects.errors or (form.corrects.data and form.day.errors)
        return _page(item, reading=form, problem=str(BROKEN) if is_broken else ""), UNREADABLE
    return _read(item, form, count)


def _read(item: ItemRecord, form: ReadingForm, count: Count) -> ResponseReturnValue:
    now, actor = clock.now(), required_staff().actor
    try:
        is_new = read(item.code, form.day.data, count, seen=form.corrects.data, now=now, actor=actor)
    except ReadMeanwhile as first:
        form.corrects.raw_data = [str(first.now.id if first.now else 0)]
        return _page(item, reading=form, problem=meanwhile(first.now)), CONFLICT
    except WantsReason as wants:
        form.refuse({"reason": why(wants)})
        return _page(item, reading=form), UNREADABLE
    except UnknownItem:
        abort(404)
    return redirect(url_for("items.one", code=item.code, done="reading" if is_new else "same"), 303)


def _mine(code: str) -> ItemRecord:
    """The item, if it is of every desk or its station is the coordinator's; 404 for every other."""
    item = item_of(db.session(), code) or abort(404)
    if item.station:
        staff_at(Role.COORDINATOR, item.station)
    return item


def _correcting(item: ItemRecord, number: str) -> ReadingForm:
    """The form of one more reading, or of the correction of the one with that number."""
    wanted = number_in(number) or 0
    found = next((row for row in history(db.session(), item.id) if row.id == wanted), None)
    return ReadingForm.of(found) if found else ReadingForm(data={"corrects": 0, "day": clock.now().date()})


def _overtaken(item: ItemRecord, form: ItemForm) -> ResponseReturnValue:
    """What somebody else did to the item meanwhile; the form goes on from there."""
    lines = last_changes(db.session(), f"item:{item.code}")
    note = overtaken(form, data_of(item), max(lines.values(), key=lambda line: line.at, default=None), "UTC")
    form.seen_again(item.version)
    return _page(item, form=form, note=note), CONFLICT


def _page(
    item: ItemRecord,
    *,
    form: ItemForm | None = None,
    reading: ReadingForm | None = None,
    **shown: object,
) -> str:
    done = str(DONE.get(str(shown.pop("done", "")), ""))
    note = shown.pop("note", None)
    page = item_page(
        db.session(),
        item,
        form or form_of(db.session(), item, own_stations()),
        reading or _correcting(item, ""),
        done=done,
        overtaken=note,
        **shown,
    )
    return render_template("attendance/item.html", page=page)
