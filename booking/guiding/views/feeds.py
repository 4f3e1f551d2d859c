"""Calendars to subscribe to: a guide's and a desk's behind a secret address, a station's open events for everybody."""

from flask import Blueprint, Response, abort, request
from flask_babel import force_locale
from flask_babel import gettext as _

from booking import clock
from booking.accounts.access import open_to
from booking.catalogue.queries import all_stations
from booking.db import db
from booking.guiding.feeds import Audience
from booking.guiding.services.feeds import Feed, written_feed
from booking.i18n import DEFAULT_LOCALE, known_locale, station_name
from booking.scheduling.feed_links import opens, parts_of
from booking.scheduling.queries.feeds import FeedFacts, feed_by_id

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/calendars/<secret>.ics")
@open_to("holder")
def personal_feed(secret: str) -> Response:
    """What the holder of the address gives, or all that a desk has; unknown, revoked and malformed are the same 404."""
    feed_id, token = parts_of(secret)
    found = feed_by_id(db.session(), feed_id)
    if not opens(token, feed_id, found.generation if found else None) or found is None:
        abort(404)
    return _answer(_feed_of(found))


@blueprint.get("/stations/<code>/events.ics")
@open_to("everybody")
def open_events(code: str) -> Response:
    """The open events of a station; `?lang=` says in which language."""
    station = next((one for one in all_stations(db.session()) if one.code == code), None) or abort(404)
    locale = known_locale(request.args.get("lang")) or DEFAULT_LOCALE
    with force_locale(locale):
        name = str(_("Open events, %(station)s", station=station_name(station.code, locale, station.name)))
    return _answer(Feed(Audience.PUBLIC, station.id, locale, name))


def _feed_of(found: FeedFacts) -> Feed:
    with force_locale(found.locale):
        if found.guide_id is not None:
            return Feed(Audience.GUIDE, found.guide_id, found.locale, str(_("My tours")))
        station = station_name(found.station_code, found.locale, found.station_name)
        name = str(_("All events, %(station)s", station=station))
        return Feed(Audience.DESK, found.station_id or 0, found.locale, name)


def _answer(feed: Feed) -> Response:
    """The feed, or 304 for a reader who has it already.

    There is no Last-Modified: an event that goes makes the feed another one without being later than the rest.
    """
    response = Response(written_feed(db.session(), feed, clock.now()), mimetype="text/calendar")
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
