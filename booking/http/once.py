"""Forms of one click: nothing in them is meant twice, though what stands in the page's fields is sent along."""

from flask import abort
from werkzeug.datastructures import MultiDict


def require_once(sent: MultiDict[str, str]) -> None:
    """400 where a field arrives twice, rather than half of it read."""
    if any(len(given) > 1 for _name, given in sent.lists()):
        abort(400)
