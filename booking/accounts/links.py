"""Links that can be written again: signed with the server's key, revoked by raising the generation.

A booking, a join page or a calendar feed is opened by such a link. The token is nothing that is stored, so that a later
mail or a replayed answer can carry the same one.
"""

import base64
import hmac

from flask import current_app

LENGTH = 43
"""Characters of a token: 256 bits in base64url without padding."""


def signed(purpose: str, identifier: object, generation: int) -> str:
    """The token for one thing: HMAC-SHA256(server key, purpose | identifier | generation) in base64url."""
    key: str = current_app.extensions["booking.settings"].secret_key
    text = f"{purpose}|{identifier}|{generation}"
    digest = hmac.digest(key.encode(), text.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_signed(token: str | None, purpose: str, identifier: object, generation: int) -> bool:
    """Whether the token opens that thing; takes the same time whatever the token is."""
    expected = signed(purpose, identifier, generation)
    return hmac.compare_digest(expected.encode(), (token or "").encode("utf-8", "replace"))
