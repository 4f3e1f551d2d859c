"""The blueprint that the modules of these pages share."""

from flask import Blueprint, Response

from booking.bookings.terms import Conflict
from booking.problems import error_page, explanation

CONFLICT = 409
RETRY_S = 1

blueprint = Blueprint("bookings", __name__)


@blueprint.errorhandler(Conflict)
def overtaken(_conflict: Conflict) -> Response:
    """409 where others kept changing what was asked for; nothing was written."""
    return error_page(CONFLICT, explanation(CONFLICT), {"Retry-After": str(RETRY_S)})
