"""The words that every station shares: themes, audiences, units, platforms, channels and measures."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.catalogue.forms.vocabularies import NewTermForm, TermForm
from booking.catalogue.presenting.vocabularies import vocabularies_page
from booking.catalogue.programme import programme
from booking.catalogue.services.stations import Edit, Taken
from booking.catalogue.services.vocabularies import InUse, add_term, change_term, remove_term
from booking.catalogue.terms import Overtaken
from booking.catalogue.views.blueprint import desk_blueprint
from booking.db import db
from booking.http.headers import personal
from booking.http.once import require_once


@desk_blueprint.get("/vocabularies")
@open_to("coordinator")
@personal
def vocabularies() -> ResponseReturnValue:
    """Every word, with what uses it; one of them open to be called otherwise."""
    return _page(opened=request.args.get("term", ""), done=request.args.get("done", ""))


@desk_blueprint.post("/vocabularies")
@open_to("coordinator")
@personal
def make_term() -> ResponseReturnValue:
    """Add a word."""
    form = NewTermForm(request.form)
    if not form.validate():
        return _page(new=form), 422
    try:
        vocabulary, actor = form.vocabulary.data, required_staff().actor
        add_term(vocabulary, form.code, form.label(), now=clock.now(), actor=actor)
    except Taken:
        form.refuse("en", _("The vocabulary has this word already: change it there."))
        return _page(new=form), 422
    return redirect(url_for("catalogue_desk.vocabularies", done="saved", _anchor=vocabulary), 303)


@desk_blueprint.post("/vocabularies/change")
@open_to("coordinator")
@personal
def save_term() -> ResponseReturnValue:
    """Call a word otherwise."""
    form = TermForm(request.form)
    if not form.validate():
        return _page(form=form), 422
    try:
        is_changed = change_term(_edit(form), form.label())
    except Overtaken:
        return _page(form=form, is_overtaken=True), 409
    return redirect(url_for("catalogue_desk.vocabularies", done="saved" if is_changed else "same"), 303)


@desk_blueprint.post("/vocabularies/remove")
@open_to("coordinator")
@personal
def drop_term() -> ResponseReturnValue:
    """Take a word away that nothing uses."""
    form = TermForm(request.form)
    require_once(request.form)
    try:
        remove_term(_edit(form), programme().uses_of_terms)
    except Overtaken:
        return _page(form=form, is_overtaken=True), 409
    except InUse as used:
        told = ngettext(
            "It stands in %(num)s place and cannot be taken away. Call it otherwise instead.",
            "It stands in %(num)s places and cannot be taken away. Call it otherwise instead.",
            used.uses,
        )
        return _page(problem=str(told), opened=form.number), 409
    return redirect(url_for("catalogue_desk.vocabularies", done="saved"), 303)


def _edit(form: TermForm) -> Edit:
    return Edit(form.number, form.seen_version, clock.now(), required_staff().actor)


def _page(
    *,
    opened: str = "",
    done: str = "",
    problem: str = "",
    form: TermForm | None = None,
    new: NewTermForm | None = None,
    is_overtaken: bool = False,
) -> str:
    page = vocabularies_page(
        db.session(), opened=opened, done=done, problem=problem, form=form, new=new, is_overtaken=is_overtaken
    )
    return render_template("catalogue/desk_vocabularies.html", page=page)
