"""What the service says of itself: how everybody can use it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from booking import i18n
from booking.accounts.access import open_to
from booking.bookings.pages import Address
from booking.bookings.views.blueprint import blueprint
from booking.catalogue.queries import all_stations
from booking.db import db


@blueprint.get("/accessibility")
@open_to("everybody")
def accessibility() -> ResponseReturnValue:
    """The accessibility statement, with the addresses to write to."""
    locale = i18n.current_locale()
    stations = [
        Address(i18n.station_name(one.code, locale, one.name), one.contact_email) for one in all_stations(db.session())
    ]
    return render_template("bookings/accessibility.html", stations=stations)
