"""Hostile addresses: queries, references, languages and places to go on to."""

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.hostile.inputs import (
    ELSEWHERE,
    LITERAL_LINES,
    UNKEEPABLE_ADDRESSES,
    UNKEEPABLE_CHOICES,
    UNKEEPABLE_LINES,
    UNKEEPABLE_NUMBERS,
)
from tests.hostile.walk import booked, booking_form, chosen, encoded, post, rows

pytestmark = pytest.mark.usefixtures("event")

FIND = (
    *("language", "language2", "size", "youngest_age", "weekdays", "hours_from", "hours_to", "time_zone", "span"),
    *("from", "to", "format", "station", "theme", "kind", "offering"),
)
OFFERINGS = ("station", "kind", "format", "language")
BESIDE = ("limit", "lang", "again", "sort", "order", "page", "per_page", "next", "done", "criteria", "hold", "t")
QUERIES = {
    **{name: text for name, text in UNKEEPABLE_LINES.items() if name != "A01 1 MB"},
    **UNKEEPABLE_NUMBERS,
    **UNKEEPABLE_CHOICES,
    **{name: text for name, text in UNKEEPABLE_ADDRESSES.items() if name.startswith("A49")},
    **LITERAL_LINES,
    **ELSEWHERE,
    "A34": "id;drop table slot--",
    "A35": "(select 1)",
    "A36": "desc,1",
    "A37 10 kB": "(a+)+$" * 1_700,
    "A92": "xx",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "A91": "1000000000000",
}
READABLE = {200, 301, 303, 400, 404, 413, 422}
LIVE = re.compile(r"<script>alert|<img src=x|<svg/|</script><script>|(?:href|src|action)=\"(?:javascript:|//|https?:)")


def check(client: FlaskClient, path: str, names: tuple[str, ...], row: str) -> None:
    """The page answers something sensible, and nothing of the value is live in it."""
    answer = client.get(f"{path}?{encoded(dict.fromkeys(names, QUERIES[row])).decode()}")
    assert answer.status_code in READABLE, (row, path)
    assert not LIVE.search(answer.text), (row, path)
    assert answer.status_code != 422 or 'class="msg"' in answer.text, (row, path)


@pytest.mark.parametrize("row", QUERIES)
def test_no_query_breaks_the_search(client: FlaskClient, row: str) -> None:
    before = rows()
    check(client, "/", FIND + BESIDE, row)
    assert rows() == before


def test_no_query_breaks_another_page(client: FlaskClient) -> None:
    before = rows()
    offering = re.findall('href="(/offerings/[^"?]+)', client.get("/offerings").text)[0]
    for row in QUERIES:
        check(client, offering, FIND + BESIDE, row)
        check(client, "/", ("cursor",), row)
        check(client, "/offerings", OFFERINGS, row)
        check(client, "/my-booking", ("sent", "lang"), row)
    assert rows() == before


@pytest.mark.parametrize("name", FIND)
def test_a_field_that_cannot_be_read_is_named(client: FlaskClient, name: str) -> None:
    answer = client.get("/", query_string={"size": "24", name: "<none such>"})
    assert answer.status_code == 422
    assert f'id="{name}-e"' in answer.text
    assert re.findall(r'id="(\w+)-e"', answer.text) == [name]
    assert name == "size" or 'value="24"' in answer.text


@pytest.mark.parametrize(
    ("name", "value"), [("sort", "id;drop table slot--"), ("sort", "(select 1)"), ("order", "desc,1")]
)
def test_an_order_that_nobody_offers_is_none(client: FlaskClient, name: str, value: str) -> None:
    usual = re.findall('name="slot" value="[^"]+"', client.get("/").text)
    assert re.findall('name="slot" value="[^"]+"', client.get("/", query_string={name: value}).text) == usual


def test_no_page_leads_elsewhere(client: FlaskClient) -> None:
    form = f"/book?hold={quote(booking_form(client).values['hold'])}&"
    for row, place in ELSEWHERE.items():
        query = encoded(dict.fromkeys(("next", "criteria", "return", "url"), place)).decode()
        for path in ("/?", "/offerings?", "/my-booking?", form):
            answer = client.get(path + query)
            assert answer.status_code in {200, 400}, (row, path)
            hosts = re.findall(r'(?:href|action)="[a-z:/\\]*([^"/?]*)', answer.text)
            assert not [host for host in hosts if "evil" in host], (row, path)


