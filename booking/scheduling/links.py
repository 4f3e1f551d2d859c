"""The addresses that mails to guides carry: signed with the server's key, so that a later mail can carry the same."""

from flask import current_app

from booking.accounts.links import is_signed, signed

PURPOSE = "offer"
GENERATION = 1
"""An offer is answered once and then gone: its link needs no other way to be ended."""


def public_url(path: str) -> str:
    """An absolute address on the configured public address, never on the Host that a client sent."""
    base: str = current_app.extensions["booking.settings"].public_url
    return f"{base}{path}"


def offer_url(offer_id: int) -> str:
    """The one link that shows an offer and takes the answer of its guide."""
    return public_url(f"/offers/{offer_id}?t={signed(PURPOSE, offer_id, GENERATION)}")


def opens_offer(token: str | None, offer_id: int) -> bool:
    """Whether the token is the one of that offer."""
    return is_signed(token, PURPOSE, offer_id, GENERATION)


def uid_of_assignment(assignment_id: int) -> str:
    """The iCalendar UID of an assignment: no two have the same, and none is taken up again."""
    return f"guide-assignment-{assignment_id}@{current_app.extensions['booking.settings'].public_host}"
