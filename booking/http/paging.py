"""Which page of a list an address asks for."""

from flask import request

MOST_DIGITS = 9
"""Of the number of a page: whatever is longer is no page."""


def page_asked(name: str = "page") -> int:
    """The page that is asked for; the first one where that is no number of a page."""
    asked = request.args.get(name, "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS
    return max(1, int(asked)) if is_number else 1
