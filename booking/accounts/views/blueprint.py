"""What the modules of these pages share."""

from flask import Blueprint, request

from booking.accounts.services.sign_ins import Device
from booking.http.logs import network

blueprint = Blueprint("accounts", __name__)


def device() -> Device:
    """Where this request comes from."""
    return Device(network(request.remote_addr), str(request.user_agent))
