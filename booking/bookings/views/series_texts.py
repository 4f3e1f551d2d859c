"""What a series is called in six languages, with whom it is held, and the material that belongs to it."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.bookings.desk_pages import SeriesTextsPage
from booking.bookings.views.series import blueprint, mine
from booking.catalogue.forms.material import UseForm
from booking.catalogue.forms.offerings import TextsForm, texts_data, texts_form
from booking.catalogue.offering_pages import Clash
from booking.catalogue.presenting.material import material_row
from booking.catalogue.presenting.offerings import clash_of, text_names, text_row
from booking.catalogue.queries.material import library
from booking.catalogue.services.offerings import By
from booking.catalogue.terms import NotThere, Overtaken
from booking.catalogue.words import title_of
from booking.db import db
from booking.fields import LineField
from booking.http.headers import personal
from booking.scheduling.queries.desk import DeskSeries
from booking.scheduling.services.series_texts import TEXTS, SeriesTexts, save_series_texts, series_texts, use_material

DONE = {
    "saved": _l("Saved."),
    "attach": _l("It belongs to the series now."),
    "detach": _l("It belongs to the series no more. It stays in the library."),
}


class SeriesTextsForm(texts_form(("title",), ("summary",), "title")):  # type: ignore[misc]  # made from the locales
    """The texts of a series, and its partner."""

    partner = LineField(_l("Held with"), hint=_l("The partner, such as an organization; empty for none."))


@blueprint.get("/desk/series/<code>/texts")
@open_to("coordinator")
@personal
def texts(code: str) -> ResponseReturnValue:
    """Its texts, and what belongs to it."""
    series, found = mine(code), _texts(code)
    form = SeriesTextsForm(data=_data(found))
    return _page(series, found, form)


@blueprint.post("/desk/series/<code>/texts")
@open_to("coordinator")
@personal
def save_texts(code: str) -> ResponseReturnValue:
    """Save them."""
    series, found = mine(code), _texts(code)
    form = SeriesTextsForm(request.form)
    if form.seen_version != found.version:
        return _overtaken(series, found, form)
    if not form.validate():
        return _page(series, found, form), 422
    partner = form.partner.data or ""
    try:
        save_series_texts(code, series.station, form.texts(), partner, form.confirmed(), _by(found.version))
    except Overtaken:
        return _overtaken(series, _texts(code), form)
    return redirect(url_for("series.texts", code=code, done="saved"), 303)


@blueprint.post("/desk/series/<code>/material")
@open_to("coordinator")
@personal
def material(code: str) -> ResponseReturnValue:
    """Let a material belong to it, or no more."""
    series = mine(code)
    form = UseForm(request.form)
    if not form.validate():
        abort(422)
    try:
        use_material(code, series.station, form.material.data, _by(), wanted=form.act.data == "attach")
    except NotThere:
        abort(404)
    return redirect(url_for("series.texts", code=code, done=form.act.data), 303)


def _texts(code: str) -> SeriesTexts:
    return series_texts(db.session(), code) or abort(404)


def _by(version: int = 0) -> By:
    return By(required_staff().actor, clock.now(), version)


def _data(found: SeriesTexts) -> dict[str, object]:
    return {"version": str(found.version), "partner": found.partner or None, **texts_data(found.texts)}


def _overtaken(series: DeskSeries, found: SeriesTexts, form: TextsForm) -> ResponseReturnValue:
    clash = clash_of(form, SeriesTextsForm(data=_data(found)), text_names(TEXTS))
    form.seen_again(found.version)
    return _page(series, found, form, clash), 409


def _page(series: DeskSeries, found: SeriesTexts, form: TextsForm, clash: Clash | None = None) -> str:
    title, lang = title_of(series.title)
    every, used = library(db.session()), set(found.materials)
    page = SeriesTextsPage(
        code=series.code,
        title=title,
        title_lang=lang,
        form=form,
        rows=tuple(text_row(form, field, found.texts, found.marks) for field in TEXTS),
        used=tuple(material_row(one) for one in every if one.id in used),
        others=tuple(material_row(one) for one in every if one.id not in used),
        clash=clash,
        done=str(DONE.get(request.args.get("done", ""), "")),
    )
    return render_template("bookings/series_texts.html", page=page)
