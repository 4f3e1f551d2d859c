"""The pages about what is kept of people."""

from booking.privacy.views.desk import blueprint as desk_blueprint
from booking.privacy.views.own import blueprint

__all__ = ["blueprint", "desk_blueprint"]
