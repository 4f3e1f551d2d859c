"""The link to one's own data, mailed to the address that they are of: signed, and good for three days."""

from datetime import UTC, datetime, timedelta

from booking.accounts.links import is_signed, signed
from booking.bookings.links import public_url
from booking.privacy.queries.own import Owner
from booking.text import number_in

PURPOSE, ERASED = "own-data", "erased"
LASTS = timedelta(days=3)
LATEST = 10**11
"""Seconds of the last end that a link may name: the year 5138."""


def own_data_url(owner: Owner, now: datetime) -> tuple[str, datetime]:
    """The address of the page, and when it stops working."""
    until = (now + LASTS).replace(microsecond=0)
    seconds = int(until.timestamp())
    token = signed(PURPOSE, f"{owner.reference}|{seconds}", owner.generation)
    return public_url(f"/my-data/{owner.reference}.{seconds}.{token}"), until


def named_in(token: str) -> tuple[str, int]:
    """Reference and end that a token names, whether it is a good one or not; an end of 0 where it names none."""
    reference, _dot, rest = token.partition(".")
    return reference, number_in(rest.partition(".")[0], LATEST) or 0


def opens_data(token: str, owner: Owner | None, now: datetime) -> bool:
    """Whether the token opens the data of this owner now; takes the same time whatever it is."""
    reference, seconds = named_in(token)
    is_own = is_signed(token.rpartition(".")[2], PURPOSE, f"{reference}|{seconds}", owner.generation if owner else 0)
    return owner is not None and is_own and datetime.fromtimestamp(seconds, UTC) > now


def digest_of(owner: Owner) -> str:
    """What the ledger keeps of an address, or of a booking without one: nobody reads it back without the key."""
    return signed(ERASED, owner.email.lower() or f"reference:{owner.reference}", 1)
