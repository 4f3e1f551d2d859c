"""One closure: end it earlier, lift it. One operation: what it did, who has answered, and taking it back."""

from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.closing import CannotUndo, ClosureRefused
from booking.bookings.closing_terms import Hurdle, OperationState
from booking.bookings.closure_forms import EndForm, said
from booking.bookings.closure_pages import OneClosurePage, OperationPage
from booking.bookings.presenting.closure_log import (
    DONE,
    closure_row,
    hindered,
    left_out_lines,
    one_closure,
    operation_page,
)
from booking.bookings.queries.closing_log import ClosureRow, Operation, closures_known, operations_known, steps_of
from booking.bookings.queries.closing_undo import left_out
from booking.bookings.services.closure_days import ClosureChanged, lift_closure, shorten_closure
from booking.bookings.services.closure_undo import undo
from booking.bookings.terms import Conflict
from booking.bookings.views.closures import blueprint
from booking.db import db
from booking.http.headers import personal
from booking.scheduling.terms import HostTaken, RoomTaken


@blueprint.get("/desk/closures/<code>")
@open_to("coordinator")
@personal
def one(code: str) -> ResponseReturnValue:
    """A closure, and what can be done about it."""
    page = replace(_page(code), done=str(DONE.get(request.args.get("done", ""), "")))
    return render_template("bookings/closure_one.html", page=page)


@blueprint.post("/desk/closures/<code>/end")
@open_to("coordinator")
@personal
def shorten(code: str) -> ResponseReturnValue:
    """Its last day comes earlier."""
    _mine(code)
    form = EndForm(request.form)
    if not form.validate():
        return _again(code, form), 422
    try:
        shorten_closure(
            code, form.last_on.data, now=clock.now(), actor=required_staff().actor, match=form.version.data or ""
        )
    except ClosureChanged:
        return _again(code, form, _overtaken()), 409
    except ClosureRefused as refused:
        form.refuse({"last_on": said(refused.hurdle)})
        return _again(code, form), 422
    return redirect(url_for("closures.one", code=code, done="shortened"), 303)


@blueprint.post("/desk/closures/<code>/lift")
@open_to("coordinator")
@personal
def lift(code: str) -> ResponseReturnValue:
    """The premises are open again from today on."""
    _mine(code)
    form = EndForm(request.form)
    form.validate()
    if form.version.errors:
        return _again(code, EndForm(), _overtaken()), 422
    try:
        lift_closure(code, now=clock.now(), actor=required_staff().actor, match=form.version.data or "")
    except ClosureChanged:
        return _again(code, EndForm(), _overtaken()), 409
    except ClosureRefused as refused:
        return _again(code, EndForm(), said(refused.hurdle)), 409
    return redirect(url_for("closures.one", code=code, done="lifted"), 303)


@blueprint.get("/desk/closures/operations/<code>")
@open_to("coordinator")
@personal
def operation(code: str) -> ResponseReturnValue:
    """What an operation did, and what came of it."""
    page = replace(_operation_page(_operation(code)), done=str(DONE.get(request.args.get("done", ""), "")))
    return render_template("bookings/closure_operation.html", page=page)


@blueprint.post("/desk/closures/operations/<code>/undo")
@open_to("coordinator")
@personal
def take_back(code: str) -> ResponseReturnValue:
    """Everything as it was before, or nothing and why."""
    _operation(code)
    try:
        undo(code, now=clock.now(), actor=required_staff().actor)
    except CannotUndo as cannot:
        page = hindered(_operation_page(_operation(code)), cannot.hindrances, said(cannot.hurdle))
        return render_template("bookings/closure_operation.html", page=page), 409
    except (HostTaken, RoomTaken, Conflict):
        page = hindered(_operation_page(_operation(code)), (), said(Hurdle.CHANGED))
        return render_template("bookings/closure_operation.html", page=page), 409
    return redirect(url_for("closures.operation", code=code, done="undone"), 303)


def _overtaken() -> str:
    return str(_("Somebody has changed this closure meanwhile. Below is how it is now; nothing of yours was done."))


def _mine(code: str) -> ClosureRow:
    """The closure, if it is of a station of the coordinator's."""
    found = closures_known(db.session(), None, code=code) or abort(404)
    staff_at(Role.COORDINATOR, found[0].station)
    return found[0]


def _page(code: str, form: EndForm | None = None) -> OneClosurePage:
    closure, session = _mine(code), db.session()
    made = operations_known(session, None, code=closure.operation) if closure.operation else []
    return one_closure(closure, made, clock.now(), form or EndForm())


def _again(code: str, form: EndForm, problem: str = "") -> str:
    page = replace(_page(code, form), problems=(problem,) if problem else ())
    return render_template("bookings/closure_one.html", page=page)


def _operation(code: str) -> Operation:
    found = operations_known(db.session(), None, code=code) or abort(404)
    staff_at(Role.COORDINATOR, found[0].station)
    return found[0]


def _operation_page(found: Operation) -> OperationPage:
    session, now = db.session(), clock.now()
    known = closures_known(session, [found.station]) if found.closures else []
    rows, steps = [closure_row(row, now) for row in known if row.code in found.closures], steps_of(session, found.id)
    left = left_out(session, steps) if found.state is OperationState.UNDONE else []
    return replace(operation_page(found, steps, rows), left_out=left_out_lines(left))
