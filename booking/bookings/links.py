"""The secret links of a booking: derived from the server's key, so that a later mail can carry the same one."""

from flask import current_app

from booking.accounts.links import is_signed, signed

PURPOSE, JOIN = "booking", "join"


def token_of(reference: str, generation: int = 1) -> str:
    """The token that opens a booking; raising the generation ends it."""
    return signed(PURPOSE, reference, generation)


def opens(token: str | None, reference: str, generation: int) -> bool:
    """Whether the token is the one of that booking."""
    return is_signed(token, PURPOSE, reference, generation)


def public_url(path: str) -> str:
    """An absolute address on the configured public address, never on the Host that a client sent."""
    base: str = current_app.extensions["booking.settings"].public_url
    return f"{base}{path}"


def manage_url(reference: str, generation: int = 1) -> str:
    """The one link to see, change, move and cancel."""
    return public_url(f"/bookings/{reference}?t={token_of(reference, generation)}")


def join_token(reference: str, generation: int = 1) -> str:
    """What opens the joining page of a booking and nothing else: its reference and a signature."""
    return f"{reference}.{signed(JOIN, reference, generation)}"


def named_by(token: str) -> str:
    """The reference that the token of a joining page names, whether its signature is right or not."""
    return token.rpartition(".")[0]


def may_enter(token: str, reference: str, generation: int) -> bool:
    """Whether the token opens the joining page of that booking."""
    return is_signed(token.rpartition(".")[2], JOIN, reference, generation)


def join_url(reference: str, generation: int = 1) -> str:
    """The joining page. Whoever has this link needs no other when time or room change, and can change nothing."""
    return public_url(f"/join/{join_token(reference, generation)}")


def ics_url(reference: str, generation: int = 1) -> str:
    """The invitation as a file."""
    return public_url(f"/bookings/{reference}.ics?t={token_of(reference, generation)}")


def uid_of(reference: str) -> str:
    """The iCalendar UID of a booking: stable for its life, never reused."""
    return f"{reference}@{current_app.extensions['booking.settings'].public_host}"
