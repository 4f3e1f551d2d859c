"""How often the public may try: limits of the pages and the API alike, counted in the database."""

from datetime import datetime

from booking.accounts.services import count_attempt
from booking.bookings.names import name_key

HOUR_S, MINUTE_S = 3600, 60
BOOKINGS_PER_ADDRESS, BOOKINGS_PER_ORGANISATION, BOOKINGS_PER_IP = 10, 20, 60
LINKS_PER_ADDRESS, LINKS_PER_IP = 5, 30
HOLDS_PER_IP = 120
WRONG_REFERENCES = 20
NOBODY = "unknown"


def booking_attempt(email: str, ip: str | None, now: datetime, organisation: str = "") -> None:
    """Somebody books: ten an hour for an address, twenty for an organisation, sixty for an ip. TooManyAttempts."""
    count_attempt("booking of ip", ip or NOBODY, limit=BOOKINGS_PER_IP, window_s=HOUR_S, now=now)
    count_attempt("booking", email.casefold(), limit=BOOKINGS_PER_ADDRESS, window_s=HOUR_S, now=now)
    if organisation:
        key = name_key(organisation)
        count_attempt("booking of organisation", key, limit=BOOKINGS_PER_ORGANISATION, window_s=HOUR_S, now=now)


def hold_attempt(ip: str | None, now: datetime) -> None:
    """Somebody holds a time. Raises TooManyAttempts."""
    count_attempt("hold", ip or NOBODY, limit=HOLDS_PER_IP, window_s=HOUR_S, now=now)


def wrong_reference(ip: str | None, now: datetime) -> None:
    """Somebody named a booking or a hold that is not there, or with a wrong token. Raises TooManyAttempts."""
    count_attempt("wrong reference", ip or NOBODY, limit=WRONG_REFERENCES, window_s=MINUTE_S, now=now)


def links_attempt(email: str, ip: str | None, now: datetime) -> None:
    """Somebody asks for the links of an address. Raises TooManyAttempts."""
    count_attempt("links of ip", ip or NOBODY, limit=LINKS_PER_IP, window_s=HOUR_S, now=now)
    count_attempt("links", email.casefold(), limit=LINKS_PER_ADDRESS, window_s=HOUR_S, now=now)
