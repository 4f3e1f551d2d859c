"""What a guide is asked to take: a list, and the two answers, which are given on the day's page as well."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.db import db
from booking.guiding.forms import DeclineForm
from booking.guiding.presenting.offers import offer_card
from booking.guiding.queries.guides import OwnGuide
from booking.guiding.queries.offers import was_asked
from booking.guiding.services import offers
from booking.guiding.views.blueprint import actor, back_to_today, blueprint, once_more, own_guide
from booking.http.headers import personal
from booking.scheduling.queries.offers import pending_for
from booking.scheduling.terms import HostTaken, OfferGone


@blueprint.get("/offers")
@open_to("guide")
@personal
def offered() -> ResponseReturnValue:
    """All that waits for an answer, what stands in the way named."""
    guide, now = own_guide(), clock.now()
    place = i18n.station_in(guide.station.code, i18n.current_locale(), guide.station.name)
    cards = [offer_card(offer, guide, now) for offer in pending_for(db.session(), guide.id, now)]
    return render_template("guiding/offers.html", cards=cards, clocks=_("All times %(in_place)s", in_place=place))


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
    guide, form = _asked_guide(offer_id), DeclineForm(request.form)
    if not form.validate():
        return once_more(form, _("Decline the offer"), _("Decline the offer"))
    try:
        offers.decline(offer_id, guide.id, now=clock.now(), actor=actor(), reason=form.reason)
    except OfferGone:
        return back_to_today("gone")
    return back_to_today("declined")