@pytest.mark.parametrize("row", ["A51", "A58"])
def test_no_form_leads_elsewhere(client: FlaskClient, row: str) -> None:
    place = ELSEWHERE[row]
    step = booking_form(client)
    chosen_one = {**chosen(client)[1], "criteria": place}
    assert re.match(r"/book\?hold=", post(client, f"/choose?{encoded({'next': place}).decode()}", chosen_one).location)
    assert re.match(r"/bookings/VE-", step.send(next=place, criteria=place).location)


@pytest.mark.parametrize("path", ["/book/release", "/choose"])
def test_criteria_that_lead_elsewhere_lead_home(client: FlaskClient, path: str) -> None:
    step = booking_form(client)
    values = {**step.values, "slot": chosen(client)[1]["slot"], "criteria": "=//evil.example&next=//evil.example"}
    answer = post(client, path, values)
    assert answer.status_code == 303
    assert re.match(r"/(\?|book\?|$)", answer.location)


def test_every_wrong_link_is_the_same_page(client: FlaskClient) -> None:
    one, other = booked(client), booked(client, organisation="Otherford School", contact_email="bo@example.org")
    reference, token = one.reference, one.token
    nearly = reference[:-1] + ("2" if reference[-1] != "2" else "3")
    before = rows()
    told = set()
    for path in (
        f"/bookings/{nearly}?t={token}",
        f"/bookings/{reference}?t={other.token}",
        f"/bookings/{other.reference}?t={token}",
        f"/bookings/{reference.lower()}?t={token}",
        f"/bookings/{reference}%20?t={token}",
        f"/bookings/{reference}?t={token}%20",
        f"/bookings/{reference}?t=",
        f"/bookings/{reference}?t={token}&t={token}x",
        f"/bookings/{reference}.ics?t={other.token}",
        f"/bookings/{nearly}.ics?t={token}",
        f"/bookings/%00?t={token}",
        f"/bookings/{'x' * 5_000}?t={'x' * 5_000}",
        f"/bookings/..%2f..%2fetc%2fpasswd?t={token}",
    ):
        answer = client.get(path)
        if path.endswith("x") and answer.status_code == 200:
            continue  # the first token counts, and it is the right one
        assert answer.status_code in {404, 400}, path
        if answer.status_code == 404:
            told.add(re.sub(r"[0-9a-f]{16}", "", answer.text))
    assert len(told) == 1
    assert rows() == before


def test_the_link_of_one_booking_changes_no_other(client: FlaskClient) -> None:
    one, other = booked(client), booked(client, organisation="Otherford School", contact_email="bo@example.org")
    before = rows()
    for name in ("size", "move", "cancel", "link"):
        step = one.step(name, size="10", accompanying_adults="1", late_confirmed="yes")
        step.address = f"/bookings/{other.reference}/{name}?t={one.token}"
        assert step.send().status_code == 404
        step.address = f"/bookings/{other.reference}/{name}"
        assert step.send(t=other.token).status_code == 404  # it stands in the address or nowhere
    assert rows() == before


def test_a_calendar_file_has_a_plain_name_whatever_the_tour_is_called(client: FlaskClient) -> None:
    booking = booked(client, organisation='a"; filename="x.exe', group_label="😀")
    answer = client.get(f"/bookings/{booking.reference}.ics?t={booking.token}")
    assert answer.headers.getlist("Content-Disposition") == [f'attachment; filename="{booking.reference}.ics"']


@pytest.mark.parametrize(
    "lang", ["xx", "../de", "en\r\nSet-Cookie:a=b", "e" * 8_000, "<script>", "\x00", "AR", "ar-EG"]
)
def test_a_language_that_is_none_is_passed_over(client: FlaskClient, lang: str) -> None:
    answer = client.get("/my-booking", query_string={"lang": lang})
    assert answer.status_code in {200, 400}
    assert "a" not in {cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")}
    assert answer.status_code == 400 or '<html lang="en" dir="ltr">' in answer.text
    wished = lang.translate({13: None, 10: None, 0: None})
    again = client.get("/my-booking", headers={"Accept-Language": wished})
    assert '<html lang="en" dir="ltr">' in again.text
