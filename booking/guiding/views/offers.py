"""Offers are answered on the day's page."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts.access import open_to
from booking.db import db
from booking.guiding.forms import NoteForm
from booking.guiding.queries.guides import OwnGuide
from booking.guiding.queries.offers import was_asked
from booking.guiding.services import offers
from booking.guiding.views.blueprint import actor, back_to_today, blueprint, own_guide
from booking.http.headers import personal
from booking.scheduling.terms import HostTaken, OfferGone


def _asked_guide(offer_id: int) -> OwnGuide:
    """The guide, if the offer is theirs; 404 for anybody else's."""
    guide = own_guide()
    return guide if was_asked(db.session(), offer_id, guide.id) else abort(404)


@blueprint.post("/offers/<int:offer_id>/accept")
@open_to("guide")
@personal
def accept_offer(offer_id: int) -> ResponseReturnValue:
    """Take the event; the first who accepts has it."""
    guide = _asked_guide(offer_id)
    try:
        offers.accept(offer_id, guide.id, now=clock.now(), actor=actor())
    except OfferGone:
        return back_to_today("gone")
    except HostTaken:
        return back_to_today("taken")
    return back_to_today("accepted")


@blueprint.post("/offers/<int:offer_id>/decline")
@open_to("guide")
@personal
def decline_offer(offer_id: int) -> ResponseReturnValue:
    """Say no, with a reason or without."""
    guide, form = _asked_guide(offer_id), NoteForm(request.form)
    reason = form.text.data if form.validate() else ""
    try:
        offers.decline(offer_id, guide.id, now=clock.now(), actor=actor(), reason=reason or "")
    except OfferGone:
        return back_to_today("gone")
    return back_to_today("declined")
