"""A coordinator of Vienna at the pages of attendance: the form of a page as the browser would send it."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_INPUT = re.compile(r"<input ([^>]*)>")
_PART = re.compile(r'([a-z-]+)="([^"]*)"')


def sent_by(page: TestResponse) -> dict[str, str]:
    """What the last form of a page would send as it stands."""
    form = page.text.split('<form class="stack-s" method="post"' if "att-p" in page.text else 'method="post"')[-1]
    form = form if "att-p" in page.text else page.text.split('<form class="panel key', 1)[1]
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
