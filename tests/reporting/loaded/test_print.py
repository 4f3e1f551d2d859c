"""The report of 2020 as a document for print: what stands on its sheets, and what a long one leaves to the workbook."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from flask_babel import refresh
from sqlalchemy import event, text

from booking import clock
from booking.db import db
from booking.reporting.services import printing
from tests.browser.test_looks import MOST_BYTES, weight
from tests.builders import NOW
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")

PRINT = "/desk/reports/print?from=2020-07-01&to=2021-01-31"
LISTS = "Tables", "Events and groups"


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """Somebody at the desk of New York."""
    with clock.frozen(NOW):
        return sign_in(client, make_account("coordinator", "NYC", name="Ilse Invented"))


def text_of(source: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", source)))


def parts_of(source: str) -> list[str]:
    """Addresses of the parts of the document, but for the one that is open."""
    return [unescape(found) for found in re.findall('<li><a href="([^"]+&amp;part=[0-9]+)"', source)]


def sheets_of(desk: FlaskClient, address: str) -> list[str]:
    """The sheets of all parts, from the first on."""
    first = desk.get(address).text
    return [
        sheet
        for part in (first, *(desk.get(one).text for one in parts_of(first)))
        for sheet in part.split('class="sheet"')[1:]
    ]


def test_all_parts_can_be_printed_at_once(desk: FlaskClient) -> None:
    with clock.frozen(NOW):
        parts = sheets_of(desk, PRINT)
        first = desk.get(PRINT).text
        way = re.search('<p><a href="([^"]+part=all)">The whole document at once, about ([0-9]+) kB</a>', first)
        assert way
        whole = desk.get(unescape(way[1])).text
    assert 0.5 < len(whole.encode()) / (int(way[2]) * 1000) < 1.2
    assert parts_of(whole) == [PRINT + "&part=1", *parts_of(first)]
    words = [word for sheet in parts for word in text_of(sheet).split()]
    assert set(words) - set(text_of(whole).split()) <= {"Part", "of", "<section", ">"}  # sheets were cut out of pages
    for mark in ("<caption>", 'scope="rowgroup"', "<tr><td>"):
        assert whole.count(mark) == sum(sheet.count(mark) for sheet in parts) > 0


def test_the_first_sheet_says_what_it_is_whose_it_is_and_what_its_words_mean(desk: FlaskClient) -> None:
    with clock.frozen(NOW):
        first = text_of(desk.get(PRINT).text.split('class="sheet"')[1])
    for said in (
        "Period Wed 1 Jul 2020 to Sun 31 Jan 2021, both included",
        "Filters none",
        "Time zone of New York America/New_York",
        f"{NOW:%H:%M} UTC",
        "Made by Ilse Invented",
        "Participant Somebody who came, accompanying adults included, guides, speakers and staff not.",
    ):
        assert said in first, said


def test_paragraphs_figures_tables_and_events_follow(desk: FlaskClient) -> None:
    sheets = sheets_of(desk, PRINT)
    summary, charts = map(text_of, sheets[1:3])
    tables, events = (" ".join(text_of(sheet) for sheet in sheets if f"<h2>{name}" in sheet) for name in LISTS)
    assert "Events held 454 a year before: none" in summary
    assert "Events held of which a number is missing: 9" in summary
    assert "Not signed yet. 12. The premises of all four duty stations" in summary
    assert "13. In the reporting period, about 350 online tours or briefings" in summary
    assert "Geneva 196 290" in charts
    assert (sheets[2].count('<svg class="chart"'), sheets[2].count("<rect")) == (8, 20)
    assert "Groups by country" in tables
    assert "Kuwait" in tables
    assert "Requests refused by a rule" not in tables  # nobody was refused in 2020
    assert "Every event of these days under these filters, whatever became of it: 480." in events
    whole = "".join(sheets)
    codes = re.findall('scope="rowgroup"><bdi>([^<]+)', whole)
    assert (len(codes), len(set(codes))) == (480, 480)
    assert re.findall("<h3>T([0-9]+) ", whole) == sorted(re.findall("<h3>T([0-9]+) ", whole), key=int)
    assert '<a href="/desk/reports/events' not in whole


def test_each_part_is_light_and_says_which_it_is(desk: FlaskClient) -> None:
    """In the language that takes most bytes."""
    refresh()  # the context of the test keeps the language of the page before
    source = desk.get(f"{PRINT}&lang=ru").text
    rest = [desk.get(address).text for address in parts_of(source)]
    assert [one for one in map(weight, (source, *rest)) if one >= MOST_BYTES] == []
    assert len(rest) > 1
    assert all(f"· Часть {at} из {len(rest) + 1}" in unescape(part) for at, part in enumerate(rest, 2))


def test_the_rest_of_a_part_is_the_last_one(desk: FlaskClient) -> None:
    first = desk.get(PRINT).text
    for typed, meant in (("999", desk.get(parts_of(first)[-1]).text), ("x", first)):
        shown = desk.get(f"{PRINT}&part={typed}").text
        assert re.findall("(?s)<article.*</article>", shown) == re.findall("(?s)<article.*</article>", meant), typed


def test_it_names_groups_and_no_person(desk: FlaskClient) -> None:
    source = desk.get(f"{PRINT}&station=NBO").text
    people = db.session.execute(text("SELECT contact_name, contact_email FROM booking")).all()
    assert people
    assert not any(said and said in source for person in people for said in person)


def test_a_narrowed_report_says_its_filters_and_has_no_paragraphs(desk: FlaskClient) -> None:
    source = text_of(desk.get(f"{PRINT}&station=NBO&kind=tour").text)
    assert "Station Nairobi Kind Tour Time zone of Nairobi Africa/Nairobi Made at" in source
    assert "a report that is narrowed down has none" in source
    assert "about 350" not in source


def test_a_long_list_says_how_many_there_are_and_where_they_are(
    desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "MOST_EVENTS", 100)
    source = "".join(sheets_of(desk, PRINT))
    assert source.count('scope="rowgroup"') == 100
    source = desk.get(PRINT).text + source
    assert "The first 100 of 480 events, by day." in text_of(source)
    assert "/desk/reports/attendance?from=2020-07-01&to=2021-01-31&file=xlsx" in unescape(source)


def test_a_period_with_nothing_says_so_in_every_part(desk: FlaskClient) -> None:
    source = desk.get("/desk/reports/print?from=2015-01-01&to=2015-01-31").text
    assert "No event was held in these days under these filters." in source
    assert ("Charts" in source, "Events and groups" in source) == (False, False)


def test_a_wrong_period_is_told(desk: FlaskClient) -> None:
    answer = desk.get("/desk/reports/print?from=2021-01-31&to=2020-07-01")
    assert answer.status_code == 422
    assert "The period ends before it begins" in answer.text


def test_its_statements_do_not_grow_with_the_events(desk: FlaskClient) -> None:
    """Seven months ask a little more than one, which has no series to tell of."""
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    numbers = []
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for days in ("from=2020-12-01&to=2020-12-31", "from=2020-07-01&to=2021-01-31"):
            asked.clear()
            assert desk.get(f"/desk/reports/print?{days}").status_code == 200
            numbers.append(len(asked))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert numbers[1] <= numbers[0] + 5
