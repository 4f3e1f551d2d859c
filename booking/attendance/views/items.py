"""Online items that nobody books: how often each was seen, read from its platform and written down by day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.queries import names_of_actors
from booking.accounts.terms import Role
from booking.attendance.item_forms import SAY_WHY, ItemForm, ItemsFilter, ReadingsForm, is_to_come
from booking.attendance.item_queries import ItemRecord, ReadingRow, items_named, items_to_read, on_day
from booking.attendance.presenting.items import Grid, choices_of, counted, day_of, items_page
from booking.attendance.services.items import ReadMeanwhile, WantsReason, add_item, read
from booking.attendance.views.blueprint import CONFLICT, UNREADABLE
from booking.attendance.views.grid import CODE
from booking.bookings.views.board import own_stations
from booking.catalogue.services.stations import Taken
from booking.db import db
from booking.http.headers import personal
from booking.http.once import require_once
from booking.text import number_in

blueprint = Blueprint("items", __name__, url_prefix="/desk/items")
blueprint.record(navigation.link("items.grid", _l("Online items"), "coordinator", 78))

ON_PAGE = 40
"""Items."""
EASTERNMOST = timedelta(hours=14)
"""Where the day begins first, and a counter may be read already."""


@blueprint.get("")
@open_to("coordinator")
@personal
def grid() -> ResponseReturnValue:
    """The items with their views of a day."""
    form = ItemsFilter(request.args)
    is_fine = form.validate()
    return _grid(form, done=_done()), 200 if is_fine else UNREADABLE


@blueprint.post("")
@open_to("coordinator")
@personal
def save() -> ResponseReturnValue:
    """Write down what was typed: each row by itself; what could not be written stays with its reason."""
    require_once(request.form)
    shown = ItemsFilter(request.args)
    codes = request.form.get("items", "").split()
    if not shown.validate() or len(codes) > ON_PAGE or len(set(codes)) < len(codes):
        abort(400)
    day = shown.day.data or clock.now().date()
    form = ReadingsForm(on_day(db.session(), _mine(codes), day), request.form)
    outcome = _written(form, day)
    if not outcome.problems:
        return redirect(url_for("items.grid", **_query(), saved=outcome.saved), 303)  # type: ignore[arg-type]  # texts
    told = _said(outcome.saved) if outcome.saved else ""
    page = _grid(shown, form=_afresh(outcome, form, day), problems=outcome.problems, done=told)
    return page, CONFLICT if outcome.is_overtaken else UNREADABLE


class _Outcome:
    """What became of the rows in which somebody typed."""

    def __init__(self) -> None:
        self.saved = 0
        self.is_overtaken = False
        self.problems: dict[str, list[str]] = {}
        self.reasons: dict[str, str] = {}


def _written(form: ReadingsForm, day: date) -> _Outcome:
    outcome, too_early = _Outcome(), is_to_come(day, today())
    now, actor = clock.now(), required_staff().actor
    for row in form.rows:
        if not form.is_changed(row):
            continue
        code, count = row.item.code, form.count(row)
        if too_early or count is None:
            outcome.problems[code] = [too_early] if too_early else []
            continue
        try:
            outcome.saved += read(code, day, count, seen=form.seen(row) or 0, now=now, actor=actor)
        except ReadMeanwhile as first:
            outcome.is_overtaken = True
            outcome.problems[code] = [meanwhile(first.now)]
        except WantsReason as wants:
            outcome.problems[code], outcome.reasons[code] = [], why(wants)
    return outcome


def meanwhile(now: ReadingRow | None) -> str:
    """What somebody else has written down since the page was made."""
    if now is None:
        return str(_("A part of this row is broken. Open the page again."))
    who = names_of_actors(db.session(), {now.actor}).get(now.actor, "") or _("Somebody")
    said = _("%(who)s has written down %(count)s meanwhile. Yours stands in the field: save again if it holds.")
    return str(said % {"who": who, "count": counted(now.value, now.qualifier)})


def why(wants: WantsReason) -> str:
    """What a reading has to be explained by."""
    if not wants.is_falling:
        return str(SAY_WHY)
    before = {"count": counted(wants.before.value, wants.before.qualifier), "day": day_of(wants.before)}
    return str(
        _("A running total does not fall: it was %(count)s on %(day)s. Say why, or correct the count.", **before)
    )


def _afresh(outcome: _Outcome, sent: ReadingsForm, day: date) -> ReadingsForm:
    """The grid as it is by now, with what was typed where it could not be written."""
    rows = on_day(db.session(), [row.item for row in sent.rows], day)
    known = ReadingsForm([row for row in rows if row.item.code not in outcome.problems])
    kept = MultiDict(request.form.items(multi=True))
    for field in known:
        kept[field.name] = field.typed
    form = ReadingsForm(rows, kept)
    for row in rows:
        if row.item.code not in outcome.problems:
            continue
        is_said = bool(outcome.problems[row.item.code])
        if is_said and not form.is_broken(row):
            form.see(row)
        elif not is_said:
            form.count(row)
        if row.item.code in outcome.reasons:
            form.field("r", row).errors = [outcome.reasons[row.item.code]]
    return form


def _mine(codes: Sequence[str]) -> list[ItemRecord]:
    """The items of these codes; 404 where one is unknown, or of a station that is not the coordinator's."""
    if not all(map(CODE.fullmatch, codes)):
        abort(404)
    found, staff = items_named(db.session(), codes), required_staff()
    if len(found) < len(codes) or not all(not one.station or staff.may(Role.COORDINATOR, one.station) for one in found):
        abort(404)
    return found


