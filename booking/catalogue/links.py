"""The addresses that mails about a list of interest carry: signed with the server's key, nothing of them is stored."""

from flask import current_app

from booking.accounts.links import is_signed, signed

PURPOSE = "interest"


def token_of(interest_id: int, email: str) -> str:
    """The token that opens an entry of a list; of the address too, since a database may give a number again."""
    return signed(PURPOSE, f"{interest_id}|{email}", 1)


def opens(token: str | None, interest_id: int, email: str) -> bool:
    """Whether the token is the one of that entry."""
    return is_signed(token, PURPOSE, f"{interest_id}|{email}", 1)


def public_url(path: str) -> str:
    """An absolute address on the configured public address, never on the Host that a client sent."""
    base: str = current_app.extensions["booking.settings"].public_url
    return f"{base}{path}"


def interest_url(interest_id: int, email: str) -> str:
    """Where an entry is confirmed, and left."""
    return public_url(f"/interest/{interest_id}?t={token_of(interest_id, email)}")
