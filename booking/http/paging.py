"""Which page of a list an address asks for."""

from flask import request

from booking.text import number_in


def page_asked(name: str = "page") -> int:
    """The page that is asked for; the first one where that is no number of a page."""
    return number_in(request.args.get(name, "")) or 1
