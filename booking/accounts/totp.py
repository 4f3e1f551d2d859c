"""Time-based one-time codes (RFC 6238). The secret is derived from the server's key, so that none is stored."""

import base64
import hmac
from datetime import datetime

import pyotp
from flask import current_app

ISSUER = "Visits & Events"
PERIOD_S = 30
SECRET_BYTES = 20  # what RFC 4226 asks for
BEFORE_AND_AFTER = 1
"""Steps by which the clock of a phone may be wrong."""


def secret_of(account_id: int, generation: int) -> str:
    """The secret that account and authenticator app share, in base32; a new generation has another."""
    key: str = current_app.extensions["booking.settings"].secret_key
    digest = hmac.digest(key.encode(), f"totp|{account_id}|{generation}".encode(), "sha256")
    return base64.b32encode(digest[:SECRET_BYTES]).decode()


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The step, counted in 30 s, to which the code of six digits belongs: this one, the one before or after; or None.

    Every step is compared, so that an answer takes the same time whichever it is.
    """
    this_one, codes = int(now.timestamp()) // PERIOD_S, pyotp.TOTP(secret, interval=PERIOD_S)
    steps = range(this_one - BEFORE_AND_AFTER, this_one + BEFORE_AND_AFTER + 1)
    matching = [step for step in steps if pyotp.utils.strings_equal(codes.generate_otp(step), code)]
    return max(matching, default=None)


def address_of(secret: str, email: str) -> str:
    """The `otpauth:` address that an authenticator app reads, as a QR code or typed."""
    return pyotp.TOTP(secret, interval=PERIOD_S).provisioning_uri(name=email, issuer_name=ISSUER)
