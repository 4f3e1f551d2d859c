"""Which endpoints are whose: those all of whose stations one coordinates."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import abort, current_app

from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.db import db
from booking.http.fetching import RESOLVER, Limits, look_at
from booking.webhooks.queries import endpoints as queries
from booking.webhooks.queries.endpoints import Delivery, Listed
from booking.webhooks.services.endpoints import ChangedMeanwhile


def my_stations() -> frozenset[str] | None:
    """The codes of the stations that one coordinates; None for all of them."""
    return required_staff().stations(Role.COORDINATOR)


def my_endpoint(code: str) -> Listed:
    """The endpoint; unknown and foreign ones are the same 404."""
    found = queries.endpoint(db.session(), code)
    return found if found and queries.is_in_reach(found.stations, my_stations()) else abort(404)


def my_message(message: str) -> tuple[Delivery, str]:
    """A message to one of these, with the code of its endpoint; else 404."""
    delivery, code = queries.delivery(db.session(), message) or abort(404)
    return delivery, my_endpoint(code).code


@contextmanager
def still_there() -> Iterator[None]:
    """What somebody else has taken away meanwhile is a 404 too."""
    try:
        yield
    except ChangedMeanwhile:
        abort(404)


def look_at_address(url: str) -> None:
    """FetchRefused for an address to which no message is sent."""
    extensions = current_app.extensions
    look_at(url, Limits(inside=extensions["booking.settings"].webhooks_inside), extensions[RESOLVER])
