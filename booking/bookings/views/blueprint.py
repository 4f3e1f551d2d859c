"""The blueprint that the modules of these pages share."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)
