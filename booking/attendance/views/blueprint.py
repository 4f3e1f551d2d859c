"""The blueprint that the modules of these pages share, and whose events they are."""

from flask import Blueprint, abort
from flask_babel import lazy_gettext as _l

from booking.accounts import navigation
from booking.accounts.identity import staff_at
from booking.accounts.terms import Role
from booking.attendance.queries import CountedEvent, event_to_count
from booking.attendance.services.record import OVER
from booking.db import db

blueprint = Blueprint("attendance", __name__)
blueprint.record(navigation.link("attendance.grid", _l("Attendance"), "coordinator", 4))
CONFLICT, UNREADABLE = 409, 422


def mine(code: str) -> CountedEvent:
    """The event, if its station is the coordinator's and it took place or will; 404 for every other."""
    event = event_to_count(db.session(), code) or abort(404)
    staff_at(Role.COORDINATOR, event.station)
    return event if event.status not in OVER else abort(404)
