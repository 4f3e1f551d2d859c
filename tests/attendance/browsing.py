"""A coordinator of Vienna at the pages of attendance: the form of a page as the browser would send it."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_INPUT = re.compile(r"<input ([^>]*)>")
_PART = re.compile(r'([a-z-]+)="([^"]*)"')


def sent_by(page: TestResponse) -> dict[str, str]:
    """What the form of a page with the numbers would send as it stands."""
    forms = page.text.split('<form class="stack-s" method="post"')
    grids = [form for form in forms if "att-p" in form]
    form = grids[0] if grids else page.text.split('<form class="panel key', 1)[1]
    found: dict[str, str] = {}
    for one in _INPUT.finditer(form.split("</form>", 1)[0]):
        parts = dict(_PART.findall(one[1]))
        if parts.get("type") == "radio" and "checked" not in one[1]:
            continue
        name, value = unescape(parts["name"]), unescape(parts.get("value", ""))
        found[name] = value
    return found


def save(client: FlaskClient, page: TestResponse, path: str, **typed: str) -> TestResponse:
    """Send the form with what was typed into it."""
    return client.post(path, data={**sent_by(page), **typed})
