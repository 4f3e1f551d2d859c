"""The page behind the link of an offer's mail: it shows the offer; only its buttons answer.

Whoever holds the link answers for the guide. One that was answered, has run out, was withdrawn, never was or is
mistyped leads to one and the same page.
"""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.bookings import limits
from booking.db import db
from booking.guiding.forms import DeclineForm
from booking.guiding.presenting.offers import offer_card
from booking.guiding.queries.guides import guide_of
from booking.guiding.services import offers
from booking.http.headers import personal, with_token
from booking.scheduling.links import opens_offer
from booking.scheduling.queries.offers import OfferShown, pending_offer
from booking.scheduling.terms import HostTaken, OfferGone
from booking.text import number_in

BY_LINK = "guide link"
GONE, CONFLICT, UNREADABLE = 404, 409, 422

blueprint = Blueprint("offer_links", __name__)


@blueprint.get("/offers/<offer_id>")
@open_to("holder")
@with_token
def offer(offer_id: str) -> ResponseReturnValue:
    """The offer. Opening it answers nothing: mail scanners open links too."""
    now = clock.now()
    found = _opened(offer_id, now)
    return _page(found, DeclineForm(), now) if found else _gone(now)


@blueprint.post("/offers/<offer_id>/accept")
@open_to("holder")
@with_token
def accept(offer_id: str) -> ResponseReturnValue:
    """Take the event; the first who accepts has it."""
    now = clock.now()
    found = _opened(offer_id, now)
    if found is None:
        return _gone(now)
    try:
        offers.accept(found.id, found.guide_id, now=now, actor=BY_LINK)
    except OfferGone:
        return _gone(now)
    except HostTaken:
        return _page(_opened(offer_id, now) or found, DeclineForm(), now, CONFLICT)
    return redirect(url_for("offer_links.answered", done="accepted"), 303)


@blueprint.post("/offers/<offer_id>/decline")
@open_to("holder")
@with_token
def decline(offer_id: str) -> ResponseReturnValue:
    """Say no, with a reason or without."""
    now, form = clock.now(), DeclineForm(request.form)
    found = _opened(offer_id, now)
    if found is None:
        return _gone(now)
    if not form.validate():
        return _page(found, form, now, UNREADABLE)
    try:
        offers.decline(found.id, found.guide_id, now=now, actor=BY_LINK, reason=form.reason)
    except OfferGone:
        return _gone(now)
    return redirect(url_for("offer_links.answered", done="declined"), 303)


@blueprint.get("/offers/answered")
@open_to("everybody")
@personal
def answered() -> ResponseReturnValue:
    """Where the buttons lead when all went well."""
    return render_template("guiding/offer_answered.html", accepted=request.args.get("done") == "accepted")


def _opened(offer_id: str, now: datetime) -> OfferShown | None:
    """The offer, if the token is its own and it waits for an answer; the same work whatever the address holds."""
    number = number_in(offer_id) or 0
    found = pending_offer(db.session(), number, now)
    return found if opens_offer(request.args.get("t"), number) else None


def _gone(now: datetime) -> ResponseReturnValue:
    limits.wrong_reference(request.remote_addr, now)
    return render_template("guiding/offer_gone.html"), GONE


def _page(found: OfferShown, form: DeclineForm, now: datetime, status: int = 200) -> ResponseReturnValue:
    guide = guide_of(db.session(), found.account_id or 0)
    if guide is None:
        return _gone(now)
    place = i18n.station_in(guide.station.code, i18n.current_locale(), guide.station.name)
    shown = {
        "card": offer_card(found, guide, now),
        "place": _("All times %(in_place)s", in_place=place),
        "form": form,
        "offer_id": found.id,
        "token_given": request.args.get("t"),
    }
    return render_template("guiding/offer.html", **shown), status
