"""The pictures of an offering at the desk."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.accounts.access import open_to
from booking.catalogue.forms.material import NewPictureForm, take_files
from booking.catalogue.forms.offerings import PictureTexts, TextsForm, texts_data
from booking.catalogue.offering_pages import Clash, PictureCard, PicturesPage
from booking.catalogue.pictures import PictureRefused, Prepared, prepared
from booking.catalogue.presenting.material import photo
from booking.catalogue.presenting.offerings import clash_of, head_of, text_names, text_row
from booking.catalogue.queries.editing import Edited
from booking.catalogue.queries.material import PictureFacts, offering_of_picture, pictures_of
from booking.catalogue.rules import ENGLISH
from booking.catalogue.services.pictures import MOST, TooMany, add_picture, describe_picture, put_first, remove_picture
from booking.catalogue.terms import Overtaken
from booking.catalogue.views.blueprint import desk_blueprint
from booking.catalogue.views.desk_offerings import by, may_edit, mine, one_of
from booking.db import db
from booking.http.headers import personal

DONE = {
    "added": _l("The picture is there."),
    "described": _l("The words are saved."),
    "first": _l("This picture comes first now."),
    "removed": _l("The picture is taken away."),
}
REFUSED = {
    "empty": _l("This file is empty."),
    "unreadable": _l("This is no JPEG, PNG or WebP that can be read, whatever its name says."),
    "too_large": _l("This picture has more than 30 megapixels. Make it smaller first."),
    "animated": _l("This picture moves. Choose one that stands still."),
}


@desk_blueprint.get("/offerings/<code>/images")
@open_to("coordinator")
@personal
def pictures(code: str) -> ResponseReturnValue:
    """All of them, and a form for one more."""
    return _page(one_of(code))


@desk_blueprint.post("/offerings/<code>/images")
@open_to("coordinator")
@personal
def add(code: str) -> ResponseReturnValue:
    """Add a picture."""
    found = mine(code)
    form = NewPictureForm(request.form)
    form.validate()
    form.picture.errors = []
    take_files(form, request.files)
    made = _prepared(form)
    if made is None or form.wrong:
        return _page(found, form), 422
    try:
        add_picture(code, made, {ENGLISH: form.alt.data} if form.alt.data else {}, by())
    except TooMany:
        form.refuse("picture", _("An offering has at most %(most)s pictures. Take one away first.", most=MOST))
        return _page(found, form), 422
    return _back(code, "added")


def _prepared(form: NewPictureForm) -> Prepared | None:
    """The picture in both sizes, or None with the reason at its field."""
    if not form.picture.data and not form.picture.errors:
        form.refuse("picture", _("Choose a picture."))
    if form.wrong:
        return None
    try:
        return prepared(form.picture.data)
    except PictureRefused as refused:
        form.refuse("picture", REFUSED[refused.code])
        return None


@desk_blueprint.post("/pictures/<int:picture_id>/describe")
@open_to("coordinator")
@personal
def describe(picture_id: int) -> ResponseReturnValue:
    """Say what it shows."""
    found, picture = _one(picture_id)
    form = PictureTexts(request.form)
    if form.seen_version == picture.version and not form.validate():
        return _page(found, opened=(picture_id, form, None)), 422
    try:
        describe_picture(found.code, picture_id, form.texts()["alt"], form.confirmed(), by(form.seen_version))
    except Overtaken:
        _found, now = _one(picture_id)
        clash = clash_of(form, PictureTexts(data=texts_data({"alt": now.alt})), text_names(["alt"]))
        form.seen_again(now.version)
        return _page(found, opened=(picture_id, form, clash)), 409
    return _back(found.code, "described")


@desk_blueprint.post("/pictures/<int:picture_id>/first")
@open_to("coordinator")
@personal
def first(picture_id: int) -> ResponseReturnValue:
    """Show it before the others."""
    found, _picture = _one(picture_id)
    put_first(found.code, picture_id, by())
    return _back(found.code, "first")


@desk_blueprint.post("/pictures/<int:picture_id>/remove")
@open_to("coordinator")
@personal
def remove(picture_id: int) -> ResponseReturnValue:
    """Take it away."""
    found, _picture = _one(picture_id)
    remove_picture(found.code, picture_id, by())
    return _back(found.code, "removed")


def _one(picture_id: int) -> tuple[Edited, PictureFacts]:
    """A picture of an offering of this coordinator's; others are unknown."""
    found = mine(offering_of_picture(db.session(), picture_id) or abort(404))
    given = pictures_of(db.session(), [found.id]).get(found.id, [])
    return found, next((one for one in given if one.id == picture_id), None) or abort(404)


def _back(code: str, done: str) -> ResponseReturnValue:
    return redirect(url_for("catalogue_desk.pictures", code=code, done=done), 303)


def _page(
    found: Edited,
    form: NewPictureForm | None = None,
    opened: tuple[int, TextsForm, Clash | None] | None = None,
) -> str:
    given = pictures_of(db.session(), [found.id]).get(found.id, [])
    page = PicturesPage(
        head=head_of(found, "pictures", may_edit=may_edit(found), done=DONE.get(request.args.get("done", ""), "")),
        cards=tuple(_card(one, is_first=not number, opened=opened) for number, one in enumerate(given)),
        form=form or NewPictureForm(),
        may_add=len(given) < MOST,
    )
    return render_template("catalogue/desk_pictures.html", page=page)


def _card(one: PictureFacts, *, is_first: bool, opened: tuple[int, TextsForm, Clash | None] | None) -> PictureCard:
    shown, texts = photo(one), {"alt": one.alt}
    mine_open = opened if opened and opened[0] == one.id else None
    form = mine_open[1] if mine_open else PictureTexts(data={"version": str(one.version), **texts_data(texts)})
    for box in form:
        box.id = f"p{one.id}-{box.name}"
    return PictureCard(
        id=one.id,
        src=shown.small,
        width=one.small_width,
        height=max(1, one.height * one.small_width // one.width),
        alt=shown.alt,
        alt_lang=shown.alt_lang,
        is_shown=one.is_shown,
        is_first=is_first,
        size_text=_("%(width)s × %(height)s pixels", width=one.width, height=one.height),
        form=form,
        row=text_row(form, "alt", texts, one.marks, f"p{one.id}-"),
        is_open=mine_open is not None or not one.is_shown,
        clash=mine_open[2] if mine_open else None,
    )
