"""What a guide does with a tour of theirs: ask for cover, leave a note; and with all of today's when ill."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.access import open_to
from booking.guiding.forms import NoteForm
from booking.guiding.services import cover, notes, sick
from booking.guiding.views.blueprint import actor, back_to_today, blueprint, once_more, own_guide
from booking.http.headers import personal
from booking.problems import error_page, explanation
from booking.scheduling.terms import TooLate, UnknownEvent

NOT_FOUND, CONFLICT = 404, 409


@blueprint.errorhandler(UnknownEvent)
def not_theirs(_error: UnknownEvent) -> Response:
    """One answer for unknown events, past ones and those of others: that of an address at which there is nothing."""
    return error_page(NOT_FOUND, explanation(NOT_FOUND), {})


@blueprint.post("/events/<code>/cover")
@open_to("guide")
@personal
def ask_for_cover(code: str) -> ResponseReturnValue:
    """Ask every colleague who could give it."""
    asked = cover.ask_for_cover(code, own_guide().id, now=clock.now(), actor=actor())
    return back_to_today("asked", n=str(asked))


@blueprint.post("/events/<code>/keep")
@open_to("guide")
@personal
def keep(code: str) -> ResponseReturnValue:
    """Give it after all."""
    cover.withdraw_cover(code, own_guide().id, now=clock.now(), actor=actor())
    return back_to_today("kept")


@blueprint.post("/events/<code>/note")
@open_to("guide")
@personal
def save_note(code: str) -> ResponseReturnValue:
    """A note about the group, for whoever gives it."""
    guide, form = own_guide(), NoteForm(request.form)
    if not form.validate():
        return once_more(form, _("Note about the group"), _("Save the note"))
    text, seen = form.text.data or "", form.seen.data or ""
    try:
        notes.save_note(code, guide.id, text, seen=seen, now=clock.now(), actor=actor())
    except notes.NoteOvertaken as error:
        told = _("Somebody has changed it meanwhile. It is now: %(now)s.", now=error.now or _("nothing"))
        form.text.errors, form.seen.raw_data = [told], [error.now]
        return once_more(form, _("Note about the group"), _("Save the note"), CONFLICT)
    return back_to_today("note")


@blueprint.post("/sick")
@open_to("guide")
@personal
def report_sick() -> ResponseReturnValue:
    """Release the rest of the day."""
    released = sick.report_sick(own_guide().id, now=clock.now(), actor=actor())
    return back_to_today("sick", n=str(len(released)))


@blueprint.post("/sick/undo")
@open_to("guide")
@personal
def undo_sick() -> ResponseReturnValue:
    """Come after all."""
    try:
        sick.undo_sick(own_guide().id, now=clock.now(), actor=actor())
    except TooLate:
        return back_to_today("late")
    return back_to_today("undone")
