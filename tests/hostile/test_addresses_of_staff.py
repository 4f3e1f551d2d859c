"""Hostile addresses of the pages of staff: numbers and names of things, and what stands behind the question mark."""

import re
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.hostile.forms_of_staff import House, pages
from tests.hostile.inputs import ELSEWHERE, TURNS
from tests.hostile.test_addresses import LIVE, QUERIES, READABLE
from tests.hostile.walk import encoded, hidden, rows

NUMBERS = ("0", "-1", "2147483648", "9223372036854775808", "9" * 5_000, "\u0661", "\uff11", "1.0", " 1", "1%00", "1e3")
NAMES = ("%00", "%ff", "..%2f..%2fetc%2fpasswd", "x" * 5_000, "%27%20OR%201=1", "%3Cscript%3E", "VIE-X1%20", "vie-x1")
ASKED = (
    *("week", "move", "moved", "done", "day", "opens", "month", "n", "next", "sent", "t", "lang", "criteria", "return"),
    *("scope", "starts_on", "starts_at", "language", "capacity", "title", "guide", "reason", "event", "key", "state"),
    *("offering", "rhythm", "weekdays", "times", "first_on", "last_on", "count", "partner", "block", "page", "station"),
    *(
        "from",
        "to",
        "locale",
        "version",
        "figure",
        "format",
        "size",
        "youngest_age",
        "saved",
        "below",
        "after",
        "limit",
    ),
)
"""What any page of staff asks of its address."""
ROWS = ("A08 5,000 digits", "A09", "A12", "A19 NUL", "A26 a second line", "A27", "A28", "A31 braces", "A33", "A37")
ALL = {
    **{row: QUERIES[row] for row in (*ROWS, "A49 two", "A91", "A92 a path", *ELSEWHERE)},
    **{f"week {one}": one for one in ("0001-W01", "9999-W53", "1900-W01", "2200-W52", "2026-W54", "\u0662026-W01")},
    **{f"day {one}": one for one in ("0001-01-01", "9999-12-31", "1900-01-01", "2200-12-31", "2027-03-28")},
}


def addresses(app: Flask, placeholder: str) -> list[tuple[str, str]]:
    """Method and rule of the pages whose address holds such a thing."""
    found = [rule for rule in app.url_map.iter_rules() if re.search(placeholder, rule.rule)]
    return [(method, rule.rule) for rule in found for method in sorted((rule.methods or set()) & {"GET", "POST"})]


def test_a_number_that_no_row_has_is_not_found(shared_app: Flask, house: House) -> None:
    tokens = {role: hidden(client.get("/account"), "csrf_token") for role, client in house.browsers.items()}
    before = rows()
    asked = addresses(shared_app, "<int:")
    for method, rule in asked:
        for number in NUMBERS:
            address = re.sub("<[^>]*>", number, rule)
            for role, client in house.browsers.items():
                answer = client.open(address, method=method, data={"csrf_token": tokens[role]})
                assert answer.status_code in {400, 404}, (role, method, rule, number[:20])
    assert asked
    assert rows() == before


def test_how_many_were_told_is_a_number_or_left_out(house: House) -> None:
    for role, page in (
        ("guide", "/guide/?done=asked&n="),
        ("guide", "/guide/?done=sick&n="),
        ("coordinator", "/desk/events?sent="),
        ("coordinator", "/desk/attendance?saved="),
        ("coordinator", "/desk/items?saved="),
    ):
        for number in NUMBERS:
            answer = house.browsers[role].get(page + number)
            assert answer.status_code in {200, 400}, (page, number[:20])


def test_a_name_that_nothing_has_is_not_found(shared_app: Flask, house: House) -> None:
    before = rows()
    for method, rule in addresses(shared_app, "<[a-z_]*>"):
        for name in NAMES:
            for role, client in house.browsers.items():
                if method == "GET" and not rule.startswith(("/offerings", "/sign-in/link")):  # the same for all names
                    answer = client.get(re.sub("<[^>]*>", name, rule))
                    assert answer.status_code in {400, 401, 404}, (role, rule, name[:20])
    assert rows() == before


def _once(found: Iterable[tuple[FlaskClient, str]], turn: int) -> Iterator[tuple[FlaskClient, str]]:
    """Each page whose turn it is, by one of those who may see it: with each row the next."""
    who: dict[str, list[FlaskClient]] = {}
    for client, page in found:
        who.setdefault(page, []).append(client)
    for number, (page, clients) in enumerate(who.items()):
        if (number + turn) % TURNS == 0:
            yield clients[turn // TURNS % len(clients)], page


@pytest.mark.parametrize("row", ALL)
def test_no_query_breaks_a_page_of_staff(shared_app: Flask, house: House, row: str) -> None:
    before = rows()
    query = encoded(dict.fromkeys(ASKED, ALL[row])).decode()
    for client, page in _once(pages(shared_app, house), list(ALL).index(row)):
        answer = client.get(f"{page}{'&' if '?' in page else '?'}{query}")
        assert answer.status_code in READABLE | {303, 403, 409}, (row, page)
        assert not LIVE.search(answer.text), (row, page)
        hosts = re.findall(r'(?:href|action)="[a-z:/\\]*([^"/?]*)', answer.text)
        hosts.append(answer.headers.get("Location", "").lstrip("/\\").partition("?")[0])
        assert not [host for host in hosts if "evil" in host], (row, page)
    assert rows() == before
