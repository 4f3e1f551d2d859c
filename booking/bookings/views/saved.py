"""Saved views of the desk's lists: kept from the list itself, named, shared, forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import abort, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.accounts.identity import current_staff, required_staff
from booking.accounts.terms import Role
from booking.bookings.presenting.board import named
from booking.bookings.services.saved_views import (
    TooManyViews,
    ViewFacts,
    change_view,
    delete_view,
    save_view,
    views_for,
)
from booking.bookings.terms import Conflict
from booking.bookings.view_forms import PAGES, ViewForm
from booking.bookings.views.board import blueprint, own_places, own_stations
from booking.db import db
from booking.http.headers import personal


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view in a list."""

    id: int
    name: str
    url: str
    facts: str
    is_mine: bool
    form: ViewForm


@dataclass(frozen=True, slots=True)
class ViewsBar:
    """Beside a list: the views there are, and the form to keep what it shows."""

    views: tuple[ViewRow, ...]
    form: ViewForm
    page: str
    gone: str = ""
    """Said where the view that was opened names what is there no more."""


def saved_views(page: str, *, is_broken: bool = False) -> ViewsBar:
    """For the templates of the lists. `is_broken`: the filter of the address could not be understood."""
    found = _mine(page)
    data = {"page": page, "query": request.query_string.decode("latin-1")}
    opened = next((one for one in found if str(one.id) == request.args.get("view")), None)
    gone = ""
    if opened and is_broken:
        said = _("The view “%(name)s” names something that is not there any more: change it or delete it.")
        gone = str(said) % {"name": opened.name}
    return ViewsBar(tuple(map(_row, found)), _form(data=data), page, gone)


def _register(state: BlueprintSetupState) -> None:
    state.app.add_template_global(saved_views)


blueprint.record(_register)


@blueprint.before_request
def open_default() -> ResponseReturnValue | None:
    """A list that is asked for bare opens with the filter that the person wants to see first."""
    _forget()  # one application context may serve several requests, as it does in tests
    page = next((name for name, (endpoint, *_more) in PAGES.items() if endpoint == request.endpoint), "")
    staff = current_staff()
    if not page or request.args or request.method != "GET" or staff is None:
        return None
    view = next((one for one in _mine(page) if one.is_default and one.account_id == staff.account_id), None)
    return redirect(_url(view), 302) if view else None


def _url(view: ViewFacts) -> str:
    query = f"{view.query}&" if view.query else ""
    return f"{url_for(PAGES[view.page][0])}?{query}view={view.id}"


def _forget() -> None:
    """What was looked up before something changed."""
    for kept in ("saved_views", "own_places"):
        g.pop(kept, None)


def _mine(page: str = "") -> list[ViewFacts]:
    """What the person may open, looked up once a request."""
    if "saved_views" not in g:
        g.saved_views = views_for(db.session(), required_staff().account_id, own_stations())
    found: list[ViewFacts] = g.saved_views
    return [one for one in found if not page or one.page == page]


def _form(**values: object) -> ViewForm:
    """The form, its ids unlike those of the filter beside it."""
    stations = [(one.code, _shared(one.code, one.name)) for one in own_places()]
    form = ViewForm(**values, choices={"station": stations})  # type: ignore[arg-type]  # formdata or data
    for field in form:
        field.id = f"view-{field.id}"
    return form


def _shared(code: str, name: str) -> str:
    return str(_("The desk of %(station)s", station=named(code, name)))


def _row(view: ViewFacts) -> ViewRow:
    is_mine = view.account_id == required_staff().account_id
    facts = [str(PAGES[view.page][1])]
    if view.station:
        facts.append(_shared(view.station, view.station))
    if view.is_default and is_mine:
        facts.append(str(_("opened first")))
    values = {"name_": view.name, "station": view.station, "is_default": view.is_default, "version": str(view.version)}
    return ViewRow(view.id, view.name, _url(view), i18n.join_facts(facts), is_mine, _form(data=values))


@blueprint.get("/desk/views")
@open_to("coordinator")
@personal
def views() -> ResponseReturnValue:
    """All of them, to be renamed and deleted."""
    return _list()


def _list(problem: str = "", sent: ViewFacts | None = None, form: ViewForm | None = None) -> ResponseReturnValue:
    _forget()
    rows: Sequence[ViewRow] = [_row(one) for one in _mine()]
    if sent and form:
        rows = [replace(row, form=form) if row.id == sent.id else row for row in rows]
    status = 409 if problem else 422 if form else 200
    return render_template("bookings/views.html", rows=rows, problem=problem), status


@blueprint.post("/desk/views")
@open_to("coordinator")
@personal
def save_new_view() -> ResponseReturnValue:
    """Keep the filter of a list."""
    form, staff = _form(formdata=request.form), required_staff()
    if not form.validate() or not form.page.data:
        return render_template("bookings/view_new.html", form=form), 422
    page = form.page.data
    wish = ViewFacts(0, staff.account_id, page, form.name_.data, form.kept_query(page), "", False, 1)  # noqa: FBT003  as the row has them
    try:
        made = save_view(_as_typed(wish, form), now=clock.now(), actor=staff.actor)
    except TooManyViews:
        return _list(str(_("You keep as many views as there may be: delete one first.")))
    return redirect(f"{url_for(PAGES[page][0])}?{wish.query}{'&' if wish.query else ''}view={made}", 303)


def _as_typed(view: ViewFacts, form: ViewForm) -> ViewFacts:
    return replace(view, name=form.name_.data, station=form.station.data or "", is_default=bool(form.is_default.data))


@blueprint.post("/desk/views/<int:view_id>")
@open_to("coordinator")
@personal
def save_old_view(view_id: int) -> ResponseReturnValue:
    """Another name, another desk, opened first or not."""
    view, form = _one(view_id), _form(formdata=request.form)
    if not form.validate():
        return _list(sent=view, form=form)
    wish = replace(_as_typed(view, form), version=form.seen_version)
    if view.account_id != required_staff().account_id:  # what somebody sees first is theirs to say
        wish = replace(wish, is_default=view.is_default)
    try:
        change_view(wish, now=clock.now(), actor=required_staff().actor)
    except Conflict:
        form.version.raw_data = [str(_one(view_id).version)]
        told = _("Somebody has changed this view meanwhile: it is “%(name)s” now. Yours is kept below.", name=view.name)
        return _list(str(told), view, form)
    return redirect(url_for("desk.views"), 303)


@blueprint.post("/desk/views/<int:view_id>/delete")
@open_to("coordinator")
@personal
def delete_old_view(view_id: int) -> ResponseReturnValue:
    """Forget it."""
    delete_view(_one(view_id), now=clock.now(), actor=required_staff().actor)
    return redirect(url_for("desk.views"), 303)


def _one(view_id: int) -> ViewFacts:
    """One's own, or one shared with a desk of one's own; else 404."""
    staff = required_staff()
    found = next((one for one in _mine() if one.id == view_id), None)
    may = found and (found.account_id == staff.account_id or staff.may(Role.COORDINATOR, found.station))
    return found if found and may else abort(404)