def _grid(
    shown: ItemsFilter,
    *,
    form: ReadingsForm | None = None,
    new: ItemForm | None = None,
    problems: Mapping[str, Sequence[str]] | None = None,
    done: str = "",
) -> str:
    day, after = shown.day.data or clock.now().date(), ""
    shown.day.data = day
    if form is None:
        start, with_ended = request.args.get("after", ""), bool(shown.all.data)
        start = start if CODE.fullmatch(start) else ""
        found = items_to_read(db.session(), own_stations(), with_ended=with_ended, after=start, most=ON_PAGE + 1)
        after = found[ON_PAGE - 1].code if len(found) > ON_PAGE else ""
        form = ReadingsForm(on_day(db.session(), found[:ON_PAGE], day))
    fresh = new or ItemForm(data={"version": "1"}, choices=choices_of(db.session(), own_stations()))
    grid = Grid(shown, day, form, fresh, _query(), after)
    return render_template("attendance/items.html", page=items_page(db.session(), grid, problems or {}, done=done))


def today() -> date:
    """The newest day that there is anywhere: a counter may be read there already."""
    return (clock.now() + EASTERNMOST).date()


def _query() -> dict[str, str]:
    """What narrows the grid, as it stands in the address."""
    return {name: request.args[name] for name in ("day", "all") if request.args.get(name)}


def _done() -> str:
    saved = number_in(request.args.get("saved", ""))
    return "" if saved is None else _said(saved)


def _said(number: int) -> str:
    if not number:
        return str(_("Nothing was changed."))
    return str(ngettext("%(num)s reading is saved.", "%(num)s readings are saved.", number))


@blueprint.post("/new")
@open_to("coordinator")
@personal
def make() -> ResponseReturnValue:
    """Count one more item; its views are entered afterwards."""
    form = ItemForm(request.form, choices=choices_of(db.session(), own_stations()))
    if not form.validate():
        return _grid(ItemsFilter(request.args), new=form), UNREADABLE
    if not form.code:
        form.refuse("en", _("Write a name with letters of the Latin alphabet: its code is made from it."))
        return _grid(ItemsFilter(request.args), new=form), UNREADABLE
    try:
        add_item(form.code, form.values(), now=clock.now(), actor=required_staff().actor)
    except Taken:
        form.refuse("en", _("This item is counted on this platform already: write its views down there."))
        return _grid(ItemsFilter(request.args), new=form), UNREADABLE
    return redirect(url_for("items.one", code=form.code, done="item"), 303)
